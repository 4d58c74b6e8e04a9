"""Facts: what can be observed, its vocabulary, and what was observed in one case."""

from ccexpert.facts.document import FactsDocument, NotObserved
from ccexpert.facts.kinds import (
    KINDS,
    BuildFact,
    ComplaintFact,
    ContextFact,
    ErrorFact,
    Fact,
    IndicatorFact,
    JobFact,
    LogFact,
    PortFact,
    ProbeFact,
    ProcessFact,
    SettingFact,
    SymptomFact,
    WorkflowFact,
)
from ccexpert.facts.names import (
    DEFAULT_INSTANCE,
    HOST_PATTERN,
    INSTANCE_PATTERN,
    NAME_PATTERN,
    UNSAID,
    HostName,
    Platform,
    word,
)
from ccexpert.facts.observed import YES_NO, Named, Observed
from ccexpert.facts.observed import Face as Face  # for other rooms; not in the reference

__all__ = [
    "DEFAULT_INSTANCE",
    "HOST_PATTERN",
    "INSTANCE_PATTERN",
    "KINDS",
    "NAME_PATTERN",
    "UNSAID",
    "YES_NO",
    "BuildFact",
    "ComplaintFact",
    "ContextFact",
    "ErrorFact",
    "Fact",
    "FactsDocument",
    "HostName",
    "IndicatorFact",
    "JobFact",
    "LogFact",
    "Named",
    "NotObserved",
    "Observed",
    "Platform",
    "PortFact",
    "ProbeFact",
    "ProcessFact",
    "SettingFact",
    "SymptomFact",
    "WorkflowFact",
    "word",
]

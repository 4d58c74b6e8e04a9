"""All kinds of fact, in the order in which people complain: what they notice comes first.

A new kind needs a class in ``noticed`` or ``shown``, and its things in the vocabulary.
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from ccexpert.facts.builds import BuildFact
from ccexpert.facts.noticed import ComplaintFact, ErrorFact, JobFact, SymptomFact, WorkflowFact
from ccexpert.facts.observed import KINDS, Observed
from ccexpert.facts.shown import (
    ContextFact,
    IndicatorFact,
    LogFact,
    PortFact,
    ProbeFact,
    ProcessFact,
    SettingFact,
)

#: Any fact. (What the type checker knows of it is what all have; ``isinstance`` tells the kind.)
if TYPE_CHECKING:
    Fact = Observed
else:
    Fact = Annotated[reduce(or_, KINDS.values()), Field(discriminator="kind")]

__all__ = [
    "KINDS",
    "BuildFact",
    "ComplaintFact",
    "ContextFact",
    "ErrorFact",
    "Fact",
    "IndicatorFact",
    "JobFact",
    "LogFact",
    "PortFact",
    "ProbeFact",
    "ProcessFact",
    "SettingFact",
    "SymptomFact",
    "WorkflowFact",
]

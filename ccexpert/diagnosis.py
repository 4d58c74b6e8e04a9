"""What comes out: evidence, diagnoses, actions, the plan and the report, as plain frozen data.

Texts are in the language the report was asked for. Certainties run from −1 to 1, rounded to four
places.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from ccexpert.certainty import FINDING
from ccexpert.knowledge.cards import ActionKind, Risk, Verdict
from ccexpert.knowledge.vocabulary import Language

REPORT_SCHEMA_VERSION = 1

Status = Literal["ok", "findings", "undetermined"]

#: The words for impact 1 to 4.
IMPACTS = ("low", "moderate", "important", "critical")

FailOn = Literal["never", "low", "moderate", "important", "critical"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason for (positive) or against (negative) a diagnosis."""

    rule: str
    """The rule that held, such as ``mta-not-running#1``: the first piece of evidence on that
    card."""
    facts: tuple[str, ...]
    """The facts it rests on, each in one line."""
    certainty: float
    """What the card gives it, times the certainty of its weakest fact."""
    because: str


@dataclass(frozen=True, slots=True)
class Action:
    """One step of the plan."""

    kind: ActionKind
    target: str
    text: str
    command: tuple[str, ...] | None
    """The argument list to run, or None where the product offers no command."""
    platform: str
    risk: Risk
    warning: str | None
    """What the risk is, for actions that carry one."""
    minutes: float
    """The operator's time, in minutes."""
    verify: dict[str, Any] | None
    """The fact that shows that it worked, as a facts document would say it."""
    diagnosis: str
    """The first diagnosis that wants it."""
    also_for: tuple[str, ...] = ()
    """Further diagnoses that want the same step."""

    @property
    def changes_server(self) -> bool:
        """Whether it may change the server: all but looking (``check``) and asking
        (``escalate``)."""
        return self.kind not in ("check", "escalate")


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What may be wrong, how sure that is, and why."""

    id: str
    module: str
    instance: str | None
    host: str | None
    title: str
    meaning: str
    verdict: Verdict
    certainty: float
    impact: int
    evidence: tuple[Evidence, ...]
    explains: tuple[str, ...]
    """The ids of the diagnoses in this report that are consequences of this one."""
    explained_by: str | None
    actions: tuple[Action, ...]
    references: tuple[str, ...]

    @property
    def is_finding(self) -> bool:
        """Whether it counts as found: sure enough, and not the product working as designed."""
        return self.verdict != "not-a-fault" and self.certainty >= FINDING


@dataclass(frozen=True, slots=True)
class RuledOut:
    """A diagnosis that the facts speak against."""

    id: str
    module: str
    instance: str | None
    host: str | None
    title: str
    certainty: float
    because: str
    despite: tuple[str, ...]
    """What spoke for it all the same."""


@dataclass(frozen=True, slots=True)
class UnknownFact:
    """Something nobody has looked at yet that could change the first diagnosis."""

    fact: dict[str, Any]
    question: str
    minutes: float
    would_change: str
    """The id of the diagnosis that would become the first, or would no longer be it."""


@dataclass(frozen=True, slots=True)
class Tool:
    """Which program, with which knowledge, made the report."""

    name: str
    version: str
    rules_digest: str


@dataclass(frozen=True, slots=True)
class Run:
    """The circumstances of one run; the only part that differs between two runs on the same
    facts."""

    id: str
    started: str
    duration_ms: float


@dataclass(frozen=True, slots=True)
class Waived:
    """A diagnosis that the site has silenced, with its reason."""

    id: str
    module: str
    instance: str | None
    host: str | None
    certainty: float
    reason: str
    expires: str


@dataclass(frozen=True, slots=True)
class Report:
    """The whole answer about one case, as data; ``ccexpert.Report`` can also show it."""

    schema_version: int
    tool: Tool
    run: Run
    host: str | None
    language: Language
    status: Status
    diagnoses: tuple[Diagnosis, ...]
    """Ranked causes: by certainty, then impact, then how specific the evidence is, then id."""
    plan: tuple[Action, ...]
    explained: tuple[Diagnosis, ...]
    """Consequences of the causes above."""
    ruled_out: tuple[RuledOut, ...]
    unexplained: tuple[str, ...]
    """Observed symptoms, errors and indicators that no diagnosis accounts for."""
    unknown: tuple[UnknownFact, ...]
    waived: tuple[Waived, ...] = ()
    overlaid: tuple[str, ...] = ()
    """The ids of diagnoses whose weight or wording the site has changed by an overlay."""
    facts: tuple[str, ...] = field(default=())
    """All facts that were reasoned with, concluded ones included."""
    rules: tuple[str, ...] = field(default=())
    """All rules of evidence that held, for and against."""

    @property
    def first(self) -> Diagnosis | None:
        """The first diagnosis, if there is any."""
        return self.diagnoses[0] if self.diagnoses else None

    def worst_impact(self) -> int:
        """The highest impact (1–4) among the findings that are faults or lie elsewhere; 0 without
        any."""
        return max((d.impact for d in self.diagnoses if d.is_finding), default=0)

    def exit_code(self, fail_on: FailOn = "never") -> int:
        """The exit code of a program that prints this report: 1 when a finding has the impact
        ``fail_on`` or a higher one, else 0."""
        if fail_on == "never":
            return 0
        return int(self.worst_impact() > IMPACTS.index(fail_on))

"""The results: evidence, diagnoses, actions, the plan and the report, as plain frozen data.

Texts are in the requested language. Certainties run from −1 to 1, rounded to four decimal places.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from ccexpert.certainty import FINDING
from ccexpert.knowledge.cards import ActionKind, Risk, Verdict
from ccexpert.words import Language

#: A reader of version 1 can read all its minor versions, because they only add fields.
REPORT_SCHEMA_VERSION, REPORT_SCHEMA_MINOR = 1, 4

Status = Literal["ok", "findings", "undetermined"]

#: The words for impact 1 to 4.
IMPACTS = ("low", "moderate", "important", "critical")

FailOn = Literal["never", "low", "moderate", "important", "critical"]


def is_finding(verdict: Verdict, certainty: float) -> bool:
    """Whether a diagnosis is a finding: sure enough, and not the product working as designed."""
    return verdict != "not-a-fault" and certainty >= FINDING


def exit_code(worst_impact: int, fail_on: FailOn) -> int:
    """The exit code of a program: 1 if ``worst_impact``, the highest of the findings (0 without
    any), is at least ``fail_on``; else 0."""
    return int(fail_on != "never" and worst_impact > IMPACTS.index(fail_on))


@dataclass(frozen=True, slots=True)
class Position:
    """The position of a fact in the input."""

    document: str
    """The file, or another name of the document, such as ``stdin``."""
    index: int
    """Its index among the facts of the document, from 0."""
    line: int | None
    """The line of the file, from 1, if the document is one line of many."""


@dataclass(frozen=True, slots=True)
class Cited:
    """A fact in a form that programs can compare."""

    key: tuple[str, ...]
    """The thing that was looked at: kind, name, host; ``""`` for missing parts."""
    seen: bool | str
    """What was seen: a state word or a truth value."""
    positions: tuple[Position, ...]
    """Where it was stated. A concluded fact has the positions of the facts it was concluded
    from."""

    @property
    def kind(self) -> str:
        """The kind of the fact."""
        return self.key[0]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason for (positive) or against (negative) a diagnosis."""

    rule: str
    """The rule that held; ``mta-not-running#1`` is the first piece of evidence on that card."""
    facts: tuple[str, ...]
    """The facts it rests on, one line each."""
    certainty: float
    """The certainty on the card times that of its weakest fact, less what other reasons and
    diagnoses take."""
    because: str
    cited: tuple[Cited, ...] = ()
    """The same facts as data, in the same order; empty in reports before schema 1.1."""
    contained: bool = False
    """Whether other reasons for the same diagnosis already say the same; then it adds nothing."""
    accounted_by: str | None = None
    """The diagnosis that accounts for the complaint it rests on and so reduces its weight."""
    alone: float | None = None
    """What it would count without other reasons and diagnoses: the certainty on the card times that
    of its weakest fact. None in reports before schema 1.4."""


@dataclass(frozen=True, slots=True)
class Action:
    """One step of the plan."""

    kind: ActionKind
    target: str
    text: str
    command: tuple[str, ...] | None
    """The argument list to run; None if there is no command."""
    platform: str
    risk: Risk
    warning: str | None
    """A description of the risk, if there is one."""
    minutes: float
    """The operator's time, in minutes."""
    verify: dict[str, Any] | None
    """The fact that shows success, as a facts document would state it."""
    diagnosis: str
    """The first diagnosis that needs it."""
    also_for: tuple[str, ...] = ()
    """Further diagnoses that need the same step."""
    after: tuple[int, ...] = ()
    """The places, from 1, of the steps in the same list that it follows: it is due once one of them
    is done. Empty for a step that follows nothing, and in reports before schema 1.2."""

    @property
    def key(self) -> tuple[str, ...]:
        """What tells one step from another: kind, target, command or text, and whether it follows
        others."""
        follows = ("after",) if self.after else ()
        return (self.kind, self.target, *(self.command or (self.text,)), *follows)

    @property
    def changes_server(self) -> bool:
        """Whether it may change the server: all steps except ``check`` and ``escalate``."""
        return self.kind not in ("check", "escalate")


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A possible fault, its certainty, and the reasons."""

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
        """Whether it counts as a finding."""
        return is_finding(self.verdict, self.certainty)


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
    """The evidence that spoke for it."""


@dataclass(frozen=True, slots=True)
class UnknownFact:
    """An unchecked fact that could change the first diagnosis."""

    fact: dict[str, Any]
    question: str
    minutes: float
    would_change: str
    """The id of the diagnosis that would become first, or would no longer be first."""


@dataclass(frozen=True, slots=True)
class Similar:
    """A known case or a page that comes near by its words alone; it is no diagnosis."""

    kind: str
    """``case`` or ``page``."""
    name: str
    """The id of the case, or the name of the page or article."""
    title: str


@dataclass(frozen=True, slots=True)
class Tool:
    """The program and the knowledge that made the report."""

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
class PlainReport:
    """The complete answer about one case, as data; ``ccexpert.Report`` can also render it."""

    schema_version: int
    schema_minor: int = field(default=0, kw_only=True)
    """Which fields a report of this version may have: 1 added the facts that evidence cites,
    2 the steps that a step follows, 3 what is similar, 4 what evidence would count alone."""
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
    similar: tuple[Similar, ...] = ()
    """Where nothing is found: the known cases and pages that come nearest to what is unexplained or
    complained of, by their words. Empty in reports before schema 1.3."""
    facts: tuple[str, ...] = field(default=())
    """All facts used in reasoning, including concluded ones."""
    rules: tuple[str, ...] = field(default=())
    """All evidence rules that held, for and against."""

    @property
    def first(self) -> Diagnosis | None:
        """The first diagnosis, if there is any."""
        return self.diagnoses[0] if self.diagnoses else None

    def worst_impact(self) -> int:
        """The highest impact (1–4) of a finding; 0 without findings."""
        return max((d.impact for d in self.diagnoses if d.is_finding), default=0)

    def exit_code(self, fail_on: FailOn = "never") -> int:
        """The exit code of a program that prints this report: 1 if a finding has at least the
        impact ``fail_on``, else 0."""
        return exit_code(self.worst_impact(), fail_on)

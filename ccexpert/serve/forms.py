"""What goes over the wire: the requests, checked when they arrive, and the answers, as plain data.

The OpenAPI document takes its schemas from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from ccexpert.diagnosis import Evidence
from ccexpert.facts import FactsDocument, Platform
from ccexpert.knowledge.cards import Verdict
from ccexpert.words import Language

Several = Annotated[tuple[str, ...], Field(strict=False)]


class Form(BaseModel):
    """A request: every field is known, and of its type."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Answer(Form):
    """One answer to one question; what the server added to an earlier answer is ignored."""

    question: str = Field(
        max_length=4000, description="the id of the question, such as symptoms or process:mta@prod"
    )
    answer: str | Several = Field(
        description="a value of its choices; several for symptoms and a list"
    )
    certainty: float = Field(1.0, gt=0, le=1, description="how sure the person is")
    text: str | None = Field(None, description="ignored: the question in words")
    labels: Several | None = Field(None, description="ignored: the answer in words")


class Consult(Form):
    """A consultation as far as it has come."""

    document: FactsDocument | None = Field(None, description="what was known before")
    answers: tuple[Answer, ...] = Field((), strict=False, max_length=500)
    language: Language = "en"
    platform: Platform = "linux"


class How(Consult):
    """A consultation, and a diagnosis that it may have."""

    diagnosis: str | None = Field(None, description="its id; default: the first")


@dataclass(frozen=True)
class Choice:
    """One possible answer."""

    value: str
    label: str


@dataclass(frozen=True)
class Asked:
    """A question."""

    id: str
    kind: str
    """``symptoms``, ``instance``, ``fact`` or ``list``; the first and the last take several
    answers."""
    text: str
    help: str
    command: tuple[str, ...] | None
    """The command that shows the answer."""
    choices: tuple[Choice, ...]
    states: tuple[Choice, ...]
    """What can be wrong with an item of a ``list``; an answer names both: ``ITEM=STATE``."""
    minutes: float


@dataclass(frozen=True)
class Answered:
    """An answer in the form in which it is sent back, and in words."""

    question: str
    answer: str | tuple[str, ...]
    certainty: float
    text: str
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Ranked:
    """One diagnosis of the ranking."""

    id: str
    title: str
    module: str
    instance: str | None
    host: str | None
    verdict: Verdict
    certainty: float
    impact: int


@dataclass(frozen=True)
class Progress:
    """How far a consultation is."""

    number: int
    to_go: int


@dataclass(frozen=True)
class Standing:
    """Where a consultation stands."""

    question: Asked | None
    should_stop: bool
    """Whether it is time for the report: no question can change the first diagnosis, or the latest
    eight answers were *unknown* or led nowhere."""
    progress: Progress
    ranking: tuple[Ranked, ...]
    answers: tuple[Answered, ...]
    document: dict[str, Any]
    """All facts so far, as a facts document to diagnose."""


@dataclass(frozen=True)
class Effect:
    """What an answer would do to one diagnosis."""

    answer: str
    diagnosis: str
    title: str
    rule: str
    certainty: float


@dataclass(frozen=True)
class Why:
    """Why the open question is asked."""

    question: str | None
    effects: tuple[Effect, ...]
    text: tuple[str, ...]
    """The same in words, line by line."""


@dataclass(frozen=True)
class Because:
    """Why a diagnosis stands where it stands."""

    diagnosis: str | None
    standing: str
    """``diagnosis``, ``consequence``, ``ruled out``, or ``nothing for it``."""
    certainty: float
    evidence: tuple[Evidence, ...]
    text: str
    """Its page with its standing, as Markdown."""


@dataclass(frozen=True)
class Explained:
    """What a diagnosis or an error code means."""

    what: str
    text: str
    """The page, as Markdown."""


@dataclass(frozen=True)
class Found:
    """Observations that a text may mean, the best first."""

    found: tuple[Choice, ...]


@dataclass(frozen=True)
class Understood:
    """A fact that was understood from a sentence."""

    fact: str
    certainty: float
    text: str


@dataclass(frozen=True)
class NotUnderstood:
    """A sentence that gave no fact, and what it may mean."""

    text: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Piece:
    """A part of a text."""

    kind: str
    start: int
    end: int
    output: str | None


@dataclass(frozen=True)
class Read:
    """What a text holds."""

    document: dict[str, Any]
    """Its facts, as a facts document to diagnose, each with its span in the text."""
    pieces: tuple[Piece, ...]
    understood: tuple[Understood, ...]
    not_understood: tuple[NotUnderstood, ...]


@dataclass(frozen=True)
class Problem:
    """What is wrong (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    """One sentence: what, where, what is allowed, what to do."""
    allowed: tuple[str, ...] = ()
    given: str = ""
    line: int = 0
    field: str = ""

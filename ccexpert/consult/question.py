"""What a consultation asks and is told, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ccexpert.consult.choice import Candidate
from ccexpert.consult.things import Thing
from ccexpert.errors import FactsError

#: How sure *probably* is.
PROBABLY_MEANS = 0.7

UNKNOWN = "unknown"
NONE = "none"

SYMPTOMS = "symptoms"
INSTANCE = "instance"

QuestionKind = Literal["symptoms", "instance", "fact", "list"]


class NotAnAnswerError(FactsError):
    """An answer that the question does not allow."""


@dataclass(frozen=True)
class Choice:
    """One possible answer."""

    value: str
    label: str


@dataclass(frozen=True)
class Question:
    """What to ask the operator next."""

    id: str
    """``symptoms``, ``instance``, or the things it is about: ``process:mta@prod``."""
    kind: QuestionKind
    text: str
    help: str
    command: tuple[str, ...] | None
    """The command that shows it, as an argument list for the platform."""
    choices: tuple[Choice, ...]
    """The answers; of ``symptoms`` and a ``list`` any number, and what ``search`` finds besides."""
    minutes: float
    """What it costs the operator to find out."""
    topic: str
    things: tuple[Thing, ...] = ()
    """What it is about: nothing, one thing, or the things of a ``list``."""
    states: tuple[Choice, ...] = ()
    """Of a ``list`` that is not of yes and no: what can be wrong with each of its things."""
    candidates: tuple[Candidate, ...] = ()
    """What the answers would do; empty for a question that has been answered already."""


@dataclass(frozen=True)
class Step:
    """One answer that was given."""

    question: str
    things: tuple[Thing, ...]
    values: tuple[str, ...]
    """An answer for each thing; without things the symptoms or the instance; ``unknown`` where
    nobody could tell."""
    certainty: float
    doubtful: frozenset[int] = frozenset()
    """The numbers, from 0, of the things of a list about which the answer was *probably*."""


@dataclass(frozen=True)
class Progress:
    """Where a consultation stands."""

    number: int
    """Of the question that is open now, from 1."""
    to_go: int
    """A rough estimate of the questions after this one; 0 when there is none."""
    leading: str | None
    """The title of the first diagnosis."""
    certainty: float

"""Questions and answers of a consultation, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ccexpert.errors import AnswerError
from ccexpert.inquiry.policy import Offer
from ccexpert.inquiry.things import UNKNOWN as UNKNOWN
from ccexpert.inquiry.things import Thing

#: How sure *probably* is.
PROBABLY_MEANS = 0.7

NONE = "none"

SYMPTOMS = "symptoms"
INSTANCE = "instance"

QuestionKind = Literal["symptoms", "instance", "fact", "list"]


class NotAnAnswerError(AnswerError):
    """An answer that the question does not allow."""


class UnclearStateError(NotAnAnswerError):
    """An answer that could mean several, or that names a list item without its state."""


@dataclass(frozen=True)
class Choice:
    """One possible answer."""

    value: str
    label: str


@dataclass(frozen=True)
class Question:
    """What to ask the operator next."""

    id: str
    """``symptoms``, ``instance``, or the ids of its things: ``process:mta@prod``."""
    kind: QuestionKind
    text: str
    help: str
    command: tuple[str, ...] | None
    """The command that shows the answer, as an argument list for the platform."""
    choices: tuple[Choice, ...]
    """The answers; ``symptoms`` and a ``list`` take any number, and others that ``search``
    finds."""
    minutes: float
    """The minutes it takes the operator to find out."""
    topic: str
    things: tuple[Thing, ...] = ()
    """The things it is about: none, one, or those of a ``list``."""
    states: tuple[Choice, ...] = ()
    """What can be wrong with each thing in a ``list``; empty for a list of yes-or-no items."""
    yes: tuple[str, ...] = ()
    """The values that *yes* stands for, if it is a yes-or-no question."""
    offer: Offer | None = None
    """The effects of the answers; None for a question that was answered before."""

    @property
    def asks_build(self) -> bool:
        """Whether it asks about the build; its number answers all such questions."""
        return any(thing.kind == "build" for thing in self.things)


@dataclass(frozen=True)
class Step:
    """One given answer."""

    question: str
    things: tuple[Thing, ...]
    values: tuple[str, ...]
    """One answer per thing, or, without things, the symptoms or the instance; ``unknown`` if
    nobody knows."""
    certainty: float
    doubtful: frozenset[int] = frozenset()
    """Indexes, from 0, of the things in a list that were answered with *probably*."""


@dataclass(frozen=True)
class Progress:
    """Where a consultation stands."""

    number: int
    """The number of the open question, from 1."""
    to_go: int
    """A rough estimate of how many questions follow this one; 0 if unknown or none."""
    leading: str | None
    """The title of the first diagnosis."""
    certainty: float

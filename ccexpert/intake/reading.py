"""The result of reading a text: its pieces, facts with their spans, what was not understood."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from ccexpert.display import clean
from ccexpert.facts import Fact, FactsDocument, NotObserved

if TYPE_CHECKING:
    from ccexpert.observe.redaction.redactor import Redactor

#: The kinds of pieces.
Kind = Literal["command", "output", "log", "journal", "message", "prose"]

#: The highest certainty of a fact understood from prose.
PROSE_LIMIT = 0.7
#: So many letters of a sentence are quoted as the source of a fact.
_QUOTED = 200


def understood_from(text: str) -> str:
    """The source of a fact that a sentence tells."""
    return f"understood from: {clean(text, _QUOTED)}"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A part of a text: from ``start`` up to ``end``, in characters."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The part itself."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a text."""

    kind: Kind
    span: Span
    output: str | None = None
    """The documented name of an output, such as ``pdump.txt``."""
    below: str = ""
    """The line of the command above an output; empty if there is none."""
    host: str | None = None
    """The host that the last prompt above it names."""


@dataclass(frozen=True, slots=True)
class Told:
    """A fact with its position in the text."""

    fact: Fact
    span: Span
    words: tuple[str, ...] = ()
    """The words that matched in prose; empty for server output."""


@dataclass(frozen=True, slots=True)
class Hint:
    """A sentence that gave no fact, with its possible meanings."""

    span: Span
    names: tuple[str, ...]
    """The likeliest observations of the vocabulary, as ``kind name``."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A text that has been read."""

    text: str
    pieces: tuple[Piece, ...]
    told: tuple[Told, ...]
    hints: tuple[Hint, ...]
    """Prose that was not understood, with its possible meanings."""
    not_observed: tuple[NotObserved, ...]
    document: FactsDocument
    """All facts, as a document for a diagnosis."""
    redactor: Redactor | None = field(default=None, compare=False, repr=False)
    """What took private values out of the facts; None if they were to stay."""

    @property
    def understood(self) -> tuple[Told, ...]:
        """The facts understood from prose."""
        return tuple(told for told in self.told if told.words)

    @property
    def unread(self) -> tuple[str, ...]:
        """The sentences that were not understood, as they stand in the text."""
        return tuple(hint.span.of(self.text) for hint in self.hints)


def joined(found: Iterable[Piece], text: str) -> Iterator[Piece]:
    """Join neighbouring pieces of one kind; prose is joined only up to a blank line."""
    waiting: list[Piece] = []
    for piece in found:
        if waiting and not _continues(waiting[-1], piece, text):
            yield _whole(waiting)
            waiting = []
        waiting.append(piece)
    if waiting:
        yield _whole(waiting)


def _whole(pieces: Sequence[Piece]) -> Piece:
    """One piece instead of several that belong together."""
    first, last = pieces[0], pieces[-1]
    return first if first is last else replace(first, span=Span(first.span.start, last.span.end))


def _continues(one: Piece, other: Piece, text: str) -> bool:
    between = text[one.span.end : other.span.start]
    return (
        (one.kind, one.host, one.below) == (other.kind, other.host, other.below)
        and one.kind not in ("output", "command")
        and not between.strip()
        and between.count("\n") < 2
    )

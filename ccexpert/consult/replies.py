"""What a dialogue replies, line by line, as plain data; the caller decides how to print it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from ccexpert.consult.question import Choice, Question

Style = Literal[
    "text",
    "progress",
    "choice",
    "ways",
    "effect",
    "first",
    "because",
    "told",
    "fact",
    "rank",
    "command",
]

ReplyKind = Literal[
    "question", "chosen", "found", "clarification", "explanation", "which answer", "end"
]


@dataclass(frozen=True)
class Line:
    """One line of text, of any length."""

    text: str = ""
    style: Style = "text"
    number: int = 0
    """The number that chooses it; 0 if it cannot be chosen."""


@dataclass(frozen=True)
class Reply:
    """The reply to a typed line, and what is expected next."""

    kind: ReplyKind
    """``question``: the answer was accepted, and this is the next question. ``chosen`` and
    ``found``: the question stays open, with one more choice or another list. ``clarification``:
    nothing was accepted. ``which answer``: the number of an earlier answer is expected. ``end``: no
    input is expected."""
    lines: tuple[Line, ...]
    prompt: str = ""
    """The prompt for the next line."""
    question: Question | None = None
    """The open question."""
    shown: tuple[Choice, ...] = ()
    """The choices that numbers from 1 refer to."""
    chosen: tuple[Choice, ...] = ()
    """The choices made for the open question so far."""


def numbered(choices: Iterable[Choice]) -> Iterator[Line]:
    """A list to choose from."""
    for number, choice in enumerate(choices, 1):
        yield Line(choice.label, "choice", number)

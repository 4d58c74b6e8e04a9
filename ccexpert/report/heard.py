"""What was read in a text that a person gave: what its sentences were taken for, and where.

Nothing in it is private any more: whoever makes it takes that out before.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ccexpert.report.pieces import first_of

#: How many sentences are listed; the rest is counted.
_LISTED = 12


@dataclass(frozen=True, slots=True)
class Understood:
    """A sentence and what it was taken for."""

    taken_for: str
    certainty: float
    said: str
    """The words of the text, on one line."""


@dataclass(frozen=True, slots=True)
class Misheard:
    """A sentence that was not understood."""

    said: str
    perhaps: tuple[str, ...]
    """What it may mean, the likeliest first."""


@dataclass(frozen=True, slots=True)
class Run:
    """A part of the text of which every character was taken for the same."""

    text: str
    taken_for: tuple[str, ...] = ()
    left: bool = False
    """Whether it is of a sentence that was not understood."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One text that was read."""

    name: str
    understood: tuple[Understood, ...]
    not_understood: tuple[Misheard, ...]
    runs: tuple[Run, ...] = ()
    """The whole text in order; empty if it is not to be shown."""


def sections(heard: Iterable[Heard], word: dict[str, str]) -> list[tuple[str, list[str]]]:
    """What was understood in all texts and what was not: a title and its lines, if there are any:
    ``symptom emails-not-sent = true (0.7): mails are not sent``."""
    texts = tuple(heard)
    taken = [
        f"{one.taken_for} ({one.certainty:g}): {one.said}"
        for text in texts
        for one in text.understood
    ]
    left = [_left(one, word) for text in texts for one in text.not_understood]
    titled = ((word["understood"], taken), (f"{word['not understood']} ({len(left)})", left))
    return [(title, first_of(lines, _LISTED)) for title, lines in titled if lines]


def _left(one: Misheard, word: dict[str, str]) -> str:
    return f"{one.said} ({word['perhaps']}: {', '.join(one.perhaps)})" if one.perhaps else one.said

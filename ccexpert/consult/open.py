"""The open question of a dialogue: what its numbers mean, and what is chosen so far."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ccexpert.consult.commands import PROBABLY
from ccexpert.consult.question import Choice, Question

_NUMBER = re.compile("[0-9]{1,3}")

#: A range of numbers, such as ``1-3``.
_RANGE = re.compile(r"(?<![0-9])([0-9]{1,2})\s?[-\u2013]\s?([0-9]{1,2})(?![0-9])")

#: Several numbers and one state, such as ``1, 2 and 4 missing``.
_ALIKE = re.compile(r"([0-9]{1,3}(?:(?:[\s,]|and|och)+[0-9]{1,3})+)\s+([^\W\d].*)")


@dataclass(frozen=True)
class Open:
    """A question that has not been answered yet."""

    question: Question
    shown: tuple[Choice, ...]
    """The list shown last; typed numbers refer to it."""
    chosen: tuple[Choice, ...] = ()
    alone: Choice | None = None
    """The only match of a search, chosen at once; typing its number confirms it."""
    revises: int | None = None
    """The number of the earlier answer that is being changed."""

    @property
    def takes_several(self) -> bool:
        """Whether it takes several answers."""
        return self.question.kind in ("symptoms", "list")

    @property
    def kind(self) -> str | None:
        """The kind of fact in a list."""
        return self.question.things[0].kind if self.question.things else None

    def having(self, new: Iterable[Choice], gone: Sequence[Choice] = ()) -> Open:
        """Remove ``gone`` and add ``new``; a new choice replaces any other about its thing."""
        left = {_about(choice): choice for choice in self.chosen if choice not in gone}
        left |= {_about(choice): choice for choice in new}
        return replace(self, chosen=tuple(left.values()))

    def numbered(self, typed: str) -> Choice | None:
        """The choice with this number, if there is one."""
        number = number_of(typed)
        return self.shown[number - 1] if 1 <= number <= len(self.shown) else None

    def chosen_as(self, named: str) -> list[Choice]:
        """The chosen items with this number, name or words."""
        one, folded = self.numbered(named), named.casefold()
        if one:
            return [choice for choice in self.chosen if _about(choice) == _about(one)]
        return [c for c in self.chosen if folded in _about(c) or folded in c.label.casefold()]


def parts_of(typed: str) -> list[str]:
    """Split a line at commas; ``1 2 missing`` and ``1-2 missing`` give both items that state."""
    typed = _RANGE.sub(_each, typed)
    alike = _ALIKE.fullmatch(typed)
    if alike:
        return [f"{number} {alike[2]}" for number in re.findall("[0-9]+", alike[1])]
    return [part.strip() for part in typed.split(",")]


def _each(found: re.Match[str]) -> str:
    """The numbers of a range, in order."""
    return " ".join(map(str, range(int(found[1]), int(found[2]) + 1))) or found[0]


def number_of(typed: str) -> int:
    """The typed number; 0 if it is not a number."""
    return int(typed) if _NUMBER.fullmatch(typed) else 0


def _about(choice: Choice) -> str:
    """The thing a choice is about, without its state."""
    return choice.value.removeprefix(f"{PROBABLY[0]} ").partition("=")[0].removesuffix("?")

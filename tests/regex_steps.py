"""How many steps a backtracking matcher takes to look for a pattern: a measure of work without a
clock.

The tree of the standard library's own parser is walked as its matcher does it, without the
shortcuts that it knows.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from functools import cache
from math import inf
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

End = int | None
Then = Callable[[int], End]
Matcher = Callable[[int, Then], End]

_ONE = (op.LITERAL, op.NOT_LITERAL, op.IN, op.ANY)


class TooManyStepsError(AssertionError):
    """A pattern takes more steps than it may."""


def steps(pattern: re.Pattern[str], text: str, *, at_start: bool = False, most: float = inf) -> int:
    """The steps of finding all matches in a text, or only one ``at_start``."""
    walk = _Walk(text, most)
    match = walk.sequence(_tree(pattern), pattern.flags)
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(200_000)
    try:
        at = 0
        while at <= len(text):
            end = match(at, lambda i: i)
            at = end if end is not None and end > at else at + 1
            if at_start:
                break
    finally:
        sys.setrecursionlimit(before)
    return walk.taken


@cache
def _tree(pattern: re.Pattern[str]) -> Any:
    return parser.parse(pattern.pattern, pattern.flags)


class _Walk:
    """The parts of a pattern as functions upon one text: where to go on, and what comes then."""

    def __init__(self, text: str, most: float) -> None:
        self.text, self.most = text, most
        self.taken = 0
        self.groups: dict[int, tuple[int, int]] = {}

    def sequence(self, items: Any, flags: int) -> Matcher:
        parts = [self.part(kind, given, flags) for kind, given in items]

        def match(at: int, then: Then, number: int = 0) -> End:
            if number == len(parts):
                return then(at)
            return parts[number](at, lambda i: match(i, then, number + 1))

        return parts[0] if len(parts) == 1 else match

    def part(self, kind: Any, given: Any, flags: int) -> Matcher:
        if kind in _ONE:
            return self.repeated((1, 1), [(kind, given)], flags, greedy=True)
        if kind in (op.MAX_REPEAT, op.MIN_REPEAT):
            low, high, inner = given
            return self.repeated((low, high), inner, flags, greedy=kind is op.MAX_REPEAT)
        if kind is op.POSSESSIVE_REPEAT:
            low, high, inner = given
            return self.atomic(self.repeated((low, high), inner, flags, greedy=True))
        if kind is op.ATOMIC_GROUP:
            return self.atomic(self.sequence(given, flags))
        if kind is op.SUBPATTERN:
            group, add, remove, inner = given
            return self.group(group, self.sequence(inner, (flags | add) & ~remove))
        if kind is op.BRANCH:
            return self.branch([self.sequence(way, flags) for way in given[1]])
        if kind in (op.ASSERT, op.ASSERT_NOT):
            direction, inner = given
            back = inner.getwidth()[0] if direction < 0 else 0
            return self.looking(self.sequence(inner, flags), back, kind is op.ASSERT)
        if kind is op.GROUPREF:
            return self.same_as(given, flags)
        return self.at(given, flags)

    def atomic(self, match: Matcher) -> Matcher:
        def once(at: int, then: Then) -> End:
            end = match(at, lambda i: i)
            return None if end is None else then(end)

        return once

    def group(self, number: int | None, match: Matcher) -> Matcher:
        if number is None:
            return match

        def remembered(at: int, then: Then) -> End:
            def ended(end: int) -> End:
                self.groups[number] = (at, end)
                return then(end)

            return match(at, ended)

        return remembered

    def branch(self, ways: list[Matcher]) -> Matcher:
        def first(at: int, then: Then) -> End:
            found = (way(at, then) for way in ways)
            return next((end for end in found if end is not None), None)

        return first

    def looking(self, match: Matcher, back: int, wanted: bool) -> Matcher:
        def look(at: int, then: Then) -> End:
            start = at - back
            seen = start >= 0 and match(start, lambda i: i) is not None
            return then(at) if seen == wanted else None

        return look

    def same_as(self, number: int, flags: int) -> Matcher:
        def match(at: int, then: Then) -> End:
            start, end = self.groups[number]
            self.taken += end - start
            given, found = self.text[start:end], self.text[at : at + end - start]
            same = given.lower() == found.lower() if flags & re.I else given == found
            return then(at + end - start) if same else None

        return match

    def at(self, where: Any, flags: int) -> Matcher:
        sign = {op.AT_BEGINNING: "^", op.AT_END: "$", op.AT_BOUNDARY: r"\b"}[where]
        pattern = re.compile(sign, flags & re.M)
        return lambda at, then: then(at) if pattern.match(self.text, at) else None

    def repeated(self, bounds: tuple[int, int], inner: Any, flags: int, *, greedy: bool) -> Matcher:
        low, high = bounds[0], int(bounds[1])
        if len(inner) == 1 and inner[0][0] in _ONE and greedy:
            return self.run(low, high, _fits(inner[0], flags & (re.I | re.S)))
        match = self.sequence(inner, flags)

        def more(at: int, then: Then, done: int) -> End:
            def again(i: int) -> End:
                return more(i, then, done + 1) if i > at or done < low else None

            if not greedy and done >= low and (end := then(at)) is not None:
                return end
            if done < high and (end := match(at, again)) is not None:
                return end
            return then(at) if greedy and done >= low else None

        return lambda at, then: more(at, then, 0)

    def run(self, low: int, high: int, fits: Callable[[str], bool]) -> Matcher:
        def match(at: int, then: Then) -> End:
            end, last = at, min(len(self.text), at + high)
            while end < last and fits(self.text[end]):
                end += 1
            self.taken += end - at + 1
            if self.taken > self.most:
                raise TooManyStepsError(f"{self.taken} steps for {len(self.text)} characters")
            for stop in range(end, at + low - 1, -1):
                self.taken += 1
                if (found := then(stop)) is not None:
                    return found
            return None

        return match


def _fits(item: tuple[Any, Any], flags: int) -> Callable[[str], bool]:
    """Whether a character is one that a part of a pattern means."""
    kind, given = item

    @cache
    def fits(character: str) -> bool:
        cases = {character, character.lower(), character.upper()} if flags & re.I else {character}
        return any(_meant(kind, given, one) for one in cases if len(one) == 1)

    return fits


_CATEGORIES = {
    op.CATEGORY_DIGIT: r"\d",
    op.CATEGORY_NOT_DIGIT: r"\D",
    op.CATEGORY_SPACE: r"\s",
    op.CATEGORY_NOT_SPACE: r"\S",
    op.CATEGORY_WORD: r"\w",
    op.CATEGORY_NOT_WORD: r"\W",
}


def _meant(kind: Any, given: Any, character: str) -> bool:
    if kind is op.LITERAL:
        return given == ord(character)
    if kind is op.NOT_LITERAL:
        return given != ord(character)
    if kind is op.RANGE:
        return bool(given[0] <= ord(character) <= given[1])
    if kind is op.CATEGORY:
        return re.match(_CATEGORIES[given], character) is not None
    if kind is op.ANY:
        return character != "\n"
    negated = given[0][0] is op.NEGATE
    return negated != any(_meant(k, g, character) for k, g in given[negated:])

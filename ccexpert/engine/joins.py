"""Which rules hold for the facts that were taken in and not let go.

Which patterns a fact matches is found once for every look (``looks.py``) and remembered. A rule is
woken only by its rarest pattern and joined only when all its patterns have facts. The supported
rules are those that cards compile to (``rules.py``): patterns of literals, value lists and
variables, followed by ``NOT`` of single patterns.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ccexpert.engine.looks import Looks
from ccexpert.engine.rules import Alternative

#: The fields that differ between facts that look the same.
_OWN = frozenset({"__factid__", "number", "host"})

#: How many looks of facts are remembered before the memory starts afresh: each takes about two
#: kilobytes in every thread, and a server meets names that never come again.
_MOST_LOOKS = 4_000

One = tuple[Any, dict[str, Any]]
"""A fact, and the variables that it binds."""

Row = tuple[tuple[Any, ...], dict[str, Any]]
"""The facts that make a rule hold, and the values of its variables."""


@dataclass(frozen=True, slots=True)
class Join:
    """One alternative of a condition, with the numbers of its patterns."""

    alternative: Alternative
    positive: tuple[int, ...]
    negative: tuple[int, ...]
    needed: frozenset[int]
    """Its positive patterns once each."""


class Joins:
    """The rules, numbered from 0, and the facts that their patterns match."""

    def __init__(self, alternatives: Iterable[Alternative]) -> None:
        self._patterns = Looks()
        self.rules = [self._join(alternative) for alternative in alternatives]
        used = Counter(number for join in self.rules for number in join.positive)
        self._woken_by: dict[int, list[int]] = defaultdict(list)
        for number, join in enumerate(self.rules):
            self._woken_by[min(join.positive, key=used.__getitem__)].append(number)
        self._asking_for: dict[int, set[int]] = defaultdict(set)
        for number, join in enumerate(self.rules):
            for pattern in (*join.positive, *join.negative):
                self._asking_for[pattern].add(number)
        self._looks: dict[Any, list[tuple[int, dict[str, Any]]]] = {}
        self.forget()

    def forget(self) -> None:
        """Forget all facts."""
        self._matched: dict[int, dict[int, One]] = {}
        self._indexes: dict[tuple[int, str], dict[Any, list[One]]] = {}

    def take(self, name: int, fact: Any, kind: str, fields: Mapping[str, Any]) -> Iterator[int]:
        """Take in a fact under a name of its own; returns the patterns it matches."""
        self._indexes.clear()
        host = fields.get("host", "")
        for number, found in self._look(kind, fields):
            bindings = self._patterns.wanted[number].with_host(found, host)
            if bindings is not None:
                self._matched.setdefault(number, {})[name] = (fact, bindings)
                yield number

    def let_go(self, name: int, kind: str, fields: Mapping[str, Any]) -> Iterator[int]:
        """Let go of a fact; returns the patterns that it matched until now."""
        self._indexes.clear()
        for number, _ in self._look(kind, fields):
            matched = self._matched.get(number, {})
            if matched.pop(name, None) is not None:
                if not matched:
                    del self._matched[number]
                yield number

    def awake(self) -> set[int]:
        """The rules of which every pattern has facts."""
        matched = self._matched.keys()
        return {
            number
            for pattern in matched
            for number in self._woken_by.get(pattern, ())
            if self.rules[number].needed <= matched
        }

    def concerned(self, patterns: Iterable[int]) -> set[int]:
        """The rules whose facts may have changed with those of these patterns."""
        return set().union(*(self._asking_for.get(pattern, ()) for pattern in patterns))

    def rows(self, number: int) -> list[Row]:
        """All ways in which a rule holds."""
        join = self.rules[number]
        if not join.needed <= self._matched.keys():
            return []
        first, *others = join.positive
        rows: list[Row] = [((fact,), found) for fact, found in self._matched[first].values()]
        for pattern in others:
            rows = [
                ((*facts, fact), known | bindings)
                for facts, known in rows
                for fact, bindings in self._agreeing(pattern, known)
            ]
        for pattern in join.negative:
            rows = [row for row in rows if next(self._agreeing(pattern, row[1]), None) is None]
        return rows

    def _join(self, alternative: Alternative) -> Join:
        parts = alternative.conjunction
        number = self._patterns.number
        positive = tuple(number(p) for p in parts.positive)
        negative = tuple(number(p) for p in parts.negative)
        return Join(alternative, positive, negative, frozenset(positive))

    def _look(self, kind: str, fields: Mapping[str, Any]) -> list[tuple[int, dict[str, Any]]]:
        """The patterns that any fact matches that looks like this one, on some host."""
        key = (kind, tuple(item for item in fields.items() if item[0] not in _OWN))
        if key not in self._looks:
            if len(self._looks) >= _MOST_LOOKS:
                self._looks.clear()
            self._looks[key] = list(self._patterns.matching(kind, fields))
        return self._looks[key]

    def _agreeing(self, pattern: int, known: dict[str, Any]) -> Iterator[One]:
        """The facts that match a pattern and agree with the known variables."""
        for one in self._candidates(pattern, known):
            if all(known.get(name, value) == value for name, value in one[1].items()):
                yield one

    def _candidates(self, pattern: int, known: dict[str, Any]) -> Iterable[One]:
        """The facts that match a pattern; of many only those that agree on the first variable."""
        matched = self._matched.get(pattern, {})
        if len(matched) < 2:
            return matched.values()
        variables = self._patterns.wanted[pattern].variables.values()
        shared = next((name for name in variables if name in known), "")
        if not shared:
            return matched.values()
        index = self._indexes.get((pattern, shared))
        if index is None:
            index = self._indexes[pattern, shared] = defaultdict(list)
            for one in matched.values():
                index[one[1][shared]].append(one)
        return index.get(known[shared], ())

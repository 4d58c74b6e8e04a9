"""Incremental evaluation: remembers the facts of its last run and what held for them, and works out
only what a change concerns.

A consultation needs it: one answer changes one or two facts of many. A fact that has gone takes
with it what rested on it, and what held because it was absent is looked at again. A stateful
property test holds it equal to an evaluation from nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from ccexpert.engine.joins import Joins
from ccexpert.engine.rules import Condition, Firing, alternatives_of, in_words
from ccexpert.facts import Face

_Held = tuple[tuple[tuple[str, str], ...], tuple[int, ...]]
"""The bindings of a rule that holds, and the names of its facts."""


class Incremental:
    """Evaluates compiled conditions for one thread; ``run`` may be called any number of times."""

    def __init__(self, conditions: Iterable[Condition]) -> None:
        self._joins = Joins(alternatives_of(conditions))
        self._names: dict[Any, int] = {}
        self._held: dict[int, list[_Held]] = {}
        self._next = 0

    def run(self, faces: Sequence[Face]) -> list[Firing]:
        """The rules that hold for facts with these faces, without duplicates and in a fixed
        order."""
        told = dict(_keyed(faces))
        for rule in self._joins.concerned(self._changed(told, faces)):
            rows = self._joins.rows(rule)
            if rows:
                self._held[rule] = [(in_words(bindings), facts) for facts, bindings in rows]
            else:
                self._held.pop(rule, None)
        numbers = {self._names[key]: number for key, number in told.items()}
        found = {
            Firing(self._joins.rules[rule].alternative.rule, said, _sorted(facts, numbers))
            for rule, rows in self._held.items()
            for said, facts in rows
        }
        return sorted(found)

    def _changed(self, told: dict[Any, int], faces: Sequence[Face]) -> set[int]:
        """Let go of the facts that are no longer told and take in the new ones; returns the
        patterns that they match."""
        touched: set[int] = set()
        for key in self._names.keys() - told.keys():
            touched.update(self._joins.let_go(self._names.pop(key), key[0], dict(key[1])))
        for key in told.keys() - self._names.keys():
            name = self._names[key] = self._next
            self._next += 1
            touched.update(self._joins.take(name, name, *faces[told[key]]))
        return touched

    def warm(self) -> None:
        """Do nothing: it is built at once."""


def _keyed(faces: Sequence[Face]) -> Iterable[tuple[Any, int]]:
    """A key for each face, with its number; equal faces are counted."""
    seen: Counter[Any] = Counter()
    for number, (kind, fields) in enumerate(faces):
        face = (kind, tuple(fields.items()))
        yield (*face, seen[face]), number
        seen[face] += 1


def _sorted(facts: tuple[int, ...], numbers: dict[int, int]) -> tuple[int, ...]:
    return tuple(sorted(numbers[name] for name in facts))

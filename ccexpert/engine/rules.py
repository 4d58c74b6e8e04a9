"""Conditions of cards as experta rules.

Every alternative of a ``when`` becomes one experta rule of positive fact patterns and, after them,
``NOT`` of single patterns; nothing else of experta's language is used, because most of it silently
means something else (``any`` is spelled out here instead of ``OR``, which would fire twice). A
right-hand side only records that it fired, so the order of firing cannot matter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from ccexpert.engine.shim import NOT, Fact, KnowledgeEngine, P, Rule, W
from ccexpert.errors import KnowledgeError
from ccexpert.facts import FACT_TYPES
from ccexpert.knowledge.patterns import Conjunction, Pattern, Variable, When

#: Joins all patterns of one condition on the host, unless a pattern says otherwise.
_HOST = Variable("host")

_FACT_NAME = "fact"


@dataclass(frozen=True)
class Condition:
    """A ``when`` and the name of the rule it belongs to."""

    rule: str
    when: When


@dataclass(frozen=True)
class Firing:
    """One rule held for these values of its variables, because of these facts (by their
    numbers)."""

    rule: str
    bindings: tuple[tuple[str, str], ...]
    facts: tuple[int, ...]


class SeenFact(Fact):  # type: ignore[misc]
    """A fact whose values are scalars that were checked before: nothing is left to freeze or
    validate."""

    def __init__(self, **fields: Any) -> None:
        dict.update(self, fields)
        self._Fact__defaults: dict[str, Any] = {}

    def validate(self) -> None:
        """Nothing: the facts were validated when they were read."""


SEEN_TYPES: dict[str, type[SeenFact]] = {kind: type(kind, (SeenFact,), {}) for kind in FACT_TYPES}


@dataclass(frozen=True)
class OneOf:
    """The predicate of a list of values; total, because every value is a hashable scalar."""

    values: frozenset[Any]

    def __call__(self, value: Any) -> bool:
        """Whether ``value`` is one of them."""
        return value in self.values


Recorder = Callable[[str, dict[str, Any]], None]


def engine_class(
    conditions: Iterable[Condition], record: Recorder, strategy: type, matcher: type
) -> type[KnowledgeEngine]:
    """A ``KnowledgeEngine`` class with one experta rule for each alternative of each condition."""
    members: dict[str, Any] = {"__strategy__": strategy, "__matcher__": matcher}
    seen: set[str] = set()
    number = 0
    for condition in sorted(conditions, key=lambda c: c.rule):
        if condition.rule in seen:
            raise KnowledgeError(f"two rules are called '{condition.rule}'")
        seen.add(condition.rule)
        for conjunction in condition.when.alternatives:
            name = f"rule_{number:06d}"
            members[name] = _rule(name, condition.rule, conjunction, record)
            number += 1
    return type("Knowledge", (KnowledgeEngine,), members)


def _rule(name: str, rule: str, conjunction: Conjunction, record: Recorder) -> Rule:
    def fire(*_engine: KnowledgeEngine, **bound: Any) -> None:
        record(rule, bound)

    fire.__name__ = name
    positive = [_pattern(p, number) for number, p in enumerate(conjunction.positive)]
    negative = [NOT(_pattern(p)) for p in conjunction.negative]
    return Rule(*positive, *negative)(fire)


def _pattern(pattern: Pattern, number: int | None = None) -> SeenFact:
    fields = {field: _constraint(value) for field, value in pattern.fields}
    fields.setdefault("host", _constraint(_HOST))
    made = SEEN_TYPES[pattern.kind](**fields)
    return made if number is None else f"{_FACT_NAME}{number}" << made


def _constraint(value: Variable | tuple[Any, ...]) -> Any:
    if isinstance(value, Variable):
        return value.name << W()
    return value[0] if len(value) == 1 else P(OneOf(frozenset(value)))


def firing(rule: str, bound: dict[str, Any], number_of: Callable[[Any], int]) -> Firing:
    """What was bound when a rule fired, as plain data."""
    facts = tuple(number_of(v) for v in bound.values() if isinstance(v, Fact))
    variables = ((k, str(v)) for k, v in bound.items() if not isinstance(v, Fact))
    return Firing(rule, tuple(sorted(variables)), tuple(sorted(facts)))

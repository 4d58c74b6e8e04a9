"""Compiles the conditions of cards to experta rules.

Every alternative of a ``when`` becomes one experta rule: positive fact patterns, followed by
``NOT`` of single patterns. The rest of experta's language is not used, because much of it silently
means something else (``any`` is expanded here, because ``OR`` would fire twice). A right-hand side
only records that it fired, so the order of firing cannot matter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from ccexpert.engine.shim import NOT, Fact, KnowledgeEngine, P, Rule, W
from ccexpert.errors import KnowledgeError
from ccexpert.facts import KINDS
from ccexpert.knowledge.patterns import Conjunction, Pattern, Variable, When

#: Joins all patterns of a condition on the host, unless a pattern names a host itself.
HOST = Variable("host")


@dataclass(frozen=True)
class Condition:
    """A ``when`` and the name of the rule it belongs to."""

    rule: str
    when: When


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way in which a condition can hold: one experta rule."""

    name: str
    """Unique; the order of names is the order of conditions."""
    rule: str
    conjunction: Conjunction


class Firing(NamedTuple):
    """A rule that held for these values of its variables, because of the facts with these
    numbers."""

    rule: str
    bindings: tuple[tuple[str, str], ...]
    facts: tuple[int, ...]


class SeenFact(Fact):  # type: ignore[misc]
    """A fact whose values are scalars and already checked: nothing is left to freeze or
    validate."""

    NAMES: tuple[str, ...] = ()
    """The fields that name the thing this fact is about."""

    def __init__(self, **fields: Any) -> None:
        dict.update(self, fields)
        self._Fact__defaults: dict[str, Any] = {}

    def validate(self) -> None:
        """Do nothing: the facts were validated when they were read."""


SEEN_TYPES: dict[str, type[SeenFact]] = {
    name: type(name, (SeenFact,), {"NAMES": kind.NAMES}) for name, kind in KINDS.items()
}


@dataclass(frozen=True)
class OneOf:
    """The predicate for a list of values. It never fails, since every value is hashable."""

    values: frozenset[Any]

    def __call__(self, value: Any) -> bool:
        """Whether ``value`` is one of them."""
        return value in self.values


Recorder = Callable[[Firing], None]

#: The name under which a matcher hands a firing to its rule; no variable is called so.
FIRING = "=firing"

#: The field that holds the number of a fact.
NUMBER = "number"


def engine_class(
    conditions: Iterable[Condition], record: Recorder, strategy: type, matcher: type
) -> type[KnowledgeEngine]:
    """A ``KnowledgeEngine`` class with one experta rule per alternative of each condition; a
    matcher that makes the rules itself is given the alternatives instead."""
    alternatives = tuple(alternatives_of(conditions))
    members: dict[str, Any] = {
        "__strategy__": strategy,
        "__matcher__": matcher,
        "ALTERNATIVES": alternatives,
        "record": staticmethod(record),
    }
    if not getattr(matcher, "MAKES_RULES", False):
        members |= {one.name: rule_of(one, record) for one in alternatives}
    return type("Knowledge", (KnowledgeEngine,), members)


def alternatives_of(conditions: Iterable[Condition]) -> Iterator[Alternative]:
    """Every way in which these conditions can hold; ``KnowledgeError`` if two have one name."""
    seen: set[str] = set()
    number = 0
    for condition in sorted(conditions, key=lambda c: c.rule):
        if condition.rule in seen:
            raise KnowledgeError(f"two rules are called '{condition.rule}'")
        seen.add(condition.rule)
        for conjunction in condition.when.alternatives:
            yield Alternative(f"rule_{number:06d}", condition.rule, conjunction)
            number += 1


def rule_of(alternative: Alternative, record: Recorder) -> Rule:
    """The experta rule of one alternative; firing, it only records that it held."""

    def fire(*_engine: KnowledgeEngine, **bound: Any) -> None:
        record(bound.get(FIRING) or _firing(alternative.rule, bound))

    fire.__name__ = alternative.name
    parts = alternative.conjunction
    positive = [_pattern(p, number) for number, p in enumerate(parts.positive)]
    negative = [NOT(_pattern(p)) for p in parts.negative]
    return Rule(*positive, *negative)(fire)


def _pattern(pattern: Pattern, number: int | None = None) -> SeenFact:
    fields = {field: _constraint(value) for field, value in pattern.fields}
    fields.setdefault("host", _constraint(HOST))
    made = SEEN_TYPES[pattern.kind](**fields)
    return made if number is None else f"fact{number}" << made


def _constraint(value: Variable | tuple[Any, ...]) -> Any:
    if isinstance(value, Variable):
        return value.name << W()
    return value[0] if len(value) == 1 else P(OneOf(frozenset(value)))


def _firing(rule: str, bound: Mapping[str, Any]) -> Firing:
    facts = [value for value in bound.values() if isinstance(value, Fact)]
    variables = {name: v for name, v in bound.items() if not isinstance(v, Fact)}
    return firing(rule, variables, facts)


def firing(rule: str, variables: Mapping[str, Any], facts: Iterable[Fact]) -> Firing:
    """What a rule records when it fires."""
    return Firing(rule, in_words(variables), tuple(sorted(fact[NUMBER] for fact in facts)))


def in_words(bindings: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The values of variables as words, in the order of the names."""
    return tuple(sorted((name, str(value)) for name, value in bindings.items()))

"""Which conditions could hold in a case: those of which everything they ask for is known of.

What a condition asks for is found out when knowledge is compiled, so that a single diagnosis need
not read the other cards at all. It may let a condition through that then does not hold; it never
keeps one back that would.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from ccexpert.knowledge.intake import Case, engine_fields
from ccexpert.knowledge.patterns import Pattern, Variable, When
from ccexpert.knowledge.vocabulary import Vocabulary

Key = str
"""A kind of fact and the name of the thing (``process mta``), ``*`` for any."""

Needs = Sequence[Sequence[Sequence[Key]]]
"""Ways to hold; in each way what must be known of; for each of that, the keys that will do."""

_NAMES = ("signature", "name", "module", "port", "type")

#: A name that an inference may take from elsewhere, so that it could be any.
_FREE, _SOME = "name", "?"


def keys_of(case: Case, vocabulary: Vocabulary) -> frozenset[Key]:
    """The things that the facts of a case are about."""
    found: set[Key] = set()
    for fact in case.facts:
        for kind, fields in engine_fields(fact, vocabulary):
            found.add(_key(kind))
            found.update(_key(kind, fields[name]) for name in _NAMES if name in fields)
    return frozenset(found)


def needs_of(conditions: Iterable[When]) -> Needs:
    """What must be known of for any of the conditions to hold, in as few ways as will do."""
    ways = {
        frozenset(_keys(pattern) for pattern in conjunction.positive)
        for condition in conditions
        for conjunction in condition.alternatives
    }
    fewest = [way for way in ways if not any(other < way for other in ways)]
    return sorted(sorted(sorted(keys) for keys in way) for way in fewest)


def given_by(patterns: Iterable[Pattern]) -> list[Key]:
    """The keys of the facts that match one of the patterns."""
    found: set[Key] = set()
    for pattern in patterns:
        found |= {_key(pattern.kind)} | _keys(pattern)
        if isinstance(pattern.get(_FREE), Variable):
            found.add(_key(pattern.kind, _SOME))
    return sorted(found)


def possible(needs: Needs, known: Collection[Key]) -> bool:
    """Whether all is known of that one of the ways needs."""
    return any(all(any(key in known for key in keys) for keys in way) for way in needs)


def may_hold(condition: When, known: Collection[Key]) -> bool:
    """Whether all is known of that one of the ways of a condition needs."""
    return any(
        all(not _keys(pattern).isdisjoint(known) for pattern in conjunction.positive)
        for conjunction in condition.alternatives
    )


def with_conclusions(
    known: frozenset[Key], inferences: Iterable[Mapping[str, Sequence[Key]]]
) -> frozenset[Key]:
    """``known`` and what inferences could conclude from it, step by step; of each inference, what
    it ``needs`` and ``gives``."""
    found = set(known)
    waiting = list(inferences)
    while able := [one for one in waiting if possible(one["needs"], found)]:
        waiting = [one for one in waiting if one not in able]
        for one in able:
            found.update(one["gives"])
    return frozenset(found)


def _keys(pattern: Pattern) -> frozenset[Key]:
    """The keys under which a fact that matches could be known."""
    asked = dict(pattern.fields)
    for name in _NAMES:
        if isinstance(values := asked.get(name), tuple):
            also = (_SOME,) if name == _FREE else ()
            return frozenset(_key(pattern.kind, value) for value in (*values, *also))
    return frozenset({_key(pattern.kind)})


def _key(kind: str, name: object = "*") -> Key:
    return f"{kind} {name}"

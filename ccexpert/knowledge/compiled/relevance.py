"""Which conditions can hold in a case: those whose every pattern asks about something the facts
mention.

The needs of each condition are computed when knowledge is compiled, so that a single diagnosis
does not read unrelated cards at all. The check may let through a condition that does not hold; it
never rejects one that would.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain

from ccexpert.facts import KINDS
from ccexpert.facts.case import Case
from ccexpert.knowledge.cards import Card
from ccexpert.knowledge.patterns import Pattern, Variable, When

Key = str
"""A kind of fact and the name of its thing (``process mta``); ``*`` stands for any name."""

Needs = Sequence[Sequence[Sequence[Key]]]
"""Alternatives; each lists what the facts must mention, and for each mention the accepted keys."""

#: Stands for a name that an inference binds at run time, so it could be any.
_SOME = "?"


def keys_of(case: Case) -> frozenset[Key]:
    """Keys of the things that the facts of a case are about."""
    found: set[Key] = set()
    for kind, fields in chain.from_iterable(case.faces):
        found.add(key_of(kind))
        if (name := _named(kind)) in fields:
            found.add(key_of(kind, fields[name]))
    return frozenset(found)


def needs_of(conditions: Iterable[When]) -> Needs:
    """What the facts must mention for any of the conditions to hold, in as few alternatives as
    possible."""
    ways = {
        frozenset(_keys(pattern) for pattern in conjunction.positive)
        for condition in conditions
        for conjunction in condition.alternatives
    }
    fewest = [way for way in ways if not any(other < way for other in ways)]
    return sorted(sorted(sorted(keys) for keys in way) for way in fewest)


def speaking_of(cards: Mapping[str, Card]) -> dict[Key, list[str]]:
    """For each key, the cards whose supporting evidence asks for a fact with that key."""
    found: dict[Key, list[str]] = defaultdict(list)
    for name, card in cards.items():
        for key in sorted(frozenset().union(*map(_keys, card.conditions.supporting))):
            found[key].append(name)
    return found


def given_by(patterns: Iterable[Pattern]) -> list[Key]:
    """Keys of the facts that match any of the patterns."""
    found: set[Key] = set()
    for pattern in patterns:
        found |= {key_of(pattern.kind)} | _keys(pattern)
        if isinstance(pattern.get(_named(pattern.kind)), Variable):
            found.add(key_of(pattern.kind, _SOME))
    return sorted(found)


def possible(needs: Needs, known: Collection[Key]) -> bool:
    """Whether the facts mention everything that one of these ways needs."""
    return any(all(any(key in known for key in keys) for keys in way) for way in needs)


def may_hold(condition: When, known: Collection[Key]) -> bool:
    """Whether the facts mention everything that one alternative of this condition needs."""
    return any(
        all(not _keys(pattern).isdisjoint(known) for pattern in conjunction.positive)
        for conjunction in condition.alternatives
    )


def with_conclusions(
    known: frozenset[Key], inferences: Iterable[Mapping[str, Sequence[Key]]]
) -> frozenset[Key]:
    """``known`` plus the keys of everything that inferences could conclude from it.

    Each inference is given by the keys it ``needs`` and the keys it ``gives``.
    """
    found = set(known)
    waiting = list(inferences)
    while able := [one for one in waiting if possible(one["needs"], found)]:
        waiting = [one for one in waiting if one not in able]
        for one in able:
            found.update(one["gives"])
    return frozenset(found)


def _keys(pattern: Pattern) -> frozenset[Key]:
    """The keys that a matching fact could have."""
    if values := pattern.literals(_named(pattern.kind)):
        return frozenset(key_of(pattern.kind, value) for value in (*values, _SOME))
    return frozenset({key_of(pattern.kind)})


def _named(kind: str) -> str:
    """The main field that names the thing a fact is about."""
    return KINDS[kind].NAMES[0]


def like(card: str) -> Key:
    """The key of what says that words are like a card (``knowledge/likeness.py``)."""
    return key_of("complaint", card)


def key_of(kind: str, name: object = "*") -> Key:
    """The key of a fact of this kind about the thing with this name."""
    return f"{kind} {name}"

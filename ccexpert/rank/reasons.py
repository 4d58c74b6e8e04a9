"""Counts each reason once: five log lines that say the same thing are one reason.

Evidence is contained in other evidence of its card if it rests on the same facts or a subset of
them. Among reasons with the same facts, the strongest counts. A reason that needs more facts
replaces all reasons it contains if it says more than they do together; otherwise it adds nothing.
Evidence for and evidence against a diagnosis are treated separately.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from itertools import groupby

from ccexpert.certainty import combine


def counted(weights: Sequence[float], facts: Sequence[Set[int]]) -> Set[int]:
    """The numbers of the reasons that count; each is given by its weight and its facts."""
    return _of_one_sign(weights, facts, +1) | _of_one_sign(weights, facts, -1)


def _of_one_sign(weights: Sequence[float], facts: Sequence[Set[int]], sign: int) -> Set[int]:
    strongest: dict[Set[int], int] = {}
    for number, weight in enumerate(weights):
        if weight * sign > 0:
            best = strongest.setdefault(facts[number], number)
            if abs(weight) > abs(weights[best]):
                strongest[facts[number]] = number
    kept: Set[int] = frozenset()
    for _, level in groupby(sorted(strongest, key=len), key=len):
        kept = _with_level([strongest[same] for same in level], kept, weights, facts)
    return kept


def _with_level(
    level: Sequence[int], kept: Set[int], weights: Sequence[float], facts: Sequence[Set[int]]
) -> Set[int]:
    """Add to ``kept`` the reasons of this size that outweigh everything they contain."""
    inside = {n: {k for k in kept if facts[k] < facts[n]} for n in level}
    more = {n for n in level if abs(weights[n]) > abs(combine(weights[k] for k in inside[n]))}
    replaced = frozenset().union(*(inside[n] for n in more))
    return (kept - replaced) | more

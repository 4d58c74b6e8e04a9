"""Places consequences under their causes: a root cause comes first, with everything it causes.

A cause takes a consequence under itself if it is at least as sure. A more specific card
(``refines``) takes the general card as soon as it is a finding that rests on some of the same
facts, or on what the process itself says that the general card is about, however sure the general
card is. A cause that a message names takes the state of a process that it brings about
(``states``). A card that names only a class of causes (``general``) stands under every finding
that accounts for the same messages, and under what is surer of them; if it names only a place
(``complaint`` as well), under every finding there, and under a place that it needs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ccexpert.certainty import FINDING
from ccexpert.facts import Fact
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.knowledge.cards import is_among
from ccexpert.rank.hypothesis import Hypothesis
from ccexpert.rank.places import leads_to
from ccexpert.rank.states import goes_before, is_told_by


def explained(
    likely: Sequence[Hypothesis], facts: Sequence[Fact], vocabulary: Vocabulary
) -> list[Hypothesis]:
    """Give each hypothesis the surest cause that takes it, without cycles.

    ``likely`` must be sorted, the surest first; ``facts`` are those that they cover.
    """
    causes: dict[int, int] = {}
    for number, hypothesis in enumerate(likely):
        candidates = (
            i
            for i, cause in enumerate(likely)
            if _takes(cause, hypothesis, facts) or leads_to(cause, hypothesis, vocabulary)
            if not _leads_to(causes, i, number)
        )
        best = next(candidates, None)
        if best is not None:
            causes[number] = best
    return [
        replace(h, explained_by=likely[causes[i]].card.id) if i in causes else h
        for i, h in enumerate(likely)
    ]


def _takes(cause: Hypothesis, other: Hypothesis, facts: Sequence[Fact]) -> bool:
    card, name = cause.card, other.card.id
    if card.id == name or not cause.is_where(other):
        return False
    if cause.is_finding and other.card.says_only_whom and not card.says_only_whom:
        return True
    if card.accounts_for(name) and goes_before(cause, other, facts):
        return True
    if _is_class_of(other, cause) and cause.certainty > other.certainty:
        return True
    if cause.certainty >= FINDING and (name in card.refined or _is_class_of(other, cause)):
        if not cause.covers.isdisjoint(other.covers) or is_told_by(other, cause, facts):
            return True
        if not is_among(name, card.consequences):
            return False
    surer = cause.certainty > other.certainty
    found = cause.certainty >= max(other.certainty, FINDING)
    return card.accounts_for(name) and (surer or found)


def _is_class_of(general: Hypothesis, cause: Hypothesis) -> bool:
    """Whether one only names the class of what the other names, by the same facts."""
    return general.card.general and not cause.card.general and general.core <= cause.covers


def _leads_to(causes: Mapping[int, int], start: int, end: int) -> bool:
    while start in causes:
        start = causes[start]
        if start == end:
            return True
    return start == end

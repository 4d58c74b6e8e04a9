"""Likeness: the known case that words resemble, where nothing else names a cause.

Words may be like a card none of whose signs was seen (``knowledge/likeness.py``). That is little,
but more than a place: such a case is offered only where every other diagnosis is a place or a
faint suspicion that rests on complaints. It counts for more at the place that the complaint names,
and never as a finding.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ccexpert.certainty import THRESHOLD
from ccexpert.engine.reasoner import Held, Reasoned
from ccexpert.facts import UNSAID, ComplaintFact
from ccexpert.knowledge.base import KnowledgeBase
from ccexpert.knowledge.cards import Card
from ccexpert.knowledge.likeness import CASES
from ccexpert.rank.hypothesis import Hypothesis

#: From this certainty on, a complaint leads to a diagnosis without likeness.
_CLEAR = 0.3
#: How sure a likeness must be where the complaint names another place, or none names it.
_SURE = 0.6


def resembled(
    hypotheses: Sequence[Hypothesis], reasoned: Reasoned, base: KnowledgeBase
) -> Iterator[Held]:
    """The evidence that words alone give: for the case that they resemble most."""
    alike = list(_alike(reasoned, base))
    if not alike or any(map(_leads, hypotheses)):
        return
    places = {h.card.module for h in hypotheses if h.certainty > 0}
    at = {n: _support(fact, not places or card.module in places) for n, fact, card in alike}
    number, fact, card = max(alike, key=lambda one: (at[one[0]], -one[0]))
    if at[number]:
        where = {"host": fact.host or UNSAID}
        rests = frozenset({number})
        yield Held(card.id, card.likeness, where, (number,), at[number], rests)


def _alike(reasoned: Reasoned, base: KnowledgeBase) -> Iterator[tuple[int, ComplaintFact, Card]]:
    """The numbers of the facts that say which cases words resemble, with these cases."""
    for number, fact in enumerate(reasoned.facts):
        if isinstance(fact, ComplaintFact) and fact.present:
            entry = base.vocabulary.get("complaint", fact.about)
            if entry and entry.topic == CASES and fact.about in base.cards:
                yield number, fact, base.cards[fact.about]


def _leads(other: Hypothesis) -> bool:
    """Whether something better than words leads to a diagnosis."""
    if other.card.says_only_whom:
        return False
    return other.own >= THRESHOLD or other.certainty >= _CLEAR


def _support(fact: ComplaintFact, is_there: bool) -> float:
    """How far words support a case: further at the place that was complained of, and not at all
    elsewhere if they say little."""
    if is_there:
        return (1 + fact.certainty) / 2
    return fact.certainty if fact.certainty >= _SURE else 0.0

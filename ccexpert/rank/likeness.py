"""Likeness: the known case or fault that words resemble, where nothing else names a cause.

Words may be like a card none of whose signs was seen (``knowledge/likeness.py``). That is little,
but more than a place: such a case is offered only where every other diagnosis is a place or a
faint suspicion that rests on complaints. The known fault of a build, of whose one sentence most
must stand there, is offered if no case is, also beside what a complaint leads to, but below it.
Either counts for more at the place that the complaint names, and never as a finding.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ccexpert.certainty import THRESHOLD, WORDS
from ccexpert.engine.reasoner import Held, Reasoned
from ccexpert.facts import UNSAID, ComplaintFact
from ccexpert.knowledge.base import KnowledgeBase
from ccexpert.knowledge.cards import Card
from ccexpert.knowledge.likeness import CASES
from ccexpert.rank.hypothesis import Hypothesis

#: The complaints that words are like: known cases, and known faults of builds.
_TOPICS = frozenset({CASES, "known-faults"})
#: From this certainty on, a complaint leads to a diagnosis without likeness to a case.
_CLEAR = 0.3
#: What it may support beside such a diagnosis, so that it stays below: half of it is the certainty.
_BELOW = 1.9
#: How sure a likeness must be where the complaint names another place, or none names it.
_SURE = 0.6


def resembled(
    hypotheses: Sequence[Hypothesis], reasoned: Reasoned, base: KnowledgeBase
) -> Iterator[Held]:
    """The evidence that words alone give: for the case that they resemble most, else for the known
    fault."""
    alike = list(_alike(reasoned, base))
    others = [h for h in hypotheses if not h.card.says_only_whom]
    if not alike or any(h.own >= THRESHOLD for h in others):
        return
    lead, most = max((h.certainty for h in others), default=0.0), 1.0
    if lead >= _CLEAR:
        alike, most = [one for one in alike if one[2].general], _BELOW * lead
    places = {h.card.module for h in hypotheses if h.certainty > 0}
    at = {
        n: min(most, _support(fact, not places or card.module in places)) for n, fact, card in alike
    }
    for number, fact, card in sorted(alike, key=lambda one: (one[2].general, -at[one[0]], one[0])):
        if at[number]:
            where = {"host": fact.host or UNSAID}
            rests = frozenset({number})
            yield Held(card.id, card.likeness, where, (number,), at[number], rests)
            return


def _alike(reasoned: Reasoned, base: KnowledgeBase) -> Iterator[tuple[int, ComplaintFact, Card]]:
    """The numbers of the facts that say which cases and faults words resemble, with their
    cards."""
    for number, fact in enumerate(reasoned.facts):
        if isinstance(fact, ComplaintFact) and fact.present:
            entry = base.vocabulary.get("complaint", fact.about)
            if entry and entry.topic in _TOPICS and fact.about in base.cards:
                yield number, fact, base.cards[fact.about]


def _support(fact: ComplaintFact, is_there: bool) -> float:
    """How far words support a case, however sure somebody is that it is like that: further at the
    place that was complained of, and not at all elsewhere if they say little."""
    told = min(fact.certainty, WORDS["strong"])
    if is_there:
        return (1 + told) / 2
    return told if told >= _SURE else 0.0

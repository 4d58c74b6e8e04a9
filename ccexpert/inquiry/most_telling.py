"""The default policy: ask the question that tells most about the standing diagnoses for its
price.

*Topics.* Operators prefer to finish one topic before the next, even if that takes more questions
(Buchanan and Shortliffe, *Rule-Based Expert Systems*, 1984, ch. 3), so near ties go to the
current topic.

*Stopping.* A question counts only if some answer would put another diagnosis first, or find one
where the first is a mere suspicion or names no cause. The policy stops when no such question is
left. It also stops when the first diagnosis is a finding and the odds are ten to one against all
diagnoses that could still replace it; early on, the finding must name a cause. What is known or
concluded is never asked. If a process list lacks modules, the policy first asks which ones the host
should start. A message that nothing explains leads first to its module and what that needs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import chain

from ccexpert.certainty import FINDING
from ccexpert.inquiry.candidates import Candidates
from ccexpert.inquiry.policy import Candidate, Offer, Situation
from ccexpert.inquiry.prices import lists
from ccexpert.inquiry.traced import traced
from ccexpert.inquiry.unlisted import question
from ccexpert.knowledge.base import KnowledgeBase

#: A question worth at least this share of the best one wins if it stays in the topic.
_NEAR = 0.8

#: Who has told of fewer things is asked for a cause where only a place or a class is found.
_EARLY = 12

#: Rivals of a finding that share less than this of the odds are not worth a question.
_RIVALS = 0.1


class MostTelling:
    """Asks what tells most for its price, in lists, and keeps to a topic if it can."""

    def __init__(self, base: KnowledgeBase) -> None:
        self._vocabulary = base.vocabulary
        self._candidates = Candidates(base)

    def offers(self, situation: Situation) -> Sequence[Offer]:
        """All questions worth asking now, the most valuable first."""
        first = question(situation, self._vocabulary)
        asked = {thing for offer in first for thing in offer.things}
        found = [one for one in self.candidates(situation) if one.thing not in asked]
        if _is_settled(situation, found):
            return first
        leads, others = traced(found, situation, self._vocabulary)
        return [*first, *lists(leads), *lists(others)]

    def candidates(self, situation: Situation) -> Sequence[Candidate]:
        """All things where some answer could change the first diagnosis."""
        return self._candidates.of(situation)

    def choose(self, offers: Sequence[Offer], topic: str) -> Offer | None:
        """The best offer, or one in the current topic if it is nearly as good."""
        near = (o for o in offers if o.topic == topic and o.worth >= _NEAR * offers[0].worth)
        return next(chain(near, offers), None)


def _is_settled(situation: Situation, found: Sequence[Candidate]) -> bool:
    """Whether the first diagnosis is a finding that its rivals are unlikely to replace."""
    first = next(iter(situation.ranking.causes), None)
    if first is None or first.certainty < FINDING:
        return False
    if (first.card.general or first.card.complaint) and len(situation.given) < _EARLY:
        return False
    rivals = {r for one in found for several in one.rivals.values() for r in several}
    others = (r for r in rivals if (r.diagnosis, r.instance) != (first.card.id, first.instance))
    return math.fsum(r.share for r in others) < _RIVALS

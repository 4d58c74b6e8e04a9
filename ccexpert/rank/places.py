"""Places: where to look first for what no diagnosis accounts for.

The card of a component names a place and no cause (``knowledge/components.py``). What is seen there
counts for it only if it needs an explanation and no other diagnosis accounts for it. Of two such
places, the one that the other needs takes the other under itself: trouble is traced to where it
begins.
"""

from __future__ import annotations

from ccexpert.engine.reasoner import Reasoned
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.knowledge.dependencies import needed
from ccexpert.rank.hypothesis import Hypothesis


def is_told(hypothesis: Hypothesis, reasoned: Reasoned) -> bool:
    """Whether it is more than the place of a sign: a cause, or what somebody complained of."""
    card = hypothesis.card
    return not card.says_only_whom or any(
        reasoned.facts[number].kind == "complaint" for number in hypothesis.covers
    )


def leads_to(cause: Hypothesis, other: Hypothesis, vocabulary: Vocabulary) -> bool:
    """Whether both name only a place, and the place of one needs that of the other."""
    if not (cause.card.says_only_whom and other.card.says_only_whom and cause.is_where(other)):
        return False
    return any(m.name == cause.card.module for m in needed([other.card.module], vocabulary)[1:])

"""Places: where to look first for what no diagnosis accounts for.

The card of a component names a place and no cause (``knowledge/components.py``). What is seen there
counts for it only if it needs an explanation and no other diagnosis accounts for it. A message that
nothing describes leads to the part whose process wrote it. Of two such
places, the one that the other needs takes the other under itself: trouble is traced to where it
begins.
"""

from __future__ import annotations

from collections.abc import Iterator

from ccexpert.engine.reasoner import Held, Reasoned
from ccexpert.facts import UNSAID, ErrorFact
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.knowledge.base import KnowledgeBase
from ccexpert.knowledge.dependencies import needed
from ccexpert.rank.hypothesis import Hypothesis


def heard(reasoned: Reasoned, base: KnowledgeBase) -> Iterator[Held]:
    """For each message that nothing describes: the part whose process wrote it."""
    for number, fact in enumerate(reasoned.facts):
        if not isinstance(fact, ErrorFact) or not fact.seen or reasoned.faces[number]:
            continue
        if fact.module and (place := _place_of(fact.module, base)):
            card, rule = place
            where = {"instance": fact.instance or UNSAID, "host": fact.host or UNSAID}
            yield Held(card, rule, where, (number,), fact.certainty, frozenset({number}))


def _place_of(module: str, base: KnowledgeBase) -> tuple[str, int] | None:
    """The part of which a process is a sign, and the number of that evidence."""
    parts = (base.cards[name] for name in base.speaking("process", module))
    signs = (
        (part.id, number)
        for part in parts
        if part.says_only_whom
        for number, rule in enumerate(part.evidence)
        for pattern in rule.when.patterns
        if pattern.kind == "process" and module in map(str, pattern.literals("module"))
    )
    return next(signs, None)


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

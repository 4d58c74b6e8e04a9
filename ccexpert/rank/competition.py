"""Explaining away: a complaint that one cause accounts for is little reason to suspect another.

In a noisy-or network (J. Pearl, *Probabilistic Reasoning in Intelligent Systems*, 1988, ch. 4) two
causes of one effect are independent until the effect is observed. After that, the surer one cause
is, the less the effect says about the other. INTERNIST (R. Miller, H. Pople and J. Myers, 1982)
and set covering (Y. Peng and J. Reggia, *Abductive Inference Models*, 1990) do the same: what one
disease covers no longer counts for its competitors.

Two passes do this here, in any order of the hypotheses. The first judges each hypothesis by its own
evidence, which rests on more than complaints. The second weakens reasons that rest on complaints
alone: if a rival's card names the same complaints among its signs, the reason is weakened in
proportion to the rival's certainty by its own evidence. A cause and its consequences do not
compete, and a card that only says whom it concerns accounts for nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from ccexpert.facts import Fact
from ccexpert.knowledge.cards import Card
from ccexpert.rank.hypothesis import Hypothesis, Reason, judged

#: Whether a cause accounts for a consequence, by the ids of their cards.
Accounts = Callable[[str, str], bool]


@dataclass(frozen=True)
class Complaints:
    """The observed facts that are complaints."""

    facts: Mapping[int, Fact]
    """Facts by their numbers."""
    background: frozenset[int] = frozenset()
    """The numbers of the facts that only make others fit, such as builds."""

    @cached_property
    def symptoms(self) -> frozenset[int]:
        """The numbers of the symptoms among them."""
        return frozenset(i for i, fact in self.facts.items() if fact.kind == "symptom")

    def alone_carry(self, reason: Reason) -> bool:
        """Whether a reason speaks for a diagnosis and rests on complaints alone."""
        suffered = reason.facts - self.background
        return reason.weight > 0 and bool(suffered) and suffered <= self.facts.keys()

    def accounted_for(self, reason: Reason, cause: Hypothesis) -> bool:
        """Whether a cause covers every complaint a reason rests on, or its card names it as a
        sign."""
        suffered = reason.facts - self.background
        return all(i in cause.covers or _names(cause.card, self.facts[i]) for i in suffered)


def compared(
    hypotheses: Sequence[Hypothesis], complaints: Complaints, accounts: Accounts
) -> list[Hypothesis]:
    """The hypotheses, with the weight of each complaint adjusted for competition."""
    on_their_own = [_on_its_own(h, complaints) for h in hypotheses]
    sure = [h for h in on_their_own if h.own > 0 and not h.card.says_only_whom]
    return [_beside(h, sure, complaints, accounts) for h in on_their_own]


def _on_its_own(hypothesis: Hypothesis, complaints: Complaints) -> Hypothesis:
    own = (r for r in hypothesis.reasons if not complaints.alone_carry(r))
    return replace(hypothesis, own=judged(own, complaints.symptoms))


def _beside(
    hypothesis: Hypothesis,
    sure: Sequence[Hypothesis],
    complaints: Complaints,
    accounts: Accounts,
) -> Hypothesis:
    """A hypothesis after its rivals have weakened its complaints."""
    if not any(map(complaints.alone_carry, hypothesis.reasons)):
        return replace(hypothesis, certainty=judged(hypothesis.reasons, complaints.symptoms))
    name = hypothesis.card.id
    rivals = [
        other
        for other in sure
        if other.card.id != name
        and other.is_where(hypothesis)
        and not accounts(other.card.id, name)
        and not accounts(name, other.card.id)
    ]
    reasons = tuple(
        _less(reason, rivals, complaints) if complaints.alone_carry(reason) else reason
        for reason in hypothesis.reasons
    )
    certainty = judged(reasons, complaints.symptoms)
    return replace(hypothesis, reasons=reasons, certainty=certainty)


def _less(reason: Reason, rivals: Sequence[Hypothesis], complaints: Complaints) -> Reason:
    """A reason, weakened by the surest rival that accounts for the same complaints."""
    accounting = [rival for rival in rivals if complaints.accounted_for(reason, rival)]
    if not accounting:
        return reason
    surest = min(accounting, key=lambda rival: (-rival.own, rival.card.id))
    left = reason.weight * (1 - min(surest.own, 1.0))
    return replace(reason, weight=left, accounted_by=surest.card.id)


def _names(card: Card, fact: Fact) -> bool:
    """Whether a card lists what this fact shows among the signs that speak for it."""
    return any(
        pattern.fits(fact)
        for rule in card.evidence
        if rule.certainty > 0
        for pattern in rule.when.patterns
    )

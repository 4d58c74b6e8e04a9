"""One diagnosis of one instance on one host, and how much each reason for or against it counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ccexpert.certainty import FINDING, SETTLED, SYMPTOM_LIMIT, WORDS, combine
from ccexpert.diagnosis import is_finding
from ccexpert.engine.reasoner import Held, Reasoned
from ccexpert.facts import DEFAULT_INSTANCE, KINDS, UNSAID, Fact
from ccexpert.knowledge.cards import Card

#: Certainties are compared and shown with this many decimal places.
PLACES = 4


@dataclass(frozen=True, slots=True)
class Reason:
    """One piece of evidence that holds, and its weight beside the others."""

    held: Held
    weight: float
    """What it adds: the certainty its card gives it, less what other reasons and diagnoses take."""
    facts: frozenset[int]
    """The numbers of the observed facts it ultimately rests on."""
    covers: frozenset[int]
    """The numbers of all observed facts that make it hold in any way."""
    contained: bool = False
    """Whether other reasons for the same diagnosis already say the same."""
    accounted_by: str | None = None
    """The diagnosis that accounts for the complaint it rests on and so reduces its weight."""


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One diagnosis of one instance on one host, with the reasons for and against it.

    It may be likely, doubtful or ruled out. A *finding* is a sure one (``certainty.FINDING``).
    """

    card: Card
    instance: str
    host: str
    certainty: float
    reasons: tuple[Reason, ...]
    """The strongest first."""
    own: float = 0.0
    """Its certainty without the reasons that rest on complaints alone."""
    explained_by: str | None = None

    @property
    def is_sure(self) -> bool:
        """Whether it is sure enough to act on."""
        return self.certainty >= FINDING

    @property
    def is_finding(self) -> bool:
        """Whether it counts as found."""
        return is_finding(self.card.verdict, self.certainty)

    @property
    def evidence(self) -> tuple[Held, ...]:
        """The evidence that holds."""
        return tuple(reason.held for reason in self.reasons)

    @property
    def weights(self) -> tuple[float, ...]:
        """The weight of each reason; combined, they give its certainty."""
        return tuple(reason.weight for reason in self.reasons)

    @property
    def strongest_first(self) -> tuple[Reason, ...]:
        """Its reasons for people: first what adds most, last what adds nothing."""
        return tuple(sorted(self.reasons, key=lambda reason: -abs(reason.weight)))

    @property
    def bindings(self) -> dict[str, str]:
        """The variables that the evidence binds; the strongest evidence wins."""
        bound: dict[str, str] = {}
        for held in self.evidence:
            for name, value in held.bindings.items():
                bound[name] = bound.get(name) or value
        return bound | {"instance": self.instance, "host": self.host}

    @property
    def facts(self) -> frozenset[int]:
        """The numbers of the facts that its supporting evidence rests on."""
        return frozenset(
            i for held in self.evidence if weight(self.card, held) > 0 for i in held.facts
        )

    @property
    def covers(self) -> frozenset[int]:
        """The numbers of all observed facts that speak for it, in any way."""
        return frozenset().union(*self._resting)

    def settled(self, facts: Sequence[Fact]) -> frozenset[int]:
        """The numbers of the observed facts that it is sure enough to call no fault. What people
        suffer from takes a conclusive statement."""
        if self.card.verdict != "not-a-fault" or self.certainty < SETTLED:
            return frozenset()
        doubted = self.certainty < WORDS["conclusive"]
        return frozenset(n for n in self.covers if not (doubted and KINDS[facts[n].kind].SUFFERED))

    @property
    def core(self) -> frozenset[int]:
        """The numbers of the observed facts that speak for it on their own."""
        alone = (facts for facts in self._resting if not any(o < facts for o in self._resting))
        return frozenset().union(*alone)

    @property
    def _resting(self) -> list[frozenset[int]]:
        """What each reason that speaks for it rests on."""
        return [r.covers for r in self.reasons if weight(self.card, r.held) > 0]

    @property
    def rank(self) -> tuple[float, bool, int, int, str, str, str]:
        """The sort key, likeliest first: certainty, a cause before a mere place, impact,
        specificity of the evidence, id."""
        return (
            -self.certainty,
            self.card.says_only_whom,
            -self.card.impact,
            -len(self.facts),
            self.card.id,
            self.instance,
            self.host,
        )

    def is_where(self, other: Hypothesis) -> bool:
        """Whether both are about the same place: the same host and not two different instances."""
        instances = {self.instance, other.instance} - {UNSAID, DEFAULT_INSTANCE}
        return self.host == other.host and len(instances) < 2

    def brings_about(self, other: Hypothesis) -> bool:
        """Whether it would bring the other about, and not the other way round."""
        explains = self.card.accounts_for(other.card.id)
        return self.is_where(other) and explains and not other.card.accounts_for(self.card.id)


def weight(card: Card, held: Held) -> float:
    """The certainty that a rule that holds gives its card."""
    return card.rule(held.number).certainty * held.support


def judged(reasons: Iterable[Reason], symptoms: frozenset[int]) -> float:
    """The certainty that reasons give a diagnosis; limited if they rest on symptoms alone."""
    counting = [reason for reason in reasons if reason.weight]
    certainty = round(combine(reason.weight for reason in counting), PLACES)
    on_symptoms = all(r.facts <= symptoms for r in counting if r.weight > 0)
    return min(certainty, SYMPTOM_LIMIT) if on_symptoms else certainty


def rests_on_symptoms(speaking: Iterable[Held], reasoned: Reasoned) -> bool:
    """Whether all supporting evidence comes from symptoms, directly or by inference."""
    return all(
        reasoned.facts[origin].kind == "symptom"
        for held in speaking
        for fact in held.facts
        for origin in reasoned.origins[fact]
    )

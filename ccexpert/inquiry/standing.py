"""Finds the standing diagnoses, those that may still turn out first, and how likely each is.

A diagnosis *stands* if it is ranked, if its supporting evidence names something abnormal that was
observed, or if it could be the cause of the first diagnosis. If none stands, all do, except those
that are ruled out. With several hosts, only the host of the first diagnosis counts.

*The model.* One diagnosis at a time is assumed to be true (single fault, as in de Kleer and
Williams, *Diagnosing Multiple Faults*, 1987, who choose the measurement of least expected entropy),
except that a cause accounts for everything its consequences account for. How likely each is follows
from its certainty c now, at odds of 10^(2c), and from every answer that its card would have
expected otherwise.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from ccexpert.certainty import THRESHOLD, combine
from ccexpert.engine.reasoner import Held, Reasoned
from ccexpert.facts import DEFAULT_INSTANCE, UNSAID
from ccexpert.inquiry.policy import Rival
from ccexpert.inquiry.signs import USUAL, CardSigns, Known, signs_of
from ccexpert.inquiry.things import Thing, things_named
from ccexpert.knowledge.base import KnowledgeBase
from ccexpert.rank import PLACES, Hypothesis, Ranking, rests_on_symptoms

#: The odds of certainty c against certainty 0 are 10^(2c).
_STEEP = 2 * math.log(10)

#: What is remembered of cards and things, each for an instance; a server hears of ever new ones.
_REMEMBERED = 2048


class Standing(NamedTuple):
    """A diagnosis that may still turn out first."""

    card: str
    instance: str
    signs: CardSigns
    held: frozenset[int]
    """The numbers of its evidence that holds."""
    weights: tuple[float, ...]
    """The weights of that evidence."""
    certainty: float
    on_symptoms: bool
    """Whether only symptoms speak for it, which limits its certainty."""
    is_vague: bool
    """Whether it is ranked and names a place, or the class of a cause, and no cause."""
    odds: float
    share: float = 0.0
    """Its probability among all standing diagnoses."""

    @property
    def as_rival(self) -> Rival:
        """The part of it that a candidate lists."""
        return Rival(self.card, self.instance, self.share)


class Standings:
    """Finds the standing diagnoses for one knowledge base; caches what each card says."""

    def __init__(self, base: KnowledgeBase) -> None:
        self._base = base
        self.accounts_for = base.accounts_for
        self._conditions = cache(base.conditions)
        self._explaining = cache(base.explaining)
        self._speaking = lru_cache(_REMEMBERED)(self._speaking_of)
        self._signs_of = lru_cache(_REMEMBERED)(self._signs_here)

    def of(self, ranking: Ranking, reasoned: Reasoned, known: Known) -> list[Standing]:
        """The diagnoses to tell apart; the first of the ranking comes first."""
        ranked = [f for f in (*ranking.causes, *ranking.consequences) if f.host == known.host]
        silent = (*ranking.ruled_out, *(f for f, _ in ranking.waived))
        decided = {f.card.id for f in (*ranked, *silent) if known.host in (None, f.host)}
        held: dict[str, list[Held]] = defaultdict(list)
        for one in reasoned.evidence:
            if known.host in (None, one.bindings.get("host", UNSAID)):
                held[one.card].append(one)
        standing = [
            self._stand(f.card.id, f.instance, f.evidence, f, reasoned, known) for f in ranked
        ]
        for name in self._undecided(ranking, known):
            if name not in decided:
                standing.append(self._stand(name, UNSAID, held[name], None, reasoned, known))
        return self._with_shares(standing)

    def _undecided(self, ranking: Ranking, known: Known) -> Iterable[str]:
        """The cards that may still matter, whether or not they are ranked."""
        names = dict.fromkeys(name for thing in known.striking for name in self._speaking(thing))
        if ranking.causes:
            names |= dict.fromkeys(self._explaining(ranking.causes[0].card.id))
        only_places = all(cause.card.says_only_whom for cause in ranking.causes)
        return names or (self._base.exact if only_places else ())

    def _speaking_of(self, thing: Thing) -> tuple[str, ...]:
        """The cards whose supporting evidence names a thing, regardless of instance."""
        named = self._base.speaking(thing.kind, next(iter(thing.name), None))
        return tuple(card for card in named if self._speaks_of(card, thing))

    def _speaks_of(self, card: str, thing: Thing) -> bool:
        """Whether its evidence names the thing, or a narrower one: a message of one module."""
        return any(
            named == thing or (named.kind == thing.kind and _is_narrower(named, thing))
            for pattern in self._conditions(card).supporting
            for named in things_named(pattern)
        )

    def _stand(
        self,
        card: str,
        instance: str,
        held: Sequence[Held],
        ranked: Hypothesis | None,
        reasoned: Reasoned,
        known: Known,
    ) -> Standing:
        certainties = self._conditions(card).certainties
        own = [n for n, one in enumerate(held) if one.number < len(certainties)]  # no likeness
        held = [held[n] for n in own]
        alone = tuple(certainties[one.number] * one.support for one in held)
        weights = tuple(ranked.weights[n] for n in own) if ranked else alone
        certainty = ranked.certainty if ranked else round(combine(weights), PLACES)
        bound = (place for one in held if (place := one.bindings.get("instance")))
        other = known.only_instance if instance in (UNSAID, DEFAULT_INSTANCE) else instance
        place = next(bound, other)
        signs = self._signs_of(card, UNSAID if place == DEFAULT_INSTANCE else place)
        speaking = (one for one, worth in zip(held, alone, strict=True) if worth > 0)
        return Standing(
            card,
            instance,
            signs,
            frozenset(one.number for one in held),
            weights,
            certainty,
            rests_on_symptoms(speaking, reasoned),
            ranked is not None and (ranked.card.general or ranked.card.complaint),
            _odds(certainty, signs, known),
        )

    def _with_shares(self, standing: list[Standing]) -> list[Standing]:
        """Fill in the shares; a cause also gets the odds of its likeliest consequence."""
        ranked = [one for one in standing if one.certainty >= THRESHOLD]

        def odds(one: Standing) -> float:
            below = (o.odds for o in ranked if self.accounts_for(one.card, o.card))
            return (
                one.odds * max(1.0, max(below, default=1.0)) if one.card in explains else one.odds
            )

        explains = self._base.explains
        all_odds = [odds(one) for one in standing]
        total = sum(all_odds)
        return [
            one._replace(odds=own, share=own / total)
            for one, own in zip(standing, all_odds, strict=True)
        ]

    def _signs_here(self, card: str, instance: str) -> CardSigns:
        return signs_of(self._conditions(card), instance)


def _is_narrower(one: Thing, other: Thing) -> bool:
    """Whether one thing is part of another that is named, as a message of one module is."""
    return bool(other.name[0:1] and other.name[0]) and one.name[: len(other.name)] == other.name


def _odds(certainty: float, signs: CardSigns, known: Known) -> float:
    """The odds of a diagnosis against one without any evidence."""
    odds = math.exp(_STEEP * certainty)
    for thing, wanted in signs.wanted.items():
        if thing in known.said and (said := known.said[thing]).isdisjoint(wanted):
            usual, expected = USUAL[thing.kind], signs.expected[thing]
            odds *= min(1.0, *(expected[answer] / usual[answer] for answer in said))
    return odds

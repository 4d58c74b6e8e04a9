"""Asks again about what the first diagnosis hangs on, before a consultation ends.

People err. When nothing is left to ask, this policy looks for answers without which another
diagnosis would stand first, or the first would be no finding, and asks for a second look at them.
If the two looks differ, a third one decides. Until then it asks what ``MostTelling`` asks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain

from ccexpert.certainty import FINDING
from ccexpert.engine.reasoner import Reasoned
from ccexpert.errors import FactsError
from ccexpert.inquiry.most_telling import MostTelling
from ccexpert.inquiry.policy import Candidate, Offer, Situation
from ccexpert.inquiry.prices import look_at
from ccexpert.inquiry.things import UNKNOWN, Thing, things_named, things_of_face
from ccexpert.knowledge.base import KnowledgeBase
from ccexpert.rank import Ranking

#: Nobody is asked to look again at more things than this without a mistake being found.
_MOST = 6


class SecondLook:
    """Asks what tells most, and at the end once more about what decides."""

    def __init__(self, base: KnowledgeBase) -> None:
        self._asking = MostTelling(base)
        self._base, self._vocabulary = base, base.vocabulary

    def offers(self, situation: Situation) -> Sequence[Offer]:
        """What is worth asking now; looks that differ come first, second looks last."""
        if differing := list(_differing(situation)):
            return self._again(differing)
        return self._asking.offers(situation) or self._again(self._decisive(situation))

    def choose(self, offers: Sequence[Offer], topic: str) -> Offer | None:
        """The best offer, or one in the current topic if it is nearly as good."""
        return self._asking.choose(offers, topic)

    def _again(self, things: Iterable[Thing]) -> list[Offer]:
        """One question for all things of one kind that one look answers."""
        looks: dict[object, list[Candidate]] = defaultdict(list)
        for thing in things:
            entry = thing.entry(self._vocabulary)
            look = look_at(thing, entry)
            topic, minutes = (entry.topic, entry.minutes) if entry else ("", 1.0)
            one = Candidate(thing, topic, 0.0, minutes, look, {}, {})
            looks[thing.kind, look].append(one)
        return [
            Offer(tuple(found), max(one.minutes for one in found), 1.0, is_second_look=True)
            for found in looks.values()
        ]

    def _decisive(self, situation: Situation) -> Iterator[Thing]:
        """The things without whose only answer another diagnosis would stand first, or none would
        be found."""
        supposing, given = situation.supposing, situation.given
        if supposing is None or sum(map(_finds_no_mistake, given.values())) >= _MOST:
            return
        first, counting = _first(situation.ranking), _counting(situation.reasoned)
        for thing, answers in given.items():
            if len(answers) > 1 or UNKNOWN in answers:
                continue
            if thing.anywhere not in counting and thing.anywhere not in self._denying:
                continue
            try:
                without = supposing({thing: UNKNOWN})
            except FactsError:
                continue
            if _first(without.ranking) != first:
                yield thing

    @cached_property
    def _denying(self) -> frozenset[Thing]:
        """The things that count where nothing rests on them: an answer about them keeps an
        inference from concluding, or a *not* from holding."""
        inferences = self._base.inferences.values()
        whens = [one.when for one in inferences]
        for card in self._base.cards:
            evidence, _, actions = self._base.conditions(card)
            whens += [*evidence, *(when for when in actions if when)]
        concluded = (pattern for one in inferences for pattern in one.conclude)
        patterns = chain(concluded, *(when.negatives for when in whens))
        return frozenset(thing for pattern in patterns for thing in things_named(pattern))


def _differing(situation: Situation) -> Iterator[Thing]:
    """The things about which two looks said different things."""
    for thing, answers in situation.given.items():
        if len(answers) == 2 and UNKNOWN not in answers and answers[0] != answers[1]:
            yield thing


def _counting(reasoned: Reasoned) -> frozenset[Thing]:
    """The things on which evidence rests."""
    covers = frozenset().union(*(one.covers for one in reasoned.evidence))
    facts = frozenset().union(*(reasoned.origins[number] for number in covers))
    faces = chain.from_iterable(reasoned.faces[number] for number in facts)
    return frozenset(thing.anywhere for face in faces for thing, _ in things_of_face(face))


def _finds_no_mistake(answers: Sequence[str]) -> bool:
    """Whether somebody looked again at a thing, and nothing else was seen."""
    return len(answers) > 1 and len({*answers} - {UNKNOWN}) < 2


def _first(ranking: Ranking) -> tuple[str, str, bool] | None:
    """The first diagnosis, and whether it is a finding."""
    first = next(iter(ranking.causes), None)
    return (first.card.id, first.instance, first.certainty >= FINDING) if first else None

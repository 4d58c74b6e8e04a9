"""Asks again about what the first diagnosis hangs on, before a consultation ends.

People err. When nothing is left to ask, this policy asks for a second look at

1. answers without which another diagnosis would stand first, or the first would be no finding;
   If the knowledge names another sign of the same diagnosis, it asks for that one first;
2. answers that speak for the first diagnosis, if without all of them another would stand first;
3. an answer without which there would be more to ask;
4. if nothing is found, answers in order that would be a finding if they were not.

If two looks differ, a third one decides; if then two say that something is wrong and one that it is
not, a fourth one confirms it or nothing counts. An answer that alone speaks for a diagnosis, whose
other signs were looked for and are not there, needs three looks that agree. Until then it asks what
``MostTelling`` asks.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain

from ccexpert.certainty import FINDING, WORDS
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

#: After more second looks without a mistake, what may have been missed is left alone.
_MISSED = 2

#: So many signs that are not there make a diagnosis with a single sign doubtful.
_DENIED = 2


class SecondLook:
    """Asks what tells most, and at the end once more about what decides."""

    def __init__(self, base: KnowledgeBase) -> None:
        self._asking = MostTelling(base)
        self._base, self._vocabulary = base, base.vocabulary

    def offers(self, situation: Situation) -> Sequence[Offer]:
        """What is worth asking now; looks that differ come first, second looks last."""
        if differing := list(_differing(situation)):
            return self._again(differing)
        if offers := self._asking.offers(situation):
            return offers
        if situation.supposing is None or _found_right(situation) >= _MOST:
            return []
        if decisive := list(self._decisive(situation)):
            return self._other_sign(situation, decisive) or self._again(decisive)
        if lonely := self._again(self._lonely(situation), alone=True):
            return lonely
        others = (self._together, self._ending, self._missed)
        return next(filter(None, (self._again(look(situation)) for look in others)), [])

    def choose(self, offers: Sequence[Offer], topic: str) -> Offer | None:
        """The best offer, or one in the current topic if it is nearly as good."""
        return self._asking.choose(offers, topic)

    def _again(self, things: Iterable[Thing], *, alone: bool = False) -> list[Offer]:
        """One question for all things of one kind that one look answers."""
        looks: dict[object, list[Candidate]] = defaultdict(list)
        for thing in things:
            entry = thing.entry(self._vocabulary)
            look = look_at(thing, entry)
            topic, minutes = (entry.topic, entry.minutes) if entry else ("", 1.0)
            one = Candidate(thing, topic, 0.0, minutes, look, {}, {})
            looks[thing.kind, look].append(one)
        return [
            Offer(tuple(found), max(one.minutes for one in found), 1.0, True, alone)
            for found in looks.values()
        ]

    def _decisive(self, situation: Situation) -> Iterator[Thing]:
        """The things without whose only answer another diagnosis would stand first, or none would
        be found."""
        counting = _counting(situation.reasoned)
        for thing in _said_once(situation):
            counts = thing.anywhere in counting or thing.anywhere in self._denying
            if counts and _changes_first(situation, {thing: UNKNOWN}):
                yield thing

    def _other_sign(self, situation: Situation, doubted: Sequence[Thing]) -> list[Offer]:
        """Something else, seen by another look, that would make a doubted diagnosis a finding
        again if the doubted answer were not known. Nobody is asked for a second such sign."""
        if not situation.ranking.causes or self._unseen(situation):
            return []
        first, found = situation.ranking.causes[0].card.id, dict[Thing, Candidate]()
        for thing in doubted:
            look = look_at(thing, thing.entry(self._vocabulary))
            without = _supposed(situation, {thing: UNKNOWN})
            for one in self._asking.candidates(without) if without else ():
                if one.thing not in situation.given and one.look != look and _shows(one, first):
                    found[one.thing] = one
        best = min(
            found.values(), key=lambda one: (one.minutes, -one.bits, one.thing), default=None
        )
        return [Offer((best,), best.minutes, 1.0, True, is_other_sign=True)] if best else []

    def _lonely(self, situation: Situation) -> Iterator[Thing]:
        """The only thing that speaks for the first diagnosis, and not conclusively, while its other
        signs are denied."""
        supporting = _supporting(situation)
        if len(supporting) != 1 or situation.ranking.causes[0].certainty >= WORDS["conclusive"]:
            return
        thing, twice = supporting[0], len(situation.given[supporting[0]]) == 2
        denied = [a for a in self._unseen(situation) if UNKNOWN not in a]
        if twice and len(denied) >= _DENIED and _changes_first(situation, {thing: UNKNOWN}):
            yield thing

    def _unseen(self, situation: Situation) -> list[tuple[str, ...]]:
        """What was answered about signs of the first diagnosis that nobody saw."""
        first = self._base.conditions(situation.ranking.causes[0].card.id)
        signs = {thing for pattern in first.supporting for thing in things_named(pattern)}
        given = situation.given.items()
        return [a for t, a in given if t.anywhere in signs and set(a) <= {t.normal, UNKNOWN}]

    def _together(self, situation: Situation) -> Sequence[Thing]:
        """The things said once that speak for the first diagnosis, if it hangs on them together."""
        once = set(_said_once(situation))
        found = [thing for thing in _supporting(situation) if thing in once]
        return found if found and _changes_first(situation, dict.fromkeys(found, UNKNOWN)) else []

    def _ending(self, situation: Situation) -> Iterator[Thing]:
        """A thing without whose only answer there would be more to ask."""
        counting = _counting(situation.reasoned)
        for thing in _said_once(situation):
            if situation.given[thing][0] != thing.normal and thing.anywhere in counting:
                without = _supposed(situation, {thing: UNKNOWN})
                if without and self._asking.offers(without):
                    yield thing
                    return

    def _missed(self, situation: Situation) -> Iterator[Thing]:
        """If nothing is found, the things said to be in order that would be a finding otherwise."""
        first = next(iter(situation.ranking.causes), None)
        if first and first.certainty >= FINDING:
            return
        if _found_right(situation) > _MISSED:
            return
        normal = [t for t in _said_once(situation) if situation.given[t] == (t.normal,)]
        unseen = _supposed(situation, dict.fromkeys(normal, UNKNOWN))
        for one in self._asking.candidates(unseen) if unseen else ():
            wrong = [answer for answer in one.rivals if answer != one.thing.normal]
            if one.thing in normal and any(
                _finds_cause(situation, {one.thing: answer}) for answer in wrong
            ):
                yield one.thing

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
    """The things about which looks said different things: two, or three that do not agree that it
    is in order."""
    for thing, answers in situation.given.items():
        counts = Counter(answers)
        if UNKNOWN in answers or len(counts) != 2:
            continue
        if len(answers) == 2 or (len(answers) == 3 and counts[thing.normal] < 2):
            yield thing


def _counting(reasoned: Reasoned) -> frozenset[Thing]:
    """The things on which evidence rests."""
    covers = frozenset().union(*(one.covers for one in reasoned.evidence))
    facts = frozenset().union(*(reasoned.origins[number] for number in covers))
    faces = chain.from_iterable(reasoned.faces[number] for number in facts)
    return frozenset(thing.anywhere for face in faces for thing, _ in things_of_face(face))


def _said_once(situation: Situation) -> list[Thing]:
    """The things about which one thing was said, once."""
    return [
        t for t, answers in situation.given.items() if len(answers) == 1 and UNKNOWN not in answers
    ]


def _supporting(situation: Situation) -> list[Thing]:
    """The things out of order that were asked about and speak for the first diagnosis."""
    first = next(iter(situation.ranking.causes), None)
    if first is None:
        return []
    faces = chain.from_iterable(situation.reasoned.faces[number] for number in first.covers)
    things = {thing.anywhere for face in faces for thing, _ in things_of_face(face)}
    given = situation.given.items()
    return [t for t, a in given if t.anywhere in things and not {t.normal, UNKNOWN} & {*a}]


def _supposed(situation: Situation, instead: Mapping[Thing, str]) -> Situation | None:
    """The situation if these answers were replaced; None where they contradict what is known."""
    if situation.supposing is None:
        return None
    try:
        return situation.supposing(instead)
    except FactsError:
        return None


def _changes_first(situation: Situation, instead: Mapping[Thing, str]) -> bool:
    supposed = _supposed(situation, instead)
    return supposed is not None and _first(supposed.ranking) != _first(situation.ranking)


def _finds_cause(situation: Situation, instead: Mapping[Thing, str]) -> bool:
    supposed = _supposed(situation, instead)
    first = next(iter(supposed.ranking.causes), None) if supposed else None
    if first is None or first.card.general or first.card.complaint:
        return False
    return first.certainty >= FINDING


def _shows(one: Candidate, diagnosis: str) -> bool:
    """Whether some answer to it would make a diagnosis a finding."""
    effects = (effect for several in one.effects.values() for effect in several)
    return any(e.diagnosis == diagnosis and e.certainty >= FINDING for e in effects)


def _found_right(situation: Situation) -> int:
    """The number of things at which somebody looked again, and nothing else was seen."""
    return sum(map(_finds_no_mistake, situation.given.values()))


def _finds_no_mistake(answers: Sequence[str]) -> bool:
    """Whether somebody looked again at a thing, and nothing else was seen."""
    return len(answers) > 1 and len({*answers} - {UNKNOWN}) < 2


def _first(ranking: Ranking) -> tuple[str, str, bool] | None:
    """The first diagnosis, and whether it is a finding."""
    first = next(iter(ranking.causes), None)
    return (first.card.id, first.instance, first.certainty >= FINDING) if first else None

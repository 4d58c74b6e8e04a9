"""Finds the things worth asking about: those where some answer could change the first diagnosis.

For every sign that lacks only one answer, about a thing nobody has looked at, it computes the
certainty the diagnosis would have after that answer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from ccexpert.certainty import FINDING, SYMPTOM_LIMIT, THRESHOLD, combine
from ccexpert.engine.reasoner import evidence_rule
from ccexpert.facts import KINDS
from ccexpert.inquiry.policy import Candidate, Effect, Rival, Situation
from ccexpert.inquiry.prices import information, look_at
from ccexpert.inquiry.signs import USUAL, Asked, Chances, Gains, Known
from ccexpert.inquiry.standing import Standing, Standings
from ccexpert.inquiry.things import Thing, asked_as
from ccexpert.knowledge.base import KnowledgeBase
from ccexpert.rank import PLACES, Ranking

#: Minutes to see whether a trouble is there as well, where a similar one was seen.
_GLANCE = 0.5

#: Certainties after an answer, by the position of the diagnosis in the standing list.
Moves = Mapping[int, float]


class Candidates:
    """Finds what could be asked about, for one knowledge base."""

    def __init__(self, base: KnowledgeBase) -> None:
        self._vocabulary = base.vocabulary
        self._standings = Standings(base)
        self._asked_as = asked_as(base.vocabulary)

    def of(self, situation: Situation) -> list[Candidate]:
        """All things where some answer could change the first diagnosis."""
        reasoned, ranking, closed = situation.reasoned, situation.ranking, situation.closed
        host = ranking.causes[0].host if ranking.causes else None
        known = Known.of(reasoned, host)
        standing = self._standings.of(ranking, reasoned, known)
        gained = [one.signs.gained(one.held, known) for one in standing]
        moves, twins = _moves(standing, gained), self._asked_as
        closed |= {*twins, *(twin for one, twin in twins.items() if one in known.said)}
        rivals: dict[Thing, dict[str, list[Rival]]] = defaultdict(dict)
        for (thing, answer), after in moves.items():
            if KINDS[thing.kind].UNASKED or _is_listed(thing, ranking):
                continue
            if thing in closed or thing.anywhere in closed:
                continue
            if places := list(self._changes(standing, after)):
                places.sort(key=lambda place: -after.get(place, standing[place].certainty))
                rivals[thing][answer] = [standing[place].as_rival for place in places]
        for thing in {one.anywhere for one in rivals if one.instance}:
            rivals.pop(thing, None)  # who says it of the instance has said it
        chances: dict[Thing, list[tuple[float, Chances]]] = {thing: [] for thing in rivals}
        for one in standing:
            for thing in chances.keys() & one.signs.expected.keys():
                chances[thing].append((one.share, one.signs.expected[thing]))
        found = (self._candidate(t, rivals[t], chances[t], moves, standing, gained) for t in rivals)
        shown = self._topics_complained_of(known)
        return [_at_a_glance(one) if one.topic in shown else one for one in found]

    def _topics_complained_of(self, known: Known) -> frozenset[str]:
        complaints = (thing for thing in known.striking if thing.kind == "symptom")
        entries = (thing.entry(self._vocabulary) for thing in complaints)
        return frozenset(entry.topic for entry in entries if entry)

    def _changes(self, standing: Sequence[Standing], after: Moves) -> Iterable[int]:
        """Positions of the diagnoses that an answer would put first, and 0 if the first would
        fall."""
        first = standing[0]
        if 0 not in after and max(after.values()) < min(first.certainty, FINDING):
            return
        if first.certainty < THRESHOLD:  # no diagnosis is ranked yet
            yield from (i for i, certainty in after.items() if certainty >= THRESHOLD)
            return
        mine = after.get(0, first.certainty)
        if mine < THRESHOLD:
            yield 0
        for i in range(1, len(standing)) if mine < first.certainty else after:
            if i and self._overtakes(standing, i, after, mine):
                yield i

    def _overtakes(self, standing: Sequence[Standing], i: int, after: Moves, mine: float) -> bool:
        """Whether an answer would put a diagnosis first: before one that names no cause, it is
        enough to be as sure, or a finding; before a mere suspicion, to become a finding."""
        first, its = standing[0], after.get(i, standing[i].certainty)
        if its < THRESHOLD:
            return False
        if i in after and its >= FINDING and (first.is_vague or first.certainty < FINDING):
            return True
        return its > mine or (its == mine and (first.is_vague or self._leads(standing, i)))

    def _leads(self, standing: Sequence[Standing], place: int) -> bool:
        """Whether this diagnosis is a cause of the first, and so precedes it when equally sure."""
        return self._standings.accounts_for(standing[place].card, standing[0].card)

    def _candidate(
        self,
        thing: Thing,
        rivals: Mapping[str, Sequence[Rival]],
        chances: Sequence[tuple[float, Chances]],
        moves: Mapping[Asked, Moves],
        standing: Sequence[Standing],
        gained: Sequence[Gains],
    ) -> Candidate:
        entry = thing.entry(self._vocabulary)
        return Candidate(
            thing=thing,
            topic=entry.topic if entry else "",
            bits=information(USUAL[thing.kind], chances),
            minutes=entry.minutes if entry else 1.0,
            look=look_at(thing, entry),
            effects={
                answer: tuple(
                    _effect(standing[i].card, gained[i][thing, answer], certainty)
                    for i, certainty in moves[thing, answer].items()
                )
                for answer in thing.answers
                if (thing, answer) in moves
            },
            rivals=rivals,
        )


def _at_a_glance(one: Candidate) -> Candidate:
    """Who complains has it before their eyes: what else they see there takes a glance."""
    is_seen = one.thing.kind == "symptom"
    return replace(one, minutes=min(one.minutes, _GLANCE)) if is_seen else one


def _is_listed(thing: Thing, ranking: Ranking) -> bool:
    """Whether a process list that was read already says that it has no such process."""
    return thing.kind == "process" and thing.name[0] in ranking.unlisted


def _moves(standing: Sequence[Standing], gained: Sequence[Gains]) -> dict[Asked, dict[int, float]]:
    """For each answer about an open thing, the certainties that diagnoses would then have."""
    found: dict[Asked, dict[int, float]] = defaultdict(dict)
    for place, one in enumerate(standing):
        for asked, gain in gained[place].items():
            new = _combined((*one.weights, *gain.values()))
            if one.on_symptoms and asked[0].kind == "symptom":
                new = min(new, SYMPTOM_LIMIT)
            found[asked][place] = new
    return found


@lru_cache(maxsize=1 << 14)
def _combined(certainties: tuple[float, ...]) -> float:
    """Combine as a ranking does; cached, because the same few inputs recur."""
    return round(combine(certainties), PLACES)


def _effect(card: str, gain: Mapping[int, float], certainty: float) -> Effect:
    strongest, *others = gain
    if others:
        strongest = max(gain, key=lambda number: (abs(gain[number]), -number))
    return Effect(card, evidence_rule(card, strongest), certainty)

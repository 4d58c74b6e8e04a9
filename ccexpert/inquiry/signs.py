"""What a card says about things: its signs, and how its diagnosis would answer questions.

Takes a card, the instance in question and the facts of a case. Returns the card's signs as things,
the chance of each answer if the diagnosis were true, and the signs that lack only one answer.

*The chances.* A fault shows about half of the signs on its card: over all cards, that share of the
supporting evidence holds in the examples of the diagnosis (``make evaluate`` prints it). The share
does not depend on the certainty of the evidence, because certainty says how specific a sign is, not
how frequent. So each sign has the chance ``SHOWN``, divided among the things of one kind that can
satisfy it. Evidence against is a statement about specificity as well: certainty −c reduces the
usual chance of such an answer by the share c. For things a card does not mention, the healthy
answer has the chance ``HEALTHY``, and the other answers share the rest equally.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ccexpert.engine.reasoner import Reasoned
from ccexpert.facts import DEFAULT_INSTANCE, KINDS, UNSAID, Face
from ccexpert.inquiry.things import Thing, things_of, things_of_face
from ccexpert.knowledge.cards import Conditions
from ccexpert.knowledge.patterns import Conjunction, Pattern, When

#: The chance that a fault shows one sign of its card.
SHOWN = 0.5

#: The chance of the healthy answer if a card says nothing about a thing.
HEALTHY = 0.95

Chances = Mapping[str, float]

#: A thing that is asked about, and one answer.
Asked = tuple[Thing, str]

#: For each answer: the evidence of one card that would then hold, by number, with its certainty.
Gains = Mapping[Asked, Mapping[int, float]]

#: The chance of each answer if a card says nothing about a thing, by kind of fact.
USUAL: Mapping[str, Chances] = {
    name: {
        answer: HEALTHY if answer == kind.NORMAL else (1 - HEALTHY) / (len(kind.ANSWERS) - 1)
        for answer in kind.ANSWERS
    }
    for name, kind in KINDS.items()
}


@dataclass(frozen=True, slots=True)
class Wish:
    """One part of a sign: any of these things with any of these answers."""

    things: tuple[Thing, ...]
    answers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Sign:
    """One piece of evidence of a card."""

    number: int
    """The index of the evidence on its card, from 0."""
    certainty: float
    alternatives: tuple[tuple[Wish, ...], ...]
    """Ways to satisfy it; each way needs all its wishes."""

    @property
    def wishes(self) -> Iterable[Wish]:
        """All wishes of all alternatives."""
        return (wish for alternative in self.alternatives for wish in alternative)


@dataclass(frozen=True, slots=True)
class CardSigns:
    """What one card says about things."""

    signs: tuple[Sign, ...]
    wanted: Mapping[Thing, frozenset[str]]
    """For every thing in its supporting evidence: the answers that speak for the diagnosis."""
    expected: Mapping[Thing, Chances]
    """For every thing the card names: the chance of each answer if the diagnosis were true."""
    concerning: Mapping[Thing, tuple[int, ...]]
    """The numbers of the signs that ask for a thing."""
    alone: Gains
    """The gains of each answer if nothing else were known."""
    by_number: Mapping[int, tuple[Asked, ...]]
    """For each sign, the answers in ``alone`` that would make it hold."""

    def gained(self, held: frozenset[int], known: Known) -> Gains:
        """For each answer about an open thing: the evidence that would then hold in addition to
        ``held``."""
        spoken_of = self.concerning.keys() & known.said.keys()
        touched = held.union(*(self.concerning[thing] for thing in spoken_of))
        if not touched:
            return self.alone
        found: dict[Asked, Mapping[int, float]] = dict(self.alone)
        for asked in {one for number in touched for one in self.by_number.get(number, ())}:
            left = {n: c for n, c in found.pop(asked).items() if n not in touched}
            if left:
                found[asked] = left
        for number in sorted(touched - held):
            for asked in known.lacking(self.signs[number]):
                found[asked] = {**found.get(asked, {}), number: self.signs[number].certainty}
        return found


def signs_of(conditions: Conditions, instance: str) -> CardSigns:
    """The signs of a card, with ``instance`` in place of its variable."""
    evidence = zip(conditions.evidence, conditions.certainties, strict=True)
    signs = tuple(_sign(number, *rule, instance) for number, rule in enumerate(evidence))
    wanted: dict[Thing, set[str]] = defaultdict(set)
    likely: dict[Thing, dict[str, float]] = defaultdict(dict)
    unlikely: dict[Thing, dict[str, float]] = defaultdict(dict)
    for sign in signs:
        things = _answers_wanted(sign)
        for thing, answers in things.items():
            if sign.certainty > 0:
                wanted[thing] |= answers
                rivals = sum(other.kind == thing.kind for other in things)
                _raise(likely[thing], answers, SHOWN / rivals)
            else:
                _raise(unlikely[thing], answers, -sign.certainty)
    return CardSigns(
        signs,
        {thing: frozenset(answers) for thing, answers in wanted.items()},
        {t: _chances(t, likely[t], unlikely[t]) for t in {*likely, *unlikely}},
        _concerning(signs),
        *_alone(signs),
    )


def _sign(number: int, when: When, certainty: float, instance: str) -> Sign:
    found = (_wishes(conjunction, instance) for conjunction in when.alternatives)
    return Sign(number, certainty, tuple(wishes for wishes in found if wishes))


def _wishes(conjunction: Conjunction, instance: str) -> tuple[Wish, ...]:
    """The wishes of a conjunction; empty if one of them cannot be asked about."""
    wishes = tuple(_wish(pattern, instance) for pattern in conjunction.positive)
    return wishes if all(wish.things for wish in wishes) else ()


def _wish(pattern: Pattern, instance: str) -> Wish:
    return Wish(things_of(pattern, instance), pattern.answers)


def _answers_wanted(sign: Sign) -> dict[Thing, set[str]]:
    found: dict[Thing, set[str]] = defaultdict(set)
    for wish in sign.wishes:
        for thing in wish.things:
            found[thing] |= wish.answers
    return found


def _concerning(signs: Iterable[Sign]) -> dict[Thing, tuple[int, ...]]:
    found: dict[Thing, list[int]] = defaultdict(list)
    for sign in signs:
        for thing in {thing for wish in sign.wishes for thing in wish.things}:
            found[thing].append(sign.number)
    return {thing: tuple(numbers) for thing, numbers in found.items()}


def _alone(signs: Iterable[Sign]) -> tuple[Gains, dict[int, tuple[Asked, ...]]]:
    nothing, found = Known(), dict[Asked, dict[int, float]]()
    by_number = {sign.number: tuple(nothing.lacking(sign)) for sign in signs}
    for sign in signs:
        for asked in by_number[sign.number]:
            found.setdefault(asked, {})[sign.number] = sign.certainty
    return found, by_number


def _raise(side: dict[str, float], answers: Iterable[str], to: float) -> None:
    for answer in sorted(answers):
        side[answer] = max(side.get(answer, 0.0), to)


def _chances(thing: Thing, likely: Chances, unlikely: Chances) -> Chances:
    """The chance of each answer, from the evidence for and against."""
    usual = USUAL[thing.kind]
    left = {answer: p * (1 - unlikely.get(answer, 0.0)) for answer, p in usual.items()}
    shown = max(likely.values(), default=0.0)
    rest, weight = sum(left.values()) or 1.0, sum(likely.values()) or 1.0
    return {
        answer: (1 - shown) * p / rest + shown * likely.get(answer, 0.0) / weight
        for answer, p in left.items()
    }


class Known:
    """What the facts of a case say about things, concluded facts included; empty at first."""

    def __init__(self) -> None:
        self.said: dict[Thing, set[str]] = defaultdict(set)
        """The known states of each thing."""
        self.instances: set[str] = set()
        """The instances that facts name, without the default one of shared processes."""
        self.striking: dict[Thing, None] = {}
        """The things in an abnormal state, regardless of instance."""
        self.host: str | None = None
        """The host in question; None means all hosts."""

    @classmethod
    def of(cls, reasoned: Reasoned, host: str | None) -> Known:
        """What the facts say about one host, or about all hosts."""
        known = cls()
        known.host = host
        for fact, faces in zip(reasoned.facts, reasoned.faces, strict=True):
            if host is None or (fact.host or UNSAID) == host:
                for face in faces:
                    known._take(face)
        known.instances -= {UNSAID, DEFAULT_INSTANCE}
        return known

    def _take(self, face: Face) -> None:
        self.instances.add(str(face.fields.get("instance", UNSAID)))
        for thing, said in things_of_face(face):
            self.said[thing].add(said)
            if said != thing.normal and not KINDS[thing.kind].BACKGROUND:
                self.striking[thing.anywhere] = None

    @property
    def only_instance(self) -> str:
        """The only instance that facts name; ``""`` if they name none or several."""
        return next(iter(self.instances)) if len(self.instances) == 1 else UNSAID

    def lacking(self, sign: Sign) -> Iterable[tuple[Thing, str]]:
        """Answers about unknown things that would, alone, make a sign hold."""
        for wishes in sign.alternatives:
            unmet = [wish for wish in wishes if not self._meets(wish)]
            if len(unmet) == 1:
                for thing in unmet[0].things:
                    if thing not in self.said:
                        yield from ((thing, answer) for answer in sorted(unmet[0].answers))

    def _meets(self, wish: Wish) -> bool:
        for thing in wish.things:
            if thing in self.said and not wish.answers.isdisjoint(self.said[thing]):
                return True
        return False

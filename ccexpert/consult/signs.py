"""What a card says of things: the signs it knows, and how the diagnosis would answer questions.

Comes in: a card and the instance in question; the facts of a case. Goes out: its signs as things,
the chance of each answer were the diagnosis true, and which signs lack a single answer.

*The chances.* A fault shows about half of the signs that its card lists: over all cards, that much
of the evidence for a diagnosis holds in the examples of that diagnosis, whatever the certainty of
the evidence, because certainty says how specific a sign is, not how frequent (``make evaluate``
prints the share). So each sign has the chance ``SHOWN``, which the things that would all do share
among them. Evidence against is a statement about specificity as well: certainty −c takes the share
c off the chance that such an answer usually has. Of what a card does not speak, the healthy answer
comes with the chance ``HEALTHY`` and every other one alike.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ccexpert.consult.things import ANSWERS, NORMAL, Thing, things_of, things_of_face
from ccexpert.engine.reasoner import Reasoned
from ccexpert.facts import DEFAULT_INSTANCE, UNSAID, word
from ccexpert.knowledge.cards import Card, EvidenceRule
from ccexpert.knowledge.intake import engine_fields
from ccexpert.knowledge.patterns import SEEN, Conjunction, Pattern
from ccexpert.knowledge.vocabulary import Vocabulary

#: The chance that a fault shows one sign of its card.
SHOWN = 0.5

#: The chance of the healthy answer where a card says nothing.
HEALTHY = 0.95

Chances = Mapping[str, float]

#: The chance of each answer where a card says nothing, by kind of fact.
USUAL: Mapping[str, Chances] = {
    kind: {
        answer: HEALTHY if answer == NORMAL[kind] else (1 - HEALTHY) / (len(answers) - 1)
        for answer in answers
    }
    for kind, answers in ANSWERS.items()
}


@dataclass(frozen=True, slots=True)
class Wish:
    """One part of a sign: one of these things, with one of these answers."""

    things: tuple[Thing, ...]
    answers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Sign:
    """One piece of evidence of a card."""

    number: int
    """Which evidence of the card, from 0."""
    certainty: float
    alternatives: tuple[tuple[Wish, ...], ...]
    """Ways to satisfy it; each needs all of its wishes."""

    @property
    def wishes(self) -> Iterable[Wish]:
        """All wishes of all alternatives."""
        return (wish for alternative in self.alternatives for wish in alternative)


@dataclass(frozen=True, slots=True)
class CardSigns:
    """What one card says of things."""

    signs: tuple[Sign, ...]
    wanted: Mapping[Thing, frozenset[str]]
    """The answers that speak for the diagnosis, for every thing that its evidence for it names."""
    expected: Mapping[Thing, Chances]
    """The chance of each answer, were the diagnosis true, for every thing that the card names."""


def signs_of(card: Card, instance: str) -> CardSigns:
    """The signs of a card, with ``instance`` for its variable."""
    signs = tuple(_sign(number, rule, instance) for number, rule in enumerate(card.evidence))
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
    )


def _sign(number: int, rule: EvidenceRule, instance: str) -> Sign:
    found = (_wishes(conjunction, instance) for conjunction in rule.when.alternatives)
    return Sign(number, rule.certainty, tuple(wishes for wishes in found if wishes))


def _wishes(conjunction: Conjunction, instance: str) -> tuple[Wish, ...]:
    """The wishes of a conjunction; none when one of them cannot be asked about."""
    wishes = tuple(_wish(pattern, instance) for pattern in conjunction.positive)
    return wishes if all(wish.things for wish in wishes) else ()


def _wish(pattern: Pattern, instance: str) -> Wish:
    answers = frozenset(map(word, pattern.literals(SEEN[pattern.kind])))
    return Wish(things_of(pattern, instance), answers)


def _answers_wanted(sign: Sign) -> dict[Thing, set[str]]:
    found: dict[Thing, set[str]] = defaultdict(set)
    for wish in sign.wishes:
        for thing in wish.things:
            found[thing] |= wish.answers
    return found


def _raise(side: dict[str, float], answers: Iterable[str], to: float) -> None:
    for answer in sorted(answers):
        side[answer] = max(side.get(answer, 0.0), to)


def _chances(thing: Thing, likely: Chances, unlikely: Chances) -> Chances:
    """The chance of each answer, from the evidence for and against that wants it."""
    usual = USUAL[thing.kind]
    left = {answer: p * (1 - unlikely.get(answer, 0.0)) for answer, p in usual.items()}
    shown = max(likely.values(), default=0.0)
    rest, weight = sum(left.values()) or 1.0, sum(likely.values()) or 1.0
    return {
        answer: (1 - shown) * p / rest + shown * likely.get(answer, 0.0) / weight
        for answer, p in left.items()
    }


class Known:
    """What the facts of a case say of things, concluded facts included."""

    def __init__(self, reasoned: Reasoned, vocabulary: Vocabulary) -> None:
        self._said: dict[Thing, set[str]] = defaultdict(set)
        self.instances: set[str] = set()
        """The instances that facts name, other than the address of shared processes."""
        self.striking: dict[Thing, None] = {}
        """The things that are not as they are on a healthy server, of whatever instance."""
        for fact in reasoned.facts:
            for kind, fields in engine_fields(fact, vocabulary):
                self._take(kind, fields)
        self.instances -= {UNSAID, DEFAULT_INSTANCE}

    def _take(self, kind: str, fields: Mapping[str, object]) -> None:
        self.instances.add(str(fields.get("instance", UNSAID)))
        for thing, said in things_of_face(kind, fields):
            self._said[thing].add(said)
            if said != NORMAL[kind]:
                self.striking[thing.anywhere] = None

    @property
    def only_instance(self) -> str:
        """The one instance that facts name; ``""`` when they name none or several."""
        return next(iter(self.instances)) if len(self.instances) == 1 else UNSAID

    def said(self, thing: Thing) -> set[str]:
        """What is said of a thing; nothing when it is unknown."""
        return self._said.get(thing) or set()

    def lacking(self, sign: Sign) -> Iterable[tuple[Thing, str]]:
        """The single answers that would make a sign hold, about things nobody has looked at."""
        for wishes in sign.alternatives:
            unmet = [wish for wish in wishes if not self._meets(wish)]
            if len(unmet) == 1:
                for thing in unmet[0].things:
                    if thing not in self._said:
                        yield from ((thing, answer) for answer in sorted(unmet[0].answers))

    def _meets(self, wish: Wish) -> bool:
        said = self._said
        return any(
            thing in said and not wish.answers.isdisjoint(said[thing]) for thing in wish.things
        )

"""Which question next: the one that tells most about the diagnoses still standing, for its price.

*Standing* are the diagnoses with evidence for them, those that lack one answer to have some and
know something of what was observed, and whatever could be the cause of the first. When nothing
stands, all do. Ruled-out diagnoses do not.

*The model.* One diagnosis at a time is taken to be the true one (single fault, as in de Kleer and
Williams, *Diagnosing Multiple Faults*, 1987, who choose the measurement of least expected entropy),
save that a cause accounts for all that its consequences account for. How likely each is follows
from its certainty c now, at odds of 10^(2c), and from every answer that its card would have
expected otherwise. How a diagnosis answers a question follows from its card (``signs.py``). The
value of a question is the mutual information between diagnosis and answer, in bits, divided by the
minutes the answer costs, as in decision-theoretic troubleshooting (Heckerman, Breese and Rommelse,
*Decision-Theoretic Troubleshooting*, 1995). Operators prefer one topic followed to its end, even at
the price of more questions (Buchanan and Shortliffe, *Rule-Based Expert Systems*, 1984, ch. 3), so
near ties go to the topic at hand. Questions of one kind are asked in lists, such as which processes
do not run: a list costs every look that it needs once (one process list answers for all processes,
one log for all messages), a little reading for whatever else a look shows, and the prompt itself.

*Stopping.* Only questions count to which some answer would put another diagnosis first. The
consultation is over when there is none left, and also when the first diagnosis is a finding and the
odds are ten to one against all those that an answer could still put in its place. What is known or
concluded is never asked.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ccexpert.certainty import FINDING, SYMPTOM_LIMIT, THRESHOLD, combine
from ccexpert.consult.signs import USUAL, CardSigns, Chances, Known, signs_of
from ccexpert.consult.things import NORMAL, Thing, things_named
from ccexpert.engine.reasoner import Held, Reasoned, evidence_rule
from ccexpert.facts import DEFAULT_INSTANCE, UNSAID
from ccexpert.knowledge.base import KnowledgeBase
from ccexpert.knowledge.cards import Card
from ccexpert.knowledge.vocabulary import Entry
from ccexpert.rank import PLACES, Ranking, weight

#: A question within this share of the best one's value wins if it stays in the topic.
_NEAR = 0.8

#: With less than this share of the odds the rivals of a finding are not worth a question.
_RIVALS = 0.1

#: The kinds of fact that are asked in lists.
LISTED = ("error", "symptom", "context", "process", "port", "workflow", "job")

#: Those of them of which one look shows all that are asked for.
ONE_LOOK = ("error", "symptom", "context", "workflow", "job")

#: The most items of a list and the most minutes that it may take, looks and reading together.
_LONGEST = 9
_LONGEST_MINUTES = 10.0

#: The minutes that one more item of a look costs, and a prompt by itself.
_READING = 0.25
_PROMPT = 0.5

#: The odds of certainty c against certainty 0 are 10^(2c).
_STEEP = 2 * math.log(10)


@dataclass(frozen=True, slots=True)
class Effect:
    """What one answer would do to one diagnosis."""

    diagnosis: str
    rule: str
    """The strongest evidence that wants the answer."""
    certainty: float
    """What the diagnosis would have then."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something to ask about."""

    thing: Thing
    bits: float
    """What the answer is expected to tell of the diagnoses."""
    minutes: float
    look: object
    """What has to be looked at; one look may answer several questions."""
    effects: Mapping[str, tuple[Effect, ...]]
    """For each answer the diagnoses it would move."""

    @property
    def telling(self) -> str:
        """The answer, other than that of a healthy server, that would make a diagnosis surest."""
        moved = ((a, max(e.certainty for e in by)) for a, by in self.effects.items() if by)
        out_of_order = [pair for pair in moved if pair[0] != NORMAL[self.thing.kind]]
        return max(out_of_order, key=lambda pair: pair[1], default=("", 0.0))[0]


#: What is asked at once: one candidate, or several of one kind that make a list.
Offer = tuple[Candidate, ...]

#: The effects of one answer, by the place of the diagnosis among those standing.
Moves = Mapping[int, Effect]


@dataclass(frozen=True, slots=True)
class _Standing:
    """A diagnosis that may still turn out to be the first."""

    card: Card
    signs: CardSigns
    held: tuple[Held, ...]
    certainty: float
    on_symptoms: bool
    """Whether all that speaks for it are symptoms, which limits its certainty."""
    odds: float


class Chooser:
    """Chooses questions for one knowledge base; keeps what each card says of things."""

    def __init__(self, base: KnowledgeBase) -> None:
        self._base = base
        self._signs: dict[tuple[str, str], CardSigns] = {}
        self._causes: dict[str, list[str]] = defaultdict(list)
        for cause, consequences in base.consequences.items():
            for consequence in consequences:
                self._causes[consequence].append(cause)
        self._speaking: dict[Thing, list[str]] = defaultdict(list)
        for card in base.cards.values():
            for thing in _spoken_of(card):
                self._speaking[thing].append(card.id)

    def offers(self, ranking: Ranking, reasoned: Reasoned, closed: frozenset[Thing]) -> list[Offer]:
        """All questions worth asking now, the most valuable first.

        ``closed`` things are left out: they were asked and the answer was *unknown*.
        """
        by_kind: dict[object, list[Candidate]] = defaultdict(list)
        for one in self._candidates(ranking, reasoned, closed):
            by_kind[one.thing.kind if one.thing.kind in LISTED else one.thing].append(one)
        return sorted(map(_best_list, by_kind.values()), key=lambda o: (-_value(o), o[0].thing))

    def _candidates(
        self, ranking: Ranking, reasoned: Reasoned, closed: frozenset[Thing]
    ) -> list[Candidate]:
        """All things about which some answer could change the first diagnosis."""
        known = Known(reasoned, self._base.vocabulary)
        standing = self._standing(ranking, reasoned, known)
        total = sum(one.odds for one in standing)
        shares = [one.odds / total for one in standing]
        speaking: dict[Thing, list[tuple[float, Chances]]] = defaultdict(list)
        for share, one in zip(shares, standing, strict=True):
            for thing, chances in one.signs.expected.items():
                speaking[thing].append((share, chances))
        found, rivals = [], set()
        for thing, by_answer in _effects(standing, known).items():
            if thing in closed or thing.anywhere in closed:
                continue
            changes = {i for moves in by_answer.values() for i in self._changes(standing, moves)}
            if changes:
                rivals |= changes - {0}
                found.append(self._candidate(thing, by_answer, speaking[thing]))
        first_is_found = bool(standing) and standing[0].certainty >= FINDING
        if first_is_found and sum(shares[i] for i in rivals) < _RIVALS:
            return []
        return found

    def choose(self, offers: Sequence[Offer], topic: str) -> Offer:
        """The best to ask next, one that stays in the topic if it is nearly as good."""
        if not offers:
            return ()
        near = (o for o in offers if _value(o) >= _NEAR * _value(offers[0]))
        return next((o for o in near if self.topic(o[0].thing) == topic), offers[0])

    def topic(self, thing: Thing) -> str:
        """The topic that a question about ``thing`` belongs to."""
        entry = thing.entry(self._base.vocabulary)
        return entry.topic if entry else ""

    # --- who stands ---

    def _standing(self, ranking: Ranking, reasoned: Reasoned, known: Known) -> list[_Standing]:
        """The diagnoses to be told apart, the first of the ranking at the head."""
        ranked = (*ranking.causes, *ranking.consequences)
        decided = {f.card.id for f in (*ranked, *ranking.ruled_out)}
        decided |= {f.card.id for f, _ in ranking.waived}
        held: dict[str, list[Held]] = defaultdict(list)
        for one in reasoned.evidence:
            held[one.card].append(one)
        standing = [
            self._stand(f.card, f.instance, f.evidence, f.certainty, reasoned, known)
            for f in ranked
        ]
        for name in self._undecided(ranking, known):
            if name not in decided:
                card, evidence = self._base.cards[name], tuple(held[name])
                certainty = round(combine(weight(card, h) for h in evidence), PLACES)
                standing.append(self._stand(card, UNSAID, evidence, certainty, reasoned, known))
        return self._with_consequences(standing)

    def _undecided(self, ranking: Ranking, known: Known) -> Iterable[str]:
        """The cards that are not ranked, or only perhaps, and may still matter."""
        names = {name: None for thing in known.striking for name in self._speaking[thing]}
        if ranking.causes:
            return names | dict.fromkeys(self._causes[ranking.causes[0].card.id])
        return names or self._base.cards

    def _stand(
        self,
        card: Card,
        instance: str,
        held: tuple[Held, ...],
        certainty: float,
        reasoned: Reasoned,
        known: Known,
    ) -> _Standing:
        bound = (place for one in held if (place := one.bindings.get("instance")))
        other = known.only_instance if instance in (UNSAID, DEFAULT_INSTANCE) else instance
        signs = self._signs_of(card, next(bound, other))
        on_symptoms = all(
            reasoned.facts[origin].kind == "symptom"
            for one in held
            if weight(card, one) > 0
            for fact in one.facts
            for origin in reasoned.origins[fact]
        )
        return _Standing(card, signs, held, certainty, on_symptoms, _odds(certainty, signs, known))

    def _with_consequences(self, standing: list[_Standing]) -> list[_Standing]:
        """Each with the odds of the likeliest consequence it would account for."""
        ranked = [one for one in standing if one.certainty >= THRESHOLD]

        def best(one: _Standing) -> float:
            below = self._base.consequences[one.card.id]
            return max((other.odds for other in ranked if other.card.id in below), default=1.0)

        return [replace(one, odds=one.odds * max(1.0, best(one))) for one in standing]

    def _signs_of(self, card: Card, instance: str) -> CardSigns:
        key = (card.id, instance)
        if key not in self._signs:
            self._signs[key] = signs_of(card, instance)
        return self._signs[key]

    # --- what a question is worth ---

    def _changes(self, standing: Sequence[_Standing], moves: Moves) -> Iterable[int]:
        """The places of those that one answer would put first, and 0 if the first would fall."""
        first = standing[0]
        if first.certainty < THRESHOLD:  # nothing is ranked yet
            yield from (i for i, effect in moves.items() if effect.certainty >= THRESHOLD)
            return
        mine = moves[0].certainty if 0 in moves else first.certainty
        if mine < THRESHOLD:
            yield 0
        for i in range(1, len(standing)) if mine < first.certainty else moves:
            after = moves[i].certainty if i in moves else standing[i].certainty
            precedes = after > mine or (after == mine and self._is_cause(standing[i], first))
            if i and after >= THRESHOLD and precedes:
                yield i

    def _is_cause(self, one: _Standing, other: _Standing) -> bool:
        return other.card.id in self._base.consequences[one.card.id]

    def _candidate(
        self,
        thing: Thing,
        by_answer: Mapping[str, Moves],
        speaking: Sequence[tuple[float, Chances]],
    ) -> Candidate:
        entry = thing.entry(self._base.vocabulary)
        minutes = entry.minutes if entry else 1.0
        bits = information(USUAL[thing.kind], speaking)
        effects = {answer: tuple(moves.values()) for answer, moves in by_answer.items()}
        return Candidate(thing, bits, minutes, _look(thing, entry), effects)


def _look(thing: Thing, entry: Entry | None) -> object:
    """What has to be looked at to find out about a thing."""
    if thing.kind in ONE_LOOK:
        return thing.kind
    return entry.command if entry and entry.command else thing


def _best_list(found: Sequence[Candidate]) -> Offer:
    """The first so many of the most telling questions of a kind that are worth most together."""
    telling = sorted(found, key=lambda c: (-c.bits / c.minutes, c.thing))[:_LONGEST]
    lists = [tuple(telling[:n]) for n in range(1, len(telling) + 1)]
    short = [some for some in lists if minutes_of(some) <= _LONGEST_MINUTES]
    return max(short or lists[:1], key=_value)


def minutes_of(listed: Sequence[Candidate]) -> float:
    """What it takes to answer: each look once, and some reading for what it shows besides."""
    looks: dict[object, float] = {}
    for one in listed:
        looks[one.look] = max(one.minutes, looks.get(one.look, 0.0))
    return sum(looks.values()) + _READING * (len(listed) - len(looks))


def _value(listed: Sequence[Candidate]) -> float:
    """Bits a minute of questions asked in one list."""
    return sum(c.bits for c in listed) / (minutes_of(listed) + _PROMPT)


def information(usual: Chances, speaking: Sequence[tuple[float, Chances]]) -> float:
    """The mutual information between the true diagnosis and an answer, in bits.

    ``speaking`` holds the share of the odds and the chances of the answers for each diagnosis that
    says something of the question; all others answer as ``usual``.
    """
    silent = 1.0 - sum(share for share, _ in speaking)
    parts = [*speaking, (max(0.0, silent), usual)]
    overall = {a: sum(share * chances[a] for share, chances in parts) for a in usual}
    return sum(
        share * p * math.log2(p / overall[answer])
        for share, chances in parts
        for answer, p in chances.items()
        if share * p > 0
    )


def _odds(certainty: float, signs: CardSigns, known: Known) -> float:
    """How likely a diagnosis is against one without any evidence."""
    odds = math.exp(_STEEP * certainty)
    for thing, wanted in signs.wanted.items():
        said = known.said(thing)
        if said and said.isdisjoint(wanted):
            usual, expected = USUAL[thing.kind], signs.expected[thing]
            odds *= min(1.0, *(expected[answer] / usual[answer] for answer in said))
    return odds


def _spoken_of(card: Card) -> set[Thing]:
    """The things that evidence for a card names, of whatever instance."""
    return {
        thing
        for rule in card.evidence
        if rule.certainty > 0
        for pattern in rule.when.patterns
        for thing in things_named(pattern)
    }


def _effects(
    standing: Sequence[_Standing], known: Known
) -> dict[Thing, dict[str, dict[int, Effect]]]:
    """For each open thing and answer, how the certainties of the diagnoses would move."""
    found: dict[Thing, dict[str, dict[int, Effect]]] = defaultdict(lambda: defaultdict(dict))
    for place, one in enumerate(standing):
        now = [weight(one.card, h) for h in one.held]
        for (thing, answer), gained in _gains(one, known).items():
            new = round(combine([*now, *gained.values()]), PLACES)
            if one.on_symptoms and thing.kind == "symptom":
                new = min(new, SYMPTOM_LIMIT)
            strongest = max(gained, key=lambda number: abs(gained[number]))
            rule = evidence_rule(one.card.id, strongest)
            found[thing][answer][place] = Effect(one.card.id, rule, new)
    return found


def _gains(one: _Standing, known: Known) -> dict[tuple[Thing, str], dict[int, float]]:
    """For each thing and answer the certainties, by number, of the evidence that would hold."""
    gains: dict[tuple[Thing, str], dict[int, float]] = defaultdict(dict)
    holding = {h.number for h in one.held}
    for sign in one.signs.signs:
        if sign.number not in holding:
            for asked in known.lacking(sign):
                gains[asked][sign.number] = sign.certainty
    return gains

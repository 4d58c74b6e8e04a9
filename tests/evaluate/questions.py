"""How many questions does the consultation need, and does it find what is wrong?

*The operator.* A scenario is one example of a card whose diagnosis must come first (``rank: 1``),
or one reported case with its follow-up. The operator begins with everything in it that users
complain of (in the small problems: with one symptom that all diagnoses there share), and then
answers truthfully: what the scenario says or what follows from it; else the healthy answer, if the
true diagnosis is no less certain with it, and with all that was answered before, than without; else
*unknown*. A real operator would often
know more: what an example leaves out is not always well.

*The small problems.* All diagnoses with an example that shows one symptom, one example each, at
most ten at a time (drawn at random where there are more), and a knowledge base of their cards only.
There the best decision tree is worked out exactly, by dynamic programming over which diagnoses are
still possible: the tree that tells all diagnoses apart with the fewest questions in the mean, one
thing a question, and the best that may also ask in lists, as the consultation does. An *unknown*
excludes nothing. The tree knows beforehand
how every scenario answers every question. So two figures stand beside it: the choice by information
when it knows the same, which measures the way of choosing; and the consultation itself, which knows
only the cards and must find out which of its signs a fault shows in this case.

*By the book.* The same problems once more, with a table that follows from the cards alone: the
operator shows every sign that the card of the true diagnosis names, and answers healthily to all
else. Tree and consultation know the same cards; the consultation still reckons that a fault shows
half of its signs only.

*EMYCIN order* goes through the cards in the order of their files and asks every open premise of
every rule, unless one that is known already fails. In the small problems it may stop as soon as the
diagnoses are told apart; with all knowledge it goes through the cards that speak of a complaint.
"""

from __future__ import annotations

import math
import random
import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any, Protocol

from tabulate import tabulate

from ccexpert import Expert
from ccexpert.consult import Consultation, Question
from ccexpert.engine.reasoner import Reasoned
from ccexpert.errors import FactsError
from ccexpert.facts import KINDS
from ccexpert.facts.document import document_of
from ccexpert.inquiry.signs import signs_of
from ccexpert.inquiry.things import Thing, asked_as, things_named, things_of_face, told_apart
from ccexpert.knowledge.base import KnowledgeBase
from ccexpert.knowledge.cards import Card
from ccexpert.rank import Hypothesis, Ranking

UNKNOWN = "unknown"

#: Diagnoses in a small problem, at most, and problems drawn where there are more.
_SMALL, _DRAWN = 10, 2

#: Nobody answers more questions than this.
_PATIENCE = 80

_SEED = 20261122

Disturb = Callable[[Thing, str], str]


class Operator(Protocol):
    """Somebody who answers questions about one case."""

    @property
    def diagnosis(self) -> str:
        """The id of the true diagnosis."""

    def answer(self, thing: Thing) -> str:
        """What is answered, of whatever instance."""


@dataclass
class Scenario:
    """One case with a known diagnosis, and an operator who answers questions about it."""

    expert: Expert
    name: str
    facts: list[dict[str, Any]]
    diagnosis: str
    """The id of the true diagnosis."""
    said: dict[Thing, str] = field(default_factory=dict)
    _supposed: dict[Thing, str] = field(default_factory=dict)
    _healthy: list[dict[str, Any]] = field(default_factory=list)
    """The facts that were supposed."""

    def __post_init__(self) -> None:
        reasoned, ranking = self._examine()
        for face in chain.from_iterable(reasoned.faces):
            for thing, answer in things_of_face(face):
                self.said.setdefault(thing.anywhere, answer)
        self._add_twins()
        self.certainty = self._certainty(ranking)

    def _add_twins(self) -> None:
        """Who knows a thing also knows the one that is asked about instead of it."""
        base = self.expert.base
        told = told_apart(base.patterns)
        for one, other in asked_as(base.vocabulary).items():
            if one in self.said and other not in self.said:
                wrong = [a for a in other.answers if a in told[other] and a != other.normal]
                is_normal = self.said[one] == one.normal
                self.said[other] = other.normal if is_normal else wrong[0]

    def answer(self, thing: Thing) -> str:
        """What the operator answers, of whatever instance."""
        thing = thing.anywhere
        if thing in self.said:
            return self.said[thing]
        if thing not in self._supposed:
            self._supposed[thing] = self._suppose(thing)
        return self._supposed[thing]

    def _suppose(self, thing: Thing) -> str:
        healthy = thing.normal
        fact = thing.fact(healthy, self.expert.base.vocabulary)
        try:
            _, ranking = self._examine(*self._healthy, fact)
        except FactsError:
            return UNKNOWN
        if self._certainty(ranking) < self.certainty:
            return UNKNOWN
        self._healthy.append(fact)
        return healthy

    def _examine(self, *more: dict[str, Any]) -> tuple[Reasoned, Ranking]:
        case = self.expert.settle([document_of([*self.facts, *more])])
        return self.expert.session().examine(case)

    def _certainty(self, ranking: Ranking) -> float:
        found: tuple[Hypothesis, ...] = (*ranking.causes, *ranking.consequences, *ranking.ruled_out)
        return max((f.certainty for f in found if f.card.id == self.diagnosis), default=0.0)

    @property
    def symptoms(self) -> list[str]:
        """The symptoms that are there, in the order of the facts."""
        return [f["name"] for f in self.facts if f["kind"] == "symptom" and f["present"]]

    def complaints(self, session: Consultation) -> list[str]:
        """What users complain of: the symptoms, else the first thing out of order."""
        if self.symptoms:
            return self.symptoms
        values = (f"{t.id}={a}" for t, a in self.said.items() if a != t.normal)
        return [value for value in values if session.complaint(value)][:1]


@dataclass(frozen=True)
class Textbook:
    """A fault that shows every sign of its card, and an operator who answers by the card."""

    diagnosis: str
    symptom: str
    """What the operator begins with."""
    shown: Mapping[Thing, str]

    def answer(self, thing: Thing) -> str:
        """What the operator answers, of whatever instance."""
        return self.shown.get(thing.anywhere, thing.normal)


def by_the_book(card: Card, symptom: str) -> Textbook:
    """The fault of a card, seen by a symptom; where several answers fit the likeliest is given."""
    signs = signs_of(card.conditions, "")
    shown = {
        thing.anywhere: max(sorted(answers), key=lambda answer: signs.expected[thing][answer])
        for thing, answers in signs.wanted.items()
    }
    return Textbook(card.id, symptom, shown | {Thing("symptom", (symptom,)): "true"})


def examples(expert: Expert) -> Iterator[Scenario]:
    """Every example whose card must come first."""
    for card in expert.base.cards.values():
        for example in card.examples:
            if example.expect.rank == 1:
                facts = [_at_prod(fact) for fact in example.facts]
                yield Scenario(expert, f"{card.id}: {example.name}", facts, card.id)


def _at_prod(fact: dict[str, Any]) -> dict[str, Any]:
    named = fact.get("instance") not in (None, "default")
    return {**fact, "instance": "prod"} if named else dict(fact)


# --- one consultation ---


@dataclass(frozen=True)
class Outcome:
    """How one consultation went."""

    asked: int
    """Questions after the one about what is seen."""
    minutes: float
    told_apart: int
    """Questions after which only one diagnosis of the problem was left."""
    estimates: tuple[int, ...]
    """What it said at every question about how many there are to go."""
    session: Consultation

    @property
    def errors(self) -> list[int]:
        """How far every estimate was above what came; below is negative."""
        return [to_go - (self.asked - n) for n, to_go in enumerate(self.estimates, 1)]

    @property
    def first(self) -> str:
        """The id of the first diagnosis."""
        first = self.session.report().first
        return first.id if first else ""


def consult(
    expert: Expert,
    scenario: Operator,
    opening: Sequence[str],
    others: Sequence[Operator] = (),
    disturb: Disturb = lambda _thing, answer: answer,
) -> Outcome:
    """Let the operator of a scenario answer until the consultation ends."""
    session = Consultation(expert)
    session.answer(opening or UNKNOWN)
    possible, asked, minutes, told = list(others), 0, 0.0, None
    estimates = []
    while (question := session.question()) and asked < _PATIENCE:
        if question.kind == "instance":
            session.answer("prod")
            continue
        if told is None and _is_single(possible):
            told = asked
        answers = {t: disturb(t, scenario.answer(t)) for t in question.things}
        asked, minutes = asked + 1, minutes + question.minutes
        estimates.append(session.progress().to_go)
        for thing, answer in answers.items():
            possible = still_possible(possible, thing, answer)
        session.answer(said(question, answers))
    return Outcome(asked, minutes, asked if told is None else told, tuple(estimates), session)


def said(question: Question, answers: Mapping[Thing, str]) -> str | list[str]:
    """How the operator words the answer to a question."""
    if question.kind == "fact":
        return answers[question.things[0]]
    found = []
    for thing, answer in answers.items():
        if answer == UNKNOWN:
            found.append(f"{thing.id}?")
        elif answer != thing.normal:
            found.append(thing.id if answer == "true" else f"{thing.id}={answer}")
    return found


def still_possible(scenarios: Iterable[Operator], thing: Thing, answer: str) -> list[Operator]:
    """Those that an answer does not exclude; *unknown* excludes nothing on either side."""
    return [s for s in scenarios if answer == UNKNOWN or s.answer(thing) in (answer, UNKNOWN)]


def _is_single(scenarios: Iterable[Operator]) -> bool:
    return len({s.diagnosis for s in scenarios}) <= 1


# --- other ways to ask ---


@dataclass(frozen=True)
class Look:
    """One question, about one thing or a list of things, to the scenarios of a problem."""

    answers: tuple[tuple[str, ...], ...]
    """What each scenario answers."""
    agreeing: tuple[frozenset[int], ...]
    """For each scenario those that its answers do not exclude."""


def looks(
    scenarios: Sequence[Operator], things: Sequence[Thing], *, lists: bool = True
) -> list[Look]:
    """All questions that could be asked, those that exclude the same scenarios once.

    Beside every thing stand the lists of all things of a kind that is asked in lists: more than any
    list of the consultation holds, so that the best tree is never worse off.
    """
    in_lists = [name for name, kind in KINDS.items() if kind.ASKED.in_lists and lists]
    listed = [tuple(t for t in things if t.kind == kind) for kind in in_lists]
    found: dict[tuple[frozenset[int], ...], Look] = {}
    for asked in (*((thing,) for thing in things), *listed):
        look = _look(scenarios, asked)
        found.setdefault(look.agreeing, look)
    return list(found.values())


def _look(scenarios: Sequence[Operator], asked: tuple[Thing, ...]) -> Look:
    answers = tuple(tuple(s.answer(thing) for thing in asked) for s in scenarios)

    def agree(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
        return all(a == b or UNKNOWN in (a, b) for a, b in zip(one, other, strict=True))

    numbered = list(enumerate(answers))
    return Look(
        answers, tuple(frozenset(i for i, o in numbered if agree(one, o)) for one in answers)
    )


def fewest(scenarios: Sequence[Operator], asking: Sequence[Look]) -> float:
    """The mean number of questions of the best decision tree, by dynamic programming.

    A state is who is still possible, who of them is still meant (all but those who would have
    answered otherwise), and which questions met *unknown*.
    """
    diagnoses = [s.diagnosis for s in scenarios]
    best_of: dict[tuple[frozenset[int], frozenset[int], frozenset[int]], float] = {}

    def cost(alive: frozenset[int], meant: frozenset[int], met: frozenset[int]) -> float:
        if not meant or len({diagnoses[i] for i in alive}) == 1:
            return 0.0
        key = (alive, meant, met)
        if key not in best_of:
            best = math.inf
            for number in range(len(asking)):
                if number not in met:
                    best = min(best, after(number, alive, meant, met, best))
            best_of[key] = 0.0 if best is math.inf else best
        return best_of[key]

    def after(
        number: int,
        alive: frozenset[int],
        meant: frozenset[int],
        met: frozenset[int],
        limit: float,
    ) -> float:
        look, groups = asking[number], defaultdict(set)
        if all(alive <= look.agreeing[i] for i in alive):
            return math.inf
        for i in meant:
            groups[look.answers[i]].add(i)
        total = float(len(meant))
        for answer, group in groups.items():
            now_met = met | {number} if UNKNOWN in answer else met
            left = alive & look.agreeing[min(group)]
            total += cost(left, frozenset(group), now_met)
            if total >= limit:
                return math.inf
        return total

    everybody = frozenset(range(len(scenarios)))
    return cost(everybody, everybody, frozenset()) / len(scenarios)


def by_information(scenarios: Sequence[Operator], asking: Sequence[Look]) -> float:
    """The mean number of questions when the most informative is asked, knowing the scenarios."""
    diagnoses = [s.diagnosis for s in scenarios]

    def value(look: Look, alive: frozenset[int]) -> float:
        groups = Counter(look.answers[i] for i in alive)
        left = {look.answers[i]: len(alive & look.agreeing[i]) for i in alive}
        size = len(alive)
        return sum(n / size * math.log2(size / left[answer]) for answer, n in groups.items())

    def asked(i: int) -> int:
        alive, number, open_looks = frozenset(range(len(scenarios))), 0, list(asking)
        while len({diagnoses[j] for j in alive}) > 1:
            best = max(open_looks, key=lambda look: value(look, alive))
            if value(best, alive) <= 1e-9:
                break
            open_looks.remove(best)
            alive, number = alive & best.agreeing[i], number + 1
        return number

    return statistics.mean(asked(i) for i in range(len(scenarios)))


def emycin(
    cards: Iterable[Card],
    scenario: Scenario,
    opening: Iterable[str],
    others: Sequence[Scenario] = (),
) -> int:
    """The number of questions in EMYCIN order; with ``others``, until they are told apart."""
    known = {Thing("symptom", (name,)): "true" for name in opening}
    possible: list[Operator] = list(others)
    before = len(known)
    for card in cards:
        for rule in card.evidence:
            for conjunction in rule.when.alternatives:
                for pattern in conjunction.positive:
                    wanted = pattern.answers
                    holds = False
                    for thing in things_named(pattern):
                        if others and _is_single(possible):
                            return len(known) - before
                        if thing not in known:
                            known[thing] = scenario.answer(thing)
                            possible = still_possible(possible, thing, known[thing])
                        holds = known[thing] in wanted
                        if holds:
                            break
                    if not holds:
                        break
    return len(known) - before


def in_file_order(base: KnowledgeBase, names: Iterable[str]) -> list[Card]:
    """Cards as they stand in their folders."""
    return [base.cards[name] for name in sorted(names, key=lambda n: str(base.sources[n]))]


def things_in(cards: Iterable[Card]) -> list[Thing]:
    """Everything that some cards ask about."""
    patterns = (p for card in cards for rule in card.evidence for p in rule.when.patterns)
    return sorted({thing for pattern in patterns for thing in things_named(pattern)})


# --- the small problems ---


def small_problems(scenarios: Sequence[Scenario]) -> Iterator[tuple[str, list[Scenario]]]:
    """Diagnoses that share a symptom, an example each: ``(symptom, scenarios)``."""
    sharing: dict[str, dict[str, Scenario]] = defaultdict(dict)
    for scenario in scenarios:
        if len(scenario.facts) > 1:
            for symptom in scenario.symptoms:
                sharing[symptom].setdefault(scenario.diagnosis, scenario)
    draw = random.Random(_SEED)
    for symptom, by_diagnosis in sorted(sharing.items()):
        found = [by_diagnosis[name] for name in sorted(by_diagnosis)]
        if len(found) > _SMALL:
            for _ in range(_DRAWN):
                yield symptom, draw.sample(found, _SMALL)
        elif len(found) > 2:
            yield symptom, found


def _small_rows(expert: Expert, scenarios: Sequence[Scenario]) -> Iterator[list[Any]]:
    for symptom, some in small_problems(scenarios):
        names = [s.diagnosis for s in some]
        cards = {name: expert.base.cards[name] for name in names}
        small = Expert(base=replace(expert.base, cards=cards))
        order, things = in_file_order(expert.base, names), things_in(cards.values())
        single, asking = looks(some, things, lists=False), looks(some, things)
        outcomes = [consult(small, s, [symptom], some) for s in some]
        yield [
            symptom,
            len(some),
            math.log2(len(some)),
            fewest(some, single),
            fewest(some, asking),
            by_information(some, asking),
            statistics.mean(o.told_apart for o in outcomes),
            statistics.mean(o.asked for o in outcomes),
            statistics.mean(emycin(order, s, [symptom], some) for s in some),
            statistics.mean(emycin(order, s, [symptom]) for s in some),
            len(things) - 1,
            statistics.mean(o.first == s.diagnosis for o, s in zip(outcomes, some, strict=True)),
        ]


_SMALL_HEADERS = (
    *("symptom", "diagnoses", "bits", "best tree", "with lists", "by information"),
    *("told apart", "asked", "EMYCIN told apart", "EMYCIN all", "everything", "right"),
)


def _report_small(expert: Expert, scenarios: Sequence[Scenario]) -> None:
    rows = list(_small_rows(expert, scenarios))
    weights = [row[1] for row in rows]
    columns = list(zip(*rows, strict=True))[2:]
    bits, tree, listing, knowing, told, asked, order, all_rules, everything, right = (
        statistics.fmean(column, weights) for column in columns
    )
    means = [bits, tree, listing, knowing, told, asked, order, all_rules, everything, right]
    rows.append(["mean of a diagnosis", sum(weights), *means])
    print(tabulate(rows, _SMALL_HEADERS, floatfmt=".2f"))
    print()
    ratios = [
        ("choosing by information, knowing what the tree knows", "with lists", knowing / listing),
        ("the consultation, until told apart", "with lists", told / listing),
        ("the consultation, until told apart", "best tree", told / tree),
        ("the consultation, until told apart", "EMYCIN order", told / order),
        ("the consultation, to its own end", "best tree", asked / tree),
        ("the consultation, to its own end", "EMYCIN, all rules", asked / all_rules),
    ]
    print(tabulate(ratios, ("way to ask", "against", "ratio"), floatfmt=".3f"))
    print()


def _book_row(expert: Expert, symptom: str, names: Sequence[str]) -> tuple[float, ...]:
    cards = {name: expert.base.cards[name] for name in names}
    small = Expert(base=replace(expert.base, cards=cards))
    faults, things = [by_the_book(c, symptom) for c in cards.values()], things_in(cards.values())
    outcomes = [consult(small, fault, [symptom], faults) for fault in faults]
    pairs = zip(outcomes, faults, strict=True)
    return (
        fewest(faults, looks(faults, things, lists=False)),
        fewest(faults, looks(faults, things)),
        statistics.mean(o.told_apart for o in outcomes),
        statistics.mean(o.asked for o in outcomes),
        statistics.mean(o.first == fault.diagnosis for o, fault in pairs),
    )


def _report_book(expert: Expert, scenarios: Sequence[Scenario]) -> None:
    problems = [(s, [one.diagnosis for one in some]) for s, some in small_problems(scenarios)]
    rows = [_book_row(expert, *problem) for problem in problems]
    weights = [len(names) for _, names in problems]
    tree, listing, told, asked, right = (
        statistics.fmean(column, weights) for column in zip(*rows, strict=True)
    )
    headers = ("by the book", "best tree", "tree with lists", "told apart", "asked", "right")
    figures = [
        ("mean of a diagnosis", tree, listing, told, asked, right),
        ("ratio to the best tree", 1.0, listing / tree, told / tree, asked / tree, None),
    ]
    print(tabulate(figures, headers, floatfmt=".3f"))
    print()


# --- all knowledge ---


def disturbed(how: str, seed: str) -> Disturb:
    """An operator who in one answer of ten does not know, or is wrong."""
    rng = random.Random(f"{_SEED} {how} {seed}")

    def change(thing: Thing, answer: str) -> str:
        if how == "truthful" or rng.random() >= 0.1:
            return answer
        if how == "unknown":
            return UNKNOWN
        return rng.choice([other for other in thing.answers if other != answer])

    return change


def _whole_rows(expert: Expert, groups: dict[str, list[Scenario]]) -> Iterator[list[Any]]:
    for name, scenarios in groups.items():
        for how, every in (("truthful", 1), ("unknown", 3), ("wrong", 3)):
            some = scenarios[::every]
            outcomes = [
                consult(
                    expert, s, s.complaints(Consultation(expert)), disturb=disturbed(how, s.name)
                )
                for s in some
            ]
            asked = [o.asked for o in outcomes]
            right = [o.first == s.diagnosis for o, s in zip(outcomes, some, strict=True)]
            errors = [error for o in outcomes for error in o.errors]
            yield [
                name,
                {"truthful": "truthful", "unknown": "10 % unknown", "wrong": "10 % wrong"}[how],
                len(some),
                statistics.mean(asked),
                statistics.median(asked),
                statistics.quantiles(asked, n=10)[-1],
                statistics.mean(o.minutes for o in outcomes),
                f"{100 * statistics.mean(right):.1f} %",
                statistics.mean(errors),
                statistics.mean(map(abs, errors)),
            ]


def _report_whole(expert: Expert, groups: dict[str, list[Scenario]]) -> None:
    headers = (
        *("scenarios", "operator", "number", "asked", "median", "90 %", "minutes", "right"),
        *("to go: off by", "either way"),
    )
    print(tabulate(_whole_rows(expert, groups), headers, floatfmt=".1f"))
    print()
    rows = []
    for name, scenarios in groups.items():
        counted = [_others(expert, s) for s in scenarios if s.symptoms]
        rows.append([name, *(statistics.mean(column) for column in zip(*counted, strict=True))])
    print(
        tabulate(rows, ("scenarios with a symptom", "EMYCIN order", "everything"), floatfmt=".1f")
    )
    print()


def _others(expert: Expert, scenario: Scenario) -> tuple[int, int]:
    """The questions in EMYCIN order and altogether, of the cards that speak of a complaint."""
    cards = expert.base.cards
    speaking = [n for n, card in cards.items() if card.symptoms & set(scenario.symptoms)]
    order = in_file_order(expert.base, speaking)
    return emycin(order, scenario, scenario.symptoms), len(things_in(order))


def field_scenarios(expert: Expert) -> Iterator[Scenario]:
    """The reported cases that are diagnosed rightly when everything is known."""
    from tests.evaluate.field import cases, rank_of

    for case in cases():
        report = expert.diagnose(case.followup)
        if report.first and rank_of(case, report) == 1:
            facts = [_at_prod(fact) for fact in case.followup["facts"]]
            yield Scenario(expert, case.name, facts, report.first.id)


def share_of_signs_shown(expert: Expert, scenarios: Iterable[Scenario]) -> float:
    """The share of the evidence for a diagnosis that holds in the examples of its card."""
    holds = total = 0
    for scenario in scenarios:
        reasoned, _ = expert.examine(expert.settle([document_of(scenario.facts)]))
        held = {h.number for h in reasoned.evidence if h.card == scenario.diagnosis}
        rules = expert.base.cards[scenario.diagnosis].evidence
        speaking = {n for n, rule in enumerate(rules) if rule.certainty > 0}
        holds, total = holds + len(held & speaking), total + len(speaking)
    return holds / total


def evaluate(expert: Expert) -> None:
    """Print how many questions are asked, beside other ways to ask, and how often it is right."""
    found = list(examples(expert))
    shown = share_of_signs_shown(expert, found)
    print(f"evidence that holds in the examples of its card: {100 * shown:.0f} %")
    print()
    _report_small(expert, found)
    _report_book(expert, found)
    _report_whole(expert, {"examples": found, "reported cases": list(field_scenarios(expert))})

"""Holds a mutant against everything that speaks of its card: examples of cards, stories of tests.

What holds in a case is worked out once. A mutant whose conditions are as before only needs the
ranking and the plan anew; one with another condition needs its own rules matched as well.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import chain
from types import MappingProxyType
from typing import Any

from ccexpert import Expert, Report
from ccexpert.engine.reasoner import Held, Reasoned, Reasoner
from ccexpert.engine.run import Engine
from ccexpert.facts.case import Case
from ccexpert.facts.document import document_of
from ccexpert.knowledge.base import KnowledgeBase
from ccexpert.knowledge.cards import Card
from ccexpert.verify.examples import verdict
from tests.mutants.mutate import Mutant, mutants
from tests.outcomes.cases import cases
from tests.outcomes.outcome import outcome


@dataclass(frozen=True)
class Proof:
    """One case, and what its report must be."""

    name: str
    facts: Any
    judge: Callable[[Report], str]
    """The difference from what is expected; empty if there is none."""


@dataclass(frozen=True)
class _Tried:
    """A case with what the rules of all cards make of it."""

    name: str
    reasoned: Reasoned
    judge: Callable[[Report], str]


class Trial:
    """Cards on trial."""

    def __init__(self, expert: Expert, more: tuple[Proof, ...] = ()) -> None:
        self.base, self._expert, self._more = expert.base, expert, more
        self._cards: Mapping[str, Card] = dict(expert.base.cards)
        self._whole = Reasoner(self.base)

    def _own(self, card: Card) -> Iterator[_Tried]:
        """The cases of a card; its outcome must be the same."""
        for case in cases(self._expert, card):
            reasoned = self._reasoned({"platform": case.platform, "facts": list(case.facts)})
            report = self._report(self._expert, reasoned)
            say = partial(outcome, card.id, steps=case.steps)
            known = tuple(say(report))

            def judge(report: Report, say: Any = say, known: Any = known) -> str:
                return "" if tuple(say(report)) == known else "another outcome"

            yield _Tried(case.name, reasoned, judge)

    @cached_property
    def _others(self) -> Mapping[str, list[_Tried]]:
        """By card: the examples of other cards, and the stories, in which it has a say."""
        found: dict[str, list[_Tried]] = defaultdict(list)
        for proof in (*self._examples(), *self._more):
            reasoned = self._reasoned(proof.facts)
            tried = _Tried(proof.name, reasoned, proof.judge)
            for card in {held.card for held in (*reasoned.evidence, *reasoned.actions)}:
                found[card].append(tried)
        return found

    def _examples(self) -> Iterator[Proof]:
        for card in self._cards.values():
            for example in card.examples:
                facts = {"platform": example.platform, "facts": list(example.facts)}

                def judge(report: Report, card: Card = card, example: Any = example) -> str:
                    return verdict(card.id, example, report)

                yield Proof(f"{card.id}: {example.name}", facts, judge)

    def survivors(self, card: str) -> Iterator[tuple[Mutant, str]]:
        """Each mutant of a card with the case that fails with it; empty if it survives them."""
        own = list(self._own(self._cards[card]))
        for mutant in mutants(self._cards[card]):
            yield mutant, self.killer(mutant, own)

    def killer(self, mutant: Mutant, own: Iterable[_Tried] = ()) -> str:
        """The first case that fails with the mutant; empty if it survives them all."""
        card = mutant.card
        base = replace(self.base, cards=MappingProxyType({**self._cards, card.id: card}))
        alone = _alone(self.base, card, self._whole) if mutant.matches_otherwise else None
        expert = copy(self._expert)
        expert.base = base
        for tried in chain(own, self._others[card.id]):
            before = tried.reasoned
            after = _merged(before, self._cards[card.id], card, alone)
            if _concerned(self._cards[card.id], card, before, after) and tried.judge(
                self._report(expert, after)
            ):
                return tried.name
        return ""

    def _reasoned(self, facts: Any) -> Reasoned:
        return self._whole.reason(self._expert.settle([document_of(facts)]))

    @staticmethod
    def _report(expert: Expert, reasoned: Reasoned) -> Report:
        knowing = copy(expert)
        knowing._reasoner = _Known(reasoned)
        return knowing.diagnose_case(reasoned.case)


class _Known(Reasoner):
    """Says what was worked out before."""

    def __init__(self, reasoned: Reasoned) -> None:
        self._reasoned = reasoned

    def reason(self, case: Case) -> Reasoned:
        return self._reasoned


def _concerned(card: Card, mutant: Card, before: Reasoned, after: Reasoned) -> bool:
    """Whether a case touches what a mutant changes."""
    pairs = enumerate(zip(card.evidence, mutant.evidence, strict=True))
    changed = {number for number, (one, other) in pairs if one is not other}
    held = (*before.evidence, *after.evidence)
    return not changed or any(h.card == card.id and h.number in changed for h in held)


def _alone(base: KnowledgeBase, card: Card, whole: Reasoner) -> Reasoner:
    """A reasoner that knows one card, and concludes as the whole one does."""
    reasoner = Reasoner(replace(base, cards={card.id: card}, able=None))
    inferring, _ = whole._engines()
    reasoner._of_thread = threading.local()
    reasoner._of_thread.engines = (inferring, Engine(reasoner._judging, "indexed"))
    return reasoner


def _merged(reasoned: Reasoned, before: Card, card: Card, own: Reasoner | None) -> Reasoned:
    """What holds with the mutant: its own rules, and those of all other cards."""
    evidence: tuple[Held, ...] = reasoned.evidence
    if own is not None:
        evidence = (
            *(held for held in evidence if held.card != card.id),
            *own.reason(reasoned.case).evidence,
        )
    kept = tuple(h for h in evidence if h.card != card.id or card.evidence[h.number].certainty)
    others = (held for held in reasoned.actions if held.card != card.id)
    return replace(reasoned, evidence=kept, actions=(*others, *_offered(reasoned, before, card)))


def _offered(reasoned: Reasoned, before: Card, card: Card) -> Iterator[Held]:
    """The conditional steps of a mutant, under their new numbers."""
    for held in reasoned.actions:
        if held.card == card.id:
            step = before.actions[held.number]
            for number, action in enumerate(card.actions):
                if (action.kind, action.text, action.when) == (step.kind, step.text, step.when):
                    yield replace(held, number=number)

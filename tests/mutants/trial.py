"""Holds a mutant against everything that speaks of its card: examples of cards, stories of tests.

What holds in a case is worked out once. A mutant whose conditions are as before only needs the
ranking and the plan anew; one with another condition needs its own rules matched as well.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property
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
from tests.mutants.mutate import Mutant


@dataclass(frozen=True)
class Proof:
    """One case, and what its report must be."""

    name: str
    facts: Any
    judge: Callable[[Report], str]
    """The difference from what is expected; empty if there is none."""


class Trial:
    """Cards on trial."""

    def __init__(self, expert: Expert, more: tuple[Proof, ...] = ()) -> None:
        self.base, self._expert = expert.base, expert
        self._cards: Mapping[str, Card] = dict(expert.base.cards)
        self._whole = Reasoner(self.base)
        self._proofs = (*self._examples(), *more)

    def _examples(self) -> Iterator[Proof]:
        for card in self._cards.values():
            for example in card.examples:
                facts = {"platform": example.platform, "facts": list(example.facts)}

                def judge(report: Report, card: Card = card, example: Any = example) -> str:
                    return verdict(card.id, example, report)

                yield Proof(f"{card.id}: {example.name}", facts, judge)

    @cached_property
    def _cases(self) -> Mapping[str, list[tuple[Proof, Reasoned]]]:
        """By card: the cases in which it has a say, its own examples first."""
        found: dict[str, list[tuple[Proof, Reasoned]]] = defaultdict(list)
        for proof in self._proofs:
            case = self._expert.settle([document_of(proof.facts)])
            reasoned = self._whole.reason(case)
            concerned = {held.card for held in (*reasoned.evidence, *reasoned.actions)}
            tells = {proof.name.split(":")[0]} & self._cards.keys()
            for card in concerned | tells:
                found[card].append((proof, reasoned))
        for card, proofs in found.items():
            own = [pair for pair in proofs if pair[0].name.startswith(f"{card}:")]
            found[card] = own + [pair for pair in proofs if pair not in own]
        return found

    def killer(self, mutant: Mutant) -> str | None:
        """The first proof that fails with the mutant; None if it survives them all."""
        card = mutant.card
        base = replace(self.base, cards=MappingProxyType({**self._cards, card.id: card}))
        own = _alone(self.base, card, self._whole) if mutant.matches_otherwise else None
        expert = copy(self._expert)
        expert.base = base
        for proof, reasoned in self._cases[card.id]:
            expert._reasoner = _Known(_merged(reasoned, self._cards[card.id], card, own))
            if proof.judge(expert.diagnose_case(reasoned.case)):
                return proof.name
        return None


class _Known(Reasoner):
    """Says what was worked out before."""

    def __init__(self, reasoned: Reasoned) -> None:
        self._reasoned = reasoned

    def reason(self, case: Case) -> Reasoned:
        return self._reasoned


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

"""A case that changes: facts go in and out, and only what a change touches is matched again.

What held for the facts that stay is kept (``engine/incremental.py``); settling and ranking are
done anew. Each answer equals that of a fresh diagnosis of the same facts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ccexpert.engine.reasoner import Reasoned, Reasoner
from ccexpert.facts import Fact
from ccexpert.facts.case import Case, settle
from ccexpert.facts.document import document_of
from ccexpert.knowledge.base import KnowledgeBase
from ccexpert.rank import Ranking
from ccexpert.report.answer import Report
from ccexpert.words import Language

Told = Callable[[Ranking, Reasoned, Language], Report]


class Session:
    """One case of one thread, made by ``Expert.session``."""

    def __init__(
        self,
        base: KnowledgeBase,
        reasoner: Reasoner,
        ranked: Callable[[Reasoned], Ranking],
        told: Told,
    ) -> None:
        self._base, self._reasoner, self._ranked, self._told = base, reasoner, ranked, told
        self._become(())

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The facts that are in."""
        return self._facts

    def add(self, *facts: Fact | dict[str, Any]) -> None:
        """Take facts in; ``FactsError`` leaves the session as it was if they are malformed, name
        something unknown or contradict what is in."""
        self._become((*self.facts, *_read(facts)))

    def remove(self, *facts: Fact | dict[str, Any]) -> None:
        """Take facts out; those that are not in do not matter."""
        gone = _read(facts)
        self._become(fact for fact in self.facts if fact not in gone)

    def _become(self, facts: Iterable[Fact]) -> None:
        document = document_of(tuple(facts))
        self._case = settle([document], self._base.vocabulary)
        self._facts = document.content.facts

    @property
    def ranking(self) -> Ranking:
        """The ranking of the facts that are in."""
        return self.examine(self._case)[1]

    def report(self, *, language: Language = "en") -> Report:
        """The report on the facts that are in."""
        reasoned, ranking = self.examine(self._case)
        return self._told(ranking, reasoned, language)

    def examine(self, case: Case) -> tuple[Reasoned, Ranking]:
        """What the facts of any case support, and its ranking; only what differs from the case
        before is matched again."""
        reasoned = self._reasoner.reason(case)
        return reasoned, self._ranked(reasoned)


def _read(facts: Iterable[Fact | dict[str, Any]]) -> tuple[Fact, ...]:
    return document_of(tuple(facts)).content.facts

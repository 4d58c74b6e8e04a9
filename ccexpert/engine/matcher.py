"""A matcher without work that cannot matter, behind experta's extension point ``__matcher__``.

experta's Rete tests every fact against every rule. This matcher asks ``joins.py``, which touches
only the rules that a change can concern, and makes a rule into an experta rule only when it first
holds. The agenda receives the difference from the previous matches, and experta fires.
``ReteMatcher`` stays the reference; a property test proves that the two agree.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ccexpert.engine.joins import Joins
from ccexpert.engine.rules import fact_name, rule_of
from ccexpert.engine.shim import Activation, Fact, KnowledgeEngine, Matcher, Rule

_ID = "__factid__"


class IndexedMatcher(Matcher):  # type: ignore[misc]
    """Computes the activations that a change of the facts adds and removes."""

    MAKES_RULES = True
    """The engine needs no rules of its own."""

    def __init__(self, engine: KnowledgeEngine) -> None:
        super().__init__(engine)
        self._joins = Joins(engine.ALTERNATIVES)
        self._rules: dict[int, Rule] = {}
        self.reset()

    def reset(self) -> None:
        """Forget all facts."""
        self._joins.forget()
        self._matches: dict[int, dict[Any, Activation]] = {}

    def changes(
        self, adding: Iterable[Fact] | None = None, deleting: Iterable[Fact] | None = None
    ) -> tuple[list[Activation], list[Activation]]:
        """The activations that adding and deleting these facts adds and removes."""
        joins = self._joins
        touched = {
            pattern
            for fact in deleting or ()
            for pattern in joins.let_go(fact[_ID], type(fact).__name__, fact)
        }
        for fact in adding or ():
            touched.update(joins.take(fact[_ID], fact, type(fact).__name__, fact))
        added: list[Activation] = []
        removed: list[Activation] = []
        if touched:  # experta also asks after every firing
            standing = joins.awake() | self._matches.keys()
            for number in sorted(standing & joins.concerned(touched)):
                self._rematch(number, added, removed)
        return added, removed

    def _rematch(self, number: int, added: list[Activation], removed: list[Activation]) -> None:
        old = self._matches.pop(number, {})
        new: dict[Any, Activation] = {}
        for facts, bindings in self._joins.rows(number):
            key = tuple(fact[_ID] for fact in facts)
            if key in old:
                new[key] = old[key]
            else:
                named = {fact_name(place): fact for place, fact in enumerate(facts)}
                new[key] = Activation(self._rule(number), facts, bindings | named)
                added.append(new[key])
        removed.extend(activation for key, activation in old.items() if key not in new)
        if new:
            self._matches[number] = new

    def _rule(self, number: int) -> Rule:
        if number not in self._rules:
            alternative = self._joins.rules[number].alternative
            self._rules[number] = rule_of(alternative, self.engine.record)
        return self._rules[number]

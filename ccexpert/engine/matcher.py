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
from ccexpert.engine.rules import FIRING, Firing, firing, rule_of
from ccexpert.engine.shim import Activation, Fact, KnowledgeEngine, Matcher, Rule

_ID = "__factid__"


class Match(Activation):  # type: ignore[misc]
    """A rule, the facts that make it hold, in the order of its patterns, and its place on the
    agenda."""

    def __init__(
        self, rule: Rule, facts: tuple[Fact, ...], held: Firing, ids: tuple[int, ...]
    ) -> None:
        self.rule, self.facts, self.context = rule, facts, {FIRING: held}
        self.key = (rule.salience, sorted(ids, reverse=True), rule.__name__, ids)


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
        self._matches: dict[int, dict[Any, Match]] = {}

    def changes(
        self, adding: Iterable[Fact] | None = None, deleting: Iterable[Fact] | None = None
    ) -> tuple[list[Activation], list[Activation]]:
        """The activations that adding and deleting these facts adds and removes."""
        if not adding and not deleting:  # experta also asks after every firing
            return [], []
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
        standing = joins.awake() | self._matches.keys()
        for number in sorted(standing & joins.concerned(touched)):
            self._rematch(number, added, removed)
        return added, removed

    def _rematch(self, number: int, added: list[Activation], removed: list[Activation]) -> None:
        old = self._matches.pop(number, {})
        new: dict[Any, Match] = {}
        for facts, bindings in self._joins.rows(number):
            key = tuple(fact[_ID] for fact in facts)
            if key in old:
                new[key] = old[key]
            else:
                held = firing(self._joins.rules[number].alternative.rule, bindings, facts)
                new[key] = Match(self._rule(number), facts, held, key)
                added.append(new[key])
        removed.extend(activation for key, activation in old.items() if key not in new)
        if new:
            self._matches[number] = new

    def _rule(self, number: int) -> Rule:
        if number not in self._rules:
            alternative = self._joins.rules[number].alternative
            self._rules[number] = rule_of(alternative, self.engine.record)
        return self._rules[number]

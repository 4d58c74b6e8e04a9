"""The engine: facts in, the rules that hold for them out. One network, used again and again.

Facts are declared sorted and in one batch, right-hand sides only record, and the network is thrown
away after any exception, because experta keeps activations of the facts that caused it. What rules
conclude becomes facts of another round, until nothing new is concluded; only the last round counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from ccexpert.engine.matcher import IndexedMatcher
from ccexpert.engine.rules import SEEN_TYPES, Condition, Firing, engine_class, firing
from ccexpert.engine.shim import KnowledgeEngine, ReteMatcher
from ccexpert.engine.strategy import ExactStrategy

MatcherName = Literal["indexed", "stock"]
_MATCHERS = {"indexed": IndexedMatcher, "stock": ReteMatcher}

_NUMBER = "number"

#: Kind and fields of a fact, as rules see it.
EngineFact = tuple[str, dict[str, Any]]


class Engine:
    """Holds one compiled network for one thread; ``run`` may be called any number of times."""

    def __init__(self, conditions: Iterable[Condition], matcher: MatcherName = "indexed") -> None:
        self._conditions = tuple(conditions)
        self._matcher = _MATCHERS[matcher]
        self._network: KnowledgeEngine | None = None
        self._fired: list[Firing] = []

    def run(self, facts: Sequence[EngineFact]) -> list[Firing]:
        """Which rules hold for ``facts``: each once for its bindings and facts, in a fixed
        order."""
        network = self.warm()
        self._network = None  # stays forgotten if anything below raises
        self._fired.clear()
        network.reset()
        network.declare(
            *(SEEN_TYPES[kind](**fields, number=i) for i, (kind, fields) in enumerate(facts))
        )
        network.run()
        self._network = network
        return sorted(set(self._fired), key=lambda f: (f.rule, f.bindings, f.facts))

    def warm(self) -> KnowledgeEngine:
        """The compiled network, built when it is first needed."""
        if self._network is None:
            self._network = self._build()
        return self._network

    def _build(self) -> KnowledgeEngine:
        made = engine_class(self._conditions, self._record, ExactStrategy, self._matcher)()
        deffacts = made.get_deffacts()
        made.get_deffacts = lambda: deffacts  # else every reset() looks at every attribute again
        return made

    def _record(self, rule: str, bound: dict[str, Any]) -> None:
        self._fired.append(firing(rule, bound, lambda fact: int(fact[_NUMBER])))

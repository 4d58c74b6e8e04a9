"""The engine: takes facts and returns the rules that hold for them. It reuses one network.

Facts are declared in one batch and right-hand sides only record. After any exception the network
is thrown away, because experta keeps activations of the facts that caused it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, Protocol

from ccexpert.engine.direct import Direct
from ccexpert.engine.incremental import Incremental
from ccexpert.engine.matcher import IndexedMatcher
from ccexpert.engine.rules import NUMBER, SEEN_TYPES, Condition, Firing, engine_class
from ccexpert.engine.shim import KnowledgeEngine, ReteMatcher
from ccexpert.engine.strategy import ExactStrategy
from ccexpert.facts import Face

MatcherName = Literal["indexed", "stock"]
EngineName = Literal["indexed", "stock", "direct", "incremental"]
_MATCHERS = {"indexed": IndexedMatcher, "stock": ReteMatcher}


class Runs(Protocol):
    """Takes facts and says which rules hold for them."""

    def run(self, faces: Sequence[Face]) -> list[Firing]:
        """The rules that hold for facts with these faces, without duplicates and in a fixed
        order."""

    def warm(self) -> object:
        """Build now what would be built on first use."""


class Engine:
    """One compiled network for one thread; ``run`` may be called any number of times."""

    def __init__(self, conditions: Iterable[Condition], matcher: MatcherName = "indexed") -> None:
        self._conditions = tuple(conditions)
        self._matcher = _MATCHERS[matcher]
        self._network: KnowledgeEngine | None = None
        self._fired: list[Firing] = []

    def run(self, faces: Sequence[Face]) -> list[Firing]:
        """The rules that hold for facts with these faces, without duplicates and in a fixed
        order."""
        network = self.warm()
        self._network = None  # stays forgotten if anything below raises
        self._fired.clear()
        network.reset()
        network.declare(
            *(SEEN_TYPES[kind](**fields, **{NUMBER: i}) for i, (kind, fields) in enumerate(faces))
        )
        network.run()
        self._network = network
        return sorted(set(self._fired))

    def warm(self) -> KnowledgeEngine:
        """The compiled network; built on first use."""
        if self._network is None:
            self._network = self._build()
        return self._network

    def _build(self) -> KnowledgeEngine:
        made = engine_class(self._conditions, self._fired.append, ExactStrategy, self._matcher)()
        deffacts = made.get_deffacts()
        made.get_deffacts = lambda: deffacts  # else every reset() inspects every attribute again
        return made


def engine_of(conditions: Iterable[Condition], name: EngineName) -> Runs:
    """experta with the named matcher, or an evaluation of the conditions without it."""
    if name == "direct":
        return Direct(conditions)
    return Incremental(conditions) if name == "incremental" else Engine(conditions, name)

"""A matcher without work that cannot matter, behind experta's extension point ``__matcher__``.

experta's Rete tests every fact against every rule. This matcher looks up which patterns a fact
matches, by the name of its thing, and remembers the answer for every fact that looks the same. A
rule is woken only by its rarest pattern and joined only when all its patterns have facts; only then
is it made into an experta rule. The agenda receives the difference from the previous matches, and
experta fires. The matcher supports only what cards compile to (``rules.py``): patterns of literals,
value lists and variables, followed by ``NOT`` of single patterns. ``ReteMatcher`` stays the
reference; a property test proves that the two agree.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ccexpert.engine.rules import HOST, Alternative, fact_name, rule_of
from ccexpert.engine.shim import Activation, Fact, KnowledgeEngine, Matcher, Rule
from ccexpert.facts import KINDS
from ccexpert.knowledge.patterns import Pattern, Variable

_ID = "__factid__"

#: The fields that differ between facts that look the same.
_OWN = frozenset({_ID, "number", "host"})

#: How many looks of facts are remembered before the memory starts afresh.
_MOST_LOOKS = 50_000

Matched = dict[int, tuple[Fact, dict[str, Any]]]
"""The facts that match a pattern, by their ids, each with the variables it binds."""

Row = tuple[tuple[Fact, ...], dict[str, Any]]


class _Wanted:
    """What a pattern wants of a fact. The host is kept apart: it is not part of a look."""

    def __init__(self, pattern: Pattern) -> None:
        fields = dict(pattern.fields)
        self.kind = pattern.kind
        self.host = fields.pop("host", HOST)
        self.values = {f: v for f, v in fields.items() if not isinstance(v, Variable)}
        self.variables = {f: v.name for f, v in fields.items() if isinstance(v, Variable)}

    def most_telling(self) -> str:
        """The field under which the pattern is looked up: a name before a state."""
        names = [field for field in KINDS[self.kind].NAMES if field in self.values]
        return names[0] if names else min(self.values, default="")

    def of_look(self, fact: Fact) -> dict[str, Any] | None:
        """The variables that a fact binds, without its host; None if it does not match."""
        for field, values in self.values.items():
            if field not in fact or fact[field] not in values:
                return None
        found: dict[str, Any] = {}
        for field, name in self.variables.items():
            if field not in fact or found.setdefault(name, fact[field]) != fact[field]:
                return None
        return found

    def with_host(self, found: dict[str, Any], host: Any) -> dict[str, Any] | None:
        """The same with the host; None if the host does not match."""
        if not isinstance(self.host, Variable):
            return found if host in self.host else None
        name = self.host.name
        return {**found, name: host} if found.get(name, host) == host else None


@dataclass(frozen=True, slots=True)
class _Join:
    """One alternative of a condition, with the numbers of its patterns."""

    alternative: Alternative
    positive: tuple[int, ...]
    negative: tuple[int, ...]


class IndexedMatcher(Matcher):  # type: ignore[misc]
    """Computes the activations that a change of the facts adds and removes."""

    MAKES_RULES = True
    """The engine needs no rules of its own."""

    def __init__(self, engine: KnowledgeEngine) -> None:
        super().__init__(engine)
        self._numbers: dict[Pattern, int] = {}
        self._wanted: list[_Wanted] = []
        self._by_value: dict[tuple[str, str], dict[Any, list[int]]] = {}
        self._joins = [self._join(alternative) for alternative in engine.ALTERNATIVES]
        used = Counter(number for join in self._joins for number in join.positive)
        self._woken_by: dict[int, list[int]] = defaultdict(list)
        for number, join in enumerate(self._joins):
            self._woken_by[min(join.positive, key=used.__getitem__)].append(number)
        self._fields: dict[str, list[str]] = defaultdict(list)
        for kind, field in self._by_value:
            self._fields[kind].append(field)
        self._looks: dict[Any, list[tuple[int, dict[str, Any]]]] = {}
        self._rules: dict[int, Rule] = {}
        self.reset()

    def reset(self) -> None:
        """Forget all facts."""
        self._matched: dict[int, Matched] = {}
        self._indexes: dict[tuple[int, str], dict[Any, list[tuple[Fact, dict[str, Any]]]]] = {}
        self._matches: dict[int, dict[Any, Activation]] = {}

    def changes(
        self, adding: Iterable[Fact] | None = None, deleting: Iterable[Fact] | None = None
    ) -> tuple[list[Activation], list[Activation]]:
        """The activations that adding and deleting these facts adds and removes."""
        touched = {number for fact in deleting or () for number in self._let_go(fact)}
        touched |= {number for fact in adding or () for number in self._take(fact)}
        added: list[Activation] = []
        removed: list[Activation] = []
        if touched:  # experta also asks after every firing
            self._indexes.clear()
            for number in self._awake(touched):
                self._rematch(number, added, removed)
        return added, removed

    # --- patterns ---

    def _join(self, alternative: Alternative) -> _Join:
        parts = alternative.conjunction
        positive = tuple(self._number(p) for p in parts.positive)
        return _Join(alternative, positive, tuple(self._number(p) for p in parts.negative))

    def _number(self, pattern: Pattern) -> int:
        if pattern not in self._numbers:
            number = self._numbers[pattern] = len(self._wanted)
            wanted = _Wanted(pattern)
            self._wanted.append(wanted)
            field = wanted.most_telling()
            by_value = self._by_value.setdefault((wanted.kind, field), defaultdict(list))
            for value in wanted.values.get(field, ("",)):
                by_value[value].append(number)
        return self._numbers[pattern]

    def _take(self, fact: Fact) -> Iterator[int]:
        """The patterns that a new fact matches."""
        host = fact.get("host", "")
        for number, found in self._look(fact):
            bindings = self._wanted[number].with_host(found, host)
            if bindings is not None:
                self._matched.setdefault(number, {})[fact[_ID]] = (fact, bindings)
                yield number

    def _let_go(self, fact: Fact) -> Iterator[int]:
        """The patterns that a fact matched until now."""
        for number, _ in self._look(fact):
            matched = self._matched.get(number, {})
            if matched.pop(fact[_ID], None) is not None:
                if not matched:
                    del self._matched[number]
                yield number

    def _look(self, fact: Fact) -> list[tuple[int, dict[str, Any]]]:
        """The patterns that any fact matches that looks like this one, on some host."""
        key = (type(fact), tuple(item for item in fact.items() if item[0] not in _OWN))
        if key not in self._looks:
            if len(self._looks) >= _MOST_LOOKS:
                self._looks.clear()
            self._looks[key] = list(self._matching(fact))
        return self._looks[key]

    def _matching(self, fact: Fact) -> Iterator[tuple[int, dict[str, Any]]]:
        kind = type(fact).__name__
        for field in self._fields.get(kind, ()):
            for number in self._by_value[kind, field].get(fact.get(field, ""), ()):
                bindings = self._wanted[number].of_look(fact)
                if bindings is not None:
                    yield number, bindings

    # --- rules ---

    def _awake(self, touched: set[int]) -> list[int]:
        """The rules whose matches may have changed, in order."""
        matched = self._matched
        woken = {
            number
            for pattern in matched
            for number in self._woken_by.get(pattern, ())
            if all(p in matched for p in self._joins[number].positive)
        }
        changed = (n for n in woken | self._matches.keys() if self._concerns(n, touched))
        return sorted(changed)

    def _concerns(self, number: int, touched: set[int]) -> bool:
        join = self._joins[number]
        return not touched.isdisjoint(join.positive) or not touched.isdisjoint(join.negative)

    def _rematch(self, number: int, added: list[Activation], removed: list[Activation]) -> None:
        old = self._matches.pop(number, {})
        new: dict[Any, Activation] = {}
        for facts, bindings in self._rows(self._joins[number]):
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
            alternative = self._joins[number].alternative
            self._rules[number] = rule_of(alternative, self.engine.record)
        return self._rules[number]

    def _rows(self, join: _Join) -> list[Row]:
        """All ways in which a rule holds: its facts, and the values of its variables."""
        rows: list[Row] = [((), {})]
        for pattern in join.positive:
            rows = [
                ((*facts, fact), known | bindings)
                for facts, known in rows
                for fact, bindings in self._agreeing(pattern, known)
            ]
        for pattern in join.negative:
            rows = [row for row in rows if next(self._agreeing(pattern, row[1]), None) is None]
        return rows

    def _agreeing(
        self, pattern: int, known: dict[str, Any]
    ) -> Iterator[tuple[Fact, dict[str, Any]]]:
        """The facts that match a pattern and agree with the known variables."""
        for fact, bindings in self._candidates(pattern, known):
            if all(known.get(name, value) == value for name, value in bindings.items()):
                yield fact, bindings

    def _candidates(
        self, pattern: int, known: dict[str, Any]
    ) -> Iterable[tuple[Fact, dict[str, Any]]]:
        """The facts that match a pattern; of many only those that agree on the first variable."""
        matched = self._matched.get(pattern, {})
        shared = next(
            (name for name in self._wanted[pattern].variables.values() if name in known), ""
        )
        if not shared or len(matched) < 2:
            return matched.values()
        index = self._indexes.get((pattern, shared))
        if index is None:
            index = self._indexes[pattern, shared] = defaultdict(list)
            for one in matched.values():
                index[one[1][shared]].append(one)
        return index.get(known[shared], ())

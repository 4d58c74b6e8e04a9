"""An indexed matcher. Goes in through experta's extension point ``__matcher__``; no fork.

experta's Rete asks every rule about every fact. Here patterns are found through their literals: a
fact reaches only the patterns that can match it, only rules with a changed pattern are joined again
(by hash on the first shared variable), and the difference to the former matches is handed to the
agenda. It knows what cards compile to (``rules.py``): fact patterns of literals, value sets and
variables, and ``NOT`` of one such pattern after them. ``ReteMatcher`` stays the reference; a
property test holds the two equal.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from ccexpert.engine.shim import NOT, Activation, Fact, KnowledgeEngine, Matcher, P, Rule, W

_BIND = "__bind__"
_ID = "__factid__"

#: Fields that name the thing a fact is about: the best to look patterns up by.
_NAMES = ("signature", "name", "module", "port", "type")

Row = tuple[tuple[Fact, ...], dict[str, Any]]


class _Alpha:
    """All facts that match one pattern on its own, and where its variables are found in them."""

    def __init__(self, pattern: Fact) -> None:
        self.type = type(pattern)
        self.literals: list[tuple[str, Any]] = []
        self.tests: list[tuple[str, Any]] = []
        self.variables: list[tuple[str, str]] = []
        for field, wanted in pattern.items():
            if field == _BIND:
                continue
            if isinstance(wanted, W):
                self.variables.append((field, wanted.__bind__))
            elif isinstance(wanted, P):
                self.tests.append((field, wanted.match))
            else:
                self.literals.append((field, wanted.value if hasattr(wanted, "value") else wanted))
        self.facts: dict[int, tuple[Fact, dict[str, Any]]] = {}
        self.indexes: dict[str, dict[Any, list[tuple[Fact, dict[str, Any]]]]] = {}
        self.users: list[int] = []

    def most_telling(self) -> tuple[str, tuple[Any, ...]]:
        """The field by which a fact finds this pattern, and its values there: a name before a
        state."""
        wanted: dict[str, tuple[Any, ...]] = {field: (value,) for field, value in self.literals}
        wanted |= {f: tuple(test.values) for f, test in self.tests if hasattr(test, "values")}
        if not wanted:
            return "", ()
        names = [field for field in _NAMES if field in wanted]
        field = names[0] if names else min(wanted)
        return field, wanted[field]

    def bindings(self, fact: Fact) -> dict[str, Any] | None:
        """The variables that ``fact`` gives this pattern; None when it does not match."""
        for field, value in self.literals:
            if field not in fact or fact[field] != value:
                return None
        for field, test in self.tests:
            if field not in fact or not test(fact[field]):
                return None
        found: dict[str, Any] = {}
        for field, name in self.variables:
            if field not in fact or found.setdefault(name, fact[field]) != fact[field]:
                return None
        return found

    def add(self, fact: Fact, bindings: dict[str, Any]) -> None:
        self.facts[fact[_ID]] = (fact, bindings)
        for name, index in self.indexes.items():
            index.setdefault(bindings[name], []).append((fact, bindings))

    def discard(self, fact: Fact) -> bool:
        if self.facts.pop(fact[_ID], None) is None:
            return False
        self.indexes.clear()
        return True

    def candidates(self, known: dict[str, Any]) -> Iterable[tuple[Fact, dict[str, Any]]]:
        """The matching facts that agree with the variables known so far (on one of them, by
        index)."""
        shared = next((name for _, name in self.variables if name in known), None)
        if shared is None:
            return self.facts.values()
        if shared not in self.indexes:
            index: dict[Any, list[tuple[Fact, dict[str, Any]]]] = {}
            for fact, bindings in self.facts.values():
                index.setdefault(bindings[shared], []).append((fact, bindings))
            self.indexes[shared] = index
        return self.indexes[shared].get(known[shared], ())


class _Condition:
    """One condition of one rule: a pattern, whether it is negated, and the name its fact is bound
    to."""

    def __init__(self, alpha: _Alpha, name: str | None, negated: bool) -> None:
        self.alpha, self.name, self.negated = alpha, name, negated

    def join(self, rows: list[Row]) -> Iterator[Row]:
        for facts, known in rows:
            agreeing = (
                (fact, bindings)
                for fact, bindings in self.alpha.candidates(known)
                if all(known.get(k, v) == v for k, v in bindings.items())
            )
            if self.negated:
                if next(agreeing, None) is None:
                    yield facts, known
                continue
            for fact, bindings in agreeing:
                merged = known | bindings
                if self.name is not None:
                    merged[self.name] = fact
                yield (*facts, fact), merged


class IndexedMatcher(Matcher):  # type: ignore[misc]
    """Finds the activations that a change of the facts adds and removes."""

    def __init__(self, engine: KnowledgeEngine) -> None:
        super().__init__(engine)
        self._alphas: dict[Any, _Alpha] = {}
        self._by_literal: dict[tuple[type, str], dict[Any, list[_Alpha]]] = {}
        self._without_literal: dict[type, list[_Alpha]] = defaultdict(list)
        self._rules: list[tuple[Rule, list[_Condition]]] = []
        for rule in sorted(engine.get_rules(), key=lambda r: str(r.__name__)):
            number = len(self._rules)
            self._rules.append((rule, [self._condition(part, number) for part in rule]))
        self._fields: dict[type, list[str]] = defaultdict(list)
        for kind, field in self._by_literal:
            self._fields[kind].append(field)
        self._filled: list[_Alpha] = []
        self.reset()

    def reset(self) -> None:
        """Forget all facts."""
        for alpha in self._filled:
            alpha.facts.clear()
            alpha.indexes.clear()
        self._filled.clear()
        self._matches: dict[int, dict[Any, Activation]] = {}

    def changes(
        self, adding: Iterable[Fact] | None = None, deleting: Iterable[Fact] | None = None
    ) -> tuple[list[Activation], list[Activation]]:
        """The activations added and removed by these facts coming and going."""
        if not adding and not deleting:  # asked again after every firing
            return [], []
        touched: set[int] = set()
        for fact in deleting or ():
            for alpha in self._reached(fact):
                if alpha.discard(fact):
                    touched.update(alpha.users)
        for fact in adding or ():
            for alpha in self._reached(fact):
                bindings = alpha.bindings(fact)
                if bindings is not None:
                    if not alpha.facts:
                        self._filled.append(alpha)
                    alpha.add(fact, bindings)
                    touched.update(alpha.users)
        added: list[Activation] = []
        removed: list[Activation] = []
        for number in sorted(touched):
            self._rematch(number, added, removed)
        return added, removed

    def _condition(self, part: Any, number: int) -> _Condition:
        negated = isinstance(part, NOT)
        pattern = part[0] if negated else part
        if not isinstance(pattern, Fact):
            raise NotImplementedError(f"{pattern!r} is not a fact pattern")
        alpha = self._alpha(pattern)
        alpha.users.append(number)
        return _Condition(alpha, pattern.get(_BIND), negated)

    def _alpha(self, pattern: Fact) -> _Alpha:
        alpha = _Alpha(pattern)
        key = (
            alpha.type,
            frozenset(alpha.literals),
            frozenset(alpha.tests),
            frozenset(alpha.variables),
        )
        if key in self._alphas:
            return self._alphas[key]
        self._alphas[key] = alpha
        field, values = alpha.most_telling()
        for value in values:
            by_value = self._by_literal.setdefault((alpha.type, field), {})
            by_value.setdefault(value, []).append(alpha)
        if not values:
            self._without_literal[alpha.type].append(alpha)
        return alpha

    def _reached(self, fact: Fact) -> Iterator[_Alpha]:
        kind = type(fact)
        for field in self._fields.get(kind, ()):
            if field in fact:
                yield from self._by_literal[kind, field].get(fact[field], ())
        yield from self._without_literal.get(kind, ())

    def _rematch(self, number: int, added: list[Activation], removed: list[Activation]) -> None:
        rule, conditions = self._rules[number]
        if number not in self._matches and not all(c.negated or c.alpha.facts for c in conditions):
            return  # most rules, most of the time: something they ask for is not there at all
        rows: list[Row] = [((), {})]
        for condition in conditions:
            rows = list(condition.join(rows))
            if not rows:
                break
        old = self._matches.pop(number, {})
        new: dict[Any, Activation] = {}
        for facts, bindings in rows:
            key = tuple(fact[_ID] for fact in facts)
            if key in old:
                new[key] = old[key]
            else:
                new[key] = Activation(rule, facts, bindings)
                added.append(new[key])
        removed.extend(activation for key, activation in old.items() if key not in new)
        if new:
            self._matches[number] = new

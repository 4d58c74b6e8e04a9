"""Which patterns a fact matches, found by the name of the thing that the fact is about.

The host is kept apart: facts that differ only in it look the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from ccexpert.engine.rules import HOST
from ccexpert.facts import KINDS
from ccexpert.knowledge.patterns import Pattern, Variable


class Wanted:
    """What a pattern wants of a fact. The host is kept apart: it is not part of a look."""

    def __init__(self, pattern: Pattern) -> None:
        fields = dict(pattern.fields)
        self.pattern = pattern
        self.kind = pattern.kind
        self.host = fields.pop("host", HOST)
        self.values = {f: v for f, v in fields.items() if not isinstance(v, Variable)}
        self.variables = {f: v.name for f, v in fields.items() if isinstance(v, Variable)}

    def most_telling(self) -> str:
        """The field under which the pattern is looked up: a name before a state."""
        names = [field for field in KINDS[self.kind].NAMES if field in self.values]
        return names[0] if names else min(self.values, default="")

    def of_look(self, fact: Mapping[str, Any]) -> dict[str, Any] | None:
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


class Looks:
    """Patterns, numbered from 0."""

    def __init__(self) -> None:
        self._numbers: dict[Pattern, int] = {}
        self.wanted: list[Wanted] = []
        self._by_value: dict[str, dict[str, dict[Any, list[int]]]] = defaultdict(dict)

    def number(self, pattern: Pattern) -> int:
        """The number of a pattern; a new one if it has none yet."""
        if pattern not in self._numbers:
            number = self._numbers[pattern] = len(self.wanted)
            wanted = Wanted(pattern)
            self.wanted.append(wanted)
            field = wanted.most_telling()
            by_value = self._by_value[wanted.kind].setdefault(field, defaultdict(list))
            for value in wanted.values.get(field, ("",)):
                by_value[value].append(number)
        return self._numbers[pattern]

    def matching(self, kind: str, fact: Mapping[str, Any]) -> Iterator[tuple[int, dict[str, Any]]]:
        """The patterns that a fact of this kind matches on some host, and what they bind."""
        for field, by_value in self._by_value.get(kind, {}).items():
            for number in by_value.get(fact.get(field, ""), ()):
                bindings = self.wanted[number].of_look(fact)
                if bindings is not None:
                    yield number, bindings

"""Patterns: what a card asks of one fact, and how a ``when`` combines patterns.

A pattern names a kind and fields. A value is a literal, a list of alternatives, or a
``$variable``. This module reads patterns from cards and refuses, with a reason, everything that
the engine would silently misread (``rules/README.md`` lists the traps).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any, cast

from ccexpert.errors import KnowledgeError
from ccexpert.facts import HOST_PATTERN, INSTANCE_PATTERN, KINDS, NAME_PATTERN, Named, word
from ccexpert.facts.vocabulary import Vocabulary

Scalar = str | int | bool
Bindings = Mapping[str, str]

_VARIABLE = re.compile(r"^\$[a-z]+$")
_RESERVED = frozenset({"self"})
_MAX_ALTERNATIVES = 64


@dataclass(frozen=True)
class Variable:
    """``$name``: has the same value everywhere in one condition."""

    name: str

    def __str__(self) -> str:
        return f"${self.name}"


Values = tuple[Scalar, ...]


@dataclass(frozen=True)
class Pattern:
    """What is asked of one fact: each field is a variable or has one of the listed values."""

    kind: str
    fields: tuple[tuple[str, Variable | Values], ...]

    def get(self, field: str) -> Variable | Values | None:
        """What is asked of one field; None if any value will do."""
        return dict(self.fields).get(field)

    def literals(self, field: str) -> Values:
        """The values accepted in one field; empty if the field is a variable or not mentioned."""
        wanted = self.get(field)
        return wanted if isinstance(wanted, tuple) else ()

    @property
    def answers(self) -> frozenset[str]:
        """The observed values that it accepts, as words."""
        return frozenset(map(word, self.literals(KINDS[self.kind].SHOWN)))

    @property
    def variables(self) -> frozenset[str]:
        """The names of the variables in it."""
        return frozenset(v.name for _, v in self.fields if isinstance(v, Variable))

    @property
    def thing(self) -> Pattern:
        """The pattern without the observed values: only which thing it asks about."""
        seen = {KINDS[self.kind].SHOWN, *KINDS[self.kind].ALSO_SEEN}
        return Pattern(self.kind, tuple(f for f in self.fields if f[0] not in seen))

    @property
    def healthy(self) -> Pattern:
        """The pattern for the same thing in its healthy state."""
        fact = KINDS[self.kind]
        shown = (fact.SHOWN, ({"true": True, "false": False}.get(fact.NORMAL, fact.NORMAL),))
        return Pattern(self.kind, tuple(sorted((*self.thing.fields, shown))))

    def excludes(self, other: Pattern) -> bool:
        """Whether no single fact can match both."""
        if self.kind != other.kind:
            return True
        mine, theirs = dict(self.fields), dict(other.fields)
        return any(
            not isinstance(mine[f], Variable)
            and not isinstance(theirs[f], Variable)
            and not set(mine[f]) & set(theirs[f])  # type: ignore[arg-type]
            for f in mine.keys() & theirs.keys()
        )

    def fits(self, fact: object) -> bool:
        """Whether a fact shows what is asked for; a variable takes anything."""
        return getattr(fact, "kind", None) == self.kind and all(
            getattr(fact, field, None) in wanted
            for field, wanted in self.fields
            if not isinstance(wanted, Variable)
        )

    def bound(self, bindings: Bindings) -> Pattern:
        """The pattern with known variables replaced by their values."""
        return Pattern(
            self.kind,
            tuple(
                (f, (bindings[v.name],) if isinstance(v, Variable) and v.name in bindings else v)
                for f, v in self.fields
            ),
        )

    def as_fact(self) -> dict[str, Scalar]:
        """The first fact that this pattern accepts, as a document would state it."""
        return {"kind": self.kind} | {
            f: v[0] for f, v in self.fields if not isinstance(v, Variable) and v[0] != ""
        }

    def __str__(self) -> str:
        def shown(value: Variable | Values) -> str:
            return str(value) if isinstance(value, Variable) else " or ".join(map(word, value))

        inside = ", ".join(f"{f}: {shown(v)}" for f, v in self.fields)
        return f"{self.kind} {{{inside}}}"


@dataclass(frozen=True)
class Conjunction:
    """One way to satisfy a ``when``: facts that must be observed and facts that must not be."""

    positive: tuple[Pattern, ...]
    negative: tuple[Pattern, ...] = ()

    @property
    def variables(self) -> frozenset[str]:
        """The variables that its positive patterns bind."""
        return frozenset().union(*(p.variables for p in self.positive))


@dataclass(frozen=True)
class When:
    """The condition of a rule: it holds if any of these conjunctions does."""

    alternatives: tuple[Conjunction, ...]

    @property
    def patterns(self) -> Iterator[Pattern]:
        """Every positive pattern, each once, in order."""
        return iter(dict.fromkeys(p for c in self.alternatives for p in c.positive))

    @property
    def negatives(self) -> Iterator[Pattern]:
        """Every ``not`` pattern, each once, in order."""
        return iter(dict.fromkeys(p for c in self.alternatives for p in c.negative))


def read_pattern(raw: Any, vocabulary: Vocabulary) -> Pattern:
    """Read ``{kind: {field: value}}``; raise ``KnowledgeError`` for anything unknown."""
    pattern = read_thing(raw, vocabulary)
    shown = KINDS[pattern.kind].SHOWN
    if pattern.get(shown) is None:
        raise KnowledgeError(f"the pattern {pattern.kind} needs the field '{shown}'")
    return pattern


def read_thing(raw: Any, vocabulary: Vocabulary) -> Pattern:
    """Read a pattern that need not say what was seen: which thing is meant."""
    if not isinstance(raw, dict) or len(raw) != 1:
        raise KnowledgeError("a pattern is one kind with its fields, such as {process: {…}}")
    (kind, fields), *_ = raw.items()
    if kind not in KINDS:
        raise KnowledgeError(
            f"unknown kind of fact '{kind}'", allowed=tuple(KINDS), given=str(kind)
        )
    if not isinstance(fields, dict):
        raise KnowledgeError(f"the pattern {kind} needs fields in braces")
    fields = {**KINDS[kind].IMPLIED, **fields}
    for field in KINDS[kind].needed():
        if field not in fields and field != KINDS[kind].SHOWN:
            raise KnowledgeError(f"the pattern {kind} needs the field '{field}'")
    checked = ((field, _value(kind, field, value, vocabulary)) for field, value in fields.items())
    return Pattern(kind, tuple(sorted(checked, key=lambda item: item[0])))


def _value(kind: str, field: str, raw: Any, vocabulary: Vocabulary) -> Variable | Values:
    if field not in KINDS[kind].RULES:
        allowed = tuple(KINDS[kind].RULES)
        raise KnowledgeError(
            f"unknown field '{field}' of {kind}", allowed=allowed, given=str(field)
        )
    if isinstance(raw, str) and raw.startswith("$"):
        if not _VARIABLE.match(raw) or raw[1:] in _RESERVED:
            raise KnowledgeError(f"'{raw}' is not a variable; write $ and lower-case letters")
        return Variable(raw[1:])
    values = raw if isinstance(raw, list) else [raw]
    if not values:
        raise KnowledgeError(f"the list of values of '{field}' is empty")
    return tuple(dict.fromkeys(_literal(kind, field, value, vocabulary) for value in values))


def _literal(kind: str, field: str, raw: Any, vocabulary: Vocabulary) -> Scalar:
    domain = KINDS[kind].RULES[field]
    if domain is bool or domain is int:
        if type(raw) is not domain:
            wanted = "true or false" if domain is bool else "a whole number"
            raise KnowledgeError(f"'{field}' of {kind} must be {wanted}, not '{raw}'")
        return cast(Scalar, raw)
    if not isinstance(raw, str):
        raise KnowledgeError(f"'{field}' of {kind} must be a word, not '{word(raw)}'")
    if isinstance(domain, tuple) and raw not in domain:
        raise _unknown(field, kind, raw, domain)
    if isinstance(domain, Named) and not domain.open and not vocabulary.has(domain.kind, raw):
        what = field if field == "name" else domain.kind
        written = f"a word of your own is written into facts/{domain.kind}/"
        raise _unknown(what, kind, raw, vocabulary.names(domain.kind), written)
    if domain is str or (isinstance(domain, Named) and domain.open):
        pattern = {"instance": INSTANCE_PATTERN, "host": HOST_PATTERN}.get(field, NAME_PATTERN)
        if not re.fullmatch(pattern, raw):
            raise KnowledgeError(f"'{raw}' is not a valid name for '{field}'")
    return raw


def _unknown(
    what: str, kind: str, raw: str, allowed: tuple[str, ...], advice: str = ""
) -> KnowledgeError:
    problem = f"unknown {what} '{raw}' in {kind}"
    return KnowledgeError(problem, allowed=allowed, given=raw, advice=advice)


def read_when(raw: Any, vocabulary: Vocabulary) -> When:
    """Read the list of a ``when`` into its alternatives; refuse a condition the engine would
    misread."""
    if not isinstance(raw, list) or not raw:
        raise KnowledgeError("'when' must be a list with at least one pattern")
    parts: list[list[tuple[bool, Pattern]]] = []
    for element in raw:
        kind, inner = next(iter(element.items())) if _is_single(element) else ("", None)
        if kind == "any":
            parts.append([(True, p) for p in _alternatives(inner, vocabulary)])
        elif kind == "not":
            parts.append([(False, read_pattern(inner, vocabulary))])
        else:
            if any(not positive for part in parts for positive, _ in part):
                raise KnowledgeError("'not' must stand after all other patterns")
            parts.append([(True, read_pattern(element, vocabulary))])
    combined = list(product(*parts))
    if len(combined) > _MAX_ALTERNATIVES:
        raise KnowledgeError(
            f"more than {_MAX_ALTERNATIVES} combinations of alternatives in one 'when'"
        )
    conjunctions = tuple(
        Conjunction(
            tuple(p for positive, p in choice if positive),
            tuple(p for positive, p in choice if not positive),
        )
        for choice in combined
    )
    for conjunction in conjunctions:
        _check(conjunction)
    return When(tuple(dict.fromkeys(conjunctions)))


def _is_single(element: Any) -> bool:
    return isinstance(element, dict) and len(element) == 1


def _alternatives(raw: Any, vocabulary: Vocabulary) -> list[Pattern]:
    if not isinstance(raw, list) or len(raw) < 2:
        raise KnowledgeError("'any' needs a list of at least two patterns")
    patterns = [read_pattern(element, vocabulary) for element in raw]
    if len({p.variables for p in patterns}) > 1:
        raise KnowledgeError("all alternatives of 'any' must bind the same variables")
    return patterns


def _check(conjunction: Conjunction) -> None:
    if not conjunction.positive:
        raise KnowledgeError("'when' needs a positive pattern before any 'not'")
    for one, other in combinations(conjunction.positive, 2):
        if not one.excludes(other):
            raise KnowledgeError(
                f"one fact could match both {one} and {other}",
                advice="give them different values in one field",
            )
    for pattern in conjunction.negative:
        free = pattern.variables - conjunction.variables
        if free:
            raise KnowledgeError(f"'not' uses ${min(free)}, which no pattern before it binds")


def used_variables(conjunctions: Iterable[Conjunction]) -> frozenset[str]:
    """The variables that every conjunction binds."""
    sets = [c.variables for c in conjunctions]
    return frozenset.intersection(*sets) if sets else frozenset()

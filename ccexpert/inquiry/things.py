"""Things that can be asked about: each is one observable, with the answers it allows.

Takes patterns of cards, with an instance for their variable, and facts as rules see them. Returns
the ``Thing`` they are about, and the fact that each answer stands for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

from ccexpert.facts import KINDS, UNSAID, Face, word
from ccexpert.facts.entries import Entry
from ccexpert.facts.names import addressed
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.knowledge.patterns import Pattern, Variable

#: The answer of somebody who does not know; it is no fact.
UNKNOWN = "unknown"


class Thing(NamedTuple):
    """One thing of one instance that a person can look at."""

    kind: str
    name: tuple[str, ...]
    """The values of the fields that name it."""
    instance: str = UNSAID

    @property
    def id(self) -> str:
        """The name that sessions and scripts use: ``process:mta@prod``."""
        return f"{self.kind}:{addressed('/'.join(self.name), self.instance)}"

    @property
    def anywhere(self) -> Thing:
        """The same thing without its instance."""
        return Thing(self.kind, self.name)

    @property
    def answers(self) -> tuple[str, ...]:
        """The possible answers to the question about it."""
        return tuple(KINDS[self.kind].ANSWERS)

    @property
    def normal(self) -> str:
        """The answer of a healthy server."""
        return KINDS[self.kind].NORMAL

    @property
    def may_have_instance(self) -> bool:
        """Whether facts about it may name an instance."""
        return "instance" in KINDS[self.kind].KEY

    def entry(self, vocabulary: Vocabulary) -> Entry | None:
        """Its entry in the vocabulary."""
        return KINDS[self.kind].entry(self.name, vocabulary)

    def fact(self, answer: str, vocabulary: Vocabulary) -> dict[str, Any]:
        """The fact that ``answer`` stands for, as in a facts document."""
        fact = KINDS[self.kind].said(self.name, answer, vocabulary)
        return fact | ({"instance": self.instance} if self.instance else {})


def things_of(pattern: Pattern, instance: str) -> tuple[Thing, ...]:
    """The things a pattern asks about; any of them satisfies it. ``instance`` replaces its
    variable.

    Empty if the pattern asks for more than a question can find out.
    """
    asked = pattern.get("instance")
    place = str(asked[0]) if isinstance(asked, tuple) else instance if asked else UNSAID
    return tuple(Thing(t.kind, t.name, place) for t in things_named(pattern))


@cache
def things_named(pattern: Pattern) -> tuple[Thing, ...]:
    """Like ``things_of``, but without an instance."""
    kind, fields = KINDS[pattern.kind], dict(pattern.fields)
    rows: list[tuple[str, ...]] = [()]
    for field, asked in fields.items():
        if isinstance(asked, Variable):
            if field in kind.NAMES:
                return ()
            if field in kind.ANYHOW:
                continue
        if field not in (*kind.NAMES, "instance", "host", kind.SHOWN):
            return ()
    for field in kind.NAMES:
        if field in fields:
            rows = [(*row, word(value)) for row in rows for value in pattern.literals(field)]
    return tuple(Thing(pattern.kind, row) for row in rows)


def asked_as(vocabulary: Vocabulary) -> dict[Thing, Thing]:
    """The things whose question is that of another one, each with that other one."""
    found = {}
    for kind, model in KINDS.items():
        for name, instead in vocabulary.twins.get(model.VOCABULARY, {}).items():
            other, _, its_name = instead.partition("/")
            found[Thing(kind, tuple(name.split("/")))] = Thing(other, tuple(its_name.split("/")))
    return found


def told_apart(patterns: Iterable[Pattern]) -> dict[Thing, frozenset[str]]:
    """For each thing: the answers that any of the patterns asks for, and the healthy one."""
    told: dict[Thing, set[str]] = defaultdict(set)
    for pattern in patterns:
        for thing in things_named(pattern):
            told[thing] |= pattern.answers
    return {thing: frozenset({*answers, thing.normal}) for thing, answers in told.items()}


def things_of_face(face: Face) -> Iterable[tuple[Thing, str]]:
    """All things that a fact, as rules see it, is about, each with its state."""
    kind, fields = KINDS[face.kind], face.fields
    said = word(fields[kind.SHOWN])
    name = tuple(word(fields[field]) for field in kind.NAMES if field in fields)
    for each in kind.shorter_names(name):
        for place in {UNSAID, str(fields.get("instance", UNSAID))}:
            yield Thing(face.kind, each, place), said

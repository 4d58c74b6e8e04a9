"""Things that can be asked about: one observable each, with the answers it allows.

Comes in: patterns of cards, with what is known of their variables, and facts as rules see them.
Goes out: the ``Thing`` they are about, and for every answer the fact that it stands for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from ccexpert.facts import FACT_TYPES, UNSAID, states, word
from ccexpert.knowledge.patterns import SEEN, Pattern, Variable
from ccexpert.knowledge.vocabulary import Entry, Vocabulary

#: The fields that name a thing, by kind of fact, besides instance and host.
_NAMED = {
    "process": ("module",),
    "symptom": ("name",),
    "port": ("port", "protocol"),
    "error": ("signature", "module"),
    "log": ("module",),
    "probe": ("name",),
    "job": ("type",),
    "workflow": ("name",),
    "indicator": ("name",),
    "setting": ("name",),
    "context": ("name",),
}

#: What a healthy server answers, by kind of fact.
NORMAL = {
    "process": "running",
    "symptom": "false",
    "port": "bound",
    "error": "false",
    "log": "growing",
    "probe": "ok",
    "job": "finished",
    "workflow": "running",
    "indicator": "ok",
    "setting": "ok",
    "context": "false",
}

_YES_NO = ("true", "false")

#: The words that answer the question about a thing, by kind of fact.
ANSWERS = {kind: _YES_NO if kind == "error" else states(kind) for kind in _NAMED}

#: The fields that a question and its answer can fill.
_ASKABLE = {kind: {*named, "instance", "host", SEEN[kind]} for kind, named in _NAMED.items()}

#: What an answer becomes in a facts document, where it is not its own word.
_SEEN_AS: dict[str, Any] = {"true": True, "false": False}

#: The entry of the vocabulary for workflows of the site, whatever their name.
_ANY = "any"


@dataclass(frozen=True, order=True)
class Thing:
    """One thing of one instance that somebody can look at."""

    kind: str
    name: tuple[str, ...]
    """The values of the fields that name it."""
    instance: str = UNSAID

    @property
    def id(self) -> str:
        """``process:mta@prod``: how sessions and scripts name it."""
        place = f"@{self.instance}" if self.instance else ""
        return f"{self.kind}:{'/'.join(self.name)}{place}"

    @property
    def anywhere(self) -> Thing:
        """The same thing of whatever instance."""
        return Thing(self.kind, self.name)

    @property
    def answers(self) -> tuple[str, ...]:
        """The words that answer the question about it."""
        return ANSWERS[self.kind]

    @property
    def may_have_instance(self) -> bool:
        """Whether facts about it may say which instance they are about."""
        return "instance" in FACT_TYPES[self.kind].KEY

    def entry(self, vocabulary: Vocabulary) -> Entry | None:
        """Its entry in the vocabulary."""
        if self.kind == "port":
            port, protocol = self.name
            return vocabulary.port_entry(int(port), protocol)
        kind = "module" if self.kind == "process" else self.kind
        return vocabulary.get(kind, self.name[0] if self.name else _ANY)

    def fact(self, answer: str, vocabulary: Vocabulary) -> dict[str, Any]:
        """The fact of a facts document that ``answer`` stands for."""
        fact: dict[str, Any] = {"kind": self.kind}
        fact |= dict(zip(_NAMED[self.kind], self.name, strict=False))
        if self.kind == "error":
            fact |= _message(vocabulary.get("error", fact.pop("signature")))
            fact |= {} if answer == "true" else {"count": 0}
        else:
            fact[FACT_TYPES[self.kind].SEEN] = _SEEN_AS.get(answer, answer)
        if self.kind == "port":
            fact["port"] = int(fact["port"])
        if self.instance:
            fact["instance"] = self.instance
        return fact


def _message(entry: Entry | None) -> dict[str, Any]:
    """What a document says to name a signature: its code, else its text."""
    if entry is None:
        return {}
    return {"code": entry.codes[0]} if entry.codes else {"text": entry.fragments[0]}


def things_of(pattern: Pattern, instance: str) -> tuple[Thing, ...]:
    """The things a pattern asks about, any of which will do; ``instance`` stands for its variable.

    There are none when the pattern asks for more than a question can find out.
    """
    asked = pattern.get("instance")
    place = str(asked[0]) if isinstance(asked, tuple) else instance if asked else UNSAID
    return tuple(Thing(t.kind, t.name, place) for t in things_named(pattern))


@cache
def things_named(pattern: Pattern) -> tuple[Thing, ...]:
    """As ``things_of``, of whatever instance."""
    named, fields = _NAMED[pattern.kind], dict(pattern.fields)
    rows: list[tuple[str, ...]] = [()]
    for field, asked in fields.items():
        if field not in _ASKABLE[pattern.kind] or (field in named and isinstance(asked, Variable)):
            return ()
    for field in named:
        if field in fields:
            rows = [(*row, word(value)) for row in rows for value in pattern.literals(field)]
    return tuple(Thing(pattern.kind, row) for row in rows)


def told_apart(patterns: Iterable[Pattern]) -> dict[Thing, frozenset[str]]:
    """The answers about each thing that any of the patterns asks for, and the healthy one."""
    told: dict[Thing, set[str]] = defaultdict(set)
    for pattern in patterns:
        for thing in things_named(pattern):
            told[thing] |= {word(value) for value in pattern.literals(SEEN[pattern.kind])}
    return {thing: frozenset({*answers, NORMAL[thing.kind]}) for thing, answers in told.items()}


def things_of_face(kind: str, fields: Mapping[str, object]) -> Iterable[tuple[Thing, str]]:
    """All things that a fact, as rules see it, tells about, and what it says of them."""
    said = word(fields[SEEN[kind]])
    name = tuple(word(fields[field]) for field in _NAMED[kind] if field in fields)
    names = {name}
    if kind == "error":
        names.add(name[:1])  # whatever module showed it
    if kind == "workflow":
        names.add(())  # it is one of the workflows of the site
    for each in names:
        for place in {UNSAID, str(fields.get("instance", UNSAID))}:
            yield Thing(kind, each, place), said

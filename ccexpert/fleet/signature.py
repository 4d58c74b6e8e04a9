"""Decides when the facts of two documents are equal, so that they are reasoned about once.

A signature keeps everything that a rule can see and replaces names by ordinals. No rule asks for a
particular host or instance; it matters only which names are equal and how they sort. Texts of
errors are replaced too, because rules see only the signatures in them. An answer is kept with slots
for the names, which are filled with those of each document.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from ccexpert.facts import (
    DEFAULT_INSTANCE,
    KINDS,
    ErrorFact,
    Fact,
    FactsDocument,
)
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.knowledge.base import KnowledgeBase
from ccexpert.knowledge.patterns import Pattern, Variable
from ccexpert.knowledge.waivers import Waiver

_NAMED = {"host", "instance", "text"}

#: The fields that rules, ranking or records use, provided no two facts are about one thing.
_KEPT = {
    name: attrgetter(*(f for f in kind.model_fields if f not in kind.UNSEEN | _NAMED))
    for name, kind in KINDS.items()
}

_MOST_NAMES = 9999

Signature = tuple[Any, ...]


@dataclass(frozen=True)
class Names:
    """The names and texts of one document, each kind sorted."""

    hosts: tuple[str, ...]
    instances: tuple[str, ...]
    """Without ``default``, which addresses a kind of process and is not a real name."""
    texts: tuple[str, ...]

    @property
    def too_many(self) -> bool:
        """Whether there are more names than slots can number."""
        return max(len(self.hosts), len(self.instances), len(self.texts)) > _MOST_NAMES


def names_of(document: FactsDocument) -> Names:
    """All names and texts in a document."""
    hosts = {document.host, *(fact.host for fact in document.facts)}
    instances = {getattr(fact, "instance", None) for fact in document.facts}
    texts = {fact.text for fact in document.facts if isinstance(fact, ErrorFact)}
    return Names(
        tuple(sorted(h for h in hosts if h)),
        tuple(sorted(i for i in instances if i and i != DEFAULT_INSTANCE)),
        tuple(sorted(t for t in texts if t)),
    )


class Slots:
    """Replaces a document's names by slots, and slots by names.

    A slot is a valid name and sorts like the name it stands for. It contains the fingerprint of
    the knowledge, so the knowledge itself cannot contain it.
    """

    def __init__(self, digest: str) -> None:
        self.mark = f"-{digest[:12]}-"
        self._slot = re.compile(rf"([h0zt]){self.mark}(\d{{4}})")

    def hosts(self, names: Names) -> dict[str | None, str]:
        """The slot of each host."""
        return {name: f"h{self.mark}{i:04}" for i, name in enumerate(names.hosts)}

    def instances(self, names: Names) -> dict[str | None, str]:
        """The slot of each instance; it sorts before or after ``default``, as the name does."""
        return {
            name: f"{'0' if name < DEFAULT_INSTANCE else 'z'}{self.mark}{i:04}"
            for i, name in enumerate(names.instances)
        }

    def texts(self, names: Names) -> dict[str, str]:
        """The slot of each text."""
        return {text: f"t{self.mark}{i:04}" for i, text in enumerate(names.texts)}

    def emptied(self, document: FactsDocument, names: Names) -> FactsDocument:
        """The document with slots in place of hosts and instances."""
        hosts, instances = self.hosts(names), self.instances(names)

        def without_names(fact: Fact) -> Fact:
            changes = {"host": hosts.get(fact.host)}
            instance = getattr(fact, "instance", None)
            if instance in instances:
                changes["instance"] = instances[instance]
            return fact.model_copy(update=changes)

        return document.model_copy(
            update={
                "host": hosts.get(document.host),
                "facts": tuple(without_names(fact) for fact in document.facts),
            }
        )

    def template(self, text: str) -> Template:
        """Split ``text`` (JSON) at its slots."""
        return Template(tuple(self._slot.split(text)))


@dataclass(frozen=True)
class Template:
    """Literal text and slots in turn: text, slot kind, slot number, text, …"""

    parts: tuple[str, ...]

    def filled(self, names: Names) -> str:
        """The text with the names of a document filled in."""
        if len(self.parts) == 1:
            return self.parts[0]
        values: Mapping[str, tuple[str, ...]] = {
            "h": names.hosts,
            "0": names.instances,
            "z": names.instances,
            "t": names.texts,
        }
        made = [self.parts[0]]
        for kind, number, text in zip(
            self.parts[1::3], self.parts[2::3], self.parts[3::3], strict=True
        ):
            value = values[kind][int(number)]
            made += (_quoted(value) if kind == "t" else value, text)
        return "".join(made)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def signature(
    document: FactsDocument, names: Names, vocabulary: Vocabulary, *, named: bool
) -> Signature:
    """The signature of a document; equal signatures give equal answers except for names.

    ``named`` keeps the names of hosts and instances, for knowledge that refers to them.
    """
    hosts: dict[Any, Any] = {} if named else _ordinals(names.hosts)
    instances: dict[Any, Any] = {} if named else _order_around_default(names.instances)
    texts = _ordinals(names.texts)

    def seen(fact: Fact) -> tuple[Any, ...]:
        instance = getattr(fact, "instance", None)
        place = (hosts.get(fact.host, fact.host), instances.get(instance, instance))
        kept = _KEPT[fact.kind](fact)
        if isinstance(fact, ErrorFact):
            shows = fact.shows(vocabulary)
            return (*kept, *place, fact.seen, shows, texts.get(fact.text))
        return (*kept, *place)

    return (
        hosts.get(document.host, document.host),
        len(document.facts),
        frozenset(map(seen, document.facts)),
        tuple((n.source, n.reason) for n in document.not_observed or ()),
    )


def _ordinals(names: Iterable[str]) -> dict[Any, int]:
    return {name: number for number, name in enumerate(names)}


def _order_around_default(instances: Iterable[str]) -> dict[Any, tuple[bool, int]]:
    return {name: (name < DEFAULT_INSTANCE, number) for number, name in enumerate(instances)}


def names_matter(base: KnowledgeBase, waivers: Iterable[Waiver]) -> bool:
    """Whether any rule or waiver refers to a host or instance by name."""
    if any(waiver.instance != "*" or waiver.host != "*" for waiver in waivers):
        return True
    return any(_names_matter_in(patterns) for patterns in _patterns_together(base))


def _patterns_together(base: KnowledgeBase) -> Iterable[list[Pattern]]:
    """The groups of patterns that share variables: one condition with its conclusions."""
    for card in base.cards:
        for when in base.conditions(card).whens:
            yield [*when.patterns, *when.negatives]
    for inference in base.inferences.values():
        yield [*inference.when.patterns, *inference.conclude]


def _names_matter_in(patterns: Iterable[Pattern]) -> bool:
    """Whether patterns ask for a name, or join a host or instance with something else."""
    fields_of: dict[str, set[str]] = defaultdict(set, instance={"instance"}, host={"host"})
    for pattern in patterns:
        for field, wanted in pattern.fields:
            place = field if field in ("host", "instance") else "other"
            if isinstance(wanted, Variable):
                fields_of[wanted.name].add(place)
            elif place == "host" or (place == "instance" and set(wanted) != {DEFAULT_INSTANCE}):
                return True
    return any(len(fields) > 1 for fields in fields_of.values())

"""Equal facts are reasoned about once: what makes the facts of two documents equal.

A signature keeps what any rule can see, and puts ordinals in the place of names: which host or
instance it is, no rule asks; only where two are the same, and which name sorts first, matters. The
texts of errors go the same way: rules see the signatures they show. An answer is kept with slots
for the names, and filled with those of the document at hand.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter
from typing import Any

from ccexpert.facts import (
    DEFAULT_INSTANCE,
    FACT_TYPES,
    ErrorFact,
    Fact,
    FactsDocument,
)
from ccexpert.knowledge.base import KnowledgeBase
from ccexpert.knowledge.patterns import Pattern, Variable
from ccexpert.knowledge.vocabulary import Vocabulary
from ccexpert.knowledge.waivers import Waiver

#: What no rule, ranking or record looks at, as long as no two facts speak of one thing.
UNSEEN = {"source", "observed_at", "pid", "memory_mb", "value", "count"}
_NAMED = {"host", "instance", "text"}

_KEPT = {
    kind: attrgetter(*(f for f in model.model_fields if f not in UNSEEN | _NAMED))
    for kind, model in FACT_TYPES.items()
}

_MOST_NAMES = 9999

Signature = tuple[Any, ...]


@dataclass(frozen=True)
class Names:
    """The names and texts of one document, each kind sorted."""

    hosts: tuple[str, ...]
    instances: tuple[str, ...]
    """Without ``default``, which is no name but the address of a kind of process."""
    texts: tuple[str, ...]

    @property
    def too_many(self) -> bool:
        """Whether there are more than slots can number."""
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
    """Puts slots in the place of a document's names, and names in the place of slots.

    A slot is itself a name that passes every check, sorts as the name it stands for, and carries
    the fingerprint of the knowledge, which therefore cannot contain it.
    """

    def __init__(self, digest: str) -> None:
        self.mark = f"-{digest[:12]}-"
        self._slot = re.compile(rf"([h0zt]){self.mark}(\d{{4}})")

    def hosts(self, names: Names) -> dict[str | None, str]:
        """The slot of each host."""
        return {name: f"h{self.mark}{i:04}" for i, name in enumerate(names.hosts)}

    def instances(self, names: Names) -> dict[str | None, str]:
        """The slot of each instance: before or after ``default``, as the name itself."""
        return {
            name: f"{'0' if name < DEFAULT_INSTANCE else 'z'}{self.mark}{i:04}"
            for i, name in enumerate(names.instances)
        }

    def texts(self, names: Names) -> dict[str, str]:
        """The slot of each text."""
        return {text: f"t{self.mark}{i:04}" for i, text in enumerate(names.texts)}

    def emptied(self, document: FactsDocument, names: Names) -> FactsDocument:
        """The document with slots for hosts and instances."""
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
        """``text`` (JSON) with its slots found."""
        return Template(tuple(self._slot.split(text)))


@dataclass(frozen=True)
class Template:
    """A text in three parts, again and again: as it stands, the kind of a slot, its number."""

    parts: tuple[str, ...]

    def filled(self, names: Names) -> str:
        """The text with the names of a document."""
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
    """Two documents with equal signatures get equal answers but for their names.

    ``named`` keeps the names of hosts and instances, for knowledge that asks for them.
    """
    hosts: dict[Any, Any] = {} if named else _ordinals(names.hosts)
    instances: dict[Any, Any] = {} if named else _order_around_default(names.instances)
    texts = _ordinals(names.texts)

    def seen(fact: Fact) -> tuple[Any, ...]:
        instance = getattr(fact, "instance", None)
        place = (hosts.get(fact.host, fact.host), instances.get(instance, instance))
        kept = _KEPT[fact.kind](fact)
        if isinstance(fact, ErrorFact):
            shows = vocabulary.signatures(fact)
            return (*kept, *place, fact.present, shows, texts.get(fact.text))
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
    """Whether any rule or waiver asks which host or instance it is, so that names must be kept."""
    if any(waiver.instance != "*" or waiver.host != "*" for waiver in waivers):
        return True
    return any(_names_matter_in(patterns) for patterns in _patterns_together(base))


def _patterns_together(base: KnowledgeBase) -> Iterable[list[Pattern]]:
    """The patterns that share their variables: those of one condition and its conclusions."""
    for card in base.cards:
        for when in filter(None, chain(*base.conditions(card))):
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

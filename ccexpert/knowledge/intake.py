"""From facts documents, in the words of whoever wrote them, to one ``Case`` in the vocabulary's
words.

Aliases become names, defaults are filled in, what was left unsaid is spread over what was said, and
two facts that contradict each other are refused unless the newer ``observed_at`` decides.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ccexpert.errors import FactsError
from ccexpert.facts import (
    UNSAID,
    ErrorFact,
    Fact,
    FactsDocument,
    LogFact,
    Observed,
    PortFact,
    ProcessFact,
)
from ccexpert.knowledge.vocabulary import Vocabulary
from ccexpert.reading import Source, parse_json, validated

#: Which vocabulary kind names the thing, for the kinds whose names are closed.
NAMED_BY = {
    "process": ("module", "module"),
    "symptom": ("name", "symptom"),
    "error": ("module", "module"),
    "log": ("module", "log"),
    "probe": ("name", "probe"),
    "indicator": ("name", "indicator"),
    "setting": ("name", "setting"),
    "context": ("name", "context"),
}


@dataclass(frozen=True)
class Case:
    """All that is known about the hosts in question: facts in a fixed order, settled and free of
    doubles."""

    facts: tuple[Fact, ...]
    host: str
    """The host, when all documents speak of one; else ``""``."""
    platforms: Mapping[str, str]
    """The platform of each host; ``""`` stands for a host that was not named."""
    doubles: int = 0
    """How many facts gave way to another about the same thing."""
    blind: bool = False
    """Whether an observer saw no process and nobody else names one: then silence does not mean that
    all is well."""

    def platform(self, host: str) -> str:
        """``linux`` or ``windows``."""
        return self.platforms.get(host) or self.platforms.get(UNSAID) or "linux"


@dataclass(frozen=True)
class _Placed:
    fact: Fact
    place: Callable[[], str]
    """Where it stands, found out only when somebody must be told."""


def read_document(source: Source) -> FactsDocument:
    """Parse one facts document; ``FactsError`` says file, line and field of what is wrong."""
    data = parse_json(source, FactsError)
    if not isinstance(data, dict):
        raise FactsError(
            "a facts document is a JSON object with 'schema_version' and 'facts'", source.place()
        )
    return validated(FactsDocument, data, source, FactsError)


def document_of(data: Any, name: str = "facts") -> tuple[FactsDocument, Source]:
    """A facts document from plain data: a document, its ``dict``, or a list of facts; ``name`` is
    what errors call it."""
    if isinstance(data, FactsDocument):
        plain = data.model_dump(mode="json", exclude_none=True)
    elif isinstance(data, Mapping):
        plain = {"schema_version": 1, **data}
    elif isinstance(data, Iterable) and not isinstance(data, (str, bytes)):
        facts = [f.model_dump(mode="json") if isinstance(f, Observed) else f for f in data]
        plain = {"schema_version": 1, "facts": facts}
    else:
        raise FactsError(f"facts are a document or a list of facts, not {type(data).__name__}")
    try:
        source = Source(name, json.dumps(plain, allow_nan=False))
    except (TypeError, ValueError, RecursionError) as error:
        raise FactsError(f"facts must be plain JSON data: {error}") from None
    return read_document(source), source


def settle(documents: Sequence[tuple[FactsDocument, Source]], vocabulary: Vocabulary) -> Case:
    """Bring documents together; ``FactsError`` for unknown names and contradictions."""
    placed = [
        _Placed(_named(fact, document, source, i, vocabulary), _placer(source, i))
        for document, source in documents
        for i, fact in enumerate(document.facts)
    ]
    hosts = {d.host or UNSAID for d, _ in documents} | {p.fact.host or UNSAID for p in placed}
    spread = _spread_hosts(_spread_instances(placed, vocabulary))
    kept = _without_doubles(spread)
    named = hosts - {UNSAID}
    return Case(
        facts=tuple(sorted((fact for fact in kept if fact.certainty > 0), key=_order)),
        host=next(iter(named)) if len(named) == 1 else UNSAID,
        platforms={d.host or UNSAID: d.platform for d, _ in documents},
        doubles=len(spread) - len(kept),
        blind=any(document.blind for document, _ in documents)
        and not any(fact.kind == "process" for fact in kept),
    )


def _placer(source: Source, index: int) -> Callable[[], str]:
    return lambda: source.place(("facts", index))


def _named(
    fact: Fact, document: FactsDocument, source: Source, index: int, vocabulary: Vocabulary
) -> Fact:
    """The fact with vocabulary names, its document's host and time, and the default instance."""
    changes: dict[str, Any] = {}
    field, kind = NAMED_BY.get(fact.kind, ("", ""))
    given = getattr(fact, field, None) if field else None
    if given is not None:
        try:
            changes[field] = vocabulary.require(kind, given)
        except FactsError as error:
            place = source.place(("facts", index, field))
            raise FactsError(error.problem, place, error.allowed, error.given) from None
    if fact.kind == "workflow" and fact.name:
        changes["name"] = vocabulary.resolve("workflow", fact.name) or fact.name
    if fact.host is None and document.host is not None:
        changes["host"] = document.host
    if fact.observed_at is None and document.observed_at is not None:
        changes["observed_at"] = document.observed_at
    if isinstance(fact, (ProcessFact, LogFact)) and fact.instance is None:
        changes["instance"] = vocabulary.default_instance(changes["module"])
    if isinstance(fact, PortFact) and fact.state == "in-use" and _rightful(fact, vocabulary):
        changes["state"] = "bound"
    return fact.model_copy(update={k: v for k, v in changes.items() if v is not None})


def _rightful(fact: PortFact, vocabulary: Vocabulary) -> bool:
    entry = vocabulary.port_entry(fact.port, fact.protocol)
    owner = (fact.owner or "").casefold().removesuffix(".exe")
    return entry is not None and owner in {name.casefold() for name in entry.owners}


def _spread_instances(placed: list[_Placed], vocabulary: Vocabulary) -> list[_Placed]:
    """Let facts that name no instance count for every instance that others on that host name."""
    named = {
        (p.fact.host, instance)
        for p in placed
        if (instance := _instance(p.fact)) and not _is_multi(p.fact, vocabulary)
    }
    said = {p.fact.key for p in placed}

    def copies(p: _Placed) -> Iterable[_Placed]:
        if "instance" not in type(p.fact).KEY or _instance(p.fact):
            return [p]
        spread = (
            _Placed(p.fact.model_copy(update={"instance": instance}), p.place)
            for host, instance in sorted(named, key=str)
            if host == p.fact.host or not (host and p.fact.host)
        )
        return [c for c in spread if c.fact.key not in said] or ([] if named else [p])

    return [copy for p in placed for copy in copies(p)]


def _instance(fact: Fact) -> str | None:
    return getattr(fact, "instance", None)


def _is_multi(fact: Fact, vocabulary: Vocabulary) -> bool:
    """Whether the instance of a fact is only the address of a process that serves all instances."""
    return (
        isinstance(fact, (ProcessFact, LogFact))
        and vocabulary.default_instance(fact.module) is not None
    )


def _spread_hosts(placed: list[_Placed]) -> list[_Placed]:
    """Let facts that name no host count for every host that others name."""
    hosts = sorted({p.fact.host for p in placed if p.fact.host})
    said = {p.fact.key for p in placed}
    if not hosts:
        return placed
    return [
        copy
        for p in placed
        for copy in (
            [p]
            if p.fact.host
            else [
                c
                for c in (_Placed(p.fact.model_copy(update={"host": h}), p.place) for h in hosts)
                if c.fact.key not in said
            ]
        )
    ]


def _without_doubles(placed: list[_Placed]) -> list[Fact]:
    kept: dict[tuple[str, ...], _Placed] = {}
    for p in placed:
        before = kept.get(p.fact.key)
        kept[p.fact.key] = p if before is None else _decide(before, p)
    return [p.fact for p in kept.values()]


def _decide(one: _Placed, other: _Placed) -> _Placed:
    """Which of two facts about one thing counts."""
    if isinstance(one.fact, ErrorFact) and isinstance(other.fact, ErrorFact):
        agree = one.fact.present == other.fact.present
    else:
        agree = one.fact.seen == other.fact.seen
    times = (one.fact.observed_at, other.fact.observed_at)
    if times[0] and times[1] and times[0] != times[1]:
        return one if times[0] > times[1] else other
    if not agree:
        raise FactsError(
            f"'{other.fact.label}' contradicts '{one.fact.label}' of {one.place()}",
            other.place(),
            advice="keep one, or give both a different observed_at, so that the newer counts",
        )
    return max(one, other, key=lambda p: (p.fact.certainty, _order(p.fact)))


def _order(fact: Fact) -> tuple[Any, ...]:
    return (fact.key, fact.model_dump_json())


def engine_fields(fact: Fact, vocabulary: Vocabulary) -> list[tuple[str, dict[str, Any]]]:
    """What rules can see of a fact: its kind and fields; an error gives one for each signature it
    shows."""
    fields: dict[str, Any] = {"host": fact.host or UNSAID}
    if isinstance(fact, ErrorFact):
        fields |= {"instance": fact.instance or UNSAID, "seen": fact.present}
        if fact.module:
            fields["module"] = fact.module
        return [
            ("error", {**fields, "signature": signature})
            for signature in vocabulary.signatures(fact)
        ]
    if isinstance(fact, PortFact):
        return [
            ("port", fields | {"port": fact.port, "protocol": fact.protocol, "state": fact.state})
        ]
    fact_type = type(fact)
    for name in (*fact_type.KEY, fact_type.SEEN):
        value = getattr(fact, name)
        fields[name] = (UNSAID if name == "instance" else None) if value is None else value
    if isinstance(fact, ProcessFact) and fact.autostart is not None:
        fields["autostart"] = fact.autostart
    return [(fact.kind, {k: v for k, v in fields.items() if v is not None})]

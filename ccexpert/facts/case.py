"""Merges facts documents into one ``Case`` with the names of the vocabulary.

Aliases become names and defaults are filled in. Two facts that contradict each other are refused,
unless their ``observed_at`` differs; then the newer one counts.

*Unnamed hosts and instances.* One instance usually runs on several hosts (application servers
behind a
load balancer, a mid-sourcing server, the tracking servers in front), and one host may run several
instances. So a fact without a host is about every host of the case, and a fact without an instance
is about every instance that other facts name on its host. If they name none there, it stays without
an instance. It never takes an instance from another host: a front server does not run what the
application server runs. A more exact fact about a thing replaces a general one. No fact is lost:
the case holds the fact itself, copies of it, or a fact that replaces it. A fact with certainty 0
has no effect: it neither hides another fact nor lends it an instance.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ccexpert.errors import FactsError, Place, Steps
from ccexpert.facts import UNSAID, Face, Fact, Named, Platform, PortFact, ProbeFact
from ccexpert.facts.document import Document
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.reading import Source

Key = tuple[str, ...]

#: The most copies that facts without instance or host may produce.
_MOST_COPIES = 10_000


@dataclass(frozen=True)
class Case:
    """All that is known about the hosts in question: merged facts without duplicates, in a fixed
    order."""

    facts: tuple[Fact, ...]
    faces: tuple[tuple[Face, ...], ...]
    """The form in which rules see each fact."""
    places: tuple[Place, ...]
    """Where each fact stands; the line only when its document is one line of many."""
    host: str
    """The host if all documents are about the same one; else ``""``."""
    platforms: Mapping[str, Platform]
    """The known platform of each host; ``""`` stands for all other hosts."""
    doubles: int = 0
    """How many facts were replaced by another about the same thing."""
    blind: bool = False
    """Whether an observer could not list the processes and no fact names one, or listed a part of
    them only. An empty ranking then does not mean that all is well."""
    unread: bool = False
    """Whether something was told that was not understood. Then nobody knows that all is well."""

    def platform(self, host: str) -> Platform:
        """``linux`` or ``windows``; ``linux`` by default."""
        return self.platforms.get(host) or self.platforms.get(UNSAID) or "linux"


@dataclass(frozen=True, slots=True)
class _Placed:
    fact: Fact
    source: Source
    where: Steps
    """Its position in the document."""

    @property
    def stands(self) -> tuple[str, str]:
        """Document and position, so that the same one of two equal facts always counts."""
        return self.source.name, str(self.where)


def _is_blind(documents: Sequence[Document], facts: Sequence[Fact]) -> bool:
    """Whether no list of processes could be read, or a part of one only."""
    if any(document.content.in_part for document in documents):
        return not any(isinstance(fact, ProbeFact) and fact.name == "pdump" for fact in facts)
    named = any(fact.kind == "process" for fact in facts)
    return not named and any(document.content.blind for document in documents)


def settle(documents: Sequence[Document], vocabulary: Vocabulary) -> Case:
    """Merge documents; ``FactsError`` for unknown names, contradictions, or too many copies of
    facts."""
    told = [placed for document in documents for placed in _named(document, vocabulary)]
    named = [*told, *_implied(told)]
    placed = [one for one in named if one.fact.certainty > 0]
    spread = list(_spread(placed, vocabulary))
    kept = _without_doubles(spread)
    said = {d.content.host for d in documents} | {p.fact.host for p in placed}
    hosts = {host for host in said if host}
    settled = sorted(kept, key=lambda p: p.fact.key)
    return Case(
        facts=tuple(p.fact for p in settled),
        faces=tuple(p.fact.faces(vocabulary) for p in settled),
        places=tuple(Place(p.source.name, p.source.only, p.where) for p in settled),
        host=hosts.pop() if len(hosts) == 1 else UNSAID,
        platforms=_platforms(documents),
        doubles=len(spread) - len(kept),
        blind=_is_blind(documents, [p.fact for p in kept]),
        unread=any(document.content.unread for document in documents),
    )


def labels_of(facts: Sequence[Fact]) -> tuple[str, ...]:
    """Facts as reports cite them, with their hosts if there are several."""
    several = len({fact.host for fact in facts}) > 1
    return tuple(f"{f.label} [{f.host or '?'}]" if several else f.label for f in facts)


# --- canonical names ---


def _named(document: Document, vocabulary: Vocabulary) -> Iterator[_Placed]:
    """The facts with vocabulary names, their document's host and time, and the default instance."""
    content, source = document
    for number, fact in enumerate(content.facts):
        where: Steps = ("facts", number)
        found = canonical(fact, vocabulary, source, where)
        changes: dict[str, Any] = {}
        if fact.host is None and content.host is not None:
            changes["host"] = content.host
        if fact.observed_at is None and content.observed_at is not None:
            changes["observed_at"] = content.observed_at
        if changes:
            found = found.model_copy(update=changes)
        yield _Placed(found, source, where)


def _implied(told: Sequence[_Placed]) -> Iterator[_Placed]:
    """What facts tell beside their own, where no fact says it and they agree."""
    said = {placed.fact.key for placed in told}
    beside: dict[Key, list[_Placed]] = defaultdict(list)
    for placed in told:
        for fact in placed.fact.implied():
            beside[fact.key].append(replace(placed, fact=fact))
    for key, alike in beside.items():
        if key not in said and len({placed.fact.seen for placed in alike}) == 1:
            yield max(alike, key=lambda placed: placed.fact.certainty)


def canonical(fact: Fact, vocabulary: Vocabulary, source: Source, where: Steps = ()) -> Fact:
    """A fact with vocabulary names and the default instance; ``FactsError`` for unknown names."""
    changes: dict[str, Any] = {}
    for field, named in fact.NAMED.items():
        if (given := getattr(fact, field)) is not None:
            changes[field] = _name(given, named, vocabulary, source, (*where, field))
    if isinstance(fact, PortFact) and fact.state == "in-use" and fact.is_rightful(vocabulary):
        changes["state"] = "bound"
    if any(getattr(fact, field) != value for field, value in changes.items()):
        fact = fact.model_copy(update=changes)
    shared = fact.shared_address(fact.names, vocabulary)
    if shared and getattr(fact, "instance", None) is None:
        fact = fact.model_copy(update={"instance": shared})
    return fact


def _name(given: str, named: Named, vocabulary: Vocabulary, source: Source, where: Steps) -> str:
    """The canonical name for a given one."""
    if named.open:
        return vocabulary.resolve(named.kind, given) or given
    try:
        return vocabulary.require(named.kind, given)
    except FactsError as error:
        raise replace(error, where=source.place(where)) from None


# --- unnamed hosts and instances ---


def _spread(placed: Sequence[_Placed], vocabulary: Vocabulary) -> Iterator[_Placed]:
    """Copy facts without host or instance to every place they are about."""
    said = {p.fact.key for p in placed}
    hosts: list[str | None] = [*sorted({p.fact.host for p in placed if p.fact.host})] or [None]
    instances = _instances(placed, hosts, vocabulary)
    copies = 0
    for p in placed:
        for changes in _places(p.fact, hosts, instances):
            copies += 1
            if copies > _MOST_COPIES + len(placed):
                raise _too_many(p)
            copy = replace(p, fact=p.fact.model_copy(update=changes)) if changes else p
            if not changes or said.isdisjoint(_more_exact(p.fact.key, copy.fact.key)):
                yield copy


def _places(
    fact: Fact,
    hosts: Sequence[str | None],
    instances: Mapping[str | None, Sequence[str | None]],
) -> Iterator[dict[str, str]]:
    """The host or instance that a fact lacks, for each place it is about."""
    has_instance = "instance" not in fact.KEY or getattr(fact, "instance", None)
    for host in [fact.host] if fact.host else hosts:
        for instance in [None] if has_instance else instances[host]:
            unsaid = {"host": None if fact.host else host, "instance": instance}
            yield {name: value for name, value in unsaid.items() if value}


def _instances(
    placed: Sequence[_Placed], hosts: Sequence[str | None], vocabulary: Vocabulary
) -> Mapping[str | None, Sequence[str | None]]:
    """The instances that facts name on each host; [None] if they name none."""
    found: dict[str | None, set[str]] = defaultdict(set)
    for p in placed:
        if instance := p.fact.own_instance(vocabulary):
            found[p.fact.host].add(instance)
    return {host: sorted(found[host] | found[None]) or [None] for host in hosts}


def _more_exact(given: Key, copy: Key) -> Iterator[Key]:
    """Keys that name the place of a thing more exactly than the given fact, in agreement with its
    copy."""
    new = [place for place, part in enumerate(given) if part != copy[place]]
    if new:
        yield copy
    for place in new if len(new) > 1 else ():
        yield (*given[:place], copy[place], *given[place + 1 :])


def _too_many(placed: _Placed) -> FactsError:
    return FactsError(
        f"facts without instance or host would produce more than {_MOST_COPIES} copies",
        placed.source.place(placed.where),
        advice="name their instance and host, or diagnose fewer documents together",
    )


# --- one fact for each thing ---


def _without_doubles(placed: Iterable[_Placed]) -> list[_Placed]:
    kept: dict[tuple[str, ...], _Placed] = {}
    for p in placed:
        before = kept.get(p.fact.key)
        kept[p.fact.key] = p if before is None else _decide(before, p)
    return list(kept.values())


def _decide(one: _Placed, other: _Placed) -> _Placed:
    """Decide which of two facts about one thing counts."""
    times = (one.fact.observed_at, other.fact.observed_at)
    if times[0] and times[1] and times[0] != times[1]:
        return one if times[0] > times[1] else other
    if one.fact.seen != other.fact.seen:
        place = one.source.place(one.where)
        raise FactsError(
            f"'{other.fact.label}' contradicts '{one.fact.label}' in {place}",
            other.source.place(other.where),
            advice="keep one, or give both a different observed_at, so that the newer counts",
        )
    return max(one, other, key=lambda p: (p.fact.certainty, _order(p.fact), *p.stands))


def _order(fact: Fact) -> tuple[Any, ...]:
    return (fact.key, fact.model_dump_json())


# --- platforms ---


def _platforms(documents: Sequence[Document]) -> dict[str, Platform]:
    """The platform of each host: from its own document, else from documents whose facts name it, if
    they agree. If all documents agree on a platform, it also applies to unnamed hosts."""
    own: dict[str, tuple[Platform, Document]] = {}
    mentioned: dict[str, set[Platform]] = defaultdict(set)
    for document in documents:
        content = document.content
        if content.platform is None:
            continue
        before, other = own.setdefault(content.host or UNSAID, (content.platform, document))
        if before != content.platform:
            raise FactsError(
                f"the platform is {content.platform} here and {before} in {other.source.name}",
                document.source.place(("platform",)),
                advice="keep one, or say which host each document is about",
            )
        for fact in content.facts:
            if fact.host:
                mentioned[fact.host].add(content.platform)
    found = {host: min(said) for host, said in mentioned.items() if len(said) == 1}
    found |= {host: platform for host, (platform, _) in own.items()}
    said = set(found.values())
    return ({UNSAID: min(said)} if len(said) == 1 else {}) | found

"""Leaves out the facts on which no finding of a host can rest.

Most facts of most hosts are idle: they say that something is well, and nothing speaks for a
diagnosis that they could rule out. A diagnosis can appear only if evidence for it holds. So a card
is *open* if the facts, each taken for itself, match every pattern of some piece of evidence for it.
Kept are all facts that match any pattern of an open card or of an inference that may hold, that
need an explanation, or that are about the same thing as a kept fact. Joins are not looked at, so
too much may be kept, never too little. Where a rule of settling looks at all facts (two about one
thing, several hosts), the whole document is kept.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from operator import attrgetter, or_
from typing import Any, NamedTuple

from ccexpert.engine.looks import Looks
from ccexpert.errors import FactsError
from ccexpert.facts import KINDS, UNSAID, Fact, FactsDocument
from ccexpert.facts.case import canonical
from ccexpert.knowledge.base import KnowledgeBase
from ccexpert.knowledge.inferences import Inference
from ccexpert.knowledge.patterns import Pattern, Variable
from ccexpert.reading import Source

#: How many facts are remembered before the memory starts afresh.
_MOST_KNOWN = 50_000

#: A document whose facts would be copied to instances more often than this is kept whole.
_MOST_COPIES = 1_000


def _telling(kind: type[Fact]) -> attrgetter[Any]:
    """What says what a fact tells, wherever it was seen."""
    fields = [f for f in kind.model_fields if f not in kind.UNSEEN | {"host", "instance"}]
    return attrgetter(*fields, *(() if kind.SEEN in fields else ("seen",)))


_TOLD = {name: _telling(kind) for name, kind in KINDS.items()}

#: The fields that say where it was seen.
_PLACE = frozenset({"host", "instance"})

#: The kinds of which rules see something else than their fields.
_OF_FACES = frozenset(
    name for name, kind in KINDS.items() if not kind.RULES.keys() <= kind.model_fields.keys()
)

#: What says which processes a host runs, or fails to run.
_LISTS = frozenset({("probe", "pdump"), ("probe", "monitor-missing")})

_NOWHERE = Source("facts", "")


class _Known(NamedTuple):
    """What is known of all facts that tell the same, wherever."""

    thing: tuple[str, ...]
    matches: int
    """The patterns that it matches, a bit each."""
    alarming: bool
    shared: str | None
    """Its instance if it names none: ``""`` means every instance, None that it has no use for
    one."""


class _Way(NamedTuple):
    """One way in which a condition holds."""

    needs: int
    """The patterns that must be matched, a bit each."""
    opens: int
    """The patterns whose facts matter then."""
    gives: int = 0
    """The patterns that conclusions may match."""
    anywhere: bool = False
    """Whether a conclusion is about every known instance."""


class Mattering:
    """Leaves out what cannot matter, by the cards and inferences of one knowledge base."""

    def __init__(self, base: KnowledgeBase) -> None:
        self._vocabulary, self._looks = base.vocabulary, Looks()
        ways = list(self._of_cards(base))
        used = Counter(bit for way in ways for bit in _bits(way.needs))
        self._woken_by: dict[int, list[_Way]] = defaultdict(list)
        for way in ways:
            self._woken_by[min(_bits(way.needs), key=used.__getitem__)].append(way)
        self._waking = reduce(or_, (1 << bit for bit in self._woken_by), 0)
        self._inferring = list(self._of_inferences(base))
        self._known: dict[Any, _Known] = {}

    def of(self, document: FactsDocument) -> FactsDocument:
        """The document without idle facts; the whole one where settling looks at all facts."""
        try:
            known = [self._look(fact) for fact in document.facts]
        except FactsError:  # whoever settles the document says where it is
            return document
        told = zip(document.facts, known, strict=True)
        places = [vars(fact).get("instance") or one.shared for fact, one in told]
        if not known or not _is_plain(document, known, places):
            return document
        kept = self._kept(document, known, places)
        if len(kept) == len(known):
            return document
        return document.model_copy(update={"facts": tuple(document.facts[i] for i in sorted(kept))})

    def _kept(
        self, document: FactsDocument, known: Sequence[_Known], places: Sequence[str | None]
    ) -> set[int]:
        """The numbers of the facts that matter."""
        mattering, anywhere = self._mattering(reduce(or_, (one.matches for one in known), 0))
        things = {one.thing for one in known if one.alarming or one.matches & mattering}
        kept = {number for number, one in enumerate(known) if one.thing in things}
        kept.update(_of_lists(document, known))
        if anywhere or any(places[number] == UNSAID for number in kept):
            kept.update(_first_of_each(known, places))
        facts, numbers = document.facts, range(len(known))
        if not any(facts[number].ALARMING for number in kept):
            # without one that tells of health, nobody would know whether all is well
            telling = [number for number in numbers if facts[number].ALARMING]
            kept.update(sorted(telling, key=lambda number: known[number].thing)[:1])
        return kept or {min(numbers, key=lambda number: known[number].thing)}

    def _mattering(self, matched: int) -> tuple[int, bool]:
        """The patterns whose facts matter, and whether a conclusion is about every instance."""
        mattering, anywhere = 0, False
        waiting = self._inferring
        while able := [way for way in waiting if way.needs & matched == way.needs]:
            waiting = [way for way in waiting if way not in able]
            for way in able:
                matched, mattering = matched | way.gives, mattering | way.opens
                anywhere = anywhere or way.anywhere
        for bit in _bits(matched & self._waking):
            for way in self._woken_by[bit]:
                if way.needs & matched == way.needs:
                    mattering |= way.opens
        return mattering, anywhere

    # --- one fact ---

    def _look(self, fact: Fact) -> _Known:
        """What is known of a fact without its place; ``FactsError`` for unknown names."""
        key = _TOLD[fact.kind](fact)
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            known = self._known[key] = self._looked(fact)
        return known

    def _looked(self, fact: Fact) -> _Known:
        has_instance = "instance" in fact.KEY
        somewhere = fact.model_copy(update={"instance": None}) if has_instance else fact
        told = canonical(somewhere, self._vocabulary, _NOWHERE)
        names = (getattr(told, field) for field in told.KEY if field != "instance")
        matches = (
            1 << number
            for kind, fields in told.faces(self._vocabulary)
            for number, _ in self._looks.matching(kind, fields)
        )
        return _Known(
            (told.kind, *map(str, names)) if told.certainty else (),
            reduce(or_, matches, 0),
            told.is_alarming,
            (getattr(told, "instance", None) or UNSAID) if has_instance else None,
        )

    # --- the knowledge ---

    def _of_cards(self, base: KnowledgeBase) -> Iterator[_Way]:
        """Every way in which evidence for a card holds."""
        for card in base.cards:
            conditions = base.conditions(card)
            every = (p for when in conditions.evidence for p in (*when.patterns, *when.negatives))
            opens = self._bits_of(every)
            for when, certainty in zip(conditions.evidence, conditions.certainties, strict=True):
                for way in when.alternatives if certainty > 0 else ():
                    yield _Way(self._bits_of(way.positive), opens)

    def _of_inferences(self, base: KnowledgeBase) -> Iterator[_Way]:
        """Every way in which an inference holds. What it concludes may also have been observed."""
        for inference in base.inferences.values():
            same = (pattern.thing for pattern in inference.conclude)
            opens = self._bits_of((*inference.when.patterns, *same))
            gives = self._given_by(inference)
            anywhere = any(map(_needs_instances, inference.conclude))
            for way in inference.when.alternatives:
                yield _Way(self._bits_of(way.positive), opens, gives, anywhere)

    def _given_by(self, inference: Inference) -> int:
        """The patterns that a conclusion may match."""
        given = 0
        for concluded in map(_bare, inference.conclude):
            for number, wanted in enumerate(self._looks.wanted):
                if wanted.kind == concluded.kind and _may_match(concluded, wanted.pattern):
                    given |= 1 << number
        return given

    def _bits_of(self, patterns: Iterable[Pattern]) -> int:
        return reduce(or_, (1 << self._looks.number(_bare(pattern)) for pattern in patterns), 0)


def _bare(pattern: Pattern) -> Pattern:
    """The pattern without places and variables."""
    asked = ((f, v) for f, v in pattern.fields if f not in _PLACE and not isinstance(v, Variable))
    return Pattern(pattern.kind, tuple(asked))


def _needs_instances(concluded: Pattern) -> bool:
    return "instance" in KINDS[concluded.kind].KEY and concluded.get("instance") is None


def _may_match(concluded: Pattern, asked: Pattern) -> bool:
    """Whether a conclusion may match what is asked of its kind, told by what both name."""
    return concluded.kind in _OF_FACES or not concluded.excludes(asked)


def _bits(number: int) -> Iterator[int]:
    """The places of the bits that are set."""
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest


def _is_plain(
    document: FactsDocument, known: Sequence[_Known], places: Sequence[str | None]
) -> bool:
    """Whether every fact counts, is about a thing of its own and about the same host."""
    things = {(one.thing, place) for one, place in zip(known, places, strict=True)}
    instances = len(set(places))
    return (
        len(things) == len(known)
        and all(one.thing for one in known)
        and {fact.host for fact in document.facts} <= {None, document.host}
        and places.count(UNSAID) * instances <= _MOST_COPIES
    )


def _of_lists(document: FactsDocument, known: Sequence[_Known]) -> Iterator[int]:
    """What says which processes a host runs: one that a process list lacks may be told too."""
    lists = [number for number, one in enumerate(known) if one.thing in _LISTS]
    yield from lists
    if lists or document.not_observed:
        first: dict[tuple[str, ...], int] = {}
        for number, one in enumerate(known):
            if one.thing[0] == "process":
                if getattr(document.facts[number], "autostart", None) is not None:
                    yield number
                first.setdefault(one.thing, number)
        yield from first.values()


def _first_of_each(known: Sequence[_Known], places: Sequence[str | None]) -> Iterable[int]:
    """For each instance that facts name, one of them."""
    found: dict[str, int] = {}
    for number, (one, place) in enumerate(zip(known, places, strict=True)):
        if place and one.shared == UNSAID:
            first = found.setdefault(place, number)
            if one.thing < known[first].thing:
                found[place] = number
    return found.values()

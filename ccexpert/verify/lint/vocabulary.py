"""Checks the vocabulary: every abnormal state leads somewhere, no two questions are nearly equal,
answers fit their questions, and sources exist."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path

from ccexpert.errors import KnowledgeError, Steps
from ccexpert.facts import KINDS
from ccexpert.facts.entries import Entry, ErrorEntry, ModuleEntry
from ccexpert.facts.observed import Observed
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.inquiry.things import Thing, asked_as, told_apart
from ccexpert.knowledge.base import KnowledgeBase
from ccexpert.knowledge.reader import vocabulary_files
from ccexpert.reading import parse_yaml, read_source
from ccexpert.verify.lint.finding import Around, Found, LintFinding, located
from ccexpert.verify.lint.labels import misnamed
from ccexpert.verify.lint.questions import problems
from ccexpert.verify.lint.sources import known

#: Questions that share this much of their words count as the same, unless figures differ.
_NEAR = 0.8

_WORD = re.compile(r"\w+")

EntryKey = tuple[str, str]
"""Kind of the vocabulary and name."""


def check(around: Around, folders: Iterable[Path], upon: Vocabulary | None) -> list[LintFinding]:
    """Findings about the entries that these folders add."""
    new = {
        (kind.VOCABULARY, entry.name): (kind, entry)
        for kind in KINDS.values()
        for entry in around.base.vocabulary.entries(kind.VOCABULARY)
        if upon is None or not upon.has(kind.VOCABULARY, entry.name)
    }
    speaking = _spoken(around.base)
    found: dict[EntryKey, list[Found]] = defaultdict(list)
    for key, (kind, entry) in new.items():
        found[key] += _answers(kind, entry)
        found[key] += _unspoken(kind, entry, speaking) if around.complete else ()
        found[key] += known(entry.references, (), around.references)
        found[key] += (*misnamed(entry.question, ("question",)), *misnamed(entry.help, ("help",)))
    for one, instead in asked_as(around.base.vocabulary).items():
        if (key := (KINDS[one.kind].VOCABULARY, "/".join(one.name))) in new:
            found[key] += _lost(one, instead, around.base)
    for key, other in _twins(around.base.vocabulary, new):
        message = f"asks nearly the same as the {other[0]} '{other[1]}': tell them apart, or be one"
        found[key].append(Found("twin", ("question",), message))
    return list(_placed(found, folders))


def _placed(
    found: Mapping[EntryKey, Iterable[Found]], folders: Iterable[Path]
) -> Iterator[LintFinding]:
    """The findings with the files and lines of their entries."""
    if not any(found.values()):
        return
    for path in vocabulary_files(folders):
        data = parse_yaml(read_source(path, KnowledgeError), KnowledgeError)
        for number, entry in enumerate(data["entries"]):
            own = found.get((data["kind"], entry["name"]), ())
            where: Steps = ("entries", number)
            yield from located(
                path, [Found(f.check, (*where, *f.path), f.message, f.severity) for f in own]
            )


def _answers(kind: type[Observed], entry: Entry) -> Iterator[Found]:
    for problem in problems(entry, tuple(kind.ANSWERS)):
        yield Found("answers", ("question",), f"'{entry.name}': {problem}")
    for state in entry.states:
        if state not in kind.ANSWERS:
            allowed = ", ".join(kind.ANSWERS)
            yield Found("answers", ("states",), f"'{state}' is no state; allowed: {allowed}")
    if entry.states and kind.NORMAL not in entry.states:
        yield Found("answers", ("states",), f"the healthy state '{kind.NORMAL}' is missing")


def _spoken(base: KnowledgeBase) -> Mapping[EntryKey, set[str]]:
    """The states of each entry that speak for a card or lead to a conclusion."""
    for_cards = (
        evidence.when.patterns
        for card in base.cards.values()
        for evidence in card.evidence
        if evidence.certainty > 0
    )
    for_others = (inference.when.patterns for inference in base.inferences.values())
    found: dict[EntryKey, set[str]] = defaultdict(set)
    for thing, states in told_apart(chain(*for_cards, *for_others)).items():
        if entry := thing.entry(base.vocabulary):
            found[KINDS[thing.kind].VOCABULARY, entry.name if thing.name else "*"] |= states
    return found


def _unspoken(
    kind: type[Observed], entry: Entry, speaking: Mapping[EntryKey, Collection[str]]
) -> Iterator[Found]:
    if isinstance(entry, ModuleEntry) and entry.instances == "none":
        return  # an area, not a process
    if isinstance(entry, ErrorEntry) and (entry.is_family or entry.prefixes):
        return  # cards ask for a family together with ``whom``; a component is not a fault
    said = {*speaking.get((kind.VOCABULARY, entry.name), ())}
    said |= {*speaking.get((kind.VOCABULARY, "*"), ())}
    possible = entry.states or tuple(kind.ANSWERS)
    lost = [s for s in possible if s in kind.ALARMING and s not in (*said, *entry.also_normal)]
    if lost:
        yield Found(
            "unspoken",
            ("name",),
            f"no card and no inference speaks of {entry.name} = {', '.join(lost)}: let one do so, "
            "or say in 'states' that it cannot be, or in 'also_normal' that a healthy server shows "
            "it",
        )


def _lost(one: Thing, other: Thing, base: KnowledgeBase) -> Iterator[Found]:
    """What is never asked about because the other entry is asked about instead."""
    if other.kind not in KINDS or other.entry(base.vocabulary) is None:
        yield Found("twin", ("same_as",), f"there is no entry '{other.id}'")
        return
    for card in base.cards.values():
        named = {thing for e in card.evidence for thing in told_apart(e.when.patterns)}
        if one in named and other not in named:
            yield Found("twin", ("same_as",), f"{card.id} speaks of {one.id} and not of {other.id}")


def _twins(
    vocabulary: Vocabulary, new: Collection[EntryKey]
) -> Iterator[tuple[EntryKey, EntryKey]]:
    """Pairs of entries whose questions are nearly equal in both languages."""
    asked = {
        (kind, entry.name): (_words(entry.question.en), _words(entry.question.sv))
        for kind in dict.fromkeys(fact.VOCABULARY for fact in KINDS.values())
        for entry in vocabulary.entries(kind)
        if '"' not in entry.question.en  # asks for a text that is told apart by what it cites
    }
    instead = {
        "/".join(key): entry.same_as for key in asked if (entry := vocabulary.get(*key)) is not None
    }
    keys = list(asked)
    for number, one in enumerate(keys):
        for other in keys[:number]:
            if not (one in new or other in new) or not all(map(_near, asked[one], asked[other])):
                continue
            names = {"/".join(one), "/".join(other)}
            if names.isdisjoint((instead["/".join(one)], instead["/".join(other)])):
                yield (one, other) if one in new else (other, one)


def _words(question: str) -> frozenset[str]:
    return frozenset(_WORD.findall(question.casefold()))


def _near(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two questions differ in few words, and in no figure or internal name."""
    if len(one & other) < _NEAR * len(one | other):
        return False
    return not any(c.isdigit() or c == "_" for word in one ^ other for c in word)

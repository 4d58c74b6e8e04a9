"""What an operator can say at the start: everything out of order that some card speaks of.

Comes in: the knowledge base. Goes out: complaints, found by name or by words in either language,
aliases, error codes and pieces of error messages included.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from ccexpert.consult.things import NORMAL, Thing, things_named
from ccexpert.consult.words import state_label
from ccexpert.facts import word
from ccexpert.knowledge.base import KnowledgeBase
from ccexpert.knowledge.patterns import SEEN
from ccexpert.knowledge.vocabulary import LANGUAGES, Entry, Language

#: What people complain of comes first, circumstances come last.
_ORDER = (
    *("symptom", "error", "job", "workflow", "process", "probe"),
    *("indicator", "log", "port", "setting", "context"),
)

_SHOWN = 12

#: Words up to this length stand in too many others.
_SHORT = 3


@dataclass(frozen=True)
class Complaint:
    """One observation that calls for an explanation."""

    thing: Thing
    answer: str
    """What is said of the thing."""
    entry: Entry = field(compare=False)

    @property
    def value(self) -> str:
        """How answers and sessions name it: the name of a symptom, else ``job:export=failed``."""
        if self.thing.kind == "symptom":
            return self.thing.name[0]
        return f"{self.thing.id}={self.answer}"

    def label(self, language: Language) -> str:
        """What it is called."""
        title = self.entry.title.in_language(language)
        if self.answer == "true":
            return title
        return f"{title}: {state_label(self.answer, language)}"

    @property
    def says(self) -> str:
        """All words by which it may be searched."""
        entry = self.entry
        labels = (self.label(language) for language in LANGUAGES)
        return _folded(
            " ".join((entry.name, *labels, *entry.aliases, *entry.codes, *entry.fragments))
        )


class Complaints:
    """All complaints that a knowledge base knows."""

    def __init__(self, base: KnowledgeBase) -> None:
        self._base = base

    def common(self) -> list[Complaint]:
        """The symptoms that most cards speak of."""
        symptoms = (c for c in self._counted if c.thing.kind == "symptom")
        return sorted(symptoms, key=lambda c: (-self._counted[c], c.value))[:_SHOWN]

    def symptoms(self) -> list[Complaint]:
        """All symptoms of the vocabulary."""
        entries = self._base.vocabulary.entries("symptom")
        return [Complaint(Thing("symptom", (e.name,)), "true", e) for e in entries]

    def find(self, name: str) -> Complaint | None:
        """The complaint called ``name``: its value, or the name, an alias or the title of a
        symptom."""
        vocabulary = self._base.vocabulary
        titled = (e.name for e in vocabulary.entries("symptom") if name in (e.title.en, e.title.sv))
        return self._by_value.get(next(titled, None) or vocabulary.resolve("symptom", name) or name)

    def search(self, text: str, kind: str | None = None) -> list[Complaint]:
        """Those (of one kind) with the most of the words of ``text``, the best known first."""
        words = _folded(text).split()
        some = ((c, s) for c, s in self._searched.items() if kind in (None, c.thing.kind))
        hits = {c: sum(_stands(each, says) for each in words) for c, says in some}
        best = max(1, -(-len(words) // 2), *hits.values())
        found = [c for c, n in hits.items() if n == best]
        place = _ORDER.index
        found.sort(key=lambda c: (place(c.thing.kind), -self._counted[c], c.value))
        return found[:_SHOWN]

    def words(self) -> set[str]:
        """All words that can be searched for, to find what a misspelt one may mean."""
        return {each for says in self._searched.values() for each in says.split() if len(each) > 3}

    @cached_property
    def _counted(self) -> Counter[Complaint]:
        """Every complaint, with the number of cards that speak of it."""
        counted: Counter[Complaint] = Counter(dict.fromkeys(self.symptoms(), 0))
        counted.update(self._of_cards())
        return counted

    def _of_cards(self) -> Iterable[Complaint]:
        for card in self._base.cards.values():
            patterns = (p for r in card.evidence if r.certainty > 0 for p in r.when.patterns)
            spoken = {
                (thing, word(value))
                for pattern in patterns
                for thing in things_named(pattern)
                for value in pattern.literals(SEEN[pattern.kind])
            }
            for thing, answer in spoken:
                entry = thing.entry(self._base.vocabulary)
                if entry is not None and answer != NORMAL[thing.kind]:
                    yield Complaint(thing, answer, entry)

    @cached_property
    def _by_value(self) -> dict[str, Complaint]:
        return {c.value: c for c in self._counted}

    @cached_property
    def _searched(self) -> dict[Complaint, str]:
        return {c: c.says for c in self._counted}


def _stands(each: str, says: str) -> bool:
    """Whether a word stands in a text: a short one as a word, a longer one in any compound."""
    return each in says and (len(each) > _SHORT or each in says.split())


def _folded(text: str) -> str:
    """``text`` as it is compared: the hyphen of e-mail matters to nobody."""
    return text.casefold().replace("-", "")

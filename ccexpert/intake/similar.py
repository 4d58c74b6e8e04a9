"""The known cases and the pages that come nearest to words.

This is a search by words, not a diagnosis: nothing here was weighed against the facts of a case.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import islice

from ccexpert.diagnosis import Similar
from ccexpert.facts import Fact, word
from ccexpert.facts.entries import Entry, Text
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.intake.found import Found
from ccexpert.intake.search import Search
from ccexpert.knowledge.cards import Card
from ccexpert.knowledge.references import ELSEWHERE, Reference
from ccexpert.words import Language

#: What fits worse shares no more than common words.
_FITS = 0.3
#: How many a report shows, and of how many facts it takes the words.
_SHOWN, _READ = 3, 12


class Nearest:
    """Known cases and pages, ready to be searched by their titles."""

    def __init__(self, cards: Iterable[Card], references: Iterable[Reference]) -> None:
        cases = [_as_entry(card.id, card.title) for card in cards]
        pages = [
            _as_entry(one.name, Text(en=one.title, sv=one.title))
            for one in references
            if one.product != ELSEWHERE
        ]
        self._searches = {"case": _search("case", cases), "page": _search("page", pages)}

    def find(self, kind: str, sought: str, most: int) -> Iterator[Found]:
        """The cases (``case``) or pages (``page``) that come nearest, the nearest first."""
        return (one for one in self._searches[kind].find(sought, most) if one.fit >= _FITS)

    def similar(
        self, texts: Iterable[str], known: Collection[str], language: Language
    ) -> tuple[Similar, ...]:
        """The few that come nearest to any of these texts, without those that are ``known``."""
        best: dict[str, Found] = {}
        for text in islice(dict.fromkeys(filter(None, texts)), _READ):
            for kind in self._searches:
                for one in self.find(kind, text, _SHOWN + len(known)):
                    name = one.entry.name
                    if name in known or not _tells(one):
                        continue
                    if name not in best or best[name].fit < one.fit:
                        best[name] = one
        nearest = sorted(best.values(), key=lambda one: (-one.fit, one.entry.name))[:_SHOWN]
        return tuple(
            Similar(one.kind, one.entry.name, one.entry.title.in_language(language))
            for one in nearest
        )


def _tells(one: Found) -> bool:
    """Whether more than one word is shared and the title leaves nothing open."""
    return len(one.words) > 1 and "$" not in one.entry.title.en


def words_of(fact: Fact, vocabulary: Vocabulary) -> str:
    """What a fact says in words: a message its text, another thing its title and state."""
    if text := getattr(fact, "text", None):
        return str(text)
    entry = type(fact).entry(fact.names, vocabulary) if fact.names else None
    state = "" if isinstance(fact.seen, bool) else word(fact.seen)
    return f"{entry.title.en} {state}".strip() if entry else ""


def _search(kind: str, entries: Iterable[Entry]) -> Search:
    known = Vocabulary({}, {kind: {entry.name: entry for entry in entries}})
    return Search(known, (kind,), _titles)


def _titles(entry: Entry) -> tuple[str, ...]:
    return (entry.title.en, entry.title.sv, entry.name.replace("-", " "))


def _as_entry(name: str, title: Text) -> Entry:
    """A case or a page as an entry, so that it is searched like one; the path of a page is no
    valid name of an entry."""
    return Entry.model_construct(name=name, title=title, question=title, help=title, minutes=1)

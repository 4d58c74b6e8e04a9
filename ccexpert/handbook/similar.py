"""What is not known: the known cases and the pages that come nearest by their words.

This is a search by words, not a diagnosis: nothing here was weighed against the facts of a case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ccexpert.display import page
from ccexpert.facts.entries import Entry, Text
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.intake.search import Search
from ccexpert.knowledge.base import KnowledgeBase
from ccexpert.knowledge.references import ELSEWHERE, Reference
from ccexpert.words import Language, Pair, Words, in_language

#: What fits worse shares no more than common words.
_FITS = 0.3
_MOST = 6

_WORDS: Words = {
    "unknown": Pair(
        "Not known: no diagnosis and no error code fits these words.",
        "Inte känt: ingen diagnos och ingen felkod passar dessa ord.",
    ),
    "case": Pair(
        "Similar known cases, by their words alone (not a diagnosis)",
        "Liknande kända fall, bara efter orden (ingen diagnos)",
    ),
    "page": Pair("Similar pages and articles", "Liknande sidor och artiklar"),
    "none": Pair("Nothing similar is known.", "Inget liknande är känt."),
}


def similar_page(
    sought: str, base: KnowledgeBase, references: Iterable[Reference], language: Language
) -> str:
    """What comes nearest to these words, as text."""
    word = in_language(_WORDS, language)
    cases = [_as_entry(card.id, card.title) for card in base.cards.values()]
    pages = [
        _as_entry(one.name, Text(en=one.title, sv=one.title))
        for one in references
        if one.product != ELSEWHERE
    ]
    lines = [word["unknown"]]
    for kind, entries in (("case", cases), ("page", pages)):
        found = list(_nearest(sought, kind, entries, language))
        lines += ["", f"{word[kind]}:", *found] if found else []
    lines += [] if len(lines) > 1 else [word["none"]]
    return page("\n".join(lines) + "\n")


def _nearest(sought: str, kind: str, entries: Iterable[Entry], language: Language) -> Iterator[str]:
    known = Vocabulary({}, {kind: {entry.name: entry for entry in entries}})
    for one in Search(known, (kind,), _titles).find(sought, _MOST):
        if one.fit >= _FITS:
            yield f"  {one.entry.name}: {one.entry.title.in_language(language)}"


def _titles(entry: Entry) -> tuple[str, ...]:
    return (entry.title.en, entry.title.sv, entry.name.replace("-", " "))


def _as_entry(name: str, title: Text) -> Entry:
    """A case or a page as an entry, so that it is searched like one; the path of a page is no
    valid name of an entry."""
    return Entry.model_construct(name=name, title=title, question=title, help=title, minutes=1)

"""Likeness: what somebody complains of may be like a known case although its card lists no such
sign.

Each card that names a cause adds a complaint of its own name to the vocabulary. The words of the
card's title and meaning find it (``intake/complaints.py``). Ranking lets it speak for the card only
where nothing better is known (``rank/likeness.py``).
"""

from __future__ import annotations

from collections.abc import Iterable

from ccexpert.facts.entries import Entry, Text
from ccexpert.facts.files import VocabularyFile
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.knowledge.cards import Card

#: The topic of these entries.
CASES = "cases"


def with_likenesses(vocabulary: Vocabulary, cards: Iterable[Card]) -> Vocabulary:
    """The vocabulary with a complaint for each card that names a cause."""
    causes = (card for card in cards if card.names_a_cause)
    new = [_entry(card) for card in causes if not vocabulary.resolve("complaint", card.id)]
    return Vocabulary.of(
        [VocabularyFile(kind="complaint", topic=CASES, entries=tuple(new))], vocabulary
    )


def _entry(card: Card) -> Entry:
    title = card.title
    return Entry(
        name=card.id,
        title=title,
        question=Text(en=f"Is it like this: {title.en}?", sv=f"Är det så här: {title.sv}?"),
        help=card.meaning,
        minutes=2,
        also_normal=("true",),  # it needs no explanation: it is only what words resemble
        references=card.references,
    )

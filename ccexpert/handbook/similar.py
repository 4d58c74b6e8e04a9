"""What is not known: the known cases and the pages that come nearest by their words."""

from __future__ import annotations

from collections.abc import Iterable

from ccexpert.display import page
from ccexpert.intake.similar import Nearest
from ccexpert.knowledge.base import KnowledgeBase
from ccexpert.knowledge.references import Reference
from ccexpert.words import Language, Pair, Words, in_language

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
    nearest = Nearest(base.cards.values(), references)
    lines = [word["unknown"]]
    for kind in ("case", "page"):
        found = [
            f"  {one.entry.name}: {one.entry.title.in_language(language)}"
            for one in nearest.find(kind, sought, _MOST)
        ]
        lines += ["", f"{word[kind]}:", *found] if found else []
    lines += [] if len(lines) > 1 else [word["none"]]
    return page("\n".join(lines) + "\n")

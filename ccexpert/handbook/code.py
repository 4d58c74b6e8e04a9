"""A code as a page: what it means, what usually causes it, and which cards speak of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ccexpert.display import page
from ccexpert.facts.entries import ErrorEntry
from ccexpert.knowledge.base import KnowledgeBase
from ccexpert.knowledge.cards import Card
from ccexpert.knowledge.patterns import Pattern
from ccexpert.knowledge.texts import rendered
from ccexpert.observe.text import decode
from ccexpert.report.words import words
from ccexpert.words import Language, Pair, Words, in_language

_CODE = re.compile(r"[A-Z]{2,5}-\d{3,6}", re.IGNORECASE)
#: A code as people type it.
_UNDASHED = re.compile(r"^([A-Z]{2,5})[ _]?(\d{3,6})$")

_WORDS: Words = {
    "component": Pair("Component", "Komponent"),
    "cards": Pair("What usually causes it", "Vanliga orsaker"),
    "with others": Pair("With other signs:", "Tillsammans med andra tecken:"),
    "no cards": Pair("No diagnosis speaks of it.", "Ingen diagnos talar om den."),
    "not described": Pair(
        "Nobody has described this code yet. Its letters tell the component; the text behind it "
        "names the cause.",
        "Ingen har beskrivit den här koden än. Bokstäverna anger komponenten; texten efter koden "
        "anger orsaken.",
    ),
}


@dataclass(frozen=True)
class Explained:
    """What is known of a code."""

    code: str
    exact: tuple[ErrorEntry, ...]
    """What it means, if somebody has described it."""
    families: tuple[ErrorEntry, ...]
    """What it means in general."""
    component: ErrorEntry | None
    """The part of Campaign that its letters name."""

    @property
    def entries(self) -> tuple[ErrorEntry, ...]:
        """All entries of the vocabulary that say what it means."""
        return (*self.exact, *self.families)

    def __bool__(self) -> bool:
        return bool(self.entries or self.component)


def explained(text: str, base: KnowledgeBase) -> Explained:
    """What is known of a code, such as ``XSV-350013``, ``ORA-01017`` or ``550 5.7.26``; false if
    nothing is."""
    code = _UNDASHED.sub(r"\1-\2", decode(text).strip().upper())
    known = base.vocabulary.recognition
    is_code = _CODE.fullmatch(code) is not None
    return Explained(
        code,
        _entries(known.signatures(code, "") if is_code else (), base),
        _entries(known.families(code, spoken=False), base),
        known.component(code) if is_code else None,
    )


def code_page(found: Explained, base: KnowledgeBase, language: Language) -> str:
    """The code as Markdown."""
    word = words(language) | in_language(_WORDS, language)
    title = found.entries[0].title.in_language(language) if found.entries else found.code
    lines = [f"# {title}" if found.code in title else f"# {found.code}: {title}", ""]
    if found.component:
        lines += [f"{word['component']}: {found.component.title.in_language(language)}", ""]
    for entry in found.entries or filter(None, [found.component]):
        lines += [entry.help.in_language(language), ""]
    if not found.entries:
        lines += [word["not described"], ""]
    lines += [
        f"## {word['cards']}",
        "",
        *(_causes(found, base, language, word) or [word["no cards"]]),
    ]
    if references := [r for e in found.entries for r in e.references]:
        lines += ["", f"## {word['references']}", "", *(f"- `{r}`" for r in references)]
    return page("\n".join(lines)) + "\n"


def _causes(
    found: Explained, base: KnowledgeBase, language: Language, word: dict[str, str]
) -> list[str]:
    """The cards that speak of the code: first those that the code alone speaks for, the surest
    first."""
    names = {entry.name for entry in found.entries}
    speaking = [(*_says(card, names), card) for card in base.cards.values()]
    speaking.sort(key=lambda each: (-each[0], -each[1], each[2].id))
    return [
        f"- {f'{alone:.2f}' if alone else word['with others']} "
        f"{rendered(card.title, {}, language)} (`{card.id}`): {card.meaning.in_language(language)}"
        for alone, best, card in speaking
        if best
    ]


def _says(card: Card, signatures: set[str]) -> tuple[float, float]:
    """How sure a card is by one of these signatures alone, and how sure at most."""
    alone = best = 0.0
    for rule in card.evidence:
        for conjunction in rule.when.alternatives:
            if any(_asks(pattern, signatures) for pattern in conjunction.positive):
                best = max(best, rule.certainty)
                if len(conjunction.positive) == 1:
                    alone = max(alone, rule.certainty)
    return alone, best


def _asks(pattern: Pattern, signatures: set[str]) -> bool:
    return pattern.kind == "error" and not signatures.isdisjoint(pattern.literals("signature"))


def _entries(names: tuple[str, ...], base: KnowledgeBase) -> tuple[ErrorEntry, ...]:
    return tuple(filter(None, map(base.vocabulary.error, names)))

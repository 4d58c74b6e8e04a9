"""Checks a card's references to other cards: they exist, and no cause explains itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from functools import partial

from ccexpert.knowledge.base import KnowledgeBase
from ccexpert.knowledge.cards import Card
from ccexpert.verify.lint.finding import Around, Found, LintFinding, located


def check(card: Card, around: Around) -> Iterator[Found]:
    """Findings about cards that it names but that do not exist."""
    for field, all_others in (("refines", card.refines), ("explains", card.explains)):
        for number, others in enumerate(all_others):
            for place, name in enumerate(others.cards):
                if not _names_one(name, card, around.base):
                    where = (field, number, "cards", place)
                    yield Found("explains-nothing", where, f"no card is called '{name}'")


def _names_one(name: str, card: Card, base: KnowledgeBase) -> bool:
    if name in base.cards:
        return name != card.id
    return any(fnmatchcase(other, name) for other in base.cards if other != card.id)


def circles(own: Iterable[Card], base: KnowledgeBase) -> Iterator[LintFinding]:
    """Causes that explain themselves through their consequences."""
    done: set[str] = set()

    def visit(card: str, trail: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        if card in trail:
            yield trail[trail.index(card) :]
            return
        if card in done:
            return
        explained = filter(
            partial(base.accounts_for, card), base.cards if card in base.explains else ()
        )
        for consequence in sorted(explained):
            yield from visit(consequence, (*trail, card))
        done.add(card)

    for card in own:
        for circle in visit(card.id, ()):
            path = base.sources[circle[0]]
            message = " explains ".join((*circle, circle[0]))
            yield from located(path, [Found("circle", ("explains",), message)])

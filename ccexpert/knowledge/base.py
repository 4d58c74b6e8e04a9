"""The knowledge base: vocabulary, cards and inferences of the shipped pack and the site's packs,
read and checked.

Packs only add. A pack that wants to change a shipped card does so through an overlay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ccexpert.errors import KnowledgeError
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.knowledge.cards import Card, Conditions, is_among
from ccexpert.knowledge.compiled.plain import Cards
from ccexpert.knowledge.compiled.relevance import Key, key_of, may_hold, speaking_of
from ccexpert.knowledge.inferences import Inference

if TYPE_CHECKING:
    from ccexpert.knowledge.overlays import Overlay
    from ccexpert.knowledge.patterns import Pattern, When
    from ccexpert.knowledge.waivers import Waiver


@dataclass(frozen=True)
class KnowledgeBase:
    """All knowledge; immutable, and shared by everything that reasons with it."""

    vocabulary: Vocabulary
    cards: Mapping[str, Card]
    inferences: Mapping[str, Inference]
    sources: Mapping[str, Path]
    """The file of each card and inference."""
    overlays: Mapping[str, Overlay]
    """The overlay of each card that a site has changed."""
    waivers: tuple[Waiver, ...]
    digest: str
    """A fingerprint of the text of all knowledge files."""
    known: frozenset[Key] | None = None
    """Keys of the case these cards were selected for; None if the base covers every case."""
    able: Iterable[str] | None = None
    """The cards whose evidence could hold in that case; None means all cards."""

    def may_hold(self, condition: When) -> bool:
        """Whether a card's condition could hold in the cases this base covers."""
        return self.known is None or may_hold(condition, self.known)

    def conditions(self, card: str) -> Conditions:
        """The conditions of a card's evidence and actions, without reading the rest of the card."""
        cards = self.cards
        return cards.conditions(card) if isinstance(cards, Cards) else cards[card].conditions

    def speaking(self, kind: str, name: str | None) -> tuple[str, ...]:
        """Ids of the cards whose evidence may mention a fact of this kind and name."""
        keys = {key_of(kind), key_of(kind, name)} if name else {key_of(kind)}
        found = {card for key in keys for card in self._speaking.get(key, ())}
        return tuple(sorted(card for card in found if card in self.cards))

    def explaining(self, card: str) -> tuple[str, ...]:
        """Ids of the cards that can explain this card."""
        return tuple(sorted(cause for cause in self.explains if self.accounts_for(cause, card)))

    @cached_property
    def exact(self) -> tuple[str, ...]:
        """Ids, in order, of the cards that name a cause and not only the class of one."""
        cards = self.cards
        if isinstance(cards, Cards):
            return tuple(cards.exact)
        return tuple(sorted(name for name, card in cards.items() if not card.general))

    def accounts_for(self, cause: str, card: str) -> bool:
        """Whether one card can explain another, without reading either."""
        return self._accounts_for(cause, card)

    @cached_property
    def _accounts_for(self) -> Callable[[str, str], bool]:
        explains = self.explains
        return cache(lambda cause, card: cause != card and is_among(card, explains.get(cause, ())))

    @cached_property
    def explains(self) -> Mapping[str, tuple[str, ...]]:
        """For each card that explains others: their ids as the card gives them, globs included."""
        cards = self.cards
        if isinstance(cards, Cards):
            return cards.explains
        return {name: taken for name, card in cards.items() if (taken := card.takes)}

    @cached_property
    def _speaking(self) -> Mapping[Key, Iterable[str]]:
        cards = self.cards
        return cards.speaking if isinstance(cards, Cards) else speaking_of(cards)

    @property
    def patterns(self) -> Iterator[Pattern]:
        """The patterns of inferences and of cards that name a cause: those that ask for a fact and
        those that ask for its absence."""
        whens = [when for card in self.exact for when in self.conditions(card).whens]
        for when in (*whens, *(inference.when for inference in self.inferences.values())):
            yield from when.patterns
            yield from when.negatives

    def card(self, name: str) -> Card:
        """The card with this id; ``KnowledgeError`` with a *did you mean* if there is none."""
        if name not in self.cards:
            raise KnowledgeError(
                f"there is no diagnosis '{name}'",
                given=name,
                advice="'ccexpert rules list WORD' lists those of a module or word",
                suggestions=tuple(self.cards),
            )
        return self.cards[name]

"""The knowledge: the vocabulary, the cards and the inferences of the shipped pack and of those of
the site, read and checked.

Packs only add; what a pack wants to change of a shipped card it changes through overlays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from ccexpert.errors import KnowledgeError
from ccexpert.knowledge.cards import Card, Conditions, Inference
from ccexpert.knowledge.plain import Cards
from ccexpert.knowledge.relevance import Key, may_hold
from ccexpert.knowledge.vocabulary import Vocabulary

if TYPE_CHECKING:
    from ccexpert.knowledge.overlays import Overlay
    from ccexpert.knowledge.patterns import Pattern, When
    from ccexpert.knowledge.waivers import Waiver


@dataclass(frozen=True)
class KnowledgeBase:
    """Everything that is known; immutable, and shared by whoever reasons with it."""

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
    """What is known of in the one case that the cards were chosen for; None: all cases."""

    def may_hold(self, condition: When) -> bool:
        """Whether a condition of a card could hold in the cases that this knowledge is for."""
        return self.known is None or may_hold(condition, self.known)

    def conditions(self, card: str) -> Conditions:
        """Those of a card's evidence and of its actions; the rest of it need not be read."""
        cards = self.cards
        return cards.conditions(card) if isinstance(cards, Cards) else cards[card].conditions

    @property
    def patterns(self) -> Iterator[Pattern]:
        """All patterns that ask for a fact, and those that ask for its absence."""
        of_cards = chain.from_iterable(chain(*self.conditions(card)) for card in self.cards)
        of_inferences = (inference.when for inference in self.inferences.values())
        for when in filter(None, chain(of_cards, of_inferences)):
            yield from when.patterns
            yield from when.negatives

    def card(self, name: str) -> Card:
        """The card of a diagnosis; ``KnowledgeError`` with a *did you mean* when there is none."""
        if name not in self.cards:
            raise KnowledgeError(
                f"there is no diagnosis '{name}'",
                given=name,
                advice="'ccexpert rules list' lists them",
                suggestions=tuple(self.cards),
            )
        return self.cards[name]

    @cached_property
    def consequences(self) -> Mapping[str, frozenset[str]]:
        """For each card, the ids of the cards it can explain (globs resolved)."""
        return {
            card.id: frozenset(filter(card.accounts_for, self.cards)) - {card.id}
            for card in self.cards.values()
        }

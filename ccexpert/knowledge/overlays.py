"""Overlays: how a site changes the weight or the wording of a shipped card, openly.

An overlay names the card and gives a reason. It can change impact, certainties and texts, and
nothing else: what a card matches and what it does stays as shipped.
"""

from __future__ import annotations

from typing import Any

from pydantic import Field

from ccexpert.errors import KnowledgeError
from ccexpert.knowledge.cards import Card
from ccexpert.knowledge.vocabulary import Frozen, NonEmpty, Text


class EvidenceOverlay(Frozen):
    """What changes about one piece of evidence."""

    certainty: float | None = Field(None, ge=-1, le=1)
    because: Text | None = None


class ActionOverlay(Frozen):
    """What changes about one action."""

    text: Text | None = None
    warning: Text | None = None
    minutes: float | None = Field(None, gt=0)


class Overlay(Frozen):
    """What a site changes about one card; evidence and actions by their number on it, from 1."""

    overlays: NonEmpty
    reason: NonEmpty
    impact: int | None = Field(None, ge=1, le=4)
    title: Text | None = None
    meaning: Text | None = None
    evidence: dict[int, EvidenceOverlay] = Field(default_factory=dict)
    actions: dict[int, ActionOverlay] = Field(default_factory=dict)


def overlaid(card: Card, overlay: Overlay) -> Card:
    """The card as the site wants it; ``KnowledgeError`` for a number the card does not have."""
    changes: dict[str, Any] = _given(overlay, "impact", "title", "meaning")
    for field, changed in (("evidence", overlay.evidence), ("actions", overlay.actions)):
        parts = list(getattr(card, field))
        for number, part in changed.items():
            if not 1 <= number <= len(parts):
                raise KnowledgeError(
                    f"'{card.id}' has {len(parts)} {field}, there is no number {number}"
                )
            parts[number - 1] = parts[number - 1].model_copy(
                update=_given(part, *type(part).model_fields)
            )
        changes[field] = tuple(parts)
    return card.model_copy(update=changes)


def _given(overlay: Frozen, *fields: str) -> dict[str, Any]:
    return {f: v for f in fields if (v := getattr(overlay, f)) is not None}

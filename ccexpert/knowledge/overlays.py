"""Overlays: how a site openly changes the weights or the wording of a shipped card.

An overlay names the card and gives a reason. It can change impact, certainties and texts, but
nothing else: what a card matches and what it does stay as shipped.
"""

from __future__ import annotations

from typing import Any

from pydantic import Field

from ccexpert.errors import KnowledgeError
from ccexpert.facts.entries import Frozen, NonEmpty, Text
from ccexpert.knowledge.cards import Card
from ccexpert.knowledge.fields import Certainty


class EvidenceOverlay(Frozen):
    """Changes to one piece of evidence."""

    certainty: Certainty | None = None
    because: Text | None = None


class ActionOverlay(Frozen):
    """Changes to one action."""

    text: Text | None = None
    warning: Text | None = None
    minutes: float | None = Field(None, gt=0)


class Overlay(Frozen):
    """A site's changes to one card; evidence and actions are numbered from 1, as on the card."""

    overlays: NonEmpty
    reason: NonEmpty
    impact: int | None = Field(None, ge=1, le=4)
    title: Text | None = None
    meaning: Text | None = None
    evidence: dict[int, EvidenceOverlay] = Field(default_factory=dict)
    actions: dict[int, ActionOverlay] = Field(default_factory=dict)


def overlaid(card: Card, overlay: Overlay) -> Card:
    """The card with a site's changes; raises ``KnowledgeError`` for a number the card lacks."""
    changes: dict[str, Any] = _given(overlay, "impact", "title", "meaning")
    for field, changed in (("evidence", overlay.evidence), ("actions", overlay.actions)):
        parts = list(getattr(card, field))
        for number, part in changed.items():
            written = len(parts) - sum(getattr(part, "needed", None) is not None for part in parts)
            if not 1 <= number <= written:
                raise KnowledgeError(
                    f"'{card.id}' has {written} {field}, there is no number {number}"
                )
            parts[number - 1] = parts[number - 1].model_copy(
                update=_given(part, *type(part).model_fields)
            )
        changes[field] = tuple(parts)
    return card.model_copy(update=changes)


def _given(overlay: Frozen, *fields: str) -> dict[str, Any]:
    return {f: v for f in fields if (v := getattr(overlay, f)) is not None}

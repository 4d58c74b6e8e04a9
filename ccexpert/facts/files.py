"""The files of the vocabulary in ``facts/``."""

from __future__ import annotations

from typing import Any, Self

from pydantic import create_model, field_validator

from ccexpert.errors import KnowledgeError
from ccexpert.facts.entries import ENTRIES, Entry, Frozen, NonEmpty


class VocabularyFile(Frozen):
    """One file of the vocabulary: entries of one kind and one topic."""

    kind: NonEmpty
    topic: NonEmpty
    entries: tuple[Entry, ...]

    @classmethod
    def model_for(cls, data: Any) -> type[Self]:
        """The model for a file with this kind of entries."""
        kind = data.get("kind") if isinstance(data, dict) else None
        entry = ENTRIES.get(kind, Entry) if isinstance(kind, str) else Entry
        several = tuple[entry, ...]  # type: ignore[valid-type]
        return create_model(cls.__name__, __base__=cls, entries=(several, ...))

    @field_validator("kind")
    @classmethod
    def _kind_is_known(cls, kind: str) -> str:
        if kind not in ENTRIES:
            raise KnowledgeError(
                f"'{kind}' is not allowed here", allowed=tuple(ENTRIES), given=kind
            )
        return kind

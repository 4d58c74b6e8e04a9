"""Compiled knowledge for quick starts: read and checked once, then kept in one JSON file.

A run then parses no YAML, checks no card, and reads only what concerns its facts. The index of
``Compiled`` says which facts each card needs, and where its conditions are apart from its texts.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ccexpert.facts.case import Case
from ccexpert.facts.entries import ENTRIES, Entry, Frozen
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.knowledge.base import KnowledgeBase
from ccexpert.knowledge.compiled.plain import Cards, Lazily, Things, joined, parted, plain, rebuilt
from ccexpert.knowledge.compiled.relevance import (
    Key,
    given_by,
    keys_of,
    like,
    needs_of,
    possible,
    speaking_of,
    with_conclusions,
)
from ccexpert.knowledge.fields import COMPILED
from ccexpert.knowledge.inferences import Inference
from ccexpert.knowledge.reader import waivers_of

if TYPE_CHECKING:
    from ccexpert.knowledge.overlays import Overlay


def compiled_form(base: KnowledgeBase, folders: tuple[Path, ...]) -> bytes:
    """A compiled file of knowledge that was read from ``folders``."""
    things = Things()

    def placed(name: str, thing: Frozen) -> dict[str, Any]:
        file = base.sources[name]
        inside = (i for i, folder in enumerate(folders) if file.is_relative_to(folder))
        number = max(inside)  # a pack may lie inside the product's folder
        return {
            "at": things.put(plain(thing)),
            "file": [number, file.relative_to(folders[number]).as_posix()],
        }

    index = {
        "digest": base.digest,
        "vocabulary": put_vocabulary(base.vocabulary, things),
        "cards": {
            name: {
                **placed(name, card),
                "needs": needs_of(card.conditions.evidence),
                "conditions": things.put(plain(card.conditions)),
            }
            for name, card in base.cards.items()
        },
        "inferences": {
            name: {
                **placed(name, inference),
                "needs": needs_of([inference.when]),
                "gives": given_by(inference.conclude),
            }
            for name, inference in base.inferences.items()
        },
        "exact": things.put(list(base.exact)),
        "speaking": things.put(speaking_of(base.cards)),
        "explains": things.put(base.explains),
        "overlays": {name: things.put(plain(base.overlays[name])) for name in base.overlays},
    }
    return joined(index, things)


class Compiled:
    """The compiled knowledge of the shipped pack and the site's packs.

    Raises ``ValueError`` if the text is damaged.
    """

    def __init__(self, folders: tuple[Path, ...], text: bytes) -> None:
        self._folders = folders
        self._index, self._things = parted(text)
        self.digest: str = self._index["digest"]
        self.vocabulary = get_vocabulary(self._index["vocabulary"], self._things)

    def whole(self) -> KnowledgeBase:
        """The whole knowledge base."""
        return self._base()

    def about(self, case: Case) -> KnowledgeBase:
        """A knowledge base for ``case`` alone: it gives the same diagnosis, but loads faster."""
        known = with_conclusions(keys_of(case), self._index["inferences"].values())
        return self._base(known)

    def _base(self, known: frozenset[Key] | None = None) -> KnowledgeBase:
        cards, inferences = self._index["cards"], self._index["inferences"]

        def able(things: Mapping[str, Any]) -> list[str]:
            return [
                name
                for name, thing in things.items()
                if known is None or possible(thing["needs"], known) or like(name) in known
            ]

        return KnowledgeBase(
            vocabulary=self.vocabulary,
            cards=Cards(self._index, self._things),
            inferences={
                n: rebuilt(Inference, self._things.get(inferences[n]["at"]))
                for n in able(inferences)
            },
            sources=Lazily({n: one["file"] for n, one in (cards | inferences).items()}, self._file),
            overlays=Lazily(self._index["overlays"], self._overlay),
            waivers=waivers_of(self._folders),
            digest=self.digest,
            known=known,
            able=None if known is None else able(cards),
        )

    def _file(self, at: tuple[int, str]) -> Path:
        number, file = at
        return self._folders[number] / file

    def _overlay(self, at: list[int]) -> Overlay:
        from ccexpert.knowledge.overlays import Overlay

        return Overlay.model_validate(self._things.get(at), context={COMPILED: True})


def put_vocabulary(vocabulary: Vocabulary, things: Things) -> dict[str, Any]:
    """Store a vocabulary in ``things``; returns its entry in the index."""
    return {
        "words": vocabulary.words,
        "twins": vocabulary.twins,
        "entries": {
            kind: {entry.name: things.put(plain(entry)) for entry in vocabulary.entries(kind)}
            for kind in vocabulary.words
        },
    }


def get_vocabulary(index: Mapping[str, Any], things: Things) -> Vocabulary:
    """Rebuild the vocabulary that ``put_vocabulary`` stored."""

    def lazily(kind: str, places: Mapping[str, list[int]]) -> Mapping[str, Entry]:
        return Lazily(places, lambda at: rebuilt(ENTRIES[kind], things.get(at)))

    entries = {kind: lazily(kind, places) for kind, places in index["entries"].items()}
    return Vocabulary(index["words"], entries, index["twins"])

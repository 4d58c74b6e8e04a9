"""Knowledge made ready for quick starts: read and checked once, then kept as one file of JSON.

A run then parses no YAML, checks no card, and reads only what concerns its facts: ``Compiled`` has
an index that says what each card needs to know of, and finds its conditions apart from the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ccexpert.knowledge.base import KnowledgeBase
from ccexpert.knowledge.cards import Inference
from ccexpert.knowledge.intake import Case
from ccexpert.knowledge.plain import Cards, Lazily, Things, joined, parted, plain, rebuilt
from ccexpert.knowledge.reader import waivers_of
from ccexpert.knowledge.relevance import (
    Key,
    given_by,
    keys_of,
    needs_of,
    possible,
    with_conclusions,
)
from ccexpert.knowledge.vocabulary import Entry, Frozen, Vocabulary

if TYPE_CHECKING:
    from ccexpert.knowledge.overlays import Overlay


def compiled_form(base: KnowledgeBase, folders: tuple[Path, ...]) -> bytes:
    """Knowledge that was read from ``folders``, as a compiled file."""
    things = Things()

    def placed(name: str, thing: Frozen) -> dict[str, Any]:
        file = base.sources[name]
        inside = (i for i, folder in enumerate(folders) if file.is_relative_to(folder))
        number = max(inside)  # a pack may lie in the folder of the product
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
                "needs": needs_of(card.conditions[0]),
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
        "overlays": {name: things.put(plain(base.overlays[name])) for name in base.overlays},
    }
    return joined(index, things)


class Compiled:
    """The compiled knowledge of packs: of the shipped one, and of those of the site.

    Raises ``ValueError`` when the text is damaged.
    """

    def __init__(self, folders: tuple[Path, ...], text: bytes) -> None:
        self._folders = folders
        self._index, self._things = parted(text)
        self.digest: str = self._index["digest"]
        self.vocabulary = get_vocabulary(self._index["vocabulary"], self._things)

    def whole(self) -> KnowledgeBase:
        """Everything."""
        return self._base()

    def about(self, case: Case) -> KnowledgeBase:
        """Only what could say something about ``case``: the same diagnosis, sooner."""
        known = with_conclusions(keys_of(case, self.vocabulary), self._index["inferences"].values())
        return self._base(known)

    def _base(self, known: frozenset[Key] | None = None) -> KnowledgeBase:
        cards, inferences = (
            {n: one for n, one in kind.items() if known is None or possible(one["needs"], known)}
            for kind in (self._index["cards"], self._index["inferences"])
        )
        return KnowledgeBase(
            vocabulary=self.vocabulary,
            cards=Cards(cards, self._things),
            inferences={
                n: rebuilt(Inference, self._things.get(i["at"])) for n, i in inferences.items()
            },
            sources={
                name: self._folders[number] / file
                for name, one in (*cards.items(), *inferences.items())
                for number, file in [one["file"]]
            },
            overlays=Lazily(self._index["overlays"], self._overlay),
            waivers=waivers_of(self._folders),
            digest=self.digest,
            known=known,
        )

    def _overlay(self, at: list[int]) -> Overlay:
        from ccexpert.knowledge.overlays import Overlay

        return Overlay.model_validate(self._things.get(at))


def put_vocabulary(vocabulary: Vocabulary, things: Things) -> dict[str, Any]:
    """What the index says of a vocabulary."""
    return {
        "words": vocabulary.words,
        "entries": {
            kind: {entry.name: things.put(plain(entry)) for entry in vocabulary.entries(kind)}
            for kind in vocabulary.words
        },
    }


def get_vocabulary(index: Mapping[str, Any], things: Things) -> Vocabulary:
    """The vocabulary of which the index says this."""

    def entry(at: list[int]) -> Entry:
        return rebuilt(Entry, things.get(at))

    entries = {kind: Lazily(places, entry) for kind, places in index["entries"].items()}
    return Vocabulary(index["words"], entries)

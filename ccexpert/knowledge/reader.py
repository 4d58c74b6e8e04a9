"""Reads the knowledge of packs from their files, and checks it.

Packs only add: an id that is used twice is refused, also across packs.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from ccexpert.errors import KnowledgeError
from ccexpert.knowledge.base import KnowledgeBase
from ccexpert.knowledge.cards import Card, Inference
from ccexpert.knowledge.vocabulary import Frozen, Vocabulary, VocabularyFile
from ccexpert.reading import Source, decode, parse_yaml, read_raw, validated

if TYPE_CHECKING:
    from ccexpert.knowledge.commands import AllowedCommand
    from ccexpert.knowledge.overlays import Overlay
    from ccexpert.knowledge.waivers import Waiver

_INFERENCES = "inferences"
_COMMANDS = "commands.yaml"
_WAIVERS = "waivers.yaml"

Model = TypeVar("Model", bound=Frozen)


class Reader:
    """Reads packs file by file, so that a checker can go on after a bad one.

    ``texts`` is what has been read already; other files are read when they are needed.
    """

    def __init__(
        self, folders: tuple[Path, ...], texts: Mapping[Path, bytes] | None = None
    ) -> None:
        self._folders = folders
        self._texts = texts or {}
        self.vocabulary = Vocabulary.of(
            _read(VocabularyFile, path, self._texts)[0] for path in vocabulary_files(folders)
        )
        self._cards: dict[str, Card] = {}
        self._inferences: dict[str, Inference] = {}
        self._files: dict[str, Path] = {}
        self._overlays: dict[str, Overlay] = {}

    def whole(self, digest: str) -> KnowledgeBase:
        """Everything, read and checked; ``digest`` is its fingerprint."""
        for path in card_files(self._folders):
            self.read_card(path)
        for path in overlay_files(self._folders):
            self.read_overlay(path)
        return self.base(digest)

    def read_card(self, path: Path) -> None:
        """Read one card or inference; raise ``KnowledgeError`` when it is wrong."""
        context = {"vocabulary": self.vocabulary}
        if path.parent.name == _INFERENCES:
            inference, source = _read(Inference, path, self._texts, context)
            self._place(inference.id, path, source)
            self._inferences[inference.id] = inference
        else:
            card, source = _read(Card, path, self._texts, context)
            self._place(card.id, path, source)
            self._cards[card.id] = card

    def read_overlay(self, path: Path) -> None:
        """Read one overlay and change its card; raise ``KnowledgeError`` when it is wrong."""
        from ccexpert.knowledge.overlays import Overlay, overlaid

        overlay, source = _read(Overlay, path, self._texts)
        where = source.place(("overlays",))
        if overlay.overlays not in self._cards:
            raise KnowledgeError(
                f"there is no card '{overlay.overlays}' to lay over",
                where,
                given=overlay.overlays,
                suggestions=tuple(self._cards),
            )
        if overlay.overlays in self._overlays:
            raise KnowledgeError(f"'{overlay.overlays}' has two overlays", where)
        card = self._cards[overlay.overlays]
        try:
            self._cards[card.id] = overlaid(card, overlay)
        except KnowledgeError as error:
            raise KnowledgeError(error.problem, source.name) from None
        self._overlays[card.id] = overlay

    def base(self, digest: str = "") -> KnowledgeBase:
        """Everything that was read."""
        return KnowledgeBase(
            vocabulary=self.vocabulary,
            cards=dict(sorted(self._cards.items())),
            inferences=dict(sorted(self._inferences.items())),
            sources=self._files,
            overlays=self._overlays,
            waivers=waivers_of(self._folders),
            digest=digest,
        )

    def _place(self, name: str, path: Path, source: Source) -> None:
        if name in self._files:
            raise KnowledgeError(
                f"the id '{name}' is already used by {self._files[name]}", source.place(("id",))
            )
        if path.stem != name:
            raise KnowledgeError(
                f"the file must be named after its id, {name}.yaml", source.place(("id",))
            )
        self._files[name] = path


def load_commands(folders: Iterable[Path]) -> tuple[AllowedCommand, ...]:
    """Read the lists of allowed commands of all packs."""
    from ccexpert.knowledge.commands import CommandsFile

    files = (folder / "facts" / _COMMANDS for folder in folders)
    return tuple(c for f in files if f.is_file() for c in _read(CommandsFile, f)[0].commands)


def vocabulary_files(folders: Iterable[Path]) -> list[Path]:
    """The files of the vocabulary of all packs."""
    return [p for f in folders for p in _yaml_files(f / "facts") if p.name != _COMMANDS]


def card_files(folders: Iterable[Path]) -> list[Path]:
    """The files of all cards and inferences."""
    return [path for folder in folders for path in _yaml_files(folder / "rules")]


def overlay_files(folders: Iterable[Path]) -> list[Path]:
    """The overlays of all packs."""
    return [path for folder in folders for path in _yaml_files(folder / "overlays")]


def waivers_of(folders: Iterable[Path]) -> tuple[Waiver, ...]:
    """Read the waivers of all packs."""
    files = (folder / _WAIVERS for folder in folders)
    return tuple(waiver for file in files if file.is_file() for waiver in read_waivers(file))


def read_waivers(path: Path) -> tuple[Waiver, ...]:
    """Read a file of waivers."""
    from ccexpert.knowledge.waivers import WaiversFile

    return _read(WaiversFile, path)[0].waivers


def _read(
    model: type[Model],
    path: Path,
    texts: Mapping[Path, bytes] | None = None,
    context: dict[str, Vocabulary] | None = None,
) -> tuple[Model, Source]:
    raw = texts[path] if texts and path in texts else read_raw(path)
    source = decode(raw, str(path), KnowledgeError)
    data = parse_yaml(source, KnowledgeError)
    return validated(model, data, source, KnowledgeError, context), source


def _yaml_files(folder: Path) -> list[Path]:
    found = (Path(above, name) for above, _, names in os.walk(folder) for name in names)
    return sorted(path for path in found if path.suffix == ".yaml")

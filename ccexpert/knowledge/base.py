"""The knowledge base: vocabulary and cards of the product and of site packs, read and checked.

A pack is a folder with any of ``facts/``, ``rules/``, ``overlays/`` and ``waivers.yaml``; the
shipped knowledge is one too. Later packs may add cards and words, and change shipped cards by
overlays; they can never shadow one silently.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TypeVar

from ccexpert.errors import KnowledgeError, MissingInputError
from ccexpert.knowledge.cards import Card, Inference
from ccexpert.knowledge.commands import AllowedCommand, CommandsFile
from ccexpert.knowledge.intake import Case
from ccexpert.knowledge.overlays import Overlay, overlaid
from ccexpert.knowledge.relevance import concerns, keys_of, with_conclusions
from ccexpert.knowledge.store import NOTHING_STORED, Stored, stored
from ccexpert.knowledge.vocabulary import Frozen, Vocabulary, VocabularyFile
from ccexpert.knowledge.waivers import Waiver, WaiversFile
from ccexpert.reading import Source, parse_yaml, read_source, validated

_INFERENCES = "inferences"
_COMMANDS = "commands.yaml"
_WAIVERS = "waivers.yaml"

Model = TypeVar("Model", bound=Frozen)


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
            card.id: frozenset(
                other for other in self.cards if other != card.id and _fits(other, card.explains)
            )
            for card in self.cards.values()
        }


def _fits(name: str, globs: Iterable[str]) -> bool:
    return any(fnmatchcase(name, glob) for glob in globs)


def shipped() -> Path:
    """The folder that holds the shipped knowledge: in the package, or the repository."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "kb"
    return inside if inside.is_dir() else package.parent


def roots(packs: Iterable[Path] = ()) -> tuple[Path, ...]:
    """The folders of all packs: the shipped one, then those of the site."""
    packs = tuple(packs)
    for pack in packs:
        if not pack.is_dir():
            raise MissingInputError("there is no such folder of rules", str(pack))
    return (shipped(), *packs)


@lru_cache(maxsize=4)
def cached(packs: tuple[Path, ...] = ()) -> KnowledgeBase:
    """As ``load``, read once a process."""
    return load(packs)


def load(packs: Iterable[Path] = ()) -> KnowledgeBase:
    """Read the shipped knowledge and the packs; raise ``KnowledgeError`` on the first fault."""
    return open_packs(packs).whole()


def open_packs(packs: Iterable[Path] = ()) -> Reader:
    """Parse the files of the shipped knowledge and the packs, and read the vocabulary."""
    folders = roots(packs)
    files = [*vocabulary_files(folders), *card_files(folders), *overlay_files(folders)]
    return Reader(folders, stored(files))


def load_vocabulary(folders: tuple[Path, ...]) -> Vocabulary:
    """Read the vocabulary of all packs."""
    files = stored(vocabulary_files(folders))
    vocabulary = _vocabulary(folders, files)
    files.keep()
    return vocabulary


def load_commands(folders: Iterable[Path]) -> tuple[AllowedCommand, ...]:
    """Read the lists of allowed commands of all packs."""
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


def _vocabulary(folders: tuple[Path, ...], files: Stored) -> Vocabulary:
    return Vocabulary(_read(VocabularyFile, p, files)[0] for p in vocabulary_files(folders))


class Reader:
    """Reads packs file by file, so that a checker can go on after a bad one.

    ``files`` is what has been parsed already; other files are parsed when they are read.
    """

    def __init__(self, folders: tuple[Path, ...], files: Stored = NOTHING_STORED) -> None:
        self._folders = folders
        self._stored = files
        self.vocabulary = _vocabulary(folders, files)
        self._cards: dict[str, Card] = {}
        self._inferences: dict[str, Inference] = {}
        self._files: dict[str, Path] = {}
        self._overlays: dict[str, Overlay] = {}

    def whole(self) -> KnowledgeBase:
        """Everything, read and checked."""
        base = self._read(card_files(self._folders), overlay_files(self._folders))
        self._stored.keep()
        return base

    def about(self, case: Case) -> KnowledgeBase:
        """Only what could say something about ``case``: the same diagnosis, sooner.

        Nothing is left unchecked that was not checked before: the first run on changed files reads
        everything.
        """
        if self._stored.cache is not None:
            return self.whole()
        data, files = self._stored.data, card_files(self._folders)
        inferences = [path for path in files if path.parent.name == _INFERENCES]
        known = with_conclusions(
            keys_of(case, self.vocabulary), [data[path] for path in inferences]
        )
        cards = (path for path in files if path.parent.name != _INFERENCES)
        wanted = [path for path in cards if concerns(data[path], known)]
        ids = {path.stem for path in wanted}
        overlays = overlay_files(self._folders)
        return self._read(
            [*inferences, *wanted], [path for path in overlays if data[path]["overlays"] in ids]
        )

    def _read(self, cards: Iterable[Path], overlays: Iterable[Path]) -> KnowledgeBase:
        for path in cards:
            self.read_card(path)
        for path in overlays:
            self.read_overlay(path)
        return self.base()

    def read_card(self, path: Path) -> None:
        """Read one card or inference; raise ``KnowledgeError`` when it is wrong."""
        context = {"vocabulary": self.vocabulary}
        if path.parent.name == _INFERENCES:
            inference, source = _read(Inference, path, self._stored, context)
            self._place(inference.id, path, source)
            self._inferences[inference.id] = inference
        else:
            card, source = _read(Card, path, self._stored, context)
            self._place(card.id, path, source)
            self._cards[card.id] = card

    def read_overlay(self, path: Path) -> None:
        """Read one overlay and change its card; raise ``KnowledgeError`` when it is wrong."""
        overlay, source = _read(Overlay, path, self._stored)
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

    def base(self) -> KnowledgeBase:
        """Everything that was read."""
        waivers = [f for folder in self._folders if (f := folder / _WAIVERS).is_file()]
        return KnowledgeBase(
            vocabulary=self.vocabulary,
            cards=dict(sorted(self._cards.items())),
            inferences=dict(sorted(self._inferences.items())),
            sources=self._files,
            overlays=self._overlays,
            waivers=tuple(w for path in waivers for w in read_waivers(path)),
            digest=self._stored.digest,
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


def read_waivers(path: Path) -> tuple[Waiver, ...]:
    """Read a file of waivers."""
    return _read(WaiversFile, path)[0].waivers


def _read(
    model: type[Model],
    path: Path,
    files: Stored = NOTHING_STORED,
    context: dict[str, Vocabulary] | None = None,
) -> tuple[Model, Source]:
    source = files.sources.get(path) or read_source(path, KnowledgeError)
    data = files.data[path] if path in files.data else parse_yaml(source, KnowledgeError)
    return validated(model, data, source, KnowledgeError, context), source


def _yaml_files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.yaml")) if folder.is_dir() else []

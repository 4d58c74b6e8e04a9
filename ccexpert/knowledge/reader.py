"""Reads knowledge packs from their files and checks them.

Packs only add: an id that is used twice is refused, even across packs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from ccexpert.errors import KnowledgeError, Steps
from ccexpert.facts.entries import Frozen
from ccexpert.facts.files import VocabularyFile
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.knowledge.base import KnowledgeBase
from ccexpert.knowledge.cards import Card
from ccexpert.knowledge.inferences import Inference
from ccexpert.reading import Source, decode, files_below, parse_yaml, read_raw, validated

if TYPE_CHECKING:
    from ccexpert.knowledge.commands import AllowedCommand, CommandsFile
    from ccexpert.knowledge.faults import Release
    from ccexpert.knowledge.overlays import Overlay
    from ccexpert.knowledge.waivers import Waiver

_INFERENCES = "inferences"
_FAULTS = "faults"
_COMPONENTS = "components"
_COMMANDS = "commands.yaml"
_WAIVERS = "waivers.yaml"

Model = TypeVar("Model", bound=Frozen)


class Reader:
    """Reads packs file by file, so that a checker can continue after a bad file.

    ``texts`` holds the files that were read already; others are read when needed. ``upon`` is the
    knowledge that these packs extend.
    """

    def __init__(
        self,
        folders: tuple[Path, ...],
        texts: Mapping[Path, bytes] | None = None,
        upon: KnowledgeBase | None = None,
    ) -> None:
        self._folders = folders
        self._texts = texts or {}
        self.vocabulary = Vocabulary.of(
            chain(
                (_read_vocabulary(path, self._texts) for path in vocabulary_files(folders)),
                _words_of_faults(folders, self._texts),
                _words_of_components(folders, self._texts),
            ),
            upon.vocabulary if upon else None,
        )
        self._cards: dict[str, Card] = dict(upon.cards) if upon else {}
        self._inferences: dict[str, Inference] = dict(upon.inferences) if upon else {}
        self._files: dict[str, Path] = dict(upon.sources) if upon else {}
        self._overlays: dict[str, Overlay] = dict(upon.overlays) if upon else {}
        self._waivers = upon.waivers if upon else ()

    def whole(self, digest: str) -> KnowledgeBase:
        """Read and check everything; ``digest`` is its fingerprint."""
        for path in card_files(self._folders):
            self.read_card(path)
        for path in fault_files(self._folders):
            self.read_faults(path)
        for path in component_files(self._folders):
            self.read_components(path)
        for path in overlay_files(self._folders):
            self.read_overlay(path)
        return self.base(digest)

    def read_card(self, path: Path) -> None:
        """Read one card or inference; raises ``KnowledgeError`` if it is invalid."""
        context = {"vocabulary": self.vocabulary}
        if path.parent.name == _INFERENCES:
            inference, source = _read(Inference, path, self._texts, context)
            self._place(inference.id, path, source)
            self._inferences[inference.id] = inference
        else:
            card, source = _read(Card, path, self._texts, context)
            self._place(card.id, path, source)
            self._cards[card.id] = card

    def read_faults(self, path: Path) -> None:
        """Read a file of known faults: a card for each that facts can show; raises
        ``KnowledgeError`` if one is invalid."""
        from ccexpert.knowledge.fault_cards import card_of
        from ccexpert.knowledge.faults import FaultsFile

        file, source = _read(FaultsFile, path, self._texts)
        context = {"vocabulary": self.vocabulary}
        for at, release in enumerate(file.releases):
            for number, fault in enumerate(release.faults):
                place = ("releases", at, "faults", number)
                self._refuse_twice(fault.id, source, (*place, "id"))
                made = card_of(fault, release)
                card = validated(Card, made, source, KnowledgeError, context, place)
                self._files[card.id], self._cards[card.id] = path, card

    def read_components(self, path: Path) -> None:
        """Read a file of components: a card for each; raises ``KnowledgeError`` if one is
        invalid."""
        from ccexpert.knowledge.components import ComponentsFile, card_of

        file, source = _read(ComponentsFile, path, self._texts)
        context = {"vocabulary": self.vocabulary}
        for number, component in enumerate(file.components):
            place = ("components", number)
            card = validated(Card, card_of(component), source, KnowledgeError, context, place)
            self._refuse_twice(card.id, source, (*place, "id"))
            self._files[card.id], self._cards[card.id] = path, card

    def read_overlay(self, path: Path) -> None:
        """Read one overlay and apply it to its card; raises ``KnowledgeError`` if it is invalid."""
        from ccexpert.knowledge.overlays import Overlay, overlaid

        overlay, source = _read(Overlay, path, self._texts)
        where = source.place(("overlays",))
        if overlay.overlays not in self._cards:
            raise KnowledgeError(
                f"there is no card '{overlay.overlays}' for this overlay",
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
            raise KnowledgeError(error.problem, source.whole) from None
        self._overlays[card.id] = overlay

    def base(self, digest: str = "") -> KnowledgeBase:
        """The knowledge base of everything read so far."""
        from ccexpert.knowledge.likeness import with_likenesses

        self._follow_dependencies()
        return KnowledgeBase(
            vocabulary=with_likenesses(self.vocabulary, self._cards.values()),
            cards=dict(sorted(self._cards.items())),
            inferences=dict(sorted(self._inferences.items())),
            sources=self._files,
            overlays=self._overlays,
            waivers=(*self._waivers, *waivers_of(self._folders)),
            digest=digest,
        )

    def _follow_dependencies(self) -> None:
        """Add the inferences that follow from what needs what."""
        from ccexpert.knowledge.dependencies import inferences_of

        context = {"vocabulary": self.vocabulary}
        files = vocabulary_files(self._folders)
        for raw in inferences_of(self.vocabulary):
            if files and raw["id"] not in self._inferences:
                self._inferences[raw["id"]] = Inference.model_validate(raw, context=context)
                self._files[raw["id"]] = files[0]

    def _place(self, name: str, path: Path, source: Source) -> None:
        self._refuse_twice(name, source, ("id",))
        if path.stem != name:
            raise KnowledgeError(
                f"the file must be named after its id, {name}.yaml", source.place(("id",))
            )
        self._files[name] = path

    def _refuse_twice(self, name: str, source: Source, at: Steps) -> None:
        if name in self._files:
            raise KnowledgeError(
                f"the id '{name}' is already used by {self._files[name]}", source.place(at)
            )


def load_faults(folders: Iterable[Path]) -> tuple[Release, ...]:
    """Read the releases and what they corrected, by build."""
    from ccexpert.knowledge.faults import FaultsFile

    found = [r for path in fault_files(folders) for r in _read(FaultsFile, path)[0].releases]
    return tuple(sorted(found, key=lambda release: release.build))


def load_commands(folders: Iterable[Path]) -> tuple[AllowedCommand, ...]:
    """Read the lists of allowed commands; those from packs carry the pack they come from."""
    from ccexpert.knowledge.commands import CommandsFile

    found: list[AllowedCommand] = []
    for number, folder in enumerate(folders):
        file = folder / "facts" / _COMMANDS
        if file.is_file():
            commands, source = _read(CommandsFile, file)
            found += _of_pack(commands, source, folder) if number else commands.commands
    return tuple(found)  # the first folder is the shipped one


def _of_pack(file: CommandsFile, source: Source, pack: Path) -> Iterator[AllowedCommand]:
    from ccexpert.knowledge.commands import PackCommand, problem_of

    for number, command in enumerate(file.commands):
        if why := problem_of(command.argv):
            problem = f"the command '{' '.join(command.argv)}' cannot be allowed: {why}"
            raise KnowledgeError(problem, source.place(("commands", number, "argv")))
        yield PackCommand(**dict(command), pack=str(pack))


def vocabulary_files(folders: Iterable[Path]) -> list[Path]:
    """The vocabulary files of all packs."""
    return [p for f in folders for p in _yaml_files(f / "facts") if p.name != _COMMANDS]


def card_files(folders: Iterable[Path]) -> list[Path]:
    """The card and inference files of all packs."""
    files = (path for folder in folders for path in _yaml_files(folder / "rules"))
    return [path for path in files if path.parent.name not in (_FAULTS, _COMPONENTS)]


def fault_files(folders: Iterable[Path]) -> list[Path]:
    """The files of known faults of all packs."""
    return [path for folder in folders for path in _yaml_files(folder / "rules" / _FAULTS)]


def component_files(folders: Iterable[Path]) -> list[Path]:
    """The files of components of all packs."""
    return [path for folder in folders for path in _yaml_files(folder / "rules" / _COMPONENTS)]


def overlay_files(folders: Iterable[Path]) -> list[Path]:
    """The overlay files of all packs."""
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
    source, data = _parsed(path, texts or {})
    return validated(model, data, source, KnowledgeError, context), source


def _parsed(path: Path, texts: Mapping[Path, bytes]) -> tuple[Source, Any]:
    raw = texts[path] if path in texts else read_raw(path)
    source = decode(raw, str(path), KnowledgeError)
    return source, parse_yaml(source, KnowledgeError)


def _read_vocabulary(path: Path, texts: Mapping[Path, bytes]) -> VocabularyFile:
    source, data = _parsed(path, texts)
    return validated(VocabularyFile.model_for(data), data, source, KnowledgeError)


def _words_of_faults(
    folders: tuple[Path, ...], texts: Mapping[Path, bytes]
) -> Iterator[VocabularyFile]:
    """The vocabulary that known faults add."""
    from ccexpert.knowledge.fault_cards import words_of
    from ccexpert.knowledge.faults import FaultsFile

    for path in fault_files(folders):
        file, source = _read(FaultsFile, path, texts)
        for words in words_of(file.releases):
            model = VocabularyFile.model_for(words)
            yield validated(model, words, source, KnowledgeError)


def _words_of_components(
    folders: tuple[Path, ...], texts: Mapping[Path, bytes]
) -> Iterator[VocabularyFile]:
    """The vocabulary that components add."""
    from ccexpert.knowledge.components import ComponentsFile, words_of

    for path in component_files(folders):
        file, source = _read(ComponentsFile, path, texts)
        for words in words_of(file.components):
            yield validated(VocabularyFile.model_for(words), words, source, KnowledgeError)


def _yaml_files(folder: Path) -> list[Path]:
    return [path for path in files_below(folder) if path.suffix == ".yaml"]

"""The knowledge base: vocabulary and cards of the product and of site packs, read and checked.

A pack is a folder with any of ``facts/``, ``rules/``, ``overlays/`` and ``waivers.yaml``; the
shipped knowledge is one too. Later packs may add cards and words, and change shipped cards by
overlays; they can never shadow one silently.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from ccexpert.errors import KnowledgeError, MissingInputError
from ccexpert.knowledge.cards import Card, Inference
from ccexpert.knowledge.compiled import (
    SHIPPED,
    Lazily,
    Things,
    digest_of,
    get_vocabulary,
    joined,
    keep,
    parted,
    place,
    plain,
    put_vocabulary,
    rebuilt,
    trusted,
)
from ccexpert.knowledge.intake import Case
from ccexpert.knowledge.relevance import (
    given_by,
    keys_of,
    needs_of,
    possible,
    with_conclusions,
)
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


def open_packs(packs: Iterable[Path] = ()) -> Compiled:
    """The shipped knowledge and the packs, from what an earlier run or the wheel has compiled, or
    read and compiled now."""
    folders = roots(packs)
    if len(folders) == 1 and (ready := _with_wheel(folders[0])):
        return ready
    digest, texts = _fingerprint(folders)
    return _found(folders, digest) or _compiled(folders, digest, texts)


def load_vocabulary(folders: tuple[Path, ...]) -> Vocabulary:
    """Read the vocabulary of all packs."""
    if len(folders) == 1 and (ready := _with_wheel(folders[0])):
        return ready.vocabulary
    digest, texts = _fingerprint(folders)
    found = _found(folders, digest)
    return found.vocabulary if found else Reader(folders, texts).vocabulary


def compile_shipped() -> bytes:
    """The compiled form of the shipped knowledge, as it comes with the wheel."""
    folders = roots()
    digest, texts = _fingerprint(folders)
    return compiled_form(Reader(folders, texts).whole(digest), folders)


def _fingerprint(folders: tuple[Path, ...]) -> tuple[str, dict[Path, bytes]]:
    """A fingerprint of everything in the packs that is compiled, and what was read for it."""
    texts: dict[Path, bytes] = {}
    digests: list[str] = []
    for folder in folders:
        if ready := _with_wheel(folder):
            digests.append(ready.digest)
        else:
            files = (*vocabulary_files([folder]), *card_files([folder]), *overlay_files([folder]))
            own = {path: read_raw(path) for path in files}
            digests.append(digest_of((p.relative_to(folder).as_posix(), t) for p, t in own.items()))
            texts |= own
    together = digests[0] if len(digests) == 1 else digest_of((d, b"") for d in digests)
    return together, texts


def _with_wheel(folder: Path) -> Compiled | None:
    """What came with the wheel: part of the program, so that nothing about it is looked up."""
    if folder == shipped():
        with suppress(OSError, ValueError):
            return Compiled((folder,), (folder / SHIPPED).read_bytes())
    return None


def _found(folders: tuple[Path, ...], digest: str) -> Compiled | None:
    with suppress(OSError, ValueError):
        return Compiled(folders, trusted(place(digest)))
    return None


def _compiled(folders: tuple[Path, ...], digest: str, texts: Mapping[Path, bytes]) -> Compiled:
    text = compiled_form(Reader(folders, texts).whole(digest), folders)
    keep(place(digest), text)
    return Compiled(folders, text)


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
            name: {**placed(name, card), "needs": needs_of(e.when for e in card.evidence)}
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
        return self._base(self._index["cards"])

    def about(self, case: Case) -> KnowledgeBase:
        """Only what could say something about ``case``: the same diagnosis, sooner."""
        known = with_conclusions(keys_of(case, self.vocabulary), self._index["inferences"].values())
        return self._base(n for n, c in self._index["cards"].items() if possible(c["needs"], known))

    def _base(self, names: Iterable[str]) -> KnowledgeBase:
        cards = {name: self._index["cards"][name] for name in names}
        inferences = self._index["inferences"]
        return KnowledgeBase(
            vocabulary=self.vocabulary,
            cards={n: rebuilt(Card, self._things.get(c["at"])) for n, c in cards.items()},
            inferences={
                n: rebuilt(Inference, self._things.get(i["at"])) for n, i in inferences.items()
            },
            sources={
                name: self._folders[number] / file
                for name, one in (*cards.items(), *inferences.items())
                for number, file in [one["file"]]
            },
            overlays=Lazily(self._index["overlays"], self._overlay),
            waivers=_waivers(self._folders),
            digest=self.digest,
        )

    def _overlay(self, at: list[int]) -> Overlay:
        from ccexpert.knowledge.overlays import Overlay

        return Overlay.model_validate(self._things.get(at))


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
            waivers=_waivers(self._folders),
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


def _waivers(folders: Iterable[Path]) -> tuple[Waiver, ...]:
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

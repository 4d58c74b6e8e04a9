"""Knowledge packs: the shipped one and the site's own.

Compiled knowledge from the wheel or an earlier run is used if it was built from exactly these
files. Otherwise the files are read, and the compiled result is kept for the next run
(``compiled``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from ccexpert.errors import MissingInputError, Place
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.knowledge.base import KnowledgeBase
from ccexpert.knowledge.compiled.form import Compiled, compiled_form
from ccexpert.knowledge.compiled.kept import digest_of, keep, place, trusted
from ccexpert.knowledge.reader import (
    Reader,
    card_files,
    component_files,
    fault_files,
    overlay_files,
    vocabulary_files,
)
from ccexpert.reading import read_raw

#: The compiled file that the wheel carries beside the shipped cards.
SHIPPED = "compiled.json"


def shipped() -> Path:
    """The folder that holds the shipped knowledge, in the package or in the repository."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "kb"
    return inside if inside.is_dir() else package.parent


def roots(packs: Iterable[Path] = ()) -> tuple[Path, ...]:
    """The folders of all packs: the shipped one, then those of the site."""
    packs = tuple(packs)
    for pack in packs:
        if not pack.is_dir():
            raise MissingInputError("this pack folder does not exist", Place(str(pack)))
    return (shipped(), *packs)


@lru_cache(maxsize=4)
def cached(packs: tuple[Path, ...] = ()) -> KnowledgeBase:
    """The shipped knowledge and the packs, read once per process."""
    return open_once(packs).whole()


def vocabulary_with(packs: Iterable[Path | str] = ()) -> Vocabulary:
    """The vocabulary with these site packs."""
    return open_once(Path(folder) for folder in packs).vocabulary


def open_once(packs: Iterable[Path] = ()) -> Compiled:
    """As ``open_packs``, but the shipped knowledge alone is opened only once per process."""
    return open_packs(folders) if (folders := tuple(packs)) else _shipped_alone()


@lru_cache(maxsize=1)
def _shipped_alone() -> Compiled:
    return open_packs()


def open_packs(packs: Iterable[Path] = ()) -> Compiled:
    """The shipped knowledge and the packs, compiled now, by an earlier run or in the wheel.

    Take from it the ``whole()``, the ``vocabulary``, or only what is ``about`` one case. Raises
    ``KnowledgeError`` on the first fault.
    """
    folders = roots(packs)
    if len(folders) == 1 and (ready := _with_wheel(folders[0])):
        return ready
    digest, texts = _fingerprint(folders)
    return _found(folders, digest) or _compiled(folders, digest, texts)


def compile_shipped() -> bytes:
    """The compiled form of the shipped knowledge, as the wheel carries it."""
    folders = roots()
    digest, texts = _fingerprint(folders)
    return compiled_form(Reader(folders, texts).whole(digest), folders)


def _fingerprint(folders: tuple[Path, ...]) -> tuple[str, dict[Path, bytes]]:
    """A fingerprint of everything that is compiled, and the files that were read for it."""
    texts: dict[Path, bytes] = {}
    digests: list[str] = []
    for folder in folders:
        if ready := _with_wheel(folder):
            digests.append(ready.digest)
        else:
            kinds = (vocabulary_files, card_files, fault_files, component_files, overlay_files)
            own = {path: read_raw(path) for files in kinds for path in files([folder])}
            digests.append(digest_of((p.relative_to(folder).as_posix(), t) for p, t in own.items()))
            texts |= own
    together = digests[0] if len(digests) == 1 else digest_of((d, b"") for d in digests)
    return together, texts


def _with_wheel(folder: Path) -> Compiled | None:
    """The compiled knowledge in the wheel, trusted as part of the program; None without one."""
    if folder == shipped():
        with suppress(OSError, ValueError):
            return Compiled((folder,), (folder / SHIPPED).read_bytes())
    return None


def _found(folders: tuple[Path, ...], digest: str) -> Compiled | None:
    with suppress(OSError, ValueError):
        return Compiled(folders, trusted(place(digest)))
    return None


def _compiled(folders: tuple[Path, ...], digest: str, texts: Mapping[Path, bytes]) -> Compiled:
    """Read the files. Of packs only their own: they extend what is compiled already."""
    packs = folders[1:]
    known = _read_once(folders[0], open_packs().digest) if packs else None
    reader = Reader(packs, texts, known) if known else Reader(folders, texts)
    text = compiled_form(reader.whole(digest), folders)
    keep(place(digest), text)
    return Compiled(folders, text)


@lru_cache(maxsize=1)
def _read_once(_shipped: Path, _digest: str) -> KnowledgeBase:
    """The shipped knowledge, which every pack of a process extends."""
    return open_packs().whole()

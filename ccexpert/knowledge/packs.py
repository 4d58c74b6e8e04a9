"""The packs of knowledge: the shipped one and those of the site, wherever they are read from.

What the wheel or an earlier run has compiled is taken when it is that of these very files; else
the files are read, and what was compiled is kept for the next run: in the user's cache, under a
name made from every byte that went into it, so that what is found there can never be stale. What
others could have written, or what is damaged, is not looked at; without a place to write, nothing
is kept.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from ccexpert.errors import CcexpertError, MissingInputError
from ccexpert.knowledge.base import KnowledgeBase
from ccexpert.knowledge.compiled import Compiled, compiled_form
from ccexpert.knowledge.reader import Reader, card_files, overlay_files, vocabulary_files
from ccexpert.knowledge.vocabulary import Vocabulary
from ccexpert.reading import read_raw

#: What the wheel has beside the shipped cards.
SHIPPED = "compiled.json"

_KEPT = 8


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


def digest_of(texts: Iterable[tuple[str, bytes]]) -> str:
    """A fingerprint of named texts."""
    from hashlib import blake2b

    hashed = blake2b(digest_size=16)
    for name, text in texts:
        hashed.update(f"{name}\0{len(text)}\0".encode(errors="surrogateescape") + text)
    return hashed.hexdigest()


def place(digest: str) -> Path:
    """Where what was compiled from texts with this fingerprint is kept, by this program."""
    from platformdirs import user_cache_path

    here = sorted(Path(__file__).parent.glob("*.py"))
    name = digest_of([(digest, b""), *((path.name, path.read_bytes()) for path in here)])
    return user_cache_path("ccexpert") / f"knowledge-{name}.json"


def trusted(path: Path) -> bytes:
    """The bytes of a file that nobody but this user (or root) can have written; ``OSError`` for
    others."""
    with path.open("rb") as stream:
        if os.name == "posix":
            status = os.fstat(stream.fileno())
            if status.st_uid not in (0, os.geteuid()) or status.st_mode & 0o022:
                raise PermissionError(f"others may write to {path}")
        return stream.read()


def keep(target: Path, text: bytes) -> None:
    """Write a compiled file, if that is possible here; drop the oldest beyond a few."""
    from ccexpert.writing import whole_file

    with suppress(OSError, CcexpertError):
        target.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(target, private=True) as stream:
            stream.write(text)
        old = sorted(target.parent.glob("knowledge-*.json"), key=lambda p: p.stat().st_mtime)
        for path in old[:-_KEPT]:
            path.unlink()

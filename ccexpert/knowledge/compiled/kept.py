"""The cache of compiled knowledge between runs, in the user's cache folder.

A file is named after every byte that went into it, the program's own source included, so it can
never be stale. Files that other users could have written are ignored. If the folder is not
writable, nothing is kept.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from ccexpert.errors import CcexpertError

_KEPT = 8


def digest_of(texts: Iterable[tuple[str, bytes]]) -> str:
    """A fingerprint of named texts."""
    from hashlib import blake2b

    hashed = blake2b(digest_size=16)
    for name, text in texts:
        hashed.update(f"{name}\0{len(text)}\0".encode(errors="surrogateescape") + text)
    return hashed.hexdigest()


def place(digest: str) -> Path:
    """The cache file for knowledge with this fingerprint, as compiled by this version of the
    program."""
    from platformdirs import user_cache_path

    program = Path(__file__).parent.parent.parent
    rooms = (program / "facts", program / "knowledge")
    parsers = [program / "reading.py", program / "yaml_text.py"]
    made_by = sorted([*parsers, *(file for room in rooms for file in room.rglob("*.py"))])
    name = digest_of([(digest, b""), *((str(path), path.read_bytes()) for path in made_by)])
    return user_cache_path("ccexpert") / f"knowledge-{name}.json"


def trusted(path: Path) -> bytes:
    """Read a file that only this user or root can have written; raises ``OSError`` otherwise."""
    with path.open("rb") as stream:
        if os.name == "posix":
            status = os.fstat(stream.fileno())
            if status.st_uid not in (0, os.geteuid()) or status.st_mode & 0o022:
                raise PermissionError(f"others may write to {path}")
        return stream.read()


def keep(target: Path, text: bytes) -> None:
    """Write a compiled file if possible, and delete all but the newest few."""
    from ccexpert.writing import whole_file

    with suppress(OSError, CcexpertError):
        target.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(target, private=True) as stream:
            stream.write(text)
        old = sorted(target.parent.glob("knowledge-*.json"), key=lambda p: p.stat().st_mtime)
        for path in old[:-_KEPT]:
            path.unlink()

"""Files that are whole or not there: written to the side and renamed into place; and files that one
process at a time may write to.

What is not a plain file, such as ``/dev/stdout`` or a named pipe, is written to and never replaced;
a link stays a link.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

from ccexpert.errors import CANNOT_CREATE, CcexpertError

if TYPE_CHECKING:
    from filelock import FileLock


def locked(path: Path, busy: CcexpertError) -> FileLock:
    """Hold a file for this process, whose end, however sudden, lets it go.

    Raises ``busy`` when another process holds it, and ``OSError`` when there can be no lock.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(path.with_name(f".{path.name}.lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise busy from None
    return lock


@contextlib.contextmanager
def whole_file(path: Path, *, private: bool = False) -> Iterator[IO[bytes]]:
    """A stream into a file that takes its place when all has been written.

    ``private``: only its owner may read it; else a file that is replaced keeps its permissions.
    Raises ``CcexpertError`` when the file cannot be written.
    """
    try:
        if path.exists() and not path.is_file():
            with path.open("wb") as stream:
                yield stream
        else:
            with _beside(path.resolve(), private) as stream:
                yield stream
    except OSError as error:
        raise CcexpertError(
            f"cannot be written: {error.strerror or error}", str(path), exit_code=CANNOT_CREATE
        ) from None


@contextlib.contextmanager
def _beside(path: Path, private: bool) -> Iterator[IO[bytes]]:
    import tempfile

    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        if not private:
            beside.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask

"""Writes files all or nothing, by renaming a temporary file into place, and locks files.

A special file such as ``/dev/stdout`` or a named pipe is written to and never replaced. A link
stays a link.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

from ccexpert.errors import CANNOT_CREATE, CcexpertError, Place

if TYPE_CHECKING:
    from filelock import FileLock


def locked(path: Path, busy: CcexpertError) -> FileLock:
    """Lock a file for this process; the lock ends with the process, even if it is killed.

    Raises ``busy`` if another process holds the lock, and ``OSError`` if locking is impossible.
    """
    from filelock import FileLock, Timeout

    path.parent.stat()  # raises if the folder is missing; the lock would create it
    lock = FileLock(path.with_name(f".{path.name}.lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise busy from None
    return lock


def make_folder(path: Path) -> None:
    """Create a folder if it is missing; ``CcexpertError`` if that is impossible."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _cannot_write(path, error) from None


@contextlib.contextmanager
def whole_file(path: Path, *, private: bool = False) -> Iterator[IO[bytes]]:
    """A stream to a temporary file that replaces ``path`` once everything is written.

    With ``private``, only the owner may read it; otherwise a replaced file keeps its permissions.
    Raises ``CcexpertError`` if the file cannot be written.
    """
    try:
        if path.exists() and not path.is_file():
            with path.open("wb") as stream:
                yield stream
        else:
            with _beside(path.resolve(), private) as stream:
                yield stream
    except OSError as error:
        raise _cannot_write(path, error) from None


def _cannot_write(path: Path, error: OSError) -> CcexpertError:
    problem = f"cannot be written: {error.strerror or error}"
    return CcexpertError(problem, Place(str(path)), exit_code=CANNOT_CREATE)


@contextlib.contextmanager
def _beside(path: Path, private: bool) -> Iterator[IO[bytes]]:
    import tempfile

    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    beside = Path(name)
    _unfinished.add(beside)
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
    finally:
        _unfinished.discard(beside)


_unfinished: set[Path] = set()
"""Temporary files that are being written."""


def clear_when_told_to_end() -> None:
    """Let SIGTERM and SIGHUP remove temporary files before they end the program."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, _clear_and_end)


def _clear_and_end(number: int, frame: object) -> None:
    for path in tuple(_unfinished):
        path.unlink(missing_ok=True)
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask

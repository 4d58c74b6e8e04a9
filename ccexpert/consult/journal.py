"""A session on disk: every answer is there before the next question is asked.

One line of JSON an event, appended and forced to disk. A last line that was only half written,
because the machine or the process died, is dropped when the session is opened again; nothing else
is ever lost. While a session is open, no other process can open it.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock

from ccexpert.errors import CANNOT_CREATE, CcexpertError, FactsError, MissingInputError
from ccexpert.reading import SIZE_LIMIT, Source, decode, parse_json
from ccexpert.writing import locked

_FORM = 1

_APPEND = os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0)


class Journal:
    """Appends the events of one session to its file."""

    def __init__(self, path: Path, handle: int, lock: FileLock) -> None:
        self.path = path
        self._handle = handle
        self._lock = lock
        self.header: dict[str, Any] = {}
        """What the session began with, when it was opened again."""
        self.events: tuple[dict[str, Any], ...] = ()
        """What had happened before it was opened again."""
        self.dropped = False
        """Whether a half-written last line was dropped when the file was opened."""

    @classmethod
    def start(cls, path: Path, header: dict[str, Any]) -> Journal:
        """Begin a new session; refuse a file that is already there."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _cannot_write(path, error) from None
        try:
            handle = os.open(path, _APPEND | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise FactsError(
                "the session file is already there",
                str(path),
                advice="go on with it by --resume, or name another file",
            ) from None
        except OSError as error:
            raise _cannot_write(path, error) from None
        journal = cls(path, handle, _locked(path))
        journal.append({"session": _FORM, **header})
        return journal

    @classmethod
    def resume(cls, path: Path) -> Journal:
        """Open a session again."""
        if path.is_dir():
            raise MissingInputError("this is a directory, a session is a file", str(path))
        if not path.exists():
            raise MissingInputError("there is no such session", str(path), "check the path")
        lock = _locked(path)
        try:
            with path.open("rb") as stream:
                raw = stream.read(SIZE_LIMIT + 1)
            handle = os.open(path, _APPEND)
        except OSError as error:
            lock.release()
            raise MissingInputError(f"cannot be opened: {error.strerror}", str(path)) from None
        journal = cls(path, handle, lock)
        try:
            journal._read(raw)
        except CcexpertError:
            journal.close()
            raise
        return journal

    def _read(self, raw: bytes) -> None:
        if len(raw) > SIZE_LIMIT:
            raise FactsError("too large to be a session of ccexpert", str(self.path))
        whole = raw[: raw.rfind(b"\n") + 1]
        text = decode(whole, str(self.path), FactsError).text if whole else ""
        lines = text.split("\n")[:-1]
        events = [_event(line, self.path, number) for number, line in enumerate(lines, 1)]
        if not events or events[0].get("session") != _FORM:
            raise FactsError("this is not a session of ccexpert", str(self.path))
        self.header, self.events = events[0], tuple(events[1:])
        if len(whole) < len(raw):
            self.dropped = True
            os.ftruncate(self._handle, len(whole))

    def append(self, event: dict[str, Any]) -> None:
        """Put one event on disk."""
        stamped = {**event, "at": datetime.now(UTC).isoformat(timespec="seconds")}
        line = json.dumps(stamped, ensure_ascii=False).encode() + b"\n"
        try:
            while line:
                line = line[os.write(self._handle, line) :]
            os.fsync(self._handle)
        except OSError as error:
            raise _cannot_write(self.path, error) from None

    def close(self) -> None:
        """Close the file."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
            self._lock.release()


def _locked(path: Path) -> FileLock:
    """Hold the session for this process."""
    busy = FactsError(
        "another ccexpert is using this session", str(path), advice="close that one first"
    )
    try:
        return locked(path, busy)
    except OSError as error:
        raise _cannot_write(path, error) from None


def _cannot_write(path: Path, error: OSError) -> CcexpertError:
    return CcexpertError(f"cannot be written: {error.strerror}", str(path), exit_code=CANNOT_CREATE)


def _event(line: str, path: Path, number: int) -> dict[str, Any]:
    event = parse_json(Source(f"{path}, line {number}", line), FactsError)
    if not isinstance(event, dict):
        raise FactsError("not an event of a session", f"{path}, line {number}")
    return event

"""A session on disk: every answer is saved before the next question is asked.

The file holds one JSON line per event. If the machine or the process dies, a half-written last
line is dropped when the session is opened again; nothing else is ever lost. While a session is
open, no other process can open it.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock

from ccexpert.errors import CANNOT_CREATE, CcexpertError, MissingInputError, Place, SessionError
from ccexpert.jsonlog import JsonLog
from ccexpert.reading import SIZE_LIMIT, decode, parse_json
from ccexpert.writing import locked

_FORM = 1


class Journal:
    """Appends the events of one session to its file."""

    def __init__(self, path: Path, lock: FileLock) -> None:
        self.path = path
        self._log = JsonLog(path)
        self._lock = lock
        self.header: dict[str, Any] = {}
        """How the session began; filled in when a session is resumed."""
        self.events: tuple[dict[str, Any], ...] = ()
        """The earlier events; filled in when a session is resumed."""
        self.dropped = False
        """Whether a half-written last line was dropped on resume."""

    @classmethod
    def start(cls, path: Path, header: dict[str, Any]) -> Journal:
        """Begin a new session; refuse a file that already exists, unless it is empty."""
        _refuse_used(path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise _cannot_write(path, error) from None
        journal = cls(path, _locked(path))
        try:
            _refuse_used(path)  # another process may have created it meanwhile
            journal.append({"session": _FORM, **header})
        except CcexpertError:
            journal.close()
            raise
        return journal

    @classmethod
    def resume(cls, path: Path) -> Journal:
        """Open an existing session."""
        if path.is_dir():
            raise MissingInputError(
                "this is a directory, but a session is a file", Place(str(path))
            )
        if not path.exists():
            raise MissingInputError(
                "this session file does not exist", Place(str(path)), "check the path"
            )
        journal = cls(path, _locked(path))
        try:
            journal._read()
        except CcexpertError:
            journal.close()
            raise
        return journal

    def _read(self) -> None:
        here = Place(str(self.path))
        try:
            if self.path.stat().st_size > SIZE_LIMIT:
                raise SessionError("too large for a ccexpert session", here)
            lines = self._log.lines()
        except OSError as error:
            raise MissingInputError(f"cannot be opened: {error.strerror}", here) from None
        events = [_event(line, self.path, number) for number, line in enumerate(lines.whole, 1)]
        if not events or events[0].get("session") != _FORM:
            raise SessionError("this is not a ccexpert session", here)
        self.header, self.events = events[0], tuple(events[1:])
        self.dropped = lines.torn
        if lines.torn:
            self._log.cut()

    def append(self, event: dict[str, Any]) -> None:
        """Write one event to disk."""
        stamped = {**event, "at": datetime.now(UTC).isoformat(timespec="seconds")}
        try:
            self._log.append(stamped)
        except OSError as error:
            raise _cannot_write(self.path, error) from None

    def close(self) -> None:
        """Release the file."""
        self._lock.release()


def _refuse_used(path: Path) -> None:
    if os.path.lexists(path) and not (path.is_file() and path.stat().st_size == 0):
        raise SessionError(
            "the session file already exists",
            Place(str(path)),
            advice="resume it with --resume, or name another file",
        )


def _locked(path: Path) -> FileLock:
    """Lock the session for this process."""
    busy = SessionError(
        "another ccexpert is using this session", Place(str(path)), advice="close that one first"
    )
    try:
        return locked(path, busy)
    except OSError as error:
        raise _cannot_write(path, error) from None


def _cannot_write(path: Path, error: OSError) -> CcexpertError:
    return CcexpertError(
        f"cannot be written: {error.strerror}", Place(str(path)), exit_code=CANNOT_CREATE
    )


def _event(line: bytes, path: Path, number: int) -> dict[str, Any]:
    source = decode(line, str(path), SessionError, only=number) if line.strip() else None
    event = parse_json(source, SessionError) if source else None
    if not isinstance(event, dict):
        raise SessionError("this line is not a session event", Place(str(path), number))
    return event

"""A session on disk: every answer is there before the next question is asked.

One line of JSON an event, appended and forced to disk. A last line that was only half written,
because the machine or the process died, is dropped when the session is opened again; nothing else
is ever lost.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from ccexpert.errors import CANNOT_CREATE, CcexpertError, FactsError, MissingInputError

_FORM = 1


class Journal:
    """Appends the events of one session to its file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.dropped = False
        """Whether a half-written last line was dropped when the file was opened."""
        self._handle = -1

    @classmethod
    def start(cls, path: Path, header: dict[str, Any]) -> Journal:
        """Begin a new session; refuse a file that is already there."""
        journal = cls(path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL
            journal._handle = os.open(path, flags, 0o600)
        except FileExistsError:
            raise FactsError(
                "the session file is already there", str(path), advice="resume it with --resume"
            ) from None
        except OSError as error:
            raise CcexpertError(
                f"cannot be written: {error.strerror}", str(path), exit_code=CANNOT_CREATE
            ) from None
        journal.append({"session": _FORM, **header})
        return journal

    @classmethod
    def resume(cls, path: Path) -> tuple[Journal, dict[str, Any], list[dict[str, Any]]]:
        """Open a session again: the journal to append to, its header, and its events."""
        journal = cls(path)
        try:
            raw = path.read_bytes()
            journal._handle = os.open(path, os.O_WRONLY | os.O_APPEND)
        except FileNotFoundError:
            raise MissingInputError("there is no such session", str(path)) from None
        except OSError as error:
            raise MissingInputError(f"cannot be read: {error.strerror}", str(path)) from None
        whole = raw[: raw.rfind(b"\n") + 1]
        if len(whole) < len(raw):
            journal.dropped = True
            os.ftruncate(journal._handle, len(whole))
        events = [_event(line, path, n) for n, line in enumerate(whole.splitlines(), 1)]
        if not events or events[0].get("session") != _FORM:
            raise FactsError("this is not a session of ccexpert", str(path))
        return journal, events[0], events[1:]

    def append(self, event: dict[str, Any]) -> None:
        """Put one event on disk."""
        stamped = {**event, "at": datetime.now(UTC).isoformat(timespec="seconds")}
        line = json.dumps(stamped, ensure_ascii=False).encode() + b"\n"
        os.write(self._handle, line)
        os.fsync(self._handle)

    def close(self) -> None:
        """Close the file."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.close()


def _event(line: bytes, path: Path, number: int) -> dict[str, Any]:
    try:
        event = json.loads(line)
    except ValueError:
        event = None
    if not isinstance(event, dict):
        raise FactsError("not an event of a session", f"{path}, line {number}")
    return event

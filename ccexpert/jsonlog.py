"""A log of JSON lines that survives a kill, a power failure and a full disk.

A record is on disk when ``append`` returns, or it is not in the log at all. A half-written line is
ignored when the log is read, and removed before the next record.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_FLAGS = os.O_RDWR | os.O_APPEND | getattr(os, "O_BINARY", 0)
_BLOCK = 4096


@dataclass(frozen=True)
class Lines:
    """The content of a log."""

    whole: tuple[bytes, ...]
    """The lines without their line feeds. Other Unicode line separators do not end a line."""
    torn: bool
    """Whether the last line was half-written."""


class JsonLog:
    """The log in one file. The first record creates it, readable only by its owner.

    One process at a time may append (``writing.locked``). Every method raises ``OSError``.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._spoiled: OSError | None = None
        """The error after which a rejected record may still be in the file."""

    def append(self, record: Mapping[str, Any]) -> None:
        """Write one record to disk; a failure leaves the log unchanged.

        If even that fails, no further record is accepted.
        """
        if self._spoiled:
            raise self._spoiled
        line = json.dumps(record, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
        with self._opened(os.O_CREAT) as handle:
            end = _cut_torn_line(handle)
            try:
                _write(handle, line)
            except BaseException:
                self._take_back(handle, end)
                raise

    def cut(self) -> None:
        """Remove a half-written last line."""
        with self._opened() as handle:
            _cut_torn_line(handle)

    @contextmanager
    def _opened(self, flags: int = 0) -> Iterator[int]:
        handle = os.open(self.path, _FLAGS | flags, 0o600)
        try:
            yield handle
        finally:
            os.close(handle)

    def _take_back(self, handle: int, end: int) -> None:
        try:
            os.ftruncate(handle, end)
        except OSError as error:
            self._spoiled = error

    def lines(self) -> Lines:
        """The lines in the file."""
        *whole, rest = self.path.read_bytes().split(b"\n")
        return Lines(tuple(whole), bool(rest))


def _write(handle: int, line: bytes) -> None:
    while line:
        line = line[os.write(handle, line) :]
    os.fsync(handle)


def _cut_torn_line(handle: int) -> int:
    """Cut the file after its last whole line; returns the new end."""
    size = os.lseek(handle, 0, os.SEEK_END)
    end = size
    while end:
        start = max(0, end - _BLOCK)
        os.lseek(handle, start, os.SEEK_SET)
        end = start + os.read(handle, end - start).rfind(b"\n") + 1
        if end > start:
            break
    if end < size:
        os.ftruncate(handle, end)
    return end

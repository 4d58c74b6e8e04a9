"""The records of a run that follows its input, and how far that was read, in a file beside them.

Records are on disk before the mark that counts them. What a stopped run wrote after its last mark
is cut off and written again, so that every line has one record.
"""

from __future__ import annotations

import json
import os
from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager
from hashlib import blake2b
from io import FileIO
from pathlib import Path
from typing import BinaryIO, NamedTuple

from ccexpert.errors import CANNOT_CREATE, CcexpertError, Place
from ccexpert.fleet.blocks import Segment
from ccexpert.fleet.checkpoint import alone
from ccexpert.writing import whole_file

#: So many bytes before a mark are recognised.
_RECOGNISED = 4096


class Mark(NamedTuple):
    """How far a file was read."""

    offset: int = 0
    line: int = 1
    """The number of the next line."""
    span: int = 0
    """How many bytes before the offset are recognised."""
    digest: str = ""
    """What these bytes are."""

    @classmethod
    def after(cls, segment: Segment) -> Mark:
        """The mark at the end of a segment that carries its bytes."""
        data = segment.data or b""
        known = data if segment.whole else data[-_RECOGNISED:]
        end, line = segment.offset + segment.length, segment.first + segment.lines
        return cls(end, line, len(known), _digest(known))

    def fits(self, stream: BinaryIO) -> bool:
        """Whether this file is the one that was read so far; it may have grown since."""
        stream.seek(self.offset - self.span)
        known = stream.read(self.span)
        return not self.offset or _digest(known) == self.digest


def _digest(data: bytes) -> str:
    return blake2b(data, digest_size=16).hexdigest()


class Trail:
    """The file of records, which only grows, and the marks of its input.

    Raises ``CcexpertError`` for records that this run may not continue, and for files that cannot
    be written.
    """

    def __init__(self, output: Path, *, resume: bool) -> None:
        self._output = output
        self._file = output.with_name(f"{output.name}.read")
        self._resume = resume
        self.marks: dict[str, Mark] = {}
        self._stream: FileIO | None = None

    @contextmanager
    def held(self) -> Iterator[Trail]:
        """The trail, for this run alone."""
        with alone(self._output):
            written = self._load()
            try:
                with self._output.open("ab", buffering=0) as self._stream:
                    if written is not None and written < self._size():
                        self._stream.truncate(written)
                    self.keep({})
                    yield self
            except OSError as error:
                raise self._cannot(f"cannot be written: {error.strerror or error}") from None

    def write(self, records: str) -> None:
        """Write the records to disk."""
        assert self._stream
        rest = memoryview(records.encode())
        while rest:
            rest = rest[self._stream.write(rest) :]
        os.fsync(self._stream.fileno())

    def keep(self, marks: Mapping[str, Mark]) -> None:
        """Save that everything before these marks is written."""
        self.marks.update(marks)
        with whole_file(self._file) as stream:
            stream.write(json.dumps({"written": self._size(), "read": self.marks}).encode())

    def forget_all_but(self, paths: Container[str]) -> None:
        """Forget files that are no longer there."""
        self.marks = {path: mark for path, mark in self.marks.items() if path in paths}

    def _size(self) -> int:
        return self._output.stat().st_size

    def _load(self) -> int | None:
        """Read the marks; returns how much was written then, None if there was nothing."""
        kept = self._file.exists()
        if not kept and not (self._output.exists() and self._size()):
            return None
        if not (kept and self._resume):
            advice = "continue with --resume, or move them away" if kept else "move them away"
            raise self._cannot("there are records here already", advice)
        try:
            data = json.loads(self._file.read_bytes())
            self.marks = {path: Mark(*mark) for path, mark in data["read"].items()}
            return int(data["written"])
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            raise CcexpertError(
                "does not say how far the input was read",
                Place(str(self._file)),
                advice="move it and the records away, and begin again",
                exit_code=CANNOT_CREATE,
            ) from None

    def _cannot(self, problem: str, advice: str = "") -> CcexpertError:
        return CcexpertError(
            problem, Place(str(self._output)), advice=advice, exit_code=CANNOT_CREATE
        )

"""Searches log files for error signatures in one pass and in bounded memory.

A file is read in blocks of whole lines. Lines begin with a UTC time stamp
(help/integrations/using/pipeline-troubleshooting.md). Lines before the window are ignored, and if
the file is in order they are not even read. A line without a stamp belongs to the last stamped
line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from ccexpert.observe.signatures import Signatures

#: Bytes read at a time, and the longest line that is kept whole. A block that is nothing but
#: matches still costs little memory.
BLOCK = 256 * 1024
_LINES_BACK = 64

_STAMP = re.compile(rb"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)")
_STAMP_OF_LINE = re.compile(rb"(?m)^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)")


@dataclass
class Hits:
    """The matches of one signature."""

    count: int = 0
    newest: bytes = b""
    """Time stamp of the newest line that shows it (``2026-11-22T03:14:00``); may be empty."""
    line: bytes = b""
    """That line."""
    where: str = ""
    """The file that contains it."""

    def add(self, other: Hits) -> None:
        """Add later matches, or matches in another file."""
        self.count += other.count
        if other.newest >= self.newest:
            self.newest, self.line, self.where = other.newest, other.line, other.where


@dataclass(frozen=True)
class Scan:
    """The result of one pass over a file."""

    hits: dict[str, Hits]
    """By the name of the signature."""
    newest: bytes
    """The newest time stamp of the file; may be empty."""


def scan(
    stream: BinaryIO, where: str, known: Signatures, since: bytes, advance: Callable[[int], None]
) -> Scan:
    """Search a log from ``since`` (a time stamp) on; ``advance`` is told of bytes done with."""
    found: dict[str, Hits] = {}
    advance(window_start(stream, since))
    last = newest = b""
    for block, lowered in _blocks(stream, advance):
        for begin, end in _matched_lines(block, lowered, known):
            stamp = _stamp_before(block, begin, end) or last
            if stamp >= since or not stamp:
                line = block[begin:end]
                for name in known.names(line):
                    found.setdefault(name, Hits()).add(Hits(1, stamp, line, where))
        last_line = block.rfind(b"\n", 0, len(block) - 1) + 1
        last = _stamp_before(block, last_line, len(block)) or last
        newest = max(newest, last)
    return Scan(found, newest)


def _blocks(stream: BinaryIO, advance: Callable[[int], None]) -> Iterator[tuple[bytes, bytes]]:
    """Blocks of whole lines, unchanged and in lower case; a too long line is cut."""
    rest = b""
    while data := stream.read(BLOCK):
        advance(len(data))
        data = rest + data
        cut = data.rfind(b"\n") + 1
        if not cut and len(data) < BLOCK:
            rest = data
            continue
        block, rest = data[: cut or len(data)], data[cut or len(data) :]
        yield block, block.lower()
    if rest:
        yield rest, rest.lower()


def _matched_lines(block: bytes, lowered: bytes, known: Signatures) -> Iterator[tuple[int, int]]:
    """Start and end of each line that contains a literal."""
    done = 0
    for start, end in known.places(lowered):
        if start >= done:
            newline = block.find(b"\n", end)
            done = len(block) if newline < 0 else newline + 1
            yield block.rfind(b"\n", 0, start) + 1, done


def _stamp_before(block: bytes, begin: int, end: int) -> bytes:
    """The stamp of the line at ``begin``, or of the nearest stamped line before it."""
    for _ in range(_LINES_BACK):
        if found := _STAMP.match(block, begin, end):
            return found[1] + b"T" + found[2]
        if not begin:
            break
        begin, end = block.rfind(b"\n", 0, begin - 1) + 1, begin
    return b""


def since_then(block: bytes, since: bytes) -> bytes:
    """The block from its first line on whose stamp is not before ``since``; a block without stamps
    as it is."""
    found = None
    for found in _STAMP_OF_LINE.finditer(block):
        if found[1] + b"T" + found[2] >= since:
            return block[found.start() :]
    return block if found is None else b""


def window_start(stream: BinaryIO, since: bytes) -> int:
    """Seek to the beginning of the window and return the position; the start of the file if it is
    not in order, has no stamps, or cannot be searched."""
    if not since or not stream.seekable():
        return 0
    low, high = 0, stream.seek(0, 2)
    while high - low > 2 * BLOCK:
        middle = (low + high) // 2
        stream.seek(middle)
        found = _STAMP_OF_LINE.search(stream.read(BLOCK // 4))
        if found is None:
            low = 0
            break
        if found[1] + b"T" + found[2] < since:
            low = middle
        else:
            high = middle
    stream.seek(low)
    if low:
        low += len(stream.readline(BLOCK))
    return low

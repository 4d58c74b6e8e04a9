"""Cuts files, folders or stdin into blocks of whole lines, which can be diagnosed anywhere, in any
order, and repeatedly.

A plain file is only scanned for line ends; the worker of a block reads its bytes. Compressed data
and stdin are carried in the block. Memory is bounded for input of any size.
"""

from __future__ import annotations

import gzip
import io
import os
import sys
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from ccexpert.errors import MissingInputError, Place
from ccexpert.reading import SIZE_LIMIT, files_below

#: Large enough that passing it on costs nothing, small enough that losing it costs little.
BLOCK_BYTES = 512 * 1024

STDIN = "-"

Stream = io.BufferedReader | gzip.GzipFile

_COMPRESSED = (".gz", ".zst")
_LINES = (".jsonl", ".ndjson")
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_MOST_SEGMENTS = 256


@dataclass(frozen=True)
class Segment:
    """Some lines of one file, or a file that is a single document."""

    name: str
    """The file name as the person gave it."""
    first: int = 1
    """The number of its first line, from 1."""
    path: str = ""
    offset: int = 0
    length: int = 0
    lines: int = 1
    """How many lines it has."""
    data: bytes | None = None
    """The bytes themselves if ``path`` cannot be read by byte ranges."""
    whole: bool = False
    """Whether it is one document that spans many lines."""
    problem: str = ""
    """Why these lines cannot be read at all."""

    @property
    def place(self) -> Place:
        """Where it begins: ``hosts.jsonl, line 301``."""
        return Place(self.name, self.first)

    def read(self) -> bytes:
        """Its bytes; ``MissingInputError`` if the file is missing or has changed."""
        if self.data is not None:
            return self.data
        try:
            with Path(self.path).open("rb") as stream:
                stream.seek(self.offset)
                found = stream.read(self.length)
        except OSError as error:
            raise MissingInputError(
                f"cannot be read by a worker: {error.strerror}",
                Place(self.path),
                "every worker needs the file under this path",
            ) from None
        if len(found) != self.length:
            raise MissingInputError("changed while it was being read", Place(self.path))
        return found


@dataclass(frozen=True)
class Block:
    """The unit of work for a worker."""

    number: int
    segments: tuple[Segment, ...]

    @property
    def size(self) -> int:
        """Its size in bytes."""
        return sum(segment.length for segment in self.segments)

    @property
    def place(self) -> Place:
        """Where it begins: ``hosts.jsonl, line 301``."""
        return self.segments[0].place


def find_files(names: Iterable[str]) -> list[str]:
    """Expand names to files: a folder stands for all facts documents below it.

    Raises ``MissingInputError`` for a missing file, and for a folder that is unreadable or holds
    no facts documents.
    """
    found: list[str] = []
    for name in names:
        path = Path(name)
        if name != STDIN and path.is_dir():
            inside = documents_below(path)
            if not inside:
                raise MissingInputError("holds no .jsonl or .json file", Place(name))
            found += inside
        elif name != STDIN and not path.exists():
            raise MissingInputError("there is no such file", Place(name), "check the path")
        else:
            found.append(name)
    if found.count(STDIN) > 1:
        raise MissingInputError("stdin can be read only once", Place(STDIN))
    return found


def documents_below(folder: Path) -> list[str]:
    """The files with facts documents in a folder and its subfolders."""
    return [str(p) for p in files_below(folder) if _bare(p).suffix in (*_LINES, ".json")]


def is_compressed(name: str) -> bool:
    """Whether a file is called so."""
    return Path(name).suffix in _COMPRESSED


def _bare(path: Path) -> Path:
    """The path without its compression suffix."""
    return path.with_suffix("") if path.suffix in _COMPRESSED else path


def cut(files: Iterable[str], size: int = BLOCK_BYTES) -> Iterator[Block]:
    """Cut files into blocks of about ``size`` bytes; many small files share one."""
    return packed((segment for name in files for segment in _segments(name, size)), size)


def packed(found: Iterable[Segment], size: int = BLOCK_BYTES) -> Iterator[Block]:
    """Pack segments into blocks of about ``size`` bytes."""
    number, segments, total = 0, list[Segment](), 0
    for segment in found:
        segments.append(segment)
        total += segment.length
        if total >= size or len(segments) >= _MOST_SEGMENTS:
            yield Block(number, tuple(segments))
            number, segments, total = number + 1, [], 0
    if segments:
        yield Block(number, tuple(segments))


def _segments(name: str, size: int) -> Iterator[Segment]:
    if name == STDIN:
        stream = _unpacked(cast(io.BufferedReader, sys.stdin.buffer), "stdin")
        yield from segments_of(Segment("stdin"), stream, size, carry=True)
        return
    path, about = Path(name), about_file(name)
    try:
        with path.open("rb") as raw:
            stream = _unpacked(raw, name)
            carry = stream is not raw or not path.is_file()  # a pipe can be read only once
            yield from segments_of(about, stream, size, carry=carry)
    except OSError as error:
        yield replace(about, problem=f"cannot be read: {error.strerror or error}")


def about_file(name: str) -> Segment:
    """A segment of this file, as yet without lines."""
    path = Path(name)
    shown = name.encode(errors="surrogateescape").decode(errors="replace")
    where = os.path.realpath(name)  # unlike resolve, it takes a link that leads to itself
    return Segment(shown, path=where, whole=_bare(path).suffix == ".json")


def _unpacked(raw: io.BufferedReader, name: str) -> Stream:
    """The stream, decompressed if necessary."""
    start = raw.peek(4)
    if start.startswith(_GZIP):
        return gzip.open(raw)
    if start.startswith(_ZSTD):
        return cast(Stream, _zstd(name).open(raw))
    return raw


def _zstd(name: str) -> Any:
    try:
        if sys.version_info >= (3, 14):
            from compression import zstd
        else:
            from backports import zstd
    except ImportError:
        raise MissingInputError(
            "reading zstd needs a library that is not installed",
            Place(name),
            "pip install 'ccexpert[zstd]'",
        ) from None
    return zstd


def segments_of(about: Segment, stream: Stream, size: int, *, carry: bool) -> Iterator[Segment]:
    """The segments of one stream, which begins where ``about`` says; if it is damaged, the last
    one says why the rest is lost."""
    pieces = _document(stream) if about.whole else _lines(stream, size)
    first, offset = about.first, about.offset
    try:
        for data, length, lines in pieces:
            segment = replace(about, first=first, offset=offset, length=length, lines=lines)
            if data is None:
                yield replace(segment, problem=f"larger than {SIZE_LIMIT // 1024 // 1024} MiB")
            else:
                yield replace(segment, data=data) if carry else segment
            first, offset = first + lines, offset + length
    except (OSError, EOFError, zlib.error) as error:
        yield replace(about, first=first, problem=f"damaged from here on: {error}")
    except Exception as error:  # zstd's error class exists only if the library is installed
        if type(error).__name__ != "ZstdError":
            raise
        yield replace(about, first=first, problem=f"damaged from here on: {error}")


Piece = tuple[bytes | None, int, int]
"""Some bytes (None if a line is too long), their length, and their number of lines."""


def _document(stream: Stream) -> Iterator[Piece]:
    data = stream.read(SIZE_LIMIT + 1)
    yield (data if len(data) <= SIZE_LIMIT else None), len(data), 1


def _lines(stream: Stream, size: int) -> Iterator[Piece]:
    rest = b""
    while True:
        try:
            chunk = stream.read1(size)  # unlike read, it never loses the data before damage
        except Exception:
            if rest:  # keep the rest, even if its line is incomplete
                yield rest, len(rest), 1
            raise
        if not chunk:
            break
        data = rest + chunk
        end = data.rfind(b"\n") + 1
        if end:
            yield data[:end], end, data.count(b"\n")
            rest = data[end:]
        elif len(data) > SIZE_LIMIT:
            length, rest = _skip_line(stream, size)
            yield None, len(data) + length, 1
        else:
            rest = data
    if rest:
        yield rest, len(rest), 1


def _skip_line(stream: Stream, size: int) -> tuple[int, bytes]:
    """Skip to the end of a line; returns the length skipped and the bytes read after it."""
    length = 0
    while chunk := stream.read(size):
        end = chunk.find(b"\n") + 1
        if end:
            return length + end, chunk[end:]
        length += len(chunk)
    return length, b""

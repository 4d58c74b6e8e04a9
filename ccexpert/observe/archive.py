"""Reads an untrusted ``.tar.gz``: header by header, with limits checked first, and to its end,
where the checksum is.

Python's tar library accepts negative sizes and names of any length and ignores the checksum, so
this module reads the blocks itself. Only plain files are unpacked; links, devices and the like are
counted.
"""

from __future__ import annotations

import gzip
import os
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

#: Limits: entries of any kind, bytes per file, bytes in total.
ENTRIES = 5_000
FILE_BYTES = 1024**3
ALL_BYTES = 2 * 1024**3

#: Limits in bytes: the name of an entry, and its extended header.
_NAME_BYTES, _ABOUT_BYTES = 4096, 64 * 1024

_BLOCK, _CHUNK = 512, 256 * 1024

#: File times beyond this (in seconds since 1970; the year 2242) are invalid.
_LATEST = 2**33

_FILES, _FOLDER, _SPARSE = (b"0", b"\0", b"7"), b"5", b"S"
_WITHOUT_DATA = (b"1", b"2", b"3", b"4", _FOLDER, b"6")
_LONG_NAMES, _ABOUT = (b"L", b"K"), (b"x", b"g")


class NotAnArchiveError(ValueError):
    """Not a readable ``.tar.gz``, or beyond a limit; the message says why."""


@dataclass(frozen=True)
class _Header:
    """One entry as its header tells it."""

    kind: bytes
    name: str
    size: int
    modified: int
    goes_on: bool
    """Whether more blocks describe the holes of a sparse file."""

    @classmethod
    def of(cls, block: bytes) -> _Header:
        """Read one header; ``NotAnArchiveError`` if it is damaged or invalid."""
        told, plain = _number(block[148:156]), block[:148] + b" " * 8 + block[156:]
        if told != sum(plain):
            raise NotAnArchiveError("a header is damaged")
        name = _text(block[:100])
        if block[257:263] == b"ustar\0" and block[345] != 0:
            name = f"{_text(block[345:500])}/{name}"
        size, modified = _number(block[124:136]), _number(block[136:148])
        return cls(block[156:157], name, size, modified, block[482] != 0)


def unpack(path: Path, folder: Path) -> int:
    """Unpack the plain files of an archive into ``folder``; returns the number of skipped
    entries. Raises ``NotAnArchiveError``."""
    try:
        with gzip.open(path) as stream:
            return _Unpacking(cast(BinaryIO, stream), folder).run()
    except (OSError, EOFError, zlib.error) as error:
        raise NotAnArchiveError(f"not a readable .tar.gz: {error}".rstrip(": ")) from None


class _Unpacking:
    """One pass over an archive."""

    def __init__(self, stream: BinaryIO, folder: Path) -> None:
        self._stream, self._folder = stream, folder
        self._entries = self._left_out = self._bytes = 0
        self._name = ""
        """What a header before the entry has said of its name."""

    def run(self) -> int:
        """Process all entries and read to the end of the stream."""
        while header := self._next_header():
            if header.kind in _LONG_NAMES:
                name = _text(b"".join(self._data(header, _NAME_BYTES)))
                self._name = name if header.kind == b"L" else self._name
            elif header.kind in _ABOUT:
                self._about(b"".join(self._data(header, _ABOUT_BYTES)), header.kind)
            else:
                self._entry(header)
                self._name = ""
        while self._read(_CHUNK):
            pass
        return self._left_out

    def _next_header(self) -> _Header | None:
        """The next header; None at the end, which is a block of zeros or the end of the stream."""
        block = self._read(_BLOCK)
        if not block.strip(b"\0"):
            if not block and not self._entries:
                raise NotAnArchiveError("not a readable .tar.gz: it is empty")
            return None
        if len(block) < _BLOCK:
            raise NotAnArchiveError("not a readable .tar.gz: it ends too early")
        self._entries += 1
        if self._entries > ENTRIES:
            raise NotAnArchiveError(f"it holds more than {ENTRIES} files")
        return _Header.of(block)

    def _entry(self, header: _Header) -> None:
        name = self._name or header.name
        is_folder = header.kind == _FOLDER or (header.kind == b"\0" and name.endswith("/"))
        target = self._folder.joinpath(*_steps(name))
        if is_folder or header.kind in _WITHOUT_DATA:
            self._left_out += not is_folder
        elif header.kind in _FILES:
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("wb") as file:
                file.writelines(self._data(header, FILE_BYTES))
            modified = min(header.modified, _LATEST)
            os.utime(target, (modified, modified))
        else:
            self._left_out += 1
            more = header.kind == _SPARSE and header.goes_on
            while more:
                more = self._read(_BLOCK)[504:505] == b"\1"
            for _ in self._data(header, FILE_BYTES):
                pass

    def _data(self, header: _Header, limit: int) -> Iterator[bytes]:
        """The data of an entry, without the padding of its last block."""
        if header.size > limit:
            too_long = NotAnArchiveError("a name or header in it is too long")
            raise too_long if limit < FILE_BYTES else _too_large()
        left = header.size
        while left:
            data = self._read(min(left, _CHUNK))
            if not data:
                raise NotAnArchiveError("not a readable .tar.gz: it ends too early")
            left -= len(data)
            yield data
        self._read(-header.size % _BLOCK)

    def _about(self, data: bytes, kind: bytes) -> None:
        """What a header of the newer form says; only a name matters here."""
        while data:
            found = re.match(rb"(\d{1,6}) ([^=\n]{1,200})=", data)
            length = int(found[1]) if found else 0
            if found is None or not found.end() < length <= len(data):
                raise NotAnArchiveError("a header is damaged")
            if found[2] == b"path" and kind == b"x":
                self._name = _text(data[found.end() : length - 1])
            elif found[2] == b"size":
                raise _too_large()
            data = data[length:]

    def _read(self, size: int) -> bytes:
        data = self._stream.read(size)
        self._bytes += len(data)
        if self._bytes > ALL_BYTES:
            raise _too_large()
        return data


def _too_large() -> NotAnArchiveError:
    return NotAnArchiveError(f"it unpacks to more than {ALL_BYTES // 1024**2} MiB")


def _number(field: bytes) -> int:
    """A number of a header: octal digits, or a large one in bytes; never below zero."""
    if field[0] == 0o200:
        return int.from_bytes(field[1:], "big")
    digits = field.strip(b" \0")
    if digits and not re.fullmatch(rb"[0-7]+", digits):
        raise NotAnArchiveError("a header is damaged")
    return int(digits or b"0", 8)


def _text(field: bytes) -> str:
    return field.partition(b"\0")[0].decode("utf-8", "surrogateescape")


def _steps(name: str) -> tuple[str, ...]:
    """The parts of a path; ``NotAnArchiveError`` if they lead outside the folder."""
    steps = tuple(s for s in name.split("/") if s not in ("", "."))
    if name.startswith("/") or any(s == ".." or re.search(r"[\\:\0]", s) for s in steps):
        raise NotAnArchiveError(f"it holds the name {name[:80]!r}, which leads outside of it")
    return steps

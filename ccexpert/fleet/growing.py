"""Follows files that grow and folders that fill: what is new since the last look, as blocks.

Of a file of lines, the whole lines after those already read are new. If other bytes stand where the
last look ended, it is another file, and is read from its beginning. A ``.json`` document is read
once two looks find it unchanged, and again when its content changes. Pipes and devices have no end
and are left out, which is said once. Memory holds one block, and a few numbers for each file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import takewhile
from pathlib import Path
from stat import S_ISREG
from typing import NamedTuple

from ccexpert.errors import MissingInputError, Place
from ccexpert.fleet.blocks import (
    BLOCK_BYTES,
    Block,
    Segment,
    about_file,
    documents_below,
    is_compressed,
    packed,
    segments_of,
)
from ccexpert.fleet.trail import Mark, Trail
from ccexpert.fleet.workers import Outcome

_NOT_PLAIN = "this is no plain file, and cannot be followed"


class _Seen(NamedTuple):
    """A file at the last look."""

    stamp: tuple[int, int]
    """Its size, and the time of its last change."""
    read: bool
    """Whether it was read as it is."""
    problem: str = ""
    """Why it cannot be read."""


class Growing:
    """Files and folders that grow; ``trail`` keeps how far their lines have become records.

    Raises ``MissingInputError`` for a name that is missing or cannot be followed.
    """

    def __init__(self, names: Iterable[str], trail: Trail | None = None) -> None:
        self._names = [_followed(name) for name in names]
        self._trail = trail
        self._marks = dict(trail.marks) if trail else {}
        self._seen: dict[str, _Seen] = {}

    def blocks(self, ended: Callable[[], bool], size: int = BLOCK_BYTES) -> Iterator[Block]:
        """What is new, until somebody ends it."""
        return packed(takewhile(lambda _: not ended(), self._new(size)), size)

    def known(self, block: Block) -> None:
        """No line comes a second time."""

    def keep(self, block: Block, outcome: Outcome) -> None:
        """Let the trail know that the records of this block are written."""
        if self._trail:
            self._trail.keep({s.path: Mark.after(s) for s in block.segments if s.length})

    def _new(self, size: int) -> Iterator[Segment]:
        """The new segments of all files that are there."""
        seen = dict[str, _Seen]()
        for about in self._files():
            try:
                now = self._look(about)
                seen[about.path] = now
                if now.read and now != self._seen.get(about.path):
                    yield from self._new_in(about, now.problem, size)
            except FileNotFoundError:  # moved away since it was listed
                continue
            except OSError as error:
                yield replace(about, problem=_unreadable(error))
        self._seen = seen
        self._marks = {path: mark for path, mark in self._marks.items() if path in seen}
        if self._trail:
            self._trail.forget_all_but(seen)

    def _files(self) -> Iterator[Segment]:
        for name in self._names:
            found = documents_below(Path(name)) if Path(name).is_dir() else [name]
            yield from (about_file(file) for file in found if not is_compressed(file))

    def _look(self, about: Segment) -> _Seen:
        """The file as it is now, and whether it may be read: a document may still be being
        written. Raises ``FileNotFoundError``."""
        try:
            status = Path(about.path).stat()
        except FileNotFoundError:
            raise
        except OSError as error:
            return _Seen((0, 0), True, _unreadable(error))
        if not S_ISREG(status.st_mode):
            return _Seen((0, 0), True, _NOT_PLAIN)
        before, stamp = self._seen.get(about.path), (status.st_size, status.st_mtime_ns)
        return _Seen(stamp, not about.whole or (before is not None and before.stamp == stamp))

    def _new_in(self, about: Segment, problem: str, size: int) -> Iterator[Segment]:
        """The new segments of a file that has changed."""
        if problem:
            yield replace(about, problem=problem)
            return
        mark = Mark() if about.whole else self._marks.get(about.path, Mark())
        with Path(about.path).open("rb") as stream:
            mark = mark if mark.fits(stream) else Mark()
            stream.seek(mark.offset)
            begin = replace(about, first=mark.line, offset=mark.offset)
            for segment in segments_of(begin, stream, size, carry=True):
                after = Mark.after(segment)
                if about.whole and after == self._marks.get(about.path):
                    return
                if about.whole or segment.problem or segment.read().endswith(b"\n"):
                    self._marks[about.path] = after
                    yield segment


def _unreadable(error: OSError) -> str:
    return f"cannot be read: {error.strerror or error}"


def _followed(name: str) -> str:
    """The name itself, if it can grow."""
    path = Path(name)
    if not path.exists():
        raise MissingInputError("there is no such file", Place(name), "check the path")
    if not (path.is_file() or path.is_dir()):
        raise MissingInputError(_NOT_PLAIN, Place(name), "omit --follow")
    if is_compressed(name):
        raise MissingInputError(
            "a compressed file cannot be followed", Place(name), "unpack it, or omit --follow"
        )
    return name

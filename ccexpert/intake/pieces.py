"""Cuts a text into pieces.

Each source of observations defines how its outputs look, line by line (``interface.Shape``). A
piece begins at a line that only one output can begin with and continues while lines belong to it; a
command above tells which output follows. Logs, journals and messages are cut by the form of their
lines. The rest is prose. No line is examined more often than there are shapes.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import TypeVar

from ccexpert.intake.likely import any_of
from ccexpert.intake.lines import (
    CONTINUED,
    CURL,
    EVENT,
    JOURNAL,
    LOG,
    MARKUP,
    MESSAGE,
    OPENSSL,
    POP3,
    REACHED,
    STACK,
    TABLE,
    Command,
    Line,
    command,
    lines,
)
from ccexpert.intake.programs import CHATTER, NAMELESS
from ccexpert.intake.reading import Kind, Piece, Span, joined
from ccexpert.observe.interface import Shape

_FORMS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("log", LOG),
    ("journal", JOURNAL),
    ("message", MESSAGE),
    ("message", POP3),
    ("message", CURL),
    ("message", OPENSSL),
    ("message", CONTINUED),
    ("message", REACHED),
    ("message", CHATTER),
    ("message", NAMELESS),
    ("message", MARKUP),
    ("message", STACK),
    ("message", TABLE),
    ("message", EVENT),
)
_ANY_FORM = any_of(form for _, form in _FORMS)


def _form_of(line: str) -> Kind:
    """The kind of piece that a line is by its form; most are prose."""
    if not _ANY_FORM.match(line):
        return "prose"
    return next(kind for kind, form in _FORMS if form.match(line))


#: A line as a person writes it: four words or more with one blank between them, to their end.
_SPOKEN = re.compile(
    r"[\"']?[^\W\d_][\w'’,-]*(?: [\"']?[\w/@][\w'’\",/@.-]*){3,}(?:[!?:] ?|: \S.*)?$"
)


@dataclass(frozen=True)
class Cut:
    """A text in pieces."""

    pieces: tuple[Piece, ...]
    """The pieces in order, without blank lines."""
    commands: tuple[Command, ...]
    barren: tuple[tuple[Command, Shape], ...]
    """Commands whose output is missing, with its expected shape."""

    @cached_property
    def host(self) -> str | None:
        """The host that the prompts name, if they name one and only one."""
        named = {said.host for said in self.commands if said.host}
        return named.pop() if len(named) == 1 else None

    def by_host(self) -> Mapping[str | None, Cut]:
        """What stands below the prompts of each host; None: all of it, or what stands below no
        prompt where several hosts are named."""
        if self.host or not any(said.host for said in self.commands):
            return {None: self}
        pieces = _grouped(self.pieces, lambda piece: piece.host)
        commands = _grouped(self.commands, lambda said: said.host)
        barren = _grouped(self.barren, lambda one: one[0].host)
        return {
            host: Cut(tuple(pieces[host]), tuple(commands[host]), tuple(barren[host]))
            for host in [*pieces]
        }


_T = TypeVar("_T")


def _grouped(
    each: Iterable[_T], host_of: Callable[[_T], str | None]
) -> Mapping[str | None, list[_T]]:
    found: defaultdict[str | None, list[_T]] = defaultdict(list)
    for one in each:
        found[host_of(one)].append(one)
    return found


def cut(text: str, shapes: Sequence[Shape]) -> Cut:
    """The pieces of a text, and the commands in it."""
    cutter = _Cutter(list(lines(text)), shapes)
    found = tuple(joined(cutter.pieces(), text))
    return Cut(found, tuple(cutter.commands), tuple(cutter.barren))


@lru_cache(maxsize=4)
def _openings(
    shapes: tuple[Shape, ...],
) -> tuple[re.Pattern[str], re.Pattern[str], frozenset[str]]:
    """One pattern for lines that some output can begin with or has for a head, one for the heads
    alone, and the signs of those that are known by a word: most lines are none of it."""
    heads = [shape.heads for shape in shapes if shape.heads]
    begins = [shape.begins for shape in shapes if not shape.signs]
    signs = frozenset(sign for shape in shapes for sign in shape.signs)
    return any_of([*begins, *heads]), any_of(heads), signs


@dataclass
class _Cutter:
    """The state of cutting one text."""

    lines: list[Line]
    shapes: Sequence[Shape]
    commands: list[Command] = field(default_factory=list)
    barren: list[tuple[Command, Shape]] = field(default_factory=list)
    _said: Command | None = None
    _host: str | None = None
    """The host of the last prompt that names one."""
    _awaited: Shape | None = None
    """The expected output of the last command, until it is found."""
    _is_over: bool = False
    """Whether something has come since that the last command did not print."""
    _is_apart: bool = False
    """Whether the last line is of a paragraph that stands behind a blank line: of no host."""
    _unfit: dict[int, int] = field(default_factory=dict)
    """For each shape, by its identity, the line up to which there is no such output."""

    def __post_init__(self) -> None:
        self._begins, self._heads, self._signs = _openings(tuple(self.shapes))
        self._signed = [shape for shape in self.shapes if shape.signs]

    def _may_begin(self, line: str) -> bool:
        """Whether some output may begin with a line."""
        return bool(self._beginning(line, line.lower()))

    def _beginning(self, line: str, lowered: str) -> Sequence[Shape]:
        """The outputs of which some may begin with a line; most lines begin none."""
        if self._begins.match(line):
            return self.shapes
        return self._signed if any(sign in lowered for sign in self._signs) else ()

    def pieces(self) -> Iterator[Piece]:
        """Yield the pieces in order, and note the commands."""
        at = 0
        while at < len(self.lines):
            line = self.lines[at]
            if not line.text.strip():
                at += 1
            elif said := command(line.text):
                self._begin(said)
                yield Piece("command", Span(line.start, line.end), host=self._host)
                at += 1
            else:
                end, piece = self._piece(at)
                yield piece
                at = end
        self._end_wait()

    def _begin(self, said: Command) -> None:
        self._end_wait()
        self._host = said.host or self._host
        self._said = replace(said, host=self._host)
        self._is_over = self._is_apart = False
        self.commands.append(self._said)
        prints = (s for s in self.shapes if s.command and s.command.search(said.text))
        self._awaited = next(prints, None)

    def _end_wait(self) -> None:
        if self._said and self._awaited:
            self.barren.append((self._said, self._awaited))
        self._said = self._awaited = None

    def _piece(self, at: int) -> tuple[int, Piece]:
        """The piece that begins with a line, and the number of the line after it."""
        if fitting := list(self._fitting(at)):
            end, _, shape = max(fitting, key=lambda way: way[:2])
            below = self._said.whole if self._said else ""
            self._said = self._awaited = None
            return end, self._spanning("output", at, end, shape.output, below)
        line = self.lines[at].text
        kind = _form_of(line)
        after_gap = at > 0 and not self.lines[at - 1].text.strip()
        if kind == "prose" and self._said and not self._is_over:
            begins = after_gap or line[0].islower() or line.rstrip().endswith((".", "!", "?"))
            if not (begins and _SPOKEN.match(line)):
                return at + 1, self._spanning("message", at, at + 1, below=self._said.whole)
            self._is_over = True
        self._is_over = self._is_over or not (kind == "prose" or CHATTER.match(line))
        piece = self._spanning(kind, at, at + 1)
        self._is_apart = kind == "prose" and (after_gap or self._is_apart)
        return at + 1, replace(piece, host=None) if self._is_apart else piece

    def _fitting(self, at: int) -> Iterator[tuple[int, bool, Shape]]:
        """The outputs that can begin with a line, with their ends and whether they are expected."""
        line = self.lines[at].text
        lowered = line.lower()
        beginning = self._beginning(line, lowered)
        if self._awaited and self._awaited not in beginning:
            beginning = (*beginning, self._awaited)
        for shape in beginning:
            awaited = shape is self._awaited
            if at < self._unfit.get(id(shape), 0):
                continue
            if not (awaited or shape.may_begin(line, lowered)):
                continue
            end = self._end(at, shape)
            if awaited or shape.fits([line.text for line in self.lines[at:end]]):
                if end > at:
                    yield end, awaited, shape
            else:
                self._unfit[id(shape)] = end

    def _end(self, at: int, shape: Shape) -> int:
        """The number of the line after the last that belongs to an output."""
        end = last = at
        while end < len(self.lines):
            line = self.lines[end].text
            if end > at and (shape.heads and shape.heads.match(line)):
                break
            if end > at and self._begins_another(line, shape, after_gap=last < end):
                break
            if end > at and command(line):
                break
            if not line.strip():
                if not shape.gaps:
                    break
            elif shape.begins.match(line) or shape.belongs.match(line):
                last = end + 1
                if shape.ends and shape.ends.search(line):
                    break
            else:
                break
            end += 1
        return last

    def _begins_another(self, line: str, shape: Shape, *, after_gap: bool) -> bool:
        """Whether a line is the first of another output: by its head, or after a gap."""
        if not (self._may_begin(line) if after_gap else self._heads.match(line)):
            return False
        if shape.begins.match(line):
            return False
        others = (other for other in self.shapes if other.output != shape.output)
        heads = (other.heads or (other.begins if after_gap else None) for other in others)
        return any(head is not None and head.match(line) for head in heads)

    def _spanning(
        self, kind: Kind, at: int, end: int, output: str | None = None, below: str = ""
    ) -> Piece:
        span = Span(self.lines[at].start, self.lines[end - 1].end)
        return Piece(kind, span, output, below, self._host)

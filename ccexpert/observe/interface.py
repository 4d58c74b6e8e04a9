"""The interface of a source of observations: it turns outputs of the server into facts.

A source has two halves: ``read`` fetches outputs from a live host without interpreting them, and
``parse`` turns outputs into facts without touching the host. Outputs have their documented file
names, so ``parse`` need not know whether they are live or from a capture.
"""

from __future__ import annotations

import errno
import io
import os
import re
import stat
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from ccexpert.facts import Fact, NotObserved, Platform
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.whereabouts import Whereabouts

#: No output but a log is larger than this (bytes); the rest of a larger one is not read. As a tree
#: XML takes seventy times its size.
OUTPUT_LIMIT = 2 * 1024 * 1024


class CannotObserveError(Exception):
    """A source cannot be read on this host; the message gives the reason to people."""


@dataclass(frozen=True)
class Output:
    """One output of the server: a command's output or a file."""

    open: Callable[[], BinaryIO]
    size: int
    """In bytes."""
    modified: float | None = None
    """The modification time of a file, in seconds since 1970-01-01 UTC."""

    @classmethod
    def of(cls, data: bytes) -> Output:
        """An output in memory."""
        return cls(lambda: io.BytesIO(data), len(data))

    @classmethod
    def file(cls, path: Path) -> Output:
        """A plain file, opened when it is read; raises ``OSError`` if it is missing."""
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "not a plain file", str(path))
        return cls(lambda: path.open("rb"), status.st_size, status.st_mtime)

    def data(self) -> bytes:
        """Its bytes, at most ``OUTPUT_LIMIT``."""
        with self.open() as stream:
            return stream.read(OUTPUT_LIMIT)


Outputs = Mapping[str, Output]


def is_closed(folder: Path) -> bool:
    """Whether there is a folder that this account may not look into."""
    return not os.access(folder, os.R_OK | os.X_OK) and folder.is_dir()


@dataclass(frozen=True)
class Shape:
    """The form of an output, line by line, by which it is found in any pasted text."""

    output: str
    """Its documented name."""
    begins: re.Pattern[str]
    """Lines that it can begin with."""
    belongs: re.Pattern[str]
    """Further lines that may stand in it."""
    tells: re.Pattern[str]
    """Distinctive lines: at least one is required, unless the command is above."""
    command: re.Pattern[str] | None = None
    """The commands that print it."""
    heads: re.Pattern[str] | None = None
    """A line that can only be the first: the next such line begins another output."""
    ends: re.Pattern[str] | None = None
    """The line that ends it, if there is one."""
    least: int = 1
    """With fewer lines, it counts as this output only below its command."""
    gaps: bool = False
    """Whether it may contain blank lines."""
    signs: tuple[str, ...] = ()
    """Words in small letters of which a line that it can begin with holds one; for patterns that
    would look through every line."""

    def may_begin(self, line: str, lowered: str) -> bool:
        """Whether it can begin with a line; ``lowered``: the same in small letters."""
        signed = not self.signs or any(sign in lowered for sign in self.signs)
        return signed and self.begins.match(line) is not None

    def fits(self, lines: Sequence[str]) -> bool:
        """Whether these lines are this output even without its command above."""
        return len(lines) >= self.least and any(map(self.tells.search, lines))


@dataclass(frozen=True)
class Taken:
    """The outputs that were read, by file name, and what could not be read."""

    outputs: Outputs = field(default_factory=dict)
    not_observed: tuple[NotObserved, ...] = ()


@dataclass(frozen=True)
class Seen:
    """Facts, and what could not be observed."""

    facts: tuple[Fact, ...] = ()
    not_observed: tuple[NotObserved, ...] = ()

    def __add__(self, other: Seen) -> Seen:
        return Seen(self.facts + other.facts, self.not_observed + other.not_observed)


def unseen(source: str, reason: str) -> Seen:
    """Nothing seen, and why."""
    return Seen(not_observed=(NotObserved(source=source, reason=reason),))


@dataclass(frozen=True)
class Configuration:
    """The part of the configuration that other sources need to judge what they see."""

    instances: tuple[str, ...] = ()
    """Instances with their own file."""
    autostart: Mapping[tuple[str, str], bool] = field(default_factory=dict)
    """Whether a module of an instance starts by itself on this host."""
    ports: Mapping[str, int] = field(default_factory=dict)
    """Configured ports of ``stat``, ``web``, ``web-control``, ``pipelined``, ``syslogd``."""
    relay: tuple[str, int] | None = None
    """Address and port of the SMTP relay."""
    memory_mb: tuple[float, float] | None = None
    """Process memory in MB that causes a warning, and an alert."""
    max_connections: int | None = None
    """The most database connections per process (maxCnx)."""
    tmpdir: str | None = None
    """TMPDIR of the Campaign account."""

    def starts(self, module: str) -> bool | None:
        """Whether any instance starts ``module`` here; None if no file mentions it."""
        said = [value for (name, _), value in self.autostart.items() if name == module]
        return any(said) if said else None


class Meter(Protocol):
    """Receives the progress of a long read."""

    def start(self, total: int) -> None:
        """``total`` bytes are about to be read."""

    def advance(self, count: int) -> None:
        """``count`` more bytes have been read."""

    def stop(self) -> None:
        """All has been read."""


class Silence:
    """Shows no progress."""

    def start(self, total: int) -> None:
        """Say nothing."""

    def advance(self, count: int) -> None:
        """Say nothing."""

    def stop(self) -> None:
        """Say nothing."""


@dataclass(frozen=True)
class Circumstances:
    """What a parser knows besides the outputs."""

    vocabulary: Vocabulary
    now: datetime
    """When the outputs were taken."""
    platform: Platform = "linux"
    instance: str | None = None
    """The only instance to look at."""
    hours: float = 24
    """How many hours back log files are searched."""
    configuration: Configuration = Configuration()
    progress: Meter = field(default_factory=Silence)

    def wants(self, instance: str) -> bool:
        """Whether ``instance`` is requested; ``default`` always is."""
        return self.instance in (None, instance) or instance == "default"


@dataclass(frozen=True)
class Ran:
    """A command's output, stdout and stderr together, and its exit code."""

    output: bytes
    code: int


class Runner(Protocol):
    """Runs a command without a shell; raises ``CannotObserveError`` if that is impossible."""

    def __call__(self, argv: Sequence[str], limit: float) -> Ran:
        """Run ``argv`` for at most ``limit`` seconds."""


@dataclass(frozen=True, kw_only=True)
class Host(Whereabouts):
    """The host to observe, its folders, and the means to do so."""

    run: Runner
    platform: Platform
    var: Path
    conf: Path
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    limit: float = 10.0
    """Seconds for one command, page or connection."""
    configuration: Configuration = Configuration()


class ParserModule(Protocol):
    """Reads the outputs of one kind; a module implements it."""

    @property
    def FILES(self) -> tuple[str, ...]:  # noqa: N802 - a constant of the module
        """Documented names of its outputs, as globs."""

    SHAPES: tuple[Shape, ...]
    """The shapes of its outputs inside other text; empty if they have none."""

    def parse(self, outputs: Outputs, context: Circumstances) -> Seen:
        """The facts in outputs; never raises, whatever they contain."""


class SourceModule(ParserModule, Protocol):
    """One source: reads its outputs, and fetches them."""

    def read(self, host: Host) -> Taken:
        """Fetch the outputs from a live host; ``CannotObserveError`` says why it cannot."""

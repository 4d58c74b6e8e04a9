"""What a source of observations is: outputs of the server in, facts out.

A source has two halves. ``read`` fetches outputs from a live host and interprets nothing; ``parse``
turns outputs into facts and touches nothing. Outputs go by their documented file names, so that it
is all one to ``parse`` whether they were read a moment ago or came out of a capture.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from ccexpert.facts import Fact, NotObserved, Platform
from ccexpert.knowledge.vocabulary import Vocabulary

#: No output but a log is larger than this (bytes); the rest of a larger one is not read.
OUTPUT_LIMIT = 16 * 1024 * 1024


class CannotObserveError(Exception):
    """A source cannot be read on this host; the message is the reason, for people."""


@dataclass(frozen=True)
class Output:
    """One output of the server: what a command printed, or a file."""

    open: Callable[[], BinaryIO]
    size: int
    """In bytes."""
    modified: float | None = None
    """When a file was last written: seconds since 1970-01-01 UTC."""

    @classmethod
    def of(cls, data: bytes) -> Output:
        """An output that is in memory."""
        return cls(lambda: io.BytesIO(data), len(data))

    @classmethod
    def file(cls, path: Path) -> Output:
        """A file, opened when it is read; raises ``OSError`` when it is not there."""
        status = path.stat()
        return cls(lambda: path.open("rb"), status.st_size, status.st_mtime)

    def data(self) -> bytes:
        """Its bytes, at most ``OUTPUT_LIMIT``."""
        with self.open() as stream:
            return stream.read(OUTPUT_LIMIT)


Outputs = Mapping[str, Output]


@dataclass(frozen=True)
class Taken:
    """What was read, by file name, and what could not be."""

    outputs: Outputs = field(default_factory=dict)
    not_observed: tuple[NotObserved, ...] = ()


@dataclass(frozen=True)
class Seen:
    """Facts, and what could not be told."""

    facts: tuple[Fact, ...] = ()
    not_observed: tuple[NotObserved, ...] = ()

    def __add__(self, other: Seen) -> Seen:
        return Seen(self.facts + other.facts, self.not_observed + other.not_observed)


def unseen(source: str, reason: str) -> Seen:
    """Nothing seen, and why."""
    return Seen(not_observed=(NotObserved(source=source, reason=reason),))


@dataclass(frozen=True)
class Configuration:
    """What the configuration files say that other sources need to judge what they see."""

    instances: tuple[str, ...] = ()
    """Instances that have a file of their own."""
    autostart: Mapping[tuple[str, str], bool] = field(default_factory=dict)
    """Whether a module of an instance starts by itself on this host."""
    ports: Mapping[str, int] = field(default_factory=dict)
    """Configured port of ``stat``, ``web``, ``web-control``, ``pipelined``, ``syslogd``."""
    relay: tuple[str, int] | None = None
    """Address and port of the SMTP relay."""
    memory_mb: tuple[float, float] | None = None
    """Memory of a process, in MB, from which on there is a warning and an alert."""
    max_connections: int | None = None
    """Database connections that one process may hold (maxCnx)."""
    tmpdir: str | None = None
    """TMPDIR of the Campaign account."""

    def starts(self, module: str) -> bool | None:
        """Whether any instance starts ``module`` here; None when no file speaks of it."""
        said = [value for (name, _), value in self.autostart.items() if name == module]
        return any(said) if said else None


class Progress(Protocol):
    """Is told how far a long reading has come."""

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
class Context:
    """What a parser may know beside the outputs."""

    vocabulary: Vocabulary
    now: datetime
    """When the outputs were taken."""
    platform: Platform = "linux"
    instance: str | None = None
    """Look at this instance only."""
    hours: float = 24
    """How far back log files are searched."""
    configuration: Configuration = Configuration()
    progress: Progress = field(default_factory=Silence)

    def wants(self, instance: str) -> bool:
        """Whether what belongs to ``instance`` is asked for; ``default`` serves all."""
        return self.instance in (None, instance) or instance == "default"


@dataclass(frozen=True)
class Ran:
    """What a command printed, on stdout and stderr together, and its exit code."""

    output: bytes
    code: int


class Runner(Protocol):
    """Runs a command without a shell; raises ``CannotObserveError`` when that is not possible."""

    def __call__(self, argv: Sequence[str], limit: float) -> Ran:
        """Run ``argv`` for at most ``limit`` seconds."""


@dataclass(frozen=True)
class Host:
    """The host to look at, and the ways to do it."""

    run: Runner
    platform: Platform
    var: Path
    """The folder of logs and data."""
    conf: Path
    """The folder of configuration files."""
    instance: str | None = None
    url: str | None = None
    """Base of the pages to probe; default: this host itself."""
    smtp: str | None = None
    """``host:port`` to be reached; default: the configured relay."""
    pop3: str | None = None
    """``host:port`` of the bounce mailbox."""
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    limit: float = 10.0
    """Seconds for one command, page or connection."""
    configuration: Configuration = Configuration()


class Source(Protocol):
    """One source; its module stands behind this."""

    FILES: tuple[str, ...]
    """Documented names of its outputs, as globs."""

    def parse(self, outputs: Outputs, context: Context) -> Seen:
        """What outputs say; never raises, whatever they hold."""

    def read(self, host: Host) -> Taken:
        """Fetch the outputs from a live host; ``CannotObserveError`` says why it cannot."""

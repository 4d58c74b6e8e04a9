"""The data of a walk: its hands, its questions and its events."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

from ccexpert.diagnosis import Action, Diagnosis
from ccexpert.facts import FactsDocument
from ccexpert.knowledge.commands import AllowedCommand, Forbidden
from ccexpert.observe.interface import Ran

Ending = Literal["gone", "nothing", "exhausted", "dry-run"]
"""The fault is gone; there was none; every step was taken or skipped; it was a dry run."""

Refusal = Literal[Forbidden, "not-named", "other-platform", "other-host"]
"""Why a command may not run."""

Reason = Literal[
    "dry-run",
    "declined",
    "by-hand",
    "not-done",
    "not-after",
    "outdated",
    "cannot-run",
    "looks",
    Refusal,
]
"""Why a step was skipped; ``looks`` means that the person declined a harmless check, ``not-after``
that the step before it was skipped."""


Key = tuple[str, ...]
"""Identifies a step (``Action.key``)."""


@dataclass(frozen=True)
class Unfinished:
    """What is known of an interrupted walk."""

    walk: str
    """Its id."""
    told: FactsDocument
    done: frozenset[Key]
    """The steps it had taken or skipped."""
    touched: frozenset[str]
    """The modules and services it had started or restarted."""


@dataclass(frozen=True)
class Decision:
    """A question that only the person can decide."""

    about: Literal["run", "run-again", "done", "still"]
    """Run this step? Run it although its module was started before? Is a manual step done? Is a
    reported fact still true?"""
    step: Action | None = None
    fact: str = ""
    """The fact, in one line, for ``still``."""


@dataclass(frozen=True)
class Event:
    """Something that happened on the walk."""

    what: Literal["begun", "step", "left", "running", "ran", "seen", "no-longer", "ended"]
    step: Action | None = None
    why: Reason | None = None
    """Why a step was skipped."""
    code: int | None = None
    """Exit code of a command; None if it could not run or was killed."""
    output: str = ""
    """What a command printed, without secrets, or why it could not be run."""
    verified: bool | None = None
    """Whether the fact that shows success was observed; None if nothing about it was."""
    findings: tuple[Diagnosis, ...] = ()
    """The present findings, ranked."""
    told: FactsDocument | None = None
    """The reported facts when the walk begins."""
    fact: str = ""
    """The fact that no longer holds."""
    ending: Ending | None = None


@dataclass(frozen=True)
class Hands:
    """The callables through which a walk touches the world."""

    run: Callable[[Sequence[str]], Ran]
    """Runs an argument list; raises ``CannotObserveError`` if that is impossible."""
    observe: Callable[[], FactsDocument]
    """Observes the server."""
    ask: Callable[[Decision], bool]
    """Asks the person."""
    tell: Callable[[Event], None]
    """Receives every event, including one before a command runs."""
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    sleep: Callable[[float], None] = field(default=lambda seconds: None)
    """Waits this many seconds for a change to take effect."""


@dataclass(frozen=True)
class Policy:
    """What a walk may do."""

    allowed: Sequence[AllowedCommand]
    platform: str
    host: str | None
    """The name of this host."""
    execute: bool = False
    """Whether to run commands; otherwise they are only shown."""
    checks: bool = False
    """Whether to run harmless checks without asking."""
    max_age: timedelta = timedelta(minutes=15)
    """Older facts do not justify a change."""
    patience: float = 15.0
    """Seconds that a change may take to show."""

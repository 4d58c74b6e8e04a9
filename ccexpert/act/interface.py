"""What a walk is made of: the hands that it works with, what it asks, what it tells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

from ccexpert.diagnosis import Action, Diagnosis
from ccexpert.facts import FactsDocument
from ccexpert.knowledge.commands import AllowedCommand
from ccexpert.observe.interface import Ran

Ending = Literal["gone", "nothing", "exhausted", "dry-run"]
"""The fault is gone; there was none; every step has been taken or left; nothing was to be run."""

Refusal = Literal["not-allowed", "placeholder", "not-named", "other-platform", "other-host"]
"""Why a command may not be run."""

Reason = Literal[
    "dry-run", "declined", "by-hand", "not-done", "outdated", "cannot-run", "looks", Refusal
]
"""Why a step was left; ``looks`` says that a harmless check was not wanted."""


Key = tuple[str, ...]
"""What tells one step from another: kind, target, and command or text."""


def key(step: Action) -> Key:
    """The key of a step."""
    return (step.kind, step.target, *(step.command or (step.text,)))


@dataclass(frozen=True)
class Unfinished:
    """What is known of a walk that was interrupted."""

    walk: str
    """Its id."""
    told: FactsDocument
    done: frozenset[Key]
    """The steps that it had taken or left."""
    touched: frozenset[str]
    """The modules and services that it had started or restarted."""


@dataclass(frozen=True)
class Question:
    """Something only the person can decide."""

    about: Literal["run", "run-again", "done", "still"]
    """Whether to run a step; to run one on what was changed before; whether a step by hand is done;
    whether what somebody told is still so."""
    step: Action | None = None
    fact: str = ""
    """The fact, in one line, for ``still``."""


@dataclass(frozen=True)
class Event:
    """Something that happened on the walk."""

    what: Literal["begun", "step", "left", "running", "ran", "seen", "no-longer", "ended"]
    step: Action | None = None
    why: Reason | None = None
    """Why a step was left."""
    code: int | None = None
    """Exit code of a command; None when it could not be run or was ended."""
    output: str = ""
    """What a command printed, or why it could not be run."""
    verified: bool | None = None
    """Whether the fact that shows success was seen; None when nothing was seen of it."""
    findings: tuple[Diagnosis, ...] = ()
    """What is found now, ranked."""
    told: FactsDocument | None = None
    """What people told, when the walk begins."""
    fact: str = ""
    """The fact that no longer holds."""
    ending: Ending | None = None


@dataclass(frozen=True)
class Hands:
    """How a walk touches the world."""

    run: Callable[[Sequence[str]], Ran]
    """Runs an argument list; raises ``CannotObserveError`` when that is not possible."""
    observe: Callable[[], FactsDocument]
    """Looks at the server."""
    ask: Callable[[Question], bool]
    """Asks the person."""
    tell: Callable[[Event], None]
    """Is told all that happens; before a command is run, too."""
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    sleep: Callable[[float], None] = field(default=lambda seconds: None)
    """Waits, in seconds, for a change to take effect."""


@dataclass(frozen=True)
class Policy:
    """What a walk may do."""

    allowed: Sequence[AllowedCommand]
    platform: str
    host: str | None
    """The name of this host."""
    execute: bool = False
    """Run commands; without it they are only shown."""
    checks: bool = False
    """Run harmless checks without asking."""
    max_age: timedelta = timedelta(minutes=15)
    """Facts that are older are no ground for a change."""
    patience: float = 15.0
    """Seconds that a change may take to show."""

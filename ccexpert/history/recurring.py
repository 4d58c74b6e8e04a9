"""Faults that come back: recorded runs become occurrences of each fault.

Consecutive runs that find a fault are one occurrence. A new one begins if a run of the same host in
between did not find it, or if it was last seen more than ``QUIET`` before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple

#: If a fault was not seen for longer than this, the next sighting is a new occurrence.
QUIET = timedelta(hours=6)


class Fault(NamedTuple):
    """What comes back; ``""`` for what was not said."""

    diagnosis: str
    module: str
    instance: str
    host: str


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time that a fault was there: from its first sighting to its last."""

    first: str
    last: str
    runs: int = 1
    """Recorded runs that found it."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """What was recorded in a period."""

    since: datetime
    until: datetime
    runs: tuple[str, ...]
    """When each run started."""
    faults: Mapping[Fault, tuple[Occurrence, ...]]
    """The most frequent first."""


@dataclass(frozen=True, slots=True)
class Recurrence:
    """How often one fault has occurred within a number of days."""

    diagnosis: str
    module: str
    instance: str | None
    host: str | None
    times: int
    """Occurrences."""
    runs: int
    """Recorded runs that found it."""
    first: str
    last: str

    @classmethod
    def of(cls, fault: Fault, found: tuple[Occurrence, ...]) -> Recurrence:
        """What the occurrences of a fault come to."""
        runs = sum(one.runs for one in found)
        where = (fault.instance or None, fault.host or None)
        return cls(*fault[:2], *where, len(found), runs, found[0].first, found[-1].last)


def timeline(rows: Iterable[tuple[Any, ...]], since: datetime, until: datetime) -> Timeline:
    """The rows of (run, its time, its host, finding …), the oldest first, as occurrences."""
    runs: list[str] = []
    found: dict[Fault, list[Occurrence]] = {}
    found_before: dict[str, frozenset[Fault]] = {}  # by host: the faults of its previous run
    for (_, started, host), of_run in groupby(rows, key=lambda row: row[:3]):
        runs.append(started)
        faults = frozenset(Fault(*row[3:]) for row in of_run if row[3] is not None)
        for fault in faults:
            known = found.setdefault(fault, [])
            if fault in found_before.get(host, ()) and _gap(known[-1].last, started) <= QUIET:
                known[-1] = replace(known[-1], last=started, runs=known[-1].runs + 1)
            else:
                known.append(Occurrence(started, started))
        found_before[host] = faults
    by_frequency = sorted(found.items(), key=_frequency)
    return Timeline(since, until, tuple(runs), {f: tuple(times) for f, times in by_frequency})


def _frequency(found: tuple[Fault, list[Occurrence]]) -> tuple[int, int, str, str]:
    fault, times = found
    return -len(times), -sum(one.runs for one in times), fault.diagnosis, fault.host


def _gap(earlier: str, later: str) -> timedelta:
    return datetime.fromisoformat(later) - datetime.fromisoformat(earlier)

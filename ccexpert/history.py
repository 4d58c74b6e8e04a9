"""Keeps reports from run to run, and counts how often a fault has come back.

One SQLite file holds them. Every report is one transaction that takes the write lock before it
reads, so concurrent runs wait for each other and a killed run leaves nothing half-written. It uses
the rollback journal, because a write-ahead log needs shared memory, which a home directory on a
network file system does not offer.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

from platformdirs import user_state_path

from ccexpert.diagnosis import Diagnosis, Status
from ccexpert.errors import CANNOT_CREATE, CcexpertError, MissingInputError, Place
from ccexpert.reading import Source
from ccexpert.report.answer import Report
from ccexpert.report.json import read

#: If a fault was not seen for longer than this, the next sighting is a new occurrence.
QUIET = timedelta(hours=6)

#: Marks the file as ours ("CCEX"), and the version of its layout.
_KIND, _VERSION = 0x43434558, 1
_SCHEMA = (
    f"PRAGMA application_id = {_KIND}",
    f"PRAGMA user_version = {_VERSION}",
    """CREATE TABLE runs (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        run TEXT NOT NULL UNIQUE,
        started TEXT NOT NULL,
        host TEXT NOT NULL,
        status TEXT NOT NULL,
        report TEXT NOT NULL
    )""",
    "CREATE INDEX runs_by_time ON runs (started)",
    """CREATE TABLE findings (
        number INTEGER NOT NULL REFERENCES runs,
        rank INTEGER NOT NULL,
        diagnosis TEXT NOT NULL,
        module TEXT NOT NULL,
        instance TEXT NOT NULL,
        host TEXT NOT NULL,
        certainty REAL NOT NULL,
        PRIMARY KEY (number, rank)
    ) WITHOUT ROWID""",
)

_WAIT = 60.0  # seconds that a run waits for others to finish writing


#: SQLite counts no further; there is no run of this number.
_HIGHEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class RecordedRun:
    """A summary of one recorded report."""

    number: int
    run: str
    started: str
    host: str | None
    status: Status
    findings: int
    diagnosis: str | None
    """The id of the first finding."""
    certainty: float | None


@dataclass(frozen=True, slots=True)
class Recurrence:
    """How often one fault has occurred within a number of days.

    Consecutive runs that find it are one occurrence. A new one begins if a run of the same host in
    between did not find it, or if it was last seen more than ``QUIET`` before.
    """

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


def history_file() -> Path:
    """The file of reports: ``CCEXPERT_HISTORY``, else one in the user's state directory."""
    named = os.environ.get("CCEXPERT_HISTORY")
    return Path(named) if named else user_state_path("ccexpert", False) / "history.sqlite3"


class History:
    """The recorded reports in one file. Threads and processes may share it.

    Raises ``CcexpertError`` if the file cannot be used, and ``MissingInputError`` if nothing has
    been recorded yet or the requested run does not exist.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or history_file()

    def record(self, report: Report) -> int:
        """Save a report and return its number. A report is never saved twice."""
        with self._writing() as db:
            known = db.execute("SELECT number FROM runs WHERE run = ?", (report.run.id,)).fetchone()
            if known:
                return int(known[0])
            row = (report.run.id, _utc(report.run.started), report.host or "", report.status)
            inserted = db.execute(
                "INSERT INTO runs (run, started, host, status, report) VALUES (?, ?, ?, ?, ?)",
                (*row, json.dumps(report.to_dict(), ensure_ascii=False, separators=(",", ":"))),
            )
            number = int(inserted.lastrowid or 0)
            db.executemany(
                "INSERT INTO findings VALUES (?, ?, ?, ?, ?, ?, ?)", _findings(number, report)
            )
            return number

    def runs(self, host: str | None = None, limit: int = 20) -> tuple[RecordedRun, ...]:
        """The newest ``limit`` runs (of one host), the newest first."""
        with self._reading() as db:
            rows = db.execute(
                """SELECT runs.number, run, started, runs.host, status,
                          (SELECT count(*) FROM findings f WHERE f.number = runs.number),
                          diagnosis, certainty
                   FROM runs LEFT JOIN findings ON findings.number = runs.number AND rank = 1
                   WHERE ? IS NULL OR runs.host = ?
                   ORDER BY started DESC, runs.number DESC LIMIT ?""",
                (host, host, min(limit, _HIGHEST)),
            )
            return tuple(RecordedRun(n, r, s, h or None, *rest) for n, r, s, h, *rest in rows)

    def report(self, number: int) -> Report:
        """The report with this number."""
        with self._reading() as db:
            wanted = (min(number, _HIGHEST),)
            row = db.execute("SELECT report FROM runs WHERE number = ?", wanted).fetchone()
        if row is None:
            raise MissingInputError(
                f"there is no recorded run {number}",
                Place(str(self.path)),
                "see: ccexpert history list",
            )
        return Report.of(read(Source(f"{self.path}, run {number}", row[0])))

    def recurrences(self, days: float = 7, now: datetime | None = None) -> tuple[Recurrence, ...]:
        """The faults found within the last ``days``, the most frequent first."""
        since = (now or datetime.now(UTC)).astimezone(UTC) - timedelta(days=days)
        with self._reading() as db:
            rows = db.execute(
                """SELECT runs.number, started, runs.host,
                          diagnosis, module, instance, findings.host
                   FROM runs LEFT JOIN findings USING (number)
                   WHERE started >= ? ORDER BY started, runs.number, rank""",
                (since.isoformat(timespec="seconds"),),
            ).fetchall()
        found = _recurrences(rows)
        return tuple(sorted(found, key=lambda r: (-r.times, -r.runs, r.diagnosis, r.host or "")))

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that holds the write lock from its first statement."""
        with _said_plainly(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.path.touch(mode=0o600)
            with closing(sqlite3.connect(self.path, timeout=_WAIT, isolation_level=None)) as db:
                db.execute("BEGIN IMMEDIATE")
                _prepare(db, self.path)
                yield db
                db.execute("COMMIT")

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        empty = MissingInputError(
            "nothing has been recorded yet",
            Place(str(self.path)),
            "record with: ccexpert diagnose --record",
        )
        if not self.path.exists():
            raise empty
        # opened for writing if allowed: a killed run may have left a transaction that the next
        # # connection must roll back
        name = f"{self.path.absolute().as_uri()}?mode=rw"
        with (
            _said_plainly(self.path),
            closing(sqlite3.connect(name, timeout=_WAIT, isolation_level=None, uri=True)) as db,
        ):
            if _is_new(db):
                raise empty
            _check_kind(db, self.path)
            yield db


def _prepare(db: sqlite3.Connection, path: Path) -> None:
    """Create the tables of a new file; refuse a file with another layout."""
    if _is_new(db):
        for statement in _SCHEMA:
            db.execute(statement)
    _check_kind(db, path)


def _is_new(db: sqlite3.Connection) -> bool:
    return not db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]


def _check_kind(db: sqlite3.Connection, path: Path) -> None:
    kind = db.execute("PRAGMA application_id").fetchone()[0]
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if (kind, version) != (_KIND, _VERSION):
        raise CcexpertError(
            "this is not a history that this version of ccexpert can use",
            Place(str(path)),
            advice="name another file in CCEXPERT_HISTORY",
        )


@contextmanager
def _said_plainly(path: Path) -> Iterator[None]:
    """Turn errors of SQLite and the system into one sentence."""
    try:
        yield
    except OSError as error:
        raise CcexpertError(
            f"cannot be written: {error.strerror}", Place(str(path)), exit_code=CANNOT_CREATE
        ) from None
    except sqlite3.OperationalError as error:
        raise CcexpertError(
            f"the history cannot be used: {error}",
            Place(str(path)),
            advice="name another file in CCEXPERT_HISTORY",
            exit_code=CANNOT_CREATE,
        ) from None
    except sqlite3.DatabaseError as error:
        raise CcexpertError(f"this is not a ccexpert history: {error}", Place(str(path))) from None


def _findings(number: int, report: Report) -> Iterator[tuple[object, ...]]:
    found = (d for d in report.diagnoses if d.is_finding)
    for rank, d in enumerate(found, 1):
        yield number, rank, d.id, d.module, d.instance or "", _host(d, report), d.certainty


def _host(diagnosis: Diagnosis, report: Report) -> str:
    return diagnosis.host or report.host or ""


def _utc(moment: str) -> str:
    """A time as the file stores it: UTC, to the second, so that its text sorts by time."""
    return datetime.fromisoformat(moment).astimezone(UTC).isoformat(timespec="seconds")


_Fault = tuple[str, str, str, str]
"""Diagnosis, module, instance, host; ``""`` for what was not said."""


def _recurrences(rows: Iterable[tuple[Any, ...]]) -> Iterable[Recurrence]:
    """Count the occurrences in rows of (run, its time, its host, finding …), the oldest first."""
    found: dict[_Fault, Recurrence] = {}
    found_before: dict[str, frozenset[_Fault]] = {}  # by host: the faults of its previous run
    for (_, started, host), of_run in groupby(rows, key=lambda row: row[:3]):
        faults = frozenset(tuple(row[3:]) for row in of_run if row[3] is not None)
        for fault in faults:
            diagnosis, module, instance, where = fault
            known = found.get(fault) or Recurrence(
                diagnosis, module, instance or None, where or None, 0, 0, started, started
            )
            again = fault not in found_before.get(host, ()) or _gap(known.last, started) > QUIET
            found[fault] = replace(
                known, times=known.times + again, runs=known.runs + 1, last=started
            )
        found_before[host] = faults
    return found.values()


def _gap(earlier: str, later: str) -> timedelta:
    return datetime.fromisoformat(later) - datetime.fromisoformat(earlier)

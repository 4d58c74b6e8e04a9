"""Keeps reports from run to run, counts how often a fault has come back, and keeps what it was.

One SQLite file holds them. Every report is one transaction that takes the write lock before it
reads, so concurrent runs wait for each other and a killed run leaves nothing half-written.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import starmap
from pathlib import Path

from ccexpert.diagnosis import Diagnosis, Status
from ccexpert.errors import MissingInputError, Place
from ccexpert.history.file import history_file, reading, writing
from ccexpert.history.outcomes import Author, Outcome, Verdict
from ccexpert.history.recurring import QUIET, Recurrence, Timeline, timeline
from ccexpert.history.rows import Moment, Stated, checked, sighting
from ccexpert.reading import Source
from ccexpert.report.answer import Report
from ccexpert.report.json import read

#: SQLite counts no further; there is no run of this number.
_HIGHEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class RecordedRun:
    """A summary of one recorded report."""

    number: int
    run: str
    started: Moment
    host: str | None
    status: Status
    findings: int
    diagnosis: str | None
    """The id of the first finding."""
    certainty: Stated | None
    verdict: Verdict | None
    """Whether its first diagnosis was right, once somebody has said so."""
    was: str | None
    """What it really was."""


class History:
    """The recorded reports in one file. Threads and processes may share it.

    Raises ``CcexpertError`` if the file cannot be used, and ``MissingInputError`` if nothing has
    been recorded yet or the requested run does not exist.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or history_file()

    def record(self, report: Report) -> int:
        """Save a report and return its number. A report is never saved twice."""
        with writing(self.path) as db:
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
        with reading(self.path) as db:
            rows = db.execute(
                """SELECT runs.number, run, started, runs.host, status,
                          (SELECT count(*) FROM findings f WHERE f.number = runs.number),
                          findings.diagnosis, findings.certainty, verdict, was
                   FROM runs LEFT JOIN findings ON findings.number = runs.number AND rank = 1
                        LEFT JOIN marks ON marks.number = runs.number
                   WHERE ? IS NULL OR runs.host = ?
                   ORDER BY started DESC, runs.number DESC LIMIT ?""",
                (host, host, min(limit, _HIGHEST)),
            )
            made = checked(RecordedRun)
            return tuple(made(n, r, s, h or None, *rest) for n, r, s, h, *rest in rows)

    def report(self, number: int) -> Report:
        """The report with this number."""
        with reading(self.path) as db:
            return self._run(db, number)

    def mark(self, number: int, verdict: Verdict, was: str = "", by: Author = "person") -> Outcome:
        """Say whether the first diagnosis of a recorded report was right, and what it really was.

        A later mark replaces an earlier one.
        """
        with writing(self.path) as db:
            first = self._run(db, number).first
            what = (first.id, first.certainty) if first else (None, None)
            row = (number, *what, verdict, was, by, _utc(datetime.now(UTC).isoformat()))
            db.execute("INSERT OR REPLACE INTO marks VALUES (?, ?, ?, ?, ?, ?, ?)", row)
            return next(_outcomes(db, "number = ?", number))

    def outcomes(self, diagnosis: str | None = None) -> tuple[Outcome, ...]:
        """The marked reports (whose first diagnosis is this one), the newest first."""
        with reading(self.path) as db:
            return tuple(_outcomes(db, "?1 IS NULL OR diagnosis = ?1", diagnosis))

    def marked(self) -> tuple[tuple[Outcome, Report], ...]:
        """The marked reports, the newest first, each with what it turned out to be."""
        with reading(self.path) as db:
            found = list(_outcomes(db, "?1 IS NULL", None))
            return tuple((one, self._run(db, one.number)) for one in found)

    def mended(self, host: str | None, diagnoses: Iterable[str]) -> Outcome | None:
        """Mark the latest report of a host as right, if its first diagnosis is one of these, it is
        not marked yet and at most ``QUIET`` old."""
        since = (datetime.now(UTC) - QUIET).isoformat(timespec="seconds")
        with reading(self.path) as db:
            row = db.execute(
                """SELECT number FROM runs LEFT JOIN marks USING (number)
                   WHERE host = ? AND started >= ? AND verdict IS NULL
                   ORDER BY started DESC, number DESC LIMIT 1""",
                (host or "", since),
            ).fetchone()
            first = self._run(db, row[0]).first if row else None
        if first is None or first.id not in set(diagnoses):
            return None
        return self.mark(row[0], "right", by="act")

    def recurrences(self, days: float = 7, now: datetime | None = None) -> tuple[Recurrence, ...]:
        """The faults found within the last ``days``, the most frequent first."""
        return tuple(starmap(Recurrence.of, self.timeline(days, now).faults.items()))

    def timeline(self, days: float = 7, now: datetime | None = None) -> Timeline:
        """Every occurrence of every fault within the last ``days``."""
        until = (now or datetime.now(UTC)).astimezone(UTC)
        since = until - timedelta(days=days)
        with reading(self.path) as db:
            rows = db.execute(
                """SELECT runs.number, started, runs.host,
                          diagnosis, module, instance, findings.host
                   FROM runs LEFT JOIN findings USING (number)
                   WHERE started >= ? ORDER BY started, runs.number, rank""",
                (since.isoformat(timespec="seconds"),),
            )
            return timeline(map(sighting, rows), since, until)

    def _run(self, db: sqlite3.Connection, number: int) -> Report:
        wanted = (min(number, _HIGHEST),)
        row = db.execute("SELECT report FROM runs WHERE number = ?", wanted).fetchone()
        if row is None:
            raise MissingInputError(
                f"there is no recorded run {number}",
                Place(str(self.path)),
                "see: ccexpert history list",
            )
        return Report.of(read(Source(f"{self.path}, run {number}", row[0])))


def _findings(number: int, report: Report) -> Iterator[tuple[object, ...]]:
    found = (d for d in report.diagnoses if d.is_finding)
    for rank, d in enumerate(found, 1):
        yield number, rank, d.id, d.module, d.instance or "", _host(d, report), d.certainty


def _outcomes(db: sqlite3.Connection, only: str, value: object) -> Iterator[Outcome]:
    """The marked reports, the newest first; ``only`` is a condition with one value."""
    rows = db.execute(
        f"""SELECT number, started, host, diagnosis, certainty, verdict, was, author, marked
            FROM marks JOIN runs USING (number)
            WHERE {only} ORDER BY started DESC, number DESC""",
        (value,),
    )
    made = checked(Outcome)
    return (made(n, s, h or None, *rest) for n, s, h, *rest in rows)


def _host(diagnosis: Diagnosis, report: Report) -> str:
    return diagnosis.host or report.host or ""


def _utc(moment: str) -> str:
    """A time as the file stores it: UTC, to the second, so that its text sorts by time."""
    return datetime.fromisoformat(moment).astimezone(UTC).isoformat(timespec="seconds")

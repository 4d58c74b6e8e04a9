"""The SQLite file of the history: its layout, and how it is opened.

It uses the rollback journal, because a write-ahead log needs shared memory, which a home directory
on a network file system does not offer.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from platformdirs import user_state_path
from pydantic import ValidationError

from ccexpert.errors import CANNOT_CREATE, CcexpertError, MissingInputError, Place

#: Marks the file as ours ("CCEX"), and the version of its layout. A table may be added within a
#: version: older programs do not miss it.
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
_MARKS = """TABLE marks (
        number INTEGER PRIMARY KEY REFERENCES runs,
        diagnosis TEXT,
        certainty REAL,
        verdict TEXT NOT NULL,
        was TEXT NOT NULL,
        author TEXT NOT NULL,
        marked TEXT NOT NULL
    )"""

_WAIT = 60.0  # seconds that a run waits for others to finish writing


def history_file() -> Path:
    """The file of reports: ``CCEXPERT_HISTORY``, else one in the user's state directory."""
    named = os.environ.get("CCEXPERT_HISTORY")
    return Path(named) if named else user_state_path("ccexpert", False) / "history.sqlite3"


@contextmanager
def writing(path: Path) -> Iterator[sqlite3.Connection]:
    """A transaction that holds the write lock from its first statement."""
    with _said_plainly(path):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        with closing(sqlite3.connect(path, timeout=_WAIT, isolation_level=None)) as db:
            db.execute("BEGIN IMMEDIATE")
            if _is_new(db):
                for statement in _SCHEMA:
                    db.execute(statement)
            _check_kind(db, path)
            if not _has_marks(db):
                db.execute(f"CREATE {_MARKS}")
            yield db
            db.execute("COMMIT")


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """The file for reading; ``MissingInputError`` if nothing has been recorded yet."""
    empty = MissingInputError(
        "nothing has been recorded yet",
        Place(str(path)),
        "record with: ccexpert diagnose --record",
    )
    if not path.exists():
        raise empty
    # opened for writing if allowed: a killed run may have left a transaction that the next
    # connection must roll back
    name = f"{path.absolute().as_uri()}?mode=rw"
    with (
        _said_plainly(path),
        closing(sqlite3.connect(name, timeout=_WAIT, isolation_level=None, uri=True)) as db,
    ):
        if _is_new(db):
            raise empty
        _check_kind(db, path)
        if not _has_marks(db):  # an older program wrote it
            db.execute(f"CREATE TEMP {_MARKS}")
        yield db


def _is_new(db: sqlite3.Connection) -> bool:
    return not db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]


def _has_marks(db: sqlite3.Connection) -> bool:
    found = db.execute("SELECT count(*) FROM sqlite_master WHERE name = 'marks'")
    return bool(found.fetchone()[0])


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
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        reason = f"{first['loc'][0]}: {first['msg']}"
        raise CcexpertError(f"this history is damaged: {reason}", Place(str(path))) from None
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

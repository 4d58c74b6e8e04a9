"""A table that psql printed: who works in the database, who waits for whom.

Read are the views ``pg_stat_activity`` and ``pg_locks``, and the usual queries upon them, by the
names of their columns (PostgreSQL documentation, chapters 27.2 and 52.12).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ccexpert.display import clean
from ccexpert.facts import Fact, SymptomFact
from ccexpert.observe.interface import Circumstances, Outputs, Seen, Shape, unseen
from ccexpert.observe.text import decode

FILES = ("psql.txt",)

_RULE = re.compile(r"-{2,}(?:\+-{2,}){0,100}\s*")
_ROW = r"[^|\n]{0,2000}(?:\|[^|\n]{0,4000}){1,100}"
_COUNT = re.compile(r"\(\d{1,9} rows?\)|\(\d{1,9} rader?\)")
SHAPES = (
    Shape(
        output=FILES[0],
        begins=re.compile(rf" {_ROW}"),
        belongs=re.compile(rf"(?:{_RULE.pattern}$|{_COUNT.pattern}|{_ROW})"),
        tells=re.compile(rf"^(?:{_RULE.pattern})$"),
        command=re.compile(r"\bpsql\b"),
        ends=_COUNT,
        least=2,
    ),
)

#: A statement that has been running for so long is a slow one (seconds).
_LONG = 600
_DURATION = re.compile(
    r"(?:(?P<days>\d{1,5}) days? )?(?P<h>\d{1,4}):(?P<m>\d\d):(?P<s>\d\d)(?:\.\d+)?"
)

Row = Mapping[str, str]


def parse(outputs: Outputs, _context: Circumstances) -> Seen:
    """The symptoms ``database-blocked`` and ``database-slow``."""
    if FILES[0] not in outputs:
        return Seen()
    columns, rows = _table(decode(outputs[FILES[0]].data()))
    if not (columns & _OF_LOCKS or ("pid" in columns and columns & _OF_WORK)):
        named = clean(", ".join(sorted(columns)), 200) or "none"
        return unseen("psql", f"a table whose columns say nothing that is known: {named}")
    return Seen(tuple(_facts(columns, rows)))


_BLOCKS = frozenset(
    {"blocked_pid", "blocking_pid", "blocked_by", "blocked_query", "blocking_query"}
)
_OF_LOCKS = _BLOCKS | {"granted", "wait_event_type", "waiting"}
_OF_WORK = frozenset({"duration", "runtime", "query_time", "age"})


def _facts(columns: frozenset[str], rows: list[Row]) -> Iterator[Fact]:
    if columns & _OF_LOCKS:
        waits = any(map(_waits, rows))
        yield _symptom("database-blocked", waits, 0.9)
    if columns & _OF_WORK and any(map(_is_slow, rows)):
        yield _symptom("database-slow", True, 0.6)


def _symptom(name: str, present: bool, certainty: float) -> SymptomFact:
    return SymptomFact(
        kind="symptom", name=name, present=present, certainty=certainty, source="psql"
    )


def _waits(row: Row) -> bool:
    """Whether a row shows a session that waits for another."""
    blocked = any(row.get(name, "") not in ("", "{}") for name in _BLOCKS)
    return (
        blocked
        or row.get("granted") == "f"
        or row.get("wait_event_type", "").casefold() == "lock"
        or row.get("waiting") == "t"
    )


def _is_slow(row: Row) -> bool:
    """Whether a row shows a statement that has been running for long."""
    if row.get("state", "active") != "active":
        return False
    found = (_DURATION.match(row.get(name, "")) for name in _OF_WORK)
    return any(_seconds(duration) >= _LONG for duration in found if duration)


def _seconds(found: re.Match[str]) -> int:
    days, hours, minutes, seconds = (int(found[part] or 0) for part in ("days", "h", "m", "s"))
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


def _table(text: str) -> tuple[frozenset[str], list[Row]]:
    """The names of the columns, and the rows."""
    lines = [line for line in text.split("\n") if line.strip()]
    at = next((n for n, line in enumerate(lines) if n and _RULE.fullmatch(line)), None)
    if at is None:
        return frozenset(), []
    names = [name.strip().casefold() for name in lines[at - 1].split("|")]
    rows: list[Row] = [
        dict(zip(names, (cell.strip() for cell in line.split("|")), strict=False))
        for line in lines[at + 1 :]
        if line.count("|") == len(names) - 1 and not _COUNT.match(line)
    ]
    return frozenset(names), rows

"""A table that psql, sqlplus or sqlcmd printed: who works in the database, who waits for whom.

Read are the views ``pg_stat_activity`` and ``pg_locks`` (PostgreSQL documentation, chapters 27.2
and 52.12), ``V$SESSION`` (Oracle) and ``sys.dm_exec_requests`` (SQL Server), and the usual queries
upon them, by the names of their columns.
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
_COUNT = re.compile(r"\(\d{1,9} rows?(?: affected)?\)|\(\d{1,9} rader?\)|\d{1,9} rows? selected\.")
#: A table of sqlplus or sqlcmd: columns are as wide as the dashes below their names.
_DASHES = re.compile(r"-{2,}(?: {1,4}-{1,400}){0,100}\s*")
_COLUMNS = re.compile(
    r"(?i)[\w$# \t]{0,400}\b"
    r"(?:blocking_session(?:_id)?|last_call_et|total_elapsed_time)\b[\w$# \t]{0,400}"
)
SHAPES: tuple[Shape, ...] = (
    Shape(
        output=FILES[0],
        begins=re.compile(rf" {_ROW}"),
        belongs=re.compile(rf"(?:{_RULE.pattern}$|{_COUNT.pattern}|{_ROW})"),
        tells=re.compile(rf"^(?:{_RULE.pattern})$"),
        command=re.compile(r"\bpsql\b"),
        ends=_COUNT,
        least=2,
    ),
    Shape(
        output=FILES[0],
        begins=_COLUMNS,
        belongs=re.compile(rf"(?:{_DASHES.pattern}$|{_COUNT.pattern}|\s{{0,40}}\d[^\n]{{0,4000}})"),
        tells=re.compile(rf"^(?:{_DASHES.pattern})$"),
        command=re.compile(r"\bsqlplus\b|\bsqlcmd\b"),
        ends=_COUNT,
        least=2,
    ),
    Shape(
        output=FILES[0],
        begins=re.compile(r"(?i)[\w$#][\w$# \t]{0,200}[ \t]count(?:\(\*\))?\s*$"),
        belongs=re.compile(
            rf"(?:{_DASHES.pattern}$|{_COUNT.pattern}|\s{{0,40}}\S[^|\n]{{0,200}} \d{{1,12}}\s*$)"
        ),
        tells=re.compile(rf"^(?:{_DASHES.pattern})$"),
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
    """The symptoms ``database-blocked`` and ``database-statement-long``."""
    if FILES[0] not in outputs:
        return Seen()
    columns, rows = _table(decode(outputs[FILES[0]].data()))
    working = columns & _COUNTED.keys() or ("pid" in columns and columns & _OF_WORK)
    if not (columns & _OF_LOCKS or working):
        named = clean(", ".join(sorted(columns)), 200) or "none"
        return unseen("psql", f"a table whose columns say nothing that is known: {named}")
    return Seen(tuple(_facts(columns, rows)))


_BLOCKS = frozenset(
    {"blocked_pid", "blocking_pid", "blocked_by", "blocked_query", "blocking_query"}
    | {"blocking_session", "blocking_session_id"}
)
#: What stands in these columns where nobody waits.
_NOBODY = ("", "{}", "0", "null")
_OF_LOCKS = _BLOCKS | {"granted", "wait_event_type", "waiting"}
_OF_WORK = frozenset({"duration", "runtime", "query_time", "age"})
#: Columns with a number, and how many of it are a second.
_COUNTED = {"last_call_et": 1, "total_elapsed_time": 1000}


def _facts(columns: frozenset[str], rows: list[Row]) -> Iterator[Fact]:
    if columns & _OF_LOCKS:
        waits = any(map(_waits, rows))
        yield _symptom("database-blocked", waits, 0.9)
    if any(map(_is_slow, rows)):
        yield _symptom("database-statement-long", True, 0.9)


def _symptom(name: str, present: bool, certainty: float) -> SymptomFact:
    return SymptomFact(
        kind="symptom", name=name, present=present, certainty=certainty, source="psql"
    )


def _waits(row: Row) -> bool:
    """Whether a row shows a session that waits for another."""
    blocked = any(row.get(name, "").casefold() not in _NOBODY for name in _BLOCKS)
    return (
        blocked
        or row.get("granted") == "f"
        or row.get("wait_event_type", "").casefold() == "lock"
        or row.get("waiting") == "t"
    )


def _is_slow(row: Row) -> bool:
    """Whether a row shows a statement that has been running for long."""
    if row.get("state", row.get("status", "active")).casefold() not in ("active", "running"):
        return False
    counted = ((row.get(name, ""), units) for name, units in _COUNTED.items())
    if any(said.isdecimal() and int(said) >= _LONG * units for said, units in counted):
        return True
    found = (_DURATION.match(row.get(name, "")) for name in _OF_WORK)
    return any(_seconds(duration) >= _LONG for duration in found if duration)


def _seconds(found: re.Match[str]) -> int:
    days, hours, minutes, seconds = (int(found[part] or 0) for part in ("days", "h", "m", "s"))
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


def _table(text: str) -> tuple[frozenset[str], list[Row]]:
    """The names of the columns, and the rows."""
    lines = [line for line in text.split("\n") if line.strip()]
    for at, line in enumerate(lines):
        if at and _RULE.fullmatch(line) and "|" in lines[at - 1]:
            return _rows([each.split("|") for each in lines[at - 1 :] if not _COUNT.match(each)])
        if at and _DASHES.fullmatch(line):
            spans = [dashes.span() for dashes in re.finditer("-+", line)]
            told = [each for each in lines[at - 1 :] if not _COUNT.match(each.strip())]
            return _rows([[each[start:end] for start, end in spans] for each in told])
    return frozenset(), []


def _rows(cells: list[list[str]]) -> tuple[frozenset[str], list[Row]]:
    """The names in the first line, and the lines below the rule that have as many cells."""
    names = [name.strip().casefold() for name in cells[0]]
    rows: list[Row] = [
        dict(zip(names, (cell.strip() for cell in line), strict=True))
        for line in cells[2:]
        if len(line) == len(names)
    ]
    return frozenset(names), rows

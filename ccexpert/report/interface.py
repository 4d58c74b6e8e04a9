"""What a format is: one report in, one text out. One module a format stands behind this."""

from __future__ import annotations

import shlex
import subprocess
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from ccexpert.diagnosis import Action, Diagnosis, Report


@dataclass(frozen=True)
class Layout:
    """How a format for people may lay out its text."""

    width: int = 100
    """Columns of the page or terminal."""
    table_format: str = "simple"
    """A table format of tabulate."""


class Format(Protocol):
    """Renders reports."""

    def __call__(self, report: Report, layout: Layout) -> str:
        """The report as text, ending in a newline."""


def command_line(action: Action) -> str:
    """The command as one line to paste, quoted by the platform's own rules; empty without a
    command."""
    if not action.command:
        return ""
    if action.platform == "windows":
        return subprocess.list2cmdline(action.command)
    return shlex.join(action.command)


def place(diagnosis: Diagnosis) -> str:
    """``mta@prod`` or ``mta``."""
    return f"{diagnosis.module}@{diagnosis.instance}" if diagnosis.instance else diagnosis.module


def located(diagnosis: Diagnosis, report: Report) -> str:
    """The place, with the host when the report spans several: ``mta@prod (app-1)``."""
    host = diagnosis.host if report.host is None else None
    return f"{place(diagnosis)} ({host})" if host else place(diagnosis)


def step_hosts(action: Action, report: Report) -> tuple[str, ...]:
    """The hosts on which a step is wanted, when the report spans several; else none."""
    if report.host is not None:
        return ()
    wanted_by = (action.diagnosis, *action.also_for)
    return tuple(sorted({d.host for d in report.diagnoses if d.host and d.id in wanted_by}))


def moment(time: str) -> str:
    """A time as the report holds it, for people: in UTC and to the minute."""
    return datetime.fromisoformat(time).astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def printable(text: str) -> str:
    """``text`` without control characters, so that no observed text can steer a terminal."""
    return "".join(c if unicodedata.category(c)[0] != "C" or c == "\n" else "�" for c in text)


def one_line(text: str) -> str:
    """``text`` printable and on one line: whatever breaks a line becomes a space."""
    return printable(" ".join(text.split()))


def fact_line(fact: dict[str, object]) -> str:
    """A fact of a document in one line: ``process module=mta instance=prod state=running``."""
    inside = " ".join(f"{k}={v}" for k, v in fact.items() if k != "kind")
    return f"{fact['kind']} {inside}"

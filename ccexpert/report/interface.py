"""What a format is: one report in, one text out. One module a format stands behind this."""

from __future__ import annotations

import shlex
import subprocess
import unicodedata
from dataclasses import dataclass
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
    """``mta@prod`` or ``mta``, with the host when the report spans several."""
    return f"{diagnosis.module}@{diagnosis.instance}" if diagnosis.instance else diagnosis.module


def printable(text: str) -> str:
    """``text`` without control characters, so that no observed text can steer a terminal."""
    return "".join(c if unicodedata.category(c)[0] != "C" or c == "\n" else "�" for c in text)

"""The report as annotations of a GitHub Actions run: one workflow command per line.

A finding of critical impact is an error, any other finding a warning, everything else a notice.
"""

from __future__ import annotations

from collections.abc import Iterator

from ccexpert.diagnosis import IMPACTS, Diagnosis, PlainReport
from ccexpert.display import printable
from ccexpert.report.interface import Layout
from ccexpert.report.pieces import command_line, located, standing
from ccexpert.report.words import words


def render(report: PlainReport, _layout: Layout) -> str:
    """One annotation per diagnosis, in ranking order; if there are none, one with the status."""
    return "".join(_annotations(report, words(report.language)))


def _annotations(report: PlainReport, word: dict[str, str]) -> Iterator[str]:
    if not report.diagnoses:
        yield annotation("notice", standing(report, word), title=report.tool.name)
    for diagnosis in report.diagnoses:
        title = f"{diagnosis.id} · {located(diagnosis, report)} · {diagnosis.certainty:.2f}"
        yield annotation(_level(diagnosis), _message(diagnosis, word), title=title)


def _level(diagnosis: Diagnosis) -> str:
    if not diagnosis.is_finding:
        return "notice"
    return "error" if diagnosis.impact == len(IMPACTS) else "warning"


def _message(diagnosis: Diagnosis, word: dict[str, str]) -> str:
    impact = word[IMPACTS[diagnosis.impact - 1]]
    lines = [f"{diagnosis.title} ({word['impact'].lower()}: {impact})"]
    lines += [f"{e.certainty:+.2f} {e.because}" for e in diagnosis.evidence]
    lines += [f"{word[a.kind]}: {command_line(a) or a.text}" for a in diagnosis.actions]
    return "\n".join(lines)


def annotation(level: str, message: str, **properties: str) -> str:
    """A workflow command on a line, escaped as the toolkit of GitHub Actions does it."""
    said = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{level} {said}::{_data(message)}\n"


def _data(text: str) -> str:
    return printable(text.replace("\r", "\n")).replace("%", "%25").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")

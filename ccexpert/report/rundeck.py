"""The report as lines that the key-value log filter of Rundeck captures as data of the job.

The default pattern of the filter takes ``RUNDECK:DATA:key = value``. What is not there has no line.
"""

from __future__ import annotations

from collections.abc import Iterator

from ccexpert.diagnosis import IMPACTS, Diagnosis, Report
from ccexpert.report.interface import Layout, command_line, one_line, place


def render(report: Report, _layout: Layout) -> str:
    """The status, the first diagnosis, and the first step of the plan that changes the server."""
    said = ((key, one_line(value)) for key, value in _data(report))
    return "".join(f"RUNDECK:DATA:ccexpert_{key} = {value}\n" for key, value in said if value)


def _data(report: Report) -> Iterator[tuple[str, str]]:
    yield "status", report.status
    yield "host", report.host or ""
    yield "findings", str(sum(d.is_finding for d in report.diagnoses))
    if report.first:
        yield from _diagnosis(report.first)
    remedy = next((a for a in report.plan if a.command and a.changes_server), None)
    if remedy:
        yield "remedy", command_line(remedy)
        yield "remedy_risk", remedy.risk


def _diagnosis(first: Diagnosis) -> Iterator[tuple[str, str]]:
    yield "diagnosis", first.id
    yield "where", place(first)
    yield "title", first.title
    yield "certainty", f"{first.certainty:.2f}"
    yield "impact", IMPACTS[first.impact - 1]

"""The report as lines that Rundeck's key-value log filter captures as job data.

The filter's default pattern is ``RUNDECK:DATA:key = value``. Absent values have no line.
"""

from __future__ import annotations

from collections.abc import Iterator

from ccexpert.diagnosis import IMPACTS, Diagnosis, PlainReport
from ccexpert.display import one_line
from ccexpert.report.interface import Layout
from ccexpert.report.pieces import address, command_line


def render(report: PlainReport, _layout: Layout) -> str:
    """The status, the first diagnosis, and the first step of the plan that changes the server."""
    said = ((key, one_line(value)) for key, value in _data(report))
    return "".join(f"RUNDECK:DATA:ccexpert_{key} = {value}\n" for key, value in said if value)


def _data(report: PlainReport) -> Iterator[tuple[str, str]]:
    yield "status", report.status
    yield "host", report.host or ""
    yield "findings", str(sum(d.is_finding for d in report.diagnoses))
    if report.first:
        yield from _diagnosis(report.first)
    remedy = next((a for a in report.plan if a.command and a.changes_server and not a.after), None)
    if remedy:
        yield "remedy", command_line(remedy)
        yield "remedy_risk", remedy.risk


def _diagnosis(first: Diagnosis) -> Iterator[tuple[str, str]]:
    yield "diagnosis", first.id
    yield "where", address(first)
    yield "title", first.title
    yield "certainty", f"{first.certainty:.2f}"
    yield "impact", IMPACTS[first.impact - 1]

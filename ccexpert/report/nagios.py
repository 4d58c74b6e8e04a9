"""The report as a monitoring plugin prints it: one line, figures after the pipe, an exit code.

The line follows the Monitoring Plugins Development Guidelines: readable without its code, figures
as ``'label'=value;warn;crit;min;max``. A finding of critical impact is CRITICAL, any other finding
a WARNING; where too little is known, or the check itself fails, the service is UNKNOWN.
"""

from __future__ import annotations

from ccexpert.diagnosis import IMPACTS, Report
from ccexpert.report.interface import Layout, located, one_line
from ccexpert.report.words import words

STATES = ("OK", "WARNING", "CRITICAL", "UNKNOWN")
UNKNOWN = STATES.index("UNKNOWN")

#: Characters of the message: agents of old cut a line at 1 KiB, figures included.
_ROOM = 200

#: What would end the message early or be markup on the page of a monitoring console.
_HARMLESS = str.maketrans({"|": "¦", "<": "‹", ">": "›"})


def render(report: Report, _layout: Layout) -> str:
    """The line of the plugin."""
    return _line(exit_code(report), _message(report), _figures(report))


def exit_code(report: Report) -> int:
    """0 OK, 1 WARNING, 2 CRITICAL by the worst impact among the findings, 3 UNKNOWN."""
    if report.status == "undetermined":
        return UNKNOWN
    if report.worst_impact() == len(IMPACTS):
        return STATES.index("CRITICAL")
    return STATES.index("WARNING" if report.worst_impact() else "OK")


def failure(problem: str) -> str:
    """The line of a check that could not be made."""
    return _line(UNKNOWN, problem)


def _line(code: int, message: str, figures: str = "") -> str:
    said = one_line(message).translate(_HARMLESS)
    said = said if len(said) <= _ROOM else said[: _ROOM - 1] + "…"
    return f"CAMPAIGN {STATES[code]} - {said}" + (f" | {figures}" if figures else "") + "\n"


def _message(report: Report) -> str:
    word = words(report.language)
    findings = [d for d in report.diagnoses if d.is_finding]
    if not findings:
        first = report.first
        likely = f"; {word['most likely']}: {first.title} ({first.certainty:.2f})" if first else ""
        return word[report.status] + likely
    first = findings[0]
    more = f" (+{len(findings) - 1})" if len(findings) > 1 else ""
    return f"{located(first, report)}: {first.title} ({first.certainty:.2f}){more}"


def _figures(report: Report) -> str:
    first = report.first
    return (
        f"diagnoses={len(report.diagnoses)};;;0 "
        f"top_certainty={first.certainty if first else 0:.2f};;;0;1 "
        f"worst_impact={report.worst_impact()};;;0;{len(IMPACTS)} "
        f"unexplained={len(report.unexplained)};;;0"
    )

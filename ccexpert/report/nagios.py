"""The report as output of a monitoring plugin: one line, figures after the pipe, an exit code.

The line follows the Monitoring Plugins Development Guidelines: readable without its exit code,
figures as ``'label'=value;warn;crit;min;max``. A finding of critical impact is CRITICAL, any other
finding a WARNING. If too little is known, or the check itself fails, the service is UNKNOWN.
"""

from __future__ import annotations

from ccexpert.diagnosis import IMPACTS, Diagnosis, PlainReport
from ccexpert.display import one_line
from ccexpert.report.interface import Layout
from ccexpert.report.lead import looked_at
from ccexpert.report.pieces import located, standing
from ccexpert.report.words import words

STATES = ("OK", "WARNING", "CRITICAL", "UNKNOWN")
UNKNOWN = STATES.index("UNKNOWN")

#: The longest message in characters: old agents cut a line at 1 KiB, figures included.
_ROOM = 200

#: Characters that would end the message early or act as markup in a monitoring console.
_HARMLESS = str.maketrans({"|": "¦", "<": "‹", ">": "›"})


def render(report: PlainReport, _layout: Layout) -> str:
    """The line of the plugin."""
    return _line(exit_code(report), _message(report), _figures(report))


def exit_code(report: PlainReport) -> int:
    """0 OK, 1 WARNING or 2 CRITICAL by the worst impact of a finding, 3 UNKNOWN."""
    if report.status == "undetermined":
        return UNKNOWN
    if report.worst_impact() == len(IMPACTS):
        return STATES.index("CRITICAL")
    return STATES.index("WARNING" if report.worst_impact() else "OK")


def failure(problem: str) -> str:
    """The line for a check that could not run."""
    return _line(UNKNOWN, problem)


def _line(code: int, message: str, figures: str = "") -> str:
    said = one_line(message).translate(_HARMLESS)
    said = said if len(said) <= _ROOM else said[: _ROOM - 1] + "…"
    return f"CAMPAIGN {STATES[code]} - {said}" + (f" | {figures}" if figures else "") + "\n"


def _message(report: PlainReport) -> str:
    word = words(report.language)
    findings = [d for d in report.diagnoses if d.is_finding]
    if not findings:
        first, looked = report.first, looked_at(report, word)
        likely = f"; {_likely(first, word)}" if first else ""
        return f"{standing(report, word)}{likely}; {looked[0].lower()}{looked[1:]}"
    first = findings[0]
    more = f" (+{len(findings) - 1})" if len(findings) > 1 else ""
    return f"{located(first, report)}: {first.title} ({first.certainty:.2f}){more}"


def _likely(first: Diagnosis, word: dict[str, str]) -> str:
    """What stands first without being found; that it is no fault belongs to it."""
    harmless = f", {word['not-a-fault']}" if first.verdict == "not-a-fault" else ""
    return f"{word['most likely']}: {first.title} ({first.certainty:.2f}{harmless})"


def _figures(report: PlainReport) -> str:
    first = report.first
    return (
        f"diagnoses={len(report.diagnoses)};;;0 "
        f"top_certainty={first.certainty if first else 0:.2f};;;0;1 "
        f"worst_impact={report.worst_impact()};;;0;{len(IMPACTS)} "
        f"unexplained={len(report.unexplained)};;;0"
    )

"""The report as Markdown, for tickets and wikis."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ccexpert.diagnosis import IMPACTS, Diagnosis, Report
from ccexpert.report.interface import Layout, command_line, fact_line, place, printable
from ccexpert.report.words import words

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#])")


def render(report: Report, _layout: Layout) -> str:
    """The report as a Markdown page."""
    word = words(report.language)
    lines = [
        f"# {_escape(report.host or 'Campaign Classic')}: {word[report.status]}",
        "",
        *_ranking(report, word),
    ]
    for diagnosis in report.diagnoses:
        lines += _section(diagnosis, word)
    if report.plan:
        lines += ["", f"## {word['plan']}", "", *_plan(report, word)]
    for title, items in (
        ("unexplained", report.unexplained),
        ("unknown", [f"{u.question} ({u.minutes:g} min)" for u in report.unknown]),
        ("ruled out", [f"`{r.id}`: {_escape(r.because)}" for r in report.ruled_out if r.despite]),
        ("waived", [f"`{w.id}`: {_escape(w.reason)} ({w.expires})" for w in report.waived]),
        ("overlaid", [f"`{name}`" for name in report.overlaid]),
    ):
        if items:
            plain = title in ("unexplained", "unknown")
            lines += ["", f"## {word[title]}", ""]
            lines += [f"- {_escape(item) if plain else item}" for item in items]
    return printable("\n".join(lines)) + "\n"


def _ranking(report: Report, word: dict[str, str]) -> Iterable[str]:
    if not report.diagnoses:
        return [word["no diagnosis"]]
    head = [word[k] for k in ("certainty", "impact", "diagnosis", "where")]
    rows = [
        f"| {n} | {d.certainty:.2f} | {word[IMPACTS[d.impact - 1]]} "
        f"| {_escape(d.title)} (`{d.id}`) | {_escape(place(d))} |"
        for n, d in enumerate(report.diagnoses, 1)
    ]
    return [f"| # | {' | '.join(head)} |", "|---|---|---|---|---|", *rows]


def _section(diagnosis: Diagnosis, word: dict[str, str]) -> list[str]:
    lines = ["", f"## {_escape(diagnosis.title)}", "", _escape(diagnosis.meaning), ""]
    if diagnosis.verdict != "fault":
        lines += [f"{word['verdict']}: **{word[diagnosis.verdict]}**", ""]
    lines += [
        f"- {e.certainty:+.2f} {_escape(e.because)} ({'; '.join(_escape(f) for f in e.facts)})"
        for e in diagnosis.evidence
    ]
    if diagnosis.explains:
        lines += ["", f"{word['explained']}: " + ", ".join(f"`{i}`" for i in diagnosis.explains)]
    if diagnosis.references:
        lines += ["", f"{word['references']}: " + ", ".join(f"`{r}`" for r in diagnosis.references)]
    return lines


def _plan(report: Report, word: dict[str, str]) -> list[str]:
    lines: list[str] = []
    for number, action in enumerate(report.plan, 1):
        risk = f"{word['risk'].lower()}: {word[action.risk]}, {action.minutes:g} min"
        lines.append(f"{number}. **{word[action.kind]}** {_escape(action.text)} ({risk})")
        if action.command:
            lines += ["", "   ```sh", f"   {command_line(action)}", "   ```", ""]
        if action.warning:
            lines.append(f"   - {word['warning']}: {_escape(action.warning)}")
        if action.verify:
            lines.append(f"   - {word['verify']}: {_escape(fact_line(action.verify))}")
    return lines


def _escape(text: str) -> str:
    """``text`` with everything that Markdown or HTML would read as markup made harmless."""
    return _SPECIAL.sub(r"\\\1", text.replace("\n", " "))

"""The report as Markdown, for tickets and wikis."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ccexpert.diagnosis import IMPACTS, Diagnosis, PlainReport
from ccexpert.display import page
from ccexpert.report.heard import sections
from ccexpert.report.interface import Layout
from ccexpert.report.lead import headed
from ccexpert.report.pieces import address, command_line, counts_less, fact_line, follows
from ccexpert.report.words import words

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#~]|(?<=\w):(?=//\w)|(?<=\bwww)\.)")

#: A mention would notify a user on platforms that render Markdown, and has no escape.
_MENTION = re.compile(r"(?<![\w.])@(?=\w)")


def render(report: PlainReport, layout: Layout) -> str:
    """The report as a Markdown page."""
    word = words(report.language)
    verdict, *more = (escaped(line) for line in headed(report, word))
    lines = [f"# {verdict}", ""]
    lines += [f"{line}  " for line in more]
    for title, said in sections(layout.heard, word):
        lines += ["", f"## {title}", "", *(f"- {escaped(one)}" for one in said)]
    if report.plan:
        lines += ["", f"## {word['plan']}", "", *_plan(report, word)]
    if report.diagnoses:
        lines += ["", f"## {word['diagnoses']}", "", *_ranking(report, word)]
    for diagnosis in report.diagnoses:
        lines += _section(diagnosis, word)
    for title, items in (
        ("unexplained", report.unexplained),
        ("unknown", [f"{u.question} ({u.minutes:g} min)" for u in report.unknown]),
        ("similar", [f"`{s.name}`: {escaped(s.title)}" for s in report.similar]),
        ("ruled out", [f"`{r.id}`: {escaped(r.because)}" for r in report.ruled_out if r.despite]),
        ("waived", [f"`{w.id}`: {escaped(w.reason)} ({w.expires})" for w in report.waived]),
        ("overlaid", [f"`{name}`" for name in report.overlaid]),
    ):
        if items:
            plain = title in ("unexplained", "unknown")
            lines += ["", f"## {word[title]}", ""]
            lines += [f"- {escaped(item) if plain else item}" for item in items]
    return page("\n".join(lines)) + "\n"


def _ranking(report: PlainReport, word: dict[str, str]) -> Iterable[str]:
    head = [word[k] for k in ("certainty", "impact", "diagnosis", "where")]
    rows = [
        f"| {n} | {d.certainty:.2f} | {word[IMPACTS[d.impact - 1]]} "
        f"| {escaped(d.title)} (`{d.id}`) | {escaped(address(d))} |"
        for n, d in enumerate(report.diagnoses, 1)
    ]
    return [f"| # | {' | '.join(head)} |", "|---|---|---|---|---|", *rows]


def _section(diagnosis: Diagnosis, word: dict[str, str]) -> list[str]:
    lines = ["", f"## {escaped(diagnosis.title)}", "", escaped(diagnosis.meaning), ""]
    if diagnosis.verdict != "fault":
        lines += [f"{word['verdict']}: **{word[diagnosis.verdict]}**", ""]
    for e in diagnosis.evidence:
        facts = "; ".join(escaped(fact) for fact in e.facts)
        less = f" *{counts_less(e, word)}*" if counts_less(e, word) else ""
        lines.append(f"- {e.certainty:+.2f} {escaped(e.because)} ({facts}){less}")
    if diagnosis.explains:
        lines += ["", f"{word['explained']}: " + ", ".join(f"`{i}`" for i in diagnosis.explains)]
    if diagnosis.references:
        lines += ["", f"{word['references']}: " + ", ".join(f"`{r}`" for r in diagnosis.references)]
    return lines


def _plan(report: PlainReport, word: dict[str, str]) -> list[str]:
    lines: list[str] = []
    for number, action in enumerate(report.plan, 1):
        risk = f"{word['risk'].lower()}: {word[action.risk]}, {action.minutes:g} min"
        lines.append(f"{number}. **{word[action.kind]}** {escaped(action.text)} ({risk})")
        if action.command:
            lines += ["", "   ```sh", f"   {command_line(action)}", "   ```", ""]
        if action.after:
            lines.append(f"   - {follows(action, word)}")
        if action.warning:
            lines.append(f"   - {word['warning']}: {escaped(action.warning)}")
        if action.verify:
            lines.append(f"   - {word['verify']}: {escaped(fact_line(action.verify))}")
    return lines


def escaped(text: str) -> str:
    """``text`` with markup, links and mentions neutralised for Markdown and HTML."""
    return _MENTION.sub("＠", _SPECIAL.sub(r"\\\1", text.replace("\n", " ")))

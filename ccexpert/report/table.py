"""The report for a terminal: tables through tabulate, commands on lines of their own."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from tabulate import tabulate

from ccexpert.diagnosis import IMPACTS, Action, Diagnosis, Report
from ccexpert.report.interface import Layout, command_line, fact_line, place, printable
from ccexpert.report.words import words

_RULED_OUT_SHOWN = 6


def render(report: Report, layout: Layout) -> str:
    """The report as text for people."""
    word = words(report.language)
    parts = [_headline(report, word)]
    if report.diagnoses:
        parts.append(_ranking(report, word, layout))
        parts.append(_why(report, word, layout))
    else:
        parts.append(word["no diagnosis"])
    if report.plan:
        parts.append(_plan(report.plan, word, layout))
    parts += _lists(report, word, layout)
    return printable("\n\n".join(parts)) + "\n"


def _headline(report: Report, word: dict[str, str]) -> str:
    facts = len(report.facts)
    said = [report.host, f"{facts} {word['fact' if facts == 1 else 'facts']}", word[report.status]]
    return " · ".join(part for part in said if part)


def _ranking(report: Report, word: dict[str, str], layout: Layout) -> str:
    width = max(24, layout.width - 48)
    rows = [
        (
            number,
            f"{d.certainty:.2f}",
            word[IMPACTS[d.impact - 1]],
            _wrapped(_titled(d, word), width) + f"\n{d.id}",
            place(d),
        )
        for number, d in enumerate(report.diagnoses, 1)
    ]
    headers = ["#", *(word[k] for k in ("certainty", "impact", "diagnosis", "where"))]
    table = tabulate(rows, headers, tablefmt=layout.table_format, disable_numparse=True)
    return f"{word['diagnoses']}\n\n{table}"


def _titled(diagnosis: Diagnosis, word: dict[str, str]) -> str:
    if diagnosis.verdict == "fault":
        return diagnosis.title
    return f"{diagnosis.title} ({word[diagnosis.verdict]})"


def _why(report: Report, word: dict[str, str], layout: Layout) -> str:
    blocks = []
    for number, d in enumerate(report.diagnoses, 1):
        lines = [f"{number}. {d.id} {d.certainty:.2f}"]
        for e in d.evidence:
            reason = f"{e.certainty:+.2f}  {e.because} [{'; '.join(e.facts)}]"
            lines.append(_indented(reason, layout.width, "   ", "          "))
        under = [e for e in report.explained if _root(e, report) == d.id]
        lines += [f"   ↳ {word['explained']}: {e.id} {e.certainty:.2f}" for e in under]
        blocks.append("\n".join(lines))
    return f"{word['evidence']}\n\n" + "\n".join(blocks)


def _root(explained: Diagnosis, report: Report) -> str | None:
    """The cause at the end of the chain that explains a diagnosis."""
    above = {e.id: e.explained_by for e in report.explained}
    cause = explained.explained_by
    while cause in above:
        cause = above[cause]
    return cause


def _plan(plan: Iterable[Action], word: dict[str, str], layout: Layout) -> str:
    width = max(30, layout.width - 44)
    rows = [
        (n, word[a.kind], _step(a, word, width), word[a.risk], f"{a.minutes:g}")
        for n, a in enumerate(plan, 1)
    ]
    headers = ["#", "", *(word[k] for k in ("action", "risk", "minutes"))]
    table = tabulate(rows, headers, tablefmt=layout.table_format, disable_numparse=True)
    return f"{word['plan']}\n\n{table}"


def _step(action: Action, word: dict[str, str], width: int) -> str:
    lines = [_wrapped(action.text, width)]
    if action.command:
        lines.append(f"$ {command_line(action)}")
    if action.warning:
        lines.append(_wrapped(f"{word['warning']}: {action.warning}", width))
    if action.verify:
        lines.append(_wrapped(f"{word['verify']}: {fact_line(action.verify)}", width))
    return "\n".join(lines)


def _lists(report: Report, word: dict[str, str], layout: Layout) -> list[str]:
    suspected = [r for r in report.ruled_out if r.despite]
    ruled_out = [f"{r.id}: {r.because}" for r in suspected[:_RULED_OUT_SHOWN]]
    if len(suspected) > _RULED_OUT_SHOWN:
        ruled_out.append(f"… (+{len(suspected) - _RULED_OUT_SHOWN})")
    lists = {
        "unexplained": report.unexplained,
        "unknown": [
            f"{u.question} ({u.minutes:g} min, {word['would change']} {u.would_change})"
            for u in report.unknown
        ],
        "ruled out": ruled_out,
        "waived": [f"{w.id}: {w.reason} ({w.expires})" for w in report.waived],
        "overlaid": report.overlaid,
    }
    return [
        f"{word[title]}\n"
        + "\n".join(_indented(f"- {item}", layout.width, "  ", "    ") for item in items)
        for title, items in lists.items()
        if items
    ]


def _wrapped(text: str, width: int) -> str:
    return "\n".join(textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False))


def _indented(text: str, width: int, first: str, rest: str) -> str:
    return textwrap.fill(
        text,
        width,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )

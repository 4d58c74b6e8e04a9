"""The report for a terminal: what to know first, the plan, then why; nothing but a command is wider
than the terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from tabulate import tabulate

from ccexpert.diagnosis import IMPACTS, Action, Diagnosis, PlainReport
from ccexpert.display import page
from ccexpert.report.colour import coloured
from ccexpert.report.heard import sections
from ccexpert.report.interface import Layout
from ccexpert.report.lead import on_screen, wrapped
from ccexpert.report.pieces import (
    address,
    command_line,
    counts_less,
    fact_line,
    first_of,
    follows,
    indented,
    with_risk,
)
from ccexpert.report.words import words

_RULED_OUT_SHOWN = 6

#: A column of text is at least so wide.
_NARROW = 20


def render(report: PlainReport, layout: Layout) -> str:
    """The report as text for people."""
    word = words(report.language)
    heard = () if layout.terminal else layout.heard
    parts = [_list(title, lines, layout) for title, lines in sections(heard, word)]
    first = on_screen(report, word, layout.width)
    parts += ["\n".join(wrapped(line, layout.width) for line in first)]
    if report.plan:
        parts.append(_plan(report.plan, word, layout))
    if report.diagnoses:
        parts += [_ranking(report, word, layout), _why(report, word, layout)]
    parts += _lists(report, word, layout)
    text = page("\n\n".join(parts)) + "\n"
    return coloured(text, word) if layout.colour else text


def _ranking(report: PlainReport, word: dict[str, str], layout: Layout) -> str:
    headers = ["#", *(word[k] for k in ("certainty", "impact", "diagnosis", "where"))]
    rows = [
        [
            f"{number}",
            f"{d.certainty:.2f}",
            word[IMPACTS[d.impact - 1]],
            _titled(d, word),
            address(d),
        ]
        for number, d in enumerate(report.diagnoses, 1)
    ]
    width = _left_for(3, headers, rows, layout)
    if width < _NARROW:  # the place stands below the diagnosis
        headers, rows = headers[:4], [[*row[:3], f"{row[3]} ({row[4]})"] for row in rows]
        width = _left_for(3, headers, rows, layout)
    for row in rows:
        row[3] = _wrapped(row[3], width)
    table = tabulate(rows, headers, tablefmt=layout.table_format, disable_numparse=True)
    return f"{word['diagnoses']}\n\n{table}"


def _titled(diagnosis: Diagnosis, word: dict[str, str]) -> str:
    if diagnosis.verdict == "fault":
        return diagnosis.title
    return f"{diagnosis.title} ({word[diagnosis.verdict]})"


def _why(report: PlainReport, word: dict[str, str], layout: Layout) -> str:
    blocks = []
    for number, d in enumerate(report.diagnoses, 1):
        lines = [f"{number}. {d.id} {d.certainty:.2f}"]
        for e in d.evidence:
            less = f" ({counts_less(e, word)})" if counts_less(e, word) else ""
            reason = f"{e.certainty:+.2f}  {e.because} [{'; '.join(e.facts)}]{less}"
            lines.append(indented(reason, layout.width, "   ", "          "))
        under = [e for e in report.explained if _root(e, report) == d.id]
        lines += [f"   ↳ {word['explained']}: {e.id} {e.certainty:.2f}" for e in under]
        blocks.append("\n".join(lines))
    return f"{word['evidence']}\n\n" + "\n".join(blocks)


def _root(explained: Diagnosis, report: PlainReport) -> str | None:
    """The cause at the end of the chain that explains a diagnosis."""
    above = {e.id: e.explained_by for e in report.explained}
    cause = explained.explained_by
    while cause in above:
        cause = above[cause]
    return cause


def _plan(plan: Iterable[Action], word: dict[str, str], layout: Layout) -> str:
    lines = []
    for number, action in enumerate(plan, 1):
        step = f"{number}. {with_risk(action, word)}"
        lines.append(indented(step, layout.width, "", "   "))
        lines += _details(action, word, layout)
    return f"{word['plan']}\n\n" + "\n".join(lines)


def _details(action: Action, word: dict[str, str], layout: Layout) -> list[str]:
    """What stands below a step; a command stays on one line, to be copied."""
    lines = [f"   $ {command_line(action)}"] if action.command else []
    said = [follows(action, word)]
    said += [f"{word['warning']}: {action.warning}"] if action.warning else []
    said += [f"{word['verify']}: {fact_line(action.verify)}"] if action.verify else []
    return lines + [indented(text, layout.width, "   ", "     ") for text in said if text]


def _lists(report: PlainReport, word: dict[str, str], layout: Layout) -> list[str]:
    suspected = [f"{r.id}: {r.because}" for r in report.ruled_out if r.despite]
    lists = {
        "unexplained": report.unexplained,
        "unknown": [
            f"{u.question} ({u.minutes:g} min, {word['would change']} {u.would_change})"
            for u in report.unknown
        ],
        "similar": [f"{s.name}: {s.title}" for s in report.similar],
        "ruled out": first_of(suspected, _RULED_OUT_SHOWN),
        "waived": [f"{w.id}: {w.reason} ({w.expires})" for w in report.waived],
        "overlaid": report.overlaid,
    }
    return [_list(word[title], items, layout) for title, items in lists.items() if items]


def _list(title: str, items: Iterable[str], layout: Layout) -> str:
    return (
        indented(title, layout.width)
        + "\n"
        + "\n".join(indented(f"- {item}", layout.width, "  ", "    ") for item in items)
    )


def _left_for(column: int, headers: list[str], rows: list[list[str]], layout: Layout) -> int:
    """How wide one column may be beside the others, two blanks between each; tabulate pads headers
    by two more."""
    others = [
        max(len(cells[0]) + 2, *map(len, cells[1:]))
        for number, cells in enumerate(zip(headers, *rows, strict=True))
        if number != column
    ]
    return layout.width - sum(others) - 2 * len(others)


def _wrapped(text: str, width: int) -> str:
    return "\n".join(textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False))

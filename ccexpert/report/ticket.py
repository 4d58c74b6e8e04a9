"""The report as text for a ticket (Jira, ServiceNow): situation, evidence, done, open.

Plain text without markup, a paragraph on each line: these systems wrap a line to the width of their
field, and keep every line break that they get.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ccexpert.diagnosis import PlainReport
from ccexpert.display import page
from ccexpert.report.interface import Layout
from ccexpert.report.lead import headed, looked_at
from ccexpert.report.pieces import command_line, first_of, follows, moment, with_risk
from ccexpert.report.words import words

#: How many facts, questions and ruled out diagnoses a ticket lists.
_FACTS, _SHOWN = 20, 6


def render(report: PlainReport, _layout: Layout) -> str:
    """The text of the ticket."""
    word = words(report.language)
    parts = {
        "situation": _situation(report, word),
        "grounds": _grounds(report, word),
        "done": _done(report, word),
        "open": _open(report, word),
    }
    blocks = ("\n".join((word[title].upper(), *lines)) for title, lines in parts.items())
    return page("\n\n".join(blocks)) + "\n"


def _situation(report: PlainReport, word: dict[str, str]) -> Iterator[str]:
    yield from headed(report, word)
    if report.status != "ok" and report.first:
        yield report.first.meaning


def _grounds(report: PlainReport, word: dict[str, str]) -> Iterator[str]:
    for d in report.diagnoses:
        yield f"{d.title} ({d.certainty:.2f})"
        yield from _items(e.because for e in d.evidence if not e.contained)
    if not report.diagnoses:
        yield word["no evidence"]


def _done(report: PlainReport, word: dict[str, str]) -> Iterator[str]:
    tool = f"{report.tool.name} {report.tool.version}"
    yield f"{moment(report.run.started)}, {tool}: {word['changed nothing']}"
    yield f"{looked_at(report, word)}{':' if report.facts else '.'}"
    yield from _items(first_of(report.facts, _FACTS))
    ruled_out = [f"{r.title}: {r.because}" for r in report.ruled_out if r.despite]
    yield from _titled(word["ruled out"], first_of(ruled_out, _SHOWN))


def _open(report: PlainReport, word: dict[str, str]) -> Iterator[str]:
    for number, action in enumerate(report.plan, 1):
        yield f"{number}. {with_risk(action, word)}"
        if action.command:
            yield f"   $ {command_line(action)}"
        yield from (f"   {said}" for said in (action.warning, follows(action, word)) if said)
    if not report.plan:
        yield word["no plan"]
    yield from _titled(word["unexplained"], report.unexplained)
    unknown = [f"{u.question} ({u.minutes:g} min)" for u in report.unknown]
    yield from _titled(word["unknown"], first_of(unknown, _SHOWN))


def _titled(title: str, items: Iterable[str]) -> Iterator[str]:
    listed = list(_items(items))
    yield from (f"{title}:", *listed) if listed else ()


def _items(texts: Iterable[str]) -> Iterator[str]:
    return (f"- {text}" for text in texts)

"""The report in five lines: what is wrong, how sure that is, why, what to do, and what shows
that it worked. A long line is wrapped."""

from __future__ import annotations

from collections.abc import Iterator

from ccexpert.diagnosis import PlainReport
from ccexpert.display import page
from ccexpert.report.colour import coloured
from ccexpert.report.interface import Layout
from ccexpert.report.lead import headed, wrapped
from ccexpert.report.pieces import fact_line, with_risk
from ccexpert.report.words import words


def render(report: PlainReport, layout: Layout) -> str:
    """The five lines; fewer if nothing is wrong."""
    word = words(report.language)
    lines = (wrapped(line, layout.width) for line in _lines(report, word))
    text = page("\n".join(lines)) + "\n"
    return coloured(text, word) if layout.colour else text


def _lines(report: PlainReport, word: dict[str, str]) -> Iterator[str]:
    verdict, sure, *step = headed(report, word)
    yield from (verdict, sure)
    if report.status != "ok" and report.first:
        yield f"{word['evidence']}: {report.first.evidence[0].because}"
    elif report.unexplained:
        yield f"{word['unexplained']}: {'; '.join(report.unexplained)}"
    yield from step
    if report.plan and report.plan[0].verify:
        yield f"{_sentence(word['verify'])}: {fact_line(report.plan[0].verify)}"
    elif len(report.plan) > 1:
        yield f"{word['then']}: {with_risk(report.plan[1], word)}"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]

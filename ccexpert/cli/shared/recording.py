"""Keeps a report in the history, and tells what earlier ones of its kind turned out to be."""

from __future__ import annotations

from collections.abc import Sequence

from ccexpert.diagnosis import PlainReport
from ccexpert.history import History
from ccexpert.history.outcomes import Outcome
from ccexpert.report.answer import Report
from ccexpert.report.pieces import moment
from ccexpert.words import Language, Pair, Words, in_language

_WORDS: Words = {
    "marked": Pair(
        "Earlier reports with '{diagnosis}' first: {right} of {n} marked right.",
        "Tidigare rapporter med '{diagnosis}' först: {right} av {n} markerade som rätt.",
    ),
    "wrong": Pair(
        "  {started}, run {number}: wrong; it was: {was}",
        "  {started}, körning {number}: fel; det var: {was}",
    ),
    "not said": Pair("(not said)", "(inte angivet)"),
}

#: How many wrong ones are told, the latest first.
_TOLD = 3


def kept(report: Report) -> tuple[int, list[str]]:
    """Record a report; its number, and lines on what earlier ones of its kind turned out to be."""
    history = History()
    number = history.record(report)
    first = report.first
    earlier = history.outcomes(first.id) if first else ()
    return number, _lines([o for o in earlier if o.number != number], report)


def _lines(earlier: Sequence[Outcome], report: PlainReport) -> list[str]:
    if not earlier:
        return []
    language: Language = report.language
    say, wrong = in_language(_WORDS, language), [o for o in earlier if o.verdict == "wrong"]
    right = len(earlier) - len(wrong)
    lines = [say["marked"].format(diagnosis=earlier[0].diagnosis, right=right, n=len(earlier))]
    for one in wrong[:_TOLD]:
        was = one.was or say["not said"]
        lines.append(say["wrong"].format(started=moment(one.started), number=one.number, was=was))
    return lines

"""Figures of a monitoring system or of a person: *CRITICAL - /usr/local/neolane 98% used*, *the
disk is 97 % full*. They count by the thresholds of the indicators."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ccexpert.facts import IndicatorFact
from ccexpert.intake.lines import Line, sentences_in
from ccexpert.intake.reading import PROSE_LIMIT, Span, Told
from ccexpert.observe.sources.system import used_indicator

_ALL = 100.0
#: What is measured, in English, Swedish, German and French.
_WHAT = {
    "disk": r"(?:disks?\b|disken|diskutrymmet?|partition\w{0,2}|file ?system|filsystemet|Festplatte"
    r"|disque|/(?:usr|var|opt|data|srv|home|app|u01)\b[\w/.-]{0,80}|/(?= )|\b[C-Z]:\\?)",
    "memory": r"\b(?:memory|RAM|minnet?|Arbeitsspeicher|mémoire)\b",
    "swap": r"\b(?:swap\w{0,6}|växlingsminnet?)\b",
    "load": r"\b(?:CPU|processorn?)\b",
}
_SHARE = r"(\d{1,3}(?:[.,]\d{1,2})?) ?%"
_USED = (
    r"(?:used|full|fullt?|use|usage|utili[sz]ation|utili[sz]ed|använt|använd|belegt|voll|plein"
    r"|utilisé)\b"
)
#: How far the words may stand from each other.
_GAP = r"[^.!?%\n\d]{0,30}?"
_WAYS = {
    name: re.compile(
        rf"{what}{_GAP}{_SHARE} ?(?:of )?{_USED}|{what}{_GAP}\b{_USED}{_GAP}{_SHARE}"
        rf"|{_SHARE} ?(?:of )?{_USED}{_GAP}{what}",
        re.IGNORECASE,
    )
    for name, what in _WHAT.items()
}
#: What is left, as ``check_disk`` writes it.
_FREE = re.compile(r"\bDISK \w{2,8} - free space: (?P<path>/\S{0,80}) .{0,40}?\((?P<free>\d{1,3})%")
#: What was, or what would be.
_NOT_NOW = re.compile(
    r"(?<![/\w])(?:if|when|whenever|once|until|threshold|limit|was|were|had|om|när|tills|gräns|var|hade|wenn"
    r"|war|bis|si|quand|était)\b",
    re.IGNORECASE,
)


def measured_in(line: Line) -> Iterator[Told]:
    """The indicators whose values a line tells."""
    if "%" not in line.text:
        return
    for sentence in sentences_in(line):
        span = Span(sentence.start, sentence.end)
        for name, share, said in _measured(sentence.text):
            if share <= _ALL and not _NOT_NOW.search(sentence.text):
                yield Told(_fact(name, share, said), span, (said,))


def _measured(text: str) -> Iterator[tuple[str, float, str]]:
    """What is measured, how much of it is used in percent, and the words that say so."""
    if free := _FREE.search(text):
        yield "disk", _ALL - float(free["free"]), free[0]
        return
    for name, way in _WAYS.items():
        if found := way.search(text):
            share = next(filter(None, found.groups())).replace(",", ".")
            yield name, float(share), found[0].strip()


def _fact(name: str, share: float, said: str) -> IndicatorFact:
    fact = used_indicator(name, share, f"{share:g} %", f"understood from: {said[:100]}")
    return fact.model_copy(update={"certainty": PROSE_LIMIT})

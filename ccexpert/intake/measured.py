"""What a monitoring system or a person says of the resources of a server: in figures, which count
by the thresholds of the indicators (*CRITICAL - /usr/local/neolane 98% used*), and in words (*the
disk is full*, *wfserver eats all memory*)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ccexpert.facts import IndicatorFact
from ccexpert.intake.likely import Likely
from ccexpert.intake.lines import Line, clauses_of, sentences_in
from ccexpert.intake.reading import PROSE_LIMIT, Span, Told, understood_from
from ccexpert.observe.sources.system import used_indicator

_ALL = 100.0
#: What every measured line and text holds.
FIGURE = re.compile(r"%|\b0[.,]\d")
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
_SAYS_USED = Likely(_USED, ("use", "usage", "full", "utili", "använ", "belegt", "voll", "plein"))
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
#: What is left, as ``check_disk`` and Zabbix write it, and as people say it.
_FREE = re.compile(
    r"\bDISK \w{2,8} - free space: /\S{0,80} .{0,40}?\((?P<free>\d{1,3})%"
    rf"|\b(?:free|ledigt?) (?P<what>disk|memory|minne|swap|diskutrymme)\b.{{0,40}}?{_SHARE}"
    rf"|(?:{_WHAT['disk']}){_GAP}{_SHARE} ?(?:free|left|kvar|ledigt?|available)\b"
    rf"|\b{_SHARE} ?(?:free|left|kvar|ledigt?|available)\b{_GAP}{_WHAT['disk']}",
    re.IGNORECASE,
)
_CALLED = {"memory": "memory", "minne": "memory", "swap": "swap"}
#: A load average below one: no core of the server has work all the time.
_LITTLE_LOAD = re.compile(
    r"\b(?:load|belastning(?:en)?|last(?:en)?)(?: average)?"
    r"(?:[\s:]+(?:is|at|of|only|just|around|about|är|på|bara|runt))*[\s:]+0[.,]\d{1,2}\b"
    r"(?:[,;]? 0[.,]\d{1,2}\b)*(?! ?%|[.,]? ?\d)",
    re.IGNORECASE,
)
#: What was, or what would be.
_NOT_NOW = re.compile(
    r"(?<![/\w])(?:if|when|whenever|once|until|threshold|limit|was|were|had|om|när|tills|gräns|var|hade|wenn"
    r"|war|bis|si|quand|était)\b",
    re.IGNORECASE,
)

_USED_UP = (
    r"(?<!\w)(?:full|fulla|fullt|fills?|filled|filling|fylls?|fyllts|fyller|used up|uses up"
    r"|exhausted|eats?|eaten|eating|äter|ätit|ran out|runs? out|running out|out of|slut|leaks?"
    r"|läcker|voll|plein|pleine|maxed|pegged|i taket|100 ?(?:percent|per cent|procent|%))(?!\w)"
)
_HIGH = {"load": r"|\b(?:high|höga?|högt|hög)\b"}
#: So many words may stand between a resource and what is said of it.
_BETWEEN = r"(?:\W+\w+){0,4}?\W+"
_WORDS = {
    name: re.compile(
        rf"{what}\w*{_BETWEEN}(?:{bad})|(?:{bad}){_BETWEEN}{what}"
        rf"|\b(?:no|inget|ingen) (?:more |free |ledigt )?{what}(?: space)? (?:left|kvar)\b",
        re.IGNORECASE,
    )
    for name, what in _WHAT.items()
    for bad in [_USED_UP + _HIGH.get(name, "")]
}
#: Said of another system or of a mailbox, or said not to be so.
_OTHERWISE = re.compile(
    r"\b(?:not|isn['’]?t|never|inte|ej|aldrig|data ?bas\w*|sql|oracle|postgres\w*|tablespace"
    r"|mailbox|inbox|brevlåd\w*|postlåd\w*|shared|delat|enough|plenty)\b",
    re.IGNORECASE,
)


def used_up_in(text: str) -> tuple[IndicatorFact, ...]:
    """The indicators of the resources that a sentence says in words are used up."""
    found = {
        name: IndicatorFact(
            kind="indicator",
            name=name,
            level="alert",
            certainty=PROSE_LIMIT,
            source=understood_from(text),
        )
        for clause in clauses_of(text)
        if not (_OTHERWISE.search(clause.text) or _NOT_NOW.search(clause.text))
        for name, said in _WORDS.items()
        if said.search(clause.text)
    }
    return tuple(found.values())


def measured_in(line: Line) -> Iterator[Told]:
    """The indicators whose values a line tells."""
    for sentence in sentences_in(line) if FIGURE.search(line.text) else ():
        span = Span(sentence.start, sentence.end)
        if (little := _LITTLE_LOAD.search(sentence.text)) and not _NOT_NOW.search(sentence.text):
            low = _fact("load", 0.0, little[0]).model_copy(update={"value": little[0]})
            yield Told(low, span, (little[0],))
        for name, share, said in _measured(sentence.text):
            if share <= _ALL and not _NOT_NOW.search(sentence.text):
                yield Told(_fact(name, share, said), span, (said,))


def _measured(text: str) -> Iterator[tuple[str, float, str]]:
    """What is measured, how much of it is used in percent, and the words that say so."""
    if free := _FREE.search(text):
        share = next(one for one in free.groups() if one and one[0].isdigit()).replace(",", ".")
        what = _CALLED.get((free["what"] or "").casefold(), "disk")
        yield what, _ALL - float(share), free[0].strip()
        return
    for name, way in _WAYS.items() if _SAYS_USED.is_in(text) else ():
        if found := way.search(text):
            share = next(filter(None, found.groups())).replace(",", ".")
            yield name, float(share), found[0].strip()


def _fact(name: str, share: float, said: str) -> IndicatorFact:
    fact = used_indicator(name, share, f"{share:g} %", f"understood from: {said[:100]}")
    return fact.model_copy(update={"certainty": PROSE_LIMIT})

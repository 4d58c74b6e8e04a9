"""Sentences that say of a resource of the server that it is used up: *the disk is full*, *wfserver
eats all memory*, *CPU is at 100 %*."""

from __future__ import annotations

import re

from ccexpert.display import clean
from ccexpert.facts import IndicatorFact
from ccexpert.intake.lines import clauses_of
from ccexpert.intake.reading import PROSE_LIMIT

#: What people call the resources, each by its indicator.
_RESOURCES = {
    "disk": r"disks?|disken|diskar|disk ?space|diskutrymmet?|hard ?(?:disk|drive)s?|hårddisk\w*"
    r"|partition\w*|file ?systems?|filsystem\w*",
    "memory": r"memory|ram|minnet?|arbetsminnet?|primärminnet?",
    "swap": r"swap(?: space| memory)?|växlingsfilen?",
    "load": r"cpus?|processorn?|load average",
}
_SHARE = r"(?:9\d|100) ?(?:%|percent|per cent|procent)"
_USED_UP = (
    r"(?:full|fulla|fullt|fills?|filled|filling|fylls?|fyllts|fyller|used up|uses up|exhausted"
    r"|eats?|eaten|eating|äter|ätit|ran out|runs? out|running out|out of|slut|leaks?|läcker|maxed"
    rf"|pegged|i taket|{_SHARE})"
)
#: How many words may stand between a resource and what is said of it.
_BETWEEN = r"(?:\W+\w+){0,4}?\W+"
_NEVER = r"(?!)"
_SAID = {
    name: re.compile(
        rf"\b(?:{called})\b{_BETWEEN}{used}(?!\w)|(?<!\w){used}{_BETWEEN}(?:{called})\b"
        rf"|\b(?:no|inget|ingen) (?:more |free |ledigt )?(?:{called})(?: space)? (?:left|kvar)\b"
        rf"|\b(?:{high}){_BETWEEN}(?:{called})\b|\b(?:{called})\b{_BETWEEN}(?:{high})\b",
        re.IGNORECASE,
    )
    for name, called in _RESOURCES.items()
    for used, high in [(_USED_UP, "high|höga?|högt" if name == "load" else _NEVER)]
}
#: Of another system, of a mailbox, or said not to be so.
_OTHERWISE = re.compile(
    r"\b(?:not|isn['’]?t|never|inte|ej|aldrig|was|var|were|data ?bas\w*|sql|oracle|postgres\w*"
    r"|tablespace|mailbox|inbox|brevlåd\w*|postlåd\w*|shared|delat|enough|plenty)\b",
    re.IGNORECASE,
)


def resources_in(text: str) -> tuple[IndicatorFact, ...]:
    """The indicators of the resources that a sentence says are used up."""
    found = {
        name: IndicatorFact(
            kind="indicator",
            name=name,
            level="alert",
            certainty=PROSE_LIMIT,
            source=f"understood from: {clean(text, 200)}",
        )
        for clause in clauses_of(text)
        for name, said in _SAID.items()
        if said.search(clause.text) and not _OTHERWISE.search(clause.text)
    }
    return tuple(found.values())

"""The build of a server, where a text shows or tells it outside of an output.

A banner or page that stands in a log or beside other lines shows it for certain. A sentence tells
it (*build 9346*, *since we upgraded to 9356*), unless it speaks of another build: one in which a
fault is corrected, or to which somebody means to upgrade.
"""

from __future__ import annotations

import re

from ccexpert.display import clean
from ccexpert.facts import BuildFact
from ccexpert.intake.likely import Likely
from ccexpert.intake.lines import Line
from ccexpert.intake.reading import PROSE_LIMIT, Kind, Span, Told
from ccexpert.observe.builds import builds_in

#: Words beside a build, and how the number itself begins where it stands alone.
_WORDS = ("build", "bygge", "bygg ", "upgrad", "uppgrad", "updat", "uppdat", "campaign")
_BEGINS = ("90", "91", "92", "93", "94")
_LIKELY = Likely(r"\b[89]\d{3}\b", (*_WORDS, *_BEGINS))
_TO = r"(?:to|till)\s+(?:version |build |v)?"
_SAID = re.compile(
    r"\b(?:build|bygge|bygg)(?:\s?(?:number|nummer|no\.?|nr\.?))?\s?[:#=]?\s?(?P<build>[89]\d{3})\b"
    rf"|\b(?:upgrad|updat|uppgrader|uppdater)\w*\s[^.\n]{{0,60}}?\b{_TO}(?P<upgraded>[89]\d{{3}})\b"
    r"|\b(?:are|is|run|running|now|standard|är|kör|nu)(?: on| på)? (?P<on>9[0-4]\d\d)\b(?![.:/]\d)"
    r"|^\s*(?P<alone>9[0-4]\d\d)\.?\s*$|\b(?P<hashed>[89]\d{3})@[0-9a-f]{7}\b"
    r"|\bcampaign(?: classic)?,? v?[678](?:\.\d{1,2}){0,3}\s?\(?(?P<beside>[89]\d{3})\b",
    re.IGNORECASE,
)
#: A sentence that speaks of another build than the one that runs.
_ANOTHER = re.compile(
    r"\b(?:fixed|corrected|solved|mended|resolved) (?:in|with|by)\b"
    r"|\bor (?:higher|later|newer|above)\b|\b(?:before|until|prior to|(?:old|earli|new)er than)\b"
    r"|\b(?:requires?|needs?|plan\w*|going to|will|want|should|would|console|client)\b|\?"
    r"|\b(?:rättat|åtgärdat|löst) i\b|\beller (?:senare|högre|nyare)\b"
    r"|\b(?:före|innan|ska|planer\w*|konsol\w*|klient\w*)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^.!?]+(?:[.](?=\S)[^.!?]*)*[.!?]?")


class Builds:
    """Collects what a text says of the build, line by line; the last shown counts, else told."""

    def __init__(self) -> None:
        self._shown: Told | None = None
        self._told: dict[int, Told] = {}

    def look(self, line: Line, kind: Kind) -> None:
        """Look at a line of a piece of this kind."""
        if not _LIKELY.is_in(line.text):
            return
        span = Span(line.start, line.end)
        for fact in builds_in(line.text, "pasted text"):
            self._shown = Told(fact, span)
        for sentence in _SENTENCE.finditer(line.text) if kind == "prose" else ():
            if _ANOTHER.search(sentence[0]):
                continue
            for found in _SAID.finditer(sentence[0]):
                fact = BuildFact(
                    kind="build",
                    number=int(next(filter(None, found.groups()))),
                    certainty=PROSE_LIMIT,
                    source=f"understood from: {clean(sentence[0], 200)}",
                )
                self._told[fact.number or 0] = Told(fact, span, (found[0],))

    def told(self, seen: bool) -> tuple[Told, ...]:
        """The build; ``seen``: whether an output shows it already. Of several that are only told
        none counts."""
        if self._shown is not None or seen:
            return (self._shown,) if self._shown and not seen else ()
        return tuple(self._told.values()) if len(self._told) == 1 else ()

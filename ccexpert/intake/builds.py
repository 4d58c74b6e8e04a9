"""The build of a server, where a text shows or tells it outside of an output.

A banner or page that stands in a log or beside other lines shows it for certain. A sentence tells
it (*build 9346*, *since we upgraded to 9356*), or the release (*Campaign 7.3.1*), unless it speaks
of another build: one in which a fault is corrected, or to which somebody means to upgrade.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ccexpert.facts import BuildFact
from ccexpert.facts.builds import release_facts
from ccexpert.intake.likely import Likely
from ccexpert.intake.lines import Line
from ccexpert.intake.reading import PROSE_LIMIT, Kind, Span, Told, understood_from
from ccexpert.observe.builds import builds_in

if TYPE_CHECKING:
    from ccexpert.facts.vocabulary import Vocabulary

#: Words beside a build, and how the number itself begins where it stands alone.
_WORDS = ("build", "bygge", "bygg ", "upgrad", "uppgrad", "updat", "uppdat", "campaign")
_BEGINS = ("90", "91", "92", "93", "94", "7.", "20.", "21.")
_LIKELY = Likely(r"\b[89]\d{3}\b|\bv?(?:7|2[01])\.\d", (*_WORDS, *_BEGINS))
_TO = r"(?:to|till)\s+(?:version |build |v)?"
_SAID = re.compile(
    r"\b(?:build|bygge|bygg)(?:\s?(?:number|nummer|no\.?|nr\.?))?\s?[:#=]?\s?(?P<build>[89]\d{3})\b"
    rf"|\b(?:upgrad|updat|uppgrader|uppdater)\w*\s[^.\n]{{0,60}}?\b{_TO}(?P<upgraded>[89]\d{{3}})\b"
    r"|\b(?:are|is|run|running|now|standard|är|kör|nu)(?: on| på)? (?P<on>9[0-4]\d\d)\b(?![.:/]\d)"
    r"|^\s*(?P<alone>9[0-4]\d\d)\.?\s*$|\b(?P<hashed>[89]\d{3})@[0-9a-f]{7}\b"
    r"|\bcampaign(?: classic)?,? v?[678](?:\.\d{1,2}){0,3}\s?\(?(?P<beside>[89]\d{3})\b",
    re.IGNORECASE,
)
#: A release by its name. Two numbers alone (7.3) need the name of the product.
_NAMED = r"(?:7|2[01])\.\d{1,2}"
_RELEASE = re.compile(
    r"\b(?:campaign(?: classic)?|acc),? (?:version |release |v)?"
    rf"(?P<named>{_NAMED}(?:\.\d{{1,2}})?)\b"
    r"|\b(?:version|release|build|are|is|run|running|now|since|after|är|kör|nu|sedan|efter)"
    rf"(?: on| på)? v?(?P<said>{_NAMED}\.\d{{1,2}})\b(?!\.\d)"
    r"|\b(?:upgrade|update|upgraded|updated|uppgraderingen|uppgraderade|uppdaterade)\s"
    rf"(?:campaign )?{_TO}(?P<to>{_NAMED}\.\d{{1,2}})\b(?!\.\d)",
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

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._shown: Told | None = None
        self._told: dict[str, tuple[Told, ...]] = {}
        self._named: dict[str, tuple[Told, ...]] = {}

    def look(self, line: Line, kind: Kind) -> None:
        """Look at a line of a piece of this kind."""
        if not _LIKELY.is_in(line.text):
            return
        span = Span(line.start, line.end)
        for fact in builds_in(line.text, "pasted text"):
            self._shown = Told(fact, span)
        for sentence in _SENTENCE.finditer(line.text) if kind == "prose" else ():
            if not _ANOTHER.search(sentence[0]):
                self._look(sentence[0], span)

    def _look(self, sentence: str, span: Span) -> None:
        """Look for numbers and releases in a sentence of the build that runs."""
        for found in _SAID.finditer(sentence):
            number = next(filter(None, found.groups()))
            said = {"kind": "build", "number": int(number)}
            self._told[number] = (_told(said, sentence, span, found[0]),)
        for found in _RELEASE.finditer(sentence):
            release = next(filter(None, found.groups()))
            if facts := release_facts(release, self._vocabulary):
                self._named[release] = tuple(
                    _told(said, sentence, span, found[0]) for said in facts
                )

    def told(self, seen: bool) -> tuple[Told, ...]:
        """The build; ``seen``: whether an output shows it already. A number counts before the name
        of a release; of several that are only told none counts."""
        if self._shown is not None or seen:
            return (self._shown,) if self._shown and not seen else ()
        said = self._told or self._named
        return next(iter(said.values())) if len(said) == 1 else ()


def _told(said: dict[str, Any], sentence: str, span: Span, words: str) -> Told:
    source = understood_from(sentence)
    return Told(BuildFact(**said, certainty=PROSE_LIMIT, source=source), span, (words,))

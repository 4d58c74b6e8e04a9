"""Mails with their history: where the newest says that all is over, what was complained of below it
no longer counts, nor what it says itself of the past."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ccexpert.facts import NotObserved
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.intake.lines import Line, sentences_in
from ccexpert.intake.prose import LONGEST, MOST, PAST
from ccexpert.intake.search import search_of

#: What stands between a mail and the one that it answers, in English, Swedish, German and French.
_RULE = re.compile(
    r"\s{0,8}(?:-{2,20} ?(?:Original Message|Forwarded message|Ursprungligt meddelande"
    r"|Vidarebefordrat meddelande|Ursprüngliche Nachricht|Weitergeleitete Nachricht"
    r"|Message d['’]origine|Message transféré) ?-{2,20}|_{20,80})\s*$"
    r"|\s{0,8}(?:On|Den|Am|Le)\b.{4,120}\b(?:wrote|skrev|schrieb|a écrit)\b.{0,80}:\s*$",
    re.IGNORECASE,
)
_FROM = re.compile(r"\s{0,8}\*?(?:From|Från|Von|De) ?:\*? \S", re.IGNORECASE)
_SENT = re.compile(
    r"\s{0,8}\*?(?:Sent|Date|Skickat|Datum|Gesendet|Envoyé) ?:\*? ?\S", re.IGNORECASE
)
#: Within so many lines of its sender stands when a mail was sent.
_HEAD = 3


class Now(NamedTuple):
    """What of a text still counts."""

    lines: tuple[Line, ...]
    left_out: int = 0
    """The number of sentences that speak of what is over."""

    @property
    def notes(self) -> Iterator[NotObserved]:
        """A note if some do."""
        if self.left_out:
            was = "1 sentence speaks" if self.left_out == 1 else f"{self.left_out} sentences speak"
            yield NotObserved(source="pasted text", reason=f"{was} of what is said to be over")


def what_counts(prose: Sequence[Line], vocabulary: Vocabulary) -> Now:
    """The lines that speak of now."""
    cut = next(
        (n for n in range(1, len(prose)) if _begins_older(prose, n) and _is_said(prose[:n])),
        len(prose),
    )
    read = search_of(vocabulary).read
    spoken = [one for line in prose[:cut] for one in sentences_in(line)]
    newest = [(one, read(one.text[:LONGEST])) for one in spoken[:MOST]]
    if not any(said.is_over for _, said in newest):
        return Now(tuple(prose))
    troubled = [
        one
        for one, said in newest
        if any(part.has_trouble and not part.is_over for part in said.parts())
    ]
    past = {one.start for one in troubled if PAST.search(one.text)}
    if len(past) < len(troubled):
        return Now(tuple(prose))
    older = sum(1 for line in prose[cut:] for one in sentences_in(line) if one.text.strip())
    kept = tuple(one for one in spoken if one.start not in past)
    return Now(kept, older + len(past))


def _is_said(lines: Sequence[Line]) -> bool:
    return any(line.text.strip() for line in lines)


def _begins_older(prose: Sequence[Line], at: int) -> bool:
    """Whether the mail that was answered begins with a line."""
    line = prose[at]
    if line.end - line.start > len(line.text) or _RULE.match(line.text):  # marked as quoted
        return True
    return bool(_FROM.match(line.text)) and any(
        _SENT.match(one.text) for one in prose[at + 1 : at + 1 + _HEAD]
    )

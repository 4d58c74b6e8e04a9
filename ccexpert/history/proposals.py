"""What marked reports suggest about the weights of cards: overlays to read, never applied.

The certainty of a report rests on the strongest reason for its first diagnosis. If at least
``_LEAST`` marked reports rested on one piece of evidence, and the share of them that was right
excludes the certainty on the card, the nearest word that it allows is proposed.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ccexpert.certainty import WORDS, word_for
from ccexpert.diagnosis import Diagnosis
from ccexpert.display import one_line
from ccexpert.history.outcomes import Outcome, interval
from ccexpert.knowledge.base import KnowledgeBase
from ccexpert.report.answer import Report
from ccexpert.report.pieces import moment
from ccexpert.words import Language, Pair, Words, in_language

#: Fewer reports that rest on one piece of evidence say too little about it.
_LEAST = 5

Marked = tuple[Outcome, Report]

_WORDS: Words = {
    "head": Pair(
        "A proposal from marked reports. Nothing has been changed. If it is right for your\n"
        "servers, put it into the folder overlays of a site pack, and run: ccexpert rules test",
        "Ett förslag från markerade rapporter. Inget har ändrats. Om det stämmer för era\n"
        "servrar, lägg det i mappen overlays i ett lokalt paket och kör: ccexpert rules test",
    ),
    "rests": Pair(
        "Evidence {number} carried {marked} of them, {right} right ({low:.0%} to {high:.0%}, at "
        "95 %). It counts as {now}.",
        "Evidens {number} bar upp {marked} av dem, {right} rätt ({low:.0%} till {high:.0%}, med "
        "95 %). Den räknas som {now}.",
    ),
    "reason": Pair(
        "evidence {numbers}: what marked reports turned out to be",
        "evidens {numbers}: vad markerade rapporter visade sig vara",
    ),
    "was": Pair("What the wrong ones were:", "Vad de felaktiga var:"),
    "not said": Pair("not said", "inte angivet"),
}


@dataclass(frozen=True)
class Weight:
    """One piece of evidence whose weight disagrees with the marks."""

    number: int
    marked: int
    right: int
    low: float
    high: float
    now: str
    proposed: str


@dataclass(frozen=True)
class Proposal:
    """An overlay for one card."""

    diagnosis: str
    weights: tuple[Weight, ...]
    wrong: tuple[Outcome, ...]
    """The wrong reports among those that it rests on, the newest first."""

    def text(self, language: Language) -> str:
        """The overlay as a file, with its grounds as comments."""
        word = in_language(_WORDS, language)
        numbers = ", ".join(str(one.number) for one in self.weights)
        lines = [
            *(f"# {line}" for line in word["head"].splitlines()),
            *(f"# {word['rests'].format(**vars(one))}" for one in self.weights),
            *([f"# {word['was']}"] if self.wrong else []),
            *(f"#   {_told(one, word['not said'])}" for one in self.wrong),
            f"overlays: {self.diagnosis}",
            f"reason: {json.dumps(word['reason'].format(numbers=numbers), ensure_ascii=False)}",
            "evidence:",
            *(f"  {one.number}: {{certainty: {one.proposed}}}" for one in self.weights),
        ]
        return "\n".join(lines) + "\n"


def proposals(marked: Iterable[Marked], base: KnowledgeBase) -> Iterator[Proposal]:
    """The overlays that marked reports suggest, by diagnosis."""
    resting: dict[tuple[str, int], list[Outcome]] = defaultdict(list)
    for outcome, report in marked:
        number = _carrying(report.first)
        if report.first and number:
            resting[report.first.id, number].append(outcome)
    found: dict[str, list[tuple[Weight, list[Outcome]]]] = defaultdict(list)
    for (diagnosis, number), outcomes in sorted(resting.items()):
        weight = _weight(diagnosis, number, outcomes, base)
        if weight:
            found[diagnosis].append((weight, [o for o in outcomes if o.verdict == "wrong"]))
    for diagnosis, both in found.items():
        wrong = sorted((o for _, some in both for o in some), key=lambda o: -o.number)
        yield Proposal(diagnosis, tuple(weight for weight, _ in both), tuple(wrong))


def _carrying(first: Diagnosis | None) -> int:
    """The number of the evidence that a diagnosis rests on; 0 if none is for it."""
    evidence = first.evidence if first else ()
    strongest = max(evidence, key=lambda one: one.certainty, default=None)
    if strongest is None or strongest.certainty <= 0:
        return 0
    number = strongest.rule.rpartition("#")[2]
    return int(number[:9]) if number.isdecimal() else 0


def _weight(
    diagnosis: str, number: int, outcomes: Sequence[Outcome], base: KnowledgeBase
) -> Weight | None:
    """What the outcomes say about a piece of evidence; None if they agree with it, are too few, or
    today's knowledge no longer has it."""
    card = base.cards.get(diagnosis)
    if card is None or number > len(card.evidence) or len(outcomes) < _LEAST:
        return None
    certainty = card.evidence[number - 1].certainty
    n, right = len(outcomes), sum(one.verdict == "right" for one in outcomes)
    low, high = interval(right, n)
    if low <= certainty <= high or certainty <= 0:
        return None
    proposed = _nearest(certainty, low, high)
    now = word_for(certainty)
    return Weight(number, n, right, low, high, now, proposed) if proposed != now else None


def _nearest(certainty: float, low: float, high: float) -> str:
    """The word nearest to the certainty on a card that a share between the bounds allows, or
    nearly."""
    above = {word: value for word, value in WORDS.items() if value > 0}
    bound = high if certainty > high else low
    allowed = {w: v for w, v in above.items() if low <= v <= high} or above
    return min(allowed, key=lambda word: abs(allowed[word] - bound))


def _told(one: Outcome, not_said: str) -> str:
    where = f", {one.host}" if one.host else ""
    return one_line(f"{one.number}, {moment(one.started)}{where}: {one.was or not_said}")

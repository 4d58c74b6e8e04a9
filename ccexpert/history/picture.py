"""The history as a picture: when each fault was there, on one self-contained page.

Positions are percentages of the width, so that the same picture fits a screen and a telephone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ccexpert.display import one_line
from ccexpert.history.outcomes import Outcome
from ccexpert.history.recurring import Fault, Occurrence, Recurrence, Timeline
from ccexpert.history.words import occurrence
from ccexpert.knowledge.base import KnowledgeBase
from ccexpert.knowledge.texts import rendered
from ccexpert.report.pieces import address, moment
from ccexpert.report.words import words
from ccexpert.words import Language, Pair, Words, in_language

_WORDS: Words = {
    "faults over time": Pair("Faults over time", "Fel över tid"),
    "from to": Pair("{first} to {last}", "{first} till {last}"),
    "key": Pair(
        "A bar runs from the first time a fault was seen to the last. ✓ and ✗: the report was "
        "marked right or wrong. Where there is no run, nobody looked.",
        "En stapel går från första till sista gången felet sågs. ✓ och ✗: rapporten är markerad "
        "som rätt eller fel. Där ingen körning finns har ingen tittat.",
    ),
    "last seen": Pair("last seen", "senast sedd"),
    "more": Pair("and {n} more, less frequent", "och {n} till, mindre vanliga"),
    "no faults": Pair(
        "No faults were recorded in this period.",
        "Inga fel har registrerats under perioden.",
    ),
    "number of runs": Pair("runs: {n}", "körningar: {n}"),
    "recorded runs": Pair("Recorded runs", "Registrerade körningar"),
}

#: Faults in the picture, and places at which runs are told apart.
_SHOWN, _PLACES = 60, 400

#: Dates on the axis, at most; what lies further right has no room for its date.
_DATES, _ROOM = 6, 90.0

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_STEPS = (
    *(n * _HOUR for n in (1, 3, 6, 12)),
    *(n * _DAY for n in (1, 2, 7, 14, 30, 91, 365, 3650)),
)


@dataclass(frozen=True)
class Bar:
    """One occurrence in the picture."""

    start: str
    end: str
    says: str


@dataclass(frozen=True)
class Row:
    """One fault in the picture."""

    title: str
    where: str
    impact: int
    says: str
    bars: tuple[Bar, ...]
    marks: tuple[tuple[str, str, str], ...]
    """Where reports were marked, the sign for it, and what it was."""


@dataclass(frozen=True)
class _Axis:
    """The period of a picture."""

    since: datetime
    until: datetime

    def place(self, time: datetime) -> float:
        """Where a time lies, in per cent of the width."""
        share = (time - self.since) / max(self.until - self.since, _HOUR)
        return 100 * min(1.0, max(0.0, share))

    def at(self, time: str) -> str:
        """Where a recorded time lies, for the page."""
        return _per_cent(self.place(datetime.fromisoformat(time)))

    def dates(self) -> Iterator[tuple[str, str]]:
        """Lines across the picture: where, and the date or time if there is room for it."""
        period = self.until - self.since
        step = next((s for s in _STEPS if period <= _DATES * s), _STEPS[-1])
        form = "%H:%M" if step < _DAY else "%m-%d" if step < 91 * _DAY else "%Y-%m"
        start = datetime(self.since.year, self.since.month, self.since.day, tzinfo=UTC)
        for number in range(1, int((self.until - start) / step) + 1):
            time = start + number * step
            if time > self.since:
                place = self.place(time)
                yield _per_cent(place), time.strftime(form) if place < _ROOM else ""


def page(
    timeline: Timeline, outcomes: Iterable[Outcome], base: KnowledgeBase, language: Language
) -> str:
    """The page; every text is escaped by the template engine."""
    from ccexpert.report.web import asset, environment, policy  # for those who want the page

    style = asset("ccexpert.report", "report.css") + asset("ccexpert.history", "picture.css")
    axis, word = _Axis(timeline.since, timeline.until), words(language)
    word |= in_language(_WORDS, language)
    marked = list(outcomes)
    faults = list(timeline.faults.items())
    rows = [_row(*fault, axis, marked, base, word, language) for fault in faults[:_SHOWN]]
    left = len(faults) - len(rows)
    template = environment("ccexpert.history").get_template("picture.html.j2")
    return (
        template.render(
            language=language,
            word=word,
            style=style,
            policy=policy(style),
            period=_from_to(timeline.since.isoformat(), timeline.until.isoformat(), word),
            number=word["number of runs"].format(n=len(timeline.runs)),
            runs=_places(timeline.runs, axis),
            dates=list(axis.dates()),
            rows=rows,
            more=word["more"].format(n=left) if left else "",
        )
        + "\n"
    )


def _row(
    fault: Fault,
    found: Sequence[Occurrence],
    axis: _Axis,
    marked: Iterable[Outcome],
    base: KnowledgeBase,
    word: dict[str, str],
    language: Language,
) -> Row:
    card = base.cards.get(fault.diagnosis)  # what an older knowledge found may have gone
    whole = Recurrence.of(fault, tuple(found))
    days = round((axis.until - axis.since) / _DAY, 2)
    bars = (Bar(axis.at(one.first), axis.at(one.last), _says(one, word)) for one in found)
    marks = (
        (axis.at(o.started), "✓" if o.verdict == "right" else "✗", o.was)
        for o in marked
        if (o.diagnosis, o.host or "") == (fault.diagnosis, fault.host)
        and any(one.first <= o.started <= one.last for one in found)
    )
    often = occurrence(whole.times, days, language)
    return Row(
        rendered(card.title, {}, language) if card else one_line(fault.diagnosis),
        " · ".join(filter(None, (address(whole), fault.host))),
        card.impact if card else 0,
        f"{often}, {word['last seen']} {moment(whole.last)}",
        tuple(bars),
        tuple(marks),
    )


def _says(one: Occurrence, word: dict[str, str]) -> str:
    return f"{_from_to(one.first, one.last, word)}, {word['number of runs'].format(n=one.runs)}"


def _from_to(first: str, last: str, word: dict[str, str]) -> str:
    return word["from to"].format(first=moment(first), last=moment(last))


def _places(runs: Iterable[str], axis: _Axis) -> list[str]:
    """Where runs lie; those of the same place once."""
    share = 100 / _PLACES
    found = {round(axis.place(datetime.fromisoformat(run)) / share) for run in runs}
    return [_per_cent(number * share) for number in sorted(found)]


def _per_cent(place: float) -> str:
    return f"{place:.2f}%"

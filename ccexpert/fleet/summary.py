"""Shows the tally of a fleet: hosts by status, common causes, missing and unreadable hosts, as a
table or as one self-contained HTML page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ccexpert.diagnosis import IMPACTS
from ccexpert.display import one_line
from ccexpert.fleet.tally import TOLD, WORST, Common, Tally
from ccexpert.knowledge.base import KnowledgeBase
from ccexpert.knowledge.texts import rendered
from ccexpert.report.interface import Layout
from ccexpert.report.listing import listing
from ccexpert.report.pieces import moment
from ccexpert.report.words import words
from ccexpert.words import Language, Pair, Words, in_language

_WORDS: Words = {
    "all findings": Pair("Findings by host, the worst first", "Fynd per värd, de värsta först"),
    "and more": Pair("and {} more", "och {} till"),
    "common causes": Pair("Common causes", "Vanliga orsaker"),
    "equal": Pair(
        "{documents} documents; {reasoned} diagnosed, {equal} had the same facts as one of them "
        "({share}%)",
        "{documents} dokument; {reasoned} diagnostiserade, {equal} hade samma observationer som "
        "något av dem ({share} %)",
    ),
    "details": Pair("The findings one by one", "Fynden ett för ett"),
    "decimal": Pair(".", ","),
    "example": Pair("For example", "Till exempel"),
    "first step": Pair("Look first:", "Titta först:"),
    "first on": Pair("First on", "Först på"),
    "fleet": Pair("Fleet", "Värdpark"),
    "found on": Pair("Hosts", "Värdar"),
    "hosts": Pair("Hosts", "Värdar"),
    "missing": Pair("missing", "saknas"),
    "missing hosts": Pair("Missing hosts", "Värdar som saknas"),
    "not readable": Pair("Unreadable", "Kunde inte läsas"),
    "only possible": Pair(
        "Possible, but not a finding on any host",
        "Möjliga, men inte säkra på någon värd",
    ),
    "possible on": Pair("Possible on", "Möjlig på"),
    "unreadable": Pair("unreadable", "oläsbara"),
}

#: The most diagnoses that hosts are shown against.
_COLUMNS = 12

_STATUSES = ("findings", "undetermined", "ok", "unreadable", "missing")

Rows = list[dict[str, object]]


def _words(language: Language) -> dict[str, str]:
    return words(language) | in_language(_WORDS, language)


def _by_status(tally: Tally, word: dict[str, str]) -> Rows:
    counts = {**tally.statuses, "missing": len(tally.missing)}
    return [{"status": word[s], "hosts": counts[s]} for s in _STATUSES if counts.get(s)]


def _by_impact(tally: Tally, base: KnowledgeBase) -> list[tuple[str, Common]]:
    """The diagnoses, those of the highest impact first, then those on most hosts."""
    return sorted(tally.common_causes, key=lambda found: -base.cards[found[0]].impact)


@dataclass(frozen=True)
class Matrix:
    """The worst hosts against the diagnoses found on them, of the highest impact first."""

    diagnoses: tuple[str, ...]
    hosts: tuple[tuple[str, tuple[bool, ...]], ...]
    """Each host, and for each diagnosis whether it was found there."""
    left: int
    """How many further hosts have findings."""


def matrix(tally: Tally, base: KnowledgeBase) -> Matrix:
    """Hosts against diagnoses."""
    rows = sorted(tally.worst_hosts)[:WORST]
    found = {name for _, _, names in rows for name in names}
    columns = [name for name, _ in _by_impact(tally, base) if name in found][:_COLUMNS]
    hosts = ((host, tuple(name in names for name in columns)) for _, host, names in rows)
    left = tally.statuses.get("findings", 0) - len(rows)
    return Matrix(tuple(columns), tuple(hosts), max(0, left))


@dataclass(frozen=True)
class Detail:
    """One diagnosis of the matrix, for who wants to know more."""

    id: str
    title: str
    impact: int
    meaning: str
    step: str
    """What to look at first."""
    hosts: tuple[int, ...]
    """The rows of the matrix in which it was found."""
    others: str
    """How many further hosts have it."""


def details(tally: Tally, shown: Matrix, base: KnowledgeBase, language: Language) -> list[Detail]:
    """What the diagnoses of the matrix mean, in its order."""
    found, more = [], _words(language)["and more"]
    for column, name in enumerate(shown.diagnoses):
        card = base.cards[name]
        rows = tuple(n for n, (_, has) in enumerate(shown.hosts) if has[column])
        left = tally.diagnoses[name].found - len(rows)
        others = more.format(left) if left > 0 else ""
        title, meaning, step = (
            rendered(text, {}, language)
            for text in (card.title, card.meaning, card.actions[0].text)
        )
        found.append(Detail(name, title, card.impact, meaning, step, rows, others))
    return found


def _tables(
    tally: Tally, base: KnowledgeBase, word: dict[str, str], language: Language
) -> list[tuple[str, Rows]]:
    """The tables that have rows, each under its heading."""
    causes = [
        {
            "found on": common.found,
            "impact": word[IMPACTS[base.cards[name].impact - 1]],
            "diagnosis": f"{rendered(base.cards[name].title, {}, language)} ({name})",
            "possible on": common.possible,
            "first on": common.first,
            "example": ", ".join(common.hosts),
        }
        for name, common in _by_impact(tally, base)
    ]
    seen = ("impact", "diagnosis", "possible on", "first on")
    tables: list[tuple[str, Rows]] = [
        ("", _by_status(tally, word)),
        (word["common causes"], [row for row in causes if row["found on"]]),
        (
            word["only possible"],
            [{k: row[k] for k in seen} for row in causes if not row["found on"]],
        ),
    ]
    return [(heading, rows) for heading, rows in tables if rows]


def _lists(tally: Tally, word: dict[str, str]) -> list[tuple[str, Sequence[str], str]]:
    """Unreadable lines and missing hosts: a heading, the first lines, and how many more."""
    both = (
        ("not readable", tally.unreadable, tally.statuses["unreadable"]),
        ("missing hosts", tally.missing, len(tally.missing)),
    )
    return [
        (
            word[heading],
            [one_line(line) for line in lines[:TOLD]],
            word["and more"].format(total - TOLD) if total > TOLD else "",
        )
        for heading, lines, total in both
        if total
    ]


def _equal(tally: Tally, word: dict[str, str]) -> str:
    equal = tally.same_lines + tally.same_facts
    return word["equal"].format(
        documents=tally.documents,
        reasoned=tally.reasoned,
        equal=equal,
        share=word["decimal"].join(f"{100 * equal / max(1, tally.documents):.1f}".split(".")),
    )


def table(tally: Tally, base: KnowledgeBase, language: Language, layout: Layout) -> str:
    """The summary as text."""
    word = _words(language)
    parts = [
        (f"{heading}\n\n" if heading else "") + listing(rows, word, "table", layout)
        for heading, rows in _tables(tally, base, word, language)
    ]
    for heading, lines, more in _lists(tally, word):
        shown = "".join(f"  - {line}\n" for line in lines)
        parts.append(f"{heading}\n{shown}" + (f"  {more}\n" if more else ""))
    parts.append(f"{_equal(tally, word)}\n")
    return "\n".join(parts)


def html(tally: Tally, base: KnowledgeBase, language: Language) -> str:
    """The summary as a whole page; every text is escaped by the template engine."""
    from ccexpert.report.web import asset, environment, policy  # for those who want the page

    style = asset("ccexpert.report", "report.css") + asset("ccexpert.fleet", "summary.css")
    word = _words(language)
    shown = matrix(tally, base)
    parts: dict[str, Any] = {
        "tables": _tables(tally, base, word, language),
        "lists": _lists(tally, word),
        "equal": _equal(tally, word),
        "made": moment(datetime.now(UTC).isoformat()),
        "matrix": shown,
        "more": word["and more"].format(shown.left) if shown.left else "",
        "details": details(tally, shown, base, language),
        "impact_words": [word[impact] for impact in IMPACTS],
    }
    page = (
        environment("ccexpert.fleet")
        .get_template("summary.html.j2")
        .render(
            language=language,
            word=word,
            style=style,
            policy=policy(style),
            **parts,
        )
    )
    return page + "\n"

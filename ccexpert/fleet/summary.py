"""The tally of a fleet for people: hosts by status, common causes, what is missing or unreadable,
as a table or as one HTML page that needs nothing else."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from ccexpert.diagnosis import IMPACTS
from ccexpert.fleet.tally import TOLD, Tally
from ccexpert.knowledge.base import KnowledgeBase
from ccexpert.knowledge.vocabulary import Language
from ccexpert.report.interface import Layout, one_line
from ccexpert.report.listing import listing
from ccexpert.report.words import words

_WORDS: dict[str, tuple[str, str]] = {
    "and more": ("and {} more", "och {} till"),
    "common causes": ("Common causes", "Vanliga orsaker"),
    "equal": (
        "{documents} documents; {reasoned} reasoned about, {equal} had equal facts ({share}%)",
        "{documents} dokument; {reasoned} har prövats, {equal} var lika något av dem ({share} %)",
    ),
    "decimal": (".", ","),
    "example": ("For example", "Till exempel"),
    "first on": ("First on", "Först på"),
    "fleet": ("Fleet", "Värdpark"),
    "found on": ("Hosts", "Värdar"),
    "hosts": ("Hosts", "Värdar"),
    "missing": ("missing", "saknas"),
    "missing hosts": ("Missing hosts", "Värdar som saknas"),
    "not readable": ("Not readable", "Kunde inte läsas"),
    "only possible": (
        "Possible, but a finding on no host",
        "Möjliga, men inget fynd på någon värd",
    ),
    "possible on": ("Possible on", "Möjlig på"),
    "unreadable": ("not readable", "oläsbara"),
}

_STATUSES = ("findings", "undetermined", "ok", "unreadable", "missing")

Rows = list[dict[str, object]]


def _words(language: Language) -> dict[str, str]:
    own = {key: pair[0 if language == "en" else 1] for key, pair in _WORDS.items()}
    return words(language) | own


def _by_status(tally: Tally, word: dict[str, str]) -> Rows:
    counts = {**tally.statuses, "missing": len(tally.missing)}
    return [{"status": word[s], "hosts": counts[s]} for s in _STATUSES if counts.get(s)]


def _tables(
    tally: Tally, base: KnowledgeBase, word: dict[str, str], language: Language
) -> list[tuple[str, Rows]]:
    """The tables that have rows, each under its heading."""
    causes = [
        {
            "found on": common.found,
            "possible on": common.possible,
            "first on": common.first,
            "impact": word[IMPACTS[base.cards[name].impact - 1]],
            "diagnosis": f"{base.cards[name].title.in_language(language)} ({name})",
            "example": ", ".join(common.hosts),
        }
        for name, common in tally.common_causes
    ]
    seen = ("possible on", "first on", "impact", "diagnosis")
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
    """What is wrong with the fleet itself: a heading, the first lines, and how many more."""
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
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=PackageLoader("ccexpert.fleet"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = "".join(
        (files(package) / "templates" / name).read_text(encoding="utf-8")
        for package, name in (("ccexpert.report", "report.css"), ("ccexpert.fleet", "summary.css"))
    )
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    word = _words(language)
    parts: dict[str, Any] = {
        "tables": _tables(tally, base, word, language),
        "lists": _lists(tally, word),
        "equal": _equal(tally, word),
    }
    page = environment.get_template("summary.html.j2").render(
        language=language,
        word=word,
        style=Markup(style),
        policy=f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'",
        **parts,
    )
    return page + "\n"

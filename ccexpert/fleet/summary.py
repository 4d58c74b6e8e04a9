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
        "{documents} documents; {reasoned} reasoned about, {equal} had equal facts ({share:.1%})",
        "{documents} dokument; {reasoned} har prövats, {equal} var lika något av dem ({share:.1%})",
    ),
    "example": ("For example", "Till exempel"),
    "first on": ("First", "Först"),
    "fleet": ("Fleet", "Värdpark"),
    "found on": ("Hosts", "Värdar"),
    "hosts": ("Hosts", "Värdar"),
    "missing": ("missing", "saknas"),
    "missing hosts": ("Missing hosts", "Värdar som saknas"),
    "not readable": ("Not readable", "Kunde inte läsas"),
    "possible on": ("Possible", "Möjlig"),
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


def _causes(tally: Tally, base: KnowledgeBase, language: Language) -> Rows:
    word = words(language)
    return [
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
        share=equal / max(1, tally.documents),
    )


def table(tally: Tally, base: KnowledgeBase, language: Language, layout: Layout) -> str:
    """The summary as text."""
    word = _words(language)
    parts = [listing(_by_status(tally, word), word, "table", layout)]
    causes = _causes(tally, base, language)
    if causes:
        parts.append(f"{word['common causes']}\n\n{listing(causes, word, 'table', layout)}")
    for heading, lines, more in _lists(tally, word):
        shown = "".join(f"  - {line}\n" for line in lines)
        parts.append(f"{heading}\n{shown}" + (f"  {more}\n" if more else ""))
    parts.append(f"{_equal(tally, word)}\n")
    return "\n".join(part for part in parts if part)


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
    style = (files("ccexpert.report") / "templates" / "report.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    word = _words(language)
    parts: dict[str, Any] = {
        "tables": [("", _by_status(tally, word)), *_headed(tally, base, language, word)],
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


def _headed(
    tally: Tally, base: KnowledgeBase, language: Language, word: dict[str, str]
) -> list[tuple[str, Rows]]:
    causes = _causes(tally, base, language)
    return [(word["common causes"], causes)] if causes else []

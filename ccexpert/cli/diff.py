"""``ccexpert diff``: what changed between two reports."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer

from ccexpert.cli.shared.options import LangOption, language, read_input
from ccexpert.cli.shared.output import (
    ListFormatOption,
    OutputOption,
    TableFormatOption,
    emit,
    layout,
)
from ccexpert.diagnosis import PlainReport
from ccexpert.diff import Difference, Standing, compare
from ccexpert.display import as_json
from ccexpert.report.interface import Layout
from ccexpert.report.json import read
from ccexpert.report.listing import listing
from ccexpert.report.pieces import address
from ccexpert.report.words import words
from ccexpert.words import Language, Pair, Words, in_language

_WORDS: Words = {
    "after": Pair("After", "Efter"),
    "before": Pair("Before", "Före"),
    "change": Pair("Change", "Ändring"),
    "changed": Pair("changed", "ändrad"),
    "gone": Pair("gone", "borta"),
    "new": Pair("new", "ny"),
    "no difference": Pair("No difference.", "Ingen skillnad."),
    "what": Pair("What", "Vad"),
}


def diff(
    before: Annotated[str, typer.Argument(help="A JSON report, or the number of a recorded run.")],
    after: Annotated[str, typer.Argument(help="The same, for a later run.")],
    format_: ListFormatOption = "table",
    output: OutputOption = None,
    lang: LangOption = None,
    table_format: TableFormatOption = "simple",
) -> None:
    """Compare two reports: what is new, gone or changed."""
    page, spoken = layout(table_format), language(lang)
    word = in_language(_WORDS, spoken)
    found = compare(_report(before), _report(after))
    if format_ == "json":
        emit(as_json(asdict(found)), output)
        return
    emit(told(found, spoken, page, format_) or f"{word['no difference']}\n", output)


def told(found: Difference, spoken: Language, page: Layout, format_: str = "table") -> str:
    """A difference as a list; empty if there is none."""
    word = words(spoken) | in_language(_WORDS, spoken)
    return listing(_rows(found, word), word, format_, page)


def _report(name: str) -> PlainReport:
    """A recorded run by its number, else a report in a file or on stdin."""
    if name.isdecimal():
        from ccexpert.history import History  # SQLite is for those who recorded

        return History().report(int(name[:20]))  # more digits than any run has
    return read(read_input(name))


def _rows(found: Difference, word: dict[str, str]) -> list[dict[str, Any]]:
    rows = [
        {
            "change": word[c.change],
            "what": f"{c.id} ({address(c)})",
            "host": c.host or "",
            "before": _standing(c.before),
            "after": _standing(c.after),
        }
        for c in found.diagnoses
    ]
    for kind, facts in (("new", found.new_facts), ("gone", found.gone_facts)):
        rows += [
            {"change": word[kind], "what": fact, "host": "", "before": "", "after": ""}
            for fact in facts
        ]
    return rows


def _standing(standing: Standing | None) -> str:
    if standing is None:
        return ""
    place = f"#{standing.rank}" if standing.rank else f"↳ {standing.explained_by}"
    return f"{standing.certainty:.2f} {place}"

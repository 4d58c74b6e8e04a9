"""``ccexpert modules``: the table of modules and frequent issues, from the vocabulary."""

from __future__ import annotations

from ccexpert.cli.shared.options import LangOption, RulesOption, language, vocabulary
from ccexpert.cli.shared.output import (
    ListFormatOption,
    OutputOption,
    TableFormatOption,
    emit,
    layout,
)
from ccexpert.report.listing import listing
from ccexpert.report.words import words


def modules(
    format_: ListFormatOption = "table",
    output: OutputOption = None,
    rules: RulesOption = None,
    lang: LangOption = None,
    table_format: TableFormatOption = "simple",
) -> None:
    """List the modules, what each does, and when to look at it."""
    spoken, page = language(lang), layout(table_format)
    rows = [
        {
            "module": entry.name,
            "scope": entry.row.scope.in_language(spoken),
            "troubleshooting": entry.row.troubleshooting.in_language(spoken),
        }
        for entry in sorted(vocabulary(rules).modules, key=lambda e: e.name.casefold())
        if entry.row
    ]
    emit(listing(rows, words(spoken), format_, page), output)

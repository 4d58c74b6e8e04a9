"""``ccexpert modules``: the table of modules and frequent issues, from the vocabulary."""

from __future__ import annotations

from ccexpert.cli.options import (
    LangOption,
    ListFormat,
    ListFormatOption,
    OutputOption,
    RulesOption,
    TableFormatOption,
    emit,
    language,
    layout,
    packs,
)


def modules(
    format_: ListFormatOption = ListFormat.TABLE,
    output: OutputOption = None,
    rules: RulesOption = None,
    lang: LangOption = None,
    table_format: TableFormatOption = "simple",
) -> None:
    """List the modules, what each does, and when to look at it."""
    from ccexpert.knowledge.packs import load_vocabulary, roots
    from ccexpert.report.listing import listing
    from ccexpert.report.words import words

    spoken, page = language(lang), layout(table_format)
    vocabulary = load_vocabulary(roots(packs(rules)))
    rows = [
        {
            "module": entry.name,
            "scope": entry.row.scope.in_language(spoken),
            "troubleshooting": entry.row.troubleshooting.in_language(spoken),
        }
        for entry in sorted(vocabulary.entries("module"), key=lambda e: e.name.casefold())
        if entry.row
    ]
    emit(listing(rows, words(spoken), format_.value, page), output)

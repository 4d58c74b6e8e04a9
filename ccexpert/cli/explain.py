"""``ccexpert explain``: one diagnosis, and how it stands in a case."""

from __future__ import annotations

from typing import Annotated

import typer

from ccexpert.cli.options import (
    LangOption,
    OutputOption,
    RulesOption,
    emit,
    expert,
    language,
    read_input,
)


def complete_id(incomplete: str) -> list[str]:
    """The ids of diagnoses that start with what was typed, for shell completion."""
    from ccexpert.knowledge.packs import cached

    return [card for card in cached().cards if card.startswith(incomplete)]


IdArgument = Annotated[
    str, typer.Argument(metavar="ID", help="The id of a diagnosis.", autocompletion=complete_id)
]


def explain(
    diagnosis: IdArgument,
    facts: Annotated[
        list[str] | None,
        typer.Option("--facts", help="A facts document: show why, or why not, in that case."),
    ] = None,
    output: OutputOption = None,
    rules: RulesOption = None,
    lang: LangOption = None,
) -> None:
    """Explain a diagnosis: what it means, what speaks for and against it, what to do."""
    from ccexpert.knowledge.intake import read_document
    from ccexpert.report.page import card_page

    spoken = language(lang)
    who = expert(rules)
    card = who.base.card(diagnosis)
    report = None
    if facts:
        sources = [read_input(name) for name in facts]
        documents = [(read_document(source), source) for source in sources]
        report = who.diagnose_documents(documents, language=spoken)
    emit(card_page(card, spoken, report), output)

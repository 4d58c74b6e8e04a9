"""``ccexpert explain``: one diagnosis, and why it holds or not in a case; or an error code."""

from __future__ import annotations

from typing import Annotated

import typer

from ccexpert.cli.shared.options import (
    LangOption,
    RulesOption,
    complete_id,
    expert,
    language,
    read_input,
)
from ccexpert.cli.shared.output import OutputOption, emit
from ccexpert.facts.document import read_document
from ccexpert.handbook.code import code_page, explained
from ccexpert.handbook.page import card_page


def explain(
    what: Annotated[
        str,
        typer.Argument(
            metavar="ID|CODE",
            help="The id of a diagnosis, or an error code.",
            autocompletion=complete_id,
        ),
    ],
    facts: Annotated[
        list[str] | None,
        typer.Option("--facts", help="A facts document: explain why it holds or not in that case."),
    ] = None,
    output: OutputOption = None,
    rules: RulesOption = None,
    lang: LangOption = None,
) -> None:
    """Explain a diagnosis: what it means, what speaks for and against it, what to do.

    Or an error code (XSV-350013, ORA-01017, 550 5.7.26): what it means and what causes it.
    """
    spoken = language(lang)
    who = expert(rules)
    if what not in who.base.cards and (code := explained(what, who.base)):
        if facts:
            raise typer.BadParameter("an error code has no case", param_hint="--facts")
        emit(code_page(code, who.base, spoken), output)
        return
    card = who.base.card(what)
    report = None
    if facts:
        sources = [read_input(name) for name in facts]
        documents = [read_document(source) for source in sources]
        report = who.diagnose_documents(documents, language=spoken)
    emit(card_page(card, spoken, report), output)

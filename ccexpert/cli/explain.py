"""``ccexpert explain``: one diagnosis, and why it holds or not in a case; or an error code; or what
comes nearest to words that are neither."""

from __future__ import annotations

from typing import Annotated

import typer

from ccexpert.cli.shared.options import (
    LangOption,
    RulesOption,
    complete_id,
    expert,
    language,
    packs,
    read_input,
)
from ccexpert.cli.shared.output import OutputOption, emit
from ccexpert.facts.document import read_document
from ccexpert.handbook.code import code_page, explained
from ccexpert.handbook.page import card_page
from ccexpert.knowledge.packs import shipped
from ccexpert.knowledge.references import known_references


def explain(
    what: Annotated[
        str,
        typer.Argument(
            metavar="ID|CODE|WORDS",
            help="The id of a diagnosis, an error code, or words in quotes.",
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
    Of other words: the known cases and the pages that come nearest, which is no diagnosis.
    """
    spoken = language(lang)
    who = expert(rules)
    if what not in who.base.cards and (code := explained(what, who.base)):
        if facts:
            raise typer.BadParameter("an error code has no case", param_hint="--facts")
        emit(code_page(code, who.base, spoken), output)
        return
    if what not in who.base.cards and " " in what.strip():
        from ccexpert.handbook.similar import similar_page

        known = known_references((shipped(), *packs(rules))).values()
        emit(similar_page(what, who.base, known, spoken), output)
        return
    card = who.base.card(what)
    report = None
    if facts:
        sources = [read_input(name) for name in facts]
        documents = [read_document(source) for source in sources]
        report = who.diagnose_documents(documents, language=spoken)
    emit(card_page(card, spoken, report), output)

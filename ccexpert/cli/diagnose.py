"""``ccexpert diagnose``: facts documents in, one report out."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ccexpert.cli.options import (
    LangOption,
    OutputOption,
    RulesOption,
    TableFormatOption,
    emit,
    expert,
    language,
    layout,
    read_input,
)


class ReportFormat(StrEnum):
    """The formats of reports."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "markdown"


class FailOn(StrEnum):
    """From which impact on a finding makes the command fail."""

    NEVER = "never"
    LOW = "low"
    MODERATE = "moderate"
    IMPORTANT = "important"
    CRITICAL = "critical"


_FINDING = 1


def diagnose(
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE…|-", help="Facts documents (JSON); - reads one from stdin."),
    ],
    format_: Annotated[
        ReportFormat, typer.Option("--format", "-f", help="How to print the report.")
    ] = ReportFormat.TABLE,
    output: OutputOption = None,
    rules: RulesOption = None,
    waivers: Annotated[
        Path | None, typer.Option("--waivers", help="A file of waivers beside those of the packs.")
    ] = None,
    lang: LangOption = None,
    table_format: TableFormatOption = "simple",
    fail_on: Annotated[
        FailOn, typer.Option("--fail-on", help="Exit 1 when a finding has this impact or more.")
    ] = FailOn.NEVER,
) -> None:
    """Diagnose what was observed: ranked diagnoses, why, and a plan with exact commands.

    Several documents are diagnosed together, as observations of one situation.
    """
    from ccexpert.knowledge.intake import read_document
    from ccexpert.report import render

    page = layout(table_format)
    sources = [read_input(name) for name in files]
    documents = [(read_document(source), source) for source in sources]
    report = expert(rules, waivers).diagnose_documents(documents, language=language(lang))
    emit(render(report, format_.value, page), output)
    if fail_on is not FailOn.NEVER and report.worst_impact() >= list(FailOn).index(fail_on):
        raise typer.Exit(_FINDING)

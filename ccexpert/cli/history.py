"""``ccexpert history`` and ``ccexpert diff``: what was recorded, what comes back, what changed."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ccexpert.cli.diagnose import FormatOption, exit_code, targets, write
from ccexpert.cli.options import (
    LangOption,
    ListFormat,
    ListFormatOption,
    OutputOption,
    TableFormatOption,
    emit,
    language,
    layout,
    read_input,
)

if TYPE_CHECKING:
    from ccexpert.diagnosis import Report
    from ccexpert.diff import Difference, Standing

app = typer.Typer(
    help="Recorded reports: list, show, recurrence. Record with: ccexpert diagnose --record.",
    rich_markup_mode=None,
    no_args_is_help=True,
)


@app.command("list")
def list_runs(
    host: Annotated[str | None, typer.Option("--host", help="Only runs of this host.")] = None,
    limit: Annotated[
        int, typer.Option("--limit", "-n", min=1, help="How many, newest first.")
    ] = 20,
    format_: ListFormatOption = ListFormat.TABLE,
    output: OutputOption = None,
    lang: LangOption = None,
    table_format: TableFormatOption = "simple",
) -> None:
    """List the recorded runs, the newest first."""
    from ccexpert.history import History
    from ccexpert.report.interface import moment
    from ccexpert.report.listing import listing
    from ccexpert.report.words import words

    page, word = layout(table_format), words(language(lang))
    runs = History().runs(host, limit)
    if format_ is ListFormat.JSON:
        emit(_json([asdict(run) for run in runs]), output)
        return
    rows = [
        {
            "#": run.number,
            "started": moment(run.started),
            "host": run.host or "",
            "status": word[run.status],
            "number of findings": run.findings,
            "first finding": run.diagnosis or "",
            "certainty": "" if run.certainty is None else f"{run.certainty:.2f}",
        }
        for run in runs
    ]
    emit(listing(rows, word, format_.value, page), output)


@app.command("show")
def show(
    number: Annotated[int, typer.Argument(help="The number of a recorded run.")],
    format_: FormatOption = None,
    output: OutputOption = None,
    table_format: TableFormatOption = "simple",
) -> None:
    """Show a recorded report, in the language it was made in."""
    from ccexpert.history import History

    wanted, page = targets(format_, output), layout(table_format)
    report = History().report(number)
    write(report, wanted, page)
    raise typer.Exit(exit_code(report, wanted))


@app.command("recurrence")
def recurrence(
    days: Annotated[float, typer.Option("--days", min=0, help="How many days to look back.")] = 7,
    format_: ListFormatOption = ListFormat.TABLE,
    output: OutputOption = None,
    lang: LangOption = None,
    table_format: TableFormatOption = "simple",
) -> None:
    """Say how often each recorded fault has come back.

    Runs that find a fault one after another are one occurrence; it is a new one when a run in
    between no longer found it, or after six hours without any.
    """
    from ccexpert.history import History
    from ccexpert.report.interface import moment
    from ccexpert.report.listing import listing
    from ccexpert.report.words import occurrence, words

    spoken, page = language(lang), layout(table_format)
    word = words(spoken)
    recurrences = History().recurrences(days)
    if format_ is ListFormat.JSON:
        emit(_json([asdict(found) for found in recurrences]), output)
        return
    rows = [
        {
            "diagnosis": found.diagnosis,
            "where": _where(found.module, found.instance),
            "host": found.host or "",
            "occurrence": occurrence(found.times, days, spoken),
            "runs": found.runs,
            "last seen": moment(found.last),
        }
        for found in recurrences
    ]
    emit(listing(rows, word, format_.value, page) or f"{word['no faults']}\n", output)


def diff(
    before: Annotated[str, typer.Argument(help="A JSON report, or the number of a recorded run.")],
    after: Annotated[str, typer.Argument(help="The same, of a later run.")],
    format_: ListFormatOption = ListFormat.TABLE,
    output: OutputOption = None,
    lang: LangOption = None,
    table_format: TableFormatOption = "simple",
) -> None:
    """Compare two reports: what is new, gone or changed."""
    from ccexpert.diff import compare
    from ccexpert.report.listing import listing
    from ccexpert.report.words import words

    page, word = layout(table_format), words(language(lang))
    found = compare(_report(before), _report(after))
    if format_ is ListFormat.JSON:
        emit(_json(asdict(found)), output)
        return
    text = listing(_rows(found, word), word, format_.value, page)
    emit(text or f"{word['no difference']}\n", output)


def _report(name: str) -> Report:
    """A recorded run by its number, else a report in a file or on stdin."""
    if name.isdecimal():
        from ccexpert.history import History

        return History().report(int(name))
    from ccexpert.report.json import read

    return read(read_input(name))


def _rows(found: Difference, word: dict[str, str]) -> list[dict[str, Any]]:
    rows = [
        {
            "change": word[c.change],
            "what": f"{c.id} ({_where(c.module, c.instance)})",
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


def _where(module: str, instance: str | None) -> str:
    return f"{module}@{instance}" if instance else module


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"

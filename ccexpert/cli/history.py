"""``ccexpert history``: recorded runs, recurring faults, and what the runs turned out to be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Literal

import typer

from ccexpert.cli.shared.options import MOST, LangOption, RulesOption, finite, language, packs
from ccexpert.cli.shared.output import (
    ColorOption,
    FormatOption,
    ListFormatOption,
    OutputOption,
    ShortOption,
    TableFormatOption,
    emit,
    layout,
    targets,
    write,
)
from ccexpert.cli.shared.plugin import exit_code
from ccexpert.display import as_json, one_line
from ccexpert.history import History
from ccexpert.history.outcomes import Verdict, bands
from ccexpert.history.words import occurrence
from ccexpert.knowledge.packs import cached
from ccexpert.report.listing import listing
from ccexpert.report.pieces import address, moment
from ccexpert.report.words import words
from ccexpert.words import Language, Pair, Words, in_language

_WORDS: Words = {
    "band": Pair("Certainty", "Säkerhet"),
    "marked": Pair("Marked", "Markerade"),
    "no marks": Pair(
        "No report is marked yet: ccexpert history mark NUMBER right|wrong.",
        "Ingen rapport är markerad än: ccexpert history mark NUMMER right|wrong.",
    ),
    "outcome": Pair("Outcome", "Utfall"),
    "right": Pair("Right", "Rätt"),
    "share": Pair("Share (95 %)", "Andel (95 %)"),
    "stated": Pair("Mean stated", "Angivet i snitt"),
    "marked right": Pair("right", "rätt"),
    "marked wrong": Pair("wrong", "fel"),
    "marking": Pair("Run {number} is marked: {what}.", "Körning {number} är markerad: {what}."),
    "no diagnosis first": Pair("no diagnosis", "ingen diagnos"),
    "without": Pair(
        "Reports without a diagnosis: {right} of {n} marked right.",
        "Rapporter utan diagnos: {right} av {n} markerade som rätt.",
    ),
    "first finding": Pair("First finding", "Första fynd"),
    "last seen": Pair("Last seen", "Senast sedd"),
    "no faults": Pair(
        "No faults were recorded in this period.",
        "Inga fel har registrerats under perioden.",
    ),
    "number of findings": Pair("Findings", "Fynd"),
    "occurrence": Pair("Occurrence", "Förekomst"),
    "runs": Pair("Runs", "Körningar"),
    "started": Pair("Started", "Startad"),
}
RecurrenceFormat = Literal["table", "json", "markdown", "html"]

app = typer.Typer(
    help="Recorded reports: list, show, recurrence, what they were. "
    "Record with: ccexpert diagnose --record.",
    rich_markup_mode=None,
    no_args_is_help=True,
)


@app.command("list")
def list_runs(
    host: Annotated[str | None, typer.Option("--host", help="Only runs of this host.")] = None,
    limit: Annotated[
        int, typer.Option("--limit", "-n", min=1, max=MOST, help="How many, newest first.")
    ] = 20,
    format_: ListFormatOption = "table",
    output: OutputOption = None,
    lang: LangOption = None,
    table_format: TableFormatOption = "simple",
) -> None:
    """List the recorded runs, the newest first."""
    page, word = layout(table_format), _words(language(lang))
    runs = History().runs(host, limit)
    if format_ == "json":
        emit(as_json([asdict(run) for run in runs]), output)
        return
    any_marked = any(run.verdict for run in runs)
    rows = [
        {
            "#": run.number,
            "started": moment(run.started),
            "host": run.host or "",
            "status": word[run.status],
            "number of findings": run.findings,
            "first finding": run.diagnosis or "",
            "certainty": "" if run.certainty is None else f"{run.certainty:.2f}",
            **({"outcome": _outcome(run.verdict, run.was, word)} if any_marked else {}),
        }
        for run in runs
    ]
    emit(listing(rows, word, format_, page), output)


@app.command("show")
def show(
    number: Annotated[int, typer.Argument(max=MOST, help="The number of a recorded run.")],
    format_: FormatOption = None,
    short: ShortOption = False,
    output: OutputOption = None,
    table_format: TableFormatOption = "simple",
    color: ColorOption = "auto",
) -> None:
    """Show a recorded report, in the language it was made in."""
    wanted = targets(format_, output, short=short)
    page = layout(table_format, packs(None))
    report = History().report(number)
    write(report, wanted, page, color)
    raise typer.Exit(exit_code(report, wanted))


@app.command("recurrence")
def recurrence(
    days: Annotated[
        float,
        typer.Option(
            "--days", min=0, max=36_500, callback=finite, help="How many days to look back."
        ),
    ] = 7,
    format_: Annotated[
        RecurrenceFormat,
        typer.Option("--format", "-f", help="Format of the list; html is a picture over time."),
    ] = "table",
    output: OutputOption = None,
    rules: RulesOption = None,
    lang: LangOption = None,
    table_format: TableFormatOption = "simple",
) -> None:
    """Show how often each recorded fault has come back.

    Consecutive runs that find a fault are one occurrence. A new one begins if a run in between no
    longer found it, or after six hours without a run that did.
    """
    spoken, page = language(lang), layout(table_format)
    word = _words(spoken)
    history = History()
    if format_ == "html":
        from ccexpert.history import picture  # for those who want the page

        base = cached(packs(rules))
        emit(picture.page(history.timeline(days), history.outcomes(), base, spoken), output)
        return
    recurrences = history.recurrences(days)
    if format_ == "json":
        emit(as_json([asdict(found) for found in recurrences]), output)
        return
    rows = [
        {
            "diagnosis": found.diagnosis,
            "where": address(found),
            "host": found.host or "",
            "occurrence": occurrence(found.times, days, spoken),
            "runs": found.runs,
            "last seen": moment(found.last),
        }
        for found in recurrences
    ]
    emit(listing(rows, word, format_, page) or f"{word['no faults']}\n", output)


@app.command("mark")
def mark(
    number: Annotated[int, typer.Argument(max=MOST, help="The number of a recorded run.")],
    verdict: Annotated[
        Verdict, typer.Argument(help="Whether its first diagnosis was right: right or wrong.")
    ],
    was: Annotated[str, typer.Argument(help="What it really was, in your words.")] = "",
    lang: LangOption = None,
) -> None:
    """Say whether a recorded report was right, and what it really was.

    Marks are shown beside later reports with the same first diagnosis. They change no diagnosis.
    """
    word = _words(language(lang))
    marked = History().mark(number, verdict, one_line(was))
    first = marked.diagnosis or word["no diagnosis first"]
    what = f"{first}: {_outcome(marked.verdict, marked.was, word)}"
    emit(f"{word['marking'].format(number=number, what=what)}\n", None)


@app.command("calibration")
def calibration(
    format_: ListFormatOption = "table",
    output: OutputOption = None,
    lang: LangOption = None,
    table_format: TableFormatOption = "simple",
) -> None:
    """Show how often diagnoses were right, by how certain they were.

    Only marked reports count; see: ccexpert history mark. The interval says how little a few
    reports tell.
    """
    page, word = layout(table_format), _words(language(lang))
    outcomes = History().outcomes()
    table = bands(outcomes)
    if format_ == "json":
        emit(as_json([asdict(band) for band in table]), output)
        return
    rows = [
        {
            "band": f"{band.low:.1f}–{band.high:.1f}",
            "marked": band.marked,
            "right": band.right,
            "share": f"{band.share:.0%} ({band.at_least:.0%}–{band.at_most:.0%})",
            "stated": f"{band.certainty:.2f}",
        }
        for band in table
    ]
    text = listing(rows, word, format_, page) if outcomes else f"{word['no marks']}\n"
    silent = [o.verdict == "right" for o in outcomes if o.diagnosis is None]
    if silent:
        text += f"{word['without'].format(right=sum(silent), n=len(silent))}\n"
    emit(text, output)


def _outcome(verdict: Verdict | None, was: str | None, word: Mapping[str, str]) -> str:
    """``wrong: it was the proxy``."""
    return ": ".join(filter(None, [word[f"marked {verdict}"], was])) if verdict else ""


def _words(language: Language) -> dict[str, str]:
    return words(language) | in_language(_WORDS, language)

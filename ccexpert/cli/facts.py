"""``ccexpert facts``: the facts document itself: schema, vocabulary, template, validation."""

from __future__ import annotations

from typing import Annotated

import typer

from ccexpert.cli.shared.options import (
    LangOption,
    RulesOption,
    language,
    read_input,
    vocabulary,
)
from ccexpert.cli.shared.output import (
    ListFormatOption,
    OutputOption,
    TableFormatOption,
    emit,
    layout,
)
from ccexpert.cli.shared.say import say
from ccexpert.display import as_json
from ccexpert.errors import CcexpertError
from ccexpert.facts.case import settle
from ccexpert.facts.document import read_document
from ccexpert.facts.schema import facts_schema
from ccexpert.facts.template import starter
from ccexpert.report.listing import listing
from ccexpert.report.words import words

app = typer.Typer(
    help="The facts document: schema, words, template, validation.",
    rich_markup_mode=None,
    no_args_is_help=True,
)


@app.command("schema")
def schema(rules: RulesOption = None, output: OutputOption = None) -> None:
    """Print the JSON Schema of facts documents, with every name of the vocabulary."""
    found = facts_schema(vocabulary(rules))
    emit(as_json(found), output)


@app.command("template")
def template(
    platform: Annotated[str, typer.Option("--platform", help="linux or windows")] = "linux",
    instance: Annotated[str, typer.Option("--instance", help="Name of the instance.")] = "prod",
    output: OutputOption = None,
) -> None:
    """Print a facts document to start from.

    Every fact in it has certainty 0 and counts for nothing. Enter what you see and remove that
    field.
    """
    emit(as_json(starter(platform, instance, vocabulary(None))), output)


#: What fits worse than this is not what was looked for.
_FITS = 0.25


@app.command("find")
def find(
    sought: Annotated[list[str], typer.Argument(metavar="WORDS…", help="What you look for.")],
    most: Annotated[int, typer.Option("--most", min=1, help="So many at most.")] = 10,
    format_: ListFormatOption = "table",
    output: OutputOption = None,
    rules: RulesOption = None,
    lang: LangOption = None,
    table_format: TableFormatOption = "simple",
) -> None:
    """Find the words of the vocabulary: how a thing is called in facts and cards, and its states.

    Titles, other names, questions, help, codes and messages are searched, in both languages.
    """
    from ccexpert.facts import KINDS
    from ccexpert.intake.found import all_texts
    from ccexpert.intake.search import Search

    spoken, page, known = language(lang), layout(table_format), vocabulary(rules)
    of_kind = {fact.VOCABULARY: fact for fact in KINDS.values()}
    found = Search(known, of_kind, all_texts).find(" ".join(sought), most)
    rows = [
        {
            "kind": one.kind,
            "name": one.entry.name,
            "title": one.entry.title.in_language(spoken),
            "states": ", ".join(one.entry.states or of_kind[one.kind].ANSWERS),
        }
        for one in found
        if one.fit >= _FITS
    ]
    if not rows:
        say("nothing in the vocabulary fits these words; try fewer or others")
    emit(listing(rows, words(spoken), format_, page), output)


@app.command("validate")
def validate(
    files: Annotated[list[str], typer.Argument(metavar="FILE…|-", help="Facts documents.")],
    rules: RulesOption = None,
) -> None:
    """Check facts documents one by one; exit 65 if one is invalid."""
    known, worst = vocabulary(rules), 0
    for name in files:
        try:
            source = read_input(name)
            case = settle([read_document(source)], known)
        except CcexpertError as error:
            say(error)
            worst = max(worst, error.exit_code)
        else:
            typer.echo(f"{source.name}: valid, {len(case.facts)} facts")
    if worst:
        raise typer.Exit(worst)

"""``ccexpert facts``: the facts document itself: its schema, a start, a check."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from ccexpert.cli.options import OutputOption, RulesOption, emit, packs, read_input

app = typer.Typer(
    help="The facts document: schema, template, validation.",
    rich_markup_mode=None,
    no_args_is_help=True,
)


@app.command("schema")
def schema(rules: RulesOption = None, output: OutputOption = None) -> None:
    """Print the JSON Schema of facts documents, with every name of the vocabulary."""
    from ccexpert.knowledge.packs import load_vocabulary, roots
    from ccexpert.knowledge.schema import facts_schema

    found = facts_schema(load_vocabulary(roots(packs(rules))))
    emit(json.dumps(found, ensure_ascii=False, indent=2) + "\n", output)


@app.command("template")
def template(
    platform: Annotated[str, typer.Option("--platform", help="linux or windows")] = "linux",
    instance: Annotated[str, typer.Option("--instance", help="Name of the instance.")] = "prod",
    output: OutputOption = None,
) -> None:
    """Print a facts document to start from.

    Every fact in it has certainty 0, which counts for nothing: put in what you see, and remove that
    field.
    """
    from ccexpert.knowledge.template import starter

    emit(json.dumps(starter(platform, instance), ensure_ascii=False, indent=2) + "\n", output)


@app.command("validate")
def validate(
    files: Annotated[list[str], typer.Argument(metavar="FILE…|-", help="Facts documents.")],
    rules: RulesOption = None,
) -> None:
    """Check facts documents, each for itself; exit 65 when one is wrong."""
    import sys

    from ccexpert.errors import CcexpertError
    from ccexpert.knowledge.intake import read_document, settle
    from ccexpert.knowledge.packs import load_vocabulary, roots

    vocabulary = load_vocabulary(roots(packs(rules)))
    worst = 0
    for name in files:
        try:
            source = read_input(name)
            case = settle([(read_document(source), source)], vocabulary)
        except CcexpertError as error:
            print(f"ccexpert: {error}", file=sys.stderr)
            worst = max(worst, error.exit_code)
        else:
            typer.echo(f"{source.name}: valid, {len(case.facts)} facts")
    if worst:
        raise typer.Exit(worst)

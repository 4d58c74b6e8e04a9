"""``ccexpert rules``: the knowledge itself: list, show, check, try out, document, extend."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ccexpert.cli.explain import IdArgument
from ccexpert.cli.options import (
    LangOption,
    ListFormat,
    ListFormatOption,
    OutputOption,
    RulesOption,
    TableFormatOption,
    emit,
    expert,
    language,
    layout,
    packs,
    write_whole,
)

app = typer.Typer(
    help="The knowledge: list, show, check, try out, document, extend.",
    rich_markup_mode=None,
    no_args_is_help=True,
)

_FOUND_SOMETHING = 1


class LintFormat(StrEnum):
    """The formats of lint findings."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"


class TestFormat(StrEnum):
    """The formats of test results."""

    TEXT = "text"
    JSON = "json"
    JUNIT = "junit"


class DocsFormat(StrEnum):
    """The formats of the documentation."""

    MARKDOWN = "markdown"
    HTML = "html"


@app.command("list")
def list_rules(
    format_: ListFormatOption = ListFormat.TABLE,
    output: OutputOption = None,
    rules: RulesOption = None,
    lang: LangOption = None,
    table_format: TableFormatOption = "simple",
) -> None:
    """List every diagnosis that is known."""
    from ccexpert.diagnosis import IMPACTS
    from ccexpert.knowledge.packs import cached
    from ccexpert.report.listing import listing
    from ccexpert.report.words import words

    spoken, page = language(lang), layout(table_format)
    word = words(spoken)
    plain = format_ is ListFormat.JSON
    cards = sorted(cached(packs(rules)).cards.values(), key=lambda c: (c.module.casefold(), c.id))
    rows = [
        {
            "module": card.module,
            "id": card.id,
            "diagnosis": card.title.in_language(spoken),
            "verdict": card.verdict if plain else word[card.verdict],
            "impact": card.impact if plain else word[IMPACTS[card.impact - 1]],
        }
        for card in cards
    ]
    emit(listing(rows, word, format_.value, page), output)


@app.command("show")
def show(
    diagnosis: IdArgument,
    output: OutputOption = None,
    rules: RulesOption = None,
    lang: LangOption = None,
) -> None:
    """Show one diagnosis with its evidence, actions and sources."""
    from ccexpert.knowledge.packs import cached
    from ccexpert.report.page import card_page

    emit(card_page(cached(packs(rules)).card(diagnosis), language(lang)), output)


@app.command("lint")
def lint(
    pack: Annotated[
        Path | None, typer.Argument(help="A site pack; default: the shipped knowledge.")
    ] = None,
    format_: Annotated[LintFormat, typer.Option("--format", "-f")] = LintFormat.TEXT,
    output: OutputOption = None,
) -> None:
    """Check the form of the knowledge without running it; exit 1 when there is an error."""
    from ccexpert.knowledge.packs import roots, shipped
    from ccexpert.verify import results
    from ccexpert.verify.lint import lint as check

    folders = roots([pack] if pack else [])
    findings = check(folders, only=pack or shipped())
    render = {
        LintFormat.TEXT: results.lint_text,
        LintFormat.JSON: results.lint_json,
        LintFormat.GITHUB: results.lint_github,
    }[format_]
    emit(render(findings), output)
    if any(f.severity == "error" for f in findings):
        raise typer.Exit(_FOUND_SOMETHING)


@app.command("test")
def test(
    diagnoses: Annotated[
        list[str] | None, typer.Argument(metavar="[ID…]", help="Only these diagnoses.")
    ] = None,
    coverage: Annotated[
        bool, typer.Option("--coverage", help="Also list evidence that no example exercised.")
    ] = False,
    fail_under: Annotated[
        float, typer.Option("--fail-under", min=0, max=100, help="Least coverage, in per cent.")
    ] = 0,
    format_: Annotated[TestFormat, typer.Option("--format", "-f")] = TestFormat.TEXT,
    output: OutputOption = None,
    rules: RulesOption = None,
) -> None:
    """Run the examples of the cards; exit 1 when one does not come out as promised."""
    from ccexpert.verify import evidence_coverage, results, run_examples

    who = expert(rules)
    wanted = [who.base.card(name).id for name in diagnoses or ()]
    outcome = list(run_examples(who, wanted))
    seen, unseen = evidence_coverage(who, outcome, wanted)
    per_cent = 100 * len(seen) / max(1, len(seen) + len(unseen))
    render = {
        TestFormat.TEXT: results.tests_text,
        TestFormat.JSON: results.tests_json,
        TestFormat.JUNIT: results.tests_junit,
    }[format_]
    emit(render(outcome, unseen if coverage else None), output)
    if coverage:
        typer.echo(f"evidence exercised: {per_cent:.1f} %", err=True)
    if per_cent < fail_under or any(not r.passed for r in outcome):
        raise typer.Exit(_FOUND_SOMETHING)


@app.command("docs")
def docs(
    folder: Annotated[Path, typer.Argument(help="Folder to write the pages into.")],
    format_: Annotated[DocsFormat, typer.Option("--format", "-f")] = DocsFormat.MARKDOWN,
    rules: RulesOption = None,
    lang: LangOption = None,
) -> None:
    """Write a page for every diagnosis, and an index by module and by symptom."""
    from ccexpert.knowledge.packs import cached
    from ccexpert.report.handbook import pages

    written = pages(cached(packs(rules)), language(lang), html=format_ is DocsFormat.HTML)
    for name, text in written.items():
        path = folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise typer.BadParameter(f"{path.parent}: {error.strerror}") from None
        write_whole(path, text)
    typer.echo(f"{len(written)} pages in {folder}", err=True)


@app.command("new")
def new(
    diagnosis: Annotated[str, typer.Argument(metavar="ID", help="The id of the new diagnosis.")],
    module: Annotated[str, typer.Option("--module", help="The module it is about.")] = "wfserver",
    pack: Annotated[
        Path | None, typer.Option("--pack", help="Write it into this site pack.")
    ] = None,
) -> None:
    """Write the skeleton of a card, which passes lint; without --pack it is printed."""
    from ccexpert.errors import KnowledgeError
    from ccexpert.knowledge.packs import cached
    from ccexpert.knowledge.skeleton import skeleton

    base = cached((pack,) if pack and pack.is_dir() else ())
    if diagnosis in base.cards:
        raise KnowledgeError(f"the id '{diagnosis}' is already used", str(base.sources[diagnosis]))
    text = skeleton(diagnosis, module, base.vocabulary)
    if pack is None:
        emit(text, None)
        return
    path = pack / "rules" / base.vocabulary.require("module", module) / f"{diagnosis}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, text)
    typer.echo(str(path))

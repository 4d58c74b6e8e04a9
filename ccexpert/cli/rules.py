"""``ccexpert rules``: the knowledge itself: list, show, check, test, document, extend."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from ccexpert.cli.shared.options import (
    IdArgument,
    LangOption,
    RulesOption,
    expert,
    finite,
    language,
    packs,
    vocabulary,
)
from ccexpert.cli.shared.output import (
    ListFormatOption,
    OutputOption,
    TableFormatOption,
    emit,
    layout,
    write_whole,
)
from ccexpert.cli.shared.say import say
from ccexpert.diagnosis import IMPACTS
from ccexpert.display import as_json
from ccexpert.errors import KnowledgeError, Place
from ccexpert.handbook.handbook import pages
from ccexpert.handbook.page import card_page
from ccexpert.knowledge.packs import cached, roots
from ccexpert.knowledge.schema import FILES, knowledge_schema
from ccexpert.knowledge.skeleton import SCHEMAS, skeleton
from ccexpert.knowledge.texts import rendered
from ccexpert.report.listing import listing
from ccexpert.report.words import words
from ccexpert.words import Pair, Words, in_language
from ccexpert.writing import make_folder

app = typer.Typer(
    help="The knowledge: list, show, check, test, document, extend.",
    rich_markup_mode=None,
    no_args_is_help=True,
)

_FOUND_SOMETHING = 1

_WORDS: Words = {
    "no proposal": Pair(
        "No proposal: as far as {n} marked reports tell, the weights are right.",
        "Inget förslag: så långt {n} markerade rapporter säger något är vikterna rätt.",
    ),
}


@app.command("list")
def list_rules(
    about: Annotated[
        str | None, typer.Argument(metavar="WORD", help="Only those of this module or word.")
    ] = None,
    format_: ListFormatOption = "table",
    output: OutputOption = None,
    rules: RulesOption = None,
    lang: LangOption = None,
    table_format: TableFormatOption = "simple",
) -> None:
    """List every known diagnosis, or those of a module or a word."""
    spoken, page = language(lang), layout(table_format)
    word = words(spoken)
    plain = format_ == "json"
    cards = sorted(cached(packs(rules)).cards.values(), key=lambda c: (c.module.casefold(), c.id))
    rows = [
        {
            "module": card.module,
            "id": card.id,
            "diagnosis": rendered(card.title, {}, spoken),
            "verdict": card.verdict if plain else word[card.verdict],
            "impact": card.impact if plain else word[IMPACTS[card.impact - 1]],
        }
        for card in cards
    ]
    if about:
        rows = [r for r in rows if r["module"] == about] or [
            r for r in rows if about.casefold() in f"{r['id']} {r['diagnosis']}".casefold()
        ]
    if not rows:
        say(f"no diagnosis is of '{about}'; 'ccexpert facts find {about}' looks up names")
    emit(listing(rows, word, format_, page), output)


@app.command("show")
def show(
    diagnosis: IdArgument,
    output: OutputOption = None,
    rules: RulesOption = None,
    lang: LangOption = None,
) -> None:
    """Show one diagnosis with its evidence, actions and sources."""
    emit(card_page(cached(packs(rules)).card(diagnosis), language(lang)), output)


@app.command("lint")
def lint(
    pack: Annotated[
        Path | None, typer.Argument(help="A site pack; default: the shipped knowledge.")
    ] = None,
    format_: Annotated[Literal["text", "json", "github"], typer.Option("--format", "-f")] = "text",
    output: OutputOption = None,
) -> None:
    """Check the form of the knowledge without running it; exit 1 on an error."""
    from ccexpert.verify import results  # the engine is loaded by commands that check
    from ccexpert.verify.lint import lint as check

    findings = check((pack,), upon=cached()) if pack else check(roots([]))
    render = {
        "text": results.lint_text,
        "json": results.lint_json,
        "github": results.lint_github,
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
        float,
        typer.Option(
            "--fail-under",
            min=0,
            max=100,
            callback=finite,
            help="Required coverage in per cent.",
        ),
    ] = 0,
    format_: Annotated[Literal["text", "json", "junit"], typer.Option("--format", "-f")] = "text",
    output: OutputOption = None,
    rules: RulesOption = None,
) -> None:
    """Run the examples of the cards; exit 1 if one fails."""
    from ccexpert.verify import evidence_coverage, results, run_examples

    who = expert(rules)
    wanted = [who.base.card(name).id for name in diagnoses or ()]
    outcome = list(run_examples(who, wanted))
    seen, unseen = evidence_coverage(who, outcome, wanted)
    per_cent = 100 * len(seen) / max(1, len(seen) + len(unseen))
    render = {
        "text": results.tests_text,
        "json": results.tests_json,
        "junit": results.tests_junit,
    }[format_]
    emit(render(outcome, unseen if coverage else None), output)
    if coverage:
        typer.echo(f"evidence exercised: {per_cent:.1f} %", err=True)
    if per_cent < fail_under or any(not r.passed for r in outcome):
        raise typer.Exit(_FOUND_SOMETHING)


@app.command("docs")
def docs(
    folder: Annotated[Path, typer.Argument(help="Folder to write the pages into.")],
    format_: Annotated[Literal["markdown", "html"], typer.Option("--format", "-f")] = "markdown",
    rules: RulesOption = None,
    lang: LangOption = None,
) -> None:
    """Write a page for every diagnosis, and an index by module and by symptom."""
    written = pages(cached(packs(rules)), language(lang), html=format_ == "html")
    for name, text in written.items():
        path = folder / name
        make_folder(path.parent)
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
    """Write a card skeleton that passes lint; without --pack, print it."""
    base = cached((pack,) if pack and pack.is_dir() else ())
    if diagnosis in base.cards:
        used = Place(str(base.sources[diagnosis]))
        raise KnowledgeError(f"the id '{diagnosis}' is already used", used)
    text = skeleton(diagnosis, module, base.vocabulary)
    if pack is None:
        emit(text, None)
        return
    path = pack / "rules" / base.vocabulary.require("module", module) / f"{diagnosis}.yaml"
    schemas = {
        pack / SCHEMAS / f"{file}.json": as_json(knowledge_schema(file, base.vocabulary))
        for file in FILES
    }
    for place, content in {path: text, **schemas}.items():
        make_folder(place.parent)
        write_whole(place, content)
    typer.echo(str(path))


@app.command("propose")
def propose(
    diagnosis: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="Only this diagnosis.")
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option(
            "--into", metavar="DIR", file_okay=False, help="Write each overlay into this folder."
        ),
    ] = None,
    rules: RulesOption = None,
    lang: LangOption = None,
) -> None:
    """Propose other weights for evidence that marked reports contradict.

    It reads the reports that ccexpert history mark has marked, and prints overlays for a site
    pack, with their grounds. Read them; nothing is changed.
    """
    from ccexpert.history import History  # SQLite is for those who recorded
    from ccexpert.history.proposals import proposals

    base, spoken = cached(packs(rules)), language(lang)
    wanted = base.card(diagnosis).id if diagnosis else None
    marked = History().marked()
    texts = {
        one.diagnosis: one.text(spoken)
        for one in proposals(marked, base)
        if wanted in (None, one.diagnosis)
    }
    if not texts:
        said = in_language(_WORDS, spoken)["no proposal"]
        typer.echo(said.format(n=len(marked)), err=True)
    elif folder is None:
        emit("---\n".join(texts.values()), None)
    else:
        make_folder(folder)
        for name, text in texts.items():
            write_whole(folder / f"{name}.yaml", text)
            typer.echo(str(folder / f"{name}.yaml"))


@app.command("schema")
def schema(
    file: Annotated[
        str,
        typer.Argument(
            metavar="[FILE]",
            help="card, inference, overlay, vocabulary, or a kind of entry, such as error.",
            autocompletion=lambda: list(FILES),
        ),
    ] = "card",
    rules: RulesOption = None,
    output: OutputOption = None,
) -> None:
    """Print the JSON Schema of knowledge files, with every name of the vocabulary, for editors."""
    emit(as_json(knowledge_schema(file, vocabulary(rules))), output)

"""Help: grouped by what one wants, with examples that are right, in English and Swedish."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Any

import pytest
import typer
from typer.main import get_command

from ccexpert.cli import app
from ccexpert.cli.shared.examples import EXAMPLES
from ccexpert.cli.shared.swedish import in_swedish, table
from ccexpert.errors import FactsError, Place
from ccexpert.report import FORMATS
from tests.kit import ccexpert


def below(command: Any, path: str, parent: Any = None) -> Iterator[tuple[str, Any, Any]]:
    """A command and all below it, each with its context."""
    context = command.make_context(path, [], parent=parent, resilient_parsing=True)
    yield path, command, context
    if hasattr(command, "list_commands"):
        for name in command.list_commands(context):
            yield from below(command.get_command(context, name), f"{path} {name}", context)


COMMANDS = {
    path: (command, context) for path, command, context in below(get_command(app), "ccexpert")
}


def test_commands_are_grouped_by_what_one_wants() -> None:
    shown = ccexpert("--help").stdout
    places = [
        shown.index(f"\n{title}:\n") for title in ("Find out", "Act", "Many hosts, and over time")
    ]
    assert places == sorted(places)
    assert shown.index("\n  consult ") < shown.index("\n  act ") < shown.index("\n  fleet ")


@pytest.mark.parametrize("path", COMMANDS)
def test_every_help_has_examples_and_says_what_values_are(path: str) -> None:
    command, context = COMMANDS[path]
    shown = command.get_help(context)
    assert f"\nExamples:\n  {EXAMPLES[path][0]}\n" in f"{shown}\n"
    for type_name in ("<str>", "<path>", "<int", "<float", "{", "}"):
        assert type_name not in shown


def test_every_number_has_bounds_and_is_one() -> None:
    options = [(o, context) for command, context in COMMANDS.values() for o in command.params]
    numbers = [each for each in options if each[0].type.name == "float range"]
    assert numbers
    for option, context in numbers:
        assert option.type.max is not None, option.name
        with pytest.raises(typer.BadParameter):
            option.process_value(context, "nan")


def test_no_example_shows_a_command_that_is_not_there() -> None:
    assert set(EXAMPLES) - set(COMMANDS) == set()


@pytest.mark.parametrize("line", sorted({line for lines in EXAMPLES.values() for line in lines}))
def test_an_example_can_be_typed_as_it_stands(line: str) -> None:
    words = shlex.split(line[line.index("ccexpert ") :])
    path, rest = words[0], words[1:]
    while rest and f"{path} {rest[0]}" in COMMANDS:
        path, rest = f"{path} {rest[0]}", rest[1:]
    command, context = COMMANDS[path]
    command.make_parser(context).parse_args(rest)  # raises for an option that does not exist


@pytest.mark.parametrize(
    ("typed", "meant"), [("diagnos", "diagnose"), ("help", "--help"), ("version", "--version")]
)
def test_a_misspelt_command_is_answered_with_what_was_meant(typed: str, meant: str) -> None:
    done = ccexpert(typed)
    assert done.returncode == 2
    assert f"Did you mean '{meant}'?" in done.stderr


def test_every_text_of_the_help_has_a_translation() -> None:
    texts = [command.help for command, _ in COMMANDS.values()]
    texts += [getattr(p, "help", "") for command, _ in COMMANDS.values() for p in command.params]
    paragraphs = {" ".join(one.split()) for text in texts for one in (text or "").split("\n\n")}
    named = {f"{', '.join(FORMATS)}.", ""}  # names alone
    lacking = paragraphs - named - set(table()["help"])
    assert {text for text in lacking if not text.startswith("Print the facts in ")} == set()


def test_help_and_usage_errors_speak_swedish() -> None:
    assert "Ta reda på:\n  consult " in ccexpert("--help", env={"LC_ALL": "sv_SE.UTF-8"}).stdout
    assert (
        "Fem rader i stället för hela rapporten."
        in ccexpert("diagnose", "--lang", "sv", "-h").stdout
    )
    done = ccexpert("diagnos", env={"LC_ALL": "sv_SE.UTF-8"})
    assert done.returncode == 2
    assert "Fel: Det finns inget kommando 'diagnos'. Menade du 'diagnose'?" in done.stderr


@pytest.mark.parametrize(
    "typed",
    [
        "--help --lang sv",
        "--lang sv --help",
        "diagnose --help --lang sv",
        "--lang=sv diagnose --help",
        "rules lint --help --lang sv",
        "rules --lang sv lint --help",
    ],
)
def test_the_language_may_stand_anywhere(typed: str) -> None:
    assert ccexpert(*typed.split()).stdout.startswith("Användning: ")


def test_the_language_before_the_command_is_that_of_the_report() -> None:
    done = ccexpert("--lang", "sv", "diagnose", "examples/mails-stopped-stat-down.json", "--short")
    assert "Statistikservern (stat) körs inte" in done.stdout


def test_an_error_in_the_input_is_said_in_swedish() -> None:
    done = ccexpert("diagnose", "nowhere.json", "--lang", "sv")
    assert done.returncode == 66
    assert done.stderr == "ccexpert: nowhere.json: filen finns inte; kontrollera sökvägen\n"


def test_the_parts_of_a_sentence_are_translated_and_what_was_cited_is_not() -> None:
    error = FactsError(
        "unknown module 'mtaa'", Place("a.json", 3), ("mta", "stat"), "mtaa", exit_code=65
    )
    assert in_swedish(str(error)) == (
        "a.json, rad 3: okänt ord 'mtaa' (module); menade du 'mta'?; tillåtet: mta, stat"
    )

"""Commands that are imported only when they are called.

With thirty commands, importing all of them would double the time of a short command.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import typer
from typer.exceptions import TyperException
from typer.main import get_command

from ccexpert.cli.shared.helping import Command, Group, dressed
from ccexpert.cli.shared.tongue import spoken
from ccexpert.errors import ReaderGoneError

_PACKAGE = "ccexpert.cli"

#: What people type for an option.
_OPTIONS = {"help": "--help", "version": "--version"}


def commands(places: Mapping[str, Mapping[str, str]]) -> type[Group]:
    """A group of commands. ``places`` maps a heading of the help to the commands below it, and each
    of these to ``module:function`` or ``module:app``."""
    every = {name: place for below in places.values() for name, place in below.items()}

    class Lazy(Group):
        def __init__(self, **given: Any) -> None:
            super().__init__(**given)
            dressed(self, "ccexpert")
            self.commands: Any = dict.fromkeys(every)  # for the nearest name of a misspelt one
            self.sections = {title: list(below) for title, below in places.items()}

        def list_commands(self, _context: Any) -> list[str]:
            return list(every)

        def get_command(self, _context: Any, name: str) -> Any:
            return _load(name, every[name]) if name in every else None

        def resolve_command(self, context: Any, args: list[str]) -> Any:
            if args[0] in _OPTIONS:
                context.fail(f"No such command '{args[0]}'. Did you mean '{_OPTIONS[args[0]]}'?")
            return super().resolve_command(context, args)

        def invoke(self, context: Any) -> Any:
            try:
                return super().invoke(context)
            except BrokenPipeError:  # typer would exit with 1, which means a finding
                raise ReaderGoneError from None

        def main(self, *args: Any, **given: Any) -> Any:
            run = super().main
            if not given.get("standalone_mode", True):
                return run(*args, **given)
            try:
                sys.exit(run(*args, **given | {"standalone_mode": False}) or 0)
            except TyperException as error:
                _tell(error)
                sys.exit(error.exit_code)
            except typer.Abort:
                typer.echo("Aborted!", err=True)
                sys.exit(1)

    return Lazy


def _tell(error: Any) -> None:
    """Say what was typed wrongly, in the language of the help."""
    said = io.StringIO()
    error.show(file=said)
    shown = said.getvalue()
    if spoken() == "sv":
        from ccexpert.cli.shared.swedish import frame, in_swedish

        shown = in_swedish(frame(shown))
    typer.echo(shown, err=True, nl=False)


def _load(name: str, place: str) -> Any:
    module, attribute = place.split(":")
    found = getattr(import_module(f"{_PACKAGE}.{module}"), attribute)
    if not isinstance(found, typer.Typer):
        app = typer.Typer(rich_markup_mode=None, add_completion=False)
        app.command(name, cls=Command)(found)
        found = app
    else:
        found.info.name = name
        found.info.cls = Group
        found._add_completion = False
        for below in found.registered_commands:
            below.cls = Command
    return dressed(get_command(found), f"ccexpert {name}")

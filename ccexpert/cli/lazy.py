"""Commands that are imported, and whose options are read, only when they are called.

With thirty commands that is half of the time a short command takes.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from ccexpert.errors import ReaderGoneError

_PACKAGE = "ccexpert.cli"


def commands(places: Mapping[str, str]) -> type[TyperGroup]:
    """A group of commands: for each name, ``module:function`` or ``module:app`` in this package."""

    class Group(TyperGroup):
        def list_commands(self, _context: Any) -> list[str]:
            return sorted(places)

        def get_command(self, _context: Any, name: str) -> Any:
            return _load(name, places[name]) if name in places else None

        def invoke(self, context: Any) -> Any:
            try:
                return super().invoke(context)
            except BrokenPipeError:  # typer would exit with 1, which says that something was found
                raise ReaderGoneError from None

    return Group


def _load(name: str, place: str) -> Any:
    module, attribute = place.split(":")
    found = getattr(import_module(f"{_PACKAGE}.{module}"), attribute)
    if not isinstance(found, typer.Typer):
        app = typer.Typer(rich_markup_mode=None, add_completion=False)
        app.command(name)(found)
        found = app
    else:
        found.info.name = name
        found._add_completion = False
    return get_command(found)

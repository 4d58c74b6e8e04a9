"""Help as every command shows it: what its values are, examples to paste, and Swedish."""

from __future__ import annotations

from typing import Any, cast

from typer.core import TyperCommand, TyperGroup
from typer.main import get_params_convertors_ctx_param_name_from_function

from ccexpert.cli.shared.examples import EXAMPLES
from ccexpert.cli.shared.tongue import LangOption, spoken

#: What an option wants, where its type does not tell.
_VALUES = {
    "conf": "DIR",
    "days": "DAYS",
    "hours": "HOURS",
    "max_age": "MINUTES",
    "pack": "DIR",
    "patience": "SECONDS",
    "platform": "linux|windows",
    "pop3": "HOST:PORT",
    "rules": "DIR",
    "smtp": "HOST:PORT",
    "url": "URL",
    "var": "DIR",
}
_VALUES_BY_TYPE = {
    "path": "FILE",
    "str": "NAME",
    "int": "NUMBER",
    "float": "NUMBER",
    "int range": "NUMBER",
    "float range": "NUMBER",
}


class _Helping:
    """What commands and groups of commands have in common."""

    examples: tuple[str, ...] = ()
    help: str | None

    def get_help(self, context: Any) -> str:
        """The whole help."""
        for told in (self, *context.command.params):
            told.help = _said(getattr(told, "help", None) or "")
        return _framed(cast(str, super().get_help(context)))  # type: ignore[misc]

    def collect_usage_pieces(self, context: Any) -> list[str]:
        """The words of the line *Usage*, without the library's braces."""
        pieces = super().collect_usage_pieces(context)  # type: ignore[misc]
        return [piece.strip("{}") for piece in pieces]

    def format_epilog(self, _context: Any, formatter: Any) -> None:
        """The examples, below all else."""
        if self.examples:
            with formatter.section("Examples"):
                formatter.write("".join(f"  {line}\n" for line in self.examples))


class Command(_Helping, TyperCommand):
    """A command whose help has examples."""


class Group(_Helping, TyperGroup):
    """A group of commands; ``sections`` are headings with the names below each."""

    sections: dict[str, list[str]] | None = None

    def format_commands(self, context: Any, formatter: Any) -> None:
        """The commands below their headings."""
        for title, names in (self.sections or {"Commands": self.list_commands(context)}).items():
            found = {name: self.get_command(context, name) for name in names}
            rows = [(name, _said(_first_paragraph(command))) for name, command in found.items()]
            with formatter.section(_said(title)):
                formatter.write_dl(rows)


def dressed(command: Any, path: str) -> Any:
    """``command`` and all below it, with values and examples in their help; ``path`` is what one
    types to call it."""
    command.examples = EXAMPLES.get(path, ())
    if not any(parameter.name == "lang" for parameter in command.params):
        command.params.append(_language_anywhere(is_shown=path == "ccexpert"))
    for parameter in command.params:
        if parameter.metavar is None:
            parameter.metavar = _value(parameter)
    for name, below in getattr(command, "commands", {}).items():
        if below is not None:
            dressed(below, f"{path} {name}")
    return command


def _language_anywhere(*, is_shown: bool) -> Any:
    """``--lang`` where a command has none of its own; ``tongue`` reads it from the command line."""

    def asking(lang: LangOption = None) -> None: ...

    option = get_params_convertors_ctx_param_name_from_function(asking)[0][0]
    option.expose_value, option.hidden = False, not is_shown
    return option


def _value(parameter: Any) -> str | None:
    """The word for the value of an option or argument; None to leave it as it is."""
    if parameter.param_type_name == "argument":
        return str(parameter.name).upper()
    named = _VALUES_BY_TYPE.get(parameter.type.name)
    return named and _VALUES.get(parameter.name, named)


def _first_paragraph(command: Any) -> str:
    return " ".join((command.help or "").split("\n\n")[0].split())


def _said(text: str) -> str:
    """``text`` in the language of the help."""
    if spoken() == "en":
        return text
    from ccexpert.cli.shared.swedish import swedish

    return swedish(text)


def _framed(shown: str) -> str:
    """The whole help, with the library's own words in the language of the help."""
    if spoken() == "en":
        return shown
    from ccexpert.cli.shared.swedish import frame

    return frame(shown)

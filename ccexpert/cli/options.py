"""Options that several commands share, and what they become."""

from __future__ import annotations

import locale
import os
import shutil
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ccexpert.expert import Expert
    from ccexpert.knowledge.vocabulary import Language
    from ccexpert.reading import Source
    from ccexpert.report.interface import Layout


_PLAIN = "simple"


class Lang(StrEnum):
    """The languages."""

    EN = "en"
    SV = "sv"


class ListFormat(StrEnum):
    """The formats of lists."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "markdown"


LangOption = Annotated[
    Lang | None, typer.Option("--lang", help="Language of texts; default: from the locale.")
]
RulesOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--rules", help="Folder of a site pack; may be given again. Also: CCEXPERT_RULES."
    ),
]
OutputOption = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", help="Write to this file instead of stdout (renamed into place)."
    ),
]
TableFormatOption = Annotated[
    str, typer.Option("--table-format", help="A table format of tabulate, such as simple or grid.")
]
ListFormatOption = Annotated[
    ListFormat, typer.Option("--format", "-f", help="How to print the list.")
]


def language(lang: Lang | None) -> Language:
    """The language asked for, else that of the locale, else English."""
    if lang is not None:
        return lang.value
    wanted = next((v for n in ("LC_ALL", "LC_MESSAGES", "LANG") if (v := os.environ.get(n))), None)
    if wanted is None and sys.platform == "win32":
        wanted = locale.getlocale()[0]
    return "sv" if (wanted or "").lower().startswith(("sv", "swedish")) else "en"


def packs(rules: list[Path] | None) -> tuple[Path, ...]:
    """The folders of site packs: from the option, else from ``CCEXPERT_RULES``."""
    if rules:
        return tuple(rules)
    return tuple(Path(p) for p in os.environ.get("CCEXPERT_RULES", "").split(os.pathsep) if p)


def expert(rules: list[Path] | None) -> Expert:
    """An ``Expert`` with the shipped knowledge and the site's packs."""
    from ccexpert.expert import Expert

    return Expert(packs(rules))


def layout(table_format: str = _PLAIN) -> Layout:
    """The layout for where the text goes: the terminal's width, or 100 columns elsewhere."""
    from ccexpert.report.interface import Layout

    if table_format != _PLAIN:
        _check_table_format(table_format)
    width = shutil.get_terminal_size((100, 24)).columns if sys.stdout.isatty() else 100
    return Layout(max(width, 60), table_format)


def _check_table_format(name: str) -> None:
    from tabulate import tabulate_formats

    if name not in tabulate_formats:
        from ccexpert.errors import did_you_mean

        hint = did_you_mean(name, tabulate_formats)
        problem = f"'{name}' is not one of {', '.join(sorted(tabulate_formats))}"
        raise typer.BadParameter(
            f"{problem}; {hint}" if hint else problem, param_hint="--table-format"
        )


def read_input(name: str) -> Source:
    """The text of a facts document: a file, or stdin for ``-``."""
    from ccexpert.errors import FactsError
    from ccexpert.reading import SIZE_LIMIT, decode, read_source

    if name == "-":
        return decode(sys.stdin.buffer.read(SIZE_LIMIT + 1), "stdin", FactsError)
    return read_source(Path(name), FactsError)


def emit(text: str, output: Path | None) -> None:
    """Print ``text``, or put it into a file that is whole or not there at all."""
    if output is None:
        sys.stdout.write(text)
        sys.stdout.flush()
    else:
        write_whole(output, text)


def write_whole(path: Path, text: str) -> None:
    """Write a file that is whole or not there at all."""
    from ccexpert.writing import whole_file

    with whole_file(path) as stream:
        stream.write(text.encode())

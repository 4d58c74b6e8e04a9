"""Where a command's output goes: each format to stdout or to a file of its own."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ccexpert.errors import did_you_mean
from ccexpert.report import FORMATS, render
from ccexpert.report.interface import Layout
from ccexpert.writing import whole_file

if TYPE_CHECKING:
    from ccexpert.diagnosis import PlainReport

_PLAIN = "simple"

Target = tuple[str, Path | None]
"""A format and the file it goes to; None is stdout."""


def complete_format(incomplete: str) -> list[str]:
    """The formats that start with what was typed, for shell completion."""
    return [name for name in FORMATS if name.startswith(incomplete)]


FormatOption = Annotated[
    list[str] | None,
    typer.Option(
        "--format",
        "-f",
        metavar="NAME[=FILE]",
        help="Format of the report. Repeatable, each with a file; one may go to stdout. "
        f"Default: table.\n\n{', '.join(FORMATS)}.",
        autocompletion=complete_format,
    ),
]
OutputOption = Annotated[
    Path | None,
    typer.Option("--output", "-o", help="Write to this file instead of stdout, all or nothing."),
]
TableFormatOption = Annotated[
    str, typer.Option("--table-format", help="A table format of tabulate, such as simple or grid.")
]
ShortOption = Annotated[
    bool, typer.Option("--short", help="Five lines instead of the whole report.")
]
Color = Literal["auto", "always", "never"]
ColorOption = Annotated[
    Color,
    typer.Option("--color", help="Colours; auto: on a terminal only, and not if NO_COLOR is set."),
]
ListFormat = Literal["table", "json", "markdown"]
ListFormatOption = Annotated[ListFormat, typer.Option("--format", "-f", help="Format of the list.")]


def targets(
    given: Sequence[str] | None,
    output: Path | None = None,
    names: Collection[str] = FORMATS,
    *,
    short: bool = False,
) -> list[Target]:
    """The target of each format; default: a table, or five lines if ``short``.

    Raises a usage error for a format not in ``names``, or if two formats would go to the same
    place.
    """
    asked = [*(given or ()), *(["short"] if short else ())] or ["table"]
    wanted = [_target(each, names) for each in asked]
    if output is not None:
        if all(path for _, path in wanted):
            raise typer.BadParameter("every format already has a file", param_hint="--output")
        wanted = [(name, path or output) for name, path in wanted]
    places = [path for _, path in wanted]
    for path in places:
        if places.count(path) > 1:
            where = f"written to {path}" if path else "printed to stdout"
            raise typer.BadParameter(
                f"only one format can be {where}; give the others a file: NAME=FILE",
                param_hint="--format",
            )
    return wanted


def _target(given: str, names: Collection[str]) -> Target:
    name, has_file, file = given.partition("=")
    if name not in names:
        hint = did_you_mean(name, names)
        allowed = f"'{name}' is not one of {', '.join(names)}"
        raise typer.BadParameter(f"{allowed}; {hint}".rstrip("; "), param_hint="--format")
    if has_file and not file:
        raise typer.BadParameter(f"'{given}' names no file", param_hint="--format")
    return name, Path(file) if has_file and file != "-" else None


def write(
    report: PlainReport, wanted: Sequence[Target], page: Layout, color: Color = "auto"
) -> None:
    """Write a report in every requested format: files first, and only after all formats are
    rendered. Colours are for stdout alone."""
    shown = replace(
        page,
        colour=any(path is None for _, path in wanted) and shows_colours(color),
        terminal=sys.stdout.isatty(),
    )
    texts = [(render(report, name, page if path else shown), path) for name, path in wanted]
    for text, path in sorted(texts, key=lambda made: made[1] is None):
        emit(text, path)


def layout(table_format: str = _PLAIN, packs: tuple[Path, ...] = ()) -> Layout:
    """The layout for where the text goes: ``COLUMNS``, the terminal's width,
    or 100 columns elsewhere."""
    if table_format != _PLAIN:
        _check_table_format(table_format)
    width = shutil.get_terminal_size((100, 24)).columns
    return Layout(max(width, 60), table_format, packs=packs)


def shows_colours(color: Color) -> bool:
    """Whether to colour what goes to stdout: on a terminal that can, unless ``NO_COLOR`` is set."""
    if color != "auto":
        return color == "always"
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        return False
    from rich.console import Console  # knows terminals and old consoles of Windows

    return Console().color_system not in (None, "windows")


def _check_table_format(name: str) -> None:
    from tabulate import tabulate_formats

    if name not in tabulate_formats:
        hint = did_you_mean(name, tabulate_formats)
        problem = f"'{name}' is not one of {', '.join(sorted(tabulate_formats))}"
        raise typer.BadParameter(
            f"{problem}; {hint}" if hint else problem, param_hint="--table-format"
        )


def emit(text: str, output: Path | None) -> None:
    """Print ``text`` or write it to a file, all or nothing."""
    if output is None:
        sys.stdout.write(text)
        sys.stdout.flush()
    else:
        write_whole(output, text)


def write_whole(path: Path, text: str) -> None:
    """Write a file, all or nothing."""
    with whole_file(path) as stream:
        stream.write(text.encode())

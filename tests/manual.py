"""The manual from the program's own help: man pages in both languages, and a site with the docs.

``make manual`` writes ``dist/man`` and ``dist/site``; nothing in them is written by hand.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typer.main import get_command

from ccexpert.cli import app
from ccexpert.cli.shared.swedish import swedish
from ccexpert.version import __version__
from ccexpert.words import LANGUAGES, Language, Pair
from tests.kit import ROOT

_HEADINGS = {
    "NAME": Pair("NAME", "NAMN"),
    "SYNOPSIS": Pair("SYNOPSIS", "SYNOPSIS"),
    "DESCRIPTION": Pair("DESCRIPTION", "BESKRIVNING"),
    "OPTIONS": Pair("OPTIONS", "FLAGGOR"),
    "COMMANDS": Pair("COMMANDS", "KOMMANDON"),
    "EXAMPLES": Pair("EXAMPLES", "EXEMPEL"),
}

#: Pages of the site that do not lie in docs/.
_BESIDE = {
    "index": "README.md",
    "changes": "CHANGELOG.md",
    "facts": "facts/README.md",
    "rules": "rules/README.md",
}
_LINK = re.compile(r"\]\((?!https?:)(?:\.\./)*([\w./-]+)")


def _moved(link: re.Match[str]) -> str:
    """A link between pages, as it leads on the site."""
    names = {file: f"{name}.md" for name, file in _BESIDE.items()}
    return f"]({names.get(link[1], link[1].removeprefix('docs/'))}"


def commands(command: Any = None, path: str = "ccexpert", above: Any = None) -> Iterator[Any]:
    """Every command as its context, a group before what is below it."""
    command = command or get_command(app)
    context = command.make_context(path, [], parent=above, resilient_parsing=True)
    yield context
    for name in getattr(command, "list_commands", lambda _: ())(context):
        yield from commands(command.get_command(context, name), name, context)


def man_page(context: Any, language: Language = "en") -> str:
    """One command as a page for ``man``."""

    def said(text: str) -> str:
        return swedish(text) if language == "sv" else text

    def section(title: str) -> str:
        return f".SH {_HEADINGS[title].in_language(language)}"

    command, name = context.command, context.command_path
    first, *more = said(command.help or "").split("\n\n")
    lines = [f'.TH {name.upper().replace(" ", "-")} 1 "" "ccexpert {__version__}"']
    lines += [section("NAME"), f"{name.replace(' ', '-')} \\- {_roff(first)}"]
    lines += [
        section("SYNOPSIS"),
        _roff(f"{name} {' '.join(command.collect_usage_pieces(context))}"),
    ]
    if more:
        lines += [section("DESCRIPTION"), *(f".PP\n{_roff(paragraph)}" for paragraph in more)]
    records = [(parameter.get_help_record(context), parameter) for parameter in command.params]
    lines += [section("OPTIONS")] if any(record for record, _ in records) else []
    for record, parameter in records:
        if record:
            lines += [".TP", f".B {_roff(record[0])}", _roff(said(parameter.help or ""))]
    below = getattr(command, "list_commands", lambda _: ())(context)
    lines += [section("COMMANDS")] if below else []
    for each in below:
        told = said((command.get_command(context, each).help or "").split("\n\n")[0])
        lines += [".TP", f".B {each}", _roff(told)]
    lines += [section("EXAMPLES"), ".nf", *map(_roff, command.examples), ".fi"]
    return "\n".join(lines) + "\n"


def _roff(text: str) -> str:
    """A text on one line, with what roff takes for commands made harmless."""
    plain = " ".join(text.split()).replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"^([.'])", r"\\&\1", plain)


def write_man_pages(folder: Path) -> None:
    """All pages, English in ``man1``, Swedish in ``sv/man1``."""
    for language in LANGUAGES:
        place = folder / ("man1" if language == "en" else f"{language}/man1")
        place.mkdir(parents=True, exist_ok=True)
        for context in commands():
            file = place / f"{context.command_path.replace(' ', '-')}.1"
            file.write_text(man_page(context, language), encoding="utf-8")


def commands_page() -> str:
    """The help of every command on one page of Markdown."""
    parts = ["# Commands\n"]
    for context in commands():
        shown = context.command.get_help(context)
        parts.append(f"## {context.command_path}\n\n```console\n{shown}\n```\n")
    return "\n".join(parts)


def write_site(folder: Path) -> None:
    """The docs, the README and the commands as a site that can be searched."""
    with tempfile.TemporaryDirectory() as temporary:
        pages = Path(temporary) / "docs"
        shutil.copytree(ROOT / "docs", pages)
        for name, file in _BESIDE.items():
            shutil.copy(ROOT / file, pages / f"{name}.md")
        (pages / "commands.md").write_text(commands_page(), encoding="utf-8")
        for page in pages.glob("*.md"):
            page.write_text(_LINK.sub(_moved, page.read_text("utf-8")), encoding="utf-8")
        settings = Path(temporary) / "mkdocs.yml"
        settings.write_text(f"site_name: ccexpert {__version__}\ntheme: readthedocs\n")
        subprocess.run(
            [sys.executable, "-m", "mkdocs", "build", "--quiet", "-f", settings, "-d", folder],
            check=True,
        )


if __name__ == "__main__":
    write_man_pages(ROOT / "dist" / "man")
    write_site(ROOT / "dist" / "site")
    print("man -l dist/man/man1/ccexpert.1; dist/site/index.html")

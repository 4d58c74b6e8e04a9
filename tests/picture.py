"""Draws docs/terminal.svg, the terminal shown in the README, from a real run with its colours.

``python -m tests.picture`` draws it anew; a test checks that it shows what the program prints.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
from html import unescape
from re import findall

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

from tests.kit import ROOT

FILE = ROOT / "docs" / "terminal.svg"
WIDTH = 92

COMMANDS = (
    "ccexpert diagnose examples/mails-stopped-stat-down.json --short",
    "ccexpert diagnose examples/no-process-starts.json --short",
    "ccexpert diagnose examples/logs-missing-port-taken.json --short --lang sv",
)


def terminal() -> Text:
    """What a person sees who types the commands."""
    shown = Text()
    for command in COMMANDS:
        shown.append(f"$ {command}\n", "bold green")
        shown.append_text(Text.from_ansi(_run(command)))
        shown.append("\n")
    shown.rstrip()
    return shown


def _run(command: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *command.split(), "--color", "always"],
        cwd=ROOT,
        env={**os.environ, "LC_ALL": "C.UTF-8", "CCEXPERT_RULES": "", "COLUMNS": str(WIDTH)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def words_in(picture: str) -> list[str]:
    """The words that a picture shows."""
    lines = findall(r'<text class="[^"]*-r\d+"[^>]*>(.*?)</text>', picture)
    return unescape(" ".join(lines)).split()


def draw() -> None:
    """Write the picture."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    console.print(terminal())
    picture = console.export_svg(title="ccexpert", theme=MONOKAI, unique_id="ccexpert")
    FILE.write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    draw()

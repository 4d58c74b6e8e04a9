"""Reads typed lines from a terminal, a file or a pipe, and shows replies."""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import sys
import textwrap
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import typer

from ccexpert.cli.shared.editing import Editor, editor
from ccexpert.consult.replies import Line, Style
from ccexpert.display import one_line, printable
from ccexpert.errors import AnswerError, Place
from ccexpert.reading import read_source
from ccexpert.report.lead import ends_in_command

#: Lines that come within this time (seconds) of each other were pasted or typed ahead; a paste has
#: a line of at least so many characters.
_AT_ONCE, _OF_A_PASTE = 0.05, 25


class Input:
    """Lines from the terminal, from the file ``answers``, or from a pipe."""

    def __init__(self, answers: Path | None) -> None:
        self._name, self._number = str(answers or "stdin"), 0
        self._lines: Iterator[str] | None = None
        self._waiting: deque[str] = deque()
        self._editor: Editor | None = None
        if answers is not None:
            self._lines = iter(read_source(answers, AnswerError).text.splitlines())
        elif not sys.stdin.isatty():
            self._lines = (line.rstrip("\r\n") for line in sys.stdin)
        else:
            self._editor = editor()

    @property
    def is_person(self) -> bool:
        """Whether a person types the lines."""
        return self._lines is None

    @property
    def place(self) -> Place:
        """The position of the last line."""
        return Place(self._name, self._number)

    def next(self, prompt: str, words: Sequence[str] = ()) -> str | None:
        """The next line, without control characters; None when there are no more. ``words`` are
        what Tab completes to."""
        if self._editor:
            typed = self._editor(prompt, words)
            return typed if "\n" in typed.strip() else one_line(typed.strip())
        if self._lines is None:
            return self._waiting.popleft() if self._waiting else self._from_person(prompt)
        line = next(self._lines, None)
        if line is None:
            return None
        self._number += 1
        typer.echo(f"{prompt}: {one_line(line)}", err=True)
        return one_line(line)

    def _from_person(self, prompt: str) -> str:
        """What was typed; lines that came at once with it as one text, when they are a paste and
        not short answers typed ahead."""
        typed = [_prompted(prompt)]
        while _more_has_come():
            typed.append(sys.stdin.readline().rstrip("\r\n"))
        if len(typed) > 1 and max(map(len, typed)) >= _OF_A_PASTE:
            return "\n".join(typed)  # as it is: columns and tabs tell what it is
        self._waiting.extend(map(one_line, typed[1:]))
        return one_line(typed[0])


def _more_has_come() -> bool:
    """Whether another line waits in the terminal already."""
    if sys.platform == "win32":
        return False  # select knows sockets only
    return bool(select.select([sys.stdin], [], [], _AT_ONCE)[0])


def answer_from_terminal() -> None:
    """Reconnect stdin to the terminal after facts were read from it."""
    try:
        terminal = os.open("CONIN$" if sys.platform == "win32" else "/dev/tty", os.O_RDWR)
    except OSError:
        raise typer.BadParameter(
            "facts from stdin need a terminal for the answers, or --answers", param_hint="--facts"
        ) from None
    os.dup2(terminal, 0)
    os.close(terminal)
    sys.stdin = os.fdopen(0, encoding=sys.stdin.encoding, closefd=False)


def _prompted(prompt: str) -> str:
    # Python writes part of the prompt to stdout, where only the report belongs
    to_stderr = (
        contextlib.nullcontext() if sys.stdout.isatty() else contextlib.redirect_stdout(sys.stderr)
    )
    with to_stderr:
        return str(typer.prompt(prompt, default="", show_default=False, err=True))


#: The longest line of a prompt, even on a wider terminal.
_WIDEST = 100

#: The indent of each style of line, and the extra indent of its continuation lines.
_INDENTS: dict[Style, tuple[int, int]] = {
    "choice": (1, 4),
    "ways": (2, 1),
    "effect": (2, 2),
    "first": (2, 0),
    "because": (4, 2),
    "told": (6, 2),
    "fact": (2, 2),
    "rank": (2, 8),
    "command": (2, 0),
}


def show(lines: Iterable[Line]) -> None:
    """Print lines to the person, wrapped to the terminal."""
    width = min(shutil.get_terminal_size().columns, _WIDEST)
    for line in lines:
        indent, hang = _INDENTS.get(line.style, (0, 0))
        for printed in _wrapped(line, width - indent, hang):
            typer.echo(" " * indent + printed, err=True)


def _wrapped(line: Line, width: int, hang: int) -> list[str]:

    if line.style == "command" or ends_in_command(line.text):
        return [printable(line.text)]  # unwrapped, so that it can be pasted
    text = printable(f"{line.number:>2}. {line.text}" if line.number else line.text)
    if line.style == "progress":
        return [text if len(text) <= width else text[: width - 2] + "…]"]
    hanging = " " * hang
    return textwrap.wrap(text, width, subsequent_indent=hanging, break_on_hyphens=False) or [""]

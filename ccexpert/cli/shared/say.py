"""Messages to the person, on stderr: one sentence per line, whatever it cites."""

from __future__ import annotations

import contextlib
import shutil
import sys
from collections.abc import Iterable
from typing import TextIO

from ccexpert.cli.shared.tongue import spoken
from ccexpert.display import one_line, printable

#: The longest sentence; the text it cites may be of any length.
_LONGEST = 4000


def say(sentence: object) -> None:
    """Print a message, such as an error."""
    said = one_line(str(sentence), _LONGEST)
    if spoken() == "sv":
        from ccexpert.cli.shared.swedish import in_swedish

        said = in_swedish(said)
    with contextlib.suppress(OSError):  # if stderr is gone, the exit code still tells
        print(fitted(f"ccexpert: {said}", sys.stderr), file=sys.stderr, flush=True)


def tell(lines: Iterable[str]) -> None:
    """Print lines that belong beside a report, on stderr."""
    for line in lines:
        with contextlib.suppress(OSError):
            print(fitted(printable(line), sys.stderr), file=sys.stderr, flush=True)


def fitted(line: str, stream: TextIO) -> str:
    """``line`` wrapped between words for a terminal, further in; elsewhere as it is."""
    width = shutil.get_terminal_size().columns if stream.isatty() else len(line)
    if len(line) <= width:
        return line
    import textwrap  # only for long lines on a terminal

    indent = " " * (len(line) - len(line.lstrip()))
    return textwrap.fill(
        line.strip(),
        max(width, 40),
        initial_indent=indent,
        subsequent_indent=f"{indent}  ",
        break_long_words=False,
        break_on_hyphens=False,
    )

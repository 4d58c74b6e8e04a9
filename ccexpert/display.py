"""Makes text from outside safe to show on a terminal, in a CI log or in JSON.

Observations, documents, site packs and quotations in errors may contain anything: sequences that
control a terminal, characters that reverse the reading direction, or line breaks before text that
a build server takes for a command. All text of that kind passes through here before it is shown.
"""

from __future__ import annotations

import re
import struct
import unicodedata
from collections.abc import Callable
from typing import Any

#: Replaces a character that must not be shown.
MARK = "�"

#: Line beginnings that build servers and schedulers take for commands.
_COMMAND = re.compile(r"^([^\S\n]*)(?=::|##\w*\[|RUNDECK:DATA:)", re.MULTILINE)


class _Table(dict[int, str | int]):
    """A table for ``str.translate`` that changes only characters that must not be shown, and white
    space if it is to be ``blanked``."""

    def __init__(self, change: Callable[[str], str], *, blanked: bool = False) -> None:
        super().__init__({} if blanked else {ord("\n"): "\n"})
        self._change, self._blanked = change, blanked

    def __missing__(self, code: int) -> str | int:
        category = unicodedata.category(chr(code))
        hidden = category[0] == "C" or category in ("Zl", "Zp")
        hidden = hidden or (self._blanked and chr(code).isspace())
        self[code] = found = self._change(chr(code)) if hidden else code
        return found


_MARKED = _Table(lambda character: MARK)
_BLANKED = _Table(lambda character: " ", blanked=True)
_ESCAPED = _Table(lambda character: "".join(f"\\u{unit:04x}" for unit in _units(character)))


def printable(text: str) -> str:
    """``text`` without control and format characters, so it cannot control a terminal; line breaks
    stay."""
    return text.translate(_MARKED)


def page(text: str) -> str:
    """``text`` made printable, without lines that a build server takes for commands."""
    return _COMMAND.sub(r"\1· ", printable(text))


def one_line(text: str, limit: int | None = None) -> str:
    """``text`` made printable on one line, cut to ``limit`` characters."""
    if limit is None:
        return printable(" ".join(text.split()))
    return _cut(printable(" ".join(text[: limit * 8].split())), limit)


def clean(text: str, limit: int = 400) -> str:
    """``text`` on one line, with blanks for unprintable characters, at most ``limit`` characters.

    It is cut between words: half an address would no longer be recognised as one.
    """
    shown = text[: limit * 8].translate(_BLANKED).strip()
    between = shown.rfind(" ", limit // 2, limit) if len(shown) > limit else -1
    return _cut(shown, limit) if between < 0 else shown[:between].rstrip() + "…"


def first_line(text: str) -> str:
    """The first line that is not blank, cut to the length of a reason."""
    return next((shown for line in text.split("\n") if (shown := clean(line, 160))), "no output")


def as_json(data: Any) -> str:
    """``data`` as an indented JSON document; unprintable characters become escapes."""
    import json  # what is short, such as --version, needs none of it

    return json.dumps(data, ensure_ascii=False, indent=2).translate(_ESCAPED) + "\n"


def _units(character: str) -> tuple[int, ...]:
    """The UTF-16 code units of a character, which JSON escapes use."""
    raw = character.encode("utf-16-be", "surrogatepass")
    return struct.unpack(f">{len(raw) // 2}H", raw)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"

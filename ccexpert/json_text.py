"""Finds the lines of fields in a JSON text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from ccexpert.errors import Steps

_BLANK = re.compile(r"[ \t\r\n]*")


def line_of(text: str, path: Steps = ()) -> int:
    """The line (from 1) of the field at ``path``, or of its nearest existing parent.

    Raises ``ValueError`` if the text is not JSON. Everything beside the path is skipped, so a large
    text is never parsed into a tree.
    """
    value = shown = _after_blanks(text, 0)
    if text[value : value + 1] not in ("{", "["):
        raise ValueError
    for step in path:
        found = next((where for name, *where in _children(text, value) if name == step), None)
        if found is None:
            break
        shown, value = found
    return text.count("\n", 0, shown) + 1


def _children(text: str, at: int) -> Iterator[tuple[str | int, int, int]]:
    """The items of the object or list at a position: key or index, start, start of the value."""
    decode_at = json.JSONDecoder().raw_decode
    closing = {"{": "}", "[": "]"}.get(text[at : at + 1], "")
    at = _after_blanks(text, at + 1)
    number = 0
    while closing and text[at : at + 1] != closing:
        name, begins = number, at
        if closing == "}":
            name, at = decode_at(text, at)
            at = _after_blanks(text, _after_blanks(text, at) + 1)  # the colon
        yield name, begins, at
        at = _after_blanks(text, decode_at(text, at)[1])
        at += text[at : at + 1] == ","
        at, number = _after_blanks(text, at), number + 1


def _after_blanks(text: str, at: int) -> int:
    blank = _BLANK.match(text, at)
    return blank.end() if blank else at

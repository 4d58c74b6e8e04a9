"""Help and errors in Swedish, from ``swedish.toml``; what has no translation stays English.

It is loaded only for who asks for Swedish.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files


@cache
def table() -> dict[str, dict[str, str]]:
    """The translations by section: help, frame, sentences."""
    text = (files("ccexpert.cli.shared") / "swedish.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def swedish(text: str) -> str:
    """A text of the help, paragraph by paragraph."""
    paragraphs = (" ".join(paragraph.split()) for paragraph in text.split("\n\n"))
    return "\n\n".join(table()["help"].get(each, each) for each in paragraphs)


def frame(text: str) -> str:
    """What the library for command lines prints around the help and around an error."""
    return _replaced(text, "frame")


def in_swedish(sentence: str) -> str:
    """An error or another message."""
    return _replaced(sentence, "sentences")


def _replaced(text: str, section: str) -> str:
    for pattern, said in table()[section].items():
        text = re.sub(pattern, said, text, flags=re.MULTILINE)
    return text

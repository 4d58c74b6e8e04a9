"""Colours for a report on a terminal: they point at impact, risk, commands and headings.

The finished text is coloured, so that no line is wrapped differently, and only words of the report
itself get a colour that means something.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

_IMPACT = {"critical": "bold red", "important": "red", "moderate": "yellow", "low": "green"}
_RISK = {
    "loses-data": "bold red",
    "interrupts-service": "red",
    "low": "yellow",
    "none": "green",
}
_HEADINGS = (
    *("plan", "diagnoses", "evidence", "unexplained", "unknown", "similar"),
    *("ruled out", "waived"),
)


def coloured(text: str, word: dict[str, str]) -> str:
    """``text`` with the escape sequences of a terminal."""
    from rich.console import Console  # only for who sees colours
    from rich.text import Text

    page = Text(text)
    for pattern, style in _styles(word):
        for found in re.finditer(pattern, text, re.MULTILINE):
            page.stylize(style, *found.span(1))
    terminal = Console(
        file=io.StringIO(), force_terminal=True, color_system="standard", no_color=False
    )
    with terminal.capture() as captured:
        terminal.print(page, soft_wrap=True, end="")
    return captured.get()


def _styles(word: dict[str, str]) -> Iterator[tuple[str, str]]:
    """What gets which style: the group of a pattern; of two that meet, the later wins."""
    impact, risk = re.escape(word["impact"].lower()), re.escape(word["risk"].lower())
    yield r"\A(.+)$", "bold"
    yield rf"^({'|'.join(re.escape(word[key]) for key in _HEADINGS)})$", "bold"
    yield r"^ *(\$ .+)$", "cyan"
    yield rf"^{re.escape(word['next'])} \(.+?\): (\$ .+)$", "bold cyan"
    for key, style in _IMPACT.items():
        yield rf"{impact}: ({re.escape(word[key])})\b", style
        yield rf"^\d+ +\d\.\d\d +({re.escape(word[key])})\b", style
    for key, style in _RISK.items():
        yield rf"\({risk}:\s+({_wrapped(word[key])}),", style


def _wrapped(words: str) -> str:
    """A pattern for words that may stand on two lines."""
    return r"\s+".join(map(re.escape, words.split()))

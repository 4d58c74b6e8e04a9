"""The interface of a format: it renders a report as text. Each format is one module."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ccexpert.diagnosis import PlainReport
from ccexpert.report.heard import Heard


@dataclass(frozen=True)
class Layout:
    """How a format for people may lay out its text."""

    width: int = 100
    """Columns of the page or terminal."""
    table_format: str = "simple"
    """A table format of tabulate."""
    colour: bool = False
    """Whether the text is for a terminal that shows colours."""
    packs: tuple[Path, ...] = ()
    """Site packs; their lists of allowed commands extend the shipped one."""
    heard: tuple[Heard, ...] = ()
    """The texts that were read for this report, one each."""
    terminal: bool = False
    """Whether the text goes to a terminal, where a person is told on the side what was read."""


class Format(Protocol):
    """One format; a module implements it."""

    def render(self, report: PlainReport, layout: Layout, /) -> str:
        """The report as text, ending in a newline."""

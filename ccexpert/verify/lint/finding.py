"""The findings of lint, and the context of a check."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ccexpert.errors import KnowledgeError, Steps
from ccexpert.knowledge.base import KnowledgeBase
from ccexpert.knowledge.commands import AllowedCommand
from ccexpert.knowledge.references import Reference
from ccexpert.reading import read_source

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class LintFinding:
    """One fault in the knowledge."""

    check: str
    """The name of the check, such as ``dead-evidence``."""
    severity: Severity
    file: str
    line: int
    message: str


@dataclass(frozen=True)
class Found:
    """A finding before its line is looked up."""

    check: str
    path: Steps
    message: str
    severity: Severity = "error"


@dataclass(frozen=True)
class Around:
    """What a card is checked against."""

    base: KnowledgeBase
    commands: Collection[AllowedCommand]
    references: Mapping[str, Reference]
    complete: bool
    """Whether every card could be read."""


def located(path: Path, found: Iterable[Found]) -> Iterator[LintFinding]:
    """The findings in one file, with their lines."""
    found = list(found)
    source = read_source(path, KnowledgeError) if found else None
    for f in found:
        line = source.line(f.path) if source else 1
        yield LintFinding(f.check, f.severity, str(path), line, f.message)

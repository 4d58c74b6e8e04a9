"""The arrows between the files of the program only go down: no file needs itself in the end."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

from tests.kit import ROOT


def named(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__")


FILES = {named(path): path for path in (ROOT / "ccexpert").rglob("*.py")}


def imported(path: Path) -> Iterator[str]:
    """The files that a file imports, at once or when it is asked for something."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in FILES)
        elif isinstance(node, ast.ImportFrom):
            parts = {f"{node.module}.{alias.name}" for alias in node.names} & FILES.keys()
            yield from parts or {str(node.module)} & FILES.keys()


def test_no_file_needs_itself() -> None:
    needs = {name: set(imported(path)) - {"ccexpert"} for name, path in FILES.items()}
    assert "ccexpert.report.json" in needs["ccexpert.report.answer"]
    order = list(TopologicalSorter(needs).static_order())
    assert order.index("ccexpert.diagnosis") < order.index("ccexpert.expert")

"""The sources that references may name: ``facts/references.csv`` of each pack.

Each line is one source: its name (a page of the product documentation, or the number of a support
article), its title, and its product. ``tests/references.py`` makes the shipped list from checkouts
of the documentation.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from ccexpert.errors import KnowledgeError, Place
from ccexpert.reading import read_source

FILE = Path("facts", "references.csv")

#: The mark of a support article about a product other than Campaign Classic.
ELSEWHERE = "other"


class Reference(NamedTuple):
    """One page or article that can be cited."""

    name: str
    title: str
    product: str
    """``classic`` or ``other``."""


def known_references(folders: Iterable[Path]) -> Mapping[str, Reference]:
    """All sources in the lists of these packs; ``KnowledgeError`` for an invalid line.

    A pack without a list adds nothing.
    """
    found: dict[str, Reference] = {}
    for path in (folder / FILE for folder in folders):
        if path.is_file():
            found |= {one.name: one for one in _read(path)}
    return found


def _read(path: Path) -> Iterable[Reference]:
    rows = csv.reader(read_source(path, KnowledgeError).text.splitlines())
    for number, row in enumerate(rows, 1):
        if row == list(Reference._fields):
            continue
        if len(row) != len(Reference._fields):
            raise KnowledgeError("a line is: name,title,product", Place(str(path), number))
        yield Reference(*row)

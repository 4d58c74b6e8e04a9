"""Every page and every article about the product is used, or ``facts/uncited.csv`` says why not.

Each line is one source that no card and no word cites: its name, ``how-to`` (it reports no fault)
or ``left out``, and the reason. Together with the references this is a complete table.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from ccexpert.errors import KnowledgeError
from ccexpert.facts import KINDS
from ccexpert.knowledge.base import KnowledgeBase
from ccexpert.knowledge.references import ELSEWHERE
from ccexpert.reading import read_source
from ccexpert.verify.lint.finding import Around, LintFinding

FILE = Path("facts", "uncited.csv")
_FIELDS = ["name", "use", "why"]
_USES = ("how-to", "left out")
#: How the names of pages and of articles begin; a pack answers for its own sources by itself.
_SOURCES = ("help/", "KA-")


def check(around: Around, folder: Path) -> Iterator[LintFinding]:
    """What is wrong with the table of a pack, which may have none."""
    path = folder / FILE
    if not path.is_file():
        return
    used, said = cited(around.base), set()
    for line, row in enumerate(csv.reader(read_source(path, KnowledgeError).text.splitlines()), 1):
        if row == _FIELDS:
            continue
        name, message = row[0], _wrong(row, used)
        if message is None and name not in around.references:
            message = f"no page or article is called '{name}'"
        if message:
            yield LintFinding("uncited", "error", str(path), line, message)
        said.add(name)
    for name, one in around.references.items():
        if name.startswith(_SOURCES) and one.product != ELSEWHERE and name not in said | used:
            message = f"{name} ({one.title}) is cited nowhere: cite it, or add it with the reason"
            yield LintFinding("uncited", "error", str(path), 1, message)


def _wrong(row: list[str], used: frozenset[str]) -> str | None:
    if len(row) != len(_FIELDS) or row[1] not in _USES or not row[2]:
        return f"a line is: name,use,why, where use is {' or '.join(_USES)}"
    return f"'{row[0]}' is cited, so it does not belong here" if row[0] in used else None


def cited(base: KnowledgeBase) -> frozenset[str]:
    """All sources that cards, inferences and words cite."""
    cards = (name for card in base.cards.values() for name in card.cited)
    inferred = (name for one in base.inferences.values() for name in one.references)
    words = (
        name
        for kind in KINDS.values()
        for entry in base.vocabulary.entries(kind.VOCABULARY)
        for name in entry.references
    )
    return frozenset((*cards, *inferred, *words))

"""What became of each source: the cards and words that cite it, or the reason why none does.

    python -m tests.sources

Prints a table in CSV of all pages and support articles about the product, then to stderr how many
of each folder are cited.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator

from ccexpert.facts import KINDS
from ccexpert.knowledge.base import KnowledgeBase
from ccexpert.knowledge.packs import cached, shipped
from ccexpert.knowledge.references import ELSEWHERE, known_references
from ccexpert.verify.lint.uncited import FILE


def citing(base: KnowledgeBase) -> dict[str, list[str]]:
    """The cards, inferences and words that cite each source."""
    found = defaultdict(list)
    for name, source in _citations(base):
        found[source].append(name)
    return found


def _citations(base: KnowledgeBase) -> Iterator[tuple[str, str]]:
    for card in base.cards.values():
        yield from ((card.id, source) for source in card.cited)
    for one in base.inferences.values():
        yield from ((one.id, source) for source in one.references)
    for kind in KINDS.values():
        for entry in base.vocabulary.entries(kind.VOCABULARY):
            yield from ((f"{kind.VOCABULARY} {entry.name}", source) for source in entry.references)


def rows() -> Iterator[tuple[str, str, str]]:
    """Each source, its use (*cited*, *how-to*, *left out*), and what cites it or the reason."""
    used = citing(cached())
    with (shipped() / FILE).open(encoding="utf-8", newline="") as stream:
        why = {line["name"]: (line["use"], line["why"]) for line in csv.DictReader(stream)}
    for name, one in known_references((shipped(),)).items():
        if name in used:
            yield name, "cited", " ".join(sorted(set(used[name])))
        elif one.product != ELSEWHERE:
            yield name, *why[name]


def folder(name: str) -> str:
    """The part of the documentation that a page belongs to."""
    return name.split("/")[1] if name.startswith("help/") else "articles"


def main() -> None:
    """Print the table and the counts."""
    writer, counts = csv.writer(sys.stdout, lineterminator="\n"), Counter[tuple[str, str]]()
    for name, use, why in rows():
        writer.writerow((name, use, why))
        counts[folder(name), use] += 1
    for (where, use), count in sorted(counts.items()):
        print(f"{where}: {count} {use}", file=sys.stderr)


if __name__ == "__main__":
    main()

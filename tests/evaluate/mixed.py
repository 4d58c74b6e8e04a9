"""Pastes of ``mixed.yaml``: whether the right facts come of each, and the right place first.

Every fifth is kept aside from the choice of words and patterns, and counted apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ccexpert import Expert, Report
from ccexpert.certainty import FINDING
from ccexpert.errors import KnowledgeError
from ccexpert.facts import Fact, FactsDocument
from ccexpert.intake import read
from ccexpert.yaml_text import parse
from tests.kit import ROOT

_FILE = ROOT / "tests" / "evaluate" / "mixed.yaml"
_APART = 5


@dataclass(frozen=True)
class Mixed:
    """One paste, and what is right."""

    name: str
    text: str
    reads: tuple[str, ...] = ()
    right: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    none: bool = False

    def wrong(self, document: FactsDocument, report: Report) -> Iterator[str]:
        """What is wrong with what came of it."""
        for wanted in self.reads:
            if not any(_is(fact, wanted) for fact in document.facts):
                yield f"does not read {wanted}"
        found = report.diagnoses
        if self.none and (alarms := [d.id for d in found if d.certainty >= FINDING]):
            yield f"finds {', '.join(alarms)}"
        if self.right and not (found and {found[0].id, found[0].module} & set(self.right)):
            yield f"first {found[0].id} {found[0].certainty:.2f}" if found else "finds nothing"
        if found and found[0].id in self.never:
            yield f"blames {found[0].id}"


def _is(fact: Fact, wanted: str) -> bool:
    name, _, seen = wanted.partition(" = ")
    return fact.label.startswith(name) and (not seen or fact.label.endswith(f"= {seen}"))


def pastes() -> list[Mixed]:
    """All pastes, in the order of the file."""
    listed: list[dict[str, Any]] = parse(
        _FILE.read_text(encoding="utf-8"), _FILE.name, KnowledgeError
    )
    return [
        Mixed(
            one["name"],
            one["text"],
            tuple(one.get("reads", ())),
            tuple(one.get("right", ())),
            tuple(one.get("never", ())),
            one.get("none", False),
        )
        for one in listed
    ]


def evaluate(expert: Expert) -> None:
    """Print the share of pastes that come out right, and what is wrong with the others."""
    wrong: dict[str, list[str]] = {}
    listed = pastes()
    for one in listed:
        document = read(one.text).document
        wrong[one.name] = list(one.wrong(document, expert.diagnose(document)))
    for called, some in (
        ("pastes", [p for n, p in enumerate(listed) if n % _APART]),
        ("kept aside", listed[::_APART]),
    ):
        right = sum(not wrong[one.name] for one in some)
        print(f"{called}: {100 * right / len(some):.1f} % of {len(some)} as they should be")
        for one in some:
            for problem in wrong[one.name]:
                print(f"    {one.name}: {problem}")


if __name__ == "__main__":
    evaluate(Expert().warm())

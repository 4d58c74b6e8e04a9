"""Cases that were written before anybody looked how they come out.

Each folder of ``tests/blind`` is a round, with one file for each area, and says what is right in
words of its own; ``labels.yml`` says what these words are called in the product. Every third case
is in ``unopened.yaml`` and is scored in total alone. Each text goes through the door of ``ccexpert
diagnose``. ``--round 2`` scores one round, ``--verbose`` names the opened cases that came out
wrong. See ``docs/blind.md``.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import yaml

from ccexpert import Expert, Report
from ccexpert.diagnosis import Diagnosis
from ccexpert.facts.document import Document
from ccexpert.intake import read
from ccexpert.intake.given import document_in
from tests.evaluate.without import _BANDS, Asked
from tests.kit import ROOT

FOLDER = ROOT / "tests" / "blind"
_LABELS = yaml.safe_load((FOLDER / "labels.yml").read_text("utf-8"))
_WIDE = frozenset(_LABELS["wide"])


@dataclass(frozen=True)
class Blind:
    """One case: what was seen, and what is right by the labels that came with it."""

    round: int
    area: str
    told: dict[str, Any]
    is_opened: bool

    @property
    def name(self) -> str:
        """Its id."""
        return str(self.told["id"])

    @property
    def is_control(self) -> bool:
        """Whether no finding of a fault is right."""
        return "control" in self.told

    @property
    def kind(self) -> str:
        """The kind of its source, or of the control."""
        return str(self.told["control" if self.is_control else "kind"])

    def document(self) -> Document:
        """Its facts, by the door of ``ccexpert diagnose``."""
        given = json.dumps(self.told["facts"]) if "facts" in self.told else self.told["text"]
        return document_in(given.encode(), self.name, partial(read, called=self.name))[0]

    def asked(self) -> Asked:
        """The case as the other measures know it."""
        source = self.told.get("source")
        return Asked(self.name, self.kind, source, None, self.is_placed, self.is_control)

    def is_placed(self, one: Diagnosis) -> bool:
        """Whether a diagnosis is at the right place, or names the class of the cause."""
        if one.module in _WIDE:
            return self.is_cause(one)
        return one.module in self._modules() or self._is_class(one)

    def is_cause(self, one: Diagnosis) -> bool:
        """Whether it also names the cause: by its class, or by a word in its title."""
        named = re.search(self._words(), _spelt(f"{one.id.replace('-', ' ')} {one.title}"))
        here = self._modules() | _WIDE
        return self._is_class(one) or (named is not None and one.module in here)

    def _is_class(self, one: Diagnosis) -> bool:
        return any(one.id in _LABELS["classes"].get(cause, ()) for cause in self.told["cause"])

    def _modules(self) -> set[str]:
        places = self.told["place"]
        return {m for place in places for m in (place, *_LABELS["places"].get(place, ()))}

    def _words(self) -> str:
        return rf"\b(?:{'|'.join(re.escape(_spelt(str(word))) for word in self.told['words'])})"


def _spelt(text: str) -> str:
    """A text in one case and one English spelling."""
    return text.casefold().replace("iz", "is")


def blind() -> Iterator[Blind]:
    """All cases and controls of all rounds."""
    for file in sorted(FOLDER.glob("round*/*.yaml")):
        number = int(file.parent.name.removeprefix("round"))
        for told in yaml.safe_load(file.read_text("utf-8")):
            yield Blind(number, told.get("area", file.stem), told, file.stem != "unopened")


@dataclass
class Share:
    """How many cases came out right."""

    ranks: list[int] = field(default_factory=list)
    causes: int = 0

    def __str__(self) -> str:
        total = len(self.ranks)
        first, three = (sum(0 < rank <= most for rank in self.ranks) for most in (1, 3))
        return (
            f"place first {_share(first, total)}, among the first three {_share(three, total)}, "
            f"cause named first {_share(self.causes, total)}"
        )


def _share(some: int, total: int) -> str:
    return f"{some} of {total} ({100 * some / max(1, total):.0f} %)"


def evaluate(expert: Expert, *, only: int | None = None, verbose: bool = False) -> None:
    """Print how each round comes out, or only one of them."""
    cases = list(blind())
    for number in sorted({case.round for case in cases}):
        if only in (None, number):
            print(f"blind cases of round {number}, written before they were scored")
            _score(expert, [case for case in cases if case.round == number], verbose=verbose)


def _score(expert: Expert, cases: Sequence[Blind], *, verbose: bool) -> None:
    """Print the shares by source, area and certainty; of the unopened cases only the totals."""
    shares: dict[str, Share] = defaultdict(Share)
    bands: dict[str, Counter[bool]] = defaultdict(Counter)
    quiet: dict[str, Counter[bool]] = defaultdict(Counter)
    false_ok = Counter[str]()
    for case in cases:
        document = case.document()
        report = expert.diagnose_documents([document])
        rank = case.asked().rank(report)
        state = "opened" if case.is_opened else "unopened"
        if case.is_control:
            names = ("controls", state, *([case.kind] if case.is_opened else ()))
            for name in names:
                quiet[name][rank == 1] += 1
        else:
            false_ok[state] += report.status == "ok" and rank != 1
            for name in _groups(case):
                shares[name].ranks.append(rank)
                shares[name].causes += report.first is not None and case.is_cause(report.first)
            bands[_band(report)][rank == 1] += 1
        if verbose and case.is_opened and rank != 1:
            print(f"    {case.name}: {failure(rank, document, report)}")
    for name in sorted(shares, key=_order):
        print(f"  {name}: {shares[name]}")
    for name in sorted(bands, reverse=True):
        print(f"  {name}: right {_share(bands[name][True], bands[name].total())}")
    for state in ("opened", "unopened"):
        print(f"  status ok although something is wrong, {state}: {false_ok[state]}")
    for name, counted in quiet.items():
        print(f"  controls without a finding, {name}: {_share(counted[True], counted.total())}")


def _order(name: str) -> tuple[int, str]:
    known = ("all", "opened", "unopened", "source", "cited", "not", "text", "facts", "area")
    return known.index(name.split()[0]), name


def _groups(case: Blind) -> tuple[str, ...]:
    if not case.is_opened:
        return ("all", "unopened")
    cited = "cited" if case.told["cited"] else "not cited"
    form = "facts document" if "facts" in case.told else "text"
    return ("all", "opened", f"source {case.kind}", cited, form, f"area {case.area}")


def _band(report: Report) -> str:
    if report.first is None:
        return "no diagnosis"
    return f"first with certainty from {next(b for b in _BANDS if report.first.certainty >= b)}"


def failure(rank: int, document: Document, report: Report) -> str:
    """What the product said instead, and which kind of failure that is."""
    if report.first is None:
        kind = "no diagnosis" if document.content.facts else "not read"
        return f"{kind} (status {report.status})"
    said = f"{report.first.certainty:.2f} {report.first.id} ({report.first.module})"
    return f"{f'right at {rank}' if rank else 'wrong place'}: {said}"


if __name__ == "__main__":
    asked = argparse.ArgumentParser()
    asked.add_argument("--round", type=int)
    asked.add_argument("--verbose", action="store_true")
    told = asked.parse_args()
    evaluate(Expert().warm(), only=told.round, verbose=told.verbose)

"""How far does the knowledge reach beyond what it was written from? One source is left out.

For every reported case and every trial, the cards that cite its source are taken out, and so are
the signatures and the other words of entries that cite it. The rest must still lead to the right
place: the module of the fault, or the class of its cause where that is known. A case whose source
no card cites is counted apart, because nothing was taken out for it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import yaml

from ccexpert import Expert, Report
from ccexpert.diagnosis import Diagnosis, is_finding
from ccexpert.facts.entries import Entry, ErrorEntry
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.knowledge.base import KnowledgeBase
from tests.evaluate.field import cases, is_right
from tests.evaluate.trials import trials
from tests.kit import ROOT

#: A page of the documentation, or the number of an article, in an address.
_SOURCE = re.compile(r"help/[\w./-]+\.md|KA-\d{4,6}")
_KNOWN = yaml.safe_load((ROOT / "tests" / "evaluate" / "places.yaml").read_text("utf-8"))
_PLACES, _CLASSES = _KNOWN["places"], _KNOWN["classes"]
_BANDS = (0.9, 0.7, 0.5, 0.0)


@dataclass(frozen=True)
class Asked:
    """One case: where it was reported, what was seen, and what is right."""

    name: str
    kind: str
    source: str | None
    facts: Any
    fits: Callable[[Diagnosis], bool]
    healthy: bool = False

    def rank(self, report: Report) -> int:
        """The rank of the right place, from 1; 0 if it is not there."""
        if self.healthy:
            return int(not any(is_finding(d.verdict, d.certainty) for d in report.diagnoses))
        ranked = enumerate(report.diagnoses, 1)
        return next((rank for rank, one in ranked if self.fits(one)), 0)


def asked() -> Iterator[Asked]:
    """All reported cases as they were first told, and all trials of which the place is known."""
    for case in cases():
        expected = case.expected
        fits = _fitting(expected, case.name)
        thin = expected["verdict"] == "insufficient-evidence"
        kind = expected["source_kind"]
        source = _source(expected["source_url"])
        yield Asked(case.name, kind, source, case.facts, fits, thin)
    for trial in trials():
        if (place := _PLACES.get(trial.name)) is not None:
            facts = trial.document()[0]
            source = _source(trial.source)
            yield Asked(
                trial.name, "trial", source, facts, _placed(place, trial.name), place == "healthy"
            )


def _fitting(expected: dict[str, Any], name: str) -> Callable[[Diagnosis], bool]:
    return lambda one: is_right(one, expected) or one.id == _CLASSES.get(name)


def _placed(place: str | list[str], name: str) -> Callable[[Diagnosis], bool]:
    if place == "no-fault":
        return lambda one: one.verdict != "fault"
    return lambda one: one.module in place or one.id == _CLASSES.get(name)


def _source(address: str) -> str | None:
    found = _SOURCE.search(address)
    return found[0] if found else None


def without(base: KnowledgeBase, source: str) -> KnowledgeBase:
    """The knowledge without what cites a source."""
    kept = {name: card for name, card in base.cards.items() if source not in card.cited}
    return replace(base, cards=kept, vocabulary=_forgotten(base.vocabulary, source))


def _forgotten(vocabulary: Vocabulary, source: str) -> Vocabulary:
    """The vocabulary, in which entries that cite a source are recognised by their names alone."""
    entries = {
        kind: {name: _nameless(entry) if source in entry.references else entry
               for name, entry in known.items()}
        for kind, known in vocabulary._entries.items()
    }  # fmt: skip
    words = {
        kind: {word: name for word, name in named.items()
               if word == name.casefold() or source not in entries[kind][name].references}
        for kind, named in vocabulary.words.items()
    }  # fmt: skip
    return Vocabulary(words, entries)


def _nameless(entry: Entry) -> Entry:
    signs: dict[str, Any] = {"codes": (), "fragments": (), "replies": {}}
    known = signs if isinstance(entry, ErrorEntry) else {}
    return entry.model_copy(update={**known, "aliases": type(entry.aliases)()})


def evaluate(expert: Expert, *, verbose: bool = False) -> None:
    """Print the shares by kind of source and by certainty."""
    ranks: dict[str, list[int]] = defaultdict(list)
    bands: dict[float, Counter[bool]] = defaultdict(Counter)

    @lru_cache(maxsize=1)
    def left(source: str) -> Expert:
        return Expert(base=without(expert.base, source))

    cited = {name for card in expert.base.cards.values() for name in card.cited}
    for one in sorted(asked(), key=lambda one: one.source or ""):
        is_cited = one.source in cited
        report = (left(one.source) if one.source and is_cited else expert).diagnose(one.facts)
        rank = one.rank(report)
        ranks[one.kind].append(rank)
        ranks["cited" if is_cited else "cited by nothing"].append(rank)
        ranks["all"].append(rank)
        first = report.first
        if first and not one.healthy:
            bands[next(b for b in _BANDS if first.certainty >= b)][one.fits(first)] += 1
        if verbose and rank != 1:
            print(f"    {one.name} ({one.source}): {rank}, {first.id if first else 'nothing'}")
    print("right place with the source of the case left out")
    for kind, found in ranks.items():
        total = len(found)
        best, three = (sum(0 < rank <= most for rank in found) for most in (1, 3))
        print(
            f"  {kind}: first {best} of {total} ({100 * best / total:.0f} %), "
            f"among the first three {three} ({100 * three / total:.0f} %)"
        )
    for band in sorted(bands, reverse=True):
        right, total = bands[band][True], sum(bands[band].values())
        print(f"  first with certainty from {band}: right {right} of {total}")


if __name__ == "__main__":
    import sys

    evaluate(Expert(), verbose="--verbose" in sys.argv)

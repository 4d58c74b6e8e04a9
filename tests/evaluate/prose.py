"""Complaints in reporters' own words: is the right symptom among the first three?

Every tenth sentence, by the checksum of its text, is kept aside: no word list was changed for it,
and its misses are not shown. A sentence that is no complaint must find nothing that fits as well as
what the dialogue would offer (``SUGGESTED``). ``complaints.yaml`` was written without a look at the
vocabulary, and every third of it is kept aside; of it is also counted what a report reads, since a
symptom that stands first does not yet count as a fact.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ccexpert import Expert
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.intake import read
from ccexpert.intake.search import SUGGESTED, search_of

_SENTENCES, _COMPLAINTS = "sentences.yaml", "complaints.yaml"
#: Of how many sentences of each file one is kept aside.
_APART = {_SENTENCES: 10, _COMPLAINTS: 3}
_LANGUAGES = {"en": "English", "sv": "Swedish"}


@dataclass(frozen=True)
class Sentence:
    """One sentence, and the entries of which any is right; none for what is no complaint."""

    text: str
    means: frozenset[str] = frozenset()
    apart: int = _APART[_SENTENCES]

    @property
    def is_kept_aside(self) -> bool:
        """Whether it was never looked at while words were chosen."""
        return zlib.crc32(self.text.encode()) % self.apart == 0


def sentences(file: str = _SENTENCES) -> dict[str, tuple[Sentence, ...]]:
    """All sentences of a file: ``en``, ``sv`` and ``else``."""
    text = Path(__file__).with_name(file).read_text(encoding="utf-8")
    data: dict[str, list[Any]] = yaml.safe_load(text)
    return {
        kind: tuple(
            Sentence(one["said"], frozenset(one.get("means", ())), _APART[file]) for one in listed
        )
        for kind, listed in data.items()
    }


def is_read(sentence: Sentence) -> bool | None:
    """Whether a report reads the right thing in a sentence; None if it reads no symptom."""
    told = [one.fact for one in read(sentence.text).understood if one.fact.kind != "complaint"]
    return not sentence.means.isdisjoint(one.names[0] for one in told) if told else None


def is_right(sentence: Sentence, vocabulary: Vocabulary) -> bool:
    """Whether the search does with a sentence what it should."""
    found = search_of(vocabulary).find(sentence.text)
    suggested = [one.entry.name for one in found if one.fit >= SUGGESTED][:3]
    return not sentence.means.isdisjoint(suggested) if sentence.means else not suggested


def share(of: Sequence[Sentence], vocabulary: Vocabulary) -> float:
    """The part of some sentences that is right, in percent."""
    return 100 * sum(is_right(one, vocabulary) for one in of) / max(1, len(of))


def evaluate(expert: Expert) -> None:
    """Print the shares, the time a query takes, and what is missed of the sentences seen."""
    vocabulary, found = expert.base.vocabulary, sentences()
    plain = sentences(_COMPLAINTS)
    for line in (*_lines(found, vocabulary), "plain complaints", *_lines(plain, vocabulary)):
        print(line)
    for kind in plain:
        for is_aside in (False, True):
            read_as = [is_read(one) for one in plain[kind] if one.is_kept_aside == is_aside]
            print(
                f"{_called(kind)}: of {len(read_as)}{' kept aside' * is_aside}, a report reads "
                f"{read_as.count(True)} right, {read_as.count(False)} wrong, "
                f"{read_as.count(None)} not at all"
            )
    every = [one.text for listed in found.values() for one in listed]
    started = time.perf_counter()
    for text in every:
        search_of(vocabulary).find(f"{text} ")
    took = (time.perf_counter() - started) / len(every)
    print(f"a query takes {took * 1000:.1f} ms")


def _called(kind: str) -> str:
    return _LANGUAGES.get(kind, "no complaint")


def _lines(found: dict[str, tuple[Sentence, ...]], vocabulary: Vocabulary) -> Iterator[str]:
    for kind, listed in found.items():
        seen = [one for one in listed if not one.is_kept_aside]
        aside = [one for one in listed if one.is_kept_aside]
        yield (
            f"{_called(kind)}: {share(seen, vocabulary):.1f} % of {len(seen)}, "
            f"kept aside {share(aside, vocabulary):.1f} % of {len(aside)}"
        )
        for one in seen:
            if not is_right(one, vocabulary):
                first = search_of(vocabulary).find(one.text)[:3]
                got = ", ".join(f"{f.entry.name} {f.fit:.2f}" for f in first)
                yield f"    missed: {one.text} [{', '.join(sorted(one.means))}]: {got}"


if __name__ == "__main__":
    evaluate(Expert().warm())

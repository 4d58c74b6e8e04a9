"""Searches the vocabulary by whole sentences, in English and Swedish.

It compares a sentence with the names of an entry by the meaning of their words (``words.py``); rare
meanings count more. The ``fit`` of a result tells how certain it is.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from ccexpert.facts.vocabulary import Entry, Vocabulary
from ccexpert.intake.words import Lexicon, Statement

#: Kinds of entries that people complain about; others are searched by name.
SEARCHED = ("symptom", "error", "context", "indicator", "workflow", "job")

#: A worse fit is not worth suggesting.
SUGGESTED = 0.5

#: Other kinds of entries must fit better, because people describe what they see.
_OTHER_KIND = 0.75
#: The value of two meanings that are half the same.
_NEAR = 0.6
#: What is left of the fit where the trouble that an entry speaks of was not said; where something
#: is right again; where something is fine; and where only a question is asked.
_NO_TROUBLE, _OVER, _FINE, _ASKS = 0.4, 0.3, 0.6, 0.5
#: The factor if only one word of a longer name matches.
_BY_ONE_WORD = 0.85
#: The weight of an unknown word in a sentence, and the most it can take away from the fit.
_UNKNOWN_WEIGHT, _UNKNOWN_PART = 2.5, 0.7
#: The number of names that are compared closely.
_LIKELY = 80
#: The factor if the sentence names nothing that belongs to Campaign.
_NAMELESS = 0.75


@dataclass(frozen=True, slots=True)
class Found:
    """An entry of the vocabulary that a sentence may mean."""

    kind: str
    entry: Entry
    fit: float
    """How well it fits, 0 to 1: the geometric mean of how much of what the sentence says stands in
    the entry, and how much of its best name stands in the sentence; rare words count more."""
    words: tuple[str, ...]
    """The words of the sentence that made it so."""


def names(entry: Entry) -> tuple[str, ...]:
    """The names of an entry, in both languages."""
    return (entry.name.replace("-", " "), entry.title.en, entry.title.sv, *entry.aliases)


def all_texts(entry: Entry) -> tuple[str, ...]:
    """All texts of an entry, including codes and pieces of messages."""
    told = (entry.question, entry.help)
    return (*names(entry), *(text for t in told for text in (t.en, t.sv)), *entry.signs)


@dataclass(frozen=True, slots=True)
class _Name:
    """One name of an entry: its meanings, and those that describe trouble."""

    row: int
    means: frozenset[str]
    trouble: frozenset[str]
    is_over: bool
    """Whether it says that something is right again."""


class Search:
    """The entries of a vocabulary, ready to be searched. Safe to share between threads.

    ``texts`` gives the texts by which an entry is searched; default: its names.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        kinds: Iterable[str] = SEARCHED,
        texts: Callable[[Entry], tuple[str, ...]] = names,
    ) -> None:
        self._entries = [(kind, e) for kind in kinds for e in vocabulary.entries(kind)]
        self._lexicon = Lexicon(text for _, entry in self._entries for text in texts(entry))
        self._names = [
            name
            for row, (_, entry) in enumerate(self._entries)
            for text in texts(entry)
            if (name := self._name(row, text)).means
        ]
        self._by_meaning: dict[str, list[int]] = {}
        for number, name in enumerate(self._names):
            for meaning in name.means:
                self._by_meaning.setdefault(meaning, []).append(number)
        #: The rows of entries whose title says that something is wrong.
        self._complaints = {
            row
            for row, (_, entry) in enumerate(self._entries)
            if self._name(row, entry.title.en).trouble
        }
        rows = {(meaning, name.row) for name in self._names for meaning in name.means}
        counts = Counter(meaning for meaning, _ in rows)
        self._weights = {meaning: self._rarity(count) for meaning, count in counts.items()}
        self._strange = self._rarity(0)
        self._lengths = [math.sqrt(len(name.means)) for name in self._names]

    def read(self, sentence: str) -> Statement:
        """What a sentence says."""
        return self._lexicon.read(sentence)

    def find(self, sentence: str, most: int = 5) -> list[Found]:
        """The entries that a sentence may mean, the likeliest first."""
        best: dict[int, Found] = {}
        for part in self._lexicon.read(sentence).parts():
            for found, row in self._of_part(part):
                if row not in best or found.fit > best[row].fit:
                    best[row] = found
        return sorted(best.values(), key=lambda f: -f.fit)[:most]

    def _of_part(self, said: Statement) -> Iterable[tuple[Found, int]]:
        means = {t.means: t for t in said.tokens if t.kind not in ("asks", "unknown")}
        damped = self._damped(said, sum(map(self._weight, means)))
        for number in self._likely(means):
            name = self._names[number]
            kind, entry = self._entries[name.row]
            fit = self._fit(name, frozenset(means)) * damped * self._tuned(name, said)
            words = (t.words for m, t in means.items() if t.words and self._stands(m, name.means))
            yield Found(kind, entry, min(1.0, fit), tuple(dict.fromkeys(words))), name.row

    def _likely(self, means: Iterable[str]) -> list[int]:
        """The indexes of the names that share most with the sentence."""
        rough: dict[int, float] = defaultdict(float)
        for meaning in means:
            for number in self._by_meaning.get(meaning, ()):
                rough[number] += self._weight(meaning)
            for other in self._lexicon.near.get(meaning, ()):
                for number in self._by_meaning.get(other, ()):
                    rough[number] += _NEAR * self._weight(other)
        return heapq.nlargest(_LIKELY, rough, key=lambda n: rough[n] / self._lengths[n])

    def _tuned(self, name: _Name, said: Statement) -> float:
        """The factor on a name's fit for the mood of the sentence and the kind of the entry."""
        kind, _ = self._entries[name.row]
        left = 1.0 if kind == "symptom" else _OTHER_KIND
        if said.is_over and not name.is_over:
            left *= _OVER
        if said.is_fine and name.trouble:
            left *= _FINE
        if not said.has_trouble and name.row in self._complaints:
            left *= _NO_TROUBLE
        return left

    def _damped(self, said: Statement, known: float) -> float:
        """The factor on any fit for unknown words, for mere questions, and for sentences that name
        nothing."""
        unknown = _UNKNOWN_WEIGHT * sum(token.kind == "unknown" for token in said.tokens)
        left = 1 - _UNKNOWN_PART * unknown / (unknown + known or 1)
        named = any(token.kind in ("things", "other") for token in said.tokens)
        return left * (_ASKS if said.asks else 1) * (1 if named else _NAMELESS)

    def _fit(self, name: _Name, said: frozenset[str]) -> float:
        """How well one name fits the sentence."""
        cover = self._part(name.means, said)
        share = self._part(said, name.means)
        fit = math.sqrt(cover * share)
        if name.trouble and not any(self._stands(trouble, said) for trouble in name.trouble):
            fit *= _NO_TROUBLE
        if len(name.means) > 1 and sum(self._stands(each, said) > 0 for each in name.means) == 1:
            fit *= _BY_ONE_WORD
        return fit

    def _part(self, of: frozenset[str], there: frozenset[str]) -> float:
        """The share of some meanings that occurs among others."""
        weights = {meaning: self._weight(meaning) for meaning in of}
        hit = sum(weights[meaning] * self._stands(meaning, there) for meaning in of)
        return hit / (sum(weights.values()) or 1.0)

    def _stands(self, meaning: str, there: Iterable[str]) -> float:
        """How well a meaning occurs among others."""
        if meaning in there:
            return 1.0
        near = self._lexicon.near.get(meaning, frozenset())
        return _NEAR if not near.isdisjoint(there) else 0.0

    def _weight(self, meaning: str) -> float:
        """The weight of a meaning: rarer ones in the vocabulary weigh more."""
        return self._weights.get(meaning, self._strange)

    def _rarity(self, count: int) -> float:
        return math.log(1 + len(self._entries) / (1 + count))

    def _name(self, row: int, text: str) -> _Name:
        said = self._lexicon.read(text)
        trouble = frozenset(token.means for token in said.tokens if token.kind == "trouble")
        return _Name(row, frozenset(token.means for token in said.tokens), trouble, said.is_over)


@lru_cache(maxsize=4)
def search_of(vocabulary: Vocabulary) -> Search:
    """A ``Search`` that is built once per vocabulary."""
    return Search(vocabulary)

"""Searches the vocabulary by whole sentences, in English and Swedish.

It compares a sentence with the names of an entry by the meaning of their words (``words.py``); rare
meanings count more. The ``fit`` of a result tells how certain it is.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, lru_cache
from itertools import islice

from ccexpert.facts.entries import Entry
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.intake.compared import Name, Said, Weights, name_of
from ccexpert.intake.found import Found, names
from ccexpert.intake.meanings import meanings
from ccexpert.intake.statement import Statement
from ccexpert.intake.stems import plain_words, stem
from ccexpert.intake.words import Lexicon

#: Kinds of entries that people complain about; others are searched by name.
SEARCHED = ("symptom", "error", "context", "indicator", "workflow", "job")

#: A worse fit is not worth suggesting.
SUGGESTED = 0.5

#: A worse fit is not even worth a guess where nothing fits better.
GUESSED = 0.38

#: Other kinds of entries must fit better, because people describe what they see.
_OTHER_KIND = 0.75
#: And better still where no trouble is said, most of all jobs, workflows and figures.
_PLAIN = {"context": 0.7, "error": 0.7}
_IN_PASSING = 0.6
#: What is left where what is wrong stands on one side of a *but* and all else may on the other.
_MIXED = 0.6
#: The meaning of what is as it should be, and the kinds that a sentence which says so only names.
_WELL, _SEEN_IN_PASSING = "fine", ("job", "context")
#: The value of two meanings that are half the same.
_NEAR = 0.6
#: What is left of the fit where the trouble that an entry speaks of was not said; where something
#: is right again; where something is fine; and where only a question is asked.
_NO_TROUBLE, _OVER, _FINE, _ASKS = 0.4, 0.3, 0.6, 0.45
#: The factor if the sentence names none of the things that the name speaks of.
_THINGLESS = 0.7
#: Kinds of tokens that say something else than any entry, and those that no name of one holds.
_STRANGE = frozenset({"unknown", "foreign"})
_SILENT = _STRANGE | {"asks", "wishes"}
#: The meaning of *other*: what is said of others is not said of all.
_OTHER = "other"
#: The factor if the sentence speaks of a rival of what the name speaks of.
_RIVAL = 0.3
#: The factor if only one word of a longer name matches, and if a name of several words has but one
#: that says something: *out of office*.
_BY_ONE_WORD, _HOLLOW = 0.85, 0.7
#: What the status of a screen in quotes weighs more than other words.
_STATUS = 2
#: The weight of an unknown word in a sentence, and the most it can take away from the fit.
_UNKNOWN_WEIGHT, _UNKNOWN_PART = 2.5, 0.7
#: The number of names that are compared closely.
_LIKELY = 80
#: How many sentences are remembered with what they say.
_REMEMBERED = 512
#: So many parts of a sentence are looked at; nobody says more in one.
_MOST_PARTS = 12
#: How many words may stand among those of a whole name.
_APART = 2
_ROUNDING = 1e-9  # what sums of weights may differ by their order
_SIZE = 640  # of how many entries the weights of words are made for, however many there are
#: The factor if the sentence names nothing that belongs to Campaign, if it names something else
#: instead, and if it speaks of what is not Campaign's.
_NAMELESS, _FOREIGN, _BESIDE = 0.75, 0.55, 0.45


class Search:
    """The entries of a vocabulary, ready to be searched. Safe to share between threads.

    ``texts`` gives the texts by which an entry is searched; default: its names. ``size`` is the
    number of entries that the weights of words are made for.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        kinds: Iterable[str] = SEARCHED,
        texts: Callable[[Entry], tuple[str, ...]] = names,
        size: int = _SIZE,
    ) -> None:
        self._size = size
        self._entries = [(kind, e) for kind in kinds for e in vocabulary.entries(kind)]
        named = [
            (row, text, tuple(plain_words(text)))
            for row, (_, entry) in enumerate(self._entries)
            for text in dict.fromkeys(texts(entry))
        ]
        self._lexicon = Lexicon(word for _, _, words in named for word in words)
        #: What a sentence says; a text is read for what it complains of, and again for what it is.
        self.read = lru_cache(_REMEMBERED)(self._lexicon.read)
        read = ((row, words, self._lexicon.read(text, words)) for row, text, words in named)
        #: The names that say something; most are never compared, so the rest is worked out later.
        self._read = [one for one in read if _says_something(one[2])]
        self._names: dict[int, Name] = {}
        self._by_meaning: dict[str, list[int]] = {}
        self._lengths: list[float] = []
        rows: set[tuple[str, int]] = set()
        for number, (row, _, said) in enumerate(self._read):
            means = said.means
            for meaning in means:
                self._by_meaning.setdefault(meaning, []).append(number)
                rows.add((meaning, row))
            self._lengths.append(math.sqrt(len(means)))
        counts = Counter(meaning for meaning, _ in rows)
        weights = {meaning: self._rarity(count) for meaning, count in counts.items()}
        self._weight = Weights(weights, self._rarity(0)).__getitem__

    @cached_property
    def _complaints(self) -> frozenset[int]:
        """The rows of entries whose title says that something is wrong."""
        titles = (entry.title.en for _, entry in self._entries)
        return frozenset(row for row, title in enumerate(titles) if self.read(title).has_trouble)

    def find(self, sentence: str, most: int = 5) -> list[Found]:
        """The entries that a sentence may mean, the likeliest first."""
        best: dict[int, tuple[float, Name, Said]] = {}
        for part in islice(self.read(sentence).parts(), _MOST_PARTS):
            said = self._said(part)
            for number in self._likely(said.weights):
                name = self._name(number)
                fit = self._fit(name, said) * said.damped * self._tuned(name, said)
                if name.row not in best or fit > best[name.row][0]:
                    best[name.row] = fit, name, said
        first = heapq.nsmallest(most, best.values(), key=lambda found: -found[0])
        return [self._found(*found) for found in first]

    def named(self, sentences: Iterable[str], share: float = 1.0) -> list[Found]:
        """The entries of which at least this share of one name stands in one of these sentences,
        the most telling first: their ``fit`` is the weight of what is shared. A name of a single
        meaning must stand there word for word unless a word is plain enough, and a whole name with
        its words together."""
        best: dict[int, Found] = {}
        for sentence in sentences:
            tokens = self.read(sentence).tokens
            means = {t.means: t for t in tokens if t.words and not t.is_guessed}
            there = frozenset(means)
            spoken = f" {' '.join(map(stem, plain_words(sentence)))} "
            for number in {n for meaning in means for n in self._by_meaning.get(meaning, ())}:
                name = self._name(number)
                common = name.means & there
                weight = sum(map(self._weight, common))
                if weight < share * name.weight - _ROUNDING:
                    continue
                plain = not name.is_hollow and self._lexicon.is_plain(means[min(common)])
                if len(name.means) == 1 and not (plain or name.stands_in(spoken)):
                    continue
                places = [means[each].at for each in common]
                if share == 1 and max(places) - min(places) > len(name.words) + _APART:
                    continue
                if name.row not in best or weight > best[name.row].fit:
                    words = tuple(dict.fromkeys(means[each].words for each in sorted(common)))
                    best[name.row] = Found(*self._entries[name.row], weight, words, named=True)
        return sorted(best.values(), key=lambda f: -f.fit)

    def _found(self, fit: float, name: Name, said: Said) -> Found:
        kind, entry = self._entries[name.row]
        there = name.means | name.near
        fitting = [t for means, t in said.tokens.items() if t.words and means in there]
        words = dict.fromkeys(t.words for t in fitting)
        named = any(t.is_status or t.kind not in ("trouble", "fine") for t in fitting)
        kinds = {t.kind for t in said.tokens.values() if t.means in there}
        is_whole = {"things", "trouble"} <= kinds or any(t.is_status for t in fitting)
        troubles = [t for t in said.tokens.values() if t.kind == "trouble"]
        is_other = bool(troubles) and not any(t.means in there for t in troubles)
        return Found(kind, entry, min(1.0, fit), tuple(words), named, is_whole, is_other)

    def _said(self, part: Statement) -> Said:
        tokens = {t.means: t for t in part.tokens if t.kind not in _SILENT}
        weights = {
            means: self._weight(means) * (_STATUS if token.is_status else 1)
            for means, token in tokens.items()
        }
        known = sum(weights.values())
        mood = (part.has_trouble, part.is_over, part.is_fine, part.is_mixed)
        near, there = self._near(weights), frozenset(weights)
        damped = self._damped(part, known)
        return Said(tokens, weights, there, near, known, damped, *mood, part.has_subject)

    def _near(self, means: Iterable[str]) -> frozenset[str]:
        """The meanings that are half the same as some of these."""
        near = meanings().near
        return frozenset(other for each in means for other in near.get(each, ()))

    def _rivals(self, means: frozenset[str]) -> frozenset[str]:
        """The meanings that are never meant with one of these, where that is not among them."""
        rivals = meanings().rivals
        return frozenset(other for each in means for other in rivals.get(each, ())) - means

    def _likely(self, means: Iterable[str]) -> list[int]:
        """The indexes of the names that share most with the sentence."""
        rough: dict[int, float] = defaultdict(float)
        for meaning in means:
            weight = self._weight(meaning)
            for number in self._by_meaning.get(meaning, ()):
                rough[number] += weight
            for other in meanings().near.get(meaning, ()):
                weight = _NEAR * self._weight(other)
                for number in self._by_meaning.get(other, ()):
                    rough[number] += weight
        shared = {number: weight / self._lengths[number] for number, weight in rough.items()}
        return sorted(shared, key=shared.__getitem__, reverse=True)[:_LIKELY]

    def _tuned(self, name: Name, said: Said) -> float:
        """The factor on a name's fit for the mood of the sentence and the kind of the entry."""
        kind, entry = self._entries[name.row]
        plain = _PLAIN.get(kind, _IN_PASSING)
        left = 1.0 if kind == "symptom" else _OTHER_KIND if said.has_trouble else plain
        if said.is_over and not name.is_over:
            left *= _OVER
        if said.is_fine and (name.trouble or kind in _SEEN_IN_PASSING) and _WELL not in name.means:
            left *= _FINE
        works = getattr(entry, "works", False)
        if works and said.has_trouble and not (said.is_fine or name.trouble):
            left *= _FINE
        if said.is_mixed and name.trouble and not name.is_mixed:
            left *= _MIXED
        if not said.has_trouble and name.row in self._complaints:
            left *= _NO_TROUBLE
        return left

    def _damped(self, said: Statement, known: float) -> float:
        """The factor on any fit for unknown words, for mere questions, and for sentences that name
        nothing."""
        unknown = _UNKNOWN_WEIGHT * sum(token.kind in _STRANGE for token in said.tokens)
        left = 1 - _UNKNOWN_PART * unknown / (unknown + known or 1)
        named = any(t.is_status or t.kind in ("things", "other") for t in said.tokens)
        nameless = _FOREIGN if unknown else _NAMELESS
        left *= _BESIDE if said.is_foreign else 1
        return left * (_ASKS if said.asks else 1) * (1 if named else nameless)

    def _fit(self, name: Name, said: Said) -> float:
        """How well one name fits the sentence: how much of each stands in the other."""
        both = name.means & said.there
        nearly = (name.means & said.near) - both
        meant = (said.there & name.near) - both
        weights = said.weights
        hit = sum([weights[each] for each in both])
        stands = sum([self._weight(each) for each in both])
        if nearly:
            stands += _NEAR * sum([self._weight(each) for each in nearly])
        if meant:
            hit += _NEAR * sum([weights[each] for each in meant])
        cover, share = stands / name.weight, hit / (said.known or 1.0)
        fit = math.sqrt(cover * share) if name.trouble else cover * math.sqrt(share)
        if name.trouble and name.trouble.isdisjoint(both) and name.trouble.isdisjoint(nearly):
            fit *= _NO_TROUBLE
        if name.things and name.things.isdisjoint(both) and name.things.isdisjoint(nearly):
            fit *= _THINGLESS
        if _OTHER in name.means and _OTHER not in both:
            fit *= _FINE
        if not name.rivals.isdisjoint(said.there):
            fit *= _RIVAL
        if name.is_of_all and said.has_subject:
            fit *= _THINGLESS
        if len(name.means) == 1 and len(name.words) > _APART:
            fit *= _HOLLOW
        if len(name.means) > 1 and len(both) + len(nearly) == 1:
            fit *= _BY_ONE_WORD
        return fit

    def _rarity(self, count: int) -> float:
        return math.log(1 + self._size / (1 + count))

    def _name(self, number: int) -> Name:
        """A name, ready to be compared."""
        if number not in self._names:
            self._names[number] = self._made(*self._read[number])
        return self._names[number]

    def _made(self, row: int, said_in: Sequence[str], said: Statement) -> Name:
        complained = frozenset(token.means for token in said.complaint().tokens)
        near, rivals = self._near(said.means), self._rivals(complained)
        weight = sum(map(self._weight, said.means))
        return name_of(row, said_in, said, near, rivals, weight)


def _says_something(name: Statement) -> bool:
    """Whether a name says more than that something is done or is fine."""
    return any(token.kind not in ("doing", "fine") for token in name.tokens)


@lru_cache(maxsize=4)
def search_of(vocabulary: Vocabulary) -> Search:
    """A ``Search`` that is built once per vocabulary."""
    return Search(vocabulary)

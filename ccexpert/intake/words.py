"""The meaning of words: inflections, synonyms, phrases, compounds, typing errors, negations.

Turns a text in English or Swedish into a ``Statement``, whose tokens stand for meanings, regardless
of the words used. The words themselves are in ``words.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache

from ccexpert.intake.denials import denied_in, with_denials
from ccexpert.intake.meanings import meanings
from ccexpert.intake.statement import NOT, Statement, Token
from ccexpert.intake.stems import PAUSE, plain_words, stem

#: What somebody quotes as it stands on the screen.
_QUOTED = re.compile(r"""(?<!\w)['"‘’“”„«»]([^\W\d_][^'"‘’“”„«»\n]{2,40})['"‘’“”«»](?!\w)""")
#: The meanings of words by which a screen calls the state of a workflow or of a delivery.
_STATUSES = frozenset({"pending", "asap", "startprogress", "inprogress", "paused"})
#: What people also do on purpose, and who does it.
_WISHED = frozenset({"stop", "paused"})
_WISHING = frozenset(("i", "we", "you", "one", "to", "jag", "vi", "ni", "du", "man", "att"))
#: What begins a clause about when it began.
_SINCE, _NO_WORDS = frozenset({"since", "sedan"}), frozenset[str]()
#: What people write for *sedan* before a time or an event; elsewhere it is *late*.
_SEN = re.compile(
    r"\bsen (?=kl\b|klockan|\d|i (?:natt|morse|går|förrgår|helgen)|igår|förra"
    r"|(?:mån|tis|ons|tors|fre|lör|sön)dag|uppgrad|uppdat|omstart|migrer)",
    re.IGNORECASE,
)
_LONGEST_SENTENCE = 400
#: A German article that is an English verb.
_ARTICLE = "die"
_COMPOUND = 8
_PART = 3
#: The name of a table of Campaign, or of a workflow's.
_TABLE = re.compile(r"(?:nms|xtk|ncm|neo)[a-z]{4,}|wkf\d{4,}\w*")
#: What makes the contrary of what is done.
_UN = ("un", "o")
#: The last part of compounds that say what somebody has: *gmailadresser*, *databaskontot*.
_HOLDERS = ("adress", "konto")
#: A number, with or without a unit: *6k*, *20gb*.
_NUMBER = re.compile(r"\d+(?:[kmgt]b?|h|s|ms|min|x|st|th|nd|rd)?")
#: The length of words that may hold two typing errors begins here.
_LONG = 8
#: Words of so few letters, and those that begin differently, are often others: only two letters
#: that changed places are a mistake.
_SHORT = 4


class Lexicon:
    """The words of ``words.yaml`` and further ``known`` words."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        self._list = meanings()
        self._known = {stem(word): word for word in known}

    def read(self, text: str, words: Sequence[str] | None = None) -> Statement:
        """What a text says; ``words``: its plain words, if they are known."""
        is_name = words is not None
        text = _SEN.sub("sedan ", text)
        words = [*(plain_words(text) if words is None else words)][:_LONGEST_SENTENCE]
        if _ARTICLE in words and not self._list.german.isdisjoint(words):
            words = [word for word in words if word != _ARTICLE]
        stems = [stem(word) for word in words]
        denied, left = self._denied(stems)
        tokens = [*self._tokens(words, stems, left, _NO_WORDS if is_name else _SINCE)]
        if quoted := self._quoted(text):
            tokens = [
                replace(one, is_status=True) if (one.means, one.words) in quoted else one
                for one in tokens
            ]
        not_so = denied_in(tokens, denied)
        said = Statement(tuple(with_denials(tokens, denied)), denied=not_so)
        asks = said.wishes and not said.has_trouble
        if self._list.questions.longest(stems)[0]:
            asks = asks or not said.has_trouble or _is_wish(said, words)
        return Statement((*said.tokens, Token("asks", "asks", "", 0))) if asks else said

    def _denied(self, stems: list[str]) -> tuple[list[tuple[int, bool]], Sequence[int]]:
        """Where something is denied, and whether what is denied may stand before it; and where the
        other words are."""
        denied: list[tuple[int, bool]] = []
        if not self._list.denials.may_stand_in(stems):  # as in most sentences
            return denied, range(len(stems))
        left: list[int] = []
        at = 0
        while at < len(stems):
            length, deny = self._list.denials.longest(stems, at)
            whole, _ = self._list.denying.longest(stems, at)
            if whole > length:  # *no effect*, *nothing to report*: one meaning
                left.extend(range(at, at + whole))
                length = whole
            elif deny:
                denied.append((at, deny[1] == "either"))
            else:
                left.append(at)
            at += length or 1
        return denied, left

    def _quoted(self, text: str) -> set[tuple[str, str]]:
        """The statuses of a screen that a text quotes, each with its meaning."""
        found = ([*plain_words(one[1])] for one in _QUOTED.finditer(text))
        meant = ((self._list.meanings.longest([*map(stem, words)]), words) for words in found)
        return {
            (means[1], " ".join(words))
            for (length, means), words in meant
            if means and length == len(words) and means[1] in _STATUSES
        }

    def _tokens(
        self, words: list[str], stems: list[str], left: Sequence[int], pauses: frozenset[str]
    ) -> Iterator[Token]:
        """The tokens of all words except negations; a word of ``pauses`` begins a clause that tells
        when."""
        number, spoken = 0, [stems[at] for at in left]
        while number < len(left):
            at = left[number]
            if words[at] == PAUSE or (words[at] in pauses and number):
                yield Token(PAUSE, "pause", "", at)
                number += 1
                continue
            length, meant = self._list.meanings.longest(spoken, number)
            if length <= 1 and words[at] in self._list.exact:
                length, meant = 1, self._list.exact[words[at]]
            if meant and meant[0] == "aside":
                pass
            elif meant and (length > 1 or words[at] not in self._list.empty):
                said = " ".join(words[i] for i in left[number : number + length])
                yield Token(meant[1], meant[0], said, at)
            elif words[at] not in self._list.empty and len(words[at]) > 1:
                yield from self._single(words[at], stems[at], at)
            number += length or 1

    def _single(self, word: str, stemmed: str, at: int) -> Iterator[Token]:
        """The token of a word without its own meaning: both parts of a compound, the probable
        meaning of a misspelt word, or the word itself."""
        if _TABLE.fullmatch(word):
            yield Token("database", "things", word, at)
        elif stemmed in self._known:
            yield Token(stemmed, "other", word, at)
        elif undone := self._undone(word):
            yield Token(undone[1], undone[0], word, at)
            yield Token(NOT, "trouble", word, at)
        elif parts := self._compound(word):
            yield from (Token(means, kind, word, at) for kind, means in parts)
        elif meant := self._misspelt(word):
            yield Token(meant[1], meant[0], word, at, is_guessed=True)
        elif not _NUMBER.fullmatch(word):
            yield Token(stemmed, "unknown", word, at)

    def _undone(self, word: str) -> tuple[str, str] | None:
        """The meaning of what *unprocessed* and *obehandlad* say was not done."""
        prefix = next((one for one in _UN if word.startswith(one)), None)
        if prefix is None or len(word) <= _PART:
            return None
        done = word.removeprefix(prefix)
        meant = self._list.exact.get(done) or self._list.meanings.get((stem(done),))
        return meant if meant and meant[0] == "doing" else None

    def _compound(self, word: str) -> list[tuple[str, str]]:
        """The meaning of the two parts of a compound such as *spårningsflödet*, or of the one of
        *kundfilen* and *gmailadresser* whose other part says nothing."""
        if len(word) < _COMPOUND:
            return []
        for at in range(_PART, len(word) - _PART + 1):
            one = self._list.meanings.get((stem(word[:at]),)) or (
                self._list.meanings.get((stem(word[: at - 1]),)) if word[at - 1] == "s" else None
            )
            other = self._list.meanings.get((stem(word[at:]),))
            if one and other:
                return [one, other]
            if other and word[:at] in self._list.empty:
                return [other]
            if one and (word[at:] in self._list.empty or word[at:].startswith(_HOLDERS)):
                return [one]
        return []

    @lru_cache(maxsize=5000)  # noqa: B019 - a lexicon lives as long as its vocabulary
    def _misspelt(self, word: str) -> tuple[str, str] | None:
        """The meaning of a known word that differs in one or two letters."""
        if len(word) <= _PART:
            return None
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        most = 1 if len(word) <= _LONG else 2
        alike = self._spelt_at(len(word), most)
        found = process.extractOne(word, alike, scorer=OSA.distance, score_cutoff=most)
        if not found or found[0] in self._list.empty:
            return None
        near = found[0]
        if (near[0] != word[0] or len(word) == _SHORT) and sorted(near) != sorted(word):
            return None
        return self._list.meanings.get((stem(near),)) or ("other", stem(near))

    def is_plain(self, token: Token) -> bool:
        """Whether a word of the list means its thing also outside Campaign's talk."""
        return token.kind == "things" and token.words not in self._list.vague

    @cached_property
    def _spelt(self) -> list[str]:
        """All words by spelling, to correct misspelt ones."""
        long = {word for word in (*self._list.spelt, *self._known.values()) if len(word) > _PART}
        return sorted(long | self._list.empty)

    @lru_cache(maxsize=100)  # noqa: B019 - a lexicon lives as long as its vocabulary
    def _spelt_at(self, length: int, most: int) -> list[str]:
        """All words whose length differs by no more than this."""
        return [word for word in self._spelt if abs(len(word) - length) <= most]


def _is_wish(said: Statement, words: Sequence[str]) -> bool:
    """Whether all that it says of trouble is what somebody wants to do: *how can we stop it?*"""
    wrong = [token for token in said.tokens if token.kind == "trouble"]
    beside = ({*words[max(0, o.at - 2) : o.at], *words[o.at + 1 : o.at + 2]} for o in wrong)
    return all(
        one.means in _WISHED and not _WISHING.isdisjoint(near)
        for one, near in zip(wrong, beside, strict=True)
    )

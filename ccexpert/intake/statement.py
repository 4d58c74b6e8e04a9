"""What a text says, as meanings: plain data that ``words.Lexicon`` makes of words."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

#: Marks a negation in a statement: *not sent* is *send* plus this.
NOT = "not"
#: The kinds of words of a sentence that says of things that they are fine.
_CONTENT = frozenset({"fine", "things", "other", "doing", "pause"})
#: Words of a contrast that also tell when.
_WHEN = frozenset({"while", "medan"})
#: How many words a denial may stand from what it denies.
_NEAR = 4


@dataclass(frozen=True, slots=True)
class Token:
    """One word or phrase of a text, with its meaning."""

    means: str
    """A name from ``words.yaml``, else the stem of the word."""
    kind: str
    """``things``, ``doing``, ``trouble``, ``fine``, ``over``, ``asks``, ``but``, ``foreign``,
    ``wishes``; ``other`` for a word of the vocabulary, ``unknown`` for any other."""
    words: str
    """As written in the text."""
    at: int
    """The index of its first word."""
    is_guessed: bool = False
    """Whether the word was taken for a misspelt one."""
    is_status: bool = False
    """Whether it is the status of a screen in quotes: *'Start pending'*."""


#: The kinds of tokens that name something.
_NAMING = frozenset({"things", "other", "foreign"})


def _place(token: Token) -> int:
    return token.at


@dataclass(frozen=True, slots=True)
class Statement:
    """The meaning of a text."""

    tokens: tuple[Token, ...]
    is_mixed: bool = False
    """Whether one side of a *but* says that something is wrong, and the other does not."""
    denied: frozenset[str] = frozenset()
    """What it says is not so, of a whole sentence: *not high*, *has not expired*."""

    @property
    def has_trouble(self) -> bool:
        """Whether it says that something is wrong."""
        return self._has("trouble")

    @property
    def is_over(self) -> bool:
        """Whether it says that something is right again."""
        return self._has("over")

    @property
    def is_fine(self) -> bool:
        """Whether it says that something is as it should be."""
        return self._has("fine")

    @property
    def is_content(self) -> bool:
        """Whether it says that something is as it should be, and nothing else."""
        return self.is_fine and all(token.kind in _CONTENT for token in self.tokens)

    @property
    def asks(self) -> bool:
        """Whether it asks for something other than help with trouble."""
        return self._has("asks")

    @property
    def means(self) -> frozenset[str]:
        """All meanings of its words."""
        return frozenset(token.means for token in self.tokens)

    @property
    def tells(self) -> bool:
        """Whether it says what is, or what is done."""
        return any(self._has(kind) for kind in ("doing", "trouble", "fine"))

    @property
    def wishes(self) -> bool:
        """Whether it says what somebody wants or plans."""
        return self._has("wishes")

    @property
    def is_foreign(self) -> bool:
        """Whether it speaks of something beside Campaign before it names anything else."""
        first = min((t for t in self.tokens if t.kind in _NAMING), key=_place, default=None)
        return first is not None and first.kind == "foreign"

    def speaks_of(self, word: str) -> bool:
        """Whether a word stands in it."""
        return any(word in token.words.split() for token in self.tokens)

    def _has(self, kind: str) -> bool:
        return any(token.kind == kind for token in self.tokens)

    @property
    def has_subject(self) -> bool:
        """Whether it names something before it says what is done or wrong."""
        told = [token.at for token in self.tokens if token.kind in ("doing", "trouble")]
        named = [token.at for token in self.tokens if token.kind in ("things", "other")]
        return bool(told and named) and min(named) < min(told)

    def parts(self) -> Iterator[Statement]:
        """The statement itself, the parts before and after each *but*, and of those that a comma
        parts the ones that say by themselves what is wrong with what."""
        parts = list(self._split("but"))
        yield replace(self._with("but", "pause"), is_mixed=self._contrasts_trouble(parts))
        for part in parts:
            if len(parts) > 1 and (part.tells or not self._says_when):
                yield part._with("pause")
            clauses = [] if part.is_over or part.asks else list(part._split("pause"))
            if part.is_fine and not any(one._contrasts for one in clauses):
                continue
            yield from (one for one in clauses if len(clauses) > 1 and one.is_whole)

    def complaint(self) -> Statement:
        """Its first part that says that something is wrong; else all of it."""
        return next((part for part in self._split("but") if part.has_trouble), self)

    def clause_with(self, word: str) -> Statement:
        """The clause with a word, if it tells something; else all before or after the *but*."""
        part = next((one for one in self._split("but") if one.speaks_of(word)), self)
        clause = next((one for one in part._split("pause") if one.speaks_of(word)), part)
        return clause if clause.tells else part

    def carried_on(self, word: str) -> Statement:
        """What the clauses behind the one with a word say of it: those that name nothing else."""
        clauses = list(self._split("pause"))
        at = next((n for n, one in enumerate(clauses, 1) if one.speaks_of(word)), len(clauses))
        own = takewhile(lambda one: not one._names, clauses[at:])
        return Statement(tuple(token for one in own for token in one.tokens))

    def between(self, start: int, end: int = sys.maxsize) -> Statement:
        """What the words from one index to another say."""
        return Statement(tuple(token for token in self.tokens if start <= token.at < end))

    def denies(self, meanings: Collection[str]) -> bool:
        """Whether one of these is denied, by words that stand near."""
        denials = [token.at for token in self.tokens if token.means == NOT]
        meant = [token.at for token in self.tokens if token.means in meanings]
        return any(abs(one - other) <= _NEAR for one in denials for other in meant)

    @property
    def is_whole(self) -> bool:
        """Whether it says that something is wrong, and with what."""
        return self.has_trouble and self._has("things")

    def _contrasts_trouble(self, parts: Sequence[Statement]) -> bool:
        """Whether only some of its parts say that something is wrong, and none tells merely when:
        *while logging in*."""
        return not self._says_when and len({part.has_trouble for part in parts}) > 1

    @property
    def _says_when(self) -> bool:
        return any(token.kind == "but" and token.words in _WHEN for token in self.tokens)

    @property
    def _contrasts(self) -> bool:
        """Whether it says of some other thing that it is fine."""
        return self.is_fine and not self.has_trouble and (self._has("things") or self._has("other"))

    @property
    def _names(self) -> bool:
        return any(token.kind in _NAMING for token in self.tokens)

    def _with(self, *out: str) -> Statement:
        return Statement(tuple(token for token in self.tokens if token.kind not in out))

    def _split(self, kind: str) -> Iterator[Statement]:
        """Its parts between tokens of one kind, in the order of the words."""
        part: list[Token] = []
        for token in sorted(self.tokens, key=lambda one: one.at):
            if token.kind != kind:
                part.append(token)
            elif part:
                yield Statement(tuple(part))
                part = []
        if part:
            yield Statement(tuple(part))

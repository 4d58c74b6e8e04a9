"""What a search compares: the names of entries and what a sentence says, with the weights of their
meanings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ccexpert.intake.statement import Statement, Token
from ccexpert.intake.stems import stem

_ARTICLES = frozenset({"the", "a", "an", "en", "ett", "den", "det"})
#: From how many letters on a word counts as long.
_LONG = 8


@dataclass(frozen=True, slots=True)
class Name:
    """One name of an entry: its meanings, and those that describe trouble. It has none if it says
    no more than that something is done or is fine."""

    row: int
    means: frozenset[str]
    trouble: frozenset[str]
    is_over: bool
    """Whether it says that something is right again."""
    near: frozenset[str]
    """The meanings that are half the same as some of its own."""
    things: frozenset[str]
    """Its meanings that name something."""
    rivals: frozenset[str]
    """The meanings that are never meant with what it complains of."""
    weight: float = 1.0
    """The weight of all its meanings."""
    words: tuple[str, ...] = ()
    """The stems of its words."""
    is_mixed: bool = False
    """Whether it says *but* itself."""
    is_hollow: bool = False
    """Whether some of its words have no meaning of their own: *campaign dashboard*."""
    is_of_all: bool = False
    """Whether it names nothing but the whole: *Campaign does not start*, *nothing starts*."""

    def stands_in(self, spoken: str) -> bool:
        """Whether the stems of a sentence, between blanks, hold its words as they are; a long word
        may end otherwise, and the first two may be written as one."""
        first, *more = self.words
        if not more:
            return f" {first[:-2] if len(first) > _LONG else first + ' '}" in spoken
        ways = (" ".join(self.words), " ".join((first + more[0], *more[1:])))
        return any(f" {way} " in spoken for way in ways)


def name_of(
    row: int,
    said_in: Sequence[str],
    said: Statement,
    near: frozenset[str],
    rivals: frozenset[str],
    weight: float,
) -> Name:
    """A name by its words and by what they say."""
    words = tuple(stem(word) for word in said_in if word not in _ARTICLES)
    trouble = frozenset(one.means for one in said.tokens if one.kind == "trouble")
    things = frozenset(one.means for one in said.tokens if one.kind in ("things", "other"))
    return Name(
        row,
        said.means,
        trouble,
        said.is_over,
        near,
        things,
        rivals,
        weight=weight,
        words=words,
        is_mixed=any(one.kind == "but" for one in said.tokens),
        is_of_all=not things and all(one.at for one in said.tokens if one.words),
        is_hollow=sum(len(one.words.split()) for one in said.tokens) < len(words),
    )


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence or a part of one, ready to be compared with names."""

    tokens: dict[str, Token]
    """By meaning."""
    weights: dict[str, float]
    there: frozenset[str]
    """Its meanings."""
    near: frozenset[str]
    known: float
    """The weight of all its meanings."""
    damped: float
    """The factor on any fit."""
    has_trouble: bool
    is_over: bool
    is_fine: bool
    is_mixed: bool
    """Whether its trouble stands beside a *but* of which the other side says of none."""
    has_subject: bool
    """Whether it names something before it says what is done or wrong."""


class Weights(dict[str, float]):
    """The weights of meanings: rarer ones in the vocabulary weigh more, and strange ones most."""

    def __init__(self, weights: Mapping[str, float], strange: float) -> None:
        super().__init__(weights)
        self._strange = strange

    def __missing__(self, meaning: str) -> float:
        return self._strange

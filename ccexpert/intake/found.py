"""What a search gives: an entry of the vocabulary, how well it fits and why; and the texts by which
entries are searched."""

from __future__ import annotations

from dataclasses import dataclass

from ccexpert.facts.entries import Entry


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
    named: bool
    """Whether some of them say more than that something is wrong."""
    is_whole: bool = False
    """Whether some of them say what is wrong, and others with what, or quote the status of a
    screen."""
    is_of_another: bool = False
    """Whether the sentence says what is wrong, and the entry says nothing of it."""


def names(entry: Entry) -> tuple[str, ...]:
    """The names of an entry, in both languages."""
    return (entry.name.replace("-", " "), entry.title.en, entry.title.sv, *entry.aliases)


def all_texts(entry: Entry) -> tuple[str, ...]:
    """All texts of an entry, including codes and pieces of messages."""
    told = (entry.question, entry.help)
    return (*names(entry), *(text for t in told for text in (t.en, t.sv)), *entry.signs)

"""What the words of ``words.yaml`` mean, read once per process: all lexicons share it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Any

from ccexpert.errors import KnowledgeError
from ccexpert.intake.stems import Phrases, plain_words, stems_of
from ccexpert.yaml_text import parse

#: Begins a word of the list that counts in just this form: *opens*, but not *open*.
_EXACTLY = "="


class Meanings:
    """The words and phrases of the list."""

    def __init__(self) -> None:
        self._data = word_lists()

    @cached_property
    def meanings(self) -> Phrases:
        """Kind and name of each word and phrase, by its stems."""
        found: dict[tuple[str, ...], tuple[str, str]] = {}
        for kind in ("things", "doing", "trouble"):
            for name, phrases in self._data[kind].items():
                for phrase in phrases:
                    if not phrase.startswith(_EXACTLY):
                        found.setdefault(stems_of(phrase), (kind, name))
        for kind in ("fine", "over", "aside", "asks", "but", "foreign", "wishes"):
            phrases = (one for one in self._data[kind] if kind != "foreign" or " " in one)
            found |= {stems_of(phrase): (kind, kind) for phrase in phrases}
        return Phrases(found)

    @cached_property
    def exact(self) -> dict[str, tuple[str, str]]:
        """Kind and name of each word that counts in one form only."""
        foreign = dict.fromkeys(self._data["foreign"], ("foreign", "foreign"))
        return foreign | {
            phrase.removeprefix(_EXACTLY): (kind, name)
            for kind in ("things", "doing", "trouble")
            for name, phrases in self._data[kind].items()
            for phrase in phrases
            if phrase.startswith(_EXACTLY)
        }

    @cached_property
    def denials(self) -> Phrases:
        """The negations; whether what they deny may stand before them."""
        ahead = {stems_of(phrase): ("deny", "ahead") for phrase in self._data["deny"]}
        either = {stems_of(phrase): ("deny", "either") for phrase in self._data["denies_before"]}
        return Phrases(ahead | either)

    @cached_property
    def denying(self) -> Phrases:
        """The phrases that have a meaning of their own although a negation stands in them."""
        single = {words[0] for words in self.denials if len(words) == 1}
        return Phrases(
            {
                words: means
                for words, means in self.meanings.items()
                if len(words) > 1 and means[0] != "doing" and not single.isdisjoint(words)
            }
        )

    @cached_property
    def questions(self) -> Phrases:
        """What begins a question."""
        return Phrases({stems_of(phrase): ("asks", "asks") for phrase in self._data["wonders"]})

    @cached_property
    def empty(self) -> frozenset[str]:
        """The words that mean nothing."""
        return frozenset(word for line in self._data["empty"] for word in line.split())

    @cached_property
    def german(self) -> frozenset[str]:
        """Words of German alone."""
        return frozenset(self._data["german"].split())

    @cached_property
    def vague(self) -> frozenset[str]:
        """The words that outside of Campaign's talk mean other things, too."""
        return frozenset(word for line in self._data["vague"] for word in line.split())

    @cached_property
    def spelt(self) -> frozenset[str]:
        """All words that mean something, by spelling."""
        phrases = [
            phrase
            for kind in ("things", "doing", "trouble")
            for listed in self._data[kind].values()
            for phrase in listed
        ]
        return frozenset(word for phrase in phrases for word in plain_words(phrase))

    @cached_property
    def near(self) -> Mapping[str, frozenset[str]]:
        """For each name, the names that are half the same."""
        return _others(self._data["near"])

    @cached_property
    def rivals(self) -> Mapping[str, frozenset[str]]:
        """For each name, the names that are never meant with it."""
        return _others(self._data["rivals"])


@lru_cache(maxsize=1)
def meanings() -> Meanings:
    """The meanings, made once per process."""
    return Meanings()


def _others(groups: Iterable[Iterable[str]]) -> dict[str, frozenset[str]]:
    """For each name, the others of its groups."""
    found: dict[str, set[str]] = {}
    for names in map(set, groups):
        for name in names:
            found.setdefault(name, set()).update(names - {name})
    return {name: frozenset(others) for name, others in found.items()}


@lru_cache(maxsize=1)
def word_lists() -> dict[str, Any]:
    """The content of ``words.yaml``."""
    text = files("ccexpert.intake").joinpath("words.yaml").read_text(encoding="utf-8")
    data: dict[str, Any] = parse(text, "words.yaml", KnowledgeError)
    return data

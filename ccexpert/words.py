"""The two languages, and the type of texts in both. Each package keeps its own texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, Literal, NamedTuple, TypeVar, get_args

Language = Literal["en", "sv"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

#: What a person may type for yes and for no, in either language.
YES, NO = ("y", "yes", "j", "ja"), ("n", "no", "nej")

_Said = TypeVar("_Said")


class Pair(NamedTuple, Generic[_Said]):
    """The same text in both languages."""

    en: _Said
    sv: _Said

    def in_language(self, language: Language) -> _Said:
        """The text in ``language``."""
        return self.en if language == "en" else self.sv


Words = Mapping[str, Pair[str]]
"""Texts by key."""


def in_language(words: Words, language: Language) -> dict[str, str]:
    """Every text in ``language``, by key."""
    return {key: pair.in_language(language) for key, pair in words.items()}

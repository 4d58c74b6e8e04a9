"""Patterns that are looked for only where they are likely.

A long alternative that ignores case is tried at every character of a line. Most lines hold none of
its words, which an automaton tells forty times as fast.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ahocorasick_rs import AhoCorasick, Implementation

#: Begins a group with a name.
_NAMED = re.compile(r"\(\?P<\w+>")


def any_of(patterns: Iterable[re.Pattern[str]]) -> re.Pattern[str]:
    """One pattern that matches where any of these does; its groups have no names."""
    ways = {
        f"(?{'i' if one.flags & re.IGNORECASE else '-i'}:"
        f"{_NAMED.sub('(?:', one.pattern.removeprefix('(?i)'))})"
        for one in patterns
    }
    return re.compile("|".join(sorted(ways)))


class Likely:
    """A pattern, and words of which a text must hold one for the pattern to be in it."""

    def __init__(self, pattern: str, words: Iterable[str]) -> None:
        """``words`` are in lower case."""
        self._pattern = re.compile(pattern, re.IGNORECASE)
        self._words = AhoCorasick(list(words), implementation=Implementation.DFA)

    def is_in(self, text: str) -> bool:
        """Whether a text holds the pattern."""
        likely = self._words.find_matches_as_indexes(text.lower())
        return bool(likely) and self._pattern.search(text) is not None

    def match(self, text: str) -> re.Match[str] | None:
        """The pattern at the beginning of a text."""
        likely = self._words.find_matches_as_indexes(text.lower())
        return self._pattern.match(text) if likely else None

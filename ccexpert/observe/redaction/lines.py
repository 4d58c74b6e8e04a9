"""The patterns of private data that stand in lines, and which lines are worth trying them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from ahocorasick_rs import BytesAhoCorasick, Implementation

from ccexpert.observe.redaction.patterns import IN_LINES


class Rules:
    """The patterns for what stands in lines, compiled, and which of them a line is worth."""

    def __init__(self, *, xml: bool) -> None:
        rules = IN_LINES[xml]
        self.patterns = [
            (kind, also, re.compile(pattern, re.M)) for kind, _, also, pattern in rules
        ]
        wanted: dict[bytes, set[int]] = {}
        for number, (_, literals, _, _) in enumerate(rules):
            for literal in literals.split():
                wanted.setdefault(literal.encode(), set()).add(number)
        self._literals = BytesAhoCorasick(list(wanted), implementation=Implementation.DFA)
        self._wanted = list(wanted.values())

    def worthwhile(self, data: bytes) -> Iterator[tuple[int, int, frozenset[int]]]:
        """Begin and end of lines that hold a literal, and the numbers of the patterns to try;
        neighbours for which these are the same come together."""
        begin = done = 0
        wanted: frozenset[int] = frozenset()
        for start, end, numbers in self._lines(data):
            if numbers == wanted and start <= done + 1:
                done = end
                continue
            if wanted:
                yield begin, done, wanted
            begin, done, wanted = start, end, numbers
        if wanted:
            yield begin, done, wanted

    def _lines(self, data: bytes) -> Iterator[tuple[int, int, frozenset[int]]]:
        """Each line that holds a literal; one that ends as a prompt does goes on in the next."""
        begin = done = 0
        numbers: set[int] = set()
        found = self._literals.find_matches_as_indexes(data.lower(), overlapping=True)
        for literal, start, end in found:
            if start >= done:
                if numbers:
                    yield begin, done, frozenset(numbers)
                begin, done, numbers = data.rfind(b"\n", 0, start) + 1, _end(data, end), set()
            numbers |= self._wanted[literal]
        if numbers:
            yield begin, done, frozenset(numbers)


def _end(data: bytes, at: int) -> int:
    """The end of the line of a position, and of the next one behind ``password:``."""
    newline = data.find(b"\n", at)
    if newline > 0 and data[newline - 1 : newline] in (b":", b"="):
        newline = data.find(b"\n", newline + 1)
    return len(data) if newline < 0 else newline + 1


@cache
def rules_in(xml: bool) -> Rules:
    """The patterns for lines of a text; ``xml``: of XML source."""
    return Rules(xml=xml)

"""Error signatures of the vocabulary, found in any text: hundreds of codes and fragments at once.

The literals are searched by an Aho-Corasick automaton, upper and lower case alike; the text is
looked at once, however many literals there are. The automaton works on bytes in lower case, so
letters beyond ASCII are compared as they are written. A family of errors is said only of a line
that shows nothing more exact; its codes (``errno=111``) are read from lines that may hold one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache

from ahocorasick_rs import BytesAhoCorasick, Implementation

from ccexpert.display import clean
from ccexpert.facts import ErrorFact
from ccexpert.facts.entries import ErrorEntry
from ccexpert.facts.replies import ANCHORS
from ccexpert.facts.vocabulary import Vocabulary

#: A fragment without a letter or digit (``>>>``) means something in the logs of an upgrade only.
_TELLING = re.compile(r"\w")

#: The name of a schema or an option: a line that reports no trouble may speak of it.
_NAME = re.compile(r"[a-z]{3}:[a-z]+|(?:Nms|Xtk)\w+_\w+")

#: A line of a log that says of itself that it reports no trouble.
_QUIET = re.compile(rb"\t(?:info|verbose|debug)\t")


class Signatures:
    """All error signatures of a vocabulary, ready to be searched for."""

    def __init__(self, vocabulary: Vocabulary, *, upgrade: bool = False) -> None:
        """``upgrade``: the text is the log of an upgrade, where ``>>>`` is a sign."""
        literals: dict[bytes, list[str]] = {}
        self.entries = {entry.name: entry for entry in vocabulary.errors}
        for entry in self.entries.values():
            for literal in entry.signs:
                if upgrade or _TELLING.search(literal):
                    literals.setdefault(literal.encode().lower(), []).append(entry.name)
        for anchor in ANCHORS:
            literals.setdefault(anchor.encode().lower(), [])
        self._names = list(literals.values())
        named = {
            sign.encode().lower()
            for e in vocabulary.errors
            for sign in e.signs
            if _NAME.fullmatch(sign)
        }
        self._apart = {
            (piece.encode().lower(), e.name): piece
            for e in vocabulary.errors
            for piece in e.conditional
        }
        self._literals = list(literals)
        self._mere = {number for number, literal in enumerate(literals) if literal in named}
        self._families = {entry.name for entry in vocabulary.errors if entry.is_family}
        self._recognition = vocabulary.recognition
        # the plain automaton: twice as fast as the one chosen by default, and still small
        self._automaton = BytesAhoCorasick(self._literals, implementation=Implementation.DFA)

    def places(self, lowered: bytes) -> Iterator[tuple[int, int]]:
        """Start and end of literals in a text in lower case: at least one in every line that
        holds any."""
        for _, start, end in self._automaton.find_matches_as_indexes(lowered):
            yield start, end

    def names(self, line: bytes, *, quiet: bool = False) -> set[str]:
        """The signatures that one line shows; families only where it shows nothing more exact.
        ``quiet``: it reports no trouble, so that families and mere names tell nothing."""
        quiet = quiet or bool(_QUIET.search(line))
        found = self._automaton.find_matches_as_indexes(line.lower(), overlapping=True)
        mere = self._mere if quiet else frozenset()
        patterns = {pattern for pattern, _, _ in found if pattern not in mere}
        shown = {
            name
            for pattern in patterns
            for name in self._names[pattern]
            if self._is_meant(pattern, name, line)
        }
        if exact := shown - self._families:
            return exact
        if quiet:
            return set()
        return set(
            self._recognition.families(line.decode("utf-8", "replace"), spoken=bool(patterns))
        )

    def _is_meant(self, pattern: int, name: str, line: bytes) -> bool:
        """Whether a literal means a signature, which other programs may write too."""
        piece = self._apart.get((self._literals[pattern], name))
        return piece is None or self.entries[name].is_meant(
            piece, line.decode("utf-8", "replace").casefold()
        )


@lru_cache(maxsize=4)
def signatures(vocabulary: Vocabulary, *, upgrade: bool = False) -> Signatures:
    """As ``Signatures``, built once for a vocabulary."""
    return Signatures(vocabulary, upgrade=upgrade)


def errors_in(
    text: str, vocabulary: Vocabulary, module: str | None, source: str
) -> tuple[ErrorFact, ...]:
    """One fact for each signature that a short text shows, with its first line that shows it."""
    known = signatures(vocabulary)
    found: dict[str, str] = {}
    for line in dict.fromkeys(text.split("\n")):
        for name in known.names(line.encode("utf-8", "replace")):
            found.setdefault(name, line)
    facts = (
        error_fact(known.entries[name], line, module=module, source=source)
        for name, line in sorted(found.items())
    )
    return tuple({fact.key: fact for fact in facts}.values())


def error_fact(
    entry: ErrorEntry,
    line: str,
    *,
    module: str | None = None,
    instance: str | None = None,
    count: int | None = None,
    newest: datetime | None = None,
    source: str | None = None,
    quote: bool = True,
) -> ErrorFact:
    """The fact that a line shows a signature; ``quote``: with the line, not the literal alone."""
    folded = line.casefold()
    code = next((c for c in entry.codes if c.casefold() in folded), None)
    fragment = next((f for f in entry.fragments if f.casefold() in folded), None)
    literal = fragment or code or next(iter(entry.signs))
    return ErrorFact(
        kind="error",
        module=module,
        instance=instance,
        code=code,
        text=_excerpt(line, literal) if quote else literal,
        count=count,
        observed_at=newest,
        source=source,
    )


#: What becomes of a tab: behind the name of a secret a gap tells that its value follows.
_GAP = "   "


def _excerpt(line: str, literal: str) -> str:
    """The message of a line, shortened so that the literal stays in it; what is cut off in front
    ends at the literal, so that no secret is parted from the name that gives it away."""
    for text in (message(line), line):
        at = text.casefold().find(literal.casefold())
        excerpt = clean(text[0 if at < 300 else at :].replace("\t", _GAP))
        if literal.casefold() in excerpt.casefold():
            return excerpt
    return literal if at >= 0 else clean(message(line))


def message(line: str) -> str:
    """The text of a log line: what follows time, process, thread, number, level and category."""
    fields = line.strip("\n").split("\t")
    return fields[-1] if len(fields) >= 7 else line.strip()

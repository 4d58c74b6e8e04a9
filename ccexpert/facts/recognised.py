"""What an error message shows: the signatures it carries, and the family that it belongs to.

An exact signature is found by its codes and pieces of text. A *family* says in general what is
wrong (a name is not resolved, an account is refused), whichever program says it. A code that it
names counts first, then its pieces of text, then a class of codes (``08*``), which also decides
between pieces of text that say different things.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from ccexpert.facts.entries import stands_in
from ccexpert.facts.replies import replies_in

if TYPE_CHECKING:
    from ahocorasick_rs import AhoCorasick

    from ccexpert.facts.entries import ErrorEntry

#: Sets a class of codes apart from a code: ``08*`` is every SQLSTATE that begins with 08.
CLASS = "*"

#: So many words of a program, one after the other, a person may also find.
_BY_CHANCE = 3

#: How many messages are remembered with what they show.
_REMEMBERED = 1024


class Recognition:
    """The error signatures of a vocabulary, ready to be recognised in single messages."""

    def __init__(self, entries: Iterable[ErrorEntry]) -> None:
        self._entries = tuple(entries)
        self.shown = lru_cache(_REMEMBERED)(self._shown)

    def _shown(
        self, code: str | None, kind: str | None, text: str | None
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The exact signatures and the families of a message; ``shown`` remembers them."""
        said = " ".join(filter(None, (code, kind, text)))
        return self.signatures(code, f"{kind or ''} {text or ''}"), self.families(said)

    def signatures(self, code: str | None, text: str) -> tuple[str, ...]:
        """The exact signatures of a message, and the component that its code names."""
        folded = text.casefold()
        codes = {
            each
            for each in self._by_code
            if each.casefold() in folded and stands_in(each.casefold(), folded)
        }
        if code:
            codes.add(code.upper())
        found = {name for each in codes for name in self._by_code.get(each, ())}
        found |= {
            entry.name
            for folded_piece, piece, entry in self._pieces
            if folded_piece in folded and entry.is_meant(piece, folded)
        }
        return tuple(sorted(found))

    def families(self, text: str, *, spoken: bool = True) -> tuple[str, ...]:
        """The families of a message, by what it says most exactly; ``spoken``: whether any of their
        pieces of text may stand in it."""
        replies = replies_in(text)
        words = self._spoken(text) if spoken else set()
        if not (replies or words):  # as most lines
            return ()
        others = self._of_others(text.casefold())
        exact = {self._by_reply[reply] for reply in replies if reply in self._by_reply} - others
        classes = {name for reply in replies if (name := self._of_class(reply))} - others
        words -= others
        return tuple(sorted(exact or words & classes or words or classes))

    def is_printed(self, text: str) -> bool:
        """Whether a message is as a program prints it: with a code, with words of a family whose
        capitals are those of the vocabulary, or with more of them than a person finds by chance."""
        if self._printed.find_matches_as_indexes(text) or replies_in(text):
            return True
        folded = text.strip().casefold().rstrip(".")
        return folded in self._family_fragments or self.has_phrase(folded, _BY_CHANCE + 1)

    def has_phrase(self, text: str, words: int = 2) -> bool:
        """Whether a family has so many words or more, one after the other, in this text."""
        parts, automaton = self._family_parts
        found = automaton.find_matches_as_indexes(text.casefold(), overlapping=True)
        return any(parts[n].count(" ") >= words - 1 for n, _, _ in found)

    def _of_others(self, folded: str) -> set[str]:
        """The families that a message cannot mean."""
        return {one.name for one in self._bounded if not one.may_be_in(folded)}

    def _spoken(self, text: str) -> set[str]:
        """The families whose pieces of text stand in a message, the longer before what it
        contains."""
        folded = text.casefold()
        parts, automaton = self._family_parts
        there = {
            parts[n] for n, _, _ in automaton.find_matches_as_indexes(folded, overlapping=True)
        }
        found = {
            part
            for part in there
            if self._family_fragments[part][1].is_meant(self._family_fragments[part][0], folded)
        }
        longest = {one for one in found if not any(one in other for other in found - {one})}
        return {self._family_fragments[part][1].name for part in longest}

    def component(self, code: str) -> ErrorEntry | None:
        """The part of the product that a code belongs to, by its first letters."""
        return self._by_prefix.get(code.partition("-")[0].upper())

    def _of_class(self, reply: tuple[str, str]) -> str | None:
        """The family of the narrowest class that holds a code."""
        tongue, code = reply
        heads = (code[:length] + CLASS for length in range(len(code), 0, -1))
        return next(filter(None, (self._by_reply.get((tongue, head)) for head in heads)), None)

    @cached_property
    def _by_code(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for entry in self._entries:
            for code in entry.codes:
                found[code.upper()] = (*found.get(code.upper(), ()), entry.name)
        return found

    @cached_property
    def _pieces(self) -> tuple[tuple[str, str, ErrorEntry], ...]:
        exact = (entry for entry in self._entries if not entry.is_family)
        return tuple((piece.casefold(), piece, each) for each in exact for piece in each.fragments)

    @cached_property
    def _bounded(self) -> tuple[ErrorEntry, ...]:
        return tuple(entry for entry in self._entries if entry.is_family and entry.unless)

    @cached_property
    def _family_fragments(self) -> dict[str, tuple[str, ErrorEntry]]:
        families = (entry for entry in self._entries if entry.is_family)
        return {piece.casefold(): (piece, each) for each in families for piece in each.fragments}

    @cached_property
    def _family_parts(self) -> tuple[tuple[str, ...], AhoCorasick]:
        parts = tuple(self._family_fragments)
        return parts, _finder(parts)

    @cached_property
    def _printed(self) -> AhoCorasick:
        families = (entry for entry in self._entries if entry.is_family)
        parts = (part for each in families for part in each.fragments)
        return _finder(
            part for part in parts if part != part.lower() or "_" in part or not part.isascii()
        )

    @cached_property
    def _by_reply(self) -> dict[tuple[str, str], str]:
        return {
            (tongue, code): entry.name
            for entry in self._entries
            for tongue, codes in entry.replies.items()
            for code in codes
        }

    @cached_property
    def _by_prefix(self) -> dict[str, ErrorEntry]:
        return {prefix: entry for entry in self._entries for prefix in entry.prefixes}


def _finder(parts: Iterable[str]) -> AhoCorasick:
    """What finds all these pieces of text in a message at once."""
    from ahocorasick_rs import AhoCorasick  # a report without errors needs none

    return AhoCorasick(list(parts))

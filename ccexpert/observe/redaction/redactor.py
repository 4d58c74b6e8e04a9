"""Removes private data from text: logins, mail addresses, IP addresses, secrets, keys.

It replaces values by placeholders: ``<ip-1>``, ``<mail-1>``, ``<login-1>``, ``<secret-1>``,
``<licence-1>``. One ``Redactor`` gives equal values the same placeholder and numbers them in order
of appearance. Placeholders of an earlier redaction are renumbered like values, so a capture and the
live host yield the same facts. Loopback addresses stay: they identify nobody and show which service
is meant. ``patterns``, ``keys`` and ``lines`` define what is removed.
"""

from __future__ import annotations

import ipaddress
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape

from ahocorasick_rs import BytesAhoCorasick, MatchKind

from ccexpert.facts import Fact, NotObserved
from ccexpert.observe.interface import Seen
from ccexpert.observe.redaction.keys import private_keys
from ccexpert.observe.redaction.lines import Rules, rules_in
from ccexpert.observe.redaction.patterns import ANYWHERE, CLOSE, LAST_WORD, OPEN, TABLE

_DRIVE = re.compile("[A-Za-z]::?")
_LEADING_ZEROS = re.compile(r"\b0+(?=\d)(?![^.]*:)")
_PLACEHOLDER = re.compile(r"<(?P<kind>ip|mail|login|secret|licence)-\d{1,9}>")
_ESCAPED = re.compile(r"&lt;((?:ip|mail|login|secret|licence)-\d{1,9})&gt;")


_ROUNDS = 4

#: A shorter value is taken out only where its place shows that it is private.
_WORD_LENGTH = 3

_ANYWHERE = [(kind, re.compile(pattern)) for kind, pattern in ANYWHERE]


class _Hidden:
    """A text whose values have been taken out, one mark for each, to be numbered as they stand."""

    MARK = re.compile(rf"{OPEN}(\d+){CLOSE}")

    def __init__(self, text: str, *, xml: bool) -> None:
        self.values: list[tuple[str, str]] = []
        text = text.replace(OPEN, "?").replace(CLOSE, "?")
        text = _PLACEHOLDER.sub(lambda m: self._hide(m["kind"], m[0]), text)
        text = self._without_keys(text)
        text = TABLE.sub(self._rows, text)
        text = self._without_all(text, rules_in(xml))
        self.text = self._settled(TABLE.sub(self._rows, text), rules_in(xml))

    def _settled(self, text: str, rules: Rules) -> str:
        """A text in which a second redaction finds nothing new: lines of which something is gone
        are looked at again, each for itself."""
        lines = text.split("\n")
        marked = [number for number, line in enumerate(lines) if OPEN in line]
        for _ in range(_ROUNDS):
            before = "\n\n".join(lines[number] for number in marked)
            after = self._without_all(before, rules)
            if after == before:
                break
            for number, line in zip(marked, after.split("\n\n"), strict=True):
                lines[number] = line
        return "\n".join(lines)

    def _without_all(self, text: str, rules: Rules) -> str:
        text = self._without_lines(text, rules)
        for kind, pattern in _ANYWHERE:
            text = self._without(kind, pattern, text)
        return text

    def _without_keys(self, text: str) -> str:
        parts, at = [], 0
        for key in private_keys(text):
            parts += [text[at : key.start], self._again("secret", text[key.start : key.end])]
            at = key.end
        return "".join((*parts, text[at:]))

    def _without_lines(self, text: str, rules: Rules) -> str:
        data, parts, at = text.encode("utf-8", "surrogatepass"), [], 0
        for begin, end, numbers in rules.worthwhile(data):
            line = data[begin:end].decode("utf-8", "surrogatepass")
            for number in sorted(numbers):
                kind, also, pattern = rules.patterns[number]
                if not also or any(part in line for part in also):
                    line = self._without(kind, pattern, line)
            parts += [data[at:begin], line.encode("utf-8", "surrogatepass")]
            at = end
        return b"".join((*parts, data[at:])).decode("utf-8", "surrogatepass")

    def _without(self, kind: str, pattern: re.Pattern[str], text: str) -> str:
        parts, at = [], 0
        for match in pattern.finditer(text):
            start, end = match.span("value")
            gone = text.startswith(OPEN, start)
            if not gone and (kind != "ip" or _telling(text[start:end])):
                parts += [text[at:start], self._again(kind, text[start:end])]
                at = end
        return "".join((*parts, text[at:])) if parts else text

    def _rows(self, table: re.Match[str]) -> str:
        rows = self._without("login", LAST_WORD, table["rows"])
        return table[0].removesuffix(table["rows"]) + rows

    def _again(self, kind: str, value: str) -> str:
        """A mark for a value; one that was taken out before stays, with what else it held."""
        if value.startswith(OPEN) or not value.strip():
            return value
        if OPEN in value:
            value = self.MARK.sub(lambda mark: self.values[int(mark[1])][1], value)
        return self._hide(kind, value)

    def _hide(self, kind: str, value: str) -> str:
        self.values.append((kind, value))
        return f"{OPEN}{len(self.values) - 1}{CLOSE}"


class Redactor:
    """Replaces private values, and remembers the replacements."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}
        self._count: Counter[str] = Counter()

    def text(self, text: str, *, xml: bool = False) -> str:
        """``text`` with placeholders; ``xml``: the text is XML source and stays well-formed."""
        hidden = _Hidden(_ESCAPED.sub(r"<\1>", text) if xml else text, xml=xml)

        def shown(mark: re.Match[str]) -> str:
            placeholder = self._placeholder(*hidden.values[int(mark[1])])
            return escape(placeholder) if xml else placeholder

        return hidden.MARK.sub(shown, hidden.text)

    def parts(self, text: str) -> Iterator[tuple[str, str]]:
        """``text`` in order, in pairs: what stands there, and what may be shown of it.

        For a reader who sees the whole text: a value that is private in one place is taken out
        wherever else it stands as a word.
        """
        hidden = _Hidden(text, xml=False)
        known = {
            value.encode("utf-8", "surrogatepass"): kind
            for kind, value in hidden.values
            if len(value) >= _WORD_LENGTH
        }
        words = BytesAhoCorasick(list(known), matchkind=MatchKind.LeftmostLongest)
        at = 0
        for mark in hidden.MARK.finditer(hidden.text):
            yield from self._without_known(hidden.text[at : mark.start()], known, words)
            kind, value = hidden.values[int(mark[1])]
            yield value, self._placeholder(kind, value)
            at = mark.end()
        yield from self._without_known(hidden.text[at:], known, words)

    def _without_known(
        self, plain: str, known: dict[bytes, str], words: BytesAhoCorasick
    ) -> Iterator[tuple[str, str]]:
        data, at = plain.encode("utf-8", "surrogatepass"), 0
        for _, start, end in words.find_matches_as_indexes(data):
            if _is_word(data, start, end):
                rest, value = (_decoded(data[i:j]) for i, j in ((at, start), (start, end)))
                yield rest, rest
                yield value, self._placeholder(known[data[start:end]], value)
                at = end
        rest = _decoded(data[at:])
        yield rest, rest

    def texts(self, blocks: Iterable[str]) -> Iterator[str]:
        """A long text that comes in blocks of whole lines: what begins in one and ends in the next
        is taken out all the same."""
        rest = ""
        for block in blocks:
            text = rest + block
            cut = _unfinished(text)
            yield self.text(text[:cut])
            rest = text[cut:]
        yield self.text(rest)

    def value(self, data: Any) -> Any:
        """Plain JSON data with placeholders in all its strings."""
        if isinstance(data, str):
            return self.text(data)
        if isinstance(data, list):
            return [self.value(item) for item in data]
        if isinstance(data, dict):
            return {key: self.value(item) for key, item in data.items()}
        return data

    def seen(self, seen: Seen) -> Seen:
        """Facts and reasons with placeholders."""
        return Seen(
            tuple(self._fact(fact) for fact in seen.facts),
            tuple(
                NotObserved(source=n.source, reason=self.text(n.reason)) for n in seen.not_observed
            ),
        )

    def _fact(self, fact: Fact) -> Fact:
        texts = {
            name: self.text(given)
            for name in ("text", "value", "source")
            if isinstance(given := getattr(fact, name, None), str)
        }
        return fact.model_copy(update=texts)

    def _placeholder(self, kind: str, value: str) -> str:
        key = value if kind == "secret" else value.casefold()
        if key not in self._known:
            self._count[kind] += 1
            self._known[key] = f"<{kind}-{self._count[kind]}>"
        return self._known[key]


def _is_word(data: bytes, start: int, end: int) -> bool:
    """Whether a part of a text is no part of a longer word."""
    before = data[max(start - 4, 0) : start].decode("utf-8", "ignore")[-1:]
    after = data[end : end + 4].decode("utf-8", "ignore")[:1]
    value = _decoded(data[start:end])
    return not (before.isalnum() and value[0].isalnum()) and not (
        after.isalnum() and value[-1].isalnum()
    )


def _decoded(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass")


@lru_cache(maxsize=1024)
def _telling(value: str) -> bool:
    """Whether this is an IP address that identifies a machine, and no Windows drive (``C::``)."""
    if _DRIVE.fullmatch(value):
        return False
    try:
        address = ipaddress.ip_address(_LEADING_ZEROS.sub("", value))
    except ValueError:
        return False
    return not (address.is_loopback or address.is_unspecified)


def _unfinished(text: str) -> int:
    """Where the line of a private key or of a prompt begins that may go on behind the text."""
    open_keys = [key.start for key in private_keys(text) if key.open]
    if open_keys:
        return text.rfind("\n", 0, open_keys[0]) + 1
    ended = text.rstrip("\n")
    return text.rfind("\n", 0, len(ended)) + 1 if ended.endswith((":", "=")) else len(text)

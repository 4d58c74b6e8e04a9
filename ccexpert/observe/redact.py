"""Taking out what is nobody else's business: logins, mail addresses, IP addresses, secrets, keys.

Text goes in, text with placeholders comes out: ``<ip-1>``, ``<mail-1>``, ``<login-1>``,
``<secret-1>``, ``<licence-1>``. One ``Redactor`` gives the same value the same placeholder, and
numbers them in the order in which they come up; placeholders of an earlier redaction are numbered
anew like values, so that a capture and the live host yield the same facts. Loopback addresses stay:
they identify nobody and say which service was meant.
"""

from __future__ import annotations

import ipaddress
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from ahocorasick_rs import BytesAhoCorasick, Implementation

from ccexpert.facts import Fact, NotObserved
from ccexpert.observe.interface import Seen

_SECRET_WORDS = (
    r"password|passwd|passphrase|(?<![a-z])pass(?![a-z])|pwd|secret|token|api[-_]?key"
    r"|private[-_]?key|credentials?"
    r"|authorization|session[-_]?id"
)
_SECRET_LITERALS = (
    "pass pwd secret token apikey api-key api_key privatekey private-key private_key credential "
    "authorization sessionid session-id session_id"
)
_LOGIN_LITERALS = "login logon user operator account uid"
_IS = r"[ \t]{0,5}[=:][ \t]{0,5}"
_LOGIN_WORDS = r"login|logon|user(?:[-_ ]?name|[-_ ]?id)?|operator|account|uid|samaccountname"
_BARE = r"[^\s\"'<>&;,|)(]+"

#: Kind of value, literals without which the pattern cannot match, pattern. In this order: what is
#: known by its surroundings before what is known by its own form. Every repetition is bounded or
#: starts at the edge of a word, so that no text takes long.
_IN_LINES: tuple[tuple[str, str, str], ...] = (
    ("secret", "cookie:", r"(?im)^[ \t]*(?:set-)?cookie:[ \t]*(?P<value>\S.*)$"),
    ("secret", "-setdblogin:", rf"(?i)-setdblogin:(?P<value>{_BARE})"),
    ("licence", "-setactivationkey:", rf"(?i)-setactivationkey:[\"']?(?P<value>{_BARE})"),
    ("secret", "bearer basic", r"(?i)\b(?:bearer|basic)[ \t]+(?P<value>[\w.~+/=-]{8,})"),
    ("secret", "eyj", r"\b(?P<value>eyJ[\w-]{4,2000}\.[\w-]{4,2000}(?:\.[\w-]*)?)"),
    ("secret", "___", r"(?<!\w)(?P<value>___[0-9A-Za-z-]{8,})"),
    ("secret", "@", r"(?<![\w@])(?P<value>@[A-Za-z0-9+/]{20,}={0,2})"),
    ("login", "://", r"://(?P<value>[^/\s:@<>]{1,100}):[^/\s@<>]{1,200}@"),
    ("secret", "://", r"://[^/\s:@]{1,100}:(?P<value>[^/\s@<>]{1,200})@"),
    (
        "secret",
        "<input",
        r"(?i)<input\b(?=[^>]{0,300}type\s*=\s*[\"']?hidden)[^>]{0,300}?\bvalue\s*=\s*[\"']"
        r"(?P<value>[^\"'<>]+)",
    ),
    (
        "licence",
        "license licence activation",
        rf"(?i)\b(?:licen[cs]e|activation)[-_ ]?key[\"']?{_IS}[\"']?(?P<value>{_BARE})",
    ),
    (
        "secret",
        _SECRET_LITERALS,
        rf"(?i)(?:{_SECRET_WORDS})[\w-]{{0,20}}[\"']?{_IS}"
        rf"(?P<q>[\"'])(?P<value>(?:(?!(?P=q))[^\n<>]){{1,5000}})",
    ),
    (
        "secret",
        _SECRET_LITERALS,
        rf"(?i)(?:{_SECRET_WORDS})[\w-]{{0,20}}{_IS}(?P<value>{_BARE})",
    ),
    (
        "login",
        _LOGIN_LITERALS,
        rf"(?i)(?<![\w-])(?:{_LOGIN_WORDS})[\"']?{_IS}[\"']?(?P<value>{_BARE}(?:\|{_BARE})?)",
    ),
    (
        "login",
        "login user operator account role",
        r"(?i)\b(?:login|user|operator|account|role)[ \t]+[\"'](?P<value>[^\"'<>\n]{1,100})",
    ),
    (
        "login",
        "/home/ :\\users\\",
        r"(?i)(?:/home/|\b[a-z]:\\users\\)(?P<value>[^/\\\s\"'<>]{1,100})",
    ),
    ("mail", "@", r"(?<![\w.%+-])(?P<value>[\w.%+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8})"),
)

#: Kind and pattern of what is looked for everywhere: before the others, and after them.
_FIRST = (
    ("secret", r"(?s)-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----(?P<value>.{1,8000}?)(?:-----END|\Z)"),
)
_LAST = (
    (
        "licence",
        r"(?<![\w-])(?=[A-Z0-9-]{0,40}[A-Z])(?P<value>[A-Z0-9]{4,8}(?:-[A-Z0-9]{4,8}){3,9})"
        r"(?![\w-])",
    ),
    ("ip", r"(?<![\w.])(?P<value>\d{1,3}(?:\.\d{1,3}){3})(?![\w]|\.\d)"),
    ("ip", r"(?i)(?<![\w:.])(?P<value>[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,8})(?![\w:])"),
)

_DRIVE = re.compile("[A-Za-z]::?")
_PLACEHOLDER = re.compile(r"<(?P<kind>ip|mail|login|secret|licence)-\d{1,9}>")
_ESCAPED = re.compile(r"&lt;((?:ip|mail|login|secret|licence)-\d{1,9})&gt;")

#: ``nlserver pdump -who``: rows below a heading that ends in *Login*, to the next rule or gap; the
#: login is the last word of each.
_TABLE = re.compile(
    r"(?im)^[ \t]*(?:Last Access|Datasource)\b[^\n]*\bLogin[ \t]*\n"
    r"(?P<rows>(?:(?![^\n]*-{8})[ \t]*\S[^\n]*\n?)+)"
)
_LAST_WORD = re.compile(r"(?m)(?<![^\s<>])(?P<value>[^\s<>]++)[ \t]*$")

#: A text longer than this (characters) is looked through for lines worth a closer look.
_LONG = 20_000


class _Rules:
    """The patterns, compiled, and what tells that a line is worth trying them."""

    def __init__(self) -> None:
        def compiled(rules: Iterable[tuple[str, ...]]) -> list[tuple[str, re.Pattern[str]]]:
            return [(rule[0], re.compile(rule[-1])) for rule in rules]

        self.first, self.in_lines, self.last = map(compiled, (_FIRST, _IN_LINES, _LAST))
        literals = {word.encode() for _, words, _ in _IN_LINES for word in words.split()}
        self._literals = BytesAhoCorasick(sorted(literals), implementation=Implementation.DFA)

    def worthwhile(self, data: bytes) -> Iterator[tuple[int, int]]:
        """Begin and end of each line that holds a literal."""
        done = 0
        for _, start, end in self._literals.find_matches_as_indexes(data.lower()):
            if start >= done:
                newline = data.find(b"\n", end)
                done = len(data) if newline < 0 else newline + 1
                yield data.rfind(b"\n", 0, start) + 1, done


@cache
def _rules() -> _Rules:
    return _Rules()


class _Hidden:
    """A text whose values have been taken out, one mark for each, to be numbered as they stand."""

    _OPEN, _CLOSE = "\ue000", "\ue001"
    MARK = re.compile(f"{_OPEN}(\\d+){_CLOSE}")

    def __init__(self, text: str) -> None:
        self.values: list[tuple[str, str]] = []
        text = text.replace(self._OPEN, "?").replace(self._CLOSE, "?")
        text = _PLACEHOLDER.sub(lambda m: self._hide(m["kind"], m[0]), text)
        text = _TABLE.sub(self._rows, text)
        text = self._without(_rules().first, text)
        text = self._lines(text)
        self.text = self._without(_rules().last, text)

    def _lines(self, text: str) -> str:
        if len(text) < _LONG:
            return self._without(_rules().in_lines, text)
        data, parts, at = text.encode("utf-8", "surrogatepass"), [], 0
        for begin, end in _rules().worthwhile(data):
            line = data[begin:end].decode("utf-8", "surrogatepass")
            parts += [
                data[at:begin],
                self._without(_rules().in_lines, line).encode("utf-8", "surrogatepass"),
            ]
            at = end
        return b"".join((*parts, data[at:])).decode("utf-8", "surrogatepass")

    def _without(self, rules: list[tuple[str, re.Pattern[str]]], text: str) -> str:
        for kind, pattern in rules:
            text = pattern.sub(lambda m, kind=kind: self._replaced(kind, m), text)  # type: ignore[misc]
        return text

    def _rows(self, table: re.Match[str]) -> str:
        rows = _LAST_WORD.sub(lambda m: self._replaced("login", m), table["rows"])
        return table[0].removesuffix(table["rows"]) + rows

    def _replaced(self, kind: str, match: re.Match[str]) -> str:
        value = match["value"]
        if self.MARK.fullmatch(value) or (kind == "ip" and not _telling(value)):
            return match[0]
        value = self.MARK.sub(lambda mark: self.values[int(mark[1])][1], value)
        start, end = match.start("value") - match.start(), match.end("value") - match.start()
        return match[0][:start] + self._hide(kind, value) + match[0][end:]

    def _hide(self, kind: str, value: str) -> str:
        self.values.append((kind, value))
        return f"{self._OPEN}{len(self.values) - 1}{self._CLOSE}"


class Redactor:
    """Replaces what must not leave; remembers what it has replaced."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}
        self._count: Counter[str] = Counter()

    def text(self, text: str, *, xml: bool = False) -> str:
        """``text`` with placeholders; ``xml``: the text is XML source and stays well-formed."""
        hidden = _Hidden(_ESCAPED.sub(r"<\1>", text) if xml else text)

        def shown(mark: re.Match[str]) -> str:
            placeholder = self._placeholder(*hidden.values[int(mark[1])])
            return escape(placeholder) if xml else placeholder

        return hidden.MARK.sub(shown, hidden.text)

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


def _telling(value: str) -> bool:
    """Whether this is an IP address that identifies a machine, and no Windows drive (``C::``)."""
    if _DRIVE.fullmatch(value):
        return False
    try:
        address = ipaddress.ip_address(value)
    except ValueError:
        return False
    return not (address.is_loopback or address.is_unspecified)

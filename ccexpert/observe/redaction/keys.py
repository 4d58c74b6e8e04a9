"""Where private keys stand in a text, whole or interrupted, and whatever is before their lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_KEY = re.compile(r"-{4,5} ?BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)? ?-{4,5}")
_KEY_ENDS = re.compile(r"-{4,5} ?END [A-Z0-9 ]{0,40}PRIVATE KEY|" + _KEY.pattern)
_BASE64 = re.compile(r"[A-Za-z0-9+/=]{4,}")
_HEADER = re.compile("(?:Version|Comment|Proc-Type|DEK-Info|Subject|Encryption):")

#: What stands before a line of a key, such as a time, has not so many characters.
_LONGEST_START = 400

#: No private key has so many characters, whatever stands between its lines.
_LONGEST_KEY = 100_000


class Key(NamedTuple):
    """A private key in a text."""

    start: int
    """Where what is to be taken out begins, behind its heading."""
    end: int
    open: bool
    """Whether it may go on in a text that follows."""


def private_keys(text: str) -> Iterator[Key]:
    """The private keys in a text: to their end, or as long as the lines look like one."""
    at = 0
    while begins := _KEY.search(text, at):
        start = begins.end()
        ends = _KEY_ENDS.search(text, start, start + _LONGEST_KEY)
        if ends and "END" in ends[0][:9]:
            found = Key(start, ends.start(), False)
        else:
            limit = ends.start() if ends else len(text)
            near = text[max(at, begins.start() - _LONGEST_START) : begins.start()]
            before = len(near.rpartition("\n")[2].split())
            end = _end_of_open_key(text, start, limit, before)
            found = Key(start, end, not ends and len(text) - start < _LONGEST_KEY)
        yield found
        at = found.end


def _end_of_open_key(text: str, start: int, limit: int, before: int) -> int:
    """The end of the last line of a key: at most as many words as its heading has before it, then
    one word of base64; or a header of its own."""
    end = _line_end(text, start, limit)
    while end < limit:
        following = _line_end(text, end + 1, limit)
        words = text[end + 1 : following].split()
        base64 = len(words) <= before + 1 and _BASE64.fullmatch(words[-1]) if words else True
        if not base64 and not _HEADER.fullmatch(words[0]):
            break
        end = following
    return end


def _line_end(text: str, start: int, limit: int) -> int:
    found = text.find("\n", start, limit)
    return limit if found < 0 else found

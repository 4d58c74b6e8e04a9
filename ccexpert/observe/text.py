"""Decodes outputs to text, in any encoding.

Windows programs and shells write UTF-16 and byte order marks, copies lose the last newline, and the
documentation abbreviates with ``[...]``. Parsers must not depend on any of that.
"""

from __future__ import annotations

import codecs
import io
import re
from typing import BinaryIO, cast

#: Marks an output of which a part was left out.
CUT = "[...]"

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_EXIT = re.compile(
    r"(?im)^[ \t]*exit[ -]?(?:code|status)[ \t]*[:=][ \t]*(\d{1,5})(?P<other>[^\n]*)$"
)
_HEADER = re.compile(
    r"(?:^|>)\s*Application server for Adobe Campaign\b.*?"
    r"(?:\b(?:of|dated)\s+\w{1,4}[/.-]\w{1,4}[/.-]\w{1,4}\s?\)?|$)",
    re.IGNORECASE,
)
_LONGEST_HEADER = 600

#: The same header at the start of a line.
BANNER = r"\s{0,8}(?:\S{1,12} >\s{0,8})?Application server for Adobe Campaign\b"

#: Bytes that are letters of Western Europe in cp850 and none of its words in cp1252: inside a word,
#: as its capital, and at its end; and bytes that are letters in cp1252.
_OF_CMD = re.compile(
    rb"(?<=[A-Za-z])[\x81-\x84\x86-\x90\x93\x94\x99\x9a](?=[A-Za-z])"
    rb"|(?<![A-Za-z\x80-\xff])[\x8e\x8f\x90\x99\x9a](?=[A-Za-z])"
    rb"|(?<=[A-Za-z])[\x81\x82\x84\x86\x8a](?![A-Za-z\x80-\xff])"
)
_OF_WINDOWS = re.compile(rb"[\xc0-\xff]")

#: Follows the exit code of a command that another account than Campaign's ran.
OTHER_ACCOUNT = "(not run as the Campaign account)"


def encoding(head: bytes) -> tuple[str, int]:
    """The encoding that the first bytes of an output indicate, and the length of its mark."""
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name, len(mark)
    if len(head) >= 8 and head[1::2].count(0) > len(head) * 0.4:
        return "utf-16-le", 0
    if len(head) >= 8 and head[0::2].count(0) > len(head) * 0.4:
        return "utf-16-be", 0
    return "utf-8", 0


def decode(raw: bytes | str) -> str:
    """Any bytes as text with ``\\n`` line ends and plain blanks; what is not UTF-8 or UTF-16 is
    taken as a character set of Windows, and half a character as ``?``."""
    if isinstance(raw, bytes):
        name, skip = encoding(raw[:256])
        text = line_text(raw[skip:]) if name == "utf-8" else raw[skip:].decode(name, "replace")
    else:
        text = raw.removeprefix("\ufeff").encode("utf-8", "replace").decode("utf-8")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ")


def line_text(raw: bytes) -> str:
    """Bytes that are known not to be UTF-16 as text; ``cmd`` writes another character set than the
    rest of Windows, in which other bytes are letters."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        of_cmd, of_windows = (len(one.findall(raw)) for one in (_OF_CMD, _OF_WINDOWS))
        return raw.decode("cp850" if of_cmd and of_cmd >= of_windows else "cp1252", "replace")


def utf8(stream: BinaryIO) -> BinaryIO:
    """``stream`` itself, or a stream of its text as UTF-8 when it holds UTF-16."""
    head = stream.read(256)
    stream.seek(0)
    name, skip = encoding(head)
    if name == "utf-8":
        return stream
    stream.read(skip)
    return cast(BinaryIO, _Recoded(stream, name))


class _Recoded(io.RawIOBase):
    """Reads bytes in one encoding and returns them as UTF-8; cannot seek."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(name)("replace")

    def read(self, size: int = -1) -> bytes:
        raw = self._stream.read(size)
        return self._decoder.decode(raw, final=not raw).encode("utf-8", "replace")

    def seekable(self) -> bool:
        return False

    def close(self) -> None:
        self._stream.close()


def exit_code(text: str) -> tuple[str, int | None, bool]:
    """``text`` without a line like ``exit code: 2``, the code, and whether the Campaign account
    itself has run the command."""
    found = _EXIT.search(text)
    if not found:
        return text, None, True
    rest = text[: found.start()] + text[found.end() :]
    return rest, int(found[1]), OTHER_ACCOUNT not in found["other"]


def after_header(line: str) -> tuple[bool, str]:
    """Whether the header of nlserver's outputs stands in a line, and what the line says behind it:
    it may share its line with what belongs below it (help/production/using/build-upgrade.md)."""
    found = _HEADER.search(line, 0, _LONGEST_HEADER)
    return found is not None, line[found.end() if found else 0 :].strip()

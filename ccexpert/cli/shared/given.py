"""Reads the input of a command: a facts document or any other text."""

from __future__ import annotations

import re
import sys
import zlib
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ccexpert.cli.shared.say import say
from ccexpert.display import clean
from ccexpert.errors import FactsError, Place
from ccexpert.facts.document import Document, document_of
from ccexpert.intake.given import document_in
from ccexpert.reading import SIZE_LIMIT, read_raw

if TYPE_CHECKING:
    from ccexpert.intake.reading import Reading
    from ccexpert.intake.shown import Shown

#: Documents of office programs that begin as text does.
_MARKED_UP = (b"%PDF-", rb"{\rtf")
_GZIP = b"\x1f\x8b"
#: How much of an input tells whether it is text, and the characters that text does not hold.
_LOOKED_AT, _NO_TEXT = 4096, re.compile(r"[\x00-\x06\x0e-\x1a\x1c-\x1f\ufffd]")
_FEW = 0.02
#: The length of a quotation.
_SAID = 80


def given(name: str, packs: tuple[Path, ...]) -> tuple[Document, Shown | None]:
    """The facts in a file, or in stdin for ``-``. A facts document is taken as it is, a capture is
    opened; other text is interpreted: what may be shown of it, too, and what was understood goes to
    stderr."""
    if name != "-" and _is_capture(Path(name)):
        from ccexpert.observe import captured

        return document_of(captured(name, rules=packs), name), None
    raw, called = raw_input(name)
    document, reading = document_in(raw, called, partial(_read, packs=packs, called=called))
    return document, tell_reading(reading) if reading else None


def _read(raw: bytes, packs: tuple[Path, ...], called: str) -> Reading:
    from ccexpert.intake import read  # only for texts that are no facts document

    return read(raw, rules=packs, called=called)


def _is_capture(path: Path) -> bool:
    """Whether it is a folder, or an archive such as a capture is."""
    return path.is_dir() or (path.is_file() and b"ustar" in _unzipped(read_raw(path, 4096), 512))


def _unzipped(raw: bytes, limit: int) -> bytes:
    """At most ``limit`` bytes of what gzip has compressed; nothing if it has not."""
    if not raw.startswith(_GZIP):
        return b""
    try:
        return zlib.decompressobj(wbits=31).decompress(raw, limit)
    except zlib.error:
        return b""


def raw_input(name: str) -> tuple[bytes, str]:
    """The bytes of a file, or of stdin for ``-``, with its name; ``FactsError`` if it is empty, too
    large, or no text. What gzip has compressed is unpacked."""
    called = "stdin" if name == "-" else name
    raw = sys.stdin.buffer.read(SIZE_LIMIT + 1) if name == "-" else read_raw(Path(name))
    raw = _unzipped(raw, SIZE_LIMIT + 1) or raw
    if len(raw) > SIZE_LIMIT:
        raise FactsError(
            f"larger than {SIZE_LIMIT // 1024 // 1024} MiB",
            Place(called),
            advice="is it the right file?",
        )
    if _is_binary(raw[:_LOOKED_AT]):
        raise FactsError(
            "this is not text",
            Place(called),
            advice="copy the text out of it, or give a facts document or a capture (a folder or a "
            ".tar.gz)",
        )
    if not raw.strip():
        raise FactsError("the file is empty", Place(called))
    return raw, called


def _is_binary(raw: bytes) -> bool:
    if raw.startswith(_MARKED_UP):
        return True
    if raw.isascii() and b"\0" not in raw:
        text = raw.decode("ascii")
    else:
        from ccexpert.observe.text import decode  # facts documents seldom need it

        text = decode(raw)
    return len(_NO_TEXT.findall(text)) > _FEW * len(text)


def tell_reading(reading: Reading) -> Shown:
    """Say on stderr what was understood from sentences, and what was not; nothing private. Returns
    the reading as it may be shown."""
    from ccexpert.cli.shared.heard import heard_in  # only for texts
    from ccexpert.intake.shown import Shown

    shown = Shown(reading)
    heard = heard_in("-", shown)
    for one in heard.understood:
        said = clean(one.said, _SAID)
        say(f"understood from your text: {one.taken_for} ({one.certainty:g}): {said}")
    for left in heard.not_understood:
        may_be = f" (perhaps: {', '.join(left.perhaps)})" if left.perhaps else ""
        say(f"not understood: {clean(left.said, _SAID)}{may_be}")
    return shown

"""The lines that an assistant sends on stdin. A client that cuts a text may send half a character;
the SDK would drop the whole message, and the client would wait for ever."""

from __future__ import annotations

import io
import json
import re
from typing import TextIO

_HALF = re.compile(rb"\\u[dD][89a-fA-F]")


class WholeCharacters(io.BufferedIOBase):
    """The lines of a stream, with ``?`` for each half of a character."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream  # held, for it closes its bytes when it is forgotten

    def readable(self) -> bool:
        """It can be read."""
        return True

    def read1(self, _size: int = -1) -> bytes:
        """The next line."""
        return _whole(self._stream.buffer.readline())


def _whole(line: bytes) -> bytes:
    if not _HALF.search(line):
        return line
    try:
        return json.dumps(json.loads(line), ensure_ascii=False).encode("utf-8", "replace") + b"\n"
    except (ValueError, RecursionError):
        return line  # the SDK refuses it

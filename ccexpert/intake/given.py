"""Input of either kind: a facts document is taken as it is, any other text is read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccexpert.errors import FactsError
from ccexpert.facts.document import Document, document_of, read_document
from ccexpert.reading import decode

if TYPE_CHECKING:
    from collections.abc import Callable

    from ccexpert.intake.reading import Reading

#: What a facts document holds, and other JSON, such as a line of a log, does not.
_FACTS = re.compile(rb'"(?:facts|schema_version|kind)"\s*:')
#: Its keys, how near another must be to be meant as one, and where it is looked for.
_KEYS, _NEAR, _HEAD = ("facts", "schema_version"), 0.79, 400
_KEY = re.compile(rb'[{,]\s*"([^"\n]{4,20})"\s*:')
#: The beginning of JSON with objects; a prompt such as ``[user@host ~]$`` does not match.
_JSON = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:\{(?!\0)|\[\s*[\[{\]\"])")


def document_in(
    raw: bytes, called: str, read: Callable[[bytes], Reading]
) -> tuple[Document, Reading | None]:
    """The facts in ``raw``, and what ``read`` made of it if it is no facts document.

    ``called`` is its name in errors. Raises ``FactsError``.
    """
    if _is_json(raw):
        return read_document(decode(raw, called, FactsError)), None
    reading = read(raw)
    return document_of(reading.document, called), reading


def _is_json(raw: bytes) -> bool:
    """Whether it is meant as a facts document, in any encoding; JSON without a name is, too."""
    if not _JSON.match(raw):
        from ccexpert.observe.text import decode as any_text  # only for what is not plain JSON

        raw = any_text(raw).encode() if _JSON.match(any_text(raw[:4000]).encode()) else b""
    return bool(raw) and (b'"' not in raw or bool(_FACTS.search(raw)) or _is_misspelt(raw))


def _is_misspelt(raw: bytes) -> bool:
    """Whether a key is nearly one of those: ``fakts``."""
    from difflib import get_close_matches  # only for JSON that is no facts document

    keys = (key.decode("ascii", "ignore") for key in _KEY.findall(raw[:_HEAD]))
    return any(get_close_matches(key.casefold(), _KEYS, 1, _NEAR) for key in keys)

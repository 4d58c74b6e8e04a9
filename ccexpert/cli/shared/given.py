"""Reads the input of a command: a facts document or any other text."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ccexpert.cli.shared.say import say
from ccexpert.display import clean
from ccexpert.errors import FactsError, Place
from ccexpert.facts.document import Document
from ccexpert.intake.given import document_in
from ccexpert.reading import SIZE_LIMIT, read_raw

if TYPE_CHECKING:
    from ccexpert.intake.reading import Reading


def given(name: str, packs: tuple[Path, ...]) -> Document:
    """The facts in a file, or in stdin for ``-``. A facts document is taken as it is; other text is
    interpreted, and what was understood goes to stderr."""
    raw, called = raw_input(name)
    document, reading = document_in(raw, called, partial(_read, packs=packs, called=called))
    if reading is not None:
        tell_reading(reading)
    return document


def _read(raw: bytes, packs: tuple[Path, ...], called: str) -> Reading:
    from ccexpert.intake import read  # only for texts that are no facts document

    return read(raw, rules=packs, called=called)


def raw_input(name: str) -> tuple[bytes, str]:
    """The bytes of a file, or of stdin for ``-``, with its name; ``FactsError`` if it is empty or
    too large."""
    called = "stdin" if name == "-" else name
    raw = sys.stdin.buffer.read(SIZE_LIMIT + 1) if name == "-" else read_raw(Path(name))
    if not raw.strip():
        raise FactsError("the file is empty", Place(called))
    if len(raw) > SIZE_LIMIT:
        raise FactsError(
            f"larger than {SIZE_LIMIT // 1024 // 1024} MiB",
            Place(called),
            advice="is it the right file?",
        )
    return raw, called


def tell_reading(reading: Reading) -> None:
    """Say on stderr what was understood from sentences, and what was not."""
    for told in reading.understood:
        said = clean(told.span.of(reading.text), 80)
        say(f"understood from your text: {told.fact.label} ({told.fact.certainty:g}): {said}")
    for hint in reading.hints:
        may_be = f" (perhaps: {', '.join(hint.names[:3])})" if hint.names else ""
        say(f"not understood: {clean(hint.span.of(reading.text), 80)}{may_be}")

"""Reads any text: terminal output, part of a log, a ticket, a sentence."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ccexpert.facts import Platform
    from ccexpert.intake.reading import Reading

__all__ = ["read"]


def read(
    text: str | bytes,
    *,
    host: str | None = None,
    platform: Platform | None = None,
    redact: bool = True,
    rules: Iterable[Path | str] = (),
    called: str = "",
) -> Reading:
    """Read a text: its pieces, the facts in it with their positions, and what was not understood.

    ``platform`` applies if no prompt in the text reveals it. ``rules`` are site packs, for their
    vocabulary. Secrets are removed from facts unless ``redact`` is False. ``called`` is the name of
    the file, which tells the instance of a configuration file and the module of a log.
    """
    from ccexpert.intake.reader import read_text
    from ccexpert.knowledge.packs import vocabulary_with

    vocabulary = vocabulary_with(rules)
    return read_text(text, vocabulary, host=host, platform=platform, redact=redact, called=called)

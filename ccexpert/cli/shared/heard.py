"""Texts that were read, as a report for people shows them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ccexpert.display import clean
from ccexpert.report.heard import Heard, Misheard, Run, Understood

if TYPE_CHECKING:
    from ccexpert.intake.shown import Shown

#: The formats that say what was read, and the one that shows the text itself.
_SAID_IN, _SHOWN_IN = frozenset({"table", "markdown", "html"}), "html"

#: The length of a quotation; how many facts the mark of one place names.
_QUOTED, _NAMED, _PERHAPS = 160, 6, 3


def heard(read: Collection[tuple[str, Shown]], formats: Collection[str]) -> tuple[Heard, ...]:
    """What these formats say of texts that were read; each has the name of its file."""
    if not read or _SAID_IN.isdisjoint(formats):
        return ()
    return tuple(heard_in(name, shown, whole=_SHOWN_IN in formats) for name, shown in read)


def heard_in(name: str, shown: Shown, *, whole: bool = False) -> Heard:
    """What may be said of one text; ``whole``: with the text itself."""
    reading = shown.reading
    return Heard(
        "stdin" if name == "-" else clean(Path(name).name, _QUOTED),
        tuple(
            Understood(
                shown.without_private(told.fact.label),
                told.fact.certainty,
                clean(shown.quoted(told.span), _QUOTED),
            )
            for told in reading.understood
        ),
        tuple(
            Misheard(clean(shown.quoted(hint.span), _QUOTED), hint.names[:_PERHAPS])
            for hint in reading.hints
        ),
        tuple(_runs(shown)) if whole else (),
    )


def _runs(shown: Shown) -> Iterator[Run]:
    reading = shown.reading
    spans = [*(told.span for told in reading.told), *(hint.span for hint in reading.hints)]
    for text, numbers in shown.runs(spans):
        if text.isspace():
            yield Run(_laid_out(text))
            continue
        facts = [reading.told[n].fact for n in numbers if n < len(reading.told)]
        named = (shown.without_private(fact.label) for fact in facts[:_NAMED])
        more = (f"… (+{len(facts) - _NAMED})",) if len(facts) > _NAMED else ()
        yield Run(_laid_out(text), (*named, *more), left=len(numbers) > len(facts))


def _laid_out(text: str) -> str:
    """A text without the control characters that only move a cursor."""
    return text.replace("\r", "").replace("\t", "    ")

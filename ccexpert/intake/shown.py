"""A text that was read, as it may be shown: without private values, with its spans in place."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from ccexpert.intake.reading import Reading, Span

#: The longest text that is shown whole, in characters.
WHOLE = 200_000

#: How much of a longer text before and behind a quotation is looked at to find what is private: a
#: private key has up to 4000 characters.
_BEFORE, _BEHIND = 6_000, 400


class Shown:
    """What of a reading may be shown; spans are those of the reading."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        whole = Span(0, len(reading.text))
        self._parts = _Parts(reading, whole) if whole.end <= WHOLE else None

    def quoted(self, span: Span) -> str:
        """The part of the text that may be shown for a span."""
        parts = self._parts or _Parts(self.reading, self._around(span))
        return parts.shown(parts.snapped(span))

    def without_private(self, label: str) -> str:
        """A label of a fact without what is private in the text."""
        for value, shown in self._parts.private if self._parts else ():
            label = shown.join(re.split(rf"(?<!\w){re.escape(value)}(?!\w)", label))
        return label

    def runs(self, spans: Sequence[Span]) -> Iterator[tuple[str, tuple[int, ...]]]:
        """The whole text in order, cut where a span begins or ends, each run with the numbers of
        the spans around it; nothing for a text too long to be shown."""
        parts = self._parts
        if parts is None:
            return
        placed = [parts.snapped(span) for span in spans]
        begins: dict[int, list[int]] = {}
        ends: dict[int, list[int]] = {}
        for number, span in enumerate(placed):
            if span.start < span.end:
                begins.setdefault(span.start, []).append(number)
                ends.setdefault(span.end, []).append(number)
        inside: dict[int, None] = {}
        at = 0
        for stop in sorted({*begins, *ends, len(self.reading.text)}):
            if text := parts.shown(Span(at, stop)):
                yield text, tuple(inside)
            for number in ends.get(stop, ()):
                del inside[number]
            inside.update(dict.fromkeys(begins.get(stop, ())))
            at = stop

    def _around(self, span: Span) -> Span:
        text = self.reading.text
        start = max(span.start - _BEFORE, 0)
        return Span(text.rfind("\n", 0, start) + 1 if start else 0, span.end + _BEHIND)


class _Parts:
    """A part of a text, cut where something private stands."""

    def __init__(self, reading: Reading, span: Span) -> None:
        text = span.of(reading.text)
        pairs = list(reading.redactor.parts(text)) if reading.redactor else [(text, text)]
        self._pairs = [pair for pair in pairs if pair[0]]
        self.private = {one for one in self._pairs if one[0] != one[1]}
        lengths = (len(stands) for stands, _ in self._pairs)
        self._starts = list(accumulate(lengths, initial=span.start))

    def snapped(self, span: Span) -> Span:
        """A span that holds each placeholder whole or not at all."""
        if span.start >= span.end or not self._pairs:
            return Span(span.start, span.start)
        first, last = self._at(span.start), self._at(span.end - 1)
        return Span(
            self._starts[first] if self._is_private(first) else span.start,
            self._starts[last + 1] if self._is_private(last) else span.end,
        )

    def shown(self, span: Span) -> str:
        """What may be shown of a span that was snapped."""
        if span.start >= span.end or not self._pairs:
            return ""
        return "".join(
            shown
            if self._is_private(number)
            else stands[max(span.start - self._starts[number], 0) : span.end - self._starts[number]]
            for number in range(self._at(span.start), self._at(span.end - 1) + 1)
            for stands, shown in (self._pairs[number],)
        )

    def _is_private(self, number: int) -> bool:
        stands, shown = self._pairs[number]
        return stands != shown

    def _at(self, position: int) -> int:
        return min(bisect_right(self._starts, position), len(self._pairs)) - 1

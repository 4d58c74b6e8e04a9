"""What a message shows of errors, and what a person says beside it.

A line shows an error by a signature of the vocabulary, by an undescribed Campaign code, or by its
own wording. The words of a family count only where a program says them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.intake.lines import CODE, Line, clauses_of, sentences_in
from ccexpert.intake.messages import Message, message_of, reports_trouble
from ccexpert.intake.quotes import quotes_in, repeated
from ccexpert.intake.reading import Kind
from ccexpert.intake.search import search_of
from ccexpert.observe.signatures import signatures

#: How many messages are remembered with what they show: a log says the same again and again.
_REMEMBERED = 2_000

#: Words of a person before a code or a quoted message: *when I open the list: SOP-330011 …*.
_BEFORE_CODE = re.compile(
    r"(?![A-Z]{3}-\d{6})[^\W\d_](?:[\w'’,-]{1,31} ){3,40}?(?=(?:\w{1,30}: )?[A-Z]{3}-\d{6}|['\"])"
)

Part = tuple[str | None, str, set[str]]
"""A part of a message that shows an error: its code, its text, and the signatures in it."""


class Showing:
    """Says what messages show, by one vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._remembered = lru_cache(_REMEMBERED)(self._parts_of)

    def parts(self, message: Message, kind: Kind, *, is_printed: bool = False) -> tuple[Part, ...]:
        """The parts of a message in a piece of this kind that show an error; ``is_printed``:
        whether a command is known to have printed it."""
        return self._remembered(message, kind, is_printed)

    def beside(self, line: Line) -> Iterator[Line]:
        """What a person says on a line of prose beside the error: whole sentences, and what stands
        before a code. A line that begins with the error is a program's, but for clauses that say
        by themselves what is wrong with what."""
        spoken = list(self._spoken(line))
        if spoken and spoken[0].start == line.end - len(line.text):
            yield from spoken
        elif not message_of(line.text, "prose").is_of_a_program:
            yield from self._complaints(line)

    def _complaints(self, line: Line) -> Iterator[Line]:
        read = search_of(self._vocabulary).read
        clauses = [*clauses_of(line.text, line.end - len(line.text))]
        for clause in clauses if len(clauses) > 1 else ():
            if read(clause.text).is_whole and not self._shows(clause.text):
                yield clause

    def _spoken(self, line: Line) -> Iterator[Line]:
        _, unquoted = quotes_in(line.text, self._is_shown)
        for sentence in sentences_in(line._replace(text=unquoted)):
            said = sentence.text
            if self._shows(said):
                said = head[0] if (head := _BEFORE_CODE.match(said)) else ""
            if said.strip():
                yield Line(sentence.start, sentence.start + len(said), said)

    def _shows(self, text: str) -> bool:
        return bool(self.parts(message_of(text, "prose"), "prose"))

    def _parts_of(self, message: Message, kind: Kind, is_printed: bool) -> tuple[Part, ...]:
        return tuple(self._shown_by(message, kind, is_printed))

    def _shown_by(self, message: Message, kind: Kind, is_printed: bool) -> Iterator[Part]:
        quotes, rest = quotes_in(message.text, self._is_shown) if kind == "prose" else ((), "")
        for code, part in (pair for quote in quotes for pair in _parts(quote)):
            names = self._names(part)
            if code or names:
                yield code, part, names
        if quotes:
            message = replace(message, text=" ".join(rest.split()))
        parts = list(_parts(message.text))
        quiet = kind == "log" and message.level == "info"
        for code, part in parts:
            names = self._names(part, quiet=quiet)
            if code or self._tells(names, part, message, kind, is_printed):
                yield code, part, names
            elif len(parts) == 1 and reports_trouble(message, kind):
                yield None, part, set()

    def _tells(
        self, names: set[str], part: str, message: Message, kind: Kind, is_printed: bool
    ) -> bool:
        """Whether signatures are more than words that a person might also use."""
        if any(not self._vocabulary.is_family(name) for name in names) or not names:
            return bool(names)
        if message.level == "info":
            return False
        recognition = self._vocabulary.recognition
        printed = recognition.is_printed(part) or recognition.has_phrase(repeated(part))
        looks_so = message.is_of_a_program or reports_trouble(message, kind)
        return is_printed or printed or looks_so

    def _names(self, part: str, *, quiet: bool = False) -> set[str]:
        """The signatures that a part of a message shows."""
        return signatures(self._vocabulary).names(part.encode("utf-8", "replace"), quiet=quiet)

    def _is_shown(self, quote: str) -> bool:
        """Whether a quote is a message that somebody saw."""
        return bool(CODE.search(quote) or self._names(quote))


def _parts(text: str) -> Iterator[tuple[str | None, str]]:
    """Split a message into parts, each of which begins with a Campaign code."""
    begins = [(found.start(), found[0]) for found in CODE.finditer(text)]
    first = begins[0][0] if begins else len(text)
    if text[:first].strip():
        yield None, text[:first]
    for (start, code), (end, _) in pairwise([*begins, (len(text), "")]):
        yield code, text[start:end]

"""Collects the errors in the lines of a text, each kind of message once.

A line shows an error by a signature of the vocabulary, by an undescribed Campaign code, or by its
own wording. Messages that differ only in names and numbers count as one, with a count; the newest
is quoted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from ccexpert.display import clean
from ccexpert.facts import ErrorFact, NotObserved, WorkflowFact
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.intake.authors import ELSEWHERE, Authors
from ccexpert.intake.lines import CODE, Line
from ccexpert.intake.messages import Message, message_of, reports_trouble
from ccexpert.intake.reading import Kind, Span, Told
from ccexpert.observe.signatures import Signatures, error_fact, signatures

#: The most kinds of messages that become facts; a longer list helps nobody.
MOST = 200

_SOURCE = "pasted text"
_DOUBTED: dict[str, Any] = {"certainty": ELSEWHERE, "source": f"{_SOURCE}, of another product"}
_QUOTED = 600
_VARIES = re.compile(r"'[^']{0,200}'|\"[^\"]{0,200}\"|[\w./:-]*\d[\w./:-]*")
_WORKFLOW = re.compile(r"[Ww]orkflow '(?P<name>[A-Za-z0-9][\w.-]{0,127})'")


@dataclass
class Errors:
    """Collects the errors of one text, line by line."""

    vocabulary: Vocabulary
    module: str | None = None
    """The module of the log, if the file name reveals it."""
    instance: str | None = None
    _authors: Authors = field(default_factory=Authors)
    _found: dict[tuple[str, ...], tuple[ErrorFact, Span, int]] = field(default_factory=dict)
    _failed: dict[str | None, Span] = field(default_factory=dict)
    _workflow: str | None = None
    _left_out: int = 0

    def look(self, line: Line, kind: Kind) -> bool:
        """Collect the errors of a line in a piece of this kind; returns whether there were any."""
        message = message_of(line.text, kind)
        other = self._authors.is_of_another(line.text)
        if named := _WORKFLOW.search(message.text):
            self._workflow = named["name"]
        facts = [self._placed(fact, other) for fact in self._facts(message, kind)]
        span = Span(line.start, line.end)
        for fact in facts:
            self._add(fact, span)
        if facts and kind == "journal" and message.activity:
            self._failed[self._workflow] = span
        return bool(facts)

    @property
    def told(self) -> Iterator[Told]:
        """The errors, and the workflows whose activities reported them."""
        for fact, span, count in self._found.values():
            counted = {"count": count} if count > 1 else {}
            doubted = _DOUBTED if self._authors.is_elsewhere else {}
            yield Told(fact.model_copy(update=counted | doubted), span)
        for name, span in self._failed.items():
            workflow = WorkflowFact(kind="workflow", name=name, state="failed", source="journal")
            yield Told(workflow, span)

    @property
    def left_out(self) -> tuple[NotObserved, ...]:
        """A note if there were more errors than become facts."""
        if not self._left_out:
            return ()
        reason = f"{self._left_out} further lines show errors; only {MOST} kinds of them are listed"
        return (NotObserved(source=_SOURCE, reason=reason),)

    def _placed(self, fact: ErrorFact, of_another_product: bool) -> ErrorFact:
        where = {"module": self.module, "instance": self.instance}
        return fact.model_copy(update=where | (_DOUBTED if of_another_product else {}))

    def _facts(self, message: Message, kind: Kind) -> Iterator[ErrorFact]:
        known = signatures(self.vocabulary)
        parts = list(_parts(message.text))
        for code, part in parts:
            names = known.names(part.encode("utf-8", "replace"))
            if code or self._tells(names, part, message, kind):
                yield from self._of_part(code, part, sorted(names), known)
            elif len(parts) == 1 and reports_trouble(message, kind):
                yield _plain(None, part)

    def _tells(self, names: set[str], part: str, message: Message, kind: Kind) -> bool:
        """Whether signatures are more than words that a person might also use."""
        if any(not self.vocabulary.is_family(name) for name in names) or not names:
            return bool(names)
        if message.level == "info":
            return False
        printed = self.vocabulary.recognition.is_printed(part)
        return printed or reports_trouble(message, kind)

    def _of_part(
        self, code: str | None, part: str, names: Iterable[str], known: Signatures
    ) -> Iterator[ErrorFact]:
        """The part itself, and what its end showed if it is too long to quote."""
        whole = _plain(code, part)
        yield whole
        shown = {name for name, _ in whole.shows(self.vocabulary)}
        yield from (
            error_fact(known.entries[name], part, source=_SOURCE)
            for name in names
            if name not in shown
        )

    def _add(self, fact: ErrorFact, span: Span) -> None:
        key = (fact.code or "", _VARIES.sub("#", fact.text or ""))
        if key not in self._found and len(self._found) >= MOST:
            self._left_out += 1
            return
        _, _, count = self._found.get(key, (None, None, 0))
        self._found[key] = (fact, span, count + 1)


def _plain(code: str | None, part: str) -> ErrorFact:
    return ErrorFact(kind="error", code=code, text=clean(part, _QUOTED) or code, source=_SOURCE)


def _parts(text: str) -> Iterator[tuple[str | None, str]]:
    """Split a message into parts, each of which begins with a Campaign code."""
    begins = [(found.start(), found[0]) for found in CODE.finditer(text)]
    first = begins[0][0] if begins else len(text)
    if text[:first].strip():
        yield None, text[:first]
    for (start, code), (end, _) in pairwise([*begins, (len(text), "")]):
        yield code, text[start:end]

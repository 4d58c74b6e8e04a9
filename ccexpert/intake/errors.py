"""Collects the errors in the lines of a text, each kind of message once.

Which lines show one, ``showing.py`` says. Messages that differ only in names and numbers count as
one, with a count; the newest is quoted.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple

from ccexpert.display import clean
from ccexpert.facts import ErrorFact, NotObserved, WorkflowFact
from ccexpert.facts.concerned import Whom, named_in, spoken_of
from ccexpert.facts.names import HOST_PATTERN, UNSAID
from ccexpert.facts.peers import NOBODY, Peer, peer_of_command
from ccexpert.facts.replies import replies_in
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.intake.authors import ELSEWHERE, Authors
from ccexpert.intake.certificates import judged
from ccexpert.intake.ended import ended_in
from ccexpert.intake.lines import REACHED, TARGET, Line
from ccexpert.intake.malformed import malformed_in
from ccexpert.intake.messages import Message, is_failing, message_of
from ccexpert.intake.ports import is_reached, port_reached, ports_in
from ccexpert.intake.reading import Kind, Span, Told
from ccexpert.intake.showing import Showing
from ccexpert.observe.signatures import error_fact, signatures

#: The most kinds of messages that become facts; a longer list helps nobody.
MOST = 200

#: How many lines belong together, as one program writes them.
_BESIDE = 8

_SOURCE = "pasted text"
_DOUBTED: dict[str, Any] = {"certainty": ELSEWHERE, "source": f"{_SOURCE}, of another product"}
_QUOTED = 600
_VARIES = re.compile(r"'[^']{0,200}'|\"[^\"]{0,200}\"|(?<![\w./:-])[\w./:-]*\d[\w./:-]*")
#: A workflow by its name, also in front of the activity whose script is run.
_WORKFLOW = re.compile(
    r"(?:[Ww]orkflow|evaluating script) '(?P<name>[A-Za-z0-9][\w.-]{0,127})(?:'|/[\w.-]{1,127}')"
)

#: A command that prints how the one before it ended, and the one whose numbers are known.
_STATUS = re.compile(r"\becho\b.{0,40}(?:\$\?|%errorlevel%)|\$LASTEXITCODE\b", re.IGNORECASE)
_CURL = re.compile(r"\bcurl(?:\.exe)?\s")

#: With what data of a program begins.
_DATA = ("{", "[", "<")


class Log(NamedTuple):
    """What wrote the lines of a text; None if nothing says it."""

    module: str | None = None
    instance: str | None = None
    host: str | None = None


@dataclass
class _Kind:
    """One kind of message: the newest that was seen of it, and how often it was seen."""

    code: str | None
    part: str
    """The message, or the part of it that begins with a code."""
    span: Span
    names: set[str]
    """The signatures that it shows."""
    is_others: bool
    """Whether another product wrote it."""
    is_spoken: bool
    """Whether it stands in prose."""
    voice: str | None
    log: Log
    count: int = 1
    concerns: Whom | None = None
    """Whom the lines beside it speak of, if it names nobody itself."""
    peer: Peer = NOBODY
    """The host that the command above it reaches."""


@dataclass
class Errors:
    """Collects the errors of one text, line by line."""

    vocabulary: Vocabulary
    now: datetime
    _authors: Authors = field(default_factory=Authors)
    _kinds: dict[tuple[str, ...], _Kind] = field(default_factory=dict)
    _failed: dict[str | None, Span] = field(default_factory=dict)
    _lately: deque[Message] = field(default_factory=lambda: deque(maxlen=_BESIDE))
    """The last messages."""
    _open: list[_Kind] = field(default_factory=list)
    """The last errors that name nobody, until a line beside them does."""
    _led_in: Whom | None = None
    """Whom the sentence speaks of that leads to what stands below it: *when I test X:*."""
    _reached: list[Told] = field(default_factory=list)
    """The ports that tests reached."""
    _workflow: str | None = None
    _left_out: int = 0
    _above: str = ""
    """The command that what comes now stands below."""
    _peer: Peer = NOBODY
    """The host that this command reaches."""
    _of_curl: bool = False
    """Whether this command prints what curl ended with."""

    def stand_below(self, command: str) -> None:
        """What comes now stands below this command; below none if it is empty."""
        before, asks = self._peer, bool(_STATUS.search(command))
        self._of_curl = asks and bool(_CURL.search(f"{self._above} {command}"))
        self._above, self._peer = command, peer_of_command(command)
        if asks and not self._peer.host:
            self._peer = before

    def __post_init__(self) -> None:
        self._showing = Showing(self.vocabulary)

    def look(self, line: Line, kind: Kind, log: Log) -> bool:
        """Collect the errors of a line in a piece of this kind, from this log; returns whether
        there were any."""
        message = message_of(line.text, kind)
        if self._is_status(message.text):
            message = Message(f"curl: ({message.text})")
        elif kind == "message":
            text = " ".join(message.text.split()) if REACHED.match(line.text) else message.text
            message = replace(message, text=judged(text, self.now))
            self._reach(text)
        is_others = self._authors.is_of_another(line.text)
        if named := _WORKFLOW.search(message.text):
            self._workflow = named["name"]
        self._heed(message)
        span = Span(line.start, line.end)
        if kind == "message" and is_reached(message.text):
            reached = port_reached(message.text, self._peer, self.vocabulary)
            self._reached += [Told(port, span) for port in reached]
            return True
        is_spoken = kind == "prose" and message.voice is None
        is_printed = kind == "message" and bool(self._above)
        shown = [
            _Kind(code, part, span, names, is_others, is_spoken, message.voice, log)
            for code, part, names in self._showing.parts(message, kind, is_printed=is_printed)
        ]
        for one in shown:
            self._add(one)
        if kind == "prose" and not shown:
            leads = line.text.rstrip().endswith(":")
            self._led_in = spoken_of(line.text) if leads else None
        if shown and is_failing(message, kind):
            self._failed[self._workflow] = span
        return bool(shown)

    def _reach(self, text: str) -> None:
        """Let a field of a test tell which host, and which port, it reached for."""
        if target := TARGET.match(text):
            host, port = target["host"] or self._peer.host, target["port"] or self._peer.port
            self._peer = Peer(host if re.fullmatch(HOST_PATTERN, host) else UNSAID, port)

    def beside(self, line: Line) -> Iterator[Line]:
        """What a person says on a line of prose beside the error."""
        return iter(()) if self._is_status(line.text) else self._showing.beside(line)

    def _is_status(self, text: str) -> bool:
        """Whether it is the number with which curl ended."""
        return self._of_curl and text.strip().isdecimal()

    @property
    def told(self) -> Iterator[Told]:
        """The errors, the workflows whose activities reported them, and the ports that were
        reached."""
        yield from self._reached
        for one in self._kinds.values():
            for fact in self._facts(one):
                yield Told(fact, one.span)
                for reader in () if one.is_others else (ports_in, ended_in, malformed_in):
                    for beside in reader(fact, self.vocabulary):
                        yield Told(beside, one.span)
        for name, span in self._failed.items():
            workflow = WorkflowFact(kind="workflow", name=name, state="failed", source="journal")
            yield Told(workflow, span)

    @property
    def spoken(self) -> Iterator[Line]:
        """The messages without a code that stand in prose."""
        for one in self._kinds.values():
            if one.is_spoken and not (one.code or one.is_others or one.part.startswith(_DATA)):
                yield Line(one.span.start, one.span.end, one.part)

    @property
    def left_out(self) -> tuple[NotObserved, ...]:
        """A note if there were more errors than become facts."""
        if not self._left_out:
            return ()
        reason = f"{self._left_out} further lines show errors; only {MOST} kinds of them are listed"
        return (NotObserved(source=_SOURCE, reason=reason),)

    def _add(self, one: _Kind) -> None:
        replies = (code for reply in replies_in(one.part) for code in reply)
        kind = _VARIES.sub("#", clean(one.part, _QUOTED))
        key = (one.code or "", kind, *map(str, one.log), *replies)
        if key not in self._kinds and len(self._kinds) >= MOST:
            self._left_out += 1
            return
        if before := self._kinds.get(key):
            before.part, before.span, before.count = one.part, one.span, before.count + 1
            return
        self._kinds[key] = one
        one.peer = self._peer
        above = (
            named_in(f"{self._above} port {self._peer.port}")
            if self._peer.port or self._above
            else None
        )
        if above and not named_in(one.part):
            one.concerns = above
            return
        if spoken_of(one.part):
            return
        if not one.voice:
            one.concerns = self._led_in
        else:
            beside = (spoken_of(m.text) for m in self._lately if m.voice == one.voice)
            one.concerns = next(filter(None, beside), None)
            if one.concerns is None:
                self._open.append(one)

    def _heed(self, message: Message) -> None:
        """Let a message tell whom the errors just before it concern."""
        self._lately.append(message)
        if not self._open:
            return
        self._open = [one for one in self._open[-_BESIDE:] if one.voice == message.voice]
        if self._open and (concerned := spoken_of(message.text)):
            for one in self._open:
                one.concerns = concerned
            self._open = []

    def _facts(self, one: _Kind) -> Iterator[ErrorFact]:
        """The message itself, and what its end showed if it is too long to quote."""
        known = signatures(self.vocabulary)
        placed: dict[str, Any] = one.log._asdict()
        placed |= {"count": one.count} if one.count > 1 else {}
        placed |= {"peer": one.peer.host} if one.peer.host else {}
        placed |= {"port": int(one.peer.port)} if one.peer.port else {}
        placed |= _DOUBTED if one.is_others or self._authors.is_elsewhere else {}
        whole = _plain(one.code, one.part)
        yield whole.model_copy(update=placed | {"concerns": one.concerns})
        shown = {name for name, _ in whole.shows(self.vocabulary)}
        for name in sorted(one.names - shown):
            fact = error_fact(known.entries[name], one.part, source=_SOURCE)
            yield fact.model_copy(update=placed)


def _plain(code: str | None, part: str) -> ErrorFact:
    return ErrorFact(kind="error", code=code, text=clean(part, _QUOTED) or code, source=_SOURCE)

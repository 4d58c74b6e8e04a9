"""The ports of Campaign that an error names, taken by another program or not reached, those that a
test reached, and what people say of one: *nothing listens on 8080*."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ccexpert.facts import ErrorFact, PortFact
from ccexpert.facts.entries import PortEntry
from ccexpert.facts.peers import Peer
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.intake.lines import clauses_of
from ccexpert.intake.reading import PROSE_LIMIT, understood_from

#: The holder may also be an older process of the same module.
_PROBABLY = 0.7
#: That no answer came may also be due to the program behind the port.
_PERHAPS = 0.5

_NUMBER = re.compile(
    r"(?:\bport:? ?|(?<=[\w>\]*]):)(?P<number>\d{2,5})\b(?!\.?\d|:\d)", re.IGNORECASE
)
_NOT_REACHED = re.compile(
    r"\b(?:unable|failed|cannot|can't|could not|couldn't) (?:to )?(?:connect|reach|contact)\b",
    re.IGNORECASE,
)
#: What telnet, netcat, curl and Test-NetConnection say of a port that they reached.
_REACHED = re.compile(
    r"Connection to \S{1,253} (?:\S{1,260} )?(?:port )?(?P<nc>\d{1,5})\b.{0,80}\bsucceeded"
    r"|\* {1,4}Connected to .{1,300}\bport (?P<curl>\d{1,5})\b"
    r"|(?:Ncat: )?Connected to \S{1,253}?(?::(?P<ncat>\d{1,5}))?\.?$"
    r"|\S{1,253} \[[\d.]{7,15}\] (?P<old>\d{1,5}) \(\S{1,40}\) open$"
    r"|TcpTestSucceeded {1,20}: True$",
    re.IGNORECASE,
)
#: What people say of a port, with the number in one clause.
_NOBODY = (
    r"\b(?:nothing|nobody|no ?one|no (?:process|program|service)|not|n['’]t|ing(?:et|en|enting)"
    r"|inte)\b"
)
_SAID = {
    "in-use": re.compile(
        r"\b(?<!not )(?:in use|taken|occupied|(?:held|used) by(?! (?:the )?(?:nlserver|campaign"
        r"|tomcat|java|stat|syslogd))|upptagen|redan i bruk|används redan)\b",
        re.IGNORECASE,
    ),
    "free": re.compile(rf"{_NOBODY}.{{0,20}}\b(?:listen(?:s|ing)?|lyssnar|bound)\b", re.IGNORECASE),
    "unreachable": re.compile(
        r"\b(?<!not )(?:closed|blocked|filtered|unreachable|stängd|blockera[ds]|spärra[dt]s?)\b"
        rf"|{_NOBODY}.{{0,12}}\b(?:open|reachable|answer(?:s|ing)?|respond(?:s|ing)?|öppen|nås)\b"
        r"|\bsvarar inte\b",
        re.IGNORECASE,
    ),
}
_NAMED = re.compile(
    r"\b(?:ports?|porten|listen(?:s|ing)? (?:on|at)|lyssnar på) (\d{2,5})\b(?![.:]\d)",
    re.IGNORECASE,
)
_TAKEN, _SILENT = "family-address-taken", frozenset({"family-timed-out", "family-refused"})


def ports_in(error: ErrorFact, vocabulary: Vocabulary) -> Iterator[PortFact]:
    """What an error says of a port that Campaign itself listens on."""
    text = error.text or ""
    shown = {name for name, _ in error.shows(vocabulary)}
    if _TAKEN in shown:
        state, certainty = "in-use", _PROBABLY
    elif not _SILENT.isdisjoint(shown) or _NOT_REACHED.search(text):
        state, certainty = "unreachable", _PERHAPS
    else:
        return
    named = {int(found["number"]) for found in _NUMBER.finditer(text)}
    own = [e for e in vocabulary.ports if e.configured and e.module == error.module]
    if state == "in-use" and not named and len(own) == 1:
        named = {own[0].port}  # the module in whose log it stands listens on this one alone
    for entry in vocabulary.ports:
        able = entry.states or PortFact.ANSWERS
        if entry.port in named and entry.configured and state in able:
            yield _port(entry, state, certainty, "an error that names the port")


def ports_said(text: str, vocabulary: Vocabulary) -> Iterator[PortFact]:
    """What a sentence says of the ports that it names by their numbers."""
    for clause in clauses_of(text):
        state = next((one for one, way in _SAID.items() if way.search(clause.text)), None)
        named = {int(number) for number in _NAMED.findall(clause.text)} if state else ()
        for entry in vocabulary.ports:
            if state and entry.port in named:
                able = entry.states or PortFact.ANSWERS
                seen = state if state in able else "free"
                yield _port(entry, seen, PROSE_LIMIT, understood_from(text))


def is_reached(text: str) -> bool:
    """Whether a line says that a test reached a port."""
    return bool(_REACHED.match(text))


def port_reached(text: str, peer: Peer, vocabulary: Vocabulary) -> Iterator[PortFact]:
    """The port of another server that a test reached, for a line that says so; ``peer``: what the
    command above it reaches for. That something answers at a port of Campaign itself or of a web
    server does not say whose it is."""
    found = _REACHED.match(text)
    number = next(filter(None, found.groups()), peer.port) if found else ""
    for entry in vocabulary.ports:
        if str(entry.port) == number and entry.protocol == "tcp" and _is_of_another(entry):
            yield _port(entry, "bound", 1.0, "a test that reached the port")


def _is_of_another(entry: PortEntry) -> bool:
    return not entry.configured and "in-use" not in (entry.states or PortFact.ANSWERS)


def _port(entry: PortEntry, state: str, certainty: float, source: str) -> PortFact:
    return PortFact.model_validate(
        {
            "kind": "port",
            "port": entry.port,
            "protocol": entry.protocol,
            "state": state,
            "certainty": certainty,
            "source": source,
        }
    )

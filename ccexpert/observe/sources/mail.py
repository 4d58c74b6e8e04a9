"""Checks whether the mail servers are reachable: SMTP for sending and POP3 for the bounce mailbox.

A greeting shows that a server is reachable; only a login shows that the mailbox can be read. The
output is one line: the greeting, or ``refused:``, ``timeout:``, ``error:``.
"""

from __future__ import annotations

import contextlib
import poplib
import smtplib
import socket
from collections.abc import Callable
from dataclasses import dataclass

from ccexpert.display import clean
from ccexpert.facts import Fact, NotObserved, PortFact, ProbeFact
from ccexpert.observe.interface import (
    Circumstances,
    Host,
    Output,
    Outputs,
    Seen,
    Shape,
    Taken,
    unseen,
)
from ccexpert.observe.text import decode

FILES = ("mail/*.txt",)
SHAPES: tuple[Shape, ...] = ()

#: The account of the bounce mailbox for the login; from the environment, never shown.
LOGIN, PASSWORD = "CCEXPERT_POP3_LOGIN", "CCEXPERT_POP3_PASSWORD"

_FAILURES = ("refused", "timeout", "error")
_LOGGED_ON = "+OK logged on"
_POP3_TLS = 995


@dataclass(frozen=True)
class _Server:
    """One kind of mail server: its probe, its usual port, how it greets."""

    probe: str
    port: int
    greeting: str


_SERVERS = (_Server("smtp-out", 25, "220"), _Server("pop3", 110, "+OK"))


def parse(outputs: Outputs, context: Circumstances) -> Seen:
    """The probes ``smtp-out`` and ``pop3``, and the ports they used."""
    seen = Seen()
    for server in _SERVERS:
        if (name := f"mail/{server.probe}.txt") in outputs:
            seen += _parse(server, decode(outputs[name].data()))
    return seen


def _parse(server: _Server, text: str) -> Seen:
    answer, *more = (clean(line) for line in text.strip().split("\n"))
    if not answer:
        return unseen("mail", f"mail/{server.probe}.txt is empty")
    word = answer.partition(":")[0].casefold()
    failure = word if word in _FAILURES else ""
    greeted = answer.startswith(server.greeting)
    facts: list[Fact] = []
    if f"port: {server.port}" in more and failure != "error":
        facts.append(_port(server, "unreachable" if failure else "bound"))
    if server.probe == "pop3" and greeted and not answer.startswith(_LOGGED_ON):
        reason = f"the mailbox is reached but was not logged on to; set {LOGIN} and {PASSWORD}"
        return Seen(tuple(facts)) + unseen("mail", reason)
    result = failure or ("ok" if greeted else "error")
    probe = ProbeFact.model_validate(
        {"kind": "probe", "name": server.probe, "result": result, "source": answer}
    )
    return Seen((probe, *facts))


def _port(server: _Server, state: str) -> PortFact:
    return PortFact.model_validate(
        {
            "kind": "port",
            "port": server.port,
            "protocol": "tcp",
            "state": state,
            "source": f"connection for {server.probe}",
        }
    )


def read(host: Host) -> Taken:
    """Connect to the known servers: those from the options, or the configured relay."""
    outputs: dict[str, Output] = {}
    reasons = []
    relay = host.configuration.relay
    smtp = host.smtp or (f"{relay[0]}:{relay[1]}" if relay else None)
    for server, address, ask in zip(
        _SERVERS, (smtp, host.pop3), (_ask_smtp, _ask_pop3), strict=True
    ):
        if address:
            outputs[f"mail/{server.probe}.txt"] = Output.of(_ask(server, address, ask, host))
        else:
            option = "--smtp" if server.probe == "smtp-out" else "--pop3"
            reason = f"no server is known for {server.probe}; name it with {option}"
            reasons.append(NotObserved(source="mail", reason=reason))
    return Taken(outputs, tuple(reasons))


def _ask(server: _Server, address: str, ask: Callable[[str, int, Host], str], host: Host) -> bytes:
    """The server's answer on one line, and the port."""
    name, port = split_address(address, server.port)
    try:
        line = ask(name, port, host)
    except ConnectionRefusedError:
        line = "refused: nobody listens there"
    except TimeoutError:
        line = f"timeout: no answer within {host.limit:g} seconds"
    except (OSError, poplib.error_proto, smtplib.SMTPException, EOFError, ValueError) as error:
        line = f"error: {type(error).__name__}: {error}"
    return f"{clean(line)}\nport: {port}\n".encode()


def split_address(address: str, port: int) -> tuple[str, int]:
    """Host and port of ``host[:port]``; ``port`` is the default."""
    name, _, given = address.rpartition(":")
    if name and given.isdecimal() and 0 < int(given) < 65536:
        return name.strip("[]"), int(given)
    return address.strip("[]"), port


def _ask_smtp(name: str, port: int, host: Host) -> str:
    with socket.create_connection((name, port), host.limit) as connection:
        greeting = connection.makefile("rb").readline(512)
        with contextlib.suppress(OSError):
            connection.sendall(b"QUIT\r\n")
    return greeting.decode("utf-8", "replace") or "error: the connection was closed at once"


def _ask_pop3(name: str, port: int, host: Host) -> str:
    connect = poplib.POP3_SSL if port == _POP3_TLS else poplib.POP3
    mailbox = connect(name, port, timeout=host.limit)
    try:
        greeting = mailbox.getwelcome().decode("utf-8", "replace")
        login, password = host.environ.get(LOGIN), host.environ.get(PASSWORD)
        if not (login and password):
            return greeting
        try:
            mailbox.user(login)
            mailbox.pass_(password)
        except poplib.error_proto:
            return "error: the account is refused"
        return _LOGGED_ON
    finally:
        with contextlib.suppress(OSError, poplib.error_proto):
            mailbox.quit()

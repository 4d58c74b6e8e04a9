"""Listening ports and who holds them: the rightful program, another one, or nobody.

Which program is the rightful one, and which module it stands for, says the vocabulary. A port that
the configuration has moved, or whose module does not start on this host, gives no fact.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ccexpert.facts import NotObserved, PortFact
from ccexpert.knowledge.vocabulary import Entry
from ccexpert.observe.commands import require_installation
from ccexpert.observe.interface import (
    CannotObserveError,
    Context,
    Host,
    Output,
    Outputs,
    Seen,
    Taken,
    unseen,
)
from ccexpert.observe.text import clean, decode

FILES = ("ports.json",)

#: The configured port that a port of the vocabulary stands for, by its usual number.
_CONFIGURED = {
    6666: "syslogd",
    7777: "stat",
    8080: "web",
    8005: "web-control",
    7781: "pipelined",
}


@dataclass(frozen=True)
class Listener:
    """One listening socket."""

    port: int
    protocol: str
    owner: str | None
    """Name of the program; None when it may not be seen."""


def parse(outputs: Outputs, context: Context) -> Seen:
    """One fact for each port of the vocabulary on which this host should listen."""
    if FILES[0] not in outputs:
        return Seen()
    try:
        data = json.loads(decode(outputs[FILES[0]].data()))
    except (ValueError, RecursionError):
        return unseen("ports", "ports.json is not JSON")
    if not isinstance(data, list):
        return unseen("ports", "ports.json is not a list of listening ports")
    listeners = [found for item in data if (found := _listener(item))]
    judged = [
        _judged(entry, listeners)
        for entry in context.vocabulary.entries("port")
        if _concerns(entry, context)
    ]
    return Seen(
        tuple(j for j in judged if isinstance(j, PortFact)),
        tuple(j for j in judged if isinstance(j, NotObserved)),
    )


def _listener(item: Any) -> Listener | None:
    if not isinstance(item, dict):
        return None
    port, protocol, owner = item.get("port"), item.get("protocol"), item.get("owner")
    if not isinstance(port, int) or protocol not in ("tcp", "udp"):
        return None
    shown = clean(owner, 100) if isinstance(owner, str) else ""
    return Listener(port, str(protocol), shown or None)


def _concerns(entry: Entry, context: Context) -> bool:
    """Whether this host should listen on the port; outgoing ports have no owner here."""
    if not entry.owners or entry.module == "database":
        return False
    configured = context.configuration.ports.get(_CONFIGURED.get(entry.port or 0, ""), entry.port)
    return (
        configured == entry.port and context.configuration.starts(entry.module or "") is not False
    )


def _judged(entry: Entry, listeners: list[Listener]) -> PortFact | NotObserved:
    holders = [x for x in listeners if (x.port, x.protocol) == (entry.port, entry.protocol)]
    rightful = {name.casefold().removesuffix(".exe") for name in entry.owners}
    state, owner = ("free", None) if not holders else ("in-use", holders[0].owner)
    for holder in holders:
        if holder.owner and holder.owner.casefold().removesuffix(".exe") in rightful:
            state, owner = "bound", holder.owner
    if state == "in-use" and any(h.owner is None for h in holders):
        reason = f"{entry.name} is held by a program that this account may not see"
        return NotObserved(source="ports", reason=f"{reason}; run as root or as its account")
    return PortFact.model_validate(
        {
            "kind": "port",
            "port": entry.port,
            "protocol": entry.protocol,
            "state": state,
            "owner": owner,
            "source": "listening ports of the host",
        }
    )


def read(host: Host) -> Taken:
    """Ask the operating system for its listening sockets."""
    require_installation(host)
    return Taken({FILES[0]: Output.of(json.dumps(list(listening())).encode())})


def listening() -> Iterator[dict[str, Any]]:
    """Listening TCP and bound UDP sockets of this host, each with the name of its program."""
    import psutil

    names: dict[int, str | None] = {}
    seen = set()
    try:
        connections = psutil.net_connections("inet")
    except (psutil.Error, OSError) as error:
        raise CannotObserveError(f"the ports may not be read: {error}") from None
    for connection in connections:
        udp = connection.type.name == "SOCK_DGRAM"
        if not connection.laddr or (connection.raddr if udp else connection.status != "LISTEN"):
            continue
        pid = connection.pid
        if pid is not None and pid not in names:
            names[pid] = _name(pid)
        key = (connection.laddr.port, "udp" if udp else "tcp", names.get(pid) if pid else None)
        if key not in seen:
            seen.add(key)
            yield dict(zip(("port", "protocol", "owner"), key, strict=True))


def _name(pid: int) -> str | None:
    import psutil

    try:
        return psutil.Process(pid).name()
    except (psutil.Error, OSError):
        return None

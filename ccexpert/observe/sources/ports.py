"""Listening ports and their owners: the rightful program, another one, or none.

The vocabulary names the rightful program and the module of each port. A port that the configuration
has changed, or whose module does not start on this host, gives no fact.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ccexpert.display import clean
from ccexpert.facts import NotObserved, PortFact
from ccexpert.facts.entries import PortEntry
from ccexpert.observe.commands import require_installation
from ccexpert.observe.interface import (
    CannotObserveError,
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

FILES = ("ports.json",)
SHAPES: tuple[Shape, ...] = ()

#: What a program that Campaign does not start itself is there for
#: (help/production/using/general-architecture.md).
_SERVED = {"webserver": ("web", "trackinglogd")}


@dataclass(frozen=True)
class Listener:
    """One listening socket."""

    port: int
    protocol: str
    owner: str | None
    """The name of the program; None if this account may not see it."""


def parse(outputs: Outputs, context: Circumstances) -> Seen:
    """One fact per port in the vocabulary on which this host should listen."""
    if FILES[0] not in outputs:
        return Seen()
    try:
        data = json.loads(decode(outputs[FILES[0]].data()))
    except (ValueError, RecursionError):
        return unseen("ports", "ports.json is not JSON")
    if not isinstance(data, list):
        return unseen("ports", "ports.json is not a list of listening ports")
    return judged([found for item in data if (found := _listener(item))], context)


def judged(listeners: list[Listener], context: Circumstances, *, listed_only: bool = False) -> Seen:
    """What listening programs mean for the ports of the vocabulary, or (``listed_only``) for those
    of them that are listed."""
    listed = {(one.port, one.protocol) for one in listeners}
    found = [
        _judged(entry, listeners)
        for entry in context.vocabulary.ports
        if _concerns(entry, context) and (not listed_only or (entry.port, entry.protocol) in listed)
    ]
    return Seen(
        tuple(j for j in found if isinstance(j, PortFact)),
        tuple(j for j in found if isinstance(j, NotObserved)),
    )


def _listener(item: Any) -> Listener | None:
    if not isinstance(item, dict):
        return None
    port, protocol, owner = item.get("port"), item.get("protocol"), item.get("owner")
    if not isinstance(port, int) or protocol not in ("tcp", "udp"):
        return None
    shown = clean(owner, 100) if isinstance(owner, str) else ""
    return Listener(port, str(protocol), shown or None)


def _concerns(entry: PortEntry, context: Circumstances) -> bool:
    """Whether this host should listen on the port; outgoing ports have no owner here."""
    if not entry.owners or entry.module == "database":
        return False
    known = context.configuration
    served = _SERVED.get(entry.module or "", (entry.module or "",))
    runs = any(known.starts(module) is not False for module in served)
    return runs and known.ports.get(entry.configured or "", entry.port) == entry.port


def _judged(entry: PortEntry, listeners: list[Listener]) -> PortFact | NotObserved:
    holders = [x for x in listeners if (x.port, x.protocol) == (entry.port, entry.protocol)]
    state, owner = ("free", None) if not holders else ("in-use", holders[0].owner)
    for holder in holders:
        if holder.owner and entry.is_owner(holder.owner):
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

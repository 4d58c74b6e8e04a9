"""How a server is set up, and what an address asks for."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ccexpert.errors import CcexpertError, MissingInputError, Place
from ccexpert.knowledge.waivers import Waiver
from ccexpert.reading import SIZE_LIMIT, read_raw

#: A shorter token can be guessed.
_SHORTEST_TOKEN = 16

LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True)
class Settings:
    """Everything that a person may choose about a server."""

    address: str = "127.0.0.1"
    port: int = 8765
    """0 takes any free port."""
    token: str | None = None
    """What a client must know; None lets every client in."""
    names: tuple[str, ...] = LOCAL_NAMES
    """The host names under which clients may reach it; ``*`` for all."""
    packs: tuple[Path, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    mapping: Path | None = None
    """The meaning of alerts; without it ``/v1/alertmanager`` is closed."""
    record: bool = False
    """Whether reports are kept; then ``/v1/history`` shows them."""
    threads: int = 2
    """How many requests may be reasoned about at once."""
    waiting: int = 64
    """How many more may wait; any further one is told to come back later."""
    rate: int = 600
    """Requests a minute that one client may send; 0 for any number."""
    body_limit: int = SIZE_LIMIT
    """Bytes of a request's body."""
    silence_seconds: int = 15
    """Seconds until the head of a client's next request, or of its first, must be whole."""
    body_seconds: float = 30.0
    """Seconds that a client may take to send its body, or the next piece of a stream."""
    work_seconds: float = 60.0
    """Seconds that one answer may take."""
    stop_seconds: int = 20
    """Seconds that open requests have when the server is told to end."""


def listening(given: str) -> tuple[str, int]:
    """The address and port in ``ADDRESS:PORT``; ``CcexpertError`` if it is something else."""
    address, _, port = given.rpartition(":")
    if not address or not port.isdecimal() or int(port) > 65535:
        raise CcexpertError(
            f"'{given}' is not an address", advice="write it like 127.0.0.1:8765 or [::1]:8765"
        )
    return address.strip("[]"), int(port)


def reached_at(listen: str, token_file: Path | None, names: Iterable[str]) -> Settings:
    """The settings of a server at ``ADDRESS:PORT`` that clients reach under further ``names``."""
    address, port = listening(listen)
    known = (*LOCAL_NAMES, *(name.casefold() for name in names))
    return Settings(address=address, port=port, token=token_of(token_file), names=known)


def is_loopback(address: str) -> bool:
    """Whether only programs on this host reach an address."""
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def token_of(file: Path | None) -> str | None:
    """The token: from a file, else from ``CCEXPERT_TOKEN``, else None."""
    found = os.environ.get("CCEXPERT_TOKEN", "")
    where = Place("CCEXPERT_TOKEN")
    if file is not None:
        found, where = read_raw(file, 4096).decode("utf-8", "replace"), Place(str(file))
    found = found.strip()
    if not found and file is None:
        return None
    if len(found) < _SHORTEST_TOKEN or not found.isascii() or not found.isprintable():
        raise MissingInputError(
            f"a token has at least {_SHORTEST_TOKEN} printable ASCII characters",
            where,
            "make one with: openssl rand -hex 32",
        )
    return found

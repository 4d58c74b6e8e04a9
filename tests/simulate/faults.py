"""What a fault is: where it strikes, what it takes down and keeps down, what an expert calls it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tests.simulate.site import Host


@dataclass(frozen=True, order=True)
class Fault:
    """One fault of a world."""

    kind: str
    host: str
    at: str = ""
    """The process it strikes (``mta@prod``); empty for the host or what lies around it."""


def nothing(_host: Host, _at: str) -> Iterable[str]:
    return ()


def struck(_host: Host, at: str) -> Iterable[str]:
    return (at,)


def every(host: Host, _at: str) -> Iterable[str]:
    return host.starts


def only(*modules: str) -> Callable[[Host, str], Iterable[str]]:
    return lambda host, _at: [name for name in host.starts if name.split("@")[0] in modules]


def here(_host: Host) -> Iterable[str]:
    return ("",)


def where(*modules: str) -> Callable[[Host], Iterable[str]]:
    """Once on each host that runs one of these modules."""
    return lambda host: ("",) if any(n.split("@")[0] in modules for n in host.starts) else ()


def each(*modules: str) -> Callable[[Host], Iterable[str]]:
    """Each process of these modules."""
    return lambda host: [name for name in host.starts if name.split("@")[0] in modules]


def on_linux(host: Host) -> Iterable[str]:
    return () if host.windows else ("",)


#: Processes that work with the database (help/installation/using/general-architecture.md).
WITH_DATABASE = ("web", "mta", "stat", "wfserver", "inMail", "sms", "pipelined")


@dataclass(frozen=True)
class Kind:
    """A kind of fault."""

    places: Callable[[Host], Iterable[str]]
    known_as: tuple[str, ...]
    ends: Callable[[Host, str], Iterable[str]] = nothing
    """The processes that are gone, and cannot start while it stays."""
    disables: Callable[[Host, str], Iterable[str]] = nothing
    """The processes that are there and do not do their work."""
    stays: bool = True
    """Whether a person must mend something before the processes can be started."""
    restarts: tuple[str, ...] = ()
    """The modules whose restart belongs to the documented remedy."""
    writes: tuple[tuple[str, str], ...] = ()
    """The lines in the logs: module and text."""
    everywhere: bool = False
    """Whether all hosts of the installation share it."""
    unknown: bool = False
    """Nobody wrote a card for it; an expert can only say that something is not explained."""
    fails: tuple[str, ...] = ()
    """What users notice of it beside what its processes no longer do."""

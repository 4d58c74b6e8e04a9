"""A world: an installation, what is wrong with it, and what follows from that.

What works follows from the dependencies that help/installation/using/general-architecture.md and
the pages on each module state; nothing here knows of cards.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from random import Random

from tests.simulate.faults import Fault, Kind
from tests.simulate.kinds import KINDS
from tests.simulate.site import Host, Site

Place = tuple[str, str]
"""Host and process."""


class World:
    """One installation and its faults."""

    def __init__(self, site: Site, faults: Iterable[Fault]) -> None:
        self.site = site
        self.faults = set(faults)
        self.down: set[Place] = set()
        for fault in sorted(self.faults):
            self.down |= {
                (host.name, name)
                for host in self._struck(fault)
                for name in KINDS[fault.kind].ends(host, fault.at)
            }

    # --- what is so ---

    def is_well(self, host: Host) -> bool:
        """Whether nothing is wrong with a host."""
        return not self.missing(host) and not any(self.at(host))

    def copy(self) -> World:
        """The same world, to be compared with later."""
        other = World(self.site, ())
        other.faults, other.down = set(self.faults), set(self.down)
        return other

    def same(self, other: World) -> bool:
        return self.faults == other.faults and self.down == other.down

    def listed(self, host: Host) -> list[str]:
        """The processes that a list shows."""
        return [name for name in host.starts if (host.name, name) not in self.down]

    def missing(self, host: Host) -> list[str]:
        """The processes that should run and do not."""
        return [name for name in host.starts if (host.name, name) in self.down]

    def works(self, host: Host, name: str) -> bool:
        """Whether a process is there and does its work."""
        if name not in host.starts or (host.name, name) in self.down:
            return False
        return not any(name in kind.disables(host, fault.at) for fault, kind in self.at(host))

    def at(self, host: Host) -> Iterator[tuple[Fault, Kind]]:
        """The faults that strike a host, in a fixed order."""
        for fault in sorted(self.faults):
            if host in self._struck(fault):
                yield fault, KINDS[fault.kind]

    def has(self, kind: str, host: Host) -> bool:
        return any(fault.kind == kind for fault, _ in self.at(host))

    def _struck(self, fault: Fault) -> tuple[Host, ...]:
        return self.site.hosts if KINDS[fault.kind].everywhere else (self.site.host(fault.host),)

    def fails(self, host: Host) -> set[str]:
        """What users of a host notice, by the names of the vocabulary."""
        found = {what for _, kind in self.at(host) for what in kind.fails}
        works = {m: all(self.works(host, n) for n in host.starts if n.startswith(f"{m}@"))
                 for m in {n.split("@")[0] for n in host.starts}}  # fmt: skip
        away = self.has("web-server-stopped", host)
        if not works.get("web", True) or away:
            found |= {"console-login-fails", "web-access-fails"}
        if away:
            found |= {"site-unreachable", "tracking-links-broken"}
        if not (works.get("mta", True) and works.get("stat", True)):
            found |= {"emails-not-sent", "delivery-pending"}
        if not works.get("inMail", True):
            found.add("bounces-not-processed")
        if not works.get("wfserver", True):
            found |= {"workflow-not-starting", "tracking-logs-missing"}
        if not works.get("trackinglogd", True):
            found |= {"tracking-logs-missing", "tracking-log-files-absent"}
        if not works.get("syslogd", True):
            found.add("logs-missing")
        if not self.listed(host):
            found.add("no-process-starts")
        return found

    # --- what changes it ---

    def start(self, host: Host, names: Iterable[str]) -> None:
        """Start processes; what a fault holds down stays down."""
        for name in names:
            if not any(
                kind.stays and name in kind.ends(host, fault.at) for fault, kind in self.at(host)
            ):
                self.down.discard((host.name, name))
        self._forget()

    def stop(self, host: Host, names: Iterable[str]) -> None:
        """Stop processes; one that hung hangs no more."""
        stopped = set(names)
        self.down |= {(host.name, name) for name in stopped}
        self.faults = {
            fault
            for fault in self.faults
            if not (
                fault.kind == "process-hangs" and fault.host == host.name and fault.at in stopped
            )
        }

    def mend(self, fault: Fault) -> None:
        """A person does what the remedy of a fault asks of them."""
        if KINDS[fault.kind].stays:
            self.faults.discard(fault)

    def _forget(self) -> None:
        """A fault that is nothing but a stopped process is over when the process runs."""
        for fault in list(self.faults):
            kind = KINDS[fault.kind]
            if kind.stays or fault.kind == "process-hangs":
                continue
            ended = {
                (host.name, name)
                for host in self._struck(fault)
                for name in kind.ends(host, fault.at)
            }
            if not ended & self.down:
                self.faults.discard(fault)


def drawn(site: Site, rng: Random) -> tuple[Fault, ...]:
    """Faults at random: none, one or several."""
    places = [
        Fault(name, host.name, at)
        for name, kind in KINDS.items()
        for host in site.hosts
        for at in kind.places(host)
    ]
    chosen: list[Fault] = []
    for _ in range(rng.choice((0, 1, 1, 1, 1, 2, 2, 3))):
        name = rng.choice([*KINDS])
        fitting = [fault for fault in places if fault.kind == name]
        if fitting:
            chosen.append(rng.choice(fitting))
    return tuple(sorted(set(chosen)))

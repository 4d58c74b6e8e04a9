"""Installations: hosts, their roles, and the processes that start there by themselves.

Roles and processes follow help/installation/using/ (standalone-deployment, standard-deployment,
mid-sourcing-server, general-architecture) and help/production/using/operating-principle.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

Role = Literal["standalone", "application", "front", "marketing", "mid", "execution"]

#: Processes that serve all instances of a host; the others run once for each instance.
SHARED = ("watchdog", "syslogd", "trackinglogd", "web")

#: What runs for all instances, and what for each, by role.
_PROCESSES: dict[Role, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "standalone": (SHARED, ("mta", "stat", "wfserver", "inMail")),
    "application": (("watchdog", "syslogd", "web"), ("mta", "stat", "wfserver", "inMail")),
    "front": (SHARED, ()),
    "marketing": (SHARED, ("wfserver",)),
    "mid": (SHARED, ("mta", "stat", "wfserver", "inMail")),
    "execution": (SHARED, ("mta", "stat", "wfserver", "inMail")),
}
_OPTIONAL = ("sms", "pipelined")
_BUILDS = (
    "6.1.1 build 8764",
    "7.0 build 9032",
    "7.2.1 build 9346",
    "7.3.5 build 9368",
    "7.4.2 build 9392",
)
_INSTANCES = ("prod", "emea", "crm_2", "retail-nordic", "loyalty")


@dataclass(frozen=True)
class Host:
    """One server."""

    name: str
    role: Role
    windows: bool
    build: str
    instances: tuple[str, ...]
    extra: tuple[str, ...] = ()
    """Optional processes of each instance."""

    @property
    def starts(self) -> tuple[str, ...]:
        """The processes that start by themselves, the supervisor first: ``mta@prod``."""
        shared, own = _PROCESSES[self.role]
        each = tuple(f"{m}@{i}" for i in self.instances for m in (*own, *self.extra))
        return (*(f"{m}@default" for m in shared), *(each if own else ()))

    @property
    def platform(self) -> Literal["linux", "windows"]:
        return "windows" if self.windows else "linux"

    @property
    def redirects(self) -> bool:
        """Whether its web server takes opens and clicks."""
        return "trackinglogd@default" in self.starts

    @property
    def folder(self) -> str:
        """Where Campaign is installed."""
        windows = "C:\\Program Files\\Adobe\\Adobe Campaign v7"
        return windows if self.windows else "/usr/local/neolane/nl6"


@dataclass(frozen=True)
class Site:
    """One installation; its hosts share what lies outside them."""

    hosts: tuple[Host, ...]

    def host(self, name: str) -> Host:
        return next(host for host in self.hosts if host.name == name)

    @property
    def mid(self) -> Host | None:
        """The mid-sourcing server, if there is one."""
        return next((host for host in self.hosts if host.role == "mid"), None)


#: The roles of the hosts of each way to deploy Campaign.
_DEPLOYMENTS: tuple[tuple[Role, ...], ...] = (
    ("standalone",),
    ("standalone",),
    ("standalone",),
    ("application", "front"),
    ("application", "application", "front", "front"),
    ("marketing", "mid"),
    ("marketing", "front", "mid"),
    ("standalone", "execution", "execution"),
    ("marketing", "front", "front", "mid", "mid", "execution", "execution", "execution"),
)


def drawn(rng: Random) -> Site:
    """An installation at random."""
    windows, build = rng.random() < 0.3, rng.choice(_BUILDS)
    names = rng.sample(_INSTANCES, rng.choice((1, 1, 1, 2, 4)))
    extra = tuple(one for one in _OPTIONAL if rng.random() < 0.2)
    hosts = []
    for number, role in enumerate(rng.choice(_DEPLOYMENTS), 1):
        has = extra if role in ("standalone", "application") else ()
        hosts.append(Host(f"acc{number}", role, windows, build, tuple(sorted(names)), has))
    return Site(tuple(hosts))

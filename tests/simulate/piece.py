"""One piece of what is pasted, and which faults can be seen in it."""

from __future__ import annotations

from dataclasses import dataclass

from tests.simulate.faults import Fault
from tests.simulate.site import Host
from tests.simulate.world import World


@dataclass(frozen=True)
class Shown:
    """One piece of what is pasted."""

    text: str
    shows: frozenset[Fault] = frozenset()
    """The faults that make it look other than on a healthy server."""
    names: frozenset[Fault] = frozenset()
    """Those whose cause itself can be read from it, not only a consequence."""
    spoken: bool = False
    """Whether a person says it."""


def prompted(host: Host, command: str, text: str) -> str:
    prompt = f"{host.folder}\\bin>" if host.windows else f"[neolane@{host.name} ~]$ "
    return f"{prompt}{command}\n{text}"


def of_kinds(world: World, host: Host, *kinds: str) -> frozenset[Fault]:
    return frozenset(fault for fault, _ in world.at(host) if fault.kind in kinds)

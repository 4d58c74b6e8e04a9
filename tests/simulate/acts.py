"""Carries the steps of a plan out on a world, and says which do harm by the rules of the world.

Rules: what works is not restarted or stopped (help/production/using/log-precision.md: services in
progress are cancelled), unless the documented remedy of a fault that is there asks for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ccexpert.diagnosis import Action
from tests.simulate.kinds import names
from tests.simulate.site import Host
from tests.simulate.world import World


def harm(world: World, host: Host, action: Action) -> str:
    """Why a step would do harm now; empty if it would not."""
    hit = [name for name in _interrupted(host, action) if world.works(host, name)]
    if not hit or _asked_for(world, host, hit):
        return ""
    return f"interrupts {', '.join(hit[:3])}, which works: {' '.join(action.command or ())}"


def _asked_for(world: World, host: Host, hit: Iterable[str]) -> bool:
    """Whether a remedy of a fault on this host asks for it."""
    modules = {name.split("@")[0] for name in hit}
    for fault, kind in world.at(host):
        if modules & set(kind.restarts):
            return True
        if fault.kind in ("watchdog-died", "library-missing", "shared-memory-old"):
            return True
    return False


def _interrupted(host: Host, action: Action) -> list[str]:
    """The processes that a step stops, even for a moment."""
    argv = action.command or ()
    if argv[:1] == ("nlserver",) and argv[1:2] in (("restart",), ("stop",)):
        return list(_masked(host, argv[2]))
    if argv[:2] == ("nlserver", "shutdown") or _service(argv) in ("restart", "stop"):
        return list(host.starts)
    return []


def _service(argv: Sequence[str]) -> str:
    """What a command does with the service: systemd, Windows, or the script of builds before 20.1
    (help/production/using/administration.md)."""
    match [*argv]:
        case ["systemctl", verb, "nlserver", *_] | ["net", verb, *_]:
            return verb
        case ["/etc/init.d/nlserver6", verb, *_]:
            return verb
    return ""


def _masked(host: Host, mask: str) -> Iterator[str]:
    """The processes that a mask such as ``web`` or ``mta@prod`` means."""
    full = mask if "@" in mask else f"{mask}@default"
    module, _, instance = full.partition("@")
    for name in host.starts:
        one, _, where = name.partition("@")
        if where == instance and (one == module or module == f"{one}*"):
            yield name


def perform(world: World, host: Host, action: Action) -> None:
    """Do a step: run its command, and let a person do what its text says."""
    if action.kind in ("check", "escalate"):
        return
    for diagnosis in (action.diagnosis, *action.also_for):
        for fault, kind in list(world.at(host)):
            if not kind.unknown and names(fault, diagnosis):
                world.mend(fault)
    argv = action.command or ()
    if stopped := _interrupted(host, action):
        world.stop(host, stopped)
    if argv[:1] == ("nlserver",) and argv[1:2] in (("restart",), ("start",)):
        world.start(host, _masked(host, argv[2]))
    elif argv[:2] == ("nlserver", "watchdog") or _service(argv) in ("start", "restart"):
        world.start(host, host.starts)
    elif not argv and action.kind in ("start", "restart"):
        world.start(
            host, [n for n in host.starts if n in action.target or n.split("@")[0] == action.target]
        )

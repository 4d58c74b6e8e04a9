"""What programs show of a world, in the documented forms: whole, shortened, and in any order.

Forms: help/production/using/ (usual-commands, administration, failure-to-connect, log-files,
monitoring-processes), help/installation/using/ (installing-the-server, configure-tomcat), and what
systemd, df, free, ss and curl print.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from random import Random

from tests.simulate.faults import Fault
from tests.simulate.piece import Shown, of_kinds, prompted
from tests.simulate.site import Host
from tests.simulate.system import df, free, segments, service, sockets
from tests.simulate.world import World


def _header(host: Host, rng: Random) -> str:
    version, build = host.build.split(" build ")
    product = "Adobe Campaign Classic"
    forms = (
        f"Application server for {product} ({version} build {build}@1a2b3c4) of 12/03/2024",
        f"Application Server for {product} ({version} build {build}@1a2b3c4) dated 12/03/2024",
        f"Application server for Adobe Campaign Version {version} (build {build}) of 12/03/2024",
    )
    return f"{rng.randint(0, 23):02}:09:54 >   {rng.choice(forms)}"


def _ending(world: World, host: Host, names: Iterable[str]) -> frozenset[Fault]:
    """The faults that take down any of these processes."""
    wanted = set(names)
    return frozenset(f for f, kind in world.at(host) if wanted & set(kind.ends(host, f.at)))


#: Stands in for a password wherever the world shows one; it must not get out.
SECRET = "Vx7-kLm2-Qp9"

_STOPS = ("module-stopped", "service-stopped", "watchdog-died")


def pdump(world: World, host: Host, _what: str, rng: Random) -> Shown:
    """``nlserver pdump``. That web, syslogd or the watchdog is gone can be seen from it alone; that
    another process is cannot, for not every host has it. Only the watchdog belongs to every list:
    whether a host should start another module stands in its configuration."""
    listed = world.listed(host)
    unit = rng.choice(("Mo", "MB", "Mb"))
    lines = [
        f"{'watchdog' if name == 'watchdog@default' else name} ({rng.randint(900, 32000)})"
        f" - {rng.randint(15, 900) / 10} {unit}"
        for name in rng.sample(listed, len(listed))
    ]
    if host.windows and host.redirects and lines:
        lines.append(f"webmdl@default (1644) - 18.2 {unit}")
    text = "\n".join((_header(host, rng), *(lines or ["No tasks"])))
    telling = ("watchdog@default", "web@default", "syslogd@default")
    seen = _ending(world, host, [n for n in world.missing(host) if n in telling])
    stopped = _STOPS if listed else ("service-stopped",)
    return Shown(
        prompted(host, "nlserver pdump", text),
        seen,
        frozenset(f for f in seen if f.kind in stopped and not f.at),
    )


def shortened(world: World, host: Host, what: str, rng: Random) -> Shown:
    """A process list from which lines were left out, as the documentation itself prints it."""
    head, *lines = pdump(world, host, what, rng).text.split("\n")[1:]
    kept = [line for line in lines if rng.random() < 0.5]
    return Shown(prompted(host, "nlserver pdump", "\n".join((head, "[...]", *kept, "[...]"))))


def missing(world: World, host: Host, _what: str, rng: Random) -> Shown:
    """``nlserver monitor -missing``."""
    names = [name for name in world.missing(host) if not name.startswith("watchdog")]
    seen = _ending(world, host, names)
    return Shown(
        prompted(host, "nlserver monitor -missing", "\n".join((_header(host, rng), *names))),
        seen,
        frozenset(f for f in seen if f.kind == "module-stopped" and world.listed(host)),
    )


def monitor(world: World, host: Host, _what: str, rng: Random) -> Shown:
    """The indicators of ``nlserver monitor``."""
    memory = rng.randint(91, 98) if world.has("memory-short", host) else rng.randint(20, 75)
    disk = rng.randint(91, 100) if world.has("disk-full", host) else rng.randint(10, 75)
    crashed = int(world.has("process-crashes", host))
    runs = world.listed(host)  # a process that is gone is not old
    hanging = {fault for fault in of_kinds(world, host, "process-hangs") if fault.at in runs}
    old = int(bool(hanging))
    rows = [
        _indicator("Memory", memory, 80, 90),
        _indicator("Swap Memory", rng.randint(0, 60), 80, 90),
        _indicator("Disk /usr/local", disk, 80, 90),
        _indicator("Core Files", crashed, 1, 1),
        _indicator("Number of processes too old", old, 1, 1),
    ]
    if world.has("odd-indicator", host):
        rows.append(_indicator("Phlogiston", 97, 80, 90))
    body = "\n".join((_header(host, rng), "<monitor>", *rows, "</monitor>"))
    others = ("memory-short", "disk-full", "process-crashes", "odd-indicator")
    seen = of_kinds(world, host, *others) | hanging
    return Shown(prompted(host, "nlserver monitor", body), seen, seen)


def _indicator(name: str, value: int, warning: int, alert: int) -> str:
    return (
        f"<indicator name='{name}'>\n"
        f"  <current label='Current Value' value='{value}' display=''/>\n"
        f"  <warning value='{warning}'/> <alert value='{alert}'/>\n</indicator>"
    )


def redirection(world: World, host: Host, _what: str, _rng: Random) -> Shown:
    """``/r/test`` of the redirection module."""
    url = f"https://{host.name}.example.com/r/test"
    if world.has("web-server-stopped", host):
        text = (
            f"curl: (7) Failed to connect to {host.name}.example.com port 443: Connection refused"
        )
    elif world.has("site-certificate-expired", host):
        text = "curl: (60) SSL certificate problem: certificate has expired"
    elif world.has("redirection-broken", host) or world.has("shared-memory-old", host):
        text = (
            "HTTP/1.1 404 Not Found\nContent-Type: text/html\n\n<html><head><title>404 Not Found"
            "</title></head><body><h1>Not Found</h1><p>The requested URL was not found on this "
            "server.</p></body></html>"
        )
    else:
        text = (
            "HTTP/1.1 200 OK\nContent-Type: text/xml\n\n<redir status='OK' date='2026/11/30 "
            f"08:02:07' build='{host.build.split()[-1]}' host='{host.name}.example.com' "
            f"localHost='{host.name}'/>"
        )
    seen = of_kinds(
        world, host, "web-server-stopped", "site-certificate-expired", "redirection-broken"
    )
    first = sorted(seen, key=lambda f: ("web", "sit", "red").index(f.kind[:3]))[:1]
    return Shown(prompted(host, f"curl -i {url}", text), frozenset(first), frozenset(first))


_QUIET = (
    "Module is starting...",
    "Reloading configuration",
    "12 message(s) processed",
    "Heartbeat",
)


def log(world: World, host: Host, what: str, rng: Random) -> Shown:
    """The end of the log of a process, below the name of its file."""
    module, _, instance = what.partition("@")
    wrong = {}
    for fault, kind in world.at(host):
        for writer, line in kind.writes:
            if writer == module or (writer == "*" and fault.at == what):
                wrong[line] = fault
    told = [("info", rng.choice(_QUIET)) for _ in range(rng.randint(1, 4))]
    told += [("error", line) for line in wrong for _ in range(rng.randint(1, 3))]
    rng.shuffle(told)
    lines = [
        f"2026-11-30T07:{number:02}:{rng.randint(10, 59)}.120Z\t{rng.randint(900, 9000)}\t77\t1"
        f"\t{level}\tlog\t{line}"
        for number, (level, line) in enumerate(told)
    ]
    slash = "\\" if host.windows else "/"
    path = slash.join((host.folder, "var", instance, "log", f"{module}.log"))
    seen = frozenset(wrong.values())
    return Shown(prompted(host, f"tail {path}", "\n".join(lines)), seen, seen)


def configuration(world: World, host: Host, what: str, _rng: Random) -> Shown:
    """The file of an instance."""
    address = "" if world.has("stat-address-empty", host) else "localhost"
    rows = []
    for name in host.starts:
        module, _, instance = name.partition("@")
        if instance == what:
            more = f' statServerAddress="{address}"' if module == "mta" else ""
            rows.append(f'  <{module} autoStart="true"{more}/>')
    rows.append(
        '  <shared><dataStore hosts="*"><dataSource name="default"><dbcnx login="neo" '
        f'password="{SECRET}" provider="PostgreSQL" server="db"/></dataSource></dataStore></shared>'
    )
    text = "\n".join(("<?xml version='1.0'?>", "<serverconf>", *rows, "</serverconf>"))
    slash = "\\" if host.windows else "/"
    path = slash.join((host.folder, "conf", f"config-{what}.xml"))
    seen = of_kinds(world, host, "stat-address-empty")
    show = "type" if host.windows else "cat"
    return Shown(prompted(host, f"{show} {path}", text), seen, seen)


RENDERERS: dict[str, Callable[[World, Host, str, Random], Shown]] = {
    "pdump": pdump,
    "shortened": shortened,
    "missing": missing,
    "monitor": monitor,
    "df": df,
    "free": free,
    "service": service,
    "sockets": sockets,
    "redirection": redirection,
    "segments": segments,
    "log": log,
    "configuration": configuration,
}


def available(host: Host) -> Iterator[str]:
    """The pieces that can be had of a host: ``log:acc1:mta@prod``."""
    only_linux = {"df", "free", "sockets", "segments"}
    for name in RENDERERS:
        if name in only_linux and host.windows:
            continue
        if name == "log":
            whats = [n for n in host.starts if n.split("@")[0] not in ("watchdog", "syslogd")]
        elif name == "configuration":
            whats = [i for i in host.instances if any(n.endswith(f"@{i}") for n in host.starts)]
        elif name == "redirection":
            whats = [""] if host.redirects else []
        else:
            whats = [""]
        yield from (f"{name}:{host.name}:{what}" for what in whats)


def shown(world: World, piece: str, seed: str) -> Shown:
    """A piece, the same for the same seed."""
    name, host, what = piece.split(":")
    return RENDERERS[name](world, world.site.host(host), what, Random(f"{seed}/{piece}"))

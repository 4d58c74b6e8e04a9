"""What the operating system shows of a world: disks, memory, the service, sockets, segments.

Forms: what df, free, systemd, sc, ss and ipcs print.
"""

from __future__ import annotations

from random import Random

from tests.simulate.piece import Shown, of_kinds, prompted
from tests.simulate.site import Host
from tests.simulate.world import World


def df(world: World, host: Host, _what: str, rng: Random) -> Shown:
    """``df -h``."""
    full = world.has("disk-full", host)
    used = rng.randint(95, 100) if full else rng.randint(10, 75)
    text = (
        "Filesystem      Size  Used Avail Use% Mounted on\n"
        "tmpfs           3.9G  3.9G     0 100% /run/user/1000\n"
        f"/dev/sda1        40G   12G   28G  {rng.randint(5, 70)}% /\n"
        f"/dev/mapper/vg0  80G   76G  4.0G  {used}% {host.folder}/var"
    )
    seen = of_kinds(world, host, "disk-full")
    return Shown(prompted(host, "df -h", text), seen, seen)


def free(world: World, host: Host, _what: str, rng: Random) -> Shown:
    """``free -m``."""
    short = world.has("memory-short", host)
    left = rng.randint(150, 700) if short else rng.randint(6000, 9000)
    text = (
        "               total        used        free      shared  buff/cache   available\n"
        f"Mem:           15884       {15884 - left - 200:>5}         200         120         900"
        f"       {left:>5}\n"
        "Swap:           4095         120        3975"
    )
    seen = of_kinds(world, host, "memory-short")
    return Shown(prompted(host, "free -m", text), seen, seen)


def service(world: World, host: Host, _what: str, _rng: Random) -> Shown:
    """The state of the service, as systemd or Windows tells it."""
    runs = bool(world.listed(host))
    broken = world.has("library-missing", host)
    if host.windows:
        state = "4  RUNNING" if runs else "1  STOPPED"
        text = (
            "SERVICE_NAME: nlserver6\n        TYPE               : 10  WIN32_OWN_PROCESS\n"
            f"        STATE              : {state}\n        WIN32_EXIT_CODE    : 0  (0x0)"
        )
        command = "sc query nlserver6"
    else:
        state = "failed (Result: exit-code)" if broken else "inactive (dead)"
        text = (
            "● nlserver.service - Adobe Campaign Classic\n"
            "   Loaded: loaded (/usr/lib/systemd/system/nlserver.service; enabled)\n"
            f"   Active: {'active (running)' if runs else state} since Mon 2026-11-30 05:12:01 CET"
        )
        if broken:
            text += (
                "\n\nNov 30 05:12:01 acc nlserver[811]: nlserver: error while loading shared "
                "libraries: libicuuc.so.50: cannot open shared object file: No such file or "
                "directory\nNov 30 05:12:01 acc systemd[1]: nlserver.service: Control process "
                "exited, code=exited status=127"
            )
        command = "systemctl status nlserver"
    seen = of_kinds(world, host, "service-stopped", "library-missing")
    return Shown(prompted(host, command, text), seen, seen)


def sockets(world: World, host: Host, _what: str, rng: Random) -> Shown:
    """``ss -lntup``."""
    rows = [("tcp", "LISTEN", 22, "sshd")]
    if not world.has("web-server-stopped", host):
        rows.append(("tcp", "LISTEN", 443, "httpd"))
    if world.has("web-port-taken", host):
        rows.append(("tcp", "LISTEN", 8080, "jenkins"))
    elif world.works(host, "web@default"):
        rows += [("tcp", "LISTEN", 8080, "nlserver"), ("tcp", "LISTEN", 8005, "nlserver")]
    if world.has("log-port-taken", host):
        rows.append(("udp", "UNCONN", 6666, "rsyslogd"))
    elif world.works(host, "syslogd@default"):
        rows.append(("udp", "UNCONN", 6666, "nlserver"))
    head = "Netid State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess"
    body = (
        f'{kind}   {state} 0      100          0.0.0.0:{port}        0.0.0.0:*    users:(("{who}",'
        f"pid={rng.randint(300, 9000)},fd=12))"
        for kind, state, port, who in rows
    )
    seen = of_kinds(world, host, "web-port-taken", "log-port-taken")
    return Shown(prompted(host, "ss -lntup", "\n".join((head, *body))), seen, seen)


def segments(world: World, host: Host, _what: str, _rng: Random) -> Shown:
    """``ipcs -m``."""
    rows = 2 if world.has("shared-memory-old", host) else 1 if world.listed(host) else 0
    text = "\n".join(
        (
            "------ Shared Memory Segments --------",
            "key        shmid      owner      perms      bytes      nattch     status",
            *(
                f"0x0052e2c{n} {n + 5}          neolane    660        5242880    {2 * (1 - n)}"
                for n in range(rows)
            ),
        )
    )
    seen = of_kinds(world, host, "shared-memory-old")
    return Shown(prompted(host, "ipcs -m", text), seen, seen)

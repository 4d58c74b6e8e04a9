"""The program ``nlserver`` of the stand-in: lists, starts and stops the modules of its folder.

The state is kept in files: a module that runs has a file with its process id in ``run``, and every
command line is noted in ``commands.log``. Formats are those of the documentation
(help/production/using/usual-commands.md, help/production/using/monitoring-processes.md,
help/installation/using/installing-the-server.md).
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import time
from fnmatch import fnmatchcase
from pathlib import Path

from settings import Settings

HEADER = "Application server for Adobe Campaign Classic (7.X YY.R build 9999@standin) of 01/11/2026"

#: Seconds after which a module that was asked to start or stop has done so, or has not.
PATIENCE = 120.0


class Server:
    """The modules of one folder, as the command line sees them."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.settings = Settings(home)

    def pid(self, name: str) -> int | None:
        """The process id of a module (``mta@prod``); None when it does not run."""
        try:
            pid = int((self.home / "run" / name).read_text())
        except (OSError, ValueError):
            return None
        return pid if _lives(pid) else None

    def running(self) -> list[str]:
        names = sorted(path.name for path in (self.home / "run").iterdir())
        return [name for name in names if self.pid(name)]

    def start(self, *names: str) -> bool:
        """Start modules, each in a process of its own, and wait until they serve; whether all
        do."""
        children = {name: self._spawn(name) for name in names}
        served = [self._serves(name, pid) for name, pid in children.items()]
        return all(served)

    def _spawn(self, name: str) -> int:
        """Become two, and let the other one be the module."""
        module, _, instance = name.partition("@")
        command = f"nlserver {module} -tracefile:{name} -instance:{instance} -detach"
        say(f"Start of the '{name}' ('{command}') task in a new process")
        pid = os.fork()
        if pid:
            return pid
        os.setsid()
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        Path("/proc/self/comm").write_text("nlserver")
        code = 1
        try:
            from modules import run

            code = run(self, name)
        finally:
            os._exit(code)

    def _serves(self, name: str, pid: int) -> bool:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and _lives(pid):
            if self.pid(name) == pid:
                return True
            time.sleep(0.002)
        say(f"'{name}' has ended at once, see its log")
        return False

    def stop(self, name: str) -> None:
        """Ask a module to stop, and end it when it does not."""
        pid = self.pid(name)
        if pid is None:
            return
        say(f"Stop requested for '{name}' (pid={pid})...")
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
            deadline = time.monotonic() + 1
            while _lives(pid) and time.monotonic() < deadline:
                time.sleep(0.01)
            if _lives(pid):
                os.kill(pid, signal.SIGKILL)
        (self.home / "run" / name).unlink(missing_ok=True)

    def start_all(self) -> None:
        """What the watchdog does: start whatever is set to start and does not run."""
        absent = [name for name in self.settings.autostart() if not self.pid(name)]
        self.start(*absent[:1])  # syslogd before those that log to it
        self.start(*absent[1:])

    def stop_all(self) -> None:
        for name in sorted(self.running(), key=lambda n: not n.startswith("watchdog")):
            self.stop(name)

    def named(self, mask: str) -> list[str]:
        """The known modules that a mask such as ``web`` or ``mta*@prod`` means."""
        mask = mask if "@" in mask else f"{mask}@default"
        return [n for n in self.settings.known() if fnmatchcase(n.casefold(), mask.casefold())]


def say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} >   {text}", flush=True)


def _lives(pid: int) -> bool:
    """Whether a process runs; one that has ended and waits for its parent does not."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def _memory(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def pdump(server: Server, arguments: list[str]) -> int:
    say(HEADER)
    lines = []
    for name in server.running():
        pid = server.pid(name)
        with contextlib.suppress(OSError):
            shown = "watchdog" if name == "watchdog@default" else name
            lines.append(f"{shown} ({pid}) - {_memory(pid or 0):.1f} Mo")
    print("\n".join(lines) if lines else "No tasks")
    if arguments == ["-who"]:
        print(
            "Connections ------------------------------------------------------\n"
            "Last Access         IP         Instance  Login\n"
            "Connection pool --------------------------------------------------\n"
            "Datasource Server Provider   Login\n"
            "default    xxxxx  myserver myprovider test400"
        )
    return 0


def monitor(server: Server, arguments: list[str]) -> int:
    if arguments == ["-missing"]:
        say(HEADER)
        print("".join(f"{n}\n" for n in server.settings.autostart() if not server.pid(n)), end="")
        return 0
    try:
        disk = float((server.home / "faults" / "disk").read_text())
    except OSError:
        disk = 41.0
    shown = (("Memory", 40.0), ("Swap Memory", 3.0), ("Disk /var", disk))
    print(f"<monitor>\n{''.join(_indicator(*pair) for pair in shown)}</monitor>")
    return 0


def _indicator(name: str, value: float) -> str:
    return (
        f"<indicator name='{name}'>\n"
        f"  <current label='Current value' value='{value:g}' display='{value:g} %'/>\n"
        "  <warning value='80'/> <alert value='90'/> <max label='Max value' value='100'/>\n"
        "</indicator>\n"
    )


def change(server: Server, verb: str, mask: str) -> int:
    """start, stop or restart what a mask names."""
    say(HEADER)
    while (server.home / "faults" / "slow").exists():
        time.sleep(0.01)
    names = server.named(mask)
    if not names:
        print(f"No task corresponds to the mask {mask}")
        return 1
    if verb in ("stop", "restart"):
        for name in names:
            server.stop(name)
    if verb in ("start", "restart"):
        return 0 if server.start(*(n for n in names if not server.pid(n))) else 1
    return 0


def main() -> int:
    """Do what the command line says; the exit code."""
    home = Path(sys.argv[0]).absolute().parent.parent
    verb, *arguments = sys.argv[1:] or ["-help"]
    with (home / "commands.log").open("a") as log:
        log.write(json.dumps(["nlserver", verb, *arguments]) + "\n")
    server = Server(home)
    if verb == "pdump":
        return pdump(server, arguments)
    if verb == "monitor":
        return monitor(server, arguments)
    if verb in ("start", "stop", "restart") and arguments:
        return change(server, verb, arguments[0])
    if verb == "watchdog":
        say(HEADER)
        return 0 if server.pid("watchdog@default") or server.start("watchdog@default") else 1
    if verb == "shutdown":
        server.stop_all()
        return 0
    if [verb, *arguments] in (["config", "-reload"], ["stat", "-reload"]):
        say(HEADER)
        return 0
    print(f"nlserver: unknown command '{verb}'", file=sys.stderr)
    return 1


def systemctl() -> int:
    """The service manager of the stand-in, which knows the service ``nlserver`` and no other."""
    home = Path(sys.argv[0]).absolute().parent.parent
    with (home / "commands.log").open("a") as log:
        log.write(json.dumps(["systemctl", *sys.argv[1:]]) + "\n")
    if sys.argv[2:] != ["nlserver"]:
        print(f"Unit {' '.join(sys.argv[2:])} could not be found.", file=sys.stderr)
        return 4
    server, verb = Server(home), sys.argv[1]
    if verb in ("stop", "restart"):
        server.stop_all()
    if verb in ("start", "restart"):
        return 0 if server.pid("watchdog@default") or server.start("watchdog@default") else 1
    if verb == "status":
        active = server.pid("watchdog@default") is not None
        print(f"nlserver.service\n   Active: {'active (running)' if active else 'inactive (dead)'}")
        return 0 if active else 3
    return 0

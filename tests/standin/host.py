"""The stand-in host as the tests see it: set up in a folder, broken in one way, gone afterwards.

Its processes end when ``stop`` is called, when the folder loses its sign of life and when the
process that set it up is no more.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psutil
import pytest

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Ports:
    """Where the stand-in listens, on loopback."""

    syslogd: int = 6666
    stat: int = 7777
    web: int = 8080
    control: int = 8005
    httpd: int = 0
    pop3: int = 0
    smtp: int = 0


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """A port that nobody holds. The system gives it to no client: below 32768 it takes none."""
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        with contextlib.suppress(OSError), socket.socket(socket.AF_INET, kind) as one:
            one.bind(("127.0.0.1", port))
            return port


def free_ports() -> Ports:
    """Ports that nobody holds, so that several stand-ins may run at a time."""
    kinds = dict.fromkeys(Ports.__dataclass_fields__, socket.SOCK_STREAM)
    kinds |= {"syslogd": socket.SOCK_DGRAM, "stat": socket.SOCK_DGRAM}
    while len({*(found := {name: free_port(kind) for name, kind in kinds.items()}).values()}) < 7:
        pass
    return Ports(**found)


@contextlib.contextmanager
def documented_ports() -> Iterator[Ports]:
    """The ports that the documentation names, for one test of this machine at a time."""
    documented = Ports()
    with (Path(tempfile.gettempdir()) / f"ccexpert-standin-{os.getuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _skip_when_taken(documented)
        yield replace(
            free_ports(),
            syslogd=documented.syslogd,
            stat=documented.stat,
            web=documented.web,
            control=documented.control,
        )


def _skip_when_taken(ports: Ports) -> None:
    """A machine on which something else listens there is no place for such a test."""
    wanted = {ports.syslogd, ports.stat, ports.web, ports.control}
    taken = {c.laddr.port for c in psutil.net_connections("inet") if c.laddr and not c.raddr}
    if wanted & taken:
        pytest.skip(f"port {min(wanted & taken)} is held by another program of this machine")


def _lives(process: psutil.Process) -> bool:
    """Whether it runs; one that has ended and waits for its parent does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


class StandIn:
    """One stand-in host in ``home``."""

    def __init__(self, home: Path, ports: Ports) -> None:
        self.home, self.ports = home, ports
        self._neighbours: dict[str, subprocess.Popen[bytes]] = {}

    # --- set up and take down ---

    def __enter__(self) -> StandIn:
        for folder in ("bin", "conf", "var", "run", "faults", "tmp"):
            (self.home / folder).mkdir(parents=True)
        (self.home / "alive").write_text(str(os.getpid()))
        (self.home / "commands.log").touch()
        self._write_programs()
        self.write_configuration()
        try:
            self._run("httpd", self.ports.httpd)
            self._run("mailserver", self.ports.pop3, self.ports.smtp)
            for name in self._neighbours:
                self._wait_for(name)
            self.command("systemctl", "start", "nlserver")
            self._wait_for_logs()
            self.forget_commands()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End every process that belongs to this folder."""
        (self.home / "alive").unlink(missing_ok=True)
        bin_folder = str(self.home / "bin")
        ended = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if any(part.startswith(bin_folder) for part in process.cmdline()[:4]):
                    process.kill()
                    ended.append(process)
        while any(map(_lives, ended)):
            time.sleep(0.005)
        for child in self._neighbours.values():
            child.wait(120)

    def _write_programs(self) -> None:
        calls = {
            "nlserver": "from nlserver import main",
            "systemctl": "from nlserver import systemctl as main",
            **dict.fromkeys(("httpd", "mailserver", "rsyslogd"), "from neighbours import main"),
        }
        for name, line in calls.items():
            program = self.home / "bin" / name
            program.write_text(
                f"#!{sys.executable} -IS\nimport sys\nsys.path.insert(0, {str(HERE)!r})\n"
                f"{line}\nsys.exit(main())\n"
            )
            program.chmod(0o755)

    def write_configuration(self, **modules: bool) -> None:
        """The files of ``conf``; ``modules`` says which do not start, such as ``inMail=False``."""
        starts = dict.fromkeys(
            ("syslogd", "trackinglogd", "web", "stat", "mta", "wfserver", "inMail"), True
        )
        starts |= modules

        def node(name: str, **more: Any) -> str:
            attributes = {"autoStart": str(starts[name]).lower(), **more}
            return "  <{} {}/>\n".format(
                name, " ".join(f'{k}="{v}"' for k, v in attributes.items())
            )

        p = self.ports
        files = {
            "config-default.xml": "".join(node(n) for n in ("web", "syslogd", "trackinglogd")),
            "config-prod.xml": node("mta", statServerAddress=f"127.0.0.1:{p.stat}")
            + "".join(node(n) for n in ("stat", "wfserver", "inMail"))
            + '  <shared><dataStore hosts="*"><dataSource name="default">'
            '<dbcnx login="campaign" password="hidden" provider="PostgreSQL" server="db"/>'
            "</dataSource></dataStore></shared>\n",
            "serverConf.xml": f'  <web httpPort="{p.web}" controlPort="{p.control}"/>\n'
            f'  <stat port="{p.stat}"/>\n',
        }
        for name, inside in files.items():
            text = f"<?xml version='1.0'?>\n<serverconf>\n{inside}</serverconf>\n"
            (self.home / "conf" / name).write_text(text)
        address = f"export TRACE_ADDR=localhost:{p.syslogd}\n" if p.syslogd != 6666 else ""
        (self.home / "customer.sh").write_text(
            f"#!/bin/sh\nexport TMPDIR={self.home / 'tmp'}\n{address}"
        )

    def _run(self, name: str, *ports: int) -> None:
        """Run ``httpd``, ``mailserver`` or the stranger ``rsyslogd``."""
        self._neighbours[name] = subprocess.Popen(
            [str(self.home / "bin" / name), *map(str, ports)], stdout=subprocess.PIPE
        )

    def _wait_for(self, name: str) -> None:
        stdout = self._neighbours[name].stdout
        assert stdout is not None
        assert stdout.readline() == b"ready\n", f"the stand-in {name} does not start"

    def _wait_for_logs(self) -> None:
        """Until every module has written its first line."""
        expected = [self.log(name) for name in self.pids()]
        deadline = time.monotonic() + 120
        while not all(path.exists() for path in expected):
            assert time.monotonic() < deadline, "the stand-in does not log"
            time.sleep(0.02)

    # --- what tests ask of it ---

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs that shall take the stand-in for the server."""
        return {
            "PATH": f"{self.home / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "CCEXPERT_POP3_LOGIN": "bounce",
            "CCEXPERT_POP3_PASSWORD": "secret",
        }

    @property
    def options(self) -> list[str]:
        """The options of ccexpert that tell where this host is."""
        return [
            *("--var", str(self.home / "var"), "--conf", str(self.home / "conf")),
            *("--url", f"http://127.0.0.1:{self.ports.httpd}"),
            *("--pop3", f"127.0.0.1:{self.ports.pop3}", "--smtp", f"127.0.0.1:{self.ports.smtp}"),
        ]

    def command(self, *argv: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the stand-in, as its operator would."""
        return subprocess.run(
            [str(self.home / "bin" / argv[0]), *argv[1:]],
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def pids(self) -> dict[str, int]:
        """The modules that run, by ``module@instance``, and their processes."""
        found = {}
        for path in sorted((self.home / "run").iterdir()):
            with contextlib.suppress(OSError, ValueError, psutil.Error):
                pid = int(path.read_text())
                if _lives(psutil.Process(pid)):
                    found[path.name] = pid
        return found

    def log(self, name: str) -> Path:
        """The log file of a module (``mta@prod``)."""
        module, _, instance = name.partition("@")
        return self.home / "var" / instance / "log" / f"{module}.log"

    def commands(self) -> list[list[str]]:
        """Every command line that it was given since it was set up or told to forget."""
        return [json.loads(line) for line in (self.home / "commands.log").read_text().splitlines()]

    def forget_commands(self) -> None:
        """Let the list of command lines begin anew."""
        (self.home / "commands.log").write_text("")

    def changes(self) -> list[list[str]]:
        """The command lines that were to change something."""
        looks = {"pdump", "monitor", "status"}
        return [argv for argv in self.commands() if argv[1] not in looks]

    # --- how it breaks ---

    def kill(self, *names: str) -> None:
        """Let modules die, as by a crash."""
        for name in names:
            process = psutil.Process(self.pids()[name])
            process.kill()
            while _lives(process):
                time.sleep(0.005)

    def blank_logon_page(self) -> None:
        """The page goes blank until web is restarted."""
        (self.home / "faults" / "logon-blank").touch()

    def log_error(self, name: str, text: str) -> None:
        """Let a module (``web@default``) report an error in its log."""
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime())
        with self.log(name).open("a") as log:
            log.write(f"{stamp}.000Z\t1\t1\t1\terror\tlog\t{text}\n")

    def report_disk(self, percent: float) -> None:
        """Let ``nlserver monitor`` report a disk that is this full."""
        (self.home / "faults" / "disk").write_text(str(percent))

    def become_slow(self) -> None:
        """Let ``nlserver`` wait before it starts or stops anything, until ``go_on``."""
        (self.home / "faults" / "slow").touch()

    def go_on(self) -> None:
        """Be slow no longer."""
        (self.home / "faults" / "slow").unlink()

    def take_log_port(self) -> None:
        """syslogd dies, and another program takes its port."""
        self.kill("syslogd@default")
        self._run("rsyslogd", self.ports.syslogd)
        self._wait_for("rsyslogd")

    def free_log_port(self) -> None:
        """The other program goes away."""
        stranger = self._neighbours.pop("rsyslogd")
        stranger.kill()
        stranger.wait()

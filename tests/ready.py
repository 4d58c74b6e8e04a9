"""Runs the program in new processes that begin where its modules have been loaded.

Each run is a process of its own, with its own input, output, environment, folder and exit code.
Only the loading is done once, of modules and of the shipped knowledge: a process that has done it
waits and becomes a run by ``fork``.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import json
import os
import pkgutil
import select
import signal
import socket
import subprocess
import sys
import tempfile
import termios
import threading
from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO, NoReturn, TextIO

#: What Python itself reads when it starts; such a run has to start anew.
_READ_AT_START = ("PYTHON", "LC_", "LANG")

#: As much as a pipe takes while nobody reads.
_PIPE = 65_536


def run(
    arguments: Sequence[str], stdin: bytes, env: Mapping[str, str]
) -> subprocess.CompletedProcess[bytes]:
    """One run with the environment of this process and ``env``."""
    whole = environment(env)
    if any(name.startswith(_READ_AT_START) for name in env):
        return subprocess.run(
            [sys.executable, "-m", "ccexpert", *arguments],
            input=stdin,
            capture_output=True,
            timeout=300,
            env=whole,
            check=False,
        )
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        with _given(stdin) as given:
            code = Started(arguments, (given.fileno(), out.fileno(), err.fileno()), whole).wait()
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess([*arguments], code, out.read(), err.read())


def environment(env: Mapping[str, str]) -> dict[str, str]:
    """The environment of this process with the shipped knowledge, and ``env``."""
    return {**os.environ, "LC_ALL": "C.UTF-8", "CCEXPERT_RULES": "", **env}


class Started:
    """One run at work, with these three streams; one at a ``terminal`` leads a session there."""

    def __init__(
        self,
        arguments: Sequence[str],
        streams: Sequence[int],
        env: Mapping[str, str],
        folder: Path | None = None,
        *,
        terminal: bool = False,
    ) -> None:
        request = {
            "arguments": [*arguments],
            "env": dict(env),
            "folder": str(folder or Path.cwd()),
            "terminal": terminal,
        }
        reader, writer = os.pipe()
        try:
            _ask(request, [*streams, writer])
        finally:
            os.close(writer)
        self._said = os.fdopen(reader)
        self.pid = int(self._said.readline())

    @classmethod
    def with_pipes(cls, arguments: Sequence[str], stdout: int) -> tuple[Started, TextIO, TextIO]:
        """A run, the way to its input, and what it says on stderr."""
        (given, stdin), (stderr, said) = os.pipe(), os.pipe()
        try:
            run = cls(arguments, (given, stdout, said), environment({}))
        finally:
            os.close(given)
            os.close(said)
        return run, os.fdopen(stdin, "w", buffering=1), os.fdopen(stderr)

    def wait(self, timeout: float = 300) -> int:
        """The exit code, as of ``subprocess``: negative for a signal."""
        if not self._over(timeout):
            os.kill(self.pid, signal.SIGKILL)
            raise TimeoutError(f"the run has not ended after {timeout:g} s")
        return self._code

    def is_over(self) -> bool:
        """Whether it has ended."""
        return self._over(0)

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if not self.is_over():
            with contextlib.suppress(ProcessLookupError):  # its end is about to be told
                os.kill(self.pid, number)

    @cached_property
    def _code(self) -> int:
        with self._said:
            return int(self._said.readline())

    def _over(self, timeout: float) -> bool:
        return "_code" in self.__dict__ or bool(select.select([self._said], [], [], timeout)[0])


def _given(stdin: bytes) -> BinaryIO:
    if len(stdin) < _PIPE:
        reader, writer = os.pipe()
        os.write(writer, stdin)
        os.close(writer)
        return os.fdopen(reader, "rb")
    file = tempfile.TemporaryFile()  # noqa: SIM115  closed by the caller
    file.write(stdin)
    file.seek(0)
    return file


def _ask(request: Mapping[str, object], streams: Sequence[int]) -> None:
    server = _server()
    text = json.dumps(request).encode()
    socket.send_fds(server, [b"%10d" % len(text)], streams)
    server.sendall(text)


@cache
def _server() -> socket.socket:
    """The way to the process that waits; it ends with this one."""
    ours, theirs = socket.socketpair()
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.ready", str(theirs.fileno())],
        pass_fds=[theirs.fileno()],
        env=environment,
        cwd=Path(__file__).resolve().parent.parent,
    )
    theirs.close()
    ours.settimeout(300)
    atexit.register(process.wait)
    atexit.register(ours.close)
    return ours


# --- the process that waits ---


def _wait(number: int) -> None:
    """Take requests until the other side is gone; a process that became a run returns too."""
    _load()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(fileno=number) as client:
        while head := socket.recv_fds(client, 10, 4):
            size, (*streams, said) = head[0], head[1] or [0]
            if not size:
                return
            request = json.loads(client.recv(int(size), socket.MSG_WAITALL))
            keeper = os.fork()
            if not keeper:
                client.close()
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                if child := os.fork():
                    _keep(child, streams, said)
                os.close(said)
                _become(request, streams)
                return
            for stream in (*streams, said):
                os.close(stream)


def _keep(child: int, streams: Sequence[int], said: int) -> NoReturn:
    """Tell the number of a run, and later how it ended."""
    for stream in streams:
        os.close(stream)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with os.fdopen(said, "w", buffering=1) as out:
        print(child, file=out)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), file=out)
    os._exit(0)


def _load() -> None:
    import ccexpert.cli
    import ccexpert.expert
    import ccexpert.intake
    import ccexpert.report

    for package in (ccexpert.cli, ccexpert.intake, ccexpert.report):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    expert = ccexpert.expert.Expert()
    for said in ("All deliveries fail since midnight.", "SOP-330011 Error while executing 'x'"):
        expert.diagnose(ccexpert.intake.read(said).document)


def _become(request: Mapping[str, Any], streams: Sequence[int]) -> None:
    if request["terminal"]:
        os.setsid()
        fcntl.ioctl(streams[0], termios.TIOCSCTTY, 0)
    for stream, place in zip(streams, range(3), strict=True):
        os.dup2(stream, place)
        os.close(stream)
    sys.stdin = os.fdopen(0, encoding="utf-8", errors="surrogateescape", closefd=False)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", errors="surrogateescape", closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)
    os.environ.clear()
    os.environ.update(request["env"])
    os.chdir(request["folder"])
    sys.argv = ["ccexpert", *request["arguments"]]
    from ccexpert.__main__ import main

    try:
        main()
    except SystemExit as ended:
        _end(ended)


def _end(ended: SystemExit) -> None:
    """End as Python does, but leave the memory to the system: to free the knowledge piece by piece
    would take longer than most runs."""
    if not isinstance(ended.code or 0, int):
        raise ended
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):  # Python tells this in its own way
        raise ended from None
    os._exit(int(ended.code or 0))


if __name__ == "__main__":
    _wait(int(sys.argv[1]))

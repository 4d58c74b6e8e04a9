"""Runs the program in new processes that begin where its modules have been loaded.

Each run is a process of its own, with its own input, output, environment, folder and exit code.
Only the loading is done once: a process that has done it waits and becomes a run by ``fork``.
"""

from __future__ import annotations

import atexit
import json
import os
import pkgutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import BinaryIO

#: What Python itself reads when it starts; such a run has to start anew.
_READ_AT_START = ("PYTHON", "LC_", "LANG")

#: As much as a pipe takes while nobody reads.
_PIPE = 65_536


def run(
    arguments: Sequence[str], stdin: bytes, env: Mapping[str, str]
) -> subprocess.CompletedProcess[bytes]:
    """One run with the environment of this process and ``env``."""
    whole = {**os.environ, "LC_ALL": "C.UTF-8", "CCEXPERT_RULES": "", **env}
    if any(name.startswith(_READ_AT_START) for name in env):
        return subprocess.run(
            [sys.executable, "-m", "ccexpert", *arguments],
            input=stdin,
            capture_output=True,
            timeout=120,
            env=whole,
            check=False,
        )
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        request = {"arguments": [*arguments], "env": whole, "folder": str(Path.cwd())}
        with _given(stdin) as given:
            code = _asked(request, [given.fileno(), out.fileno(), err.fileno()])
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess([*arguments], code, out.read(), err.read())


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


def _asked(request: Mapping[str, object], streams: Sequence[int]) -> int:
    server = _server()
    text = json.dumps(request).encode()
    try:
        socket.send_fds(server, [b"%10d" % len(text)], streams)
        server.sendall(text)
        return int(server.recv(10))
    except (OSError, ValueError):  # its answer may still come: begin with another one
        _server.cache_clear()
        raise


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
    ours.settimeout(120)
    atexit.register(process.wait)
    atexit.register(ours.close)
    return ours


# --- the process that waits ---


def _wait(number: int) -> None:
    """Take requests until the other side is gone; a process that became a run returns too."""
    _load()
    with socket.socket(fileno=number) as client:
        while head := socket.recv_fds(client, 10, 3):
            size, streams = head[:2]
            if not size:
                return
            request = json.loads(client.recv(int(size), socket.MSG_WAITALL))
            child = os.fork()
            if not child:
                client.close()
                _become(request, streams)
                return
            for stream in streams:
                os.close(stream)
            _, status = os.waitpid(child, 0)
            client.sendall(b"%10d" % os.waitstatus_to_exitcode(status))


def _load() -> None:
    import ccexpert.cli
    import ccexpert.expert

    for module in pkgutil.iter_modules(ccexpert.cli.__path__, "ccexpert.cli."):
        import_module(module.name)


def _become(request: Mapping[str, list[str]], streams: Sequence[int]) -> None:
    for stream, place in zip(streams, range(3), strict=True):
        os.dup2(stream, place)
        os.close(stream)
    sys.stdin = os.fdopen(0, encoding="utf-8", errors="surrogateescape", closefd=False)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", errors="surrogateescape", closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)
    os.environ.clear()
    os.environ.update(request["env"])
    os.chdir(str(request["folder"]))
    sys.argv = ["ccexpert", *request["arguments"]]
    from ccexpert.__main__ import main

    main()


if __name__ == "__main__":
    _wait(int(sys.argv[1]))

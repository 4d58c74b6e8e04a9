"""Runs commands that only show something: as argument lists, with a time limit, never in a
shell."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from ccexpert.observe.interface import OUTPUT_LIMIT, CannotObserveError, Host, Output, Ran
from ccexpert.observe.text import OTHER_ACCOUNT


def run(argv: Sequence[str], limit: float) -> Ran:
    """Run a command for at most ``limit`` seconds; its output is kept up to ``OUTPUT_LIMIT`` bytes.

    Raises ``CannotObserveError`` if the command does not exist, may not run, or exceeds its time;
    it is then killed with all its children.
    """
    program = shutil.which(argv[0])
    if program is None:
        raise CannotObserveError(f"there is no command '{argv[0]}' in the search path")
    with tempfile.TemporaryFile() as output:
        try:
            process = subprocess.Popen(
                [program, *argv[1:]],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, "LC_ALL": "C"},
                start_new_session=True,
            )
        except OSError as error:
            raise CannotObserveError(f"'{argv[0]}' cannot be run: {error.strerror}") from None
        try:
            code = process.wait(limit)
        except subprocess.TimeoutExpired:
            _end(process)
            raise CannotObserveError(
                f"'{' '.join(argv)}' gave no answer within {limit:g} seconds"
            ) from None
        output.seek(0)
        return Ran(output.read(OUTPUT_LIMIT), code)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill a command and everything in its session."""
    with contextlib.suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()


def nlserver(host: Host, *arguments: str) -> Output:
    """The output of ``nlserver <arguments>``; after a failure its last line has the exit code.

    Another account than Campaign's own lacks its environment, so a failure there says nothing about
    the server; the line says that, too.
    """
    program = nlserver_path(host)
    if program is None:
        raise CannotObserveError(
            "nlserver is neither in the search path nor, belonging to root or this account, in bin "
            "beside conf"
        )
    ran = host.run((program, *arguments), host.limit)
    if ran.code == 0:
        return Output.of(ran.output)
    return Output.of(ran.output + exit_line(ran.code, own=_is_campaign_account(host)))


def nlserver_path(host: Host) -> str | None:
    """The path of nlserver: from the search path, or from the installation."""
    beside = host.conf.parent / "bin" / "nlserver"
    if shutil.which("nlserver"):
        return "nlserver"
    return str(beside) if shutil.which(beside) and _is_trusted(beside) else None


def _is_trusted(program: Path) -> bool:
    """Whether root or this account owns a program; ``--conf`` may lead to somebody's copy."""
    if os.name != "posix":
        return True
    status = program.stat()
    return status.st_uid in (0, os.geteuid()) and not status.st_mode & 0o002


def runner(host: Host, limit: float) -> Callable[[Sequence[str]], Ran]:
    """Runs argument lists on a host, each for at most ``limit`` seconds; nlserver from where it is
    installed."""

    def run(argv: Sequence[str]) -> Ran:
        program = nlserver_path(host) if argv[0] == "nlserver" else None
        return host.run([program or argv[0], *argv[1:]], limit)

    return run


def require_installation(host: Host) -> None:
    """Without Campaign on this host, its free ports and silent pages say nothing; raises
    ``CannotObserveError``."""
    if not (host.conf.is_dir() or host.var.is_dir() or nlserver_path(host)):
        raise CannotObserveError("no installation of Campaign is found on this host")


def exit_line(code: int, *, own: bool = True) -> bytes:
    """The line in an output that gives the exit code of its command."""
    return f"\n\nexit code: {code}{'' if own else ' ' + OTHER_ACCOUNT}\n".encode()


def _is_campaign_account(host: Host) -> bool:
    if not hasattr(os, "geteuid"):
        return True
    try:
        return host.var.stat().st_uid == os.geteuid()
    except OSError:
        return False

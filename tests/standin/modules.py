"""The modules of the stand-in as real processes: what each holds, serves and writes.

A module logs by sending lines to the port of syslogd, which writes the files; without it nothing is
logged, as with the product (help/production/using/general-architecture.md).
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nlserver import Server

#: Seconds between two signs of life in the logs.
BEAT = 0.2

LOGON = (
    "<html><head><title>Adobe Campaign</title></head><body>"
    "<form><input name='login'/><input name='password' type='password'/></form></body></html>"
)


def run(server: Server, name: str) -> int:
    """Be one module (``mta@prod``) until told to stop."""
    module, _, instance = name.partition("@")
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    try:
        beat = _MODULES.get(module, _idle)(server, instance)
    except OSError as error:
        text = f"bind: {error.strerror}"  # as the system says it: Address already in use
        _write(server, instance, module, f"1\terror\tlog\t{text}")
        return 1
    if module == "watchdog":
        server.start_all()
    _log(server, instance, module, f"Starting {module} module (pid={os.getpid()}, tid=1)...")
    (server.home / "run" / name).write_text(str(os.getpid()))
    while stays(server.home):
        _log(server, instance, module, "At work")
        beat()
        reap()
        time.sleep(BEAT)
    return 0


def stays(home: Path) -> bool:
    """Whether the stand-in is still wanted: its owner lives and has not taken its sign away."""
    try:
        os.kill(int((home / "alive").read_text()), 0)
    except (OSError, ValueError):
        return False
    return True


def reap() -> None:
    """Let go of children that have ended."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _log(server: Server, instance: str, module: str, text: str) -> None:
    line = f"{instance}\t{module}\t1\tinfo\tlog\t{text}".encode()
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(line, ("127.0.0.1", server.settings.port("syslogd")))


def _write(server: Server, instance: str, module: str, rest: str) -> None:
    """A line of a log file: time, process, thread, number, level, category, text."""
    folder = server.home / "var" / instance / "log"
    folder.mkdir(parents=True, exist_ok=True)
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime())
    with (folder / f"{module}.log").open("a") as log:
        log.write(f"{stamp}.000Z\t{os.getpid()}\t1\t{rest}\n")


Beat = Callable[[], None]


def _idle(_server: Server, _instance: str) -> Beat:
    return lambda: None


def _listen(kind: socket.SocketKind, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, kind)
    if kind == socket.SOCK_STREAM:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    if kind == socket.SOCK_STREAM:
        listener.listen()
    return listener


def _syslogd(server: Server, _instance: str) -> Beat:
    listener = _listen(socket.SOCK_DGRAM, server.settings.port("syslogd"))

    def write() -> None:
        while True:
            instance, module, rest = listener.recv(65536).decode("utf-8").split("\t", 2)
            _write(server, instance, module, rest)

    threading.Thread(target=write, daemon=True).start()
    return lambda: None


def _stat(server: Server, _instance: str) -> Beat:
    listener = _listen(socket.SOCK_DGRAM, server.settings.port("stat"))

    def permit() -> None:
        while True:
            _, sender = listener.recvfrom(65536)
            listener.sendto(b"granted", sender)

    threading.Thread(target=permit, daemon=True).start()
    return lambda: None


def _trackinglogd(server: Server, _instance: str) -> Beat:
    folder = server.home / "var" / "prod" / "redir" / "log"
    folder.mkdir(parents=True, exist_ok=True)

    def click() -> None:
        with (folder / "0x0001.log").open("a") as log:
            log.write("50x0001\t1f506d71\t1aeab4b6\n")

    click()
    return click


def _web(server: Server, _instance: str) -> Beat:
    """Tomcat and its control port; a restart cures a logon page that has gone blank."""
    import http.server  # the others shall not wait for it

    blank = server.home / "faults" / "logon-blank"

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = self.path.partition("?")[0]
            now = time.strftime("%Y-%m-%d %H:%M:%S")
            text = {"/nl/jsp/logon.jsp": LOGON, "/nl/jsp/ping.jsp": f"Ok\n{now}\n"}.get(page)
            self.send_response(200 if text else 404)
            self.end_headers()
            self.wfile.write(b"" if blank.exists() else (text or "").encode())

        def log_message(self, *_: object) -> None:
            pass

    control = _listen(socket.SOCK_STREAM, server.settings.port("control"))
    pages = http.server.ThreadingHTTPServer(("127.0.0.1", server.settings.port("web")), Page)
    blank.unlink(missing_ok=True)
    threading.Thread(target=pages.serve_forever, daemon=True).start()
    return lambda: control and None


_MODULES: dict[str, Callable[[Server, str], Beat]] = {
    "syslogd": _syslogd,
    "stat": _stat,
    "trackinglogd": _trackinglogd,
    "web": _web,
}

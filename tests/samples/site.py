"""A small installation in a folder, with a stand-in for nlserver and real servers on loopback."""

from __future__ import annotations

import os
import shutil
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.samples import FOLDER

STAND_IN = """#!/bin/sh
# a stand-in for nlserver: prints what the files beside it hold
cd "$(dirname "$0")" && case "$*" in
  "pdump") cat pdump.txt;;
  "pdump -who") cat pdump-who.txt;;
  "monitor -missing") cat monitor-missing.txt;;
  "monitor") cat monitor.xml;;
  *) echo "unknown: $*"; exit 64;;
esac
"""


class Site:
    """Folders as an installation has them: ``conf``, ``var`` and ``bin`` with the stand-in."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.conf, self.var, self.bin = root / "conf", root / "var", root / "bin"
        shutil.copytree(FOLDER / "conf", self.conf)
        self.bin.mkdir()
        self.prints("pdump.txt", (FOLDER / "pdump-one-instance.txt").read_text(encoding="utf-8"))
        for name in ("pdump-who.txt", "monitor.xml"):
            shutil.copy(FOLDER / name, self.bin)
        self.prints("monitor-missing.txt", "12:09:54 > Application server for Adobe Campaign x\n")
        self.stands_in(STAND_IN)
        now = datetime.now(UTC)
        for module in ("web", "watchdog"):
            self.log("default", module, now, "Server started")
        for module in ("mta", "wfserver", "inMail", "stat"):
            self.log("demo", module, now, "nothing of note")

    def prints(self, name: str, text: str) -> None:
        (self.bin / name).write_text(text, encoding="utf-8")

    def stands_in(self, script: str) -> None:
        path = self.bin / "nlserver"
        path.write_text(script, encoding="utf-8")
        path.chmod(0o755)

    def log(self, instance: str, module: str, at: datetime, text: str) -> Path:
        """Add a line to a log, and give the file the time of the line."""
        path = self.var / instance / "log" / f"{module}.log"
        path.parent.mkdir(parents=True, exist_ok=True)
        stamp = at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
        with path.open("a", encoding="utf-8") as stream:
            stream.write(f"{stamp}\t1\t2\t3\terror\tlog\t{text}\n")
        os.utime(path, (at.timestamp(), at.timestamp()))
        return path

    @property
    def options(self) -> tuple[str, ...]:
        return ("--conf", str(self.conf), "--var", str(self.var))


def ago(**fields: float) -> datetime:
    return datetime.now(UTC) - timedelta(**fields)


Page = Callable[[BaseHTTPRequestHandler], None]


def page(body: str, status: int = 200, **headers: str) -> Page:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(body.encode())

    return answer


HEALTHY = {
    "/": page("it works"),
    "/r/test": page("<redir status='OK' date='2026-11-22' sourceIP='10.1.2.3'/>"),
    "/nl/jsp/logon.jsp": page("<html><body><form>Identifier</form></body></html>"),
    "/nl/jsp/ping.jsp": page("OK\n2026-11-22 12:00:00Z"),
}


@contextmanager
def web_server(pages: dict[str, Page]) -> Iterator[str]:
    """A real HTTP server on loopback; the base of its pages."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            pages.get(self.path.split("?")[0], page("not found", 404))(self)

        def log_message(self, format: str, *args: object) -> None:
            """Keep quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@contextmanager
def line_server(greeting: str, answers: Callable[[str], str]) -> Iterator[str]:
    """A real server that greets and answers line by line; ``host:port``."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(greeting.encode() + b"\r\n")
            while line := self.rfile.readline().decode().strip():
                self.wfile.write(answers(line).encode() + b"\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield "{}:{}".format(*server.server_address)
        server.shutdown()

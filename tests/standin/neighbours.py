"""What stands around Campaign on a host: a web server in front of it, mail servers, a stranger.

The web server answers ``/`` and ``/r/test`` by itself and passes other pages on to the module web;
while that does not run the page stays blank (help/production/using/failure-to-connect.md).
"""

from __future__ import annotations

import http.client
import http.server
import os
import socket
import socketserver
import sys
import threading
import time
from pathlib import Path

from modules import stays
from settings import Settings


def main() -> int:
    """Be ``httpd``, ``mailserver`` or ``rsyslogd`` (the stranger on a port), by the name of the
    program, on the ports given."""
    called = Path(sys.argv[0]).absolute()
    home, ports = called.parent.parent, [int(port) for port in sys.argv[1:]]
    if called.name == "httpd":
        _serve(http.server.ThreadingHTTPServer(("127.0.0.1", ports[0]), _front(home)))
    elif called.name == "mailserver":
        for port, talk in zip(ports, (_Pop3, _Smtp), strict=True):
            _serve(socketserver.ThreadingTCPServer(("127.0.0.1", port), talk))
    else:
        stranger = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        stranger.bind(("127.0.0.1", ports[0]))
    print("ready", flush=True)
    while stays(home):
        time.sleep(0.2)
    return 0


def _serve(server: socketserver.BaseServer) -> None:
    threading.Thread(target=server.serve_forever, daemon=True).start()


def _front(home: Path) -> type[http.server.BaseHTTPRequestHandler]:
    behind = Settings(home).port("web")

    class Front(http.server.BaseHTTPRequestHandler):
        server_version = "Apache/2.4 (stand-in)"

        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(self._body())

        def _body(self) -> bytes:
            if self.path == "/":
                return b"<html><body>It works!</body></html>"
            if self.path == "/r/test":
                now = time.strftime("%Y/%m/%d %H:%M:%S")
                return f"<redir status='OK' date='{now}' build='9999' host='localhost'/>".encode()
            web = http.client.HTTPConnection("127.0.0.1", behind, timeout=60)
            try:
                web.request("GET", self.path)
                return web.getresponse().read()
            except OSError:
                return b""

        def log_message(self, *_: object) -> None:
            pass

    return Front


class _Pop3(socketserver.StreamRequestHandler):
    """An empty mailbox; the account is ``bounce``, its password ``secret``."""

    def handle(self) -> None:
        user = ""
        self._answer("+OK stand-in POP3 server")
        for line in self.rfile:
            verb, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
            if verb.upper() == "USER":
                user = rest
                self._answer("+OK")
            elif verb.upper() == "PASS":
                self._answer("+OK" if (user, rest) == ("bounce", "secret") else "-ERR refused")
            elif verb.upper() == "STAT":
                self._answer("+OK 0 0")
            elif verb.upper() == "QUIT":
                self._answer("+OK")
                return
            else:
                self._answer("-ERR unknown command")

    def _answer(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class _Smtp(socketserver.StreamRequestHandler):
    """Greets and says goodbye."""

    def handle(self) -> None:
        self.wfile.write(b"220 relay ESMTP stand-in\r\n")
        self.rfile.readline()
        self.wfile.write(b"221 Bye\r\n")


if __name__ == "__main__":
    os._exit(main())

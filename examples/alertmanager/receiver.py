#!/usr/bin/env python3
"""A small webhook receiver for Alertmanager: alerts in, diagnosed by ccexpert.

    receiver.py --mapping mapping.yaml -- --record --format json=/var/lib/ccexpert/alerts.json

Every message goes through ``ccexpert observe alertmanager -`` and what that prints through
``ccexpert diagnose -`` with the arguments behind ``--``. No text of a message ever stands on a
command line. It listens on loopback; put a proxy with authentication before it for anything else.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer

LIMIT = 16 * 1024 * 1024  # bytes of a message
TIME = 60  # seconds that one program may take
UNUSABLE = (
    65  # exit code of ccexpert: what came in cannot be used, and will not be better next time
)


def diagnosed(message: bytes, options: argparse.Namespace) -> tuple[HTTPStatus, bytes]:
    """The answer to one message."""
    observe = [options.ccexpert, "observe", "alertmanager", "-", "--mapping", options.mapping]
    diagnose = [options.ccexpert, "diagnose", "-", *options.diagnose]
    data = message
    for command in (observe, diagnose):
        done = subprocess.run(command, input=data, capture_output=True, timeout=TIME)
        sys.stderr.buffer.write(done.stderr)
        sys.stderr.flush()
        if done.returncode == UNUSABLE:  # an answer of 4xx: Alertmanager does not try again
            return HTTPStatus.UNPROCESSABLE_ENTITY, done.stderr
        if done.returncode not in (0, 1):
            return HTTPStatus.INTERNAL_SERVER_ERROR, done.stderr
        data = done.stdout
    return HTTPStatus.OK, data


class Receiver(BaseHTTPRequestHandler):
    """Answers POST requests, one at a time."""

    timeout = 10  # seconds that a sender may be silent
    options: argparse.Namespace

    def do_POST(self) -> None:
        """Take one message."""
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal():
            self.send_error(HTTPStatus.LENGTH_REQUIRED)
            return
        if int(length) > LIMIT:
            self.send_error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return
        try:
            status, answer = diagnosed(self.rfile.read(int(length)), self.options)
        except (OSError, subprocess.TimeoutExpired) as error:
            status, answer = HTTPStatus.INTERNAL_SERVER_ERROR, f"{error}\n".encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)


def main() -> None:
    """Listen until told to end."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--listen", default="127.0.0.1:9095", metavar="ADDRESS:PORT")
    parser.add_argument("--mapping", required=True)
    parser.add_argument("--ccexpert", default="ccexpert", help="the program")
    parser.add_argument("diagnose", nargs="*", help="options of ccexpert diagnose, behind --")
    Receiver.options = parser.parse_args()
    address, _, port = Receiver.options.listen.rpartition(":")
    HTTPServer((address, int(port)), Receiver).serve_forever()


if __name__ == "__main__":
    main()

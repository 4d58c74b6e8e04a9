"""Runs a server until it is told to end; then open requests are answered first."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

import uvicorn

from ccexpert.errors import CANNOT_CREATE, CcexpertError
from ccexpert.serve.guard import Application
from ccexpert.serve.patience import Patient
from ccexpert.serve.settings import Settings, is_loopback

#: Connections that may be open at once; any further one is told to come back later.
_CONNECTIONS = 512


def run(settings: Settings, make: Callable[[], Application]) -> None:
    """Serve what ``make`` makes until SIGTERM or Ctrl-C.

    Raises ``CcexpertError`` if the address cannot be used.
    """
    _refuse_unsafe(settings)
    with listener_of(settings) as listener:
        server = server_of(settings, make())
        address, port = listener.getsockname()[:2]
        tell({"listening": f"http://{f'[{address}]' if ':' in address else address}:{port}/"})
        asyncio.run(server.serve([listener]))


def server_of(settings: Settings, served: Application) -> uvicorn.Server:
    """The server of an application, not yet running."""
    config = uvicorn.Config(
        served,
        http=Patient,
        ws="none",
        log_config=_LOG,
        access_log=False,
        server_header=False,
        limit_concurrency=_CONNECTIONS,
        timeout_keep_alive=settings.silence_seconds,
        timeout_graceful_shutdown=settings.stop_seconds,
    )
    return uvicorn.Server(config)


def listener_of(settings: Settings) -> socket.socket:
    """The socket at the address of the settings."""
    family = socket.AF_INET6 if ":" in settings.address else socket.AF_INET
    try:
        place = (settings.address, settings.port)
        listener = socket.create_server(place, family=family, backlog=1024)
        # without it the last packet of an answer waits 40 ms for the client's kernel; asyncio sets
        # it only for sockets that it makes itself
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listener
    except OSError as error:
        raise CcexpertError(
            f"cannot listen on {settings.address}:{settings.port}: {error.strerror or error}",
            advice="is another program listening there?",
            exit_code=CANNOT_CREATE,
        ) from None


def tell(event: Mapping[str, Any]) -> None:
    """Write one line of the log."""
    sys.stderr.write(json.dumps(event) + "\n")


class _Told(logging.Handler):
    """What uvicorn has to say, such as of bytes that are no request, as a line like all others."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))
        tell({"at": at, "notice": record.getMessage()})


_LOG = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"told": {"()": _Told}},
    "loggers": {"uvicorn": {"handlers": ["told"], "level": "WARNING", "propagate": False}},
}


def _refuse_unsafe(settings: Settings) -> None:
    """Raise ``CcexpertError`` for an address that others reach, without a token."""
    if is_loopback(settings.address):
        return
    if settings.token is None:
        raise CcexpertError(
            f"others reach {settings.address}, so clients need a token",
            advice="set CCEXPERT_TOKEN or --token-file, or listen on 127.0.0.1",
        )
    tell(
        {
            "notice": "the token and all facts cross the network in clear text; put a proxy with "
            "TLS in front, see docs/serve.md"
        }
    )

"""Stands before everything: who may ask, how often, and what is written down about it.

Bodies, queries and tokens are never written down.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from http import HTTPStatus
from typing import Any

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from ccexpert.serve.counts import Counts
from ccexpert.serve.problems import RefusedError, response
from ccexpert.serve.settings import Settings

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

#: What probes may ask without a token.
_OPEN = ("/healthz", "/readyz")

#: What every answer says to a browser; a page may bring a policy of its own.
_HEADERS = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


class Guard:
    """An ASGI application before another."""

    def __init__(
        self,
        inner: Application,
        settings: Settings,
        counts: Counts,
        tell: Callable[[Mapping[str, Any]], None],
    ) -> None:
        self._inner, self._settings = inner, settings
        self._counts, self._tell = counts, tell
        self._rate = RateLimitItemPerMinute(settings.rate) if settings.rate else None
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        begun, sent = time.perf_counter(), _Sent(send, 2 * self._settings.body_seconds)
        try:
            with self._counts.open():
                await self._answer(scope, receive, sent)
        finally:
            self._write_down(scope, sent, time.perf_counter() - begun)

    async def _answer(self, scope: Message, receive: Receive, send: Send) -> None:
        headers = {name.decode("latin-1"): v.decode("latin-1") for name, v in scope["headers"]}
        try:
            self._check(scope, headers)
        except RefusedError as error:
            await response(error)(scope, receive, send)
            return
        await self._inner(scope, receive, send)

    def _check(self, scope: Message, headers: Mapping[str, str]) -> None:
        """Raise ``RefusedError`` for a request that may not come in."""
        named = headers.get("host", "")
        if "*" not in self._settings.names and _host(named) not in self._settings.names:
            raise RefusedError(
                HTTPStatus.FORBIDDEN,
                f"this server is not called '{named[:80]}'",
                "allow the name with: --name",
            )
        origin = headers.get("origin")
        if origin and origin.partition("://")[2] != named:
            raise RefusedError(HTTPStatus.FORBIDDEN, "pages of other servers may not ask")
        if scope["path"] in _OPEN:
            return
        if self._settings.token and not _knows(headers, self._settings.token):
            raise RefusedError(
                HTTPStatus.UNAUTHORIZED,
                "the token is missing or wrong",
                "send it as: Authorization: Bearer TOKEN",
                {"www-authenticate": 'Bearer, Basic realm="ccexpert"'},
            )
        client = (scope.get("client") or ("local",))[0]
        if self._rate and not self._limiter.hit(self._rate, client):
            raise RefusedError(
                HTTPStatus.TOO_MANY_REQUESTS,
                f"more than {self._settings.rate} requests a minute",
                "wait a little",
                {"retry-after": "10"},
            )

    def _write_down(self, scope: Message, sent: _Sent, seconds: float) -> None:
        path = scope.get("route_path") or "other"
        self._counts.answered(scope["method"], path, sent.status, seconds)
        self._tell(
            {
                "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
                "client": (scope.get("client") or ("local",))[0],
                "method": scope["method"],
                "path": scope["path"][:200],
                "status": sent.status,
                "bytes": sent.size,
                "ms": round(seconds * 1000, 1),
                "request": sent.name,
            }
        )


class _Sent:
    """Passes an answer on to a client that keeps reading, and remembers its status and size."""

    def __init__(self, send: Send, seconds: float) -> None:
        self._send, self._seconds = send, seconds
        self.status, self.size = 0, 0
        self.name = uuid.uuid4().hex

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = [*message.get("headers", ()), *self._more(message)]
        self.size += len(message.get("body", b""))
        await asyncio.wait_for(self._send(message), self._seconds)

    def _more(self, message: Message) -> list[tuple[bytes, bytes]]:
        there = {name for name, _ in message.get("headers", ())}
        headers = {**_HEADERS, "x-request-id": self.name}
        found = ((name.encode(), value.encode()) for name, value in headers.items())
        return [(name, value) for name, value in found if name not in there]


def _host(named: str) -> str:
    """The name in a ``Host`` header, without the port."""
    name, _, port = named.rpartition(":")
    return (name if name and port.isdecimal() else named).casefold()


def _knows(headers: Mapping[str, str], token: str) -> bool:
    """Whether a request brings the token: as a bearer, or as the password that browsers ask for."""
    scheme, _, given = headers.get("authorization", "").partition(" ")
    if scheme.casefold() == "basic":
        try:
            given = base64.b64decode(given).decode().partition(":")[2]
        except (binascii.Error, ValueError):
            given = ""
    elif scheme.casefold() != "bearer":
        given = ""
    return hmac.compare_digest(given.strip().encode(), token.encode())

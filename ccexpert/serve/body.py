"""Reads the body of a request: at most so many bytes, and from a client that keeps sending."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from http import HTTPStatus

from starlette.requests import ClientDisconnect, Request

from ccexpert.serve.guard import Application, Message, Receive, Send
from ccexpert.serve.problems import RefusedError, response
from ccexpert.serve.settings import Settings


async def pieces_of(request: Request, seconds: float) -> AsyncIterator[bytes]:
    """The body piece by piece; ``RefusedError`` if the next takes longer than ``seconds``."""
    stream = aiter(request.stream())
    while True:
        try:
            piece = await asyncio.wait_for(anext(stream), seconds)
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise RefusedError(
                HTTPStatus.REQUEST_TIMEOUT, f"nothing was sent for {seconds:g} seconds"
            ) from None
        yield piece


async def body_of(request: Request, limit: int, seconds: float) -> bytes:
    """The whole body; ``RefusedError`` if it has more than ``limit`` bytes."""
    length = request.headers.get("content-length", "0")
    if length.isdecimal() and int(length[:20]) > limit:
        raise _too_large(limit)
    found = bytearray()
    try:
        async with asyncio.timeout(2 * seconds):  # a byte now and then is no body either
            async for piece in pieces_of(request, seconds):
                found += piece
                if len(found) > limit:
                    raise _too_large(limit)
    except TimeoutError:
        raise RefusedError(
            HTTPStatus.REQUEST_TIMEOUT, f"the body was not whole after {2 * seconds:g} seconds"
        ) from None
    return bytes(found)


class Whole:
    """An ASGI application before one that waits for bodies as long as clients like: it gets a
    request once the body is there, and none of a client that has gone."""

    def __init__(self, inner: Application, settings: Settings) -> None:
        self._inner, self._settings = inner, settings

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        limit, seconds = self._settings.body_limit, self._settings.body_seconds
        try:
            body = await body_of(Request(scope, receive), limit, seconds)
        except RefusedError as error:
            await response(error)(scope, receive, send)
            return
        except ClientDisconnect:
            return
        parts = iter([{"type": "http.request", "body": body, "more_body": False}])

        async def replayed() -> Message:
            return next(parts, None) or await receive()

        await self._inner(scope, replayed, send)


def _too_large(limit: int) -> RefusedError:
    size = f"{limit // 1024 // 1024} MiB" if limit >= 1024 * 1024 else f"{limit} bytes"
    return RefusedError(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"larger than {size}", "is it the right file?"
    )

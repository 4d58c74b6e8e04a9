"""Reads the body of a request: at most so many bytes, and from a client that keeps sending."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from http import HTTPStatus

from starlette.requests import Request

from ccexpert.serve.problems import RefusedError


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
    async with asyncio.timeout(2 * seconds):  # a byte now and then is no body either
        async for piece in pieces_of(request, seconds):
            found += piece
            if len(found) > limit:
                raise _too_large(limit)
    return bytes(found)


def _too_large(limit: int) -> RefusedError:
    size = f"{limit // 1024 // 1024} MiB" if limit >= 1024 * 1024 else f"{limit} bytes"
    return RefusedError(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"larger than {size}", "is it the right file?"
    )

"""``/v1/fleet``: JSON Lines in and out, in bounded memory, however many hosts there are.

A record goes out as soon as its lines are diagnosed. A client that sends without reading is cut
off after a while, as one that stops sending is.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from typing import Any

from starlette.requests import ClientDisconnect, Request

from ccexpert.errors import CcexpertError
from ccexpert.fleet.blocks import Block, Segment
from ccexpert.fleet.diagnose import FleetExpert
from ccexpert.serve.body import pieces_of
from ccexpert.serve.call import Endpoint, Parameter, wrong
from ccexpert.serve.problems import response
from ccexpert.serve.service import REQUEST, Service
from ccexpert.serve.work import Pool
from ccexpert.words import LANGUAGES, Language

#: Answers that one request remembers for equal hosts.
_CACHED = 512

MEDIA = "application/x-ndjson"

_LINES = {"type": "string", "format": "binary"}

FLEET = Endpoint(
    "POST",
    "/v1/fleet",
    "Diagnose many hosts: JSON Lines in, a record for each line out, while it reads.",
    None,
    {MEDIA: _LINES},
    {MEDIA: _LINES},
    (Parameter("lang", "the language of texts; en", {"enum": list(LANGUAGES)}),),
)


class Fleet:
    """The endpoint, as an ASGI application: it answers while it reads."""

    def __init__(self, service: Service, pool: Pool) -> None:
        self._service, self._pool = service, pool

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        request, begun = Request(scope, receive), False
        scope["route_path"] = FLEET.path
        settings, expert = self._service.settings, self._service.expert
        try:
            host = FleetExpert(expert, settings.waivers, _language(request), _CACHED)
            async for block in _blocks(request, settings.body_limit, settings.body_seconds):
                records, _ = await self._pool.run(partial(host.diagnose, block))
                if not begun:
                    await send(_start())
                    begun = True
                await send(
                    {"type": "http.response.body", "body": records.encode(), "more_body": True}
                )
        except ClientDisconnect:
            return
        except CcexpertError as error:
            if not begun:
                await response(error)(scope, receive, send)
                return
            raise  # half an answer must not look whole: the connection is cut
        if not begun:
            await send(_start())
        await send({"type": "http.response.body", "body": b""})


def _language(request: Request) -> Language:
    given = request.query_params.get("lang", "en")
    if given not in LANGUAGES:
        raise wrong(f"lang={given[:40]!r} is not allowed", f"allowed: {', '.join(LANGUAGES)}")
    return "sv" if given == "sv" else "en"


def _start() -> dict[str, Any]:
    headers = [(b"content-type", MEDIA.encode()), (b"x-accel-buffering", b"no")]
    return {"type": "http.response.start", "status": 200, "headers": headers}


async def _blocks(request: Request, limit: int, seconds: float) -> AsyncIterator[Block]:
    """The body in blocks of whole lines; a line longer than ``limit`` is left out and said so."""
    rest, first, skips = bytearray(), 1, False
    async for piece in pieces_of(request, seconds):
        rest += piece
        if skips:
            end = rest.find(b"\n") + 1
            del rest[: end or len(rest)]
            skips = not end
            first += bool(end)
        end = rest.rfind(b"\n") + 1
        if end:
            yield _block(bytes(rest[:end]), first)
            first += rest.count(b"\n", 0, end)
            del rest[:end]
        if len(rest) > limit:
            yield _too_long(first, limit)
            rest.clear()
            skips = True
    if rest:
        yield _block(bytes(rest), first)


def _block(lines: bytes, first: int) -> Block:
    return Block(0, (Segment(REQUEST, first=first, data=lines.removesuffix(b"\n")),))


def _too_long(first: int, limit: int) -> Block:
    problem = f"larger than {limit // 1024 // 1024} MiB"
    return Block(0, (Segment(REQUEST, first=first, data=b"", problem=problem),))

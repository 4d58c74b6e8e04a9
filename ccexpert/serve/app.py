"""The server as an ASGI application: every endpoint in its place, behind the guard."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from http import HTTPStatus
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ccexpert.errors import CcexpertError
from ccexpert.serve.api import endpoints
from ccexpert.serve.body import body_of
from ccexpert.serve.call import Answer, Call, Endpoint
from ccexpert.serve.counts import Counts
from ccexpert.serve.formats import JSON, chosen
from ccexpert.serve.guard import Application, Guard
from ccexpert.serve.openapi import openapi
from ccexpert.serve.page import routes as page
from ccexpert.serve.problems import RefusedError, fault_of, response
from ccexpert.serve.service import Service
from ccexpert.serve.settings import Settings
from ccexpert.serve.stream import FLEET, Fleet
from ccexpert.serve.work import Pool
from ccexpert.version import __version__

Work = Callable[[Call], Answer]
Tell = Callable[[Mapping[str, Any]], None]
Handler = Callable[[Request], Awaitable[Response]]


def application(settings: Settings, tell: Tell = lambda event: None) -> Application:
    """The server; ``tell`` receives each line of its log, as data."""
    service = Service(settings)
    pool = Pool(settings.threads, settings.waiting, settings.work_seconds, service.expert.warm)
    counts = Counts(__version__, service.expert.base.digest)
    table = endpoints(record=settings.record, alerts=settings.mapping is not None)
    routes = [
        *(_route(one, one.answer, service, pool, tell) for one in table if one.answer),
        Route(FLEET.path, Fleet(service, pool), methods=[FLEET.method]),
        *page.routes(service, pool, tell),
        *_probes(counts, openapi((*table, FLEET), token=settings.token is not None)),
    ]
    inner = Starlette(
        routes=routes,
        exception_handlers={HTTPException: _not_there},
        lifespan=partial(_life, service=service, pool=pool),
    )
    return Guard(inner, settings, counts, tell)


@asynccontextmanager
async def _life(_app: Any, service: Service, pool: Pool) -> AsyncIterator[None]:
    """The time of a server: requests are accepted once everything slow was done once."""
    await pool.run(service.warm)
    gc.freeze()  # the knowledge stays: collecting garbage need not look at it again
    yield
    pool.close()


def _route(endpoint: Endpoint, work: Work, service: Service, pool: Pool, tell: Tell) -> Route:
    async def answer(request: Request) -> Response:
        request.scope["route_path"] = endpoint.path
        try:
            return await _answered(request, endpoint, work, service, pool)
        except ClientDisconnect:
            return Response(status_code=499)  # nobody reads it; the log says why
        except CcexpertError as error:
            return response(error)
        except Exception as error:
            tell(fault_of(error))
            return response(error)

    return Route(endpoint.path, answer, methods=[endpoint.method])


async def _answered(
    request: Request, endpoint: Endpoint, work: Work, service: Service, pool: Pool
) -> Response:
    settings, headers = service.settings, request.headers
    media = JSON
    if "format" not in request.query_params:
        media = chosen(headers.get("accept", ""), endpoint.gives)
    kind, body = _kind_of_body(headers.get("content-type", ""), endpoint), b""
    if endpoint.takes:
        body = await body_of(request, settings.body_limit, settings.body_seconds)
    call = Call(
        service=service,
        body=body,
        query=dict(request.query_params),
        path=dict(request.path_params),
        media=media,
        content_type=kind,
        languages=headers.get("accept-language", ""),
    )
    found = await pool.run(partial(work, call))
    return Response(found.text, media_type=found.media, headers=dict(found.headers))


def _kind_of_body(given: str, endpoint: Endpoint) -> str:
    """The media type of a body. What takes any text takes every type, for a client may not know
    it."""
    kind = given.partition(";")[0].strip().casefold()
    if endpoint.takes and kind not in endpoint.takes and "text/plain" not in endpoint.takes:
        raise RefusedError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            f"the body is of type '{kind[:80]}'",
            f"allowed: {', '.join(endpoint.takes)}",
        )
    return kind


async def _not_there(_request: Request, error: Exception) -> Response:
    status = HTTPStatus(getattr(error, "status_code", 404))
    known = {
        HTTPStatus.NOT_FOUND: "there is nothing at this address",
        HTTPStatus.METHOD_NOT_ALLOWED: "this address takes another method",
    }
    headers = getattr(error, "headers", None)
    said = known.get(status, status.phrase)
    return response(RefusedError(status, said, "see: /openapi.json", headers))


def _probes(counts: Counts, document: dict[str, Any]) -> list[Route]:
    """What machines ask: whether it lives and is ready, its counters, its description."""

    async def alive(request: Request) -> Response:
        request.scope["route_path"] = request.url.path
        return JSONResponse({"status": "ok"})

    async def metrics(request: Request) -> Response:
        request.scope["route_path"] = "/metrics"
        return Response(counts.text(), media_type="text/plain; version=0.0.4")

    async def described(request: Request) -> Response:
        request.scope["route_path"] = "/openapi.json"
        return JSONResponse(document)

    return [
        Route("/healthz", alive),
        Route("/readyz", alive),
        Route("/metrics", metrics),
        Route("/openapi.json", described),
    ]

"""What ``ccexpert serve`` is measured beside, on the same framework and server: an endpoint that
does nothing, and a rules service on GoRules' engine.

``python -m tests.bench.serve_peers bare|zen PORT``
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable

import zen
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ccexpert import Expert
from ccexpert.serve.run import listener_of, server_of
from ccexpert.serve.settings import Settings
from tests.bench.compare import conditions
from tests.bench.zen_rules import table

Handler = Callable[[Request], Awaitable[Response]]

#: About as long as a report.
_ANSWER = json.dumps({"report": "x" * 20_000}).encode()


def _bare() -> Handler:
    async def answer(request: Request) -> Response:
        await request.body()
        return Response(_ANSWER, media_type="application/json")

    return answer


def _zen() -> Handler:
    content = zen.ZenDecisionContent(json.dumps(table(conditions(Expert().base))))
    decision = zen.ZenEngine().create_decision(content)

    async def answer(request: Request) -> Response:
        found = decision.evaluate(json.loads(await request.body()))
        return Response(json.dumps(found["result"]), media_type="application/json")

    return answer


def main(name: str, port: int) -> None:
    """Serve until the process is ended."""
    settings = Settings(port=port)
    handler = {"bare": _bare, "zen": _zen}[name]()
    app = Starlette(routes=[Route("/", handler, methods=["POST"])])
    with listener_of(settings) as listener:
        asyncio.run(server_of(settings, app).serve([listener]))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))

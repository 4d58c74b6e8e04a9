"""What the tests of the server share: requests to it in this process, without a network."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import httpx

from ccexpert.serve.app import application
from ccexpert.serve.settings import Settings

#: The moment and the run differ from report to report, and nothing else does.
RUN = {"id": "", "started": "", "duration_ms": 0.0}


class Server:
    """A server with these settings, and its log."""

    def __init__(self, **settings: Any) -> None:
        self.log: list[Mapping[str, Any]] = []
        self.app = application(Settings(**{"rate": 0, **settings}), self.log.append)

    def __call__(self, method: str, path: str, **request: Any) -> httpx.Response:
        """Send one request."""
        return asyncio.run(self._ask(method, path, **request))

    def get(self, path: str, **request: Any) -> httpx.Response:
        return self("GET", path, **request)

    def post(self, path: str, content: Any = None, **request: Any) -> httpx.Response:
        """Send a text, or anything else as JSON."""
        if content is not None and not isinstance(content, (str, bytes)):
            return self("POST", path, json=content, **request)
        return self("POST", path, content=content, **request)

    async def _ask(self, method: str, path: str, **request: Any) -> httpx.Response:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.request(method, path, **request)


def timeless(report: str | Mapping[str, Any]) -> Mapping[str, Any]:
    """A report without its run."""
    data = json.loads(report) if isinstance(report, str) else report
    return {**data, "run": RUN}

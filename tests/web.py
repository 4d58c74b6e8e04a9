"""What the tests of the server share: requests to it in this process, and real servers."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

import httpx
from selectolax.lexbor import LexborHTMLParser

from ccexpert.serve.app import application
from ccexpert.serve.guard import Application
from ccexpert.serve.run import listener_of, server_of
from ccexpert.serve.settings import Settings

#: The moment and the run differ from report to report, and nothing else does.
RUN = {"id": "", "started": "", "duration_ms": 0.0}

FORM = {"content-type": "application/x-www-form-urlencoded"}


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


class Visit:
    """Someone with a browser that runs no scripts."""

    def __init__(self, server: Server, **headers: str) -> None:
        self._server, self._headers = server, {**FORM, **headers}
        self.answer = server.get("/", headers=headers)

    @property
    def page(self) -> LexborHTMLParser:
        return LexborHTMLParser(self.answer.text)

    def field(self, name: str) -> str:
        found = self.page.css_first(f"input[name={name}]")
        return found.attributes["value"] or "" if found else ""

    def press(self, do: str, path: str = "/", **fields: Any) -> Visit:
        """Press a button, with these fields filled in."""
        sent = {"state": self.field("state"), "question": self.field("question"), **fields}
        body = urlencode({**sent, "do": do}, doseq=True)
        self.answer = self._server.post(path, body, headers=self._headers)
        return self

    @property
    def state(self) -> dict[str, Any]:
        return dict(json.loads(self.field("state")))

    def texts(self, selector: str) -> list[str]:
        return [node.text().strip() for node in self.page.css(selector)]


@contextmanager
def listening(
    make: Callable[[Settings], Application] = application, **settings: Any
) -> Iterator[int]:
    """A server on a free port of this host, in a thread; gives the port."""
    chosen = Settings(**{"rate": 0, "port": 0, **settings})
    with listener_of(chosen) as listener:
        server = server_of(chosen, make(chosen))
        thread = threading.Thread(target=asyncio.run, args=(server.serve([listener]),))
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join(30)


@contextmanager
def serving(*options: object) -> Iterator[str]:
    """``ccexpert serve`` in a process of its own, on a free port; gives its address once it
    listens. Its log of a few requests fits into the pipe."""
    command = [sys.executable, "-m", "ccexpert", "serve", "--listen", "127.0.0.1:0"]
    process = subprocess.Popen(
        [*command, *map(str, options)], stderr=subprocess.PIPE, encoding="utf-8"
    )
    assert process.stderr is not None
    try:
        yield json.loads(process.stderr.readline())["listening"].rstrip("/")
    finally:
        process.kill()
        process.communicate()

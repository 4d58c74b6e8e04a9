"""Who may ask the server, how much, and what is written down about it."""

from __future__ import annotations

import asyncio
import base64
import gc
import itertools
import json
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest

from ccexpert.cli import app
from ccexpert.serve.problems import RefusedError
from ccexpert.serve.run import listener_of, server_of
from ccexpert.serve.service import Service
from ccexpert.serve.settings import Settings, is_loopback
from ccexpert.serve.work import Pool
from tests.web import Server

TOKEN = "0123456789abcdef"
SEARCH = "/v1/search?q=mail"


@pytest.fixture(scope="module")
def server() -> Server:
    return Server()


@pytest.fixture(scope="module")
def closed() -> Server:
    return Server(token=TOKEN, names=("ccexpert.example.com", "localhost"))


def basic(token: str) -> str:
    return f"Basic {base64.b64encode(f'anyone:{token}'.encode()).decode()}"


@pytest.mark.parametrize(
    ("given", "status"),
    [
        (f"Bearer {TOKEN}", 200),
        (f"bearer {TOKEN}", 200),
        (basic(TOKEN), 200),
        (None, 401),
        ("Bearer", 401),
        (f"Bearer {TOKEN}x", 401),
        (f"Token {TOKEN}", 401),
        (basic("wrong"), 401),
        ("Basic åäö", 401),
        ("Basic %%%", 401),
    ],
)
def test_a_client_must_know_the_token(closed: Server, given: str | None, status: int) -> None:
    headers = {"authorization": given.encode()} if given else {}
    answer = closed.get(SEARCH, headers=headers)
    assert answer.status_code == status
    assert ("www-authenticate" in answer.headers) == (status == 401)


def test_the_token_is_not_taken_from_an_address(closed: Server) -> None:
    assert closed.get(f"{SEARCH}&token={TOKEN}&access_token={TOKEN}").status_code == 401


def test_probes_need_no_token_and_counters_do(closed: Server) -> None:
    statuses = [closed.get(path).status_code for path in ("/healthz", "/readyz", "/metrics")]
    assert statuses == [200, 200, 401]


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("localhost:8765", 200),
        ("127.0.0.1:8765", 200),
        ("[::1]:8765", 200),
        ("LOCALHOST", 200),
        ("rebound.example.com", 403),
        ("localhost.example.com", 403),
        ("", 403),
    ],
)
def test_only_its_own_names_reach_it(server: Server, host: str, status: int) -> None:
    assert server.get(SEARCH, headers={"host": host}).status_code == status


def test_pages_of_other_servers_may_not_ask(server: Server) -> None:
    own = {"host": "localhost:8765", "origin": "http://localhost:8765"}
    assert server.get(SEARCH, headers=own).status_code == 200
    for origin in ("http://evil.example.com", "null", "http://[a", "http://localhost:9999"):
        refused = server.get(SEARCH, headers={**own, "origin": origin})
        assert refused.status_code == 403
        assert "access-control-allow-origin" not in refused.headers


def test_a_client_may_not_ask_too_often() -> None:
    server = Server(rate=3)
    answers = [server.get(SEARCH) for _ in range(5)]
    assert [a.status_code for a in answers] == [200, 200, 200, 429, 429]
    assert answers[-1].headers["retry-after"]
    assert server.get("/healthz").status_code == 200


def test_a_body_has_a_limit_whether_or_not_it_says_its_length() -> None:
    server = Server(body_limit=1000)

    async def unsaid() -> AsyncIterator[bytes]:
        for _ in range(1000):
            yield b"x" * 100

    assert server.post("/v1/read", "x" * 1000).status_code == 200
    for content in ("x" * 1001, unsaid()):
        answer = server("POST", "/v1/read", content=content)
        assert answer.status_code == 413
        assert "larger than 1000 bytes" in answer.json()["detail"]


def test_a_client_that_stops_sending_is_told_so() -> None:
    server = Server(body_seconds=0.05)

    async def slow() -> AsyncIterator[bytes]:
        yield b"Mails are"
        await asyncio.sleep(5)
        yield b" not sent"

    assert server("POST", "/v1/read", content=slow()).status_code == 408


def test_a_byte_now_and_then_is_no_body() -> None:
    async def dripping() -> AsyncIterator[bytes]:
        while True:
            yield b"x"
            await asyncio.sleep(0.01)

    answer = Server(body_seconds=0.05)("POST", "/v1/read", content=dripping())
    assert answer.status_code == 408


def scope(path: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "http",
        "method": "POST",
        "path": path,
        "query_string": b"",
        "headers": [(b"host", b"localhost")],
        **more,
    }


@pytest.mark.parametrize("path", ["/v1/read", "/v1/diagnose", "/v1/fleet"])
def test_a_client_that_vanishes_leaves_nothing_open(server: Server, path: str) -> None:
    messages = iter(
        [
            {"type": "http.request", "body": b'{"a"\n', "more_body": True},
            {"type": "http.disconnect"},
            {"type": "http.disconnect"},
        ]
    )

    async def receive() -> dict[str, Any]:
        return next(messages)

    async def send(message: Any) -> None: ...

    asyncio.run(server.app(scope(path), receive, send))
    assert "ccexpert_requests_open 1.0" in server.get("/metrics").text  # the one that asks


@pytest.fixture
def go_on(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Every search waits for it."""
    event, search = threading.Event(), Service.search

    def wait(*arguments: Any) -> Any:
        event.wait()
        return search(*arguments)

    monkeypatch.setattr(Service, "search", wait)
    yield event
    event.set()


def test_too_many_at_once_are_told_to_come_back(go_on: threading.Event) -> None:
    server = Server(threads=1, waiting=1)

    async def all_at_once() -> list[httpx.Response]:
        asks = [asyncio.create_task(server._ask("GET", SEARCH)) for _ in range(6)]
        refused = [await one for one in itertools.islice(asyncio.as_completed(asks), 4)]
        go_on.set()
        return refused + await asyncio.gather(*asks)

    answers = asyncio.run(all_at_once())
    statuses = [answer.status_code for answer in answers]
    assert statuses[:4] == [503] * 4
    assert {answer.headers["retry-after"] for answer in answers[:4]} == {"1"}
    assert sorted(statuses[4:]) == [200] * 2 + [503] * 4
    assert server.get(SEARCH).status_code == 200


def test_what_takes_too_long_is_given_up_and_what_did_not_begin_may_come_back() -> None:
    go_on = threading.Event()

    async def refused(pool: Pool) -> RefusedError:
        with pytest.raises(RefusedError) as caught:
            await pool.run(go_on.wait)
        return caught.value

    async def one_after_another() -> None:
        pool = Pool(threads=1, waiting=1, seconds=0.01, begin=lambda: None)
        first = await refused(pool)
        while first.headers:  # the thread was slower than the limit
            first = await refused(pool)
        assert ("takes longer than" in str(first), first.headers) == (True, None)
        assert (await refused(pool)).headers == {"retry-after": "1"}
        go_on.set()
        pool.close()

    asyncio.run(one_after_another())


def test_nothing_of_a_request_is_written_down(closed: Server) -> None:
    headers = {"authorization": f"Bearer {TOKEN}"}
    closed.post("/v1/read?lang=sv", "password=hunter22", headers=headers)
    closed.get("/v1/search?q=hunter22", headers=headers)
    line = closed.log[-1]
    assert (line["path"], line["status"], line["method"]) == ("/v1/search", 200, "GET")
    assert {"at", "client", "bytes", "ms", "request"} <= line.keys()
    for secret in ("hunter22", TOKEN):
        assert secret not in json.dumps(closed.log)


def test_bytes_that_are_no_request_give_a_line_of_json_too(
    capsys: pytest.CaptureFixture[str],
) -> None:
    settings = Settings(port=0)
    server = server_of(settings, Server().app)

    async def garbage() -> bytes:
        with listener_of(settings) as listener:
            running = asyncio.create_task(server.serve([listener]))
            reader, writer = await asyncio.open_connection(*listener.getsockname()[:2])
            writer.write(b"\x00\x1b[2J no request\r\n\r\n")
            answer = await reader.read()
            writer.close()
            server.should_exit = True
            await running
        return answer

    assert asyncio.run(garbage()).startswith(b"HTTP/1.1 400 ")
    (line,) = capsys.readouterr().err.splitlines()
    assert json.loads(line)["notice"] == "Invalid HTTP request received."


def test_browsers_are_told_to_run_and_keep_nothing(server: Server) -> None:
    headers = server.get("/v1/search?q=mail").headers
    assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert (headers["cache-control"], headers["x-content-type-options"]) == ("no-store", "nosniff")
    assert headers["x-request-id"]


def test_counters_name_endpoints_and_nothing_that_a_client_sent(server: Server) -> None:
    server.get("/v1/explain/hunter22")
    server.get("/hunter22")
    text = server.get("/metrics").text
    assert 'path="/v1/explain/{what}",status="404"' in text
    assert 'path="other",status="404"' in text
    assert "hunter22" not in text


@pytest.mark.parametrize(
    ("address", "expected"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("::", False)],
)
def test_which_addresses_others_do_not_reach(address: str, expected: bool) -> None:
    assert is_loopback(address) is expected


@pytest.mark.parametrize("command", [["serve"], ["mcp", "--listen", "127.0.0.1:8766"]])
def test_who_serves_collects_garbage(monkeypatch: pytest.MonkeyPatch, command: list[str]) -> None:
    """The program switches that off for its short runs; a server would grow with each request."""
    seen = list[bool]()
    monkeypatch.setattr("ccexpert.serve.run.run", lambda *_: seen.append(gc.isenabled()))
    gc.disable()
    try:
        app(command, standalone_mode=False)
    finally:
        gc.enable()
    assert seen == [True]

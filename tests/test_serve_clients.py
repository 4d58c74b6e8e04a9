"""Clients that are slow, stop halfway, send nonsense or vanish, over real connections."""

from __future__ import annotations

import asyncio
import socket
import struct
import time
from collections.abc import Iterator

import httpx
import pytest

from tests.web import listening

HEAD = b"POST /v1/read HTTP/1.1\r\nhost: localhost\r\n"

#: How a connection is closed without a farewell.
RESET = struct.pack("ii", 1, 0)


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A server that soon gives a silent client up."""
    with listening(silence_seconds=1, body_seconds=0.5) as port:
        yield port


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=60)


def answer(client: socket.socket) -> bytes:
    """All that comes until the server closes the connection."""
    found = b""
    try:
        while piece := client.recv(65536):
            found += piece
    except ConnectionResetError:
        pass
    return found


def lives(port: int) -> bool:
    """Whether the server answers and holds nobody else's request, once it has seen who left."""
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 300
    while not (is_quiet := _is_quiet(url)) and time.monotonic() < deadline:
        time.sleep(0.1)
    return is_quiet


def _is_quiet(url: str) -> bool:
    try:
        found = [httpx.get(f"{url}/{path}", timeout=30) for path in ("v1/search?q=mail", "metrics")]
    except httpx.TransportError:  # on a busy machine this client too may be silent for too long
        return False
    if any(one.status_code == 503 for one in found):  # it still counts clients that have left
        return False
    assert found[0].status_code == 200
    return "ccexpert_requests_open 1.0" in found[1].text


def test_an_answer_does_not_wait_for_the_clients_kernel(port: int) -> None:
    from ccexpert.serve.run import listener_of
    from ccexpert.serve.settings import Settings

    with listener_of(Settings(port=0)) as listener, connect(listener.getsockname()[1]):
        accepted = listener.accept()[0]
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.mark.parametrize("sent", [b"", HEAD, HEAD + b"x-a: b"], ids=["nothing", "head", "line"])
def test_a_connection_whose_request_does_not_come_is_closed(port: int, sent: bytes) -> None:
    with connect(port) as client:
        client.sendall(sent)
        assert answer(client) == b""


def test_a_head_that_trickles_in_is_given_up(port: int) -> None:
    with connect(port) as client:
        begun = time.monotonic()
        with pytest.raises(OSError, match=r"reset|[Bb]roken|aborted"):  # noqa: PT012
            while time.monotonic() < begun + 60:
                client.sendall(b"x")
                time.sleep(0.1)


def test_a_body_that_does_not_come_is_given_up(port: int) -> None:
    with connect(port) as client:
        client.sendall(HEAD + b"content-length: 10\r\n\r\nMail")
        assert client.recv(65536).startswith(b"HTTP/1.1 408 ")
    assert lives(port)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", b"400"),  # TLS to a plain port
        (b"GET\r\n\r\n", b"400"),
        (HEAD + b"content-length: -1\r\n\r\n", b"400"),
        (HEAD + b"content-length: 1\r\ncontent-length: 2\r\n\r\n", b"400"),
        (HEAD + b"transfer-encoding: chunked\r\n\r\nzz\r\n", b"400"),
        (HEAD + b"x: " + b"y" * 100_000, b"400"),
        (HEAD + b"content-length: 99999999999\r\n\r\n", b"413"),
    ],
    ids=["tls", "line", "negative", "two lengths", "chunk", "long head", "long body"],
)
def test_what_is_no_request_is_refused(port: int, sent: bytes, status: bytes) -> None:
    with connect(port) as client:
        client.sendall(sent)
        assert answer(client).split(b" ")[1] == status
    assert lives(port)


def test_a_thousand_clients_that_vanish_leave_nothing_behind(port: int) -> None:
    whole = b"GET /v1/search?q=mail HTTP/1.1\r\nhost: localhost\r\n\r\n"
    parts = [whole, HEAD + b"content-length: 1000\r\n\r\nMails", HEAD, b""]
    for number in range(1000):
        client = connect(port)
        client.sendall(parts[number % len(parts)])
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        client.close()
    assert lives(port)


def test_every_client_gets_its_own_answer() -> None:
    async def one(client: httpx.AsyncClient, port: int, number: int) -> bool:
        found = await client.get(f"http://127.0.0.1:{port}/v1/explain/nothing-{number}")
        return found.status_code == 404 and f"'nothing-{number}'" in found.json()["detail"]

    async def all_at_once(port: int) -> list[bool]:
        limits = httpx.Limits(max_connections=16)
        async with httpx.AsyncClient(limits=limits, timeout=300) as client:
            return await asyncio.gather(*(one(client, port, number) for number in range(100)))

    with listening(silence_seconds=300) as port:
        assert all(asyncio.run(all_at_once(port)))

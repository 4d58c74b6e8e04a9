"""``ccexpert serve`` under load: requests a second, waiting times, and what serving costs beside
the same call in process, a bare endpoint of the same framework, and a rules service.

``python -m tests.bench.serve`` measures; with ``soak`` it sends 100,000 requests and watches the
memory. Everything stays on this host; what is measured has one core of its own.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import chain, repeat
from statistics import linear_regression
from typing import Any
from urllib.parse import quote

import httpx
import psutil
from tabulate import tabulate

from ccexpert import Expert
from ccexpert.facts.document import document_of
from ccexpert.serve.api import endpoints
from ccexpert.serve.call import Call
from ccexpert.serve.service import Service
from ccexpert.serve.settings import Settings
from tests.bench.engine import usual_facts
from tests.bench.measure import Timing

CONNECTIONS = (1, 8, 64)

#: Requests that are measured with each number of connections.
_REQUESTS = 400

#: Requests of the soak, after how many of them the memory is read, and clients at once.
_SOAK, _PORTION, _CLIENTS = 100_000, 1_000, 10

#: What must be reached: throughput beside the same call in process, and the waiting time of the
#: last of a hundred beside that of eight calls in process.
LEAST_SHARE, MOST_TIMES = 0.7, 2.0

#: The facts of a request in the soak.
_SOAKED = usual_facts()[:5]

DOCUMENT = json.dumps({"schema_version": 1, "host": "app-1", "facts": usual_facts()})

CONSULTATION = json.dumps(
    {
        "answers": [
            {"question": "symptoms", "answer": ["emails-not-sent"]},
            {"question": "instance", "answer": "prod"},
        ]
    }
)


@dataclass(frozen=True)
class Load:
    """What came of some requests."""

    waited: Timing
    seconds: float
    """From the first request to the last answer."""
    busy: float
    """Seconds of a core that the server took for one request."""

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.waited.seconds) / self.seconds


# --- a server, and its clients ---


@contextmanager
def served(*arguments: str) -> Iterator[tuple[int, psutil.Process]]:
    """A server in a process of its own; ``PORT`` stands for its port."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    argv = [word.replace("PORT", str(port)) for word in arguments]
    process = subprocess.Popen([sys.executable, "-m", *argv], stderr=subprocess.DEVNULL)
    try:
        while True:
            try:
                httpx.get(f"http://127.0.0.1:{port}/readyz")
                break
            except httpx.TransportError:
                assert process.poll() is None, "it does not start"
                time.sleep(0.1)
        yield port, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(60)


def _cores() -> list[int]:
    return sorted(os.sched_getaffinity(0))


def request(path: str, body: str, method: str = "POST", media: str = "application/json") -> bytes:
    """A request as it goes over the wire."""
    content = body.encode()
    head = f"{method} {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: {media}\r\n"
    return f"{head}content-length: {len(content)}\r\n\r\n".encode() + content


async def _ask(port: int, requests: Iterable[bytes]) -> list[float]:
    """One client that sends a request when the last is answered; how long each took. Where the
    house is full it comes back when it is told to; any other answer than 200 is a failure."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    found = []
    for sent in requests:
        begun = time.perf_counter()
        status, headers = await _answer(reader, writer, sent)
        while status == "503" and "retry-after" in headers:
            await asyncio.sleep(float(headers["retry-after"]))
            status, headers = await _answer(reader, writer, sent)
        assert status == "200", (status, headers)
        found.append(time.perf_counter() - begun)
    writer.close()
    return found


async def _answer(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, sent: bytes
) -> tuple[str, dict[str, str]]:
    """The status and the headers of the answer to one request."""
    writer.write(sent)
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").strip().split("\r\n")
    named = (line.partition(":") for line in head[1:])
    headers = {name.lower(): value.strip() for name, _, value in named}
    await reader.readexactly(int(headers["content-length"]))
    return head[0].split(" ")[1], headers


async def _all(port: int, sent: bytes, clients: int, requests: int) -> list[float]:
    share = max(1, requests // clients)
    found = await asyncio.gather(*(_ask(port, repeat(sent, share)) for _ in range(clients)))
    return list(chain.from_iterable(found))


def load(port: int, server: psutil.Process, sent: bytes, clients: int, requests: int) -> Load:
    """Send requests from so many clients at once."""
    before, begun = _busy(server), time.perf_counter()
    waited = asyncio.run(_all(port, sent, clients, requests))
    seconds = time.perf_counter() - begun
    return Load(Timing(tuple(waited)), seconds, (_busy(server) - before) / len(waited))


def _busy(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


# --- the same in process ---


def in_process(path: str, body: str) -> Load:
    """The same call without a server, in one thread."""
    service = Service(Settings())
    service.warm()
    answer = next(e.answer for e in endpoints(record=False, alerts=False) if e.path == path)
    assert answer
    call = Call(service, body.encode(), {}, {}, content_type="application/json")
    for _ in range(10):
        answer(call)
    found, busy, begun = [], time.process_time(), time.perf_counter()
    for _ in range(_REQUESTS):
        once = time.perf_counter()
        answer(call)
        found.append(time.perf_counter() - once)
    seconds = time.perf_counter() - begun
    return Load(Timing(tuple(found)), seconds, (time.process_time() - busy) / _REQUESTS)


# --- figures ---


def report() -> None:
    """Print the figures, and whether the goals are reached."""
    rows: list[tuple[Any, ...]] = []
    goals: list[tuple[Any, ...]] = []
    peers = "tests.bench.serve_peers"
    _measure(rows, "bare endpoint", (peers, "bare", "PORT"), request("/", DOCUMENT))
    if find_spec("zen"):
        _measure(rows, "GoRules' zen", (peers, "zen", "PORT"), request("/", _for_zen()))
    ours = ("ccexpert", "serve", "--rate", "0", "--listen", "127.0.0.1:PORT")
    for path, body in (("/v1/diagnose", DOCUMENT), ("/v1/consult", CONSULTATION)):
        alone = in_process(path, body)
        rows.append(_row(f"{path} in process", "", alone))
        by_clients = _measure(rows, path, ours, request(path, body))
        share = alone.busy / by_clients[8].busy
        times = by_clients[8].waited.percentile(0.99) / (8 * alone.waited.median)
        goals.append((path, share, LEAST_SHARE, times, MOST_TIMES))
    print(f"load of the machine: {os.getloadavg()[0]:.1f}")
    headers = ("what", "connections", "each s", "p50 ms", "p99 ms", "ms of a core")
    print(tabulate(rows, headers, floatfmt=".1f"))
    print()
    reached = ("goal", "per core, beside in process", "at least", "p99 at 8, in 8 calls", "at most")
    print(tabulate(goals, reached, floatfmt=".2f"))
    print()


def _measure(
    rows: list[tuple[Any, ...]], name: str, argv: Sequence[str], sent: bytes
) -> Mapping[int, Load]:
    found = {}
    with served(*argv) as (port, server):
        if len(_cores()) > 1:
            server.cpu_affinity(_cores()[:1])
        load(port, server, sent, 8, 80)
        for clients in CONNECTIONS:
            found[clients] = load(port, server, sent, clients, _REQUESTS)
            rows.append(_row(name, str(clients), found[clients]))
    return found


def _row(name: str, clients: str, one: Load) -> tuple[Any, ...]:
    waited = (1000 * one.waited.median, 1000 * one.waited.percentile(0.99))
    return (name, clients, one.rate, *waited, 1000 * one.busy)


def _for_zen() -> str:
    """The same case for the rules service, which must say what our rules say."""
    from tests.bench.compare import cases, conditions, ours
    from tests.bench.zen_rules import agree, given, rows

    expert = Expert().warm()
    rules = conditions(expert.base)
    translated = len(list(rows(rules)))
    whole = sum(len(rule.when.alternatives) for rule in rules)
    agree(rules, cases(expert), ours(rules))
    print(f"GoRules' zen: {translated} of {whole} rules can be translated; equal on 25 cases")
    settled = expert.settle([document_of(json.loads(DOCUMENT))])
    return json.dumps(given(list(chain.from_iterable(expert.examine(settled)[0].faces))))


# --- for a long time ---


def soak() -> None:
    """Send many requests, each with something of its own, and print the memory on the way."""
    with served("ccexpert", "serve", "--rate", "0", "--listen", "127.0.0.1:PORT") as (port, server):
        found = []
        for portion in range(_SOAK // _PORTION):
            asyncio.run(_soaked(port, portion))
            found.append(server.memory_info().rss / 1e6)
            print(f"{(portion + 1) * _PORTION:7,} requests: {found[-1]:.1f} MB", flush=True)
    later = found[len(found) // 2 :]
    slope = linear_regression(range(len(later)), later).slope * 1_000_000 / _PORTION
    print(f"in the second half {slope:+.1f} MB for each million requests")


async def _soaked(port: int, portion: int) -> None:
    """Several clients, each with its own requests."""

    async def one(client: int) -> None:
        rnd = random.Random(portion * _CLIENTS + client)
        await _ask(port, (_any_request(rnd) for _ in range(_PORTION // _CLIENTS)))

    await asyncio.gather(*map(one, range(_CLIENTS)))


def _any_request(rnd: random.Random) -> bytes:
    """A request of any kind, about a host, an instance and words that no other names."""
    number = rnd.randrange(10**9)
    instance, word = f"i{number}", rnd.choice(("mail", "disk", "login", "workflow", "spärr"))
    document = {
        "schema_version": 1,
        "host": f"app-{number}",
        "facts": [f | {"instance": instance} if "instance" in f else f for f in _SOAKED],
    }
    complaint = rnd.choice(("emails-not-sent", "emails-duplicated"))
    answers = [
        {"question": "symptoms", "answer": [complaint]},
        {"question": "instance", "answer": instance},
    ]
    path, body = rnd.choice(
        (
            ("/v1/diagnose", json.dumps(document)),
            ("/v1/consult", json.dumps({"answers": answers[: rnd.randrange(3)]})),
            ("/v1/read", f"{word} fails on {instance}, the log says ORA-{number % 10**5:05}"),
            (f"/v1/search?q={quote(f'{word} {number}')}&lang={rnd.choice(('en', 'sv'))}", ""),
            (f"/v1/explain/{rnd.choice(('disk-full', 'ORA-01017', 'XSV-350013'))}", ""),
            ("/v1/schema/facts", ""),
            ("/healthz", ""),
        )
    )
    media = "text/plain" if path == "/v1/read" else "application/json"
    return request(path, body, "POST" if body else "GET", media)


if __name__ == "__main__":
    run: Callable[[], None] = {"soak": soak}.get("".join(sys.argv[1:2]), report)
    run()

"""What the server counts, for Prometheus."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, generate_latest

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)


class Counts:
    """The counters of one server."""

    def __init__(self, version: str, digest: str) -> None:
        self._registry = known = CollectorRegistry()
        info = Info("ccexpert", "The program and its knowledge", registry=known)
        info.info({"version": version, "rules_digest": digest})
        self._requests = Counter(
            "ccexpert_requests_total", "Answers", ["method", "path", "status"], registry=known
        )
        self._seconds = Histogram(
            "ccexpert_request_seconds",
            "Time of an answer",
            ["path"],
            buckets=_SECONDS,
            registry=known,
        )
        self._open = Gauge("ccexpert_requests_open", "Requests being answered", registry=known)

    @contextmanager
    def open(self) -> Iterator[None]:
        """Count a request as open."""
        with self._open.track_inprogress():
            yield

    def answered(self, method: str, path: str, status: int, seconds: float) -> None:
        """Count an answer; ``path`` is that of the endpoint, without what a client put in."""
        known = method if method in ("GET", "POST", "HEAD") else "other"
        self._requests.labels(known, path, status).inc()
        self._seconds.labels(path).observe(seconds)

    def text(self) -> bytes:
        """All counters, in Prometheus' text format."""
        return generate_latest(self._registry)

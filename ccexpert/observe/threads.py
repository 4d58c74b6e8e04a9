"""Runs several calls in parallel, with a time limit."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import TypeVar

Result = TypeVar("Result")


def side_by_side(calls: Mapping[str, Callable[[], Result]], limit: float) -> dict[str, Result]:
    """The results, by name, of the calls that return within ``limit`` seconds.

    Calls must not raise. A call that hangs is abandoned in a daemon thread.
    """
    results: dict[str, Result] = {}

    def call(name: str) -> None:
        results[name] = calls[name]()

    threads = [threading.Thread(target=call, args=(name,), daemon=True) for name in calls]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + limit
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    return dict(results)

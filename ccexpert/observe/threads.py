"""Several things at once, none for longer than it may take."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import TypeVar

Result = TypeVar("Result")


def side_by_side(calls: Mapping[str, Callable[[], Result]], limit: float) -> dict[str, Result]:
    """Results, by name, of the calls that return within ``limit`` seconds.

    Calls must not raise. One that hangs is left behind in a thread that keeps no program alive.
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

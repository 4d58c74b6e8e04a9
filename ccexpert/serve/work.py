"""Where requests are worked on: in a few threads, so that a long one does not hold up the others.

At most so many wait; any further one is told to come back later.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import TypeVar

from ccexpert.serve.problems import RefusedError

Result = TypeVar("Result")


class Pool:
    """Threads with an engine each."""

    def __init__(
        self, threads: int, waiting: int, seconds: float, begin: Callable[[], object]
    ) -> None:
        self._threads = ThreadPoolExecutor(threads, "ccexpert", initializer=begin)
        self._free = threads + waiting
        self._seconds = seconds

    async def run(self, work: Callable[[], Result]) -> Result:
        """The result of ``work``; ``RefusedError`` if too many wait or it takes too long.

        Work that has begun goes on to its end, and its place is taken until then.
        """
        if self._free <= 0:
            raise RefusedError(
                HTTPStatus.SERVICE_UNAVAILABLE, "too many requests wait", "come back in a second"
            )
        self._free -= 1
        begun = asyncio.get_running_loop().run_in_executor(self._threads, work)
        begun.add_done_callback(self._done)
        try:
            return await asyncio.wait_for(asyncio.shield(begun), self._seconds)
        except TimeoutError:
            begun.cancel()
            raise RefusedError(
                HTTPStatus.SERVICE_UNAVAILABLE,
                f"the answer takes longer than {self._seconds:g} seconds",
                "send less at once",
            ) from None

    def _done(self, _: object) -> None:
        self._free += 1

    def close(self) -> None:
        """Wait for what has begun, and drop the rest."""
        self._threads.shutdown(cancel_futures=True)

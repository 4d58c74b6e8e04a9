"""Where requests are worked on: in a few threads, so that a long one does not hold up the others.

At most so many wait; any further one is told to come back later.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
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
            raise _full()
        self._free -= 1
        given = self._threads.submit(work)
        given.add_done_callback(partial(self._done, asyncio.get_running_loop()))
        try:
            return await asyncio.wait_for(asyncio.wrap_future(given), self._seconds)
        except TimeoutError:
            if given.cancelled():
                raise _full() from None
            raise RefusedError(
                HTTPStatus.SERVICE_UNAVAILABLE,
                f"the answer takes longer than {self._seconds:g} seconds",
                "send less at once",
            ) from None

    def _done(self, loop: asyncio.AbstractEventLoop, _: object) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(self._free_one)

    def _free_one(self) -> None:
        self._free += 1

    def close(self) -> None:
        """Wait for what has begun, and drop the rest."""
        self._threads.shutdown(cancel_futures=True)


def _full() -> RefusedError:
    """The answer to work for which no thread is free."""
    return RefusedError(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "too many requests wait",
        "come back in a second",
        {"retry-after": "1"},
    )

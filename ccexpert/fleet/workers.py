"""Who works on the blocks: this process, several, or the machines of a Dask cluster.

Outcomes come back in the order of the blocks, and only so many blocks are under way at once. A
block may be worked on twice (its worker died); it counts once, when its outcome is taken.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from multiprocessing import connection, get_context, parent_process
from typing import Any, Protocol

from ccexpert.engine.run import MatcherName
from ccexpert.errors import (
    INTERNAL_FAULT,
    NO_INPUT,
    CcexpertError,
    KnowledgeError,
    MissingInputError,
)
from ccexpert.fleet.blocks import Block
from ccexpert.fleet.tally import Tally
from ccexpert.knowledge.vocabulary import Language
from ccexpert.knowledge.waivers import Waiver

#: A block whose worker was lost so often is given up.
_ATTEMPTS = 3

#: From so many seconds of work left on, other processes are worth their start.
_LONG = 5


@dataclass(frozen=True)
class Setup:
    """What a worker must know to give the same answers as every other."""

    packs: tuple[str, ...]
    waivers: tuple[Waiver, ...]
    language: Language
    engine: MatcherName
    digest: str
    """The fingerprint of the knowledge that the workers must have."""


@dataclass(frozen=True)
class Outcome:
    """The records of a block, one a line, and what they add up to."""

    records: str
    tally: Tally


Known = Callable[[Block], Outcome | None]
"""The outcome of a block from an earlier run, if there is one."""


class Workers(Protocol):
    """Works on blocks."""

    def outcomes(
        self, setup: Setup, blocks: Iterable[Block], known: Known
    ) -> Generator[tuple[Block, Outcome], None, None]:
        """Each block with its outcome, in order."""


_of_thread = threading.local()


def work(setup: Setup, block: Block) -> Outcome:
    """Diagnose one block, with the expert that this thread keeps."""
    if getattr(_of_thread, "setup", None) != setup:
        _of_thread.expert = _expert(setup)
        _of_thread.setup = setup
    return Outcome(*_of_thread.expert.diagnose(block))


def _expert(setup: Setup) -> Any:
    from ccexpert.expert import Expert
    from ccexpert.fleet.diagnose import FleetExpert

    expert = Expert(setup.packs, waivers=setup.waivers, matcher=setup.engine)
    if expert.base.digest != setup.digest:
        raise KnowledgeError("a worker has other knowledge than this program; update it")
    return FleetExpert(expert, setup.waivers, setup.language)


class InProcess:
    """Works here, one block after the other."""

    def outcomes(
        self, setup: Setup, blocks: Iterable[Block], known: Known
    ) -> Generator[tuple[Block, Outcome], None, None]:
        """Each block with its outcome, in order."""
        for block in blocks:
            yield block, known(block) or work(setup, block)


class AsNeeded:
    """Works here as long as that is quick, then in ``jobs`` processes, which take a while to start.

    ``total``: the bytes to go through, where that is known.
    """

    def __init__(self, jobs: int, total: int | None) -> None:
        self._jobs, self._total = jobs, total

    def outcomes(
        self, setup: Setup, blocks: Iterable[Block], known: Known
    ) -> Generator[tuple[Block, Outcome], None, None]:
        """Each block with its outcome, in order."""
        blocks = iter(blocks)
        begun, done = time.monotonic(), 0
        for block, outcome in InProcess().outcomes(setup, blocks, known):
            yield block, outcome
            done += block.size
            left = 1.0 if self._total is None else (self._total - done) / max(1, done)
            if self._jobs > 1 and (time.monotonic() - begun) * left > _LONG:
                break
        yield from Processes(self._jobs).outcomes(setup, blocks, known)


class Processes:
    """Works in ``jobs`` processes; those that are killed are replaced, and lose nothing."""

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._pool = self._new_pool(jobs)

    def outcomes(
        self, setup: Setup, blocks: Iterable[Block], known: Known
    ) -> Generator[tuple[Block, Outcome], None, None]:
        """Each block with its outcome, in order; ``CcexpertError`` when one kills every process
        that works on it."""
        waiting: deque[tuple[Block, Future[Outcome]]] = deque()

        def submit(block: Block) -> Future[Outcome]:
            return self._pool.submit(partial(work, setup), block)

        def again() -> None:
            """Replace the pool and hand over once more what it had not finished."""
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = self._new_pool(self._jobs)
            for number, (block, future) in enumerate(waiting):
                if not future.done() or future.cancelled() or future.exception():
                    waiting[number] = (block, submit(block))

        def first() -> tuple[Block, Outcome]:
            for _ in range(_ATTEMPTS):
                try:
                    return waiting[0][0], waiting[0][1].result()
                except BrokenProcessPool:
                    again()
            return waiting[0][0], self._alone(setup, waiting[0][0])

        try:
            for block in blocks:
                before = known(block)
                try:
                    future = _finished(before) if before else submit(block)
                except BrokenProcessPool:
                    again()
                    future = submit(block)
                waiting.append((block, future))
                if len(waiting) > 2 * self._jobs:
                    yield first()
                    waiting.popleft()
            while waiting:
                yield first()
                waiting.popleft()
        finally:
            self._pool.shutdown(wait=False, cancel_futures=True)

    def _alone(self, setup: Setup, block: Block) -> Outcome:
        """Work on a block in a process of its own, to see whether it is the one that kills."""
        with self._new_pool(1) as pool:
            try:
                return pool.submit(work, setup, block).result()
            except BrokenProcessPool:
                raise _killer(block) from None

    @staticmethod
    def _new_pool(jobs: int) -> ProcessPoolExecutor:
        # spawned on every system, so that no thread's lock is ever copied in a locked state
        return ProcessPoolExecutor(jobs, get_context("spawn"), initializer=_prepare)


def _finished(outcome: Outcome) -> Future[Outcome]:
    future: Future[Outcome] = Future()
    future.set_result(outcome)
    return future


def _killer(block: Block) -> CcexpertError:
    return CcexpertError(
        f"every process that worked on the {block.size} bytes from here on was killed",
        block.place,
        advice="is there enough memory? What was finished is kept: go on with --resume",
        exit_code=INTERNAL_FAULT,
    )


def _prepare() -> None:
    """Let the parent decide about Ctrl-C, and end with the parent, however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is not None:

        def end_with_parent() -> None:
            connection.wait([parent.sentinel])
            os._exit(1)

        threading.Thread(target=end_with_parent, daemon=True).start()


class Dask:
    """Works on a Dask cluster; its scheduler gives the blocks of lost workers to others."""

    def __init__(self, address: str) -> None:
        try:
            import distributed  # noqa: F401
        except ImportError:
            raise MissingInputError(
                "working on a Dask cluster needs a library that is not installed",
                address,
                "pip install 'ccexpert[dask]'",
            ) from None
        self._address = address

    def outcomes(
        self, setup: Setup, blocks: Iterable[Block], known: Known
    ) -> Generator[tuple[Block, Outcome], None, None]:
        """Each block with its outcome, in order; ``CcexpertError`` when the cluster is lost."""
        import distributed
        from distributed.client import FutureCancelledError
        from distributed.scheduler import KilledWorker

        connect: Any = distributed.Client  # has no types
        try:
            client = connect(self._address, set_as_default=False)
        except (OSError, ValueError) as error:
            reason = str(error).partition("\n")[0]
            raise CcexpertError(
                f"no Dask scheduler answers: {reason}", self._address, exit_code=NO_INPUT
            ) from None
        with client:
            waiting: deque[tuple[Block, Any]] = deque()
            try:
                for block in blocks:
                    future = known(block) or client.submit(work, setup, block, pure=False)
                    waiting.append((block, future))
                    if len(waiting) > 2 * max(1, sum(client.nthreads().values())):
                        yield _of_cluster(*waiting[0])
                        waiting.popleft()
                while waiting:
                    yield _of_cluster(*waiting[0])
                    waiting.popleft()
            except KilledWorker:
                raise _killer(waiting[0][0]) from None
            except (OSError, FutureCancelledError) as error:
                raise CcexpertError(
                    f"the Dask cluster was lost: {error}",
                    self._address,
                    advice="what was finished is kept: go on with --resume",
                    exit_code=INTERNAL_FAULT,
                ) from None


def _of_cluster(block: Block, future: Any) -> tuple[Block, Outcome]:
    return block, future if isinstance(future, Outcome) else future.result()

"""Runs the blocks in this process or in several (``cluster`` runs them on a Dask cluster).

Outcomes come back in the order of the blocks, and the number of blocks in progress is limited. A
block may run twice if its worker died, but its outcome counts once.
"""

from __future__ import annotations

import gc
import os
import pickle
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
from pathlib import Path
from tempfile import TemporaryDirectory, mkstemp
from typing import Any, Protocol

from ccexpert.errors import (
    INTERNAL_FAULT,
    CcexpertError,
    KnowledgeError,
)
from ccexpert.fleet.blocks import Block
from ccexpert.fleet.tally import Tally
from ccexpert.knowledge.waivers import Waiver
from ccexpert.words import Language

#: A block is given up after its worker was lost this many times.
_ATTEMPTS = 3

#: Start worker processes once more than this many seconds of work remain.
_LONG = 5


@dataclass(frozen=True)
class Setup:
    """What every worker needs to give the same answers."""

    packs: tuple[str, ...]
    waivers: tuple[Waiver, ...]
    language: Language
    digest: str
    """The fingerprint of the knowledge the workers must have."""
    verify_share: float = 0
    """The share of the hosts that also go through the engine itself."""


@dataclass(frozen=True)
class Outcome:
    """The records of a block, one per line, and their tally."""

    records: str
    tally: Tally


Known = Callable[[Block], Outcome | None]
"""The outcome of a block from an earlier run, if there is one."""


class Workers(Protocol):
    """Runs blocks."""

    def outcomes(
        self, setup: Setup, blocks: Iterable[Block], known: Known
    ) -> Generator[tuple[Block, Outcome], None, None]:
        """Each block with its outcome, in order."""


_of_thread = threading.local()


def work(setup: Setup, block: Block) -> Outcome:
    """Diagnose one block with this thread's expert."""
    if getattr(_of_thread, "setup", None) != setup:
        _of_thread.expert = _expert(setup)
        _of_thread.setup = setup
    return Outcome(*_of_thread.expert.diagnose(block))


def _expert(setup: Setup) -> Any:
    from ccexpert.expert import Expert
    from ccexpert.fleet.diagnose import FleetExpert

    expert = Expert(setup.packs, waivers=setup.waivers)
    if expert.base.digest != setup.digest:
        raise KnowledgeError(
            "a worker has different knowledge from this program; update the worker"
        )
    ready = FleetExpert(expert, setup.waivers, setup.language, verify_share=setup.verify_share)
    gc.freeze()  # the knowledge stays: collecting garbage need not look at it again
    return ready


class InProcess:
    """Runs blocks in this process, one after another."""

    def outcomes(
        self, setup: Setup, blocks: Iterable[Block], known: Known
    ) -> Generator[tuple[Block, Outcome], None, None]:
        """Each block with its outcome, in order."""
        for block in blocks:
            yield block, known(block) or work(setup, block)


class AsNeeded:
    """Runs blocks in this process, and in ``jobs`` processes if much work remains.

    ``total`` is the number of bytes to read, if known.
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
    """Runs blocks in ``jobs`` processes; killed ones are replaced without loss."""

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._pool = self._new_pool(jobs)

    def outcomes(
        self, setup: Setup, blocks: Iterable[Block], known: Known
    ) -> Generator[tuple[Block, Outcome], None, None]:
        """Each block with its outcome, in order; ``CcexpertError`` if a block kills every process
        that runs it."""
        with TemporaryDirectory(prefix="ccexpert-", ignore_cleanup_errors=True) as folder:
            yield from self._outcomes(folder, setup, blocks, known)

    def _outcomes(
        self, folder: str, setup: Setup, blocks: Iterable[Block], known: Known
    ) -> Generator[tuple[Block, Outcome], None, None]:
        waiting: deque[tuple[Block, Future[Outcome | Path]]] = deque()

        def submit(block: Block) -> Future[Outcome | Path]:
            return self._pool.submit(partial(_work_aside, folder, setup), block)

        def again() -> None:
            """Replace the pool and submit its unfinished blocks again."""
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = self._new_pool(self._jobs)
            for number, (block, future) in enumerate(waiting):
                if not future.done() or future.cancelled() or future.exception():
                    waiting[number] = (block, submit(block))

        def first() -> tuple[Block, Outcome]:
            for _ in range(_ATTEMPTS):
                try:
                    return waiting[0][0], _taken(waiting[0][1].result())
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
        """Run a block in a process of its own, to see whether it kills the process."""
        with self._new_pool(1) as pool:
            try:
                return pool.submit(work, setup, block).result()
            except BrokenProcessPool:
                raise killer_of(block) from None

    @staticmethod
    def _new_pool(jobs: int) -> ProcessPoolExecutor:
        # spawned on every system, so that no thread's lock is ever copied in a locked state
        return ProcessPoolExecutor(jobs, get_context("spawn"), initializer=_prepare)


def _work_aside(folder: str, setup: Setup, block: Block) -> Path:
    """Leave the outcome in a file and say where. A process that is killed halfway through a long
    message leaves the reader waiting for the rest for ever; a short one comes whole or not at all
    (POSIX: writes of up to ``PIPE_BUF`` bytes are atomic)."""
    handle, name = mkstemp(dir=folder)
    with os.fdopen(handle, "wb") as file:
        pickle.dump(work(setup, block), file)
    return Path(name)


def _taken(result: Outcome | Path) -> Outcome:
    """The outcome itself, out of its file if it was left in one."""
    if isinstance(result, Outcome):
        return result
    outcome: Outcome = pickle.loads(result.read_bytes())
    result.unlink()
    return outcome


def _finished(outcome: Outcome) -> Future[Outcome | Path]:
    future: Future[Outcome | Path] = Future()
    future.set_result(outcome)
    return future


def killer_of(block: Block) -> CcexpertError:
    """The error about a block that nobody survives."""
    return CcexpertError(
        f"every process that read the {block.size} bytes from here was killed",
        block.place,
        advice="is there enough memory? Finished work is kept: continue with --resume",
        exit_code=INTERNAL_FAULT,
    )


def _prepare() -> None:
    """Ignore Ctrl-C, which the parent handles, and exit when the parent exits."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is not None:

        def end_with_parent() -> None:
            connection.wait([parent.sentinel])
            os._exit(1)

        threading.Thread(target=end_with_parent, daemon=True).start()

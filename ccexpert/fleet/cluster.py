"""Runs the blocks on the machines of a Dask cluster."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable
from typing import Any

from ccexpert.errors import INTERNAL_FAULT, NO_INPUT, CcexpertError, MissingInputError, Place
from ccexpert.fleet.blocks import Block
from ccexpert.fleet.workers import Known, Outcome, Setup, killer_of, work


class Dask:
    """Runs blocks on a Dask cluster, whose scheduler reassigns the blocks of lost workers."""

    def __init__(self, address: str) -> None:
        try:
            import distributed  # noqa: F401
        except ImportError:
            raise MissingInputError(
                "working on a Dask cluster needs a library that is not installed",
                Place(address),
                "pip install 'ccexpert[dask]'",
            ) from None
        self._address = address

    def outcomes(
        self, setup: Setup, blocks: Iterable[Block], known: Known
    ) -> Generator[tuple[Block, Outcome], None, None]:
        """Each block with its outcome, in order; ``CcexpertError`` if the cluster is lost."""
        import distributed
        from distributed.client import FutureCancelledError
        from distributed.scheduler import KilledWorker

        connect: Any = distributed.Client  # has no types
        try:
            client = connect(self._address, set_as_default=False)
        except (OSError, ValueError) as error:
            reason = str(error).partition("\n")[0]
            raise CcexpertError(
                f"no Dask scheduler answers: {reason}", Place(self._address), exit_code=NO_INPUT
            ) from None
        with client:
            waiting: deque[tuple[Block, Any]] = deque()
            try:
                for block in blocks:
                    future = known(block) or client.submit(work, setup, block, pure=False)
                    waiting.append((block, future))
                    if len(waiting) > 2 * max(1, sum(client.nthreads().values())):
                        yield self._outcome(*waiting[0])
                        waiting.popleft()
                while waiting:
                    yield self._outcome(*waiting[0])
                    waiting.popleft()
            except KilledWorker:
                raise killer_of(waiting[0][0]) from None
            except (OSError, FutureCancelledError) as error:
                raise CcexpertError(
                    f"the Dask cluster was lost: {error}",
                    Place(self._address),
                    advice="finished work is kept: continue with --resume",
                    exit_code=INTERNAL_FAULT,
                ) from None

    def _outcome(self, block: Block, future: Any) -> tuple[Block, Outcome]:
        outcome = future if isinstance(future, Outcome) else future.result()
        if not isinstance(outcome, Outcome):
            raise CcexpertError(
                "a worker of the cluster answered with something that is no result",
                Place(self._address),
                advice="install the same version of ccexpert on every machine",
                exit_code=INTERNAL_FAULT,
            )
        return block, outcome

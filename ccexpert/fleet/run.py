"""Runs a fleet from end to end: blocks go to workers, records to outputs, counts into one tally.

With a keeper (``checkpoint.py``, ``growing.py``), a stopped run can resume, and its output is the
same as without the stop.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from ccexpert.errors import INTERNAL_FAULT, CcexpertError, Place
from ccexpert.fleet.blocks import STDIN, Block
from ccexpert.fleet.growing import Growing
from ccexpert.fleet.outputs import Sink
from ccexpert.fleet.tally import Tally
from ccexpert.fleet.workers import Outcome, Setup, Workers
from ccexpert.writing import whole_file

#: Where a case is written that the quick way and the engine judge differently.
DIFFERENCE = Path("ccexpert-difference.json")


#: Seconds between two looks at input that grows, and between two looks at whether to end.
_PAUSE, _PATIENCE = 1.0, 0.1

Progress = Callable[[Block, Tally], None]


@dataclass(frozen=True)
class Expected:
    """The expected hosts, and the file that lists them."""

    name: str
    hosts: tuple[str, ...]


class Keeper(Protocol):
    """Keeps what is finished, so that a run that was stopped can go on."""

    def known(self, block: Block) -> Outcome | None:
        """The outcome of a block from an earlier run, if there is one."""

    def keep(self, block: Block, outcome: Outcome) -> None:
        """Keep a block whose records are written."""


def run(
    setup: Setup,
    blocks: Iterable[Block],
    workers: Workers,
    outputs: Iterable[Sink],
    *,
    keeper: Keeper | None = None,
    expected: Expected | None = None,
    tally: Tally | None = None,
    progress: Progress = lambda block, tally: None,
) -> Tally:
    """Diagnose everything in ``blocks``; each line becomes one record in every output.

    ``CcexpertError`` if the engine judges a verified host otherwise; the case is then a file.

    Counts are added to ``tally``; ``progress`` receives each finished block and the counts so far.
    """
    outputs = tuple(outputs)
    tally = tally or Tally()
    missing = dict.fromkeys(expected.hosts if expected else ())
    known = keeper.known if keeper else lambda block: None
    with contextlib.closing(workers.outcomes(setup, blocks, known)) as outcomes:
        for block, outcome in outcomes:
            if outcome.tally.difference:
                raise _refused(outcome.tally.difference)
            for output in outputs:
                output.write(outcome.records)
            if keeper:
                keeper.keep(block, outcome)
            tally.add(outcome.tally)
            for host in outcome.tally.hosts:
                missing.pop(host, None)
            progress(block, tally)
    if expected:
        tally.missing = list(missing)
        for output in outputs:
            output.write("".join(_missing(host, expected.name) for host in missing))
    return tally


def follow(
    setup: Setup,
    growing: Growing,
    workers: Callable[[], Workers],
    outputs: Iterable[Sink],
    ended: Callable[[], bool],
    progress: Progress,
) -> Tally:
    """Diagnose what is there and whatever comes, until somebody ends it; the block at work is
    finished first."""
    outputs, tally = tuple(outputs), Tally()
    while not ended():
        blocks = growing.blocks(ended)
        run(setup, blocks, workers(), outputs, keeper=growing, tally=tally, progress=progress)
        rest = time.monotonic() + _PAUSE
        while not ended() and time.monotonic() < rest:
            time.sleep(_PATIENCE)
    return tally


def _refused(difference: dict[str, Any]) -> CcexpertError:
    """The error about a host that the quick way judges otherwise than the engine; the case is
    written to a file."""
    with whole_file(DIFFERENCE) as stream:
        stream.write(json.dumps(difference, ensure_ascii=False, indent=2).encode())
    return CcexpertError(
        "the engine says something else of this host than the quick way",
        Place(difference["file"], difference["line"]),
        advice=f"this is a fault of ccexpert: please report it with {DIFFERENCE}",
        exit_code=INTERNAL_FAULT,
    )


def _missing(host: str, file: str) -> str:
    record = {"file": file, "line": None, "host": host, "status": "missing"}
    return json.dumps(record, ensure_ascii=False) + "\n"


def total_size(files: Iterable[str]) -> int | None:
    """The bytes to read; None if that is not known in advance."""
    if STDIN in files:
        return None
    paths = [Path(name) for name in files]
    compressed = any(path.suffix in (".gz", ".zst") for path in paths)
    return None if compressed else sum(path.stat().st_size for path in paths)

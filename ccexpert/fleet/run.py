"""Runs a fleet from end to end: blocks go to workers, records to outputs, counts into one tally.

With a checkpoint (``checkpoint.py``), a stopped run can resume, and its output is the same as
without the stop.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ccexpert.errors import INTERNAL_FAULT, CcexpertError, Place
from ccexpert.fleet.blocks import STDIN, Block, cut
from ccexpert.fleet.checkpoint import Checkpoint
from ccexpert.fleet.outputs import Sink
from ccexpert.fleet.tally import Tally
from ccexpert.fleet.workers import Setup, Workers
from ccexpert.writing import whole_file

#: Where a case is written that the quick way and the engine judge differently.
DIFFERENCE = Path("ccexpert-difference.json")


@dataclass(frozen=True)
class Expected:
    """The expected hosts, and the file that lists them."""

    name: str
    hosts: tuple[str, ...]


def run(
    setup: Setup,
    files: Sequence[str],
    workers: Workers,
    outputs: Iterable[Sink],
    *,
    checkpoint: Checkpoint | None = None,
    expected: Expected | None = None,
    progress: Callable[[Block, Tally], None] = lambda block, tally: None,
) -> Tally:
    """Diagnose everything in ``files``; each line becomes one record in every output.

    ``CcexpertError`` if the engine judges a verified host otherwise; the case is then a file.

    ``progress`` receives each finished block and the counts so far.
    """
    outputs = tuple(outputs)
    tally = Tally()
    missing = dict.fromkeys(expected.hosts if expected else ())
    known = checkpoint.known if checkpoint else lambda block: None
    with contextlib.closing(workers.outcomes(setup, cut(files), known)) as outcomes:
        for block, outcome in outcomes:
            if outcome.tally.difference:
                raise _refused(outcome.tally.difference)
            if checkpoint:
                checkpoint.keep(block, outcome)
            for output in outputs:
                output.write(outcome.records)
            tally.add(outcome.tally)
            for host in outcome.tally.hosts:
                missing.pop(host, None)
            progress(block, tally)
    if expected:
        tally.missing = list(missing)
        for output in outputs:
            output.write("".join(_missing(host, expected.name) for host in missing))
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

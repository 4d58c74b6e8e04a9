"""Many hosts from end to end: blocks go to workers, records to outputs, counts into one tally.

With a checkpoint every finished block is a file; a run that was stopped, even by force, goes on
from there, and what comes out is the same as if it had never stopped.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ccexpert.errors import CANNOT_CREATE, CcexpertError
from ccexpert.fleet.blocks import BLOCK_BYTES, STDIN, Block, cut
from ccexpert.fleet.outputs import Output
from ccexpert.fleet.tally import Tally
from ccexpert.fleet.workers import Outcome, Setup, Workers
from ccexpert.version import __version__
from ccexpert.writing import whole_file


class Checkpoint:
    """The finished blocks of one run, each a file in a folder beside the output.

    ``resume``: go on with what is there; otherwise it gives way to the first block of this run.
    Raises ``CcexpertError`` when it belongs to other input, other knowledge or other options.
    """

    def __init__(self, output: Path, files: Sequence[str], setup: Setup, *, resume: bool) -> None:
        self._folder = output.with_name(f"{output.name}.blocks")
        self._about = self._folder / "run"
        self._fingerprint = _fingerprint(files, setup)
        self._begun = resume and self._about.exists()
        if self._begun and self._about.read_text(encoding="utf-8") != self._fingerprint:
            raise CcexpertError(
                "the run that was stopped had other input, other knowledge or other options",
                str(self._folder),
                advice="begin anew without --resume",
            )

    def known(self, block: Block) -> Outcome | None:
        """The outcome of a block that was finished before."""
        if not self._begun:
            return None
        try:
            tally, records = self._file(block).read_text(encoding="utf-8").split("\n", 1)
        except FileNotFoundError:
            return None
        return Outcome(records, Tally.from_dict(json.loads(tally)))

    def keep(self, block: Block, outcome: Outcome) -> None:
        """Keep an outcome; it is whole or not there."""
        if not self._begun:
            self._begin()
        path = self._file(block)
        if not path.exists():
            with whole_file(path) as stream:
                text = f"{json.dumps(outcome.tally.to_dict())}\n{outcome.records}"
                stream.write(text.encode())

    def _begin(self) -> None:
        try:
            self.remove()
            self._folder.mkdir()
        except OSError as error:
            raise CcexpertError(
                f"cannot be written: {error.strerror}",
                str(self._folder),
                exit_code=CANNOT_CREATE,
            ) from None
        with whole_file(self._about) as stream:
            stream.write(self._fingerprint.encode())
        self._begun = True

    def remove(self) -> None:
        """Remove everything that was kept."""
        if self._folder.exists():
            shutil.rmtree(self._folder)

    def _file(self, block: Block) -> Path:
        return self._folder / f"{block.number:08}"


def _fingerprint(files: Sequence[str], setup: Setup) -> str:
    """Changes with all that could change a record."""
    known = [(str(p.resolve()), p.stat().st_size, p.stat().st_mtime_ns) for p in map(Path, files)]
    seen = repr((known, setup, BLOCK_BYTES, __version__))
    return hashlib.sha256(seen.encode()).hexdigest()


@dataclass(frozen=True)
class Expected:
    """The hosts that should be there, and the file that says so."""

    name: str
    hosts: tuple[str, ...]


def run(
    setup: Setup,
    files: Sequence[str],
    workers: Workers,
    outputs: Iterable[Output],
    *,
    checkpoint: Checkpoint | None = None,
    expected: Expected | None = None,
    progress: Callable[[Block, Tally], None] = lambda block, tally: None,
) -> Tally:
    """Diagnose everything in ``files``; every line becomes one record in every output.

    ``progress`` is told of each finished block and the counts so far.
    """
    outputs = tuple(outputs)
    tally = Tally()
    missing = dict.fromkeys(expected.hosts if expected else ())
    known = checkpoint.known if checkpoint else lambda block: None
    with contextlib.closing(workers.outcomes(setup, cut(files), known)) as outcomes:
        for block, outcome in outcomes:
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


def _missing(host: str, file: str) -> str:
    record = {"file": file, "line": None, "host": host, "status": "missing"}
    return json.dumps(record, ensure_ascii=False) + "\n"


def total_size(files: Iterable[str]) -> int | None:
    """The bytes to go through, as far as that can be known before."""
    if STDIN in files:
        return None
    paths = [Path(name) for name in files]
    compressed = any(path.suffix in (".gz", ".zst") for path in paths)
    return None if compressed else sum(path.stat().st_size for path in paths)

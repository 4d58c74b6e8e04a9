"""Keeps the finished blocks of a run, each as a file in a folder beside the output.

A stopped or killed run resumes from there; a finished run removes the folder. Every block carries a
seal over its bytes that depends on this run, so blocks of other runs and damaged blocks are
processed again. Only one run at a time writes to an output, and a folder with other content is left
alone.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ccexpert.errors import CANNOT_CREATE, CcexpertError, Place
from ccexpert.fleet.blocks import BLOCK_BYTES, Block
from ccexpert.fleet.tally import Tally
from ccexpert.fleet.workers import Outcome, Setup
from ccexpert.version import __version__
from ccexpert.writing import locked, whole_file

#: Files that a run writes: its fingerprint and its blocks, including unfinished ones.
_OURS = re.compile(r"run|\d{8,}|\.(run|\d{8,})\.\w+")


@contextmanager
def alone(output: Path) -> Iterator[None]:
    """Lock an output, so that no other run writes to it."""
    folder = _folder(output)
    try:
        lock = locked(
            folder, _cannot(folder, "another run writes to this output", "wait until it has ended")
        )
    except OSError as error:
        raise _cannot(folder, f"cannot be written: {error.strerror}") from None
    try:
        yield
    finally:
        lock.release()


def _folder(output: Path) -> Path:
    return output.with_name(f"{output.name}.blocks")


def _cannot(folder: Path, problem: str, advice: str = "") -> CcexpertError:
    return CcexpertError(problem, Place(str(folder)), advice=advice, exit_code=CANNOT_CREATE)


class Checkpoint:
    """The finished blocks of the run that owns an output.

    With ``resume`` existing blocks are used; otherwise the first block of this run replaces them.
    ``held`` raises ``CcexpertError`` if the blocks belong to other input, knowledge or options, if
    the folder cannot be used, or if another run is active.
    """

    def __init__(self, output: Path, files: Sequence[str], setup: Setup, *, resume: bool) -> None:
        self._output, self._folder = output, _folder(output)
        self._about = self._folder / "run"
        self._run = _fingerprint(files, setup)
        self._resume = resume
        self._begun = False
        self._known: set[int] = set()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Lock the output for this run, and remove the blocks when it succeeds."""
        with alone(self._output):
            self._refuse_strange_folder()
            self._begun = self._resume and self._is_there()
            yield
            self._remove()

    def _is_there(self) -> bool:
        try:
            found = self._about.read_bytes()
        except OSError:
            return False
        if found != self._run.hex().encode():
            raise CcexpertError(
                "the stopped run had different input, knowledge or options",
                Place(str(self._folder)),
                advice="start again without --resume",
            )
        return True

    def known(self, block: Block) -> Outcome | None:
        """The outcome of a block that this run finished earlier, if there is one."""
        if not self._begun:
            return None
        try:
            seal, _, rest = self._file(block).read_bytes().partition(b"\n")
        except OSError:
            return None
        if seal != self._seal(rest):
            return None
        self._known.add(block.number)
        tally, _, records = rest.decode().partition("\n")
        return Outcome(records, Tally.from_dict(json.loads(tally)))

    def keep(self, block: Block, outcome: Outcome) -> None:
        """Save an outcome, all or nothing."""
        if not self._begun:
            self._begin()
        if block.number not in self._known:
            rest = f"{json.dumps(outcome.tally.to_dict())}\n{outcome.records}".encode()
            with whole_file(self._file(block)) as stream:
                stream.write(self._seal(rest) + b"\n" + rest)

    def _seal(self, rest: bytes) -> bytes:
        return hashlib.blake2b(rest, key=self._run, digest_size=32).hexdigest().encode()

    def _begin(self) -> None:
        self._remove()
        try:
            self._folder.mkdir()
        except OSError as error:
            raise self._cannot(f"cannot be written: {error.strerror}") from None
        with whole_file(self._about) as stream:
            stream.write(self._run.hex().encode())
        self._begun = True

    def _remove(self) -> None:
        """Remove the saved blocks, and nothing else."""
        try:
            for path in self._kept():
                path.unlink()
            if self._folder.exists():
                self._folder.rmdir()
        except OSError as error:
            raise self._cannot(f"cannot be removed: {error.strerror}") from None

    def _refuse_strange_folder(self) -> None:
        """Raise if the folder holds anything that a run does not write."""
        if self._folder.is_symlink() or (self._folder.exists() and not self._folder.is_dir()):
            raise self._cannot("blocks are kept here, but this is not a folder", "move it away")
        strange = next((p.name for p in self._kept() if not _OURS.fullmatch(p.name)), None)
        if strange is not None:
            raise self._cannot(
                f"blocks are kept here, but '{strange}' is not one", "move the folder away"
            )

    def _kept(self) -> list[Path]:
        try:
            return sorted(self._folder.iterdir())
        except FileNotFoundError:
            return []
        except OSError as error:
            raise self._cannot(f"cannot be read: {error.strerror}") from None

    def _cannot(self, problem: str, advice: str = "") -> CcexpertError:
        return _cannot(self._folder, problem, advice)

    def _file(self, block: Block) -> Path:
        return self._folder / f"{block.number:08}"


def _fingerprint(files: Sequence[str], setup: Setup) -> bytes:
    """A fingerprint of everything that could change a record."""
    known = [(str(p.resolve()), p.stat().st_size, p.stat().st_mtime_ns) for p in map(Path, files)]
    seen = repr((known, setup, BLOCK_BYTES, __version__))
    return hashlib.sha256(seen.encode()).digest()

"""``fleet --follow``: what is added later becomes records too, every line once."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccexpert.errors import CcexpertError, MissingInputError
from ccexpert.fleet.blocks import Segment
from ccexpert.fleet.growing import Growing
from ccexpert.fleet.tally import Tally
from ccexpert.fleet.trail import Trail
from ccexpert.fleet.workers import Outcome
from tests.fleet import PROCESS, hosts, line, records, waits_for
from tests.kit import ccexpert
from tests.ready import Started, environment


def look(growing: Growing) -> list[Segment]:
    return [s for block in growing.blocks(lambda: False) for s in block.segments]


def read(growing: Growing) -> list[tuple[str, int, bytes]]:
    """What a look finds: file, line, bytes."""
    return [(Path(s.name).name, s.first, s.read()) for s in look(growing)]


def test_a_look_finds_the_whole_lines_that_are_new(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"one\ntw")
    growing = Growing([str(tmp_path)])
    assert read(growing) == [("a.jsonl", 1, b"one\n")]
    assert read(growing) == []
    with path.open("ab") as stream:
        stream.write(b"o\nthree\n")
    (tmp_path / "b.jsonl").write_bytes(b"other\n")
    (tmp_path / "b.jsonl.gz").write_bytes(b"packed, when the lines were long read")
    assert read(growing) == [("a.jsonl", 2, b"two\nthree\n"), ("b.jsonl", 1, b"other\n")]


@pytest.mark.parametrize("content", [b"new\n", b"new file\nlonger than before\n"])
def test_a_file_that_was_replaced_is_read_from_its_beginning(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"one\ntwo\n")
    growing = Growing([str(path)])
    look(growing)
    path.unlink()
    assert read(growing) == []
    path.write_bytes(content)
    assert read(growing) == [("a.jsonl", 1, content)]


def test_a_document_is_read_when_it_stands_still_and_again_when_it_differs(tmp_path: Path) -> None:
    path = tmp_path / "host.json"
    growing = Growing([str(tmp_path)])
    assert read(growing) == []
    for content in (b"{", b'{"facts": []}'):
        path.write_bytes(content)
        assert read(growing) == []
    assert read(growing) == [("host.json", 1, b'{"facts": []}')]
    os.utime(path, (0, 0))
    assert read(growing) == read(growing) == read(growing) == []
    path.write_bytes(b'{"facts": [1]}')
    assert [*read(growing), *read(growing), *read(growing)] == [("host.json", 1, b'{"facts": [1]}')]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes of POSIX")
@pytest.mark.parametrize("name", ["a.jsonl", "a.json"])
def test_a_file_that_became_a_pipe_is_told_once_and_stops_nobody(tmp_path: Path, name: str) -> None:
    path, other = tmp_path / name, tmp_path / "other.jsonl"
    path.write_bytes(b"")
    other.touch()
    growing = Growing([str(path), str(other)])
    look(growing)
    path.unlink()
    os.mkfifo(path)
    (problem,) = [segment.problem for segment in look(growing) if segment.name == str(path)]
    assert "no plain file" in problem
    other.write_bytes(b"one\n")
    assert read(growing) == [("other.jsonl", 1, b"one\n")]
    path.unlink()
    path.symlink_to(path)
    (problem,) = [segment.problem for segment in look(growing) if segment.name == str(path)]
    assert problem.startswith("cannot be read: ")
    assert look(growing) == []


def test_what_cannot_grow_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl.gz").write_bytes(b"")
    refused = [("a.jsonl.gz", "omit --follow"), ("b.jsonl", "no such file")]
    for name, said in (*refused, (os.devnull, "no plain file")):
        with pytest.raises(MissingInputError, match=said):
            Growing([str(tmp_path / name)])


class _KilledError(Exception):
    pass


def some_looks(path: Path, out: Path, changes: list[tuple[bytes, bool]]) -> None:
    """Write each piece to the file and look; where it is said, be killed between a record and its
    mark, with half a record more on disk."""
    begun = False
    while changes:
        with contextlib.suppress(_KilledError), Trail(out, resume=begun).held() as trail:
            growing, begun = Growing([str(path)], trail), True
            while changes:
                piece, killed = changes.pop(0)
                with path.open("ab") as stream:
                    stream.write(piece)
                for block in growing.blocks(lambda: False, 8):
                    text = "".join(s.read().decode() for s in block.segments)
                    trail.write(text)
                    if killed:
                        trail.write("half a rec")
                        raise _KilledError
                    growing.keep(block, Outcome(text, Tally()))


@given(st.lists(st.tuples(st.sampled_from([b"a", b"bb\n", b"\n", b"c\nd\n"]), st.booleans())))
def test_every_line_is_written_once_whenever_the_run_is_killed(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[bytes, bool]]
) -> None:
    folder = tmp_path_factory.mktemp("grown")
    path, out = folder / "in.jsonl", folder / "out.jsonl"
    path.write_bytes(b"")
    some_looks(path, out, [*changes, (b"the end\n", False)])
    assert out.read_bytes() == path.read_bytes()


def test_records_are_not_overwritten(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    out.write_text("{}\n", encoding="utf-8")
    with pytest.raises(CcexpertError, match="records here already; move them away"):
        Trail(out, resume=True).held().__enter__()
    (tmp_path / "out.jsonl.read").write_text("{}", encoding="utf-8")
    with pytest.raises(CcexpertError, match="continue with --resume"):
        Trail(out, resume=False).held().__enter__()
    with pytest.raises(CcexpertError, match="does not say how far"):
        Trail(out, resume=True).held().__enter__()
    assert out.read_text(encoding="utf-8") == "{}\n"


@contextlib.contextmanager
def following(folder: Path, *arguments: str) -> Iterator[tuple[Started, Callable[[], str]]]:
    """The program at work on a folder; gives also what it said on stderr so far."""
    said = folder / "said"
    with said.open("wb") as err, Path(os.devnull).open("r+b") as null:
        streams = (null.fileno(), null.fileno(), err.fileno())
        run = Started(["fleet", "--follow", *arguments], streams, environment({}), folder)
    try:
        yield run, lambda: said.read_text(encoding="utf-8")
    finally:
        run.send_signal(signal.SIGKILL)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_program_goes_on_until_it_is_told_to_end(tmp_path: Path, number: int) -> None:
    path, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"

    def told() -> list[str]:
        return hosts(out.read_text(encoding="utf-8")) if out.exists() else []

    path.write_text(f"{line('a', [PROCESS])}\n", encoding="utf-8")
    arguments = ("in.jsonl", "-f", "jsonl=out.jsonl", "--resume")
    with following(tmp_path, *arguments) as (run, said):
        waits_for(lambda: told() == ["a"])
        with path.open("a", encoding="utf-8") as stream:
            stream.write(f"{line('b', [PROCESS])}\n{{\n")
        waits_for(lambda: told() == ["a", "b", None])
        run.send_signal(number)
        assert run.wait() == 65
        assert "in.jsonl, line 3, column 2: not valid JSON" in said()
        assert ["findings", "2"] in [row.split() for row in said().splitlines()]
    with path.open("a", encoding="utf-8") as stream:
        stream.write(f"{line('c', [PROCESS])}\n")
    with following(tmp_path, *arguments) as (run, said):
        waits_for(lambda: told() == ["a", "b", None, "c"])
        run.send_signal(number)
        assert run.wait() == 0
    assert [r["line"] for r in records(out.read_text(encoding="utf-8"))] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-"], "needs files or folders"),
        ([".", "--hosts", "hosts"], "cannot be combined with --hosts"),
        ([".", "-f", "parquet=out"], "cannot be combined with --format parquet"),
        ([".", "--resume"], "needs input from files and a file of records"),
    ],
)
def test_what_has_no_end_cannot_wait_for_one(arguments: list[str], said: str) -> None:
    done = ccexpert("fleet", "--follow", *arguments)
    assert done.returncode == 2
    assert said in " ".join(done.stderr.replace("│", " ").split())

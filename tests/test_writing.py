"""Files are whole or not there, and what is no plain file is never replaced."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from ccexpert.errors import CcexpertError
from ccexpert.writing import whole_file

posix = pytest.mark.skipif(os.name != "posix", reason="pipes and permissions of POSIX")


def write(path: Path, text: bytes = b"new", *, private: bool = False) -> None:
    with whole_file(path, private=private) as stream:
        stream.write(text)


@posix
def test_a_pipe_is_written_to_and_stays_one(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE) as reader:
        write(pipe)
        assert reader.communicate(timeout=300)[0] == b"new"
    assert stat.S_ISFIFO(pipe.lstat().st_mode)


@posix
def test_a_link_stays_a_link(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_bytes(b"old")
    link.symlink_to(target)
    write(link)
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


@posix
def test_a_replaced_file_keeps_its_permissions_and_a_private_one_is_private(tmp_path: Path) -> None:
    shared, own = tmp_path / "shared", tmp_path / "own"
    for path in (shared, own):
        path.touch()
        path.chmod(0o640)
    write(shared)
    write(own, private=True)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (shared, own)] == [0o640, 0o600]


def test_what_fails_halfway_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def fail() -> None:
        with whole_file(path) as stream:
            stream.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_where_nothing_can_be_written_it_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CcexpertError, match="cannot be written") as refused:
        write(tmp_path / "no" / "file")
    assert refused.value.exit_code == 73


_WRITES = """
import signal, sys
from pathlib import Path
from ccexpert.writing import clear_when_told_to_end, whole_file
clear_when_told_to_end()
with whole_file(Path(sys.argv[1])) as stream:
    stream.write(b"half")
    print("begun", flush=True)
    signal.pause()
"""


@posix
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_signal_leaves_no_half_file(tmp_path: Path, name: str) -> None:
    path, number = tmp_path / "file", getattr(signal, name)
    path.write_bytes(b"old")
    command = [sys.executable, "-c", _WRITES, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert len(list(tmp_path.iterdir())) == 2
        process.send_signal(number)
        assert process.wait(timeout=300) == -number
    assert [p.read_bytes() for p in tmp_path.iterdir()] == [b"old"]

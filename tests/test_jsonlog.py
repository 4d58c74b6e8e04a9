"""The log of JSON lines: whole lines or none, whatever happens to the disk and the process."""

from __future__ import annotations

import json
import os
import resource
import signal
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ccexpert import Expert
from ccexpert.act import Audit, Event
from ccexpert.consult import Consultation
from ccexpert.errors import CcexpertError, SessionError
from ccexpert.facts import FactsDocument
from ccexpert.jsonlog import JsonLog


def records(path: Path) -> list[Any]:
    return [json.loads(line) for line in JsonLog(path).lines().whole]


@contextmanager
def full_disk(path: Path, room: int) -> Iterator[None]:
    """Within, no file grows further than ``room`` bytes beyond what ``path`` has now."""
    before, limits = signal.signal(signal.SIGXFSZ, signal.SIG_IGN), resource.RLIMIT_FSIZE
    soft, hard = resource.getrlimit(limits)
    size = path.stat().st_size if path.exists() else 0
    resource.setrlimit(limits, (size + room, hard))
    try:
        yield
    finally:
        resource.setrlimit(limits, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)


def test_the_log_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    JsonLog(path).append({"å": 1})
    JsonLog(path).append({"b": "\ud800"})
    assert [*map(list, records(path))] == [["å"], ["b"]]
    assert "å" in path.read_text(encoding="utf-8")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("torn", ["", "x", '{"a": 1}', "x" * 10_000])
def test_a_torn_line_is_left_out_and_goes_with_the_next_record(tmp_path: Path, torn: str) -> None:
    path = tmp_path / "log.jsonl"
    log = JsonLog(path)
    log.append({"n": 1})
    with path.open("a") as stream:
        stream.write(torn)
    assert log.lines().torn == bool(torn)
    assert records(path) == [{"n": 1}]
    log.append({"n": 2})
    assert path.read_text() == '{"n": 1}\n{"n": 2}\n'


def test_a_log_that_is_all_torn_begins_anew(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text("{" * 5000)
    JsonLog(path).append({"n": 1})
    assert records(path) == [{"n": 1}]


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85", "\x0b", "\x1c"])
def test_only_a_line_feed_ends_a_line(tmp_path: Path, separator: str) -> None:
    path = tmp_path / "log.jsonl"
    JsonLog(path).append({"text": f"a{separator}b"})
    assert records(path) == [{"text": f"a{separator}b"}]


@pytest.mark.parametrize("room", [0, 1, 10])
def test_a_full_disk_leaves_the_log_as_it_was(tmp_path: Path, room: int) -> None:
    path = tmp_path / "log.jsonl"
    log = JsonLog(path)
    log.append({"n": 1})
    with full_disk(path, room), pytest.raises(OSError, match="too large"):
        log.append({"n": 2, "text": "x" * 100})
    assert path.read_text() == '{"n": 1}\n'
    log.append({"n": 3})
    assert records(path) == [{"n": 1}, {"n": 3}]


def test_a_log_that_cannot_take_a_record_back_takes_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: int) -> None:
        raise OSError(5, "the disk is broken")

    log = JsonLog(tmp_path / "log.jsonl")
    log.append({"n": 1})
    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", broken)
        disk.setattr(os, "ftruncate", broken)
        with pytest.raises(OSError, match="broken"):
            log.append({"n": 2})
    with pytest.raises(OSError, match="broken"):
        log.append({"n": 2})


# --- a session ---


def test_an_answer_after_a_full_disk_is_not_lost(tmp_path: Path, expert: Expert) -> None:
    path = tmp_path / "session.jsonl"
    with Consultation(expert) as session:
        session.keep(path)
        session.answer(["emails-not-sent"])
        with full_disk(path, 40), pytest.raises(CcexpertError, match="cannot be written"):
            session.answer("prod")
        session.answer("prod")
        session.answer("unknown")
        steps = session.steps
    with Consultation.resumed(expert, path) as again:
        assert again.steps == steps


def test_a_session_that_could_not_begin_can_begin_again(tmp_path: Path, expert: Expert) -> None:
    path = tmp_path / "session.jsonl"
    with full_disk(path, 0), pytest.raises(CcexpertError, match="cannot be written"):
        Consultation(expert).keep(path)
    with Consultation(expert) as session:
        session.keep(path)
        session.answer(["emails-not-sent"])
    with Consultation.resumed(expert, path) as again:
        assert len(again.steps) == 1


def test_a_file_that_holds_anything_is_not_replaced(tmp_path: Path, expert: Expert) -> None:
    path = tmp_path / "notes"
    path.write_text("no session")
    for taken in (path, tmp_path):
        with pytest.raises(SessionError, match="already exists"):
            Consultation(expert).keep(taken)
    assert path.read_text() == "no session"


# --- the record of a walk ---


def test_a_walk_is_found_again_whatever_was_told(tmp_path: Path) -> None:
    said = "one line\u2028and another\u2029and a third"
    told = FactsDocument.model_validate_json(
        json.dumps({"schema_version": 1, "facts": [{"kind": "error", "text": said}]})
    )
    audit = Audit(tmp_path / "audit.jsonl", user="anna", host="app-1")
    audit.write(Event("begun", told=told))
    assert audit.unfinished().told == told


def test_a_record_that_the_disk_has_no_room_for_is_refused_whole(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    audit = Audit(path, user="anna", host="app-1")
    audit.write(Event("begun"))
    before = path.read_bytes()
    with full_disk(path, 20), pytest.raises(CcexpertError, match="audit log cannot be written"):
        audit.write(Event("ended", ending="gone"))
    assert path.read_bytes() == before

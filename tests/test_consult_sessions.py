"""Sessions on disk: nothing that was acknowledged is lost, nothing hostile gets further than one
sentence."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from errno import EEXIST, EIO
from pathlib import Path

import pytest

from ccexpert import Expert
from ccexpert.consult import Consultation
from ccexpert.consult.journal import Journal
from ccexpert.errors import CcexpertError, SessionError
from ccexpert.reading import SIZE_LIMIT
from tests.evaluate.kills import kill_many
from tests.kit import ROOT, ccexpert, document

ANSWERS = "emails-not-sent\n\nprod\nstat missing\n\n"


def consult(
    *arguments: str | Path, stdin: str = "", home: Path
) -> subprocess.CompletedProcess[str]:
    """Run a consultation whose state directory is ``home``."""
    env = {"XDG_STATE_HOME": str(home)}
    return ccexpert("consult", *arguments, stdin=stdin, env=env)


def about(things: str, value: str) -> str:
    """An event with one answer."""
    return f'{{"question": "x", "things": {things}, "values": ["{value}"], "certainty": 1}}'


@pytest.fixture
def session(expert: Expert, tmp_path: Path) -> Path:
    path = tmp_path / "session.jsonl"
    with Consultation(expert) as begun:
        begun.keep(path)
        begun.answer(["emails-not-sent"])
        begun.answer("prod")
        begun.answer("unknown")
    return path


def test_no_acknowledged_answer_is_lost_by_killing_the_process(tmp_path: Path) -> None:
    tally = kill_many(5, tmp_path)
    assert tally.kills == 5
    assert tally.acknowledged > 0
    assert tally.lost == 0


def test_an_answer_is_on_disk_when_it_has_been_taken(expert: Expert, tmp_path: Path) -> None:
    with Consultation(expert) as begun:
        begun.keep(tmp_path / "s.jsonl")
        for number, answer in enumerate([["emails-not-sent"], "prod", ["stat missing"]], 1):
            begun.answer(answer)
            assert len((tmp_path / "s.jsonl").read_bytes().splitlines()) == 1 + number


@pytest.mark.parametrize("half", [b"{", b'{"question": "sym', '{"question": "å'.encode()[:-1]])
def test_a_half_written_last_line_is_dropped_and_said(
    session: Path, half: bytes, tmp_path: Path
) -> None:
    whole = session.read_bytes()
    session.write_bytes(whole + half)
    done = consult("--resume", "--session", session, home=tmp_path)
    assert done.returncode == 0
    assert "incomplete" in done.stderr
    assert "answers so far: 3" in done.stderr
    assert session.read_bytes() == whole


def test_every_cut_of_a_session_gives_the_answers_before_the_cut(
    expert: Expert, session: Path
) -> None:
    whole = session.read_bytes()
    begun = whole.index(b"\n") + 1
    for cut in range(begun, len(whole) + 1, 11):
        session.write_bytes(whole[:cut])
        with Consultation.resumed(expert, session) as again:
            assert len(again.steps) == whole[begun:cut].count(b"\n")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "not json\n",
        "[]\n",
        '"session"\n',
        "{}\n",
        '{"session": 99}\n',
        '{"session": 1, "document": {"facts": "none"}}\n',
        '{"session": 1, "document": {"schema_version": 1, "facts": [{"kind": "x"}]}}\n',
        "{" * 5000 + "\n",
        "x" * 1_000_000 + "\n",
        "é\n",
    ],
)
def test_what_is_no_session_is_refused_in_one_sentence(text: str, tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    path.write_bytes(text.encode("latin-1"))
    done = consult("--resume", "--session", path, home=tmp_path)
    assert done.returncode == 65
    assert done.stdout == ""
    assert done.stderr.startswith("ccexpert: ")
    assert done.stderr.count("\n") == 1
    assert len(done.stderr) < 600


@pytest.mark.parametrize(
    "event",
    [
        "nonsense",
        "[1]",
        "{}",
        '{"question": "symptoms"}',
        '{"question": "symptoms", "values": 3, "certainty": 1}',
        '{"question": "symptoms", "values": ["no-such"], "certainty": 1}',
        '{"question": "symptoms", "values": [[]], "certainty": 1}',
        '{"question": "symptoms", "values": ["emails-not-sent"], "certainty": 1, "revises": 9}',
        '{"question": "symptoms", "values": ["emails-not-sent"], "certainty": NaN}',
        '{"question": "symptoms", "values": ["emails-not-sent"], "certainty": "1"}',
        '{"question": "instance", "values": ["a;b"], "certainty": 1}',
        '{"question": "instance", "values": [], "certainty": 1}',
        about("[]", "ok"),
        about('[["spaceship", ["a"], ""]]', "ok"),
        about('[["probe", ["no"], ""]]', "ok"),
        about('[["port", ["1"], ""]]', "free"),
        about('[["port", ["a", "b"], ""]]', "free"),
        about('[["probe", ["ping"], "$(x)"]]', "no"),
        about('[["process", ["mta"], "$(x)"]]', "missing"),
        about('[["process", ["mta"], 7]]', "missing"),
        about('[["workflow", [], 65536]]', "unknown"),
        about('[["workflow", [7], ""]]', "unknown"),
        about('[["process", ["mta"], ""], ["process", ["stat"], ""]]', "missing"),
        about('[["probe", ["ping"], ""]]', "ok").replace('"x"', "[]"),
    ],
)
def test_an_event_that_cannot_be_replayed_is_refused(
    expert: Expert, session: Path, event: str
) -> None:
    with session.open("a") as stream:
        stream.write(event + "\n")
    with pytest.raises(CcexpertError) as refused:
        Consultation.resumed(expert, session)
    assert refused.value.exit_code == 65
    assert str(session) in str(refused.value)


def test_a_session_of_17_megabytes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    path.write_bytes(b'{"session": 1}\n' + b" " * 17_000_000 + b"\n")
    done = consult("--resume", "--session", path, home=tmp_path)
    assert done.returncode == 65
    assert "too large" in done.stderr
    assert path.stat().st_size > 17_000_000


def test_a_directory_and_a_missing_file_are_no_sessions(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.jsonl"):
        done = consult("--resume", "--session", path, home=tmp_path)
        assert done.returncode == 66
        assert done.stderr.count("\n") == 1


def test_each_refusal_says_which_file_it_is_about(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "s.jsonl"

    def refusal() -> str:
        with pytest.raises(CcexpertError) as refused:
            Journal.resume(path)
        return str(refused.value)

    assert refusal() == f"{path}: this session file does not exist; check the path"
    journal = Journal.start(path, {})
    busy = f"{path}: another ccexpert is using this session; close that one first"
    assert refusal() == busy
    journal.close()
    with pytest.raises(CcexpertError) as refused:
        Journal.start(path, {})
    advice = "resume it with --resume, or name another file"
    assert str(refused.value) == f"{path}: the session file already exists; {advice}"
    first = path.read_bytes()
    for line in (b"[1]\n", b"\n"):
        path.write_bytes(first + line)
        assert refusal() == f"{path}, line 2: this line is not a session event"
    path.write_bytes(first + b"\xff\n")
    assert refusal().startswith(f"{path}, line 2: not UTF-8 text")
    for other in (b"", b'{"session": 2}\n'):
        path.write_bytes(other)
        assert refusal() == f"{path}: this is not a ccexpert session"
    path.write_bytes(first + b" " * SIZE_LIMIT)
    assert refusal() == f"{path}: too large for a ccexpert session"
    path.unlink()
    path.mkdir()
    assert refusal() == f"{path}: this is a directory, but a session is a file"


def test_a_disk_that_does_not_let_a_session_be_kept_is_said_with_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "folder" / "s.jsonl"
    journal = Journal.start(path, {"language": "en"})
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    begun = json.loads(path.read_bytes())
    assert begun == {"session": 1, "language": "en", "at": begun["at"]}
    assert datetime.fromisoformat(begun["at"]).astimezone(UTC) <= datetime.now(UTC)

    def broken(*_: object) -> None:
        raise OSError(EIO, os.strerror(EIO))

    def refusal(begin: Callable[[], object], exit_code: int) -> str:
        with pytest.raises(CcexpertError) as refused:
            begin()
        assert refused.value.exit_code == exit_code
        return str(refused.value)

    below = path / "s.jsonl"
    told = refusal(lambda: Journal.start(below, {}), 73)
    assert told == f"{below}: cannot be written: {os.strerror(EEXIST)}"
    monkeypatch.setattr(os, "fsync", broken)
    told = f"{path}: cannot be written: {os.strerror(EIO)}"
    assert refusal(lambda: journal.append({}), 73) == told
    journal.close()
    monkeypatch.setattr("ccexpert.consult.journal.locked", broken)
    assert refusal(lambda: Journal.resume(path), 73) == told
    monkeypatch.undo()
    monkeypatch.setattr(Path, "read_bytes", broken)
    told = f"{path}: cannot be opened: {os.strerror(EIO)}"
    assert refusal(lambda: Journal.resume(path), 66) == told


def test_there_may_be_no_session_to_resume(tmp_path: Path) -> None:
    done = consult("--resume", home=tmp_path)
    assert done.returncode == 66
    assert "no session to resume" in done.stderr


def test_a_session_file_is_not_overwritten(session: Path, tmp_path: Path) -> None:
    before = session.read_bytes()
    done = consult("--session", session, stdin=ANSWERS, home=tmp_path)
    assert done.returncode == 65
    assert "--resume" in done.stderr
    assert session.read_bytes() == before


def test_a_session_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = consult("--session", tmp_path / "file" / "s.jsonl", stdin=ANSWERS, home=tmp_path)
    assert done.returncode == 73
    assert done.stderr.count("\n") == 1


def test_two_processes_cannot_use_one_session(
    session: Path, expert: Expert, tmp_path: Path
) -> None:
    before = session.read_bytes()
    with Consultation.resumed(expert, session):
        done = consult("--resume", "--session", session, stdin="stop\n", home=tmp_path)
    assert done.returncode == 65
    assert "another ccexpert" in done.stderr
    assert session.read_bytes() == before
    assert consult("--resume", "--session", session, stdin="stop\n", home=tmp_path).returncode == 0


def test_the_lock_goes_with_the_process_that_held_it(session: Path, expert: Expert) -> None:
    hold = (
        "import sys; from pathlib import Path; from ccexpert import Expert;"
        "from ccexpert.consult import Consultation;"
        "s = Consultation.resumed(Expert(), Path(sys.argv[1])); print('held', flush=True);"
        "sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(session)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(SessionError):
            Consultation.resumed(expert, session)
        process.kill()
        process.wait()
    Consultation.resumed(expert, session).close()


def test_resume_takes_the_session_that_was_used_last(tmp_path: Path) -> None:
    consult(stdin="emails-not-sent\n\n", home=tmp_path)
    consult(stdin="tracking-logs-missing\n\n", home=tmp_path)
    folder = tmp_path / "ccexpert" / "sessions"
    (folder / "99999999-999999-died.jsonl").touch()  # died before it had begun
    assert len(list(folder.glob("*.jsonl"))) == 3
    done = consult("--resume", stdin="show\nstop\n", home=tmp_path)
    assert "Tracking logs no longer reach the console" in done.stderr


def test_a_session_is_private_to_its_owner(tmp_path: Path) -> None:
    consult(stdin=ANSWERS, home=tmp_path)
    found = next((tmp_path / "ccexpert" / "sessions").glob("*.jsonl"))
    if sys.platform != "win32":
        assert found.stat().st_mode & 0o077 == 0


def test_a_session_begun_with_facts_keeps_them(tmp_path: Path) -> None:
    facts = tmp_path / "facts.json"
    facts.write_text(document({"kind": "indicator", "name": "disk", "level": "alert"}))
    consult("--facts", facts, stdin="emails-not-sent\n\n", home=tmp_path)
    facts.unlink()
    done = consult("--resume", "--format", "json", stdin="stop\n", home=tmp_path)
    assert "indicator disk = alert" in json.loads(done.stdout)["facts"]


def test_the_report_of_saved_facts_is_the_report_of_the_consultation(tmp_path: Path) -> None:
    saved = tmp_path / "facts.json"
    arguments = ("--save-facts", saved, "--format", "json", "--lang", "sv")
    done = consult(*arguments, stdin=ANSWERS.replace("missing", "troligen saknas"), home=tmp_path)
    again = ccexpert("diagnose", saved, "--format", "json", "--lang", "sv")
    one, other = json.loads(done.stdout), json.loads(again.stdout)
    for report in (one, other):  # answers and a file have the facts in different places
        for found in (*report["diagnoses"], *report["explained"]):
            for evidence in found["evidence"]:
                for cited in evidence["cited"]:
                    cited["positions"] = None
    assert {**one, "run": None} == {**other, "run": None}
    assert one["diagnoses"]


# --- answers without a terminal ---


def test_answers_come_from_a_file_or_from_a_pipe_alike(tmp_path: Path) -> None:
    answers = tmp_path / "answers.txt"
    answers.write_text(ANSWERS)
    one = consult("--answers", answers, "--format", "json", home=tmp_path)
    other = consult("--format", "json", stdin=ANSWERS, home=tmp_path)
    assert one.returncode == other.returncode == 0
    assert json.loads(one.stdout)["diagnoses"] == json.loads(other.stdout)["diagnoses"]
    assert one.stderr == other.stderr


def test_without_answers_the_report_is_empty_and_nothing_hangs(tmp_path: Path) -> None:
    done = consult("--format", "json", home=tmp_path)
    assert done.returncode == 0
    assert json.loads(done.stdout)["diagnoses"] == []


@pytest.mark.parametrize(
    ("answers", "line"),
    [
        ("emails-not-sent\n\na;b\n", 3),
        ("emails-not-sent\n\nprod\nstat runing\n", 4),
        ("qwertyuiop\n", 1),
    ],
)
def test_a_wrong_answer_in_a_file_ends_it_with_its_line(
    answers: str, line: int, tmp_path: Path
) -> None:
    file = tmp_path / "answers.txt"
    file.write_text(answers)
    done = consult("--answers", file, home=tmp_path)
    assert done.returncode == 65
    assert f"{file}, line {line}: " in done.stderr.splitlines()[-1]
    assert done.stdout == ""


def test_facts_from_stdin_need_answers_from_a_file(tmp_path: Path) -> None:
    facts = document({"kind": "symptom", "name": "emails-not-sent", "present": True})
    assert consult("--facts", "-", stdin=facts, home=tmp_path).returncode == 2
    answers = tmp_path / "answers.txt"
    answers.write_text("prod\nstat missing\n\n")
    done = consult("--facts", "-", "--answers", answers, stdin=facts, home=tmp_path)
    assert done.returncode == 0
    assert "stat@prod" in done.stdout


def test_a_resumed_session_takes_no_other_facts(session: Path, tmp_path: Path) -> None:
    facts = tmp_path / "facts.json"
    facts.write_text(document())
    done = consult("--resume", "--session", session, "--facts", facts, home=tmp_path)
    assert done.returncode == 2


def test_hostile_answers_are_shown_without_control_characters(tmp_path: Path) -> None:
    done = consult(stdin="\x1b[31mred\x07\n", home=tmp_path)
    assert done.returncode == 65
    assert "\x1b" not in done.stderr
    assert "\x07" not in done.stderr


def test_a_consultation_is_the_same_in_every_process(tmp_path: Path) -> None:
    """Questions, order, explanations and report; sets of words differ from process to process."""
    answers = "emails-not-sent\n\nprod\nwhy\nunknown\nwhy\nunknown\nwhy\nshow\nstop\n"
    told = {
        (done.stderr, done.stdout)
        for seed in "1234"
        for env in [{"PYTHONHASHSEED": seed, "XDG_STATE_HOME": str(tmp_path)}]
        for done in [ccexpert("consult", stdin=answers, env=env)]
    }
    assert len(told) == 1

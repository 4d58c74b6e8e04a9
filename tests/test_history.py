"""Recorded reports: kept whole whatever happens, counted rightly, compared."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser
from typer.testing import CliRunner

from ccexpert import Report
from ccexpert.certainty import WORDS
from ccexpert.cli import app
from ccexpert.diff import compare
from ccexpert.errors import CcexpertError, MissingInputError
from ccexpert.history import History, history_file, picture
from ccexpert.history.outcomes import Outcome, bands
from ccexpert.history.proposals import proposals
from ccexpert.knowledge.packs import cached, open_packs
from tests import formats
from tests.formats import MTA
from tests.kit import ROOT, ccexpert, document

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
FOUND, FINE = formats.stat_down(), replace(formats.healthy(), host="campaign-app-01")


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path / "state" / "history.sqlite3")


def at(report: Report, hours_ago: float, **changes: object) -> Report:
    started = (NOW - timedelta(hours=hours_ago)).isoformat(timespec="seconds")
    run = replace(report.run, id=f"{report.status}-{hours_ago}-{changes}", started=started)
    return replace(report, run=run, **changes)


def record_all(history: History, reports: Sequence[Report]) -> None:
    for report in reports:
        history.record(report)


def test_what_is_recorded_comes_back_the_same(history: History) -> None:
    reports = [formats.stat_down(), formats.rich("sv"), formats.nothing_known()]
    numbers = [history.record(report) for report in reports]
    assert numbers == [1, 2, 3]
    assert [history.report(n) for n in numbers] == reports


def test_a_report_is_kept_once(history: History) -> None:
    assert history.record(FOUND) == history.record(FOUND) == 1
    assert len(history.runs()) == 1


def test_runs_are_listed_newest_first(history: History) -> None:
    record_all(history, [at(FOUND, 1), at(FINE, 3), at(FOUND, 2, host="other")])
    listed = history.runs()
    assert [run.number for run in listed] == [1, 3, 2]
    assert [run.number for run in history.runs(limit=2)] == [1, 3]
    assert [run.number for run in history.runs(host="other")] == [3]
    assert (listed[0].diagnosis, listed[0].certainty) == (
        "stat-not-running",
        FOUND.diagnoses[0].certainty,
    )
    assert (listed[2].status, listed[2].diagnosis, listed[2].findings) == ("ok", None, 0)


def test_folder_and_file_are_for_the_user_alone(history: History) -> None:
    history.record(FOUND)
    assert history.path.parent.stat().st_mode & 0o077 == 0
    assert history.path.stat().st_mode & 0o077 == 0


def test_a_file_in_a_folder_that_was_there_is_for_the_user_alone(tmp_path: Path) -> None:
    history = History(tmp_path / "h.db")
    history.record(FOUND)
    assert history.path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("number", [2**63, 10**30])
def test_there_is_no_run_beyond_all_numbers(history: History, number: int) -> None:
    history.record(FOUND)
    with pytest.raises(MissingInputError, match=f"there is no recorded run {number}"):
        history.report(number)
    assert len(history.runs(limit=number)) == 1


def test_the_file_is_in_the_state_directory_unless_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CCEXPERT_HISTORY", raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", "/state")
    if sys.platform == "linux":
        assert history_file() == Path("/state/ccexpert/history.sqlite3")
    monkeypatch.setenv("CCEXPERT_HISTORY", "/else/where")
    assert history_file() == Path("/else/where")


# Recurrence


@pytest.mark.parametrize(
    ("reports", "times", "runs"),
    [
        ([at(FOUND, 2)], 1, 1),
        ([at(FOUND, 3), at(FOUND, 2), at(FOUND, 1)], 1, 3),
        ([at(FOUND, 3), at(FINE, 2), at(FOUND, 1)], 2, 2),
        ([at(FOUND, 60), at(FOUND, 30), at(FOUND, 1)], 3, 3),
        ([at(FOUND, 3), at(FINE, 2, host="other"), at(FOUND, 1)], 1, 2),
        ([at(FOUND, 200), at(FOUND, 1)], 1, 1),
    ],
    ids=[
        "once",
        "seen by one run after another",
        "gone in between",
        "seen again after a long while",
        "gone on another host",
        "before the period",
    ],
)
def test_occurrences_are_counted(
    history: History, reports: list[Report], times: int, runs: int
) -> None:
    record_all(history, reports)
    (found,) = history.recurrences(7, NOW)
    assert (found.diagnosis, found.instance, found.host) == (
        "stat-not-running",
        "prod",
        "campaign-app-01",
    )
    assert (found.times, found.runs) == (times, runs)
    assert datetime.fromisoformat(found.last) == NOW - timedelta(
        hours=min(float(r.run.id.split("-")[1]) for r in reports if r.host == FOUND.host)
    )


def test_the_order_of_recording_does_not_matter(history: History) -> None:
    record_all(history, [at(FOUND, 1), at(FOUND, 3), at(FINE, 2)])
    assert [found.times for found in history.recurrences(7, NOW)] == [2]


def test_hosts_and_instances_are_counted_apart(history: History) -> None:
    record_all(history, [formats.two_hosts()])
    found = history.recurrences(7)
    assert {(r.module, r.host) for r in found} == {
        ("mta", "app-1"),
        ("mta", "app-2"),
        ("web", "app-3"),
    }


def test_what_often_comes_back_stands_first(history: History) -> None:
    other = replace(FOUND, diagnoses=tuple(replace(d, id="another-fault") for d in FOUND.diagnoses))
    record_all(history, [at(other, 50, host="b"), at(FOUND, 40), at(FOUND, 1)])
    assert [found.times for found in history.recurrences(7, NOW)] == [2, 1]


def test_the_picture_shows_when_a_fault_was_there_and_what_was_marked(history: History) -> None:
    hidden = replace(FOUND, diagnoses=tuple(replace(d, id="<b>gone") for d in FOUND.diagnoses))
    record_all(history, [at(FOUND, 42), at(FOUND, 39), at(FOUND, 21), at(hidden, 10.5, host="b")])
    history.mark(3, "wrong", "the <proxy>")
    base = cached()
    page = picture.page(history.timeline(3.5, NOW), history.outcomes(), base, "en")
    dom = LexborHTMLParser(page)
    first, second, runs = dom.css(".times > li")
    bars = [(bar.attributes["x1"], bar.attributes["x2"]) for bar in first.css(".bar")]
    assert bars == [("50.00%", "53.57%"), ("75.00%", "75.00%")]
    (mark,) = dom.css(".mark")
    assert (mark.attributes["x"], mark.text(strip=True)) == ("75.00%", "✗the <proxy>")
    assert "second time in 3.5 days" in first.text()
    assert "<b>gone" in second.text()
    assert len(runs.css(".run")) == 4
    assert not dom.css("script, [style]")


def test_marks_that_contradict_a_card_become_an_overlay_to_read(run, tmp_path: Path) -> None:
    history, first = History(tmp_path / "history.sqlite3"), FOUND.diagnoses[0]
    for n, verdict in enumerate(("wrong", "wrong", "right", "wrong", "wrong", "wrong")):
        history.mark(history.record(at(FOUND, 100 - n)), verdict, "a rule\non the relay")
    ((weight,),) = (one.weights for one in proposals(history.marked(), cached()))
    number = weight.number
    assert first.evidence[0].rule == f"{first.id}#{number}"
    assert (weight.marked, weight.right, weight.proposed) == (6, 1, "suggestive")
    assert not list(proposals(history.marked()[:4], cached()))

    done = run("rules", "propose", "--into", tmp_path / "pack" / "overlays")
    file = tmp_path / "pack" / "overlays" / "stat-not-running.yaml"
    assert done.stdout.split() == [str(file)]
    assert "campaign-app-01: a rule on the relay" in file.read_text(encoding="utf-8")
    changed = open_packs([tmp_path / "pack"]).whole().cards[first.id]
    assert changed.evidence[number - 1].certainty == WORDS["suggestive"]
    assert cached().cards[first.id].evidence[number - 1].certainty == WORDS["conclusive"]
    assert run("rules", "propose").stdout == file.read_text(encoding="utf-8")
    other = run("rules", "propose", "mta-hung", "--lang", "sv")
    assert "6 markerade rapporter" in other.stderr


# Whatever happens

WRITER = """
import sys
from dataclasses import replace
from itertools import count
from pathlib import Path
from ccexpert.history import History
from tests.formats import nothing_runs
path, name, amount = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
report = nothing_runs()
for n in range(amount) if amount else count():
    History(path).record(replace(report, run=replace(report.run, id=f"{name}-{n}")))
    print(n, flush=True)
"""

KILLED_INSIDE = """
import os, signal, sys
from pathlib import Path
from ccexpert import history
from tests.formats import nothing_runs
def die(number, report):
    os.kill(os.getpid(), signal.SIGKILL)
    yield ()
history._findings = die
history.History(Path(sys.argv[1])).record(nothing_runs())
"""


def start(script: str, *arguments: str | Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


def is_sound(path: Path) -> bool:
    with sqlite3.connect(path) as db:
        return db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_two_processes_that_record_at_once_lose_nothing(history: History) -> None:
    amount = 60
    writers = [start(WRITER, history.path, name, str(amount)) for name in ("a", "b")]
    for writer in writers:
        writer.communicate(timeout=300)
        assert writer.returncode == 0
    kept = {run.run for run in history.runs(limit=10_000)}
    assert kept == {f"{name}-{n}" for name in ("a", "b") for n in range(amount)}
    assert is_sound(history.path)


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is a matter of POSIX")
def test_a_process_that_is_killed_leaves_every_report_that_it_had_recorded(
    history: History,
) -> None:
    for name in ("a", "b", "c"):
        writer = start(WRITER, history.path, name, "0")
        assert writer.stdout is not None
        told = [writer.stdout.readline() for _ in range(20)]
        writer.send_signal(signal.SIGKILL)
        told += writer.stdout.readlines()
        writer.wait()
        writer.stdout.close()
        said = {f"{name}-{int(line)}" for line in told if line.endswith("\n")}
        runs = history.runs(limit=10_000)
        assert said <= {run.run for run in runs}
        assert {history.report(run.number).host for run in runs} == {"campaign-app-01"}
        assert is_sound(history.path)


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is a matter of POSIX")
def test_a_process_that_is_killed_inside_a_recording_leaves_nothing_of_it(
    history: History,
) -> None:
    history.record(FOUND)
    killed = start(KILLED_INSIDE, history.path)
    killed.communicate(timeout=300)
    assert killed.returncode == -signal.SIGKILL
    assert [run.run for run in history.runs()] == [FOUND.run.id]
    assert history.record(formats.nothing_runs()) == 2
    assert is_sound(history.path)


def test_a_file_that_is_no_history_is_refused_and_left_alone(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("these are notes, and rather long ones " * 20, encoding="utf-8")
    other = tmp_path / "other.sqlite3"
    with sqlite3.connect(other) as db:
        db.execute("CREATE TABLE other (x)")
    for path in (text, other):
        before = path.read_bytes()
        for use in (lambda h: h.record(FOUND), lambda h: h.runs()):
            with pytest.raises(CcexpertError, match="this is not a"):
                use(History(path))
        assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("runs", "started", "once"),
        ("runs", "status", "odd"),
        ("runs", "report", '{"facts": '),
        ("findings", "certainty", "much"),
        ("marks", "certainty", 99),
        ("marks", "verdict", "maybe"),
        ("marks", "was", b"\xff"),
    ],
)
def test_a_damaged_row_is_told(history: History, table: str, column: str, value: object) -> None:
    record_all(history, [at(FOUND, 1)])
    history.mark(1, "right")
    with contextlib.closing(sqlite3.connect(history.path)) as db, db:
        db.execute(f"UPDATE {table} SET {column} = ?", (value,))
    looks = [history.runs, lambda: history.timeline(9, NOW), history.outcomes, history.marked]
    told = []
    for look in looks:
        try:
            look()
        except CcexpertError as error:
            told.append(str(error))
    assert told
    assert all(str(history.path) in sentence and "\n" not in sentence for sentence in told)


def test_nothing_recorded_is_said(history: History) -> None:
    for ask in (history.runs, history.recurrences, lambda: history.report(1)):
        with pytest.raises(MissingInputError, match="nothing has been recorded yet"):
            ask()
    history.record(FOUND)
    with pytest.raises(MissingInputError, match="there is no recorded run 9"):
        history.report(9)


# What it really was


def test_a_mark_is_told_beside_the_next_report_of_that_kind(run) -> None:
    for _ in range(2):
        run("diagnose", "-", "--record", stdin=document(MTA, host="app-1"))
    assert "wrong: a firewall" in run("history", "mark", "1", "wrong", "a firewall").stdout
    run("history", "mark", "2", "right")
    done = run("diagnose", "-", "--record", stdin=document(MTA, host="app-2"))
    assert "1 of 2 marked right" in done.stderr
    assert "run 1: wrong; it was: a firewall" in done.stderr
    other = run("diagnose", "-", "--record", stdin=document({**MTA, "module": "stat"}))
    assert other.stderr == ""
    outcomes = [row["verdict"] for row in json.loads(run("history", "list", "-f", "json").stdout)]
    assert outcomes == [None, None, "right", "wrong"]
    (band,) = json.loads(run("history", "calibration", "-f", "json").stdout)
    assert (band["marked"], band["right"]) == (2, 1)
    assert run("history", "mark", "9", "right").returncode == 66


def test_certainty_is_held_against_what_was_right() -> None:
    said = [(0.95, "right")] * 9 + [(0.95, "wrong"), (0.6, "wrong"), (1.0, "right")]
    marks = [Outcome(1, "", None, "x", c, verdict, "", "person", "") for c, verdict in said]
    low, high = bands(marks)
    assert (low.marked, low.right, low.share) == (1, 0, 0.0)
    assert (high.marked, high.right, high.certainty) == (11, 10, 0.95)
    assert (round(high.at_least, 2), round(high.at_most, 2)) == (0.62, 0.98)


def test_a_fault_that_was_mended_marks_the_latest_report_of_its_host(history: History) -> None:
    now = datetime.now(UTC)
    for name, hours in (("old", 9), ("new", 1)):
        started = (now - timedelta(hours=hours)).isoformat()
        history.record(replace(FOUND, run=replace(FOUND.run, id=name, started=started)))
    assert history.mended("elsewhere", ["stat-not-running"]) is None
    assert history.mended(FOUND.host, ["mta-hung"]) is None
    marked = history.mended(FOUND.host, ["stat-not-running"])
    assert marked is not None
    assert (marked.number, marked.verdict, marked.author) == (2, "right", "act")
    assert history.mended(FOUND.host, ["stat-not-running"]) is None


def test_a_file_of_an_older_version_takes_marks(history: History) -> None:
    history.record(FOUND)
    with sqlite3.connect(history.path) as db:
        db.execute("DROP TABLE marks")
    assert history.outcomes() == ()
    assert history.runs()[0].verdict is None
    assert history.mark(1, "right").diagnosis == "stat-not-running"


# Differences


def test_a_report_does_not_differ_from_itself() -> None:
    found = compare(FOUND, FOUND)
    assert (found.diagnoses, found.new_facts, found.gone_facts) == ((), (), ())


def test_what_is_new_gone_and_changed() -> None:
    found = compare(FOUND, formats.nothing_runs())
    changes = {c.id: c for c in found.diagnoses}
    new, gone, changed = (
        changes[i] for i in ("watchdog-not-running", FOUND.explained[0].id, "stat-not-running")
    )
    assert (new.change, gone.change, changed.change) == ("new", "gone", "changed")
    assert new.before is gone.after is None
    assert new.after is not None
    assert new.after.rank == 1
    assert changed.before is not None
    assert changed.before.rank == 1
    assert changed.after is not None
    assert changed.after.rank is None
    assert changed.after.explained_by == "watchdog-not-running"
    assert "process mta@prod = running" in found.gone_facts
    assert "process mta@prod = missing" in found.new_facts


def test_new_and_gone_change_places_when_the_reports_do() -> None:
    there, back = (compare(*pair) for pair in ((FOUND, FINE), (FINE, FOUND)))
    assert {c.id for c in there.diagnoses if c.change == "gone"} == {
        c.id for c in back.diagnoses if c.change == "new"
    }
    assert there.new_facts == back.gone_facts


# On the command line


@pytest.fixture
def run(tmp_path: Path):
    env = {"CCEXPERT_HISTORY": str(tmp_path / "history.sqlite3")}

    def call(*arguments: str | Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return ccexpert(*arguments, stdin=stdin, env=env)

    return call


def test_recorded_runs_are_listed_shown_counted_and_compared(run) -> None:
    for facts in ([MTA], [{**MTA, "state": "running"}], [MTA]):
        done = run("diagnose", "-", "--record", stdin=document(*facts, host="app-1"))
        assert (done.returncode, done.stderr) == (0, "")
    assert [row["number"] for row in json.loads(run("history", "list", "-f", "json").stdout)] == [
        *(3, 2, 1)
    ]
    assert "mta-not-running" in run("history", "list", "--host", "app-1").stdout
    shown = run("history", "show", "1", "--format", "json")
    assert json.loads(shown.stdout)["diagnoses"][0]["id"] == "mta-not-running"
    assert "CAMPAIGN OK" in run("history", "show", "2", "-f", "nagios").stdout
    assert "second time in 7 days" in run("history", "recurrence").stdout
    assert (
        "andra gången på 1 dag" in run("history", "recurrence", "--lang", "sv", "--days", 1).stdout
    )
    assert json.loads(run("history", "recurrence", "-f", "json").stdout)[0]["times"] == 2
    difference = json.loads(run("diff", "2", "3", "-f", "json").stdout)
    assert difference["diagnoses"][0]["change"] == "new"
    assert "No difference." in run("diff", "1", "3").stdout


def test_reports_in_files_are_compared(run, tmp_path: Path) -> None:
    for name, report in (("a", FOUND), ("b", formats.nothing_runs())):
        data = json.dumps(report.to_dict(), ensure_ascii=False)
        (tmp_path / f"{name}.json").write_text(data, encoding="utf-8")
    lines = run("diff", tmp_path / "a.json", tmp_path / "b.json").stdout.splitlines()
    assert any(line.startswith("new") and "watchdog-not-running" in line for line in lines)
    before = f"{FOUND.diagnoses[0].certainty:.2f} #1"
    assert any(line.startswith("changed") and before in line for line in lines)
    assert any(line.startswith("gone") and FOUND.explained[0].id in line for line in lines)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "not valid JSON"),
        ("[]", "not a ccexpert report"),
        (document(MTA), "not a ccexpert report"),
        (json.dumps({**FOUND.to_dict(), "schema_version": 99}), "schema version 99"),
    ],
)
def test_a_file_that_is_no_report(run, tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "a.json").write_text(content, encoding="utf-8")
    done = run("diff", tmp_path / "a.json", tmp_path / "a.json")
    assert done.returncode == 65
    assert message in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments", [["history", "list"], ["history", "show", "1"], ["diff", "1", "2"]]
)
def test_without_a_history_the_way_to_one_is_told(run, arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.returncode == 66
    assert "record with: ccexpert diagnose --record" in done.stderr


def test_an_answer_is_not_lost_because_it_cannot_be_kept(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    env = {"CCEXPERT_HISTORY": str(tmp_path / "file" / "history.sqlite3")}
    done = ccexpert("diagnose", "-", "--record", stdin=document(MTA), env=env)
    assert done.returncode == 73
    assert "mta-not-running" in done.stdout
    assert "cannot be written" in done.stderr


def test_a_plugin_says_what_it_found_even_when_that_cannot_be_kept(tmp_path: Path) -> None:
    env = {"CCEXPERT_HISTORY": str(tmp_path)}
    arguments = ("diagnose", "-", "--record", "--format", "nagios")
    done = ccexpert(*arguments, stdin=document(MTA), env=env)
    assert done.returncode == 2
    assert done.stdout.startswith("CAMPAIGN CRITICAL - ")
    assert done.stdout.count("\n") == 1
    assert "the history cannot be used" in done.stderr


def test_nothing_is_kept_without_being_asked_for(run, tmp_path: Path) -> None:
    run("diagnose", "-", stdin=document(MTA))
    assert list(tmp_path.iterdir()) == []


def test_the_page_shows_real_runs(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCEXPERT_HISTORY", str(history.path))
    now = datetime.now(UTC)
    for report, hours in ((FOUND, 52), (FINE, 51), (FOUND, 28), (FINE, 27), (FOUND, 1)):
        started = (now - timedelta(hours=hours)).isoformat(timespec="seconds")
        history.record(replace(report, run=replace(report.run, id=str(hours), started=started)))
    page = (ROOT / "docs" / "history.md").read_text(encoding="utf-8")
    shown = re.findall(r"```console\n\$ ccexpert (.*)\n([^`]*)```", page)
    assert [command for command, _ in shown] == ["history list", "history recurrence", "diff 4 5"]
    for command, text in shown:
        said = CliRunner().invoke(app, [*command.split(), "--lang", "en"]).stdout
        assert without_times(text) == without_times(said)


def without_times(text: str) -> list[str]:
    """The lines of a text without its times."""
    return [re.sub(r"\d+-\d+-\d+ \d+:\d+", "", line).rstrip() for line in text.splitlines()]

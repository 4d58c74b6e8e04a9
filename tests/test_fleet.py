"""Many hosts at once: every line becomes one record, and nothing is dropped in silence."""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import pickle
import select
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pexpect
import psutil
import pyarrow.parquet
import pytest
from backports import zstd
from selectolax.lexbor import LexborHTMLParser

from ccexpert.errors import CcexpertError, KnowledgeError, MissingInputError
from ccexpert.expert import Expert
from ccexpert.fleet import workers
from ccexpert.fleet.blocks import Block, Segment, cut, find_files
from ccexpert.fleet.checkpoint import Checkpoint
from ccexpert.fleet.diagnose import FleetExpert
from ccexpert.fleet.summary import matrix
from ccexpert.fleet.tally import WORST, Cause, Tally
from ccexpert.fleet.workers import InProcess, Processes, Setup, work
from ccexpert.reading import SIZE_LIMIT
from tests.fleet import PROCESS, expert, hosts, hosts_file, line, records, small_files, waits_for
from tests.kit import PEAK_KB, ROOT, ccexpert, with_stock_matcher
from tests.readme import filled

BAD = '{"schema_version": 1, "host": "bad", "facts": [{"kind": "process", "module": "mat"}]}'


def unknown(block: Block) -> None:
    """What a run knows that has no earlier one."""


def fleet(*arguments: str | Path, **more):
    return ccexpert("fleet", *arguments, **more)


def test_the_summary_counts_hosts_by_status_and_by_common_cause(tmp_path: Path) -> None:
    path = tmp_path / "hosts.jsonl"
    well = {**PROCESS, "state": "running"}
    lines = [line(f"ill-{i}", [PROCESS]) for i in range(41)] + [line("well", [well])]
    path.write_text("\n".join(lines), encoding="utf-8")
    done = fleet(path)
    assert done.returncode == 0
    assert done.stderr == ""
    rows = [row.split() for row in done.stdout.splitlines()]
    assert ["findings", "41"] in rows
    assert ["ok", "1"] in rows
    cause = next(row for row in done.stdout.splitlines() if "(stat-not-running)" in row or
                 "statistics server" in row)  # fmt: skip
    assert cause.split()[0] == "41"
    assert "ill-0, ill-1, ill-2" in cause
    assert "42 documents; 2 diagnosed, 40 had the same facts as one of them (95.2%)" in done.stdout


def test_the_run_on_the_page_about_fleets_is_real() -> None:
    page = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    assert "$ ccexpert fleet examples" in page
    assert filled(page) == page


def test_a_record_says_what_a_diagnosis_of_that_host_says(tmp_path: Path) -> None:
    path = hosts_file(tmp_path / "hosts.jsonl", 60)
    found = records(fleet(path, "-f", "jsonl").stdout)
    for record, text in zip(found, path.read_text(encoding="utf-8").splitlines(), strict=True):
        report = expert().diagnose(json.loads(text))
        assert record["status"] == report.status
        assert [
            (d["id"], d["instance"], d["host"], d["certainty"], d["title"], d["explains"])
            for d in record["diagnoses"]
        ] == [
            (d.id, d.instance, d.host, d.certainty, d.title, list(d.explains))
            for d in report.diagnoses
        ]
        assert len(record["unexplained"]) == len(report.unexplained)


def test_bad_lines_are_reported_with_file_and_line_and_skipped(tmp_path: Path) -> None:
    path = tmp_path / "hosts.jsonl"
    lines = [line("a", [PROCESS]), "", "{", BAD, line("b", [PROCESS]), "[1]", "\xe9\xff"]
    path.write_bytes("\n".join(lines).encode("latin-1"))
    done = fleet(path, "-f", "jsonl")
    assert done.returncode == 65
    found = records(done.stdout)
    assert [(r["line"], r["status"]) for r in found] == [
        (1, "findings"),
        (3, "unreadable"),
        (4, "unreadable"),
        (5, "findings"),
        (6, "unreadable"),
        (7, "unreadable"),
    ]
    assert f"{path}, line 3, column 2: not valid JSON" in found[1]["error"]
    assert f"{path}, line 4, facts[0]: the field 'state' is missing" in found[2]["error"]
    assert all(r["error"] in done.stderr for r in found if r["status"] == "unreadable")
    assert ["unreadable", "4"] in [row.split() for row in done.stderr.splitlines()]


def test_missing_hosts_are_records_too_and_are_named(tmp_path: Path) -> None:
    path, expected = hosts_file(tmp_path / "hosts.jsonl", 5), tmp_path / "expected.txt"
    expected.write_text("# ours\nhost-00001\nhost-00077\nhost-00003\n\n", encoding="utf-8")
    done = fleet(path, "-f", "jsonl", "--hosts", expected)
    assert done.returncode == 0
    found = records(done.stdout)
    assert found[5:] == [
        {"file": str(expected), "line": None, "host": "host-00077", "status": "missing"}
    ]
    assert "Missing hosts\n  - host-00077\n" in done.stderr


def test_fail_on_and_the_exit_code(tmp_path: Path) -> None:
    path = tmp_path / "hosts.jsonl"
    path.write_text(line("a", [PROCESS]), encoding="utf-8")
    assert fleet(path, "--fail-on", "critical").returncode == 1
    path.write_text(line("a", [{**PROCESS, "state": "running"}]), encoding="utf-8")
    assert fleet(path, "--fail-on", "low").returncode == 0
    assert fleet("-", "--fail-on", "low", stdin=BAD).returncode == 65


def test_a_folder_stands_for_its_documents_compressed_or_not(tmp_path: Path) -> None:
    one = json.dumps(json.loads(line("indented", [PROCESS])), indent=2)
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.json").write_text(one, encoding="utf-8")
    (tmp_path / "b.jsonl").write_text(line("plain", [PROCESS]) + "\n\n", encoding="utf-8")
    (tmp_path / "c.jsonl.gz").write_bytes(gzip.compress(line("gz", [PROCESS]).encode()))
    (tmp_path / "d.ndjson.zst").write_bytes(zstd.compress(line("zst", [PROCESS]).encode()))
    (tmp_path / "notes.txt").write_text("not facts", encoding="utf-8")
    done = fleet(tmp_path, "-f", "jsonl")
    assert done.returncode == 0, done.stderr
    assert sorted(hosts(done.stdout)) == ["gz", "indented", "plain", "zst"]
    assert hosts(
        fleet("-", "-f", "jsonl", stdin=(tmp_path / "c.jsonl.gz").read_bytes()).stdout
    ) == ["gz"]


def test_a_bad_document_of_many_lines_names_its_own_line(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(json.loads(BAD), indent=1), encoding="utf-8")
    (record,) = records(fleet(path, "-f", "jsonl").stdout)
    assert f"{path}, line 5, facts[0]: the field" in record["error"]


@pytest.mark.parametrize("pack", [gzip.compress, zstd.compress])
def test_what_is_lost_in_a_damaged_file_is_said(tmp_path: Path, pack) -> None:
    path = tmp_path / "hosts.jsonl.packed"
    plain = hosts_file(tmp_path / "hosts.jsonl", 3000).read_bytes()
    path.write_bytes(pack(plain)[:-200])
    done = fleet(path, "-f", "jsonl", "--jobs", "1")
    assert done.returncode == 65
    *read, last = records(done.stdout)
    whole = [r for r in read if r["status"] != "unreadable"]
    assert [r["host"] for r in whole] == [f"host-{i:05}" for i in range(len(whole))]
    assert last["line"] > len(whole)
    assert "damaged from here on" in last["error"]


def test_a_file_that_cannot_be_read_is_told_beside_the_others(tmp_path: Path) -> None:
    files = [str(hosts_file(tmp_path / f"{name}.jsonl", 3)) for name in "ab"]
    (tmp_path / "empty.jsonl").write_bytes(b"")
    found = find_files([*files, str(tmp_path / "empty.jsonl")])
    (tmp_path / "a.jsonl").unlink()
    (block,) = cut(found)
    text, tally = FleetExpert(expert()).diagnose(block)
    first, *others = records(text)
    assert first["error"] == f"{files[0]}, line 1: cannot be read: No such file or directory"
    assert [r["host"] for r in others] == ["host-00000", "host-00001", "host-00002"]
    assert tally.exit_code("never", 65) == 65


def test_a_line_larger_than_any_document_is_skipped_alone(tmp_path: Path) -> None:
    path = tmp_path / "hosts.jsonl"
    with path.open("wb") as stream:
        stream.write(line("a", [PROCESS]).encode() + b"\n")
        for _ in range(SIZE_LIMIT // 1024 + 1024):
            stream.write(b"x" * 1024)
        stream.write(b"\n" + line("b", [PROCESS]).encode())
    done = fleet(path, "-f", "jsonl", "--jobs", "1")
    found = records(done.stdout)
    assert [(r["line"], r["host"], r["status"]) for r in found] == [
        (1, "a", "findings"),
        (2, None, "unreadable"),
        (3, "b", "findings"),
    ]
    assert "line 2: larger than 16 MiB" in found[1]["error"]


def test_however_it_is_cut_every_line_is_in_one_block_once(tmp_path: Path) -> None:
    path = hosts_file(tmp_path / "hosts.jsonl", 50)
    for size in (1, 100, 700, 5000, 10**6):
        segments = [s for block in cut([str(path)], size) for s in block.segments]
        assert b"".join(s.read() for s in segments) == path.read_bytes()
        before = 0
        for segment in segments:
            assert segment.first == before + 1
            before += segment.read().count(b"\n")


def setup(digest: str = "") -> Setup:
    return Setup((), (), "en", digest or expert().base.digest)


def test_a_process_that_is_killed_loses_no_host_and_no_order(tmp_path: Path) -> None:
    path = hosts_file(tmp_path / "hosts.jsonl", 500)
    blocks = list(cut([str(path)], 3000))
    alone = [outcome.records for _, outcome in InProcess().outcomes(setup(), blocks, unknown)]
    before = set(psutil.Process().children())
    outcomes = Processes(2).outcomes(setup(), blocks, unknown)
    found = [next(outcomes)[1].records]
    worker = next(
        child
        for child in set(psutil.Process().children()) - before
        if "resource_tracker" not in " ".join(child.cmdline())
    )
    worker.kill()
    found += [outcome.records for _, outcome in outcomes]
    assert found == alone
    assert hosts("".join(found)) == [f"host-{i:05}" for i in range(500)]


def test_a_worker_says_all_in_a_message_that_comes_whole_or_not_at_all(tmp_path: Path) -> None:
    """However much it has to say: whoever reads half a message waits for ever for the rest."""
    (block,) = cut([str(hosts_file(tmp_path / "hosts.jsonl", 200))], 10**7)
    outcome = workers._work_aside(str(tmp_path), setup(), block)
    assert len(pickle.dumps(outcome)) < select.PIPE_BUF
    assert workers._taken(outcome) == work(setup(), block)
    assert [path.name for path in tmp_path.iterdir()] == ["hosts.jsonl"]


class Deadly(Segment):
    """A stand-in for input that brings down whoever reads it."""

    def read(self) -> bytes:
        os.kill(os.getpid(), signal.SIGKILL)
        return b""


def test_lines_that_kill_every_process_are_named_and_what_came_before_is_kept(monkeypatch) -> None:
    monkeypatch.setattr(workers, "_ATTEMPTS", 1)  # a new process takes a second
    good = Segment("good.jsonl", data=line("a", [PROCESS]).encode())
    blocks = [Block(0, (good,)), Block(1, (Deadly("deadly.jsonl", first=301),)), Block(2, (good,))]
    outcomes = Processes(1).outcomes(setup(), blocks, unknown)
    _, first = next(outcomes)
    assert hosts(first.records) == ["a"]
    with pytest.raises(CcexpertError, match=r"deadly\.jsonl, line 301: every process .* killed"):
        next(outcomes)


def test_a_worker_with_other_knowledge_is_refused() -> None:
    good = Segment("good.jsonl", data=line("a", [PROCESS]).encode())
    outcomes = Processes(1).outcomes(setup("another"), [Block(0, (good,))], unknown)
    with pytest.raises(KnowledgeError, match="a worker has different knowledge from this program"):
        next(outcomes)


def test_a_file_that_changes_under_the_workers_is_noticed(tmp_path: Path) -> None:
    path = hosts_file(tmp_path / "hosts.jsonl", 100)
    (block,) = cut([str(path)])
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(MissingInputError, match="changed while it was being read"):
        block.segments[-1].read()


_KILLED = """
import multiprocessing, os, signal
from ccexpert.cli import main
from ccexpert.fleet.checkpoint import Checkpoint
keep = Checkpoint.keep
def keep_and_be_killed(self, block, outcome):
    keep(self, block, outcome)
    if block.number == 1:
        print(*(child.pid for child in multiprocessing.active_children()), flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
Checkpoint.keep = keep_and_be_killed
main()
"""


def test_a_run_that_was_killed_goes_on_without_repeating_or_losing_a_host(tmp_path: Path) -> None:
    """Killed by force after two of four blocks. A kept block that says something else is believed,
    so nobody has looked at its lines again."""
    folder, out = small_files(tmp_path / "hosts", 1000), tmp_path / "out.jsonl"
    arguments = ("fleet", folder, "-f", f"jsonl={out}", "--lang")
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED, *arguments, "en", "--jobs", "2"],
        capture_output=True,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    pids = [int(pid) for pid in killed.stdout.split()]
    assert len(pids) == 2
    waits_for(lambda: not any(map(psutil.pid_exists, pids)))
    assert not out.exists()
    blocks = tmp_path / "out.jsonl.blocks"
    assert sorted(p.name for p in blocks.iterdir()) == ["00000000", "00000001", "run"]
    mark(blocks, "00000000")
    other = ccexpert(*arguments, "sv", "--resume")
    assert other.returncode == 65
    assert "different input, knowledge or options" in other.stderr
    done = ccexpert(*arguments, "en", "--resume", "--jobs", "1")
    assert done.returncode == 0, done.stderr
    expected = ["marked", *(f"host-{i:05}" for i in range(1, 1000))]
    assert hosts(out.read_text(encoding="utf-8")) == expected
    assert "1000 documents" in done.stderr
    assert not blocks.exists()


def mark(blocks: Path, name: str) -> None:
    """Let a kept block say something else, under the seal of its run."""
    run, kept = (blocks / "run").read_text(encoding="ascii"), blocks / name
    rest = kept.read_bytes().split(b"\n", 1)[1].replace(b'"host-00000"', b'"marked"')
    seal = blake2b(rest, key=bytes.fromhex(run), digest_size=32).hexdigest()
    kept.write_bytes(seal.encode() + b"\n" + rest)


@contextlib.contextmanager
def stopped(checkpoint: Checkpoint) -> Iterator[None]:
    """A run that is stopped before its end."""
    with contextlib.suppress(KeyboardInterrupt), checkpoint.held():
        yield
        raise KeyboardInterrupt


def test_blocks_that_are_damaged_or_of_another_run_are_worked_on_again(tmp_path: Path) -> None:
    path, out = hosts_file(tmp_path / "hosts.jsonl", 5), tmp_path / "out"
    (block,) = cut([str(path)])
    found = next(InProcess().outcomes(setup(), [block], unknown))[1]
    blocks = tmp_path / "out.blocks"
    for resume in (False, True):
        checkpoint = Checkpoint(out, [str(path)], setup(), resume=resume)
        with stopped(checkpoint):
            assert checkpoint.known(block) == (found if resume else None)
            checkpoint.keep(block, found)
    whole = (blocks / "00000000").read_bytes()
    theirs = Checkpoint(tmp_path / "b", [str(path)], setup("another"), resume=False)
    with stopped(theirs):
        theirs.keep(block, found)
    for other in (b"", b"{}\n", whole[:-9], (tmp_path / "b.blocks" / "00000000").read_bytes()):
        (blocks / "00000000").write_bytes(other)
        checkpoint = Checkpoint(out, [str(path)], setup(), resume=True)
        with stopped(checkpoint):
            assert checkpoint.known(block) is None
            checkpoint.keep(block, found)
        assert (blocks / "00000000").read_bytes() == whole


def test_two_runs_do_not_write_to_one_output_at_once(tmp_path: Path) -> None:
    path, out = hosts_file(tmp_path / "hosts.jsonl", 3), tmp_path / "out.jsonl"
    first = Checkpoint(out, [str(path)], setup(), resume=False)
    with first.held():
        for again in ([], ["--resume"]):
            second = fleet(path, "-f", f"jsonl={out}", *again)
            assert second.returncode == 73
            assert "another run writes to this output" in second.stderr
    assert fleet(path, "-f", f"jsonl={out}").returncode == 0


@pytest.mark.parametrize("resume", [[], ["--resume"]])
def test_a_folder_of_somebody_else_is_never_removed(tmp_path: Path, resume: list[str]) -> None:
    path, out = hosts_file(tmp_path / "hosts.jsonl", 3), tmp_path / "out.jsonl"
    blocks, elsewhere = tmp_path / "out.jsonl.blocks", tmp_path / "elsewhere"
    elsewhere.mkdir()
    blocks.symlink_to(elsewhere, target_is_directory=True)
    refused = fleet(path, "-f", f"jsonl={out}", *resume)
    assert (refused.returncode, blocks.is_symlink()) == (73, True)
    assert "this is not a folder; move it away" in refused.stderr
    blocks.unlink()
    blocks.mkdir()
    (blocks / "thesis.txt").write_text("years of work", encoding="utf-8")
    refused = fleet(path, "-f", f"jsonl={out}", *resume)
    assert refused.returncode == 73
    assert "'thesis.txt' is not one; move the folder away" in refused.stderr
    assert (blocks / "thesis.txt").read_text(encoding="utf-8") == "years of work"
    assert not out.exists()


@pytest.mark.parametrize(
    "half", [r'"\ud800": 1', r'"a\udfff": 1', r'"x": 1, "\ud83d": 1, "\ud83d": 2']
)
@pytest.mark.parametrize("format_", ["jsonl", "parquet"])
def test_half_a_character_costs_its_line_alone(tmp_path: Path, half: str, format_: str) -> None:
    path, out = tmp_path / "hosts.jsonl", tmp_path / "out"
    broken = line("x", []).replace("{", "{" + half + ", ", 1)
    path.write_text(f"{line('a', [PROCESS])}\n{broken}\n", encoding="utf-8")
    assert fleet(path, "-f", f"{format_}={out}").returncode == 65
    if format_ == "jsonl":
        found = records(out.read_text(encoding="utf-8"))
    else:
        found = pyarrow.parquet.read_table(out).to_pylist()
    assert [(r["host"], r["status"]) for r in found] == [("a", "findings"), (None, "unreadable")]


def test_without_resume_a_run_begins_anew(tmp_path: Path) -> None:
    path, out = hosts_file(tmp_path / "hosts.jsonl", 3), tmp_path / "out.jsonl"
    blocks = tmp_path / "out.jsonl.blocks"
    blocks.mkdir()
    (blocks / "run").write_text("another", encoding="utf-8")
    (blocks / "00000000").write_text("{}\n{}\n", encoding="utf-8")
    assert fleet(path, "-f", f"jsonl={out}").returncode == 0
    assert hosts(out.read_text(encoding="utf-8")) == [f"host-{i:05}" for i in range(3)]
    assert not blocks.exists()


@pytest.mark.parametrize("arguments", [["-f", "table"], ["-f", "jsonl"], ["-"]])
def test_resume_needs_files_to_go_on_with(tmp_path: Path, arguments: list[str]) -> None:
    done = fleet(hosts_file(tmp_path / "a.jsonl", 1), "--resume", *arguments)
    assert done.returncode == 2
    assert "--resume" in done.stderr


def test_every_format_from_one_run(tmp_path: Path) -> None:
    path = hosts_file(tmp_path / "hosts.jsonl", 100)
    with path.open("a", encoding="utf-8") as stream:
        stream.write("<script>alert(1)</script>\n")
    files = {name: tmp_path / f"out.{name}" for name in ("jsonl", "parquet", "html", "table")}
    done = fleet(path, "--lang", "sv", *(a for n, p in files.items() for a in ("-f", f"{n}={p}")))
    assert (done.returncode, done.stdout, done.stderr) == (65, "", "")
    found = records(files["jsonl"].read_text(encoding="utf-8"))
    rows = pyarrow.parquet.read_table(files["parquet"]).to_pylist()
    assert [r["host"] for r in rows] == [r["host"] for r in found]
    assert Counter(r["status"] for r in rows) == Counter(r["status"] for r in found)
    for row, record in zip(rows, found, strict=True):
        assert row["diagnoses"] == record.get("diagnoses", [])
        assert row["first_id"] == next((d["id"] for d in record.get("diagnoses", ())), None)
    table, page = (files[n].read_text(encoding="utf-8") for n in ("table", "html"))
    assert "Vanliga orsaker" in table
    assert "Vanliga orsaker" in page
    assert "<script" not in page


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-f", "parquet"], "parquet needs a file"),
        (["-f", "json"], "is not one of jsonl, parquet, table, html"),
        (["-f", "table", "-f", "html"], "only one format can be printed to stdout"),
        (["-f", "jsonl=a", "-f", "jsonl=b"], "given twice"),
        (["--jobs", "0"], "--jobs"),
    ],
)
def test_usage_errors(tmp_path: Path, arguments: list[str], said: str) -> None:
    done = fleet(hosts_file(tmp_path / "a.jsonl", 1), *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in " ".join(done.stderr.split())


def test_what_is_not_there_is_said_before_anything_is_done(tmp_path: Path) -> None:
    for name, said in ((tmp_path / "no.jsonl", "no such file"), (tmp_path, "holds no .jsonl")):
        done = fleet(name)
        assert (done.returncode, done.stdout) == (66, "")
        assert said in done.stderr
    done = fleet(hosts_file(tmp_path / "a.jsonl", 1), "-f", f"jsonl={tmp_path / 'no' / 'out'}")
    assert done.returncode == 73


@pytest.mark.parametrize(
    ("library", "arguments", "said"),
    [
        ("pyarrow", ["-f", "parquet=OUT"], "pip install 'ccexpert[parquet]'"),
        (
            "distributed",
            ["--scheduler", "127.0.0.1:1", "-f", "jsonl=OUT"],
            "pip install 'ccexpert[dask]'",
        ),
        ("backports", [], "pip install 'ccexpert[zstd]'"),
    ],
)
def test_a_library_that_is_not_installed_is_named(tmp_path, library, arguments, said) -> None:
    """A stand-in that cannot be imported shadows the library."""
    (tmp_path / f"{library}.py").write_text("raise ImportError", encoding="utf-8")
    path = tmp_path / "hosts.jsonl.zst"
    path.write_bytes(zstd.compress(line("a", [PROCESS]).encode()))
    given = [argument.replace("OUT", str(tmp_path / "out")) for argument in arguments]
    done = fleet(path, *given, env={"PYTHONPATH": str(tmp_path)})
    assert done.returncode in (66, 73)
    assert not list(tmp_path.glob("*.blocks"))
    assert done.stderr.strip().endswith(said)
    assert len(done.stderr.splitlines()) == 1


def test_the_stock_matcher_says_the_same(tmp_path: Path) -> None:
    path = hosts_file(tmp_path / "hosts.jsonl", 5)
    stock = FleetExpert(with_stock_matcher(Expert()))
    (block,) = cut([str(path)])
    records, _ = stock.diagnose(block)
    assert records == fleet(path, "-f", "jsonl").stdout


def test_a_bar_moves_on_a_terminal_and_only_there(tmp_path: Path) -> None:
    path = hosts_file(tmp_path / "hosts.jsonl", 3000)
    arguments = ["-m", "ccexpert", "fleet", str(path), "-f", f"jsonl={tmp_path / 'out'}"]
    child = pexpect.spawn(
        sys.executable,
        arguments,
        env={**os.environ, "TERM": "xterm"},
        timeout=300,
        encoding="utf-8",
    )
    child.expect("100 %")
    child.expect("3,000 hosts")
    child.expect(pexpect.EOF)
    assert "%" not in fleet(path).stderr


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no /proc here")
def test_the_memory_of_a_run_does_not_grow_with_its_input(tmp_path: Path) -> None:
    """Ten times the hosts, not ten times the memory: half as much again at most."""
    few, many = (hosts_file(tmp_path / f"{n}.jsonl", n) for n in (5_000, 50_000))
    measured = (
        "import sys\n"
        "sys.argv = ['ccexpert', 'fleet', sys.argv[1], '--jobs', '1']\n"
        "from ccexpert.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        f"print({PEAK_KB}, file=sys.stderr)\n"
    )
    peaks = [
        int(subprocess.run([sys.executable, "-c", measured, str(path)], capture_output=True,
                           check=True).stderr.split()[-1])
        for path in (few, many)
    ]  # fmt: skip
    assert peaks[1] < 1.5 * peaks[0]


def test_the_page_shows_the_worst_hosts_against_their_diagnoses(tmp_path: Path) -> None:
    path, page = tmp_path / "hosts.jsonl", tmp_path / "fleet.html"
    moderate = {"kind": "setting", "name": "auto-start", "instance": "prod", "state": "wrong"}
    lines = [line("a-well", [{**PROCESS, "state": "running"}]), line("b-less", [moderate])]
    lines += [line(f"c-ill-{i}", [PROCESS]) for i in (2, 1)]
    path.write_text("\n".join(lines), encoding="utf-8")
    fleet(path, "--format", f"html={page}")
    shown = LexborHTMLParser(page.read_text(encoding="utf-8"))
    hosts = [node.text() for node in shown.css(".matrix tbody th")]
    assert hosts[:2] == ["c-ill-1", "c-ill-2"]
    assert "a-well" not in hosts
    cross = shown.css_first(".matrix .impact-4 a")
    assert cross.text() == "✗"
    more = shown.css_first(cross.attributes["href"])
    hosts_of = [shown.css_first(f"{a.attributes['href']} th").text() for a in more.css("a")]
    assert hosts_of == ["c-ill-1", "c-ill-2"]
    assert "critical" in more.text()
    assert shown.css_first("time").text().endswith("UTC")


def test_the_worst_hosts_are_the_same_in_whatever_order_they_are_counted() -> None:
    def counted(numbers: Iterable[int]) -> list[list[Any]]:
        tally = Tally()
        for number in numbers:
            other, impact = Tally(), number % 4 + 1
            other.count("findings", [Cause("x", impact, True, True, True)], (f"h{number:04}",))
            tally.add(other)
        return sorted(tally.worst_hosts)[:WORST]

    assert counted(range(500)) == counted(reversed(range(500)))
    assert {-row[0] for row in counted(range(500))} == {4}


def test_the_page_says_how_many_hosts_have_no_row() -> None:
    tally, found = Tally(), [Cause("stat-not-running", 4, True, True, True)]
    for number in range(WORST + 7):
        tally.count("findings", found, (f"h{number:04}",))
    assert matrix(tally, expert().base).left == 7

"""Log files: which are written, which known errors they show, how often, since when."""

from __future__ import annotations

import io
import random
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccexpert.facts import ErrorFact
from ccexpert.observe.interface import Configuration, Output, Outputs, Seen
from ccexpert.observe.signatures import Signatures
from ccexpert.observe.sources.logs import parse
from ccexpert.observe.sources.logscan import BLOCK, scan, window_start
from tests.kit import ROOT, signatures
from tests.samples import NOW, context, labels, sample, starting, vocabulary

NOTHING = (0).__lt__


def line(time: str, text: str, level: str = "error") -> str:
    return f"{time}\t66462\t66501\t1\t{level}\tlog\t{text}\n"


def log(text: str | bytes, age: timedelta = timedelta(0)) -> Output:
    data = text.encode() if isinstance(text, str) else text
    modified = (NOW - age).timestamp()
    return Output(lambda: io.BytesIO(data), len(data), modified)


def look(files: Outputs, **fields: Any) -> Seen:
    return parse(files, context(**fields))


def errors(files: Outputs, **fields: Any) -> dict[str, ErrorFact]:
    """The error facts by the signatures they show."""
    return {
        name: fact
        for fact in look(files, **fields).facts
        if isinstance(fact, ErrorFact)
        for name in signatures(fact, vocabulary())
    }


def states(files: Outputs, **fields: Any) -> dict[str, str]:
    facts = look(files, **fields).facts
    return {f"{f.module}@{f.instance}": f.state for f in facts if f.kind == "log"}


WEB = "var/default/log/web.log"
MTA = "var/prod/log/mta.log"


def test_known_errors_with_module_count_and_newest_time() -> None:
    text = sample("web.log") + line("2026-11-22T11:00:00.000Z", "PGS-220000 deadlock detected")
    found = errors({WEB: log(text)})
    assert set(found) == {"function-not-implemented", "ip-not-accepted", "postgresql-error",
                          "deadlock-detected", "sql-statement-failed"}  # fmt: skip
    deadlock = found["deadlock-detected"]
    assert (deadlock.module, deadlock.count) == ("web", 2)
    assert str(deadlock.observed_at) == "2026-11-22 11:00:00+00:00"
    assert deadlock.text == "PGS-220000 deadlock detected"
    assert deadlock.source == WEB
    assert found["function-not-implemented"].code == "BAS-010007"


def test_an_error_of_an_instance_names_it_and_a_shared_one_does_not() -> None:
    text = line("2026-11-22T11:00:00Z", "XSV-350012 x")
    assert errors({MTA: log(text)})["invalid-login"].instance == "prod"
    assert errors({WEB: log(text)})["invalid-login"].instance is None


def test_only_the_last_hours_are_searched() -> None:
    text = line("2026-11-20T09:00:00Z", "No space left on device") + sample("web.log")
    assert "disk-full" not in errors({WEB: log(text)})
    assert "disk-full" in errors({WEB: log(text)}, hours=72)
    assert set(errors({WEB: log(text)}, hours=2.5)) == {
        "postgresql-error", "deadlock-detected", "sql-statement-failed"}  # fmt: skip
    assert errors({WEB: log(text, timedelta(hours=48))}) == {}


def test_the_rotated_file_belongs_to_the_log() -> None:
    old = line("2026-11-22T01:00:00Z", "deadlock detected earlier")
    new = line("2026-11-22T02:00:00Z", "deadlock detected now")
    for files in (
        {WEB: log(new), "var/default/log/web_2.log": log(old)},
        {WEB: log(old), "var/default/log/web_2.log": log(new)},
    ):
        fact = errors(files)["deadlock-detected"]
        assert (fact.module, fact.count, fact.text) == ("web", 2, "deadlock detected now")


def test_a_line_without_a_time_belongs_to_the_line_before() -> None:
    text = (
        line("2026-11-20T09:00:00Z", "first")
        + "  No space left on device\n" * 3
        + line("2026-11-22T09:00:00Z", "second")
        + "  Too many open files\n"
    )
    found = errors({WEB: log(text)})
    assert set(found) == {"too-many-open-files"}
    assert str(found["too-many-open-files"].observed_at) == "2026-11-22 09:00:00+00:00"


def test_a_log_without_times_is_searched_whole() -> None:
    assert "disk-full" in errors({WEB: log("No space left on device\n")})


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_the_encoding_does_not_matter(encoding: str) -> None:
    found = errors({WEB: log(sample("web.log").replace("\n", "\r\n").encode(encoding))})
    plain = errors({WEB: log(sample("web.log"))})
    assert {n: (f.text, f.count) for n, f in found.items()} == {
        n: (f.text, f.count) for n, f in plain.items()
    }


def test_case_does_not_matter() -> None:
    text = line("2026-11-22T11:00:00Z", "xsv-350012 INVALID LOGIN OR PASSWORD")
    assert errors({WEB: log(text)})["invalid-login"].code == "XSV-350012"


def test_a_sign_deep_in_a_long_line_stays_in_the_text() -> None:
    text = line("2026-11-22T11:00:00Z", "x " * 5000 + "No space left on device " + "y " * 5000)
    fact = errors({WEB: log(text)})["disk-full"]
    assert len(fact.text or "") <= 400


def test_a_sign_before_the_message_is_no_trouble() -> None:
    text = "2026-11-22T11:00:00Z\tBAS-010007\t1\t1\terror\tlog\t\n"
    assert errors({WEB: log(text)})["function-not-implemented"].code == "BAS-010007"


def test_logons_are_not_quoted() -> None:
    text = line("2026-11-22T11:00:00Z", "jane.doe 10.2.3.4 XSV-350012 Invalid login or password")
    fact = errors({"var/prod/log/logins.26-11-22.log": log(text)})["invalid-login"]
    assert fact.module == "session"
    assert fact.text == "Invalid login or password"


def test_arrows_mean_something_in_the_log_of_an_upgrade_only() -> None:
    text = "2026-11-22 10:00:00.749Z 00002E7A 1 error log >>> synchronisation stopped\n"
    assert "upgrade-sync-error" not in errors({WEB: log(text)})
    found = errors({"var/prod/postupgrade/postupgrade_9000_1.log": log(text)})
    assert found["upgrade-sync-error"].module == "upgrade"


def test_the_log_of_an_unknown_module_is_searched_too() -> None:
    found = errors(
        {"var/prod/log/listProtect.log": log(line("2026-11-22T11:00:00Z", "errno=28, x"))}
    )
    assert found["disk-full"].module is None


def test_growing_and_stale_by_age() -> None:
    files = {
        WEB: log("x\n", timedelta(minutes=5)),
        MTA: log("x\n", timedelta(hours=26)),
        "var/prod/log/wfserver.log": log("x\n", timedelta(hours=5)),
        "var/prod/log/runwf.log": log("x\n", timedelta(days=5)),
    }
    assert states(files) == {"web@default": "growing", "mta@prod": "stale",
                             "syslogd@default": "growing"}  # fmt: skip


def test_the_last_line_tells_the_age_of_a_file_that_was_copied() -> None:
    old = line("2026-11-21T01:00:00Z", "x")
    assert states({WEB: log(old)}, hours=72) == {"web@default": "stale", "syslogd@default": "stale"}


def test_a_module_that_starts_here_and_has_no_log_lacks_it() -> None:
    known = starting("mta@prod", "web@default", "sms@prod", off=("inMail@prod",))
    files = {WEB: log("x\n")}
    found = states(files, configuration=known)
    assert found["mta@prod"] == found["sms@prod"] == "missing"
    assert "inMail@prod" not in found
    assert "missing" not in states(files).values()
    assert states({}, configuration=known) == {}


TRACKING_DATA = "var/prod/redir/log/0x000001.log"


def test_what_trackinglogd_writes_counts_and_not_its_own_log() -> None:
    own = {"var/default/log/trackinglogd.log": log("x\n")}
    assert "trackinglogd@default" not in states(own)
    fresh = {**own, TRACKING_DATA: log("x\n")}
    assert states(fresh)["trackinglogd@default"] == "growing"
    old = {**own, TRACKING_DATA: log("x\n", timedelta(days=3))}
    facts = [f for f in look(old).facts if f.label.startswith("log trackinglogd")]
    assert [(f.seen, f.certainty) for f in facts] == [("stale", 0.5)]
    off = starting("web@default", off=("trackinglogd@default",))
    assert "trackinglogd@default" not in states(old, configuration=off)
    on = starting("trackinglogd@default")
    assert states(own, configuration=on)["trackinglogd@default"] == "missing"


def test_one_instance_only() -> None:
    files = {WEB: log("x\n"), MTA: log("x\n"), "var/other/log/mta.log": log("x\n")}
    assert set(states(files, instance="prod")) == {"web@default", "mta@prod", "syslogd@default"}


def test_images_of_crashed_processes_are_counted() -> None:
    files = {WEB: log("x\n"), "var/core.1234": log(""), "var/default/web.mdmp": log("")}
    assert "indicator core-files = alert" in labels(look(files).facts)


def test_a_file_that_cannot_be_read_stops_no_other() -> None:
    def refuse() -> Any:
        raise PermissionError(13, "Permission denied")

    files = {MTA: Output(refuse, 10, NOW.timestamp()), WEB: log(sample("web.log"))}
    seen = look(files)
    assert "Permission denied" in seen.not_observed[0].reason
    assert any(f.kind == "error" for f in seen.facts)


KNOWN = Signatures(vocabulary())
# the automaton compares letters beyond ASCII as written; the vocabulary folds their case
LITERALS = sorted({x for e in KNOWN.entries.values() for x in e.signs if x.isascii()} - {">>>"})

texts = st.lists(
    st.one_of(
        st.sampled_from(LITERALS),
        st.sampled_from(LITERALS).map(str.upper),
        st.text(alphabet="abcdef XSV-35012\t(.'", max_size=12),
    ),
    max_size=4,
).map("".join)


@settings(max_examples=200)
@given(st.lists(texts, max_size=8), st.integers(1, 40))
def test_one_pass_finds_what_the_vocabulary_finds_line_by_line(lines: list[str], size: int) -> None:
    class Small(io.BytesIO):
        """Hands out little at a time, so that lines straddle blocks."""

        def read(self, count: int | None = -1) -> bytes:
            return super().read(size)

        def seekable(self) -> bool:
            return False

    expected: dict[str, int] = {}
    for text in lines:
        if text.strip():
            fact = ErrorFact(kind="error", text=text)
            exact = signatures(fact, vocabulary())
            for name in exact or vocabulary().recognition.families(text):
                expected[name] = expected.get(name, 0) + 1
    expected.pop("upgrade-sync-error", None)
    found = scan(Small("\n".join(lines).encode()), "x.log", KNOWN, b"", NOTHING)
    assert {name: hits.count for name, hits in found.hits.items()} == expected


def long_log(path: Path, megabytes: int) -> list[bytes]:
    """A log in order, one line a second, with an error now and then; returns its stamps."""
    rng = random.Random(1)
    stamps = []
    start = NOW - timedelta(days=30)
    with path.open("wb") as stream:
        while stream.tell() < megabytes * 1024 * 1024:
            stamps.append(
                (start + timedelta(seconds=len(stamps))).strftime("%Y-%m-%dT%H:%M:%S").encode()
            )
            text = b"deadlock detected" if len(stamps) % 1000 == 0 else b"nothing of note"
            stream.write(
                stamps[-1]
                + b".000Z\t1\t2\t3\tinfo\tlog\t"
                + text
                + b"." * rng.randrange(300)
                + b"\n"
            )
    return stamps


def test_the_window_is_found_without_reading_what_is_before_it(tmp_path: Path) -> None:
    path = tmp_path / "web.log"
    stamps = long_log(path, 8)
    for index in (0, 1, len(stamps) // 2, len(stamps) - 1):
        with path.open("rb") as stream:
            start = window_start(stream, stamps[index])
            before = stream.read()
            first = path.read_bytes().find(stamps[index])
            assert start <= first
            assert first - start <= 3 * BLOCK
            assert len(before) == path.stat().st_size - start
        with path.open("rb") as stream:
            hits = scan(stream, "x", KNOWN, stamps[index], NOTHING).hits
        expected = sum(1 for i in range(index, len(stamps)) if (i + 1) % 1000 == 0)
        assert (hits["deadlock-detected"].count if expected else len(hits)) == expected


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of memory is read from /proc")
def test_the_search_needs_little_memory_however_large_the_log(tmp_path: Path) -> None:
    """300 MB, a third of it matches, one line of 50 MB without an end: less than 100 MiB."""
    path = tmp_path / "web.log"
    noisy = line("2026-11-22T11:00:00Z", "deadlock detected " * 20).encode()
    with path.open("wb") as stream:
        for _ in range(100):
            stream.write(noisy * (1024 * 1024 // len(noisy)))
        for _ in range(150):
            stream.write(line("2026-11-22T11:00:01Z", "nothing of note " * 8).encode() * 7000)
        stream.write(b"x" * 50 * 1024 * 1024)
    script = (
        "import re\n"
        "from pathlib import Path\n"
        "from ccexpert.observe.interface import Output\n"
        "from ccexpert.observe.sources.logs import parse\n"
        "from tests.samples import context\n"
        f"output = Output.file(Path({str(path)!r}))\n"
        "seen = parse({'var/default/log/web.log': output}, context(hours=1e5))\n"
        "assert any(f.kind == 'error' and f.count > 1000 for f in seen.facts)\n"
        "peak = re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())\n"
        "print(int(peak[1]) // 1024)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert int(done.stdout) < 100, f"{done.stdout} MiB"


def test_progress_is_told_of_every_byte() -> None:
    class Bar:
        total, done, stopped = 0, 0, False

        def start(self, total: int) -> None:
            self.total = total

        def advance(self, count: int) -> None:
            self.done += count

        def stop(self) -> None:
            self.stopped = True

    bar = Bar()
    files = {WEB: log(sample("web.log")), MTA: log(sample("web.log"))}
    look(files, progress=bar, configuration=Configuration())
    assert (bar.done, bar.stopped) == (bar.total, True)
    assert bar.total == 2 * len(sample("web.log"))

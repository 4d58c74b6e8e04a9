"""Captures: what goes in, what stays out, and archives that others have made, hostile ones too."""

from __future__ import annotations

import gzip
import io
import json
import os
import shutil
import tarfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ccexpert.observe import capture as captures
from ccexpert.observe.capture import LABEL, opened, write
from ccexpert.observe.host import this_host
from ccexpert.observe.observer import Origin, conclude, look
from tests.kit import ccexpert
from tests.samples import FOLDER, HEADER, context, sample, vocabulary
from tests.samples.site import Site, ago

PDUMP = (HEADER + "watchdog (1) - 2 Mo\n").encode()


def member(name: str, data: bytes = b"", **fields: Any) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.size = len(data)
    for field, value in fields.items():
        setattr(info, field, value)
    return info, data


def archive(path: Path, *members: tuple[tarfile.TarInfo, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as tar:
        for info, data in members:
            tar.addfile(info, io.BytesIO(data))
    return path


def labels(path: Path) -> list[str]:
    with opened(path) as found:
        seen = conclude(found.taken, replace(context(), now=found.origin.at))
        return [f.label for f in seen.facts] + [n.reason for n in seen.not_observed]


def refused(path: Path) -> str:
    done = ccexpert("observe", "--from", path)
    assert done.returncode == 65, done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert path.name in done.stderr
    return done.stderr


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """A capture of a host with something to hide."""
    site = Site(tmp_path / "nl6")
    (site.root / "customer.sh").write_text(
        "export TRACE_ADDR=localhost:6666\nexport PW=topsecret\n"
    )
    site.log("demo", "sms", ago(hours=30), "an old line")
    site.log("demo", "sms", ago(hours=1), "login=jane password=hunter2 10.20.30.40 a@mail.example")
    site.log("demo", "logins.26-11-22", ago(hours=1), "jane.doe 10.20.30.40")
    site.log("demo", "wfserver_2", ago(hours=30), "all old")
    data = site.var / "demo" / "redir" / "log" / "0x1.log"
    data.parent.mkdir(parents=True)
    data.write_text("50x\tclick\t10.20.30.40\tuser agent\n")
    host = this_host("linux", conf=site.conf, var=site.var)
    path = tmp_path / "out.tar.gz"
    origin = Origin("app-1", "linux", datetime.now(UTC))
    write(path, look(host, vocabulary()), origin, vocabulary(), hours=24)
    return path


def contents(path: Path) -> dict[str, str]:
    with tarfile.open(path) as tar:
        return {m.name: tar.extractfile(m).read().decode() for m in tar if m.isreg()}  # type: ignore[union-attr]


def test_the_documented_files_are_in_a_capture(written: Path) -> None:
    names = set(contents(written))
    assert names >= {LABEL, "pdump.txt", "monitor-missing.txt", "monitor.xml", "ports.json",
                     "system.json", "files.json", "conf/serverConf.xml", "conf/config-demo.xml",
                     "http/r-test.txt", "var/demo/log/mta.log"}  # fmt: skip
    label = json.loads(contents(written)[LABEL])
    assert (label["host"], label["redacted"]) == ("app-1", True)


def test_nothing_of_what_must_not_leave_is_in_a_capture(written: Path) -> None:
    everything = "".join(contents(written).values())
    for secret in ("topsecret", "hunter2", "jane", "10.20.30.40", "mail.example", "formation_fr",
                   "test400", "secretOfInternal", "aGlkZGVu", "campaign:myBase", "192.168.0.11",
                   "user agent"):  # fmt: skip
        assert secret not in everything


def test_of_a_log_only_the_hours_asked_for_go_in(written: Path) -> None:
    found = contents(written)
    assert "login=<login-" in found["var/demo/log/sms.log"]
    assert "an old line" not in found["var/demo/log/sms.log"]
    assert "var/demo/log/wfserver_2.log" not in found


def test_the_log_of_logons_stays_out_and_that_is_said(written: Path) -> None:
    assert "var/demo/log/logins.26-11-22.log" not in contents(written)
    assert "log session@demo = growing" not in labels(written)
    assert any("logins.26-11-22.log is left out" in label for label in labels(written))


def test_a_large_log_is_cut_at_its_front(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(captures, "LOG_BYTES", 1000)
    site = Site(tmp_path / "nl6")
    for number in range(100):
        site.log("demo", "mta", ago(minutes=5), f"line {number}")
    host = this_host("linux", conf=site.conf, var=site.var)
    path = tmp_path / "out.tar.gz"
    origin = Origin(None, "linux", datetime.now(UTC))
    write(path, look(host, vocabulary()), origin, vocabulary(), hours=24)
    text = contents(path)["var/demo/log/mta.log"]
    assert len(text) <= 1000
    assert text.endswith("line 99\n")
    assert text.startswith(str(origin.at.year))


def test_a_failed_capture_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = Site(tmp_path / "nl6")
    taken = look(this_host("linux", conf=site.conf, var=site.var), vocabulary())

    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tarfile.TarFile, "addfile", full)
    with pytest.raises(Exception, match="No space left"):
        write(
            tmp_path / "x.tar.gz",
            taken,
            Origin(None, "linux", datetime.now(UTC)),
            vocabulary(),
            hours=1,
        )
    assert [p.name for p in tmp_path.iterdir()] == ["nl6"]


def test_a_folder_made_by_hand(tmp_path: Path) -> None:
    folder = tmp_path / "ticket"
    shutil.copytree(FOLDER / "conf", folder / "conf")
    shutil.copy(FOLDER / "pdump-one-instance.txt", folder / "pdump.txt")
    shutil.copy(FOLDER / "monitor-missing.txt", folder)
    (folder / "service-status.txt").write_text("exit code: 1\n")
    (folder / "http").mkdir()
    (folder / "http" / "r-test.txt").write_text(sample("http/r-test.txt"))
    log = folder / "var" / "demo" / "log" / "mta.log"
    log.parent.mkdir(parents=True)
    log.write_text("2026-11-22T11:00:00.000Z\t1\t2\t3\terror\tlog\tdeadlock detected\n")
    (folder / "notes.txt").write_text("no output at all")
    at = datetime(2026, 11, 22, 12, tzinfo=UTC).timestamp()
    for path in folder.rglob("*"):
        os.utime(path, (at, at))
    found = labels(folder)
    assert set(found) >= {
        "process mta@demo = running",
        "process mta@prod = missing",
        "probe service-status = error",
        "probe r-test = ok",
        "setting statServerAddress@demo = ok",
    }
    assert "error deadlock detected (mta) = seen" in found
    with opened(folder) as capture:
        assert capture.origin.at.timestamp() == at
        assert capture.redacted is None
    document = json.loads(ccexpert("observe", "--from", folder, "--platform", "windows").stdout)
    assert document["platform"] == "windows"
    assert document["redacted"] is True


def test_the_age_of_logs_is_that_of_the_capture(tmp_path: Path) -> None:
    at = datetime.now(UTC) - timedelta(days=90)
    listing = {"var/prod/log/mta.log": {"modified": at.timestamp() - 60, "size": 1}}
    label = {"observed_at": at.isoformat(), "platform": "windows", "host": "app-9"}
    path = archive(
        tmp_path / "c.tar.gz",
        member("pdump.txt", PDUMP),
        member("files.json", json.dumps(listing).encode()),
        member(LABEL, json.dumps(label).encode()),
    )
    assert "log mta@prod = growing" in labels(path)
    with opened(path) as capture:
        assert (capture.origin.host, capture.origin.platform) == ("app-9", "windows")


@pytest.mark.parametrize("prefix", ["", "./", "capture-1/", "a/b/"])
def test_an_archive_may_be_made_of_a_folder(tmp_path: Path, prefix: str) -> None:
    path = archive(tmp_path / "c.tar.gz", member(f"{prefix}pdump.txt", PDUMP))
    assert "probe pdump = ok" in labels(path)


@pytest.mark.parametrize(
    "name", ["../evil.txt", "/etc/evil.txt", "conf/../../evil.txt", "C:/evil.txt", "..\\evil.txt"]
)
def test_a_name_that_leads_outside_is_refused(tmp_path: Path, name: str) -> None:
    path = archive(tmp_path / "c.tar.gz", member("pdump.txt", PDUMP), member(name, b"evil"))
    assert "leads outside" in refused(path)
    assert not list(tmp_path.rglob("evil.txt"))
    assert not Path("/etc/evil.txt").exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"type": tarfile.SYMTYPE, "linkname": "/etc/passwd"},
        {"type": tarfile.LNKTYPE, "linkname": "pdump.txt"},
        {"type": tarfile.CHRTYPE},
        {"type": tarfile.FIFOTYPE},
    ],
)
def test_links_and_devices_are_left_out_and_that_is_said(
    tmp_path: Path, fields: dict[str, Any]
) -> None:
    path = archive(
        tmp_path / "c.tar.gz",
        member("pdump.txt", PDUMP),
        member("var/default/log/web.log", b"", **fields),
    )
    found = labels(path)
    assert "1 links or devices of the archive were left out" in found
    assert not [label for label in found if label.startswith("log ")]


def test_a_link_in_a_folder_that_leads_outside_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(PDUMP)
    folder = tmp_path / "capture"
    folder.mkdir()
    (folder / "monitor-missing.txt").write_text(HEADER)
    (folder / "pdump.txt").symlink_to(tmp_path / "secret")
    assert "probe pdump = ok" not in labels(folder)


def test_limits_of_an_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = tmp_path / "bomb.tar.gz"
    with gzip.open(bomb, "wb", compresslevel=1) as stream:
        info = tarfile.TarInfo("pdump.txt")
        info.size = captures.FILE_BYTES + 1
        stream.write(info.tobuf())
    assert "unpacks to more" in refused(bomb)
    monkeypatch.setattr(captures, "FILE_COUNT", 3)
    many = archive(tmp_path / "many.tar.gz", *(member(f"http/{n}.txt") for n in range(4)))
    with pytest.raises(Exception, match="more than 3 files"):
        labels(many)
    monkeypatch.setattr(captures, "ALL_BYTES", 100)
    large = archive(
        tmp_path / "large.tar.gz", *(member(f"http/{n}.txt", b"x" * 60) for n in range(2))
    )
    with pytest.raises(Exception, match="unpacks to more"):
        labels(large)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "not a readable .tar.gz"),
        (b"hello", "not a readable .tar.gz"),
        (gzip.compress(b"hello"), "not a readable .tar.gz"),
        (gzip.compress(b"\0" * 10240), "none of the outputs"),
    ],
    ids=["empty", "not compressed", "no archive", "an empty archive"],
)
def test_an_archive_that_is_none(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "c.tar.gz"
    path.write_bytes(data)
    assert message in refused(path)


def test_a_truncated_archive(tmp_path: Path) -> None:
    path = archive(tmp_path / "c.tar.gz", member("pdump.txt", os.urandom(50_000)))
    path.write_bytes(path.read_bytes()[:20_000])
    assert "not a readable .tar.gz" in refused(path)


def test_an_empty_folder(tmp_path: Path) -> None:
    folder = tmp_path / "nothing"
    folder.mkdir()
    assert "none of the outputs" in refused(folder)


@pytest.mark.parametrize("mtime", [-(2**40), 2**60])
def test_impossible_times_of_files(tmp_path: Path, mtime: int) -> None:
    log = member("var/default/log/web.log", b"errno=28, x\n", mtime=mtime)
    path = archive(tmp_path / "c.tar.gz", member("pdump.txt", PDUMP), log)
    assert "probe pdump = ok" in labels(path)


@pytest.mark.parametrize(
    "label",
    [b"{", b"[]", b'{"host": "a;b", "platform": "x", "observed_at": 1, "not_observed": [1, {}]}',
     b'{"observed_at": "2026-11-22"}', b"\xff\xfe"],
)  # fmt: skip
def test_a_label_that_says_nothing(tmp_path: Path, label: bytes) -> None:
    path = archive(tmp_path / "c.tar.gz", member("pdump.txt", PDUMP), member(LABEL, label))
    with opened(path) as capture:
        assert capture.origin.host is None
    assert "probe pdump = ok" in labels(path)


@pytest.mark.parametrize("option", ["--url", "--var", "--conf", "--smtp", "--pop3"])
def test_a_place_of_this_host_is_refused_with_a_capture(option: str) -> None:
    place = "http://localhost" if option == "--url" else "localhost:25"
    done = ccexpert("observe", "--from", "examples/capture", option, place)
    assert done.returncode == 2
    assert option in done.stderr

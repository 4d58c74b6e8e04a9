"""Captures: what goes in, what stays out, and archives that others have made, hostile ones too."""

from __future__ import annotations

import gzip
import io
import json
import os
import shutil
import tarfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ccexpert.errors import CcexpertError, MissingInputError
from ccexpert.fleet.blocks import find_files
from ccexpert.knowledge.packs import open_packs
from ccexpert.observe import archive as archives
from ccexpert.observe import capture as captures
from ccexpert.observe.capture import LABEL, opened, write
from ccexpert.observe.host import this_host
from ccexpert.observe.interface import CannotObserveError
from ccexpert.observe.observer import Origin, conclude, look
from ccexpert.observe.sources import configuration, logs
from ccexpert.whereabouts import Whereabouts
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
    host = this_host(Whereabouts(conf=site.conf, var=site.var), "linux")
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
    host = this_host(Whereabouts(conf=site.conf, var=site.var), "linux")
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
    taken = look(this_host(Whereabouts(conf=site.conf, var=site.var), "linux"), vocabulary())

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
        info.size = archives.FILE_BYTES + 1
        stream.write(info.tobuf())
    assert "unpacks to more" in refused(bomb)
    monkeypatch.setattr(archives, "ENTRIES", 3)
    many = archive(tmp_path / "many.tar.gz", *(member(f"http/{n}.txt") for n in range(4)))
    with pytest.raises(Exception, match="more than 3 files"):
        labels(many)
    monkeypatch.setattr(archives, "ALL_BYTES", 100)
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


def test_a_bit_that_was_flipped_in_a_capture_is_noticed(written: Path) -> None:
    raw = bytearray(written.read_bytes())
    whole = gzip.decompress(raw)
    for at in range(10, len(raw), max(1, len(raw) // 60)):
        raw[at] ^= 4
        if unpacked(raw) != whole:  # some bits fill a byte up and mean nothing
            written.write_bytes(raw)
            with pytest.raises(CcexpertError, match=r"not a readable|damaged"), opened(written):
                pass
        raw[at] ^= 4


def unpacked(raw: bytes) -> bytes:
    try:
        return gzip.decompress(raw)
    except (OSError, EOFError, zlib.error):
        return b""


def header(name: str, size: int, kind: bytes) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.type = size, kind
    return info.tobuf(tarfile.GNU_FORMAT)


def below_zero() -> bytes:
    """An entry of an unknown kind whose size leads back to its own header."""
    raw = bytearray(header("pdump.txt", 0, b"Z"))
    raw[124:136] = b"\xff" * 10 + b"\xfe\x00"
    raw[148:156] = b" " * 8
    raw[148:156] = b"%06o\0 " % sum(raw)
    return bytes(raw)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (header("a", 0, b"0") + below_zero(), "damaged"),
        (header("x", 2**20, b"x") + b"1" * 2**20, "too long"),
        (header("x", 512, b"x") + b"1" * 512, "damaged"),
        (header("././@LongLink", 2**20, b"L") + b"a" * 2**20, "too long"),
        (header("a", 512, b"0") + b"a", "too early"),
        (header("a", 0, b"2") * 5001, "more than 5000"),
        (header("a", 0, b"0")[:-1] + b"x", "damaged"),
    ],
    ids=["below zero", "long header", "digits", "long name", "cut off", "many links", "checksum"],
)
def test_a_hostile_archive_is_refused_before_it_is_believed(
    tmp_path: Path, data: bytes, said: str
) -> None:
    path = tmp_path / "c.tar.gz"
    path.write_bytes(gzip.compress(data))
    with pytest.raises(CcexpertError, match=said), opened(path):
        pass


@pytest.mark.parametrize("form", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT, tarfile.USTAR_FORMAT])
def test_an_archive_of_every_form_is_read(tmp_path: Path, form: int) -> None:
    path = tmp_path / "c.tar.gz"
    long, letters = f"var/{'i' * 60}/log/{'w' * 60}.log", "http/å.txt"
    with tarfile.open(path, "w:gz", format=form) as tar:
        for info, data in (member(long, b"x" * 700), member(letters, b"y"), member("pdump.txt")):
            tar.addfile(info, io.BytesIO(data))
    with opened(path) as found:
        sizes = {name: output.size for name, output in found.taken.outputs.items()}
    assert sizes == {long: 700, letters: 1, "pdump.txt": 0}


def test_outputs_that_are_larger_than_any_are_refused_together(tmp_path: Path) -> None:
    pages = (member(f"http/{n}.txt", b" " * 2**20) for n in range(33))
    with (
        pytest.raises(CcexpertError, match="more than 32 MiB beside the logs"),
        opened(archive(tmp_path / "c.tar.gz", *pages)),
    ):
        pass


def closed(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """A folder that this account may not look into, also where the account is root."""

    def refusing(look: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def refused(path: Any = ".") -> Any:
            if Path(path) == folder:
                raise PermissionError(13, "Permission denied", str(path))
            return look(path)

        return refused

    monkeypatch.setattr(os, "scandir", refusing(os.scandir))
    monkeypatch.setattr(os, "listdir", refusing(os.listdir))
    may = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != folder and may(path, mode))


def test_what_cannot_be_looked_into_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "var" / "default" / "log").mkdir(parents=True)
    (tmp_path / "pdump.txt").write_bytes(PDUMP)
    closed(monkeypatch, tmp_path / "var")
    with pytest.raises(MissingInputError, match=r"var: cannot be read"), opened(tmp_path):
        pass
    with pytest.raises(MissingInputError, match=r"var: cannot be read"):
        find_files([str(tmp_path)])
    monkeypatch.undo()
    closed(monkeypatch, tmp_path)
    with pytest.raises(MissingInputError, match="cannot be read"), opened(tmp_path):
        pass
    monkeypatch.undo()
    pack = tmp_path / "pack"
    (pack / "rules" / "web").mkdir(parents=True)
    closed(monkeypatch, pack / "rules" / "web")
    with pytest.raises(MissingInputError, match=r"web: cannot be read"):
        open_packs([pack]).whole()


@pytest.mark.parametrize("below", ["var/prod", "var/prod/log", "var/prod/postupgrade", "log"])
def test_a_folder_of_a_live_host_that_cannot_be_looked_into_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, below: str
) -> None:
    for folder in ("var/prod/log", "var/prod/postupgrade", "log"):
        (tmp_path / folder).mkdir(parents=True)
    closed(monkeypatch, tmp_path / below)
    taken = logs.read(this_host(Whereabouts(var=tmp_path / "var"), "linux"))
    said = f"{tmp_path / below} may not be read by this account"
    assert [one.reason for one in taken.not_observed] == [said]


def test_a_closed_folder_of_the_configuration_is_not_called_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed(monkeypatch, tmp_path)
    with pytest.raises(CannotObserveError, match="may not be read by this account"):
        configuration.read(this_host(Whereabouts(conf=tmp_path), "linux"))


@pytest.mark.skipif(os.name != "posix", reason="links and pipes of POSIX")
def test_links_out_of_a_folder_of_logs_and_pipes_are_left_out(tmp_path: Path) -> None:
    log = tmp_path / "var" / "default" / "log"
    log.mkdir(parents=True)
    (tmp_path / "private").write_text("private", encoding="utf-8")
    (log / "x.log").symlink_to(tmp_path / "private")
    (log / "web.2026.log").write_text("own", encoding="utf-8")
    (log / "web.log").symlink_to("web.2026.log")
    os.mkfifo(log / "y.log")
    found = logs.read(this_host(Whereabouts(var=tmp_path / "var"), "linux"))
    assert sorted(name for name in found.outputs if name.endswith(".log")) == [
        "var/default/log/web.2026.log",
        "var/default/log/web.log",
    ]
    assert [n.reason for n in found.not_observed] == [
        "var/default/log/x.log is a link to another folder and was left out"
    ]

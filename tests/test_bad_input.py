"""Whatever a person hands in: one clear sentence, the right exit code, no traceback, nothing
half-written."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.kit import ccexpert, document

MTA = {"kind": "process", "module": "mta", "instance": "prod", "state": "missing"}


def refused(done, code: int) -> str:
    """The one sentence on stderr, after checking that it is one and nothing else was printed."""
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1
    return lines[0]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"schema_version": 1,\n "facts": [}', "line 2, column 12"),
        ("{}".encode("utf-16"), "'schema_version' is missing; add"),
        ('{"facts": "ä"}'.encode("cp1252"), "not UTF-8"),
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"[]", "JSON object"),
        (b"{}", "'schema_version' is missing"),
        (b'{"schema_version": 2, "facts": []}', "allowed: 1"),
        (b'{"schema_version": 1, "facts": [], "fcts": []}', "did you mean 'facts'"),
        (b'{"schema_version": 1, "schema_version": 1, "facts": []}', "occurs twice"),
        (b'{"schema_version": 1, "facts": NaN}', "NaN"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"schema_version": 1, "facts": [{"kind": "process", "module": "mta", "state": "gone"}]}',
         "allowed: running, missing"),
        (document({"kind": "symptom", "name": "mails not sent", "present": True}).encode(),
         "did you mean 'emails-not-sent'?; 'ccexpert facts find WORDS'"),
        (document({"kind": "symptom", "name": "bounces-late", "present": "yes"}).encode(),
         "allowed: true, false"),
        (b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\n", "copy the text out of it"),
        (document({**MTA, "instance": "prod; rm -rf /"}).encode(), "not a valid name"),
        (document(MTA, {**MTA, "state": "running"}).encode(), "contradicts"),
    ],
)  # fmt: skip
def test_bad_documents(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "facts.json"
    path.write_bytes(content)
    sentence = refused(ccexpert("diagnose", path), 65)
    assert message in sentence
    assert "facts.json" in sentence


def test_json_of_something_else_is_read_as_text(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    line = '{"level": "error", "msg": "SMTP said: 550 5.1.1 unknown user"}\n'
    path.write_text(line * 2, encoding="utf-8")
    done = ccexpert("diagnose", path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "550 5.1.1" in done.stdout


def test_the_line_of_a_wrong_state_is_named(tmp_path: Path) -> None:
    path = tmp_path / "facts.json"
    path.write_text(
        '{"schema_version": 1,\n "facts": [\n'
        '  {"kind": "process", "module": "web", "state": "missing"},\n'
        '  {"kind": "process", "module": "mta", "state": "mising"}]}',
        encoding="utf-8",
    )
    sentence = refused(ccexpert("diagnose", path), 65)
    assert "line 4" in sentence
    assert "did you mean 'missing'?" in sentence


def test_a_file_that_is_not_there() -> None:
    assert "no such file" in refused(ccexpert("diagnose", "nowhere.json"), 66)


def test_a_directory_that_is_no_capture(tmp_path: Path) -> None:
    assert "none of the outputs that a capture" in refused(ccexpert("diagnose", tmp_path), 65)


def test_two_hundred_megabytes_are_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "facts.json"
    with path.open("wb") as stream:
        stream.truncate(200 * 1024 * 1024)
    assert "larger than 16 MiB" in refused(ccexpert("diagnose", path), 65)


def test_bad_input_on_stdin() -> None:
    assert "stdin, line 1" in refused(ccexpert("diagnose", "-", stdin="{"), 65)


def test_nothing_is_written_when_the_input_is_bad(tmp_path: Path) -> None:
    out = tmp_path / "report.txt"
    out.write_text("the report before", encoding="utf-8")
    refused(ccexpert("diagnose", "-", "--output", out, stdin="{"), 65)
    assert out.read_text(encoding="utf-8") == "the report before"
    assert [p.name for p in tmp_path.iterdir()] == ["report.txt"]


def test_an_output_folder_that_is_not_there(tmp_path: Path) -> None:
    done = ccexpert("diagnose", "-", "-o", tmp_path / "no" / "x", stdin=document(MTA))
    assert "cannot be written" in refused(done, 73)


@pytest.mark.parametrize(
    ("card", "message"),
    [
        ("id: [", "not valid YAML"),
        ("a: 1\na: 2\n", "occurs twice"),
        ("a: &x 1\nb: *x\n", "anchors and aliases"),
        ("a: !!python/object/apply:os.system ['true']\n", "tag"),
        ("a: !!bool none\n", "not a value: 'none'"),
        ("a: !!int ''\n", "not a value: ''"),
        ("a: !!float '_'\n", "not a value: '_'"),
        ("- 1\n", "valid dictionary"),
        ("id: site-x\nmodle: mta\n", "module"),
        ("id: site-x\nmodule: mtta\n", "did you mean 'mta'?"),
    ],
)
def test_bad_cards_of_a_site_pack(tmp_path: Path, card: str, message: str) -> None:
    folder = tmp_path / "pack" / "rules" / "mta"
    folder.mkdir(parents=True)
    (folder / "site-x.yaml").write_text(card, encoding="utf-8")
    done = ccexpert("diagnose", "-", "--rules", tmp_path / "pack", stdin=document(MTA))
    sentence = refused(done, 65)
    assert message in sentence
    assert "site-x.yaml" in sentence


def test_a_wrong_field_deep_in_a_card_is_named_with_its_line(tmp_path: Path) -> None:
    folder = tmp_path / "rules" / "mta"
    folder.mkdir(parents=True)
    (folder / "site-x.yaml").write_text(
        "id: site-x\nmodule: mta\nverdict: fault\nimpact: 2\n"
        "title: {en: x, sv: x}\nmeaning: {en: x, sv: x}\n"
        "evidence:\n"
        "  - when: [{process: {module: mta, state: mising}}]\n"
        "    certainty: suggestive\n"
        "    because: {en: x, sv: x}\n",
        encoding="utf-8",
    )
    sentence = refused(ccexpert("diagnose", "-", "--rules", tmp_path, stdin=document(MTA)), 65)
    assert "line 8" in sentence
    assert "evidence[0].when" in sentence
    assert "did you mean 'missing'?" in sentence


def test_a_pack_that_is_not_there() -> None:
    done = ccexpert("diagnose", "-", "--rules", "/nowhere", stdin=document(MTA))
    assert "this pack folder does not exist" in refused(done, 66)


@pytest.mark.parametrize("name", ["../../etc/passwd", "%s%n", "a|b", "$HOME", "å" * 300, "\x1b[2J"])
def test_hostile_instance_names_are_refused_and_never_shown_raw(name: str) -> None:
    sentence = refused(ccexpert("diagnose", "-", stdin=document({**MTA, "instance": name})), 65)
    assert "\x1b" not in sentence


def test_observed_text_cannot_steer_the_terminal() -> None:
    error = {"kind": "error", "text": "strange \x1b]0;owned\x07 text"}
    done = ccexpert("diagnose", "-", stdin=document(error))
    assert done.returncode == 0
    assert "\x1b" not in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        *(f"history recurrence --days {days}" for days in ("nan", "inf", "1e12")),
        *(f"act facts.json --max-age {minutes}" for minutes in ("nan", "inf", "1e300")),
        "history list --limit 99999999999999999999",
        "history show 99999999999999999999",
        "fleet facts.jsonl --jobs 99999999999999999999",
    ],
)
def test_a_number_beyond_all_is_an_error_of_usage(arguments: str) -> None:
    done = ccexpert(*arguments.split())
    assert (done.returncode, done.stdout) == (2, "")
    assert "Invalid value" in done.stderr


def test_a_run_beyond_all_numbers_is_not_there(tmp_path: Path) -> None:
    for number in ("99999999999999999999", "9" * 5000):
        history = {"CCEXPERT_HISTORY": str(tmp_path / "h.db")}
        assert "no" in refused(ccexpert("diff", "1", number, env=history), 66)


def test_no_build_has_that_many_digits() -> None:
    assert ccexpert("builds", "9" * 5000).returncode == 0


def test_words_that_are_no_unicode_are_explained_as_unknown() -> None:
    assert "no diagnosis" in refused(ccexpert("explain", os.fsdecode(b"\xff\xfe")), 65)


def test_a_name_that_the_system_refuses() -> None:
    done = ccexpert("builds", "--rules", "x" * 5000)
    assert "cannot be used: File name too long" in refused(done, 66)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes of POSIX")
def test_a_pipe_in_a_pack_is_no_card(tmp_path: Path) -> None:
    (tmp_path / "rules" / "mta").mkdir(parents=True)
    os.mkfifo(tmp_path / "rules" / "mta" / "x.yaml")
    done = ccexpert("diagnose", "-", "--rules", tmp_path, stdin=document(MTA))
    assert done.returncode == 0

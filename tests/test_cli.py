"""The command line as people and scripts meet it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from ccexpert import __version__
from tests.kit import ROOT, ccexpert, document

MTA = {"kind": "process", "module": "mta", "instance": "prod", "state": "missing"}
HEALTHY = [{**MTA, "state": "running"}, {"kind": "process", "module": "web", "state": "running"}]


def test_version_imports_nothing_it_does_not_need() -> None:
    script = (
        "import sys\n"
        "sys.argv = ['ccexpert', '--version']\n"
        "from ccexpert.cli import main\n"
        "try:\n    main()\nexcept SystemExit as e:\n    assert not e.code\n"
        "heavy = {'experta', 'pydantic', 'yaml', 'tabulate', 'rich.console', 'ccexpert.facts'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == f"ccexpert {__version__}"


def test_a_report_as_a_table() -> None:
    done = ccexpert("diagnose", "-", stdin=document(MTA, host="app-1"))
    assert done.returncode == 0
    assert done.stderr == ""
    assert "mta-not-running" in done.stdout
    assert "$ nlserver start mta@prod" in done.stdout
    assert "app-1" in done.stdout
    assert "\x1b" not in done.stdout


def test_a_report_in_swedish() -> None:
    done = ccexpert("diagnose", "-", "--lang", "sv", stdin=document(MTA))
    assert "Processen mta körs inte" in done.stdout
    assert "Diagnoser" in done.stdout
    assert "Diagnoses" not in done.stdout


def test_the_language_comes_from_the_locale() -> None:
    done = ccexpert("diagnose", "-", stdin=document(MTA), env={"LC_ALL": "sv_SE.UTF-8"})
    assert "Processen mta körs inte" in done.stdout


def test_the_json_report_is_valid_against_its_schema() -> None:
    done = ccexpert("diagnose", "-", "--format", "json", stdin=document(MTA))
    report = json.loads(done.stdout)
    from ccexpert.report.json import schema

    jsonschema.validate(report, schema(), cls=jsonschema.Draft202012Validator)
    expected = "schema_version tool run host status diagnoses plan explained ruled_out unexplained"
    assert set(expected.split()) | {"unknown", "waived"} <= set(report)
    assert report["status"] == "findings"
    action = next(a for a in report["plan"] if a["kind"] == "start")
    assert action["command"] == ["nlserver", "start", "mta@prod"]


def test_markdown_has_a_command_to_paste() -> None:
    done = ccexpert("diagnose", "-", "-f", "markdown", stdin=document(MTA))
    assert "   ```sh\n   nlserver start mta@prod\n   ```" in done.stdout


def test_the_table_format_is_tabulates() -> None:
    done = ccexpert("diagnose", "-", "--table-format", "github", stdin=document(MTA))
    assert "|-----" in done.stdout
    done = ccexpert("diagnose", "-", "--table-format", "gird", stdin=document(MTA))
    assert done.returncode == 2
    assert "grid" in done.stderr


def test_several_documents_are_one_case(tmp_path: Path) -> None:
    for name, fact in (("a", MTA), ("b", {**MTA, "module": "stat"})):
        (tmp_path / f"{name}.json").write_text(document(fact, host="h"), encoding="utf-8")
    done = ccexpert("diagnose", tmp_path / "a.json", tmp_path / "b.json", "-f", "json")
    assert {d["id"] for d in json.loads(done.stdout)["diagnoses"]} >= {
        "mta-not-running",
        "stat-not-running",
    }


def test_two_documents_that_contradict_each_other_are_both_named(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(document(MTA), encoding="utf-8")
    (tmp_path / "b.json").write_text(document({**MTA, "state": "running"}), encoding="utf-8")
    done = ccexpert("diagnose", tmp_path / "a.json", tmp_path / "b.json")
    assert done.returncode == 65
    assert "a.json" in done.stderr
    assert "b.json" in done.stderr


def test_a_healthy_server_gets_silence() -> None:
    report = json.loads(ccexpert("diagnose", "-", "-f", "json", stdin=document(*HEALTHY)).stdout)
    assert report["status"] == "ok"
    assert report["diagnoses"] == []
    assert report["plan"] == []


def test_nothing_observed_is_undetermined() -> None:
    report = json.loads(ccexpert("diagnose", "-", "-f", "json", stdin=document()).stdout)
    assert report["status"] == "undetermined"


@pytest.mark.parametrize(
    ("level", "facts", "code"),
    [
        ("never", [MTA], 0),
        ("critical", [MTA], 1),
        ("low", [MTA], 1),
        ("critical", HEALTHY, 0),
        ("low", HEALTHY, 0),
    ],
)
def test_fail_on_makes_findings_fail(level: str, facts: list, code: int) -> None:
    done = ccexpert("diagnose", "-", "--fail-on", level, stdin=document(*facts))
    assert done.returncode == code
    assert done.stderr == ""


def test_output_is_written_whole(tmp_path: Path) -> None:
    out = tmp_path / "report.json"
    done = ccexpert("diagnose", "-", "-f", "json", "-o", out, stdin=document(MTA))
    assert done.stdout == ""
    assert json.loads(out.read_text(encoding="utf-8"))["status"] == "findings"
    assert [p.name for p in tmp_path.iterdir()] == ["report.json"]


def test_explain_shows_the_card() -> None:
    done = ccexpert("explain", "mta-not-running")
    for part in (
        "# The mta process is not running",
        "## Diagnosis",
        "nlserver start mta@$instance",
    ):
        assert part in done.stdout


def test_explain_says_why_and_why_not(tmp_path: Path) -> None:
    path = tmp_path / "f.json"
    path.write_text(document(MTA, {**MTA, "module": "stat", "state": "running"}), encoding="utf-8")
    why = ccexpert("explain", "mta-not-running", "--facts", path).stdout
    assert "process mta@prod = missing" in why
    why_not = ccexpert("explain", "stat-not-running", "--facts", path).stdout
    assert "Ruled out" in why_not


def test_explain_helps_with_a_wrong_id() -> None:
    done = ccexpert("explain", "mta-not-runing")
    assert done.returncode == 65
    assert "did you mean 'mta-not-running'?" in done.stderr


SEED = [
    "export",
    "import",
    "inMail",
    "mta",
    "stat",
    "syslogd",
    "tracking",
    "trackinglogd",
    "watchdog",
    "web",
    "wfserver",
]


def test_modules_is_the_seed_table() -> None:
    rows = json.loads(ccexpert("modules", "-f", "json").stdout)
    assert [row["module"] for row in rows] == SEED
    assert "6666" in next(r["troubleshooting"] for r in rows if r["module"] == "syslogd")
    assert "Felsökning" in ccexpert("modules", "--lang", "sv").stdout


def test_rules_are_listed_and_shown() -> None:
    rows = json.loads(ccexpert("rules", "list", "-f", "json").stdout)
    assert {"id", "module", "diagnosis", "verdict", "impact"} == set(rows[0])
    assert "mta-not-running" in ccexpert("rules", "show", "mta-not-running", "--lang", "sv").stdout


@pytest.mark.parametrize("platform", ["linux", "windows"])
def test_the_template_is_a_valid_document_that_says_nothing(platform: str) -> None:
    done = ccexpert("facts", "template", "--platform", platform)
    schema = json.loads(ccexpert("facts", "schema").stdout)
    jsonschema.validate(json.loads(done.stdout), schema, cls=jsonschema.Draft202012Validator)
    report = json.loads(ccexpert("diagnose", "-", "-f", "json", stdin=done.stdout).stdout)
    assert report["status"] == "undetermined"
    assert report["facts"] == []


def test_validate_checks_each_file(tmp_path: Path) -> None:
    (tmp_path / "good.json").write_text(document(MTA), encoding="utf-8")
    (tmp_path / "bad.json").write_text(document({**MTA, "state": "x"}), encoding="utf-8")
    done = ccexpert("facts", "validate", tmp_path / "bad.json", tmp_path / "good.json")
    assert done.returncode == 65
    assert "good.json: valid, 1 facts" in done.stdout
    assert "bad.json" in done.stderr


def test_commands_on_windows() -> None:
    facts = document({"kind": "probe", "name": "pdump", "result": "blank"}, platform="windows")
    report = json.loads(ccexpert("diagnose", "-", "-f", "json", stdin=facts).stdout)
    assert ["net", "start", "nlserver6"] in [a["command"] for a in report["plan"]]


def test_completion_knows_the_diagnoses() -> None:
    env = {
        "_CCEXPERT_COMPLETE": "complete_bash",
        "COMP_WORDS": "ccexpert explain mta-not",
        "COMP_CWORD": "2",
    }
    script = "import sys; sys.argv=['ccexpert']; from ccexpert.cli import main; main()"
    import os

    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, **env},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "mta-not-running" in done.stdout


PROGRAM = f"{sys.executable} -m ccexpert"
STAT = "examples/mails-stopped-stat-down.json"


def in_shell(command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize(
    "arguments", ["--version", "diagnose examples/mails-stopped-stat-down.json"]
)
def test_an_output_that_cannot_be_written_is_one_sentence(arguments: str) -> None:
    done = in_shell(f"{PROGRAM} {arguments} >/dev/full")
    assert done.returncode == 73
    assert done.stderr == "ccexpert: the output cannot be written: No space left on device\n"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("observe pdump - <&-", 0),
        ("diagnose - <&-", 65),
        ("rules list >&-", 0),
        ("nothing 2>&-", 2),
    ],
)
def test_a_closed_stream_is_no_fault(command: str, code: int) -> None:
    done = in_shell(f"{PROGRAM} {command}")
    assert done.returncode == code
    assert "fault" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_plugin_that_cannot_print_is_unknown() -> None:
    done = in_shell(f"{PROGRAM} diagnose {STAT} --format nagios >/dev/full")
    assert done.returncode == 3
    assert done.stderr == "ccexpert: the output cannot be written: No space left on device\n"


def test_characters_that_the_stream_lacks_are_no_fault() -> None:
    done = in_shell(f"PYTHONIOENCODING=ascii {PROGRAM} diagnose {STAT} --lang sv")
    assert done.returncode == 0
    assert "mta-hung" in done.stdout
    assert done.stdout.isascii()


@pytest.mark.parametrize(
    "arguments",
    [f"diagnose {STAT}", "rules list", f"act {STAT} --max-age 1e7", "--help", "--version"],
)
def test_a_reader_that_goes_away_is_no_finding(arguments: str) -> None:
    done = in_shell(f"set -o pipefail; {PROGRAM} {arguments} | true")
    assert done.returncode == 141
    assert done.stderr == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_where_nothing_can_be_said_the_exit_code_still_tells() -> None:
    assert in_shell(f"{PROGRAM} diagnose nowhere.json 2>/dev/full").returncode == 66


@pytest.mark.parametrize("module", ["ccexpert.cli", "typer", "ccexpert.report.table"])
def test_ctrl_c_while_modules_are_loaded_is_no_fault(module: str) -> None:
    """Whatever is being loaded when the signal comes."""
    script = f"""
import sys
from importlib.abc import MetaPathFinder
class Interrupting(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == {module!r}:
            raise KeyboardInterrupt
sys.meta_path.insert(0, Interrupting())
sys.argv = ["ccexpert", "diagnose", {STAT!r}]
from ccexpert.__main__ import main
main()
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 130
    assert (done.stdout, done.stderr) == ("", "")

"""One report in several formats at once, and what a program that holds a report can ask it."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ccexpert.cli.shared.output import complete_format
from ccexpert.report import FORMATS
from tests import formats
from tests.formats import MTA
from tests.kit import ROOT, ccexpert, document


def diagnose(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return ccexpert("diagnose", "-", *arguments, stdin=document(MTA, host="app-1"))


def test_the_command_line_knows_every_format() -> None:
    assert complete_format("") == list(FORMATS)


def test_one_run_writes_several_formats_of_one_report(tmp_path: Path) -> None:
    page, marks = tmp_path / "report.html", tmp_path / "report.xml"
    done = diagnose("--format", f"html={page}", "-f", f"junit={marks}", "-f", "json")
    report = json.loads(done.stdout)
    assert report["run"]["started"] in page.read_text(encoding="utf-8")
    assert f'timestamp="{report["run"]["started"]}"' in marks.read_text(encoding="utf-8")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["report.html", "report.xml"]


def test_with_a_file_each_stdout_stays_silent(tmp_path: Path) -> None:
    done = diagnose("-f", f"sh={tmp_path / 'plan.sh'}", "-f", f"json={tmp_path / 'r.json'}")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_output_is_for_the_format_without_a_file(tmp_path: Path) -> None:
    diagnose("-f", f"json={tmp_path / 'r.json'}", "-f", "sh", "-o", tmp_path / "plan.sh")
    assert (tmp_path / "plan.sh").read_text(encoding="utf-8").startswith("#!/bin/sh")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-f", "json", "-f", "table"], "only one format can be printed to stdout"),
        (["-f", "json=-", "-f", "table"], "only one format can be printed to stdout"),
        (["-f", "json=x", "-f", "html=x"], "only one format can be written to x"),
        (["-f", "json=x", "-o", "y"], "every format already has a file"),
        (["-f", "json="], "names no file"),
        (["-f", "htlm=x"], "did you mean 'html'?"),
    ],
)
def test_formats_that_get_in_each_others_way_are_a_usage_error(
    arguments: list[str], message: str, tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ccexpert", "diagnose", "-", *arguments],
        input=document(MTA),
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stdout == ""
    assert not list(tmp_path.iterdir())


def test_a_file_that_cannot_be_written_leaves_stdout_empty(tmp_path: Path) -> None:
    done = diagnose("-f", f"html={tmp_path / 'no' / 'x'}", "-f", "json")
    assert done.returncode == 73
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("name", "module"),
    [("html", "jinja2"), ("prometheus", "prometheus_client"), ("nagios", "ccexpert.report.nagios")],
)
def test_a_format_is_loaded_only_when_it_is_asked_for(name: str, module: str) -> None:
    script = (
        "import sys\nfrom ccexpert.cli import main\n"
        "facts = 'examples/mails-stopped-stat-down.json'\n"
        "sys.argv = ['ccexpert', 'diagnose', facts, *sys.argv[1:]]\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"print({module!r} in sys.modules, file=sys.stderr)\n"
    )
    loaded = [
        subprocess.run(
            [sys.executable, "-c", script, "-f", wanted],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stderr.strip()
        for wanted in ("json", name)
    ]
    assert loaded == ["False", "True"]


@pytest.mark.parametrize(
    ("fail_on", "code"),
    [("never", 0), ("low", 1), ("moderate", 1), ("important", 1), ("critical", 1)],
)
def test_a_report_knows_its_exit_code(fail_on: Any, code: int) -> None:
    assert formats.stat_down().exit_code(fail_on) == code
    assert formats.healthy().exit_code(fail_on) == 0
    assert formats.stat_down().exit_code() == 0


def test_a_finding_below_the_level_does_not_fail() -> None:
    report = formats.stat_down()
    milder = replace(report, diagnoses=tuple(replace(d, impact=2) for d in report.diagnoses))
    assert [milder.exit_code(level) for level in ("moderate", "important")] == [1, 0]


def test_a_report_gives_itself_as_data() -> None:
    data = formats.stat_down().to_dict()
    assert json.loads(json.dumps(data)) == data
    assert data["diagnoses"][0]["id"] == "stat-not-running"


def test_the_data_of_reports_load_no_format() -> None:
    script = (
        "import sys, ccexpert.diagnosis; print([m for m in sys.modules if 'ccexpert.rep' in m])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"

"""The job for Rundeck, its steps run as Rundeck runs them, and the lines that its log filter
takes."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings

from ccexpert.report import render
from tests import formats
from tests.automation import EXAMPLES, found_on, install, run, shown
from tests.formats import hostile_texts, rich, with_text
from tests.kit import ccexpert
from tests.standin import StandIn

pytest_plugins = ["tests.standin.fixture"]

((JOB),) = yaml.safe_load((EXAMPLES / "rundeck" / "campaign.yaml").read_text(encoding="utf-8"))
STEPS = JOB["sequence"]["commands"]

#: The default pattern of the filter (rundeck: KeyValueDataLogFilterPlugin.PATTERN); whole lines.
PATTERN = r"^RUNDECK:DATA:\s*([^\s]+?)\s*=\s*(.+)$"


def captured(log: str, pattern: str = PATTERN) -> dict[str, str]:
    """The data that the log filter of Rundeck makes of a log."""
    matches = (re.fullmatch(pattern, line) for line in log.splitlines())
    return {match[1]: match[2] for match in matches if match}


def test_the_data_are_the_status_the_first_diagnosis_and_its_remedy() -> None:
    assert captured(render(formats.stat_down(), "rundeck")) == {
        "ccexpert_status": "findings",
        "ccexpert_host": "campaign-app-01",
        "ccexpert_findings": "1",
        "ccexpert_diagnosis": "stat-not-running",
        "ccexpert_where": "stat@prod",
        "ccexpert_title": "The statistics server (stat) is not running",
        "ccexpert_certainty": "0.95",
        "ccexpert_impact": "critical",
        "ccexpert_remedy": "nlserver start stat@prod",
        "ccexpert_remedy_risk": "low",
    }
    assert captured(render(formats.healthy(), "rundeck")) == {
        "ccexpert_status": "ok",
        "ccexpert_findings": "0",
    }


@settings(max_examples=100)
@given(hostile_texts)
def test_whatever_was_observed_every_line_is_one_that_the_filter_takes(text: str) -> None:
    usual = captured(render(rich(), "rundeck"))
    hostile = render(with_text(rich(), text), "rundeck")
    assert list(captured(hostile)) == list(usual)
    assert len(hostile.splitlines()) == len(usual)


def test_the_filters_of_the_job_have_the_pattern_that_rundeck_documents() -> None:
    filters = [f for step in STEPS for f in step.get("plugins", {}).get("LogFilter", [])]
    assert [(f["type"], f["config"]["regex"]) for f in filters] == [("key-value-data", PATTERN)] * 2


class Execution:
    """Runs the steps of the job one after the other until one fails, with the options of the job in
    the environment, where Rundeck puts them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data: dict[str, str] = {}
        self.log = ""

    def __call__(self, **options: str) -> list[int]:
        env = {f"RD_OPTION_{name.upper()}": value for name, value in options.items()}
        codes: list[int] = []
        self.log = ""
        for step in STEPS:
            done = self._run(step, env)
            self.log += done.stdout
            codes.append(done.returncode)
            for plugin in step.get("plugins", {}).get("LogFilter", []):
                self.data |= captured(done.stdout, plugin["config"]["regex"])
            if done.returncode:
                break
        return codes

    def _run(self, step: dict[str, Any], env: dict[str, str]) -> subprocess.CompletedProcess[str]:
        script = self.folder / "dispatch-script.sh"
        script.write_text(step["script"])
        script.chmod(0o700)
        return run([script], env=env)


def data_lines(log: str) -> str:
    """What the last step that diagnosed printed."""
    last = log[log.rindex("RUNDECK:DATA:ccexpert_status") :]
    return "\n".join(line for line in last.splitlines() if line.startswith("RUNDECK:DATA:"))


@pytest.fixture
def job(host: StandIn, tmp_path: Path) -> Execution:
    install(host)
    return Execution(tmp_path)


def test_the_job_tells_the_remedy_and_runs_it_once_it_is_approved(
    host: StandIn, job: Execution
) -> None:
    assert job() == [0, 0, 0]
    assert job.data["ccexpert_status"] == "ok"
    host.kill("stat@prod")
    assert job() == [0, 0, 1]
    assert host.changes() == []
    assert job.data["ccexpert_diagnosis"] == "stat-not-running"
    shown("rundeck.md", "ccexpert diagnose --observe --format rundeck", data_lines(job.log))
    remedy = job.data["ccexpert_remedy"]
    assert job(approve=remedy, instance="prod") == [0, 0, 0]
    again = "ccexpert diagnose --observe --format rundeck --fail-on important"
    shown("rundeck.md", again, data_lines(job.log))
    assert [argv[1:] for argv in host.changes()] == [remedy.split()[1:]]
    assert found_on(host) == []


def test_another_command_than_the_proposed_one_is_not_run(
    host: StandIn, job: Execution, tmp_path: Path
) -> None:
    host.kill("stat@prod")
    assert job(approve="nlserver start stat@prod; touch owned") == [0, 0, 1]
    assert host.changes() == []
    assert not (tmp_path / "owned").exists()


def test_approving_needs_execution_and_a_command() -> None:
    for arguments in (["--approve", "nlserver start web"], ["--execute", "--approve", "'"]):
        done = ccexpert("act", "--observe", *arguments)
        assert done.returncode == 2
        assert "--approve" in done.stderr

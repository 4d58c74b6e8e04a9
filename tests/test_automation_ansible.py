"""The module and the playbook for Ansible, run by Ansible against the stand-in host."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pexpect
import pytest

from ccexpert.certainty import FINDING
from tests.automation import EXAMPLES, found_on, install, run, shown
from tests.standin import StandIn

pytest_plugins = ["tests.standin.fixture"]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Ansible does not run on Windows")

FOLDER = EXAMPLES / "ansible"
START = "nlserver start stat@prod"

Ansible = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def terminal() -> list[str]:
    """Answers that a person types, one a question; while there are none, there is no terminal."""
    return []


@pytest.fixture
def ansible(tmp_path: Path, terminal: list[str]) -> Ansible:
    """Runs a program of ansible-core in the folder of the example."""
    env = {
        "ANSIBLE_HOME": str(tmp_path / "ansible"),
        "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
        "ANSIBLE_LIBRARY": str(FOLDER / "library"),
        "ANSIBLE_NOCOLOR": "1",
    }

    def call(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        program = str(Path(sys.executable).parent / name)
        if not terminal:
            return run([program, *arguments], env=env, cwd=FOLDER)
        child = pexpect.spawn(
            program,
            list(arguments),
            cwd=str(FOLDER),
            env={**os.environ, **env, "LC_ALL": "C.UTF-8"},
            encoding="utf-8",
            timeout=300,
        )
        said = ""
        for answer in terminal:
            child.expect_exact("[y/N]")
            said += (child.before or "") + "[y/N]"
            child.sendline(answer)
        child.expect(pexpect.EOF)
        child.wait()
        return subprocess.CompletedProcess(
            arguments, child.exitstatus or 0, said + (child.before or ""), ""
        )

    return call


@pytest.fixture
def play(ansible: Ansible, host: StandIn) -> Callable[..., subprocess.CompletedProcess[str]]:
    program = install(host)

    def call(*more: str, **variables: Any) -> subprocess.CompletedProcess[str]:
        given = json.dumps({"campaign_ccexpert": str(program), **variables})
        return ansible(
            "ansible-playbook",
            *("--inventory", "app-1,", "--connection", "local", "campaign.yml"),
            *("--extra-vars", "target=all", "--extra-vars", given, *more),
        )

    return call


def test_the_playbook_ends_with_the_fault_gone(host: StandIn, play: Ansible) -> None:
    host.kill("stat@prod")
    host.forget_commands()
    done = play(confirm=[START])
    assert done.returncode == 0, done.stdout + done.stderr
    assert [shlex.join(argv) for argv in host.changes()] == [START]
    assert ["nlserver", "pdump"] in host.commands()
    assert "stat@prod: The statistics server (stat) is not running" in done.stdout
    assert "changed=1" in done.stdout
    assert found_on(host) == []
    confirm = shlex.quote(json.dumps({"confirm": [START]}))
    shown("ansible.md", f"ansible-playbook -i inventory campaign.yml -e {confirm}", done.stdout)


def test_in_check_mode_nothing_is_changed(host: StandIn, play: Ansible) -> None:
    host.kill("stat@prod")
    before = host.pids()
    done = play("--check", confirm=[START])
    assert done.returncode == 0, done.stdout + done.stderr
    assert "changed=0" in done.stdout
    assert host.changes() == []
    assert host.pids() == before


def test_without_a_yes_nothing_is_started_and_the_play_fails(host: StandIn, play: Ansible) -> None:
    host.kill("stat@prod")
    done = play(confirm=["nlserver start mta@prod"])
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Still there: stat@prod: The statistics server" in done.stdout
    assert host.changes() == []


def test_at_a_terminal_it_asks_and_takes_a_yes(
    host: StandIn, play: Ansible, terminal: list[str]
) -> None:
    host.kill("stat@prod")
    terminal.append("y")
    done = play()
    assert done.returncode == 0, done.stdout
    assert f"$ {START}    (risk: low)" in done.stdout
    assert [shlex.join(argv) for argv in host.changes()] == [START]


def module(**parameters: Any) -> dict[str, Any]:
    """What the module returned, run as Ansible runs it on a managed host."""
    given = {"observe": False, "executable": f"{Path(sys.executable).parent}/ccexpert"} | parameters
    program = [sys.executable, FOLDER / "library" / "campaign_diagnose.py"]
    result: dict[str, Any] = json.loads(
        run(program, stdin=json.dumps({"ANSIBLE_MODULE_ARGS": given})).stdout
    )
    return result


def test_the_module_takes_facts_and_returns_the_diagnosis_and_the_plan() -> None:
    fact = {"kind": "process", "module": "stat", "instance": "prod", "state": "missing"}
    result = module(facts=[{**fact, "source": "'; touch owned"}])
    assert (result["changed"], result["rc"], result["status"]) == (False, 0, "findings")
    assert result["msg"] == "stat@prod: The statistics server (stat) is not running (0.70)"
    assert result["findings"] == ["stat-not-running"]
    assert [(s["command"], s["changes_server"]) for s in result["plan"] if s["command"]] == [
        (START.split(), True),
    ]
    result = module(facts=[fact], fail_on="critical")
    assert result["failed"]
    assert result["diagnoses"][0]["id"] == "stat-not-running"


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"facts": [{"kind": "process", "module": "stats", "state": "missing"}]}, "did you mean"),
        ({"url": "https://campaign.example.com"}, "needs --observe"),
        ({"executable": "/nowhere/ccexpert"}, "find required executable"),
        ({"fail_on": "sometimes"}, "value of fail_on must be one of"),
    ],
)
def test_the_module_fails_with_one_sentence(parameters: dict[str, Any], said: str) -> None:
    result = module(**parameters)
    assert result["failed"]
    assert said in result["msg"]
    assert "\n" not in result["msg"]


def test_another_program_is_no_ccexpert(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("#!/bin/sh\ncat >/dev/null\necho hello\n")
    other.chmod(0o755)
    assert module(executable=str(other))["msg"] == f"'{other}' printed no report"


def test_the_documentation_of_the_module_can_be_read(ansible: Ansible) -> None:
    done = ansible("ansible-doc", "--json", "campaign_diagnose")
    assert done.returncode == 0, done.stderr
    (page,) = json.loads(done.stdout).values()
    assert set(page["return"]) >= {"msg", "status", "findings", "diagnoses", "plan"}
    assert page["doc"]["options"]["facts"]["elements"] == "dict"
    assert "campaign_diagnose:" in page["examples"]


def test_the_module_counts_as_found_what_the_program_counts() -> None:
    text = (FOLDER / "library" / "campaign_diagnose.py").read_text(encoding="utf-8")
    assert f"\n_FOUND = {FINDING}\n" in text

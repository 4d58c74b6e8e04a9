"""The pack for StackStorm: its form, its actions as the runner calls them, its rule as the rules
engine applies it. There is no StackStorm here; what it does is written from its documentation."""

from __future__ import annotations

import functools
import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jinja2
import jsonschema
import pytest
import yaml

from tests.automation import EXAMPLES, found_on, install, run, shown
from tests.standin import StandIn
from tests.test_hostile_names import NAMES

pytest_plugins = ["tests.standin.fixture"]

PACK = EXAMPLES / "stackstorm" / "campaign"
START = "nlserver start stat@prod"


@functools.cache
def loaded(path: str) -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load((PACK / path).read_text(encoding="utf-8"))
    return data


# --- its form ---

#: Parameters that the runner remote-shell-script has itself; an action may give them a default.
RUNNER = {"bastion_host", "cwd", "dir", "env", "hosts", "kwarg_op", "parallel", "passphrase"}
RUNNER |= {"password", "port", "private_key", "sudo", "sudo_password", "timeout", "username"}

TEXT = {"type": "string", "minLength": 1}
PARAMETER = {
    "type": "object",
    "properties": {
        "type": {"enum": ["array", "boolean", "integer", "number", "object", "string"]},
        "description": TEXT,
        "pattern": {"type": "string", "format": "regex"},
        "enum": {"type": "array", "minItems": 1},
        "default": {},
        "required": {"type": "boolean"},
        "position": {"type": "integer", "minimum": 0},
    },
    "additionalProperties": False,
}
ACTION = {
    "type": "object",
    "required": ["name", "runner_type", "entry_point"],
    "properties": {
        "name": {"pattern": r"^\w+$"},
        "pack": {"const": "campaign"},
        "description": TEXT,
        "enabled": {"const": True},
        "runner_type": {"const": "remote-shell-script"},
        "entry_point": TEXT,
        "parameters": {
            "patternProperties": {r"^\w+$": PARAMETER},
            "additionalProperties": False,
        },
    },
    "additionalProperties": False,
}


def test_the_pack_names_itself_as_its_folder() -> None:
    pack = loaded("pack.yaml")
    assert pack["ref"] == PACK.name
    assert re.fullmatch("[a-z0-9_]+", pack["ref"])
    assert re.fullmatch(r"\d+\.\d+\.\d+", pack["version"])
    assert pack["name"]
    assert pack["description"]
    assert pack["author"]


@pytest.mark.parametrize("name", ["diagnose", "mend"])
def test_an_action_has_the_form_that_stackstorm_takes(name: str) -> None:
    action = loaded(f"actions/{name}.yaml")
    jsonschema.Draft202012Validator(ACTION).validate(action)
    assert action["name"] == name
    script = PACK / "actions" / action["entry_point"]
    assert script.read_text(encoding="utf-8").startswith("#!/bin/sh\n")
    for parameter, meaning in action["parameters"].items():
        assert "type" in meaning or parameter in RUNNER


# --- its actions ---


class Runner:
    """Calls a script as remote-shell-script does: through the shell that SSH starts, parameters as
    quoted options, output that is JSON taken as data."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, name: str, **given: Any) -> dict[str, Any]:
        action = loaded(f"actions/{name}.yaml")
        for parameter, meaning in action["parameters"].items():
            value = given.setdefault(parameter, meaning.get("default"))
            assert value is not None or not meaning.get("required")
        script = self.folder / action["entry_point"]
        script.write_bytes((PACK / "actions" / action["entry_point"]).read_bytes())
        script.chmod(0o744)
        own = {k: v for k, v in given.items() if k not in RUNNER and v not in (None, "", False)}
        options = [
            f"--{k}" if v is True else f"{shlex.quote(f'--{k}')}={shlex.quote(str(v))}"
            for k, v in own.items()
        ]
        line = f"cd {shlex.quote(str(self.folder))} && {script} {' '.join(options)}"
        done = run(["/bin/sh", "-c", line])
        try:
            stdout = json.loads(done.stdout)
        except ValueError:
            stdout = done.stdout
        return {"return_code": done.returncode, "stdout": stdout, "stderr": done.stderr}


Action = Callable[..., dict[str, Any]]


@pytest.fixture
def action(host: StandIn, tmp_path: Path) -> Action:
    install(host)
    return Runner(tmp_path)


def test_what_is_diagnosed_comes_as_data_and_what_was_approved_is_done(
    host: StandIn, action: Action
) -> None:
    host.kill("stat@prod")
    seen = action("diagnose", instance="prod")
    assert seen["return_code"] == 0, seen
    report = seen["stdout"]
    assert report["status"] == "findings"
    remedy = next(shlex.join(s["command"]) for s in report["plan"] if s["kind"] == "start")
    assert remedy == START
    assert host.changes() == []
    done = action("mend", approve=remedy)
    assert done["return_code"] == 0, done
    shown("stackstorm.md", f"./mend.sh --approve='{START}' --lang=en", done["stdout"])
    assert [shlex.join(argv) for argv in host.changes()] == [START]
    assert found_on(host) == []


def test_nothing_but_the_proposed_command_is_done(
    host: StandIn, action: Action, tmp_path: Path
) -> None:
    host.kill("stat@prod")
    for approve in (f"{START}; touch owned", "nlserver stop mta@prod"):
        assert action("mend", approve=approve)["return_code"] == 1
    assert action("diagnose", instance="prod'; touch owned")["return_code"] == 2
    assert host.changes() == []
    assert not (tmp_path / "owned").exists()


# --- its rule ---


def hosts_of(instance: str, status: str = "firing") -> str | None:
    """Where the rule sends the diagnosis; None when the rule does not apply."""
    rule = loaded("rules/alert.yaml")
    payload = {"status": status, "groupLabels": {"instance": instance}}
    for place, wanted in rule["criteria"].items():
        value: Any = {"trigger": {"body": payload}}
        for part in place.split("."):
            value = value[part]
        holds = {"equals": str.__eq__, "regex": lambda text, p: bool(re.search(p, text))}
        if not holds[wanted["type"]](value, wanted["pattern"]):
            return None
    templates = jinja2.Environment()
    templates.filters["regex_replace"] = lambda text, p, new: re.sub(p, new, text)
    hosts: str = templates.from_string(rule["action"]["parameters"]["hosts"]).render(
        trigger={"body": payload}
    )
    return hosts


def test_the_rule_diagnoses_the_host_of_a_firing_alert() -> None:
    rule = loaded("rules/alert.yaml")
    assert rule["trigger"]["type"] == "core.st2.webhook"
    assert rule["action"]["ref"] == "campaign.diagnose"
    assert hosts_of("app-01.example.com:9100") == "app-01.example.com"
    assert hosts_of("app-01") == "app-01"
    assert hosts_of("app-01:9100", "resolved") is None


def test_the_rule_applies_to_no_hostile_name() -> None:
    for name in NAMES:
        assert hosts_of(name) is None, name

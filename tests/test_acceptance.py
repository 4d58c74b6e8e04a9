"""The table of modules and frequent issues, row by row, through Python and through the command
line."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from ccexpert import Expert
from tests.kit import ccexpert, document


def symptom(name: str, **more: Any) -> dict[str, Any]:
    return {"kind": "symptom", "name": name, "present": True, **more}


def process(module: str, state: str, instance: str = "prod") -> dict[str, Any]:
    return {"kind": "process", "module": module, "instance": instance, "state": state}


@dataclass
class Row:
    name: str
    facts: list[dict[str, Any]]
    modules: list[str]
    """The modules of the first diagnoses, in order."""
    steps: list[str]
    """What the plan must hold, in this order: ``kind target`` or ``kind …words of the text``."""


ROWS = [
    Row(
        "export",
        [{"kind": "job", "type": "export", "state": "failed"}],
        ["export"],
        ["rerun delta"],
    ),
    Row(
        "import",
        [{"kind": "job", "type": "import", "state": "failed"}],
        ["import"],
        ["check duplicates", "rerun operator"],
    ),
    Row("inMail", [symptom("bounces-not-processed")], ["inMail"], ["check inMail"]),
    Row(
        "inMail missing",
        [symptom("bounces-not-processed"), process("inMail", "missing")],
        ["inMail"],
        ["check inMail", "start inMail@prod"],
    ),
    Row(
        "inMail unresponsive",
        [symptom("bounces-not-processed"), process("inMail", "unresponsive")],
        ["inMail"],
        ["check inMail", "restart inMail@prod"],
    ),
    Row(
        "inMail stuck",
        [symptom("bounces-not-processed"), process("inMail", "stuck")],
        ["inMail"],
        ["restart inMail@prod"],
    ),
    Row("mta", [symptom("emails-not-sent")], ["mta", "stat"], ["check mta", "check stat"]),
    Row(
        "mta missing",
        [symptom("emails-not-sent"), process("mta", "missing")],
        ["mta"],
        ["start mta@prod"],
    ),
    Row(
        "stat",
        [symptom("emails-not-sent"), process("mta", "running"), process("stat", "missing")],
        ["stat"],
        ["start stat@prod"],
    ),
    Row(
        "syslogd",
        [
            symptom("logs-missing"),
            {
                "kind": "port",
                "port": 6666,
                "protocol": "udp",
                "state": "in-use",
                "owner": "rsyslogd",
            },
        ],
        ["syslogd"],
        ["check 6666", "fix port", "restart syslogd"],
    ),
    Row(
        "tracking",
        [symptom("tracking-logs-missing")],
        ["tracking", "trackinglogd"],
        ["check workflow", "check trackinglogd"],
    ),
    Row(
        "trackinglogd",
        [symptom("tracking-logs-missing"), symptom("tracking-log-files-absent")],
        ["trackinglogd"],
        ["check trackinglogd"],
    ),
    Row(
        "trackinglogd missing",
        [
            symptom("tracking-logs-missing"),
            symptom("tracking-log-files-absent"),
            process("trackinglogd", "missing", "default"),
        ],
        ["trackinglogd"],
        ["start trackinglogd"],
    ),
    Row(
        "watchdog",
        [symptom("no-process-starts")],
        ["watchdog"],
        ["check watchdog", "start nlserver"],
    ),
    Row(
        "watchdog, pdump says No tasks",
        [{"kind": "probe", "name": "pdump", "result": "blank"}, process("mta", "missing")],
        ["watchdog"],
        ["check watchdog", "start nlserver"],
    ),
    Row(
        "web",
        [
            symptom("console-login-fails"),
            symptom("web-access-fails"),
            {"kind": "error", "type": "xtk:session"},
        ],
        ["web"],
        ["check web", "restart web"],
    ),
    Row(
        "wfserver, a workflow failed",
        [{"kind": "workflow", "name": "weeklyReport", "instance": "prod", "state": "failed"}],
        ["wfserver"],
        ["restart wfserver@prod", "restart -verbose"],
    ),
    Row(
        "wfserver, workflow trouble",
        [symptom("workflow-trouble", instance="prod")],
        ["wfserver"],
        ["restart wfserver@prod", "restart -verbose"],
    ),
]


def check(report: dict[str, Any], row: Row) -> None:
    found = [d["module"] for d in report["diagnoses"]]
    assert found[: len(row.modules)] == row.modules, found
    plan = [_searchable(action) for action in report["plan"]]
    at = 0
    for step in row.steps:
        kind, *wanted = step.casefold().split()
        fits = (p.startswith(kind) and all(w in p for w in wanted) for p in plan[at:])
        at = next((at + i for i, fit in enumerate(fits, 1) if fit), -1)
        assert at > 0, f"no step '{step}' in its place in {plan}"


def _searchable(action: dict[str, Any]) -> str:
    command = " ".join(action["command"] or ())
    return f"{action['kind']} {action['target']} {action['text']} {command}".casefold()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_row_through_python(row: Row, expert: Expert) -> None:
    from ccexpert.report.json import to_dict

    check(to_dict(expert.diagnose(row.facts)), row)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_row_through_the_command_line(row: Row) -> None:
    done = ccexpert("diagnose", "-", "--format", "json", stdin=document(*row.facts))
    check(json.loads(done.stdout), row)


def test_when_no_process_starts_all_missing_modules_are_its_consequences(expert: Expert) -> None:
    report = expert.diagnose([{"kind": "probe", "name": "pdump", "result": "blank"}])
    under = {d.module for d in report.explained}
    assert {"web", "syslogd"} <= under
    assert [d.module for d in report.diagnoses] == ["watchdog"]


def test_nothing_is_restarted_on_a_symptom_that_names_no_module_state(expert: Expert) -> None:
    for name in ("emails-not-sent", "bounces-not-processed", "tracking-logs-missing"):
        plan = expert.diagnose([symptom(name)]).plan
        assert not [a for a in plan if a.kind in ("start", "restart")]


def test_a_session_error_with_an_address_code_never_restarts_web(expert: Expert) -> None:
    for code in ("XSV-350013", "XSV-350014", "XSV-350012"):
        report = expert.diagnose(
            [
                symptom("console-login-fails"),
                symptom("web-access-fails"),
                process("web", "running", "default"),
                {"kind": "error", "module": "web", "code": code, "type": "xtk:session"},
            ]
        )
        assert report.first is not None
        assert report.first.module != "web"
        assert not [a for a in report.plan if a.kind == "restart" and a.target.startswith("web")]

"""Which commands may run, by themselves: the gate relies on no earlier check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from ccexpert import Expert, Report
from ccexpert.act import Policy, gate
from ccexpert.cli.shared.walking import allowed_commands
from ccexpert.diagnosis import Action, Risk
from ccexpert.knowledge.commands import AllowedCommand, PackCommand, forbidden
from ccexpert.knowledge.packs import roots
from ccexpert.knowledge.reader import load_commands

ALLOWED = load_commands(roots())
#: The port of stat is taken: a diagnosis about stat, because of stat on prod, and mta waits.
FACTS: tuple[dict[str, Any], ...] = (
    {"kind": "port", "port": 7777, "protocol": "udp", "state": "in-use", "owner": "java"},
    {"kind": "process", "module": "stat", "instance": "prod", "state": "missing"},
    {"kind": "process", "module": "web", "state": "missing"},
)


def policy(*more: AllowedCommand, platform: str = "linux") -> Policy:
    return Policy(allowed=(*ALLOWED, *more), platform=platform, host="here")


def step(command: Sequence[str] | None, **changes: Any) -> Action:
    argv = tuple(command) if command is not None else None
    cause = "stat-port-taken"
    plain = Action("restart", "somewhere", "x", argv, "linux", "none", None, 1, None, cause)
    return replace(plain, **changes)


@pytest.fixture(scope="module")
def report(expert: Expert) -> Report:
    found = expert.diagnose({"facts": list(FACTS)})
    assert {"stat-port-taken", "web-not-running"} <= {d.id for d in found.diagnoses}
    return found


def restart(module: str) -> tuple[str, ...]:
    return ("nlserver", "restart", module)


@pytest.mark.parametrize(
    ("command", "changes", "why"),
    [
        (restart("stat@prod"), {}, None),  # a fact of its evidence names it
        (restart("stat"), {}, "not-named"),
        (restart("mta@prod"), {}, "not-named"),
        (restart("web"), {}, "not-named"),  # another diagnosis names it
        (restart("web"), {"diagnosis": "web-not-running"}, None),
        (restart("web@default"), {"diagnosis": "web-not-running"}, None),
        (restart("web"), {"also_for": ("web-not-running",)}, None),
        (restart("mta@prod"), {"target": "MTA@prod"}, None),  # its target names it
        (restart("mta*@prod"), {"target": "mta@prod"}, None),
        (restart("web@default"), {"target": "web"}, None),
        (restart("web"), {"target": "web@default"}, None),
        (restart("web@default"), {"target": "a web"}, "not-named"),
        (("systemctl", "restart", "nlserver"), {}, None),
        (("rm", "-rf", "/"), {}, "not-allowed"),
        ((), {}, "not-allowed"),
        (restart("stat@<instance>"), {}, "placeholder"),
        (restart("stat@prod"), {"platform": "windows"}, "other-platform"),
    ],
)
def test_only_a_listed_command_on_a_named_module_may_run(
    report: Report, command: tuple[str, ...], changes: dict[str, Any], why: str | None
) -> None:
    assert gate.refusal(step(command, **changes), report, policy()) == why


@pytest.mark.parametrize(
    ("argv", "why"),
    [
        (("systemctl", "restart", "rsyslog"), None),
        (("systemctl", "restart", "rsyslog@a.service"), None),
        (("systemctl", "restart"), "not-allowed"),
        (("systemctl", "restart", "a", "b"), "not-allowed"),
        (("systemctl", "restart", "a b"), "not-allowed"),
        (("systemctl", "restart", "a;id"), "not-allowed"),
        (("systemctl", "restart", "--now"), "not-allowed"),
        (("systemctl", "restart", "-H"), "not-allowed"),
        (("systemctl", "restart", "a\n"), "not-allowed"),
        (("systemctl", "restart", "å"), "not-allowed"),
        (("systemctl", "restart", "$(id)"), "placeholder"),
        (("systemctl", "stop", "rsyslog"), "not-allowed"),
        (("/tmp/systemctl", "restart", "rsyslog"), "not-allowed"),
    ],
)
def test_a_star_stands_for_one_name(argv: tuple[str, ...], why: str | None) -> None:
    (star,) = set(allowed_commands(["systemctl restart *"], ())) - set(allowed_commands([], ()))
    assert forbidden(argv, [star]) == why


def test_a_fact_names_a_process_only_for_its_own_diagnosis(report: Report) -> None:
    elsewhere = tuple(
        replace(d, module="other", instance=None) if d.id == "stat-port-taken" else d
        for d in report.diagnoses
    )
    moved = replace(report, diagnoses=elsewhere)
    assert gate.refusal(step(restart("stat@prod")), moved, policy()) is None
    of_web = step(restart("stat@prod"), diagnosis="web-not-running")
    assert gate.refusal(of_web, moved, policy()) == "not-named"
    unproven = replace(moved, diagnoses=tuple(replace(d, evidence=()) for d in elsewhere))
    assert gate.refusal(step(restart("stat@prod")), unproven, policy()) == "not-named"
    assert gate.refusal(step(restart("other")), unproven, policy()) is None


def test_only_what_concerns_this_host_runs_here(expert: Expert) -> None:
    stopped = {"kind": "process", "state": "missing", "instance": "prod"}
    facts = [stopped | {"module": "mta", "host": "a"}, stopped | {"module": "stat", "host": "b"}]
    report = expert.diagnose({"facts": facts})
    here = Policy(platform="linux", host="a", allowed=ALLOWED)
    refused = {
        step.target: gate.refusal(step, report, here) for step in report.plan if step.changes_server
    }
    assert refused == {"mta@prod": None, "stat@prod": "other-host"}


@pytest.mark.parametrize(
    ("on_the_card", "in_the_list", "higher"),
    [
        ("low", "loses-data", "loses-data"),
        ("loses-data", "low", "loses-data"),
        ("interrupts-service", "low", "interrupts-service"),
        ("none", None, "none"),
        ("low", None, "low"),
    ],
)
def test_the_higher_of_two_risks_counts(
    on_the_card: Risk, in_the_list: Risk | None, higher: Risk
) -> None:
    argv = ("service", "thing", "go")
    more = [AllowedCommand(argv=argv, risk=in_the_list)] if in_the_list else []
    assert gate.risk(step(argv, risk=on_the_card), policy(*more)) == higher


def test_a_step_without_a_command_has_the_risk_of_its_card_and_no_origin() -> None:
    by_hand = step(None, risk="low")
    assert (gate.risk(by_hand, policy()), gate.origin(by_hand, policy())) == ("low", "")
    of_pack = PackCommand(argv=("service", "thing", "go"), risk="none", pack="/srv/pack")
    assert gate.origin(step(of_pack.argv), policy(of_pack)) == "/srv/pack"
    assert gate.origin(step(of_pack.argv), policy()) == ""


@pytest.mark.parametrize(
    ("command", "kind", "harmless"),
    [
        (("nlserver", "pdump"), "check", True),
        (("nlserver", "pdump"), "fix", False),
        (restart("web"), "check", False),
        (None, "check", True),
    ],
)
def test_only_a_look_is_harmless(
    command: tuple[str, ...] | None, kind: str, harmless: bool
) -> None:
    assert gate.is_harmless(step(command, kind=kind), policy()) is harmless


@pytest.mark.parametrize(
    ("command", "module", "started"),
    [
        (("nlserver", "start", "mta@prod"), "mta@prod", "mta@prod"),
        (("nlserver", "restart", "web"), "web", "web"),
        (("nlserver", "stop", "web"), "web", None),
        (("nlserver", "restart"), None, "nlserver"),
        (("nlserver", "pdump", "-who"), None, None),
        (("systemctl", "restart", "nlserver"), None, "systemctl nlserver"),
        (("net", "start", "nlserver6"), None, "net nlserver6"),
        (None, None, None),
    ],
)
def test_what_a_command_starts(
    command: tuple[str, ...] | None, module: str | None, started: str | None
) -> None:
    one = step(command)
    assert (gate.module_of(one), gate.started(one)) == (module, started)

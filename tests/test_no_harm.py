"""No plan does harm: for what an operator sees, what the plan must hold and must never hold.

Each case is a state that is normal, or that has one remedy in the documentation and another one
that would make things worse.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from ccexpert import Action, Expert
from ccexpert.certainty import FINDING
from tests.evaluate import trust
from tests.evaluate.field import cases, needless_starts
from tests.test_causes import (
    Fact,
    context,
    indicator,
    log,
    port,
    probe,
    process,
    setting,
    symptoms,
    workflow,
)

INSTANCE = "prod"


def error(text: str, module: str = "web") -> Fact:
    return {"kind": "error", "module": module, "instance": INSTANCE, "text": text}


@dataclass(frozen=True)
class Case:
    told: str
    facts: list[Fact]
    holds: tuple[str, ...] = ()
    """Words that a step of the plan has, as ``kind target text command``."""
    never: tuple[str, ...] = ()
    """Words that no step has."""
    first: str | None = None
    """The first diagnosis, where one is due."""


APPEND = "Error during the call of method 'AppendDeliveryPart' on the mid sourcing server: 'Communication error with the server: please check this one is correctly configured. Code HTTP"  # fmt: skip # noqa: E501

CASES = [
    Case(
        "a workflow waits for an affinity that no server has: the comma of the server stays",
        [setting("workflow-affinity", "wrong"), workflow("import42", "pending")],
        holds=("correct the affinity",),
        never=("no comma", "remove the comma", "restart wfserver"),
        first="workflow-affinity-unmatched",
    ),
    Case(
        "a list of affinities without its comma keeps all other workflows waiting",
        [setting("wfserver-affinity", "wrong"), workflow("tracking", "pending")],
        holds=("end the list with a comma", "nlserver config -reload"),
        never=("restart",),
        first="wfserver-affinity-only",
    ),
    Case(
        "PostgreSQL has no room: nothing is deleted on the Campaign server",
        [error('could not extend file "base/16384/1": No space left on device')],
        holds=("escalate database server",),
        never=("move or remove", "fix host"),
        first="database-server-disk-full",
    ),
    Case(
        "Oracle has no room: nothing is deleted on the Campaign server",
        [error("ORA-210000 Oracle error: ORA-01653: unable to extend table"),
         workflow("nightlyLoad", "failed")],
        holds=("escalate database server",),
        never=("move or remove", "fix host"),
        first="database-server-disk-full",
    ),
    Case(
        "two segments of shared memory while redirection works are normal",
        [indicator("shared-memory-segments"), probe("r-test", "ok"),
         process("trackinglogd", "running"), log("trackinglogd", "growing")],
        never=("ipcrm", "stop"),
    ),
    Case(
        "two segments of shared memory alone stop nothing",
        [indicator("shared-memory-segments")],
        never=("ipcrm", "stop"),
    ),
    Case(
        "autoStart is wrong and a child process ended: nobody starts a child by name",
        [setting("autoStart", "wrong"), process("runwf", "missing"),
         process("mtachild", "missing"), process("mta", "missing")],
        holds=("nlserver start mta@prod",),
        never=("start runwf", "start mtachild"),
    ),
    Case(
        "an old process and a child that hangs: the child is not stopped by name",
        [indicator("old-processes"), process("runwf", "stuck"), process("mtachild", "stuck")],
        never=("stop runwf", "stop mtachild"),
    ),
    Case(
        "wfserver is missing and a workflow runs in the engine: wfserver is started all the same",
        [setting("execute-in-engine", "wrong"), process("wfserver", "missing"),
         *symptoms("workflow-stuck")],
        holds=("nlserver start wfserver@prod",),
    ),
    Case(
        "AppendDeliveryPart ends in HTTP 502: the marketing database is not to blame",
        [error(f"{APPEND} 502 'Bad gateway'"), *symptoms("delivery-failed")],
        never=("vacuum",),
    ),
    Case(
        "HTTP 408 from anywhere starts no maintenance of the database",
        [error("The HTTP query returned a 'Request timeout' type error (408)")],
        never=("vacuum and reindex", "vacuum (with"),
    ),
    Case(
        "AppendDeliveryPart ends in HTTP 408: the marketing database is too slow",
        [error(f"{APPEND} 408 'Service temporarily unavailable'"), *symptoms("delivery-failed")],
        holds=("vacuum",),
        first="mid-append-part-timeout",
    ),
    Case(
        "an exception inside one JSP page restarts nothing",
        [error("at org.apache.jasper.runtime.HttpJspBase.service(HttpJspBase.java:70)")],
        never=("restart",),
    ),
    Case(
        "a temporary directory of its own is no fault while mails go out",
        [setting("TMPDIR", "wrong"), process("mta", "running")],
        never=("stop", "restart", "tmpdir="),
    ),
    Case(
        "the watchdog died alone: all modules end before any is started",
        [process("watchdog", "missing"), process("web", "running"), process("mta", "running"),
         probe("pdump", "ok")],
        holds=("nlserver shutdown", "no tasks", "systemctl start nlserver"),
        never=("systemctl stop nlserver",),
        first="watchdog-died-alone",
    ),
    Case(
        "the tracking workflow failed and others are paused: that is no stop by design",
        [workflow("tracking", "failed"), indicator("paused-workflows", "warning")],
        first="tracking-workflow-failed",
    ),
    Case(
        "a paused technical workflow is not explained by a rule of Campaign",
        [workflow("operationMgt", "paused"), indicator("paused-workflows", "warning")],
        first="operationmgt-failed",
    ),
    Case(
        "the web server ran during the upgrade: it stands still while files are replaced",
        [context("webserver-not-stopped-at-upgrade"), probe("r-test", "error"),
         *symptoms("tracking-links-broken")],
        holds=("systemctl stop httpd", "systemctl start httpd"),
        never=("systemctl restart httpd",),
        first="upgrade-webserver-not-stopped",
    ),
    Case(
        "the token of the bounce mailbox expired before 7.4.2: the service is not stopped",
        [setting("oauth", "wrong"), {"kind": "build", "number": 9383},
         *symptoms("bounces-not-processed")],
        never=("stop",),
        first="inmail-oauth-token-expired",
    ),
    Case(
        "the client of the pipeline is refused: no key of the old kind is made",
        [error("This client: x is no longer allowed to get access token", "pipelined"),
         *symptoms("triggers-not-received")],
        holds=("-setimsoauth",),
        first="pipelined-legacy-authentication",
    ),
    Case(
        "the ports on which a phone receives are no way out for the server",
        [{"kind": "port", "port": 5228, "protocol": "tcp", "state": "unreachable"}],
        never=("5228", "firewall opened"),
    ),
    Case(
        "a file that is not there is no matter of rights",
        [error("BAS-010015 Cannot open file '/data/in.csv' with read access (errno=2, No such file "
               "or directory)", "runwf"), {"kind": "job", "type": "import", "state": "failed"}],
        holds=("list that folder",),
        never=("correct the rights",),
        first="expected-file-missing",
    ),
    Case(
        "a bad date in a file is no missing driver",
        [error("TIM-030008 Date '2': missing character(s)", "runwf"),
         workflow("nightlyLoad", "failed")],
        never=("install the driver",),
    ),
    Case(
        "an error of the SSL library without its text blames no certificate",
        [error("IOB-090013 wrong version number"), workflow("nightlyLoad", "failed")],
        never=("install the missing certificate",),
    ),
    Case(
        "the password of the Oracle account has expired: the database itself runs",
        [error("ORA-210000 Oracle error: ORA-28001: the password has expired")],
        holds=("escalate database",),
        first="database-account-rejected",
    ),
    Case(
        "the Oracle listener does not answer",
        [error("ORA-210000 Oracle error: ORA-12541: TNS:no listener")],
        first="database-down",
    ),
    Case(
        "the engine has too many clients: the pool of Campaign is not raised",
        [error("FATAL: sorry, too many clients already")],
        never=("raise pool maxcnx",),
        first="database-connection-limit",
    ),
    *(
        Case(
            f"a failed {name} is started again, its server is not restarted for it",
            [workflow(name, "failed"), process("wfserver", "running")],
            never=("nlserver restart wfserver",),
        )
        for name in ("cleanup", "deliveryMgt", "operationMgt", "defaultMidSourcingLog")
    ),
    Case(
        "logging on fails with an error of xtk:session alone: web is looked at first",
        [*symptoms("console-login-fails"),
         {"kind": "error", "module": "web", "instance": "default", "type": "xtk:session"}],
        never=("nlserver restart web",),
    ),
]  # fmt: skip


def _step(action: Action) -> str:
    command = " ".join(action.command or ())
    words = f"{action.kind} {action.target} {action.text} {command}"
    return " ".join(words.split()).casefold()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.told)
def test_a_plan_holds_its_remedy_and_no_harm(case: Case, expert: Expert) -> None:
    placed = [{**f, "instance": INSTANCE} if f.get("instance") == "@" else f for f in case.facts]
    report = expert.diagnose(placed)
    steps = [_step(action) for action in report.plan]
    if case.first:
        assert report.first is not None
        assert report.first.id == case.first
    assert not [w for w in case.holds if not any(w in step for step in steps)], steps
    assert not [step for step in steps if any(w in step for w in case.never)]


@pytest.mark.parametrize(
    "facts", [[workflow("weeklyReport", "failed")], symptoms("workflow-trouble")], ids=str
)
def test_the_workflow_server_is_restarted_last_once_and_with_its_warning(
    facts: list[Fact], expert: Expert
) -> None:
    plan = expert.diagnose([{**f, "instance": INSTANCE} for f in facts]).plan
    steps = [_step(action) for action in plan]
    restarts = [a for a in plan if a.command and a.command[:2] == ("nlserver", "restart")]
    plain = [a for a in restarts if len(a.command or ()) == 3]
    assert "journal" in steps[0]
    assert len(plain) == 1
    assert plain[0].warning
    assert plan[-len(restarts) :] == tuple(restarts)
    assert [(a.command or ())[3:] for a in restarts] == [(), ("-verbose",), ("-noconsole",)]


#: What the watchdog starts (help/production/using/operating-principle.md), the children that may be
#: stopped by name, and what stands for one of them.
STARTED = {
    "web", "syslogd", "trackinglogd", "mta", "wfserver", "inMail", "stat", "sms", "pipelined",
    "interactiond", "archiving", "<module>",
}  # fmt: skip
CHILDREN = {"mtachild", "mta*"}


def test_a_command_starts_and_stops_only_modules_that_can_be_started_so(expert: Expert) -> None:
    named = [
        (card.id, argv[1], argv[2].partition("@")[0])
        for card in expert.base.cards.values()
        for action in card.actions
        if action.command
        for argv in (action.command.linux, action.command.windows)
        if argv and argv[0] == "nlserver" and argv[1] in ("start", "stop", "restart")
    ]
    assert named
    allowed = {"start": STARTED, "stop": STARTED | CHILDREN, "restart": STARTED | CHILDREN}
    assert not [n for n in named if n[2] not in allowed[n[1]]]


def test_what_a_plan_stops_it_starts_again(expert: Expert) -> None:
    down_on_purpose = "copied-instance-not-frozen"  # a copy stays down until it is frozen
    for card in expert.base.cards.values():
        for number, step in enumerate(card.actions):
            argv = (step.command.linux if step.command else None) or ()
            by_watchdog = argv[0:1] == ("nlserver",) and step.kind == "restart"
            if "stop" not in argv or by_watchdog or card.id == down_on_purpose:
                continue
            starts = [later.when for later in card.actions[number:] if later.kind == "start"]
            assert step.when, card.id
            wanted = set(step.when.alternatives)
            assert any(s is None or wanted <= set(s.alternatives) for s in starts), card.id


def test_what_shows_success_is_never_what_led_to_the_step(expert: Expert) -> None:
    wrong = [
        (card.id, action.target)
        for card in expert.base.cards.values()
        for action in card.actions
        if action.verify and action.when
        if action.verify in set(action.when.patterns)
    ]
    assert not wrong


def test_a_restart_shows_more_than_a_process_in_the_list(expert: Expert) -> None:
    restarts = [
        (card.id, action.target, action.verify)
        for card in expert.base.cards.values()
        for action in card.actions
        if action.kind == "restart" and not (action.command and "-verbose" in str(action.command))
    ]
    states = [r for r in restarts if r[2] and r[2].kind == "process"]
    assert not [r for r in states if "running" in r[2].literals("state") and r[1] != "nlserver"]


def test_a_command_of_windows_is_no_alias_of_powershell(expert: Expert) -> None:
    first = {
        action.command.windows[0]
        for card in expert.base.cards.values()
        for action in card.actions
        if action.command and action.command.windows
    }
    assert not first & {"sc", "curl", "dir", "ps", "sort", "kill", "cat", "ls", "start", "where"}


NORMAL = yaml.safe_load((Path(__file__).parent / "documented_normal.yaml").read_text("utf-8"))


@pytest.mark.parametrize("entry", NORMAL, ids=lambda entry: entry["why"])
def test_what_the_documentation_calls_normal_is_no_finding(
    entry: dict[str, Any], expert: Expert
) -> None:
    report = expert.diagnose([entry["fact"]])
    assert entry["source"].startswith(("help/", "KA-"))
    assert not [d for d in report.diagnoses if d.certainty >= FINDING]
    assert not [a for a in report.plan if a.risk in ("interrupts-service", "loses-data")]


@settings(max_examples=25)
@given(st.data())
def test_one_bad_fact_is_no_reason_to_say_that_all_is_well(expert: Expert, data: Any) -> None:
    """Unless the documentation calls it normal, or the report says surely that it is no fault."""
    fact = data.draw(st.sampled_from(_bad_facts(expert)))
    others = [f for f in trust.HEALTHY if trust.same(f) != trust.same(fact)]
    for facts in ([fact], [*others, fact]):
        report = expert.diagnose(facts)
        assert report.status != "ok" or trust.is_normal(fact) or trust.reassures(report)


@cache
def _bad_facts(expert: Expert) -> list[dict[str, Any]]:
    return [fact for _, _, fact in trust.bad_facts(expert)]


@pytest.mark.parametrize(
    "facts",
    [
        [port(443, "free"), probe("tomcat-direct", "ok")],
        [port(8080, "free"), process("web", "running")],
        [port(7777, "free", "udp")],
        symptoms("sync-missing"),
    ],
    ids=["nobody on 443", "web without its port", "nobody on 7777", "only suggestive of no fault"],
)
def test_what_may_be_a_fault_is_looked_at(facts: list[Fact], expert: Expert) -> None:
    report = expert.diagnose([{k: v for k, v in f.items() if k != "instance"} for f in facts])
    assert report.status == "undetermined"


def test_a_diagnosis_that_is_no_fault_does_not_hide_what_may_be_one(expert: Expert) -> None:
    normal = error("connection quotas met", "stat")
    assert expert.diagnose([normal]).status == "ok"
    assert expert.diagnose([normal, port(7777, "free", "udp")]).status == "undetermined"


def test_a_web_server_needs_one_of_its_ports(expert: Expert) -> None:
    assert expert.diagnose([port(443, "bound"), port(80, "free")]).status == "ok"


def test_what_runs_is_not_started(expert: Expert) -> None:
    for case in cases():
        for document in (case.facts, case.followup):
            assert not needless_starts(case, document["facts"], expert.diagnose(document))

"""The stand-in host breaks; it is observed, diagnosed, mended by the proposed command, and observed
again.

Host, modules, ports, pages, logs and commands are real; only the product is a stand-in.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from ccexpert import Expert, Report
from ccexpert.cli import app
from ccexpert.facts.document import document_of
from ccexpert.report.json import to_dict
from tests.faults import FAULTS, Fault, findings, look, make_known, sessions_fail
from tests.kit import ccexpert
from tests.standin import StandIn, documented_ports, free_ports
from tests.test_acceptance import ROWS, check

pytest_plugins = ["tests.standin.fixture"]


def diagnose(expert: Expert, *documents: Any) -> Report:
    return expert.diagnose_documents([document_of(d) for d in documents])


def test_a_healthy_host_gives_no_finding(host: StandIn, expert: Expert) -> None:
    observed = look(host)
    report = diagnose(expert, observed)
    assert (report.status, report.unexplained) == ("ok", ())
    assert report.diagnoses == ()
    assert report.plan == ()
    running = {f"{f.module}@{f.instance}" for f in observed.facts if f.kind == "process"}
    assert running == set(host.pids())
    probes = {f.name: f.result for f in observed.facts if f.kind == "probe"}
    for name in ("pdump", "monitor-missing", "site", "r-test", "logon", "ping", "pop3", "smtp-out"):
        assert probes[name] == "ok", name


def test_a_healthy_host_holds_the_documented_ports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with documented_ports() as ports, StandIn(tmp_path / "host", ports) as host:
        make_known(host, monkeypatch)
        held = {(f.port, f.protocol): f.state for f in look(host).facts if f.kind == "port"}
    wanted = ((6666, "udp"), (7777, "udp"), (8080, "tcp"), (8005, "tcp"))
    assert {key: held.get(key) for key in wanted} == dict.fromkeys(wanted, "bound")


def test_a_module_that_is_not_set_to_start_is_not_missed(host: StandIn, expert: Expert) -> None:
    host.kill("inMail@prod")
    host.write_configuration(inMail=False)
    assert findings(diagnose(expert, look(host))) == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_is_seen_and_the_proposed_commands_mend_it(
    fault: Fault, host: StandIn, expert: Expert
) -> None:
    fault.breaks(host)
    report = diagnose(expert, fault.document(), look(host))
    assert report.first is not None
    assert report.first.id == fault.diagnosis
    proposed = [shlex.join(a.command) for a in report.plan if a.command and a.changes_server]
    assert [c for c in proposed if c in fault.remedy] == list(fault.remedy)
    fault.by_hand(host)
    for command in fault.remedy:
        done = host.command(*shlex.split(command))
        assert done.returncode == 0, done.stdout + done.stderr
    after = diagnose(expert, look(host))
    assert findings(after) == []
    # what was logged before the remedy stays in the log
    assert all(line.startswith("error ") for line in after.unexplained)
    assert after.status == ("undetermined" if after.unexplained else "ok")


@dataclass(frozen=True)
class Seen:
    """A row of the acceptance table as the machine shows it; the rest a person tells."""

    row: str
    breaks: Callable[[StandIn], Any]
    remedy: str
    """The command of the plan that mends it."""
    by_hand: Callable[[StandIn], Any] = StandIn.pids
    """What the plan leaves to a person; by default nothing is changed."""
    documented_ports: bool = False


#: Rows that no machine can see are those about jobs, workflows and complaints alone, and about
#: processes that are listed but hang: the process list does not tell (help/production/using/
#: usual-commands.md).
SEEN = (
    Seen("inMail missing", lambda host: host.kill("inMail@prod"), "nlserver start inMail@prod"),
    Seen("mta missing", lambda host: host.kill("mta@prod"), "nlserver start mta@prod"),
    Seen("stat", lambda host: host.kill("stat@prod"), "nlserver start stat@prod"),
    Seen(
        "syslogd",
        StandIn.take_log_port,
        "nlserver restart syslogd",
        by_hand=StandIn.free_log_port,
        documented_ports=True,
    ),
    Seen(
        "trackinglogd missing",
        lambda host: host.kill("trackinglogd@default"),
        "nlserver start trackinglogd",
    ),
    Seen(
        "watchdog",
        lambda host: host.command("systemctl", "stop", "nlserver"),
        "systemctl start nlserver",
    ),
    Seen(
        "watchdog, pdump says No tasks",
        lambda host: host.kill(*host.pids()),
        "systemctl start nlserver",
    ),
    Seen("web", sessions_fail, "nlserver restart web"),
)


@pytest.mark.parametrize("seen", SEEN, ids=lambda seen: seen.row)
def test_a_row_of_the_table_live_and_from_a_capture_and_its_end(
    seen: Seen, host: StandIn, expert: Expert, tmp_path: Path
) -> None:
    row = next(row for row in ROWS if row.name == seen.row)
    told = {"facts": [fact for fact in row.facts if fact["kind"] == "symptom"]}
    seen.breaks(host)
    live = look(host)
    archive = str(tmp_path / "capture.tar.gz")
    done = command("observe", "capture", archive, *host.options)
    assert done.exit_code == 0, done.stderr
    captured = json.loads(command("observe", "--from", archive).stdout)
    assert stable(live.model_dump(mode="json", exclude_none=True)) == stable(captured)
    first = set()
    for observed in (live, captured):
        report = diagnose(expert, told, observed)
        check(to_dict(report), row)
        first.add(report.first and report.first.id)
        assert seen.remedy in [shlex.join(a.command) for a in report.plan if a.command]
    assert len(first) == 1
    seen.by_hand(host)
    assert host.command(*shlex.split(seen.remedy)).returncode == 0
    after = diagnose(expert, look(host))
    assert findings(after) == []
    logged_before = [line for line in after.unexplained if line.startswith("error ")]
    assert list(after.unexplained) == logged_before


def command(*arguments: str) -> Any:
    """Run a command of ccexpert within this process."""
    return CliRunner().invoke(app, arguments)


def stable(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The facts without what changes from one moment to the next: figures of memory and times."""
    changing = {"memory_mb", "observed_at", "value", "certainty"}
    kept = ({k: v for k, v in fact.items() if k not in changing} for fact in document["facts"])
    return sorted(kept, key=lambda fact: json.dumps(fact, sort_keys=True))


def test_observing_and_diagnosing_in_one_go(host: StandIn, tmp_path: Path) -> None:
    host.kill("stat@prod")
    complaint = tmp_path / "complaint.json"
    told = {"kind": "symptom", "name": "emails-not-sent", "present": True}
    complaint.write_text(json.dumps({"schema_version": 1, "facts": [told]}))
    done = ccexpert("diagnose", complaint, "--observe", "-f", "json", *host.options)
    report = json.loads(done.stdout)
    assert report["diagnoses"][0]["id"] == "stat-not-running"
    assert "symptom emails-not-sent@prod = true" in report["facts"]
    alone = json.loads(ccexpert("diagnose", "--observe", "-f", "json", *host.options).stdout)
    assert alone["diagnoses"][0]["id"] == "stat-not-running"
    assert alone["diagnoses"][0]["certainty"] < report["diagnoses"][0]["certainty"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "--observe"),
        (("--var", "/somewhere", "-"), "--var"),
        (("--observe", "--url", "campaign"), "--url"),
    ],
)
def test_diagnose_wants_facts_and_no_idle_option(arguments: tuple[str, ...], said: str) -> None:
    done = ccexpert("diagnose", *arguments)
    assert done.returncode == 2
    assert said in done.stderr


def test_nothing_of_the_stand_in_outlives_it(tmp_path: Path) -> None:
    import psutil

    with StandIn(tmp_path / "host", free_ports()) as host:
        pids = list(host.pids().values())
        assert len(pids) == 8
    alive = [p for p in pids if psutil.pid_exists(p) and psutil.Process(p).status() != "zombie"]
    assert alive == []

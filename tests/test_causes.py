"""One cause, and under it what follows from it: the dependencies between the modules, as sentences.

Every scenario gives what an operator sees of a cause and of its consequences, on instances of any
name, and asks that the cause stands first, that the consequences stand under it, and that the plan
acts on the cause alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from ccexpert import Expert, Report
from ccexpert.certainty import FINDING

Fact = dict[str, Any]

#: Stands for the name of the instance.
HERE = "@"
INSTANCES = ("prod", "emea-campaign_2")


def process(module: str, state: str) -> Fact:
    shared = module in ("web", "syslogd", "trackinglogd", "watchdog")
    return {
        "kind": "process",
        "module": module,
        "instance": "default" if shared else HERE,
        "state": state,
    }


def symptoms(*names: str) -> list[Fact]:
    return [{"kind": "symptom", "name": n, "instance": HERE, "present": True} for n in names]


def workflow(name: str, state: str) -> Fact:
    return {"kind": "workflow", "name": name, "instance": HERE, "state": state}


def probe(name: str, result: str) -> Fact:
    return {"kind": "probe", "name": name, "result": result}


def port(number: int, state: str, protocol: str = "tcp", owner: str | None = None) -> Fact:
    fact = {"kind": "port", "port": number, "protocol": protocol, "state": state}
    return fact if owner is None else {**fact, "owner": owner}


def indicator(name: str, level: str = "alert") -> Fact:
    return {"kind": "indicator", "name": name, "level": level}


def setting(name: str, state: str) -> Fact:
    return {"kind": "setting", "name": name, "instance": HERE, "state": state}


def context(name: str) -> Fact:
    return {"kind": "context", "name": name, "present": True}


def error(module: str, text: str = "", code: str = "") -> Fact:
    said = {"text": text} if text else {"code": code}
    return {"kind": "error", "module": module, "instance": HERE, **said}


def log(module: str, state: str) -> Fact:
    return {"kind": "log", "module": module, "instance": HERE, "state": state}


def job(kind: str, state: str) -> Fact:
    return {"kind": "job", "type": kind, "instance": HERE, "state": state}


def at(instance: str, facts: list[Fact]) -> list[Fact]:
    return [{**f, "instance": instance} if f.get("instance") == HERE else f for f in facts]


@dataclass(frozen=True)
class Story:
    told: str
    facts: list[Fact]
    cause: str
    consequences: tuple[str, ...] = ()


STORIES = [
    # rank 1: the host or the network
    Story(
        "the host does not answer, so neither console nor sending nor workflows can",
        [
            probe("ssh", "timeout"),
            probe("site", "timeout"),
            *symptoms("console-login-fails", "web-access-fails", "emails-not-sent"),
            *symptoms("workflow-not-starting", "tracking-links-broken"),
        ],
        "host-unreachable",
        ("webserver-stopped", "mta-not-running", "wfserver-trouble"),
    ),
    Story(
        "the PC of the user has no network, so no address answers",
        [
            probe("internet", "timeout"),
            probe("site", "timeout"),
            probe("ssh", "timeout"),
            *symptoms("site-unreachable", "console-login-fails"),
        ],
        "user-network-down",
    ),
    # rank 2: the database
    Story(
        "the database is down: mails, workflows, tracking and logons stop, the mta is idle",
        [
            probe("database-logon", "timeout"),
            process("mta", "running"),
            workflow("tracking", "late"),
            workflow("operationMgt", "failed"),
            *symptoms("emails-not-sent", "workflow-stuck", "console-login-fails"),
            *symptoms("tracking-logs-missing", "xtk-session-error"),
        ],
        "database-down",
        ("operationmgt-failed", "tracking-workflow-late", "wfserver-trouble", "web-not-running"),
    ),
    Story(
        "the logs name the database: what polls it has failed",
        [
            error(
                "wfserver", text="PostgreSQL error: could not connect to server: Connection refused"
            ),
            workflow("tracking", "failed"),
            workflow("cleanup", "failed"),
            process("web", "unresponsive"),
            *symptoms("workflow-failed", "bounces-not-processed"),
        ],
        "database-down",
        ("cleanup-workflow-failed", "web-hung", "wfserver-trouble", "inmail-not-running"),
    ),
    Story(
        "the port of the database is closed, so mta and stat cannot start",
        [
            port(1521, "unreachable"),
            probe("database-logon", "refused"),
            process("stat", "missing"),
            process("mta", "missing"),
            *symptoms("emails-not-sent", "events-pending"),
        ],
        "database-down",
        ("mta-not-running", "stat-not-running", "events-pile-up"),
    ),
    Story(
        "maintenance blocks the database, so wfserver and mta hang and jobs pile up",
        [
            context("database-maintenance-running"),
            process("wfserver", "stuck"),
            process("mta", "unresponsive"),
            indicator("old-processes"),
            workflow("tracking", "late"),
            *symptoms("database-blocked", "delivery-pending", "workflow-stuck"),
        ],
        "database-blocked",
        ("wfserver-hung", "mta-hung", "process-too-old", "tracking-workflow-late"),
    ),
    Story(
        "sessions are blocked in the database, so old processes hang and a restart would not help",
        [
            process("mta", "stuck"),
            process("wfserver", "stuck"),
            indicator("old-processes"),
            *symptoms("database-blocked", "emails-not-sent"),
        ],
        "database-blocked",
        ("mta-hung", "wfserver-hung", "process-too-old"),
    ),
    Story(
        "the database refuses the account, so workflows and imports fail",
        [
            probe("database-logon", "error"),
            setting("dbcnx", "wrong"),
            job("import", "failed"),
            workflow("dailyLoad", "failed"),
            *symptoms("workflow-failed"),
        ],
        "database-account-rejected",
        ("import-job-failed", "wfserver-trouble"),
    ),
    # rank 3: the resources of the host
    Story(
        "the disk is full: no logs, no tracking files, a failed export",
        [
            indicator("disk"),
            error("export", text="No space left on device"),
            process("syslogd", "missing"),
            process("trackinglogd", "missing"),
            job("export", "failed"),
            workflow("cleanup", "failed"),
            *symptoms("logs-missing", "tracking-log-files-absent"),
        ],
        "disk-full",
        (
            "syslogd-not-running",
            "trackinglogd-not-running",
            "export-job-failed",
            "cleanup-workflow-failed",
        ),
    ),
    Story(
        "the disk is full, so web and mta crash and leave core files",
        [
            indicator("disk"),
            indicator("core-files"),
            process("web", "crashing"),
            process("mta", "crashing"),
            *symptoms("module-crash"),
        ],
        "disk-full",
        ("web-crashing", "mta-crashing", "process-crashed"),
    ),
    Story(
        "memory is used up, so web hangs and workflows fail",
        [
            indicator("memory"),
            indicator("swap"),
            process("web", "unresponsive"),
            workflow("segmentation", "failed"),
            *symptoms("console-login-fails", "web-slow-or-timeout"),
        ],
        "memory-short",
        ("web-hung", "wfserver-trouble"),
    ),
    Story(
        "one process takes the memory, so the host is short of it",
        [indicator("process-memory"), indicator("memory"), *symptoms("delivery-slow")],
        "process-memory-high",
        ("memory-short",),
    ),
    Story(
        "file handles have run out, so web does not answer and modules crash",
        [
            indicator("file-handles"),
            error("web", text="Too many open files"),
            process("web", "unresponsive"),
            indicator("core-files"),
            *symptoms("connections-refused", "module-crash"),
        ],
        "os-limits-reached",
        ("web-hung", "process-crashed"),
    ),
    # rank 4: the watchdog and its service
    Story(
        "the watchdog is down: no console, no mail, no workflow, no log, no tracking",
        [
            process("watchdog", "missing"),
            process("web", "missing"),
            process("mta", "missing"),
            process("wfserver", "missing"),
            process("syslogd", "missing"),
            workflow("tracking", "late"),
            workflow("defaultMidSourcingDlv", "late"),
            *symptoms("console-login-fails", "emails-not-sent", "workflow-not-starting"),
            *symptoms("logs-missing", "mid-sourcing-stale", "events-pending"),
        ],
        "watchdog-not-running",
        (
            "web-not-running",
            "mta-not-running",
            "wfserver-not-running",
            "syslogd-not-running",
            "tracking-workflow-late",
            "mid-sourcing-workflow-stopped",
            "events-pile-up",
        ),
    ),
    Story(
        "pdump prints No tasks, so every module is missing",
        [probe("pdump", "blank"), *symptoms("no-process-starts", "bounces-not-processed")],
        "watchdog-not-running",
        ("web-not-running", "syslogd-not-running"),
    ),
    Story(
        "the package is for another system, so the service does not start",
        [
            context("os-upgraded-recently"),
            error("service", text="error while loading shared libraries: libicuuc.so.50"),
            probe("service-status", "error"),
            probe("pdump", "blank"),
            *symptoms("no-process-starts"),
        ],
        "package-for-other-os",
        ("service-start-fails", "watchdog-not-running", "web-not-running"),
    ),
    Story(
        "mandatory libraries are absent, so nothing starts",
        [
            setting("required-libraries", "absent"),
            error("service", text="error while loading shared libraries: libxalan-c.so"),
            probe("pdump", "blank"),
            *symptoms("no-process-starts"),
        ],
        "required-libraries-missing",
        ("watchdog-not-running",),
    ),
    Story(
        "the watchdog died alone, so a module that ended stays away",
        [
            process("watchdog", "missing"),
            process("web", "running"),
            process("syslogd", "running"),
            process("mta", "missing"),
            *symptoms("delivery-pending"),
        ],
        "watchdog-died-alone",
        ("mta-not-running",),
    ),
    Story(
        "a broken configuration file keeps modules from starting",
        [
            setting("configuration-file", "wrong"),
            context("config-changed-recently"),
            process("web", "missing"),
            *symptoms("console-login-fails", "module-missing"),
        ],
        "config-file-malformed",
        ("web-not-running",),
    ),
    Story(
        "autoStart is off, so the mta is missing though everything else runs",
        [
            setting("autoStart", "wrong"),
            process("watchdog", "running"),
            process("mta", "missing"),
            *symptoms("emails-not-sent"),
        ],
        "autostart-off",
        ("mta-not-running",),
    ),
    # rank 5: the logs
    Story(
        "another program holds 6666/udp, so syslogd is missing and silent logs prove nothing",
        [
            port(6666, "in-use", "udp", "rsyslogd"),
            process("syslogd", "missing"),
            process("mta", "running"),
            log("mta", "stale"),
            *symptoms("logs-missing"),
        ],
        "syslogd-port-taken",
        ("syslogd-not-running",),
    ),
    # rank 6: shared memory
    Story(
        "an old shared memory segment stops trackinglogd and the redirection module",
        [
            error("trackinglogd", code="SRV-810031"),
            context("upgraded-recently"),
            process("trackinglogd", "missing"),
            probe("site", "ok"),
            probe("r-test", "error"),
            *symptoms("tracking-log-files-absent", "tracking-links-broken"),
        ],
        "shared-memory-leftover",
        ("trackinglogd-not-running", "redirection-module-broken"),
    ),
    # rank 7: Java and the ports of Tomcat
    Story(
        "another program holds 8080, so web is missing and the console fails",
        [
            port(8080, "in-use"),
            process("web", "missing"),
            probe("logon", "blank"),
            *symptoms("console-login-fails", "web-page-blank", "xtk-session-error"),
        ],
        "port-8080-taken",
        ("web-not-running",),
    ),
    Story(
        "the Java library is gone, so web is missing",
        [
            error("web", code="JVM-510037"),
            process("web", "missing"),
            context("java-changed-recently"),
            *symptoms("console-login-fails", "web-access-fails"),
        ],
        "java-library-missing",
        ("web-not-running",),
    ),
    Story(
        "two JDKs are installed, so Tomcat shows a Java error",
        [
            context("two-jdks"),
            setting("jdk-installations", "wrong"),
            probe("logon", "tomcat-error"),
            *symptoms("console-login-fails"),
        ],
        "two-jdks-conflict",
        ("java-integration-broken",),
    ),
    # rank 8: web
    Story(
        "web is missing, so an analysis is cut and the callers of web fail",
        [
            process("watchdog", "running"),
            process("web", "missing"),
            workflow("defaultMidSourcingDlv", "failed"),
            workflow("mcSynch", "failed"),
            *symptoms("console-login-fails", "delivery-analysis-stuck", "soap-call-fails"),
            *symptoms("events-pending"),
        ],
        "web-not-running",
        (
            "delivery-analysis-cut-by-web",
            "mid-sourcing-workflow-stopped",
            "events-archiving-stopped",
            "events-pile-up",
        ),
    ),
    Story(
        "web crashes again and again, so sessions end and an analysis is cut",
        [
            process("web", "crashing"),
            indicator("core-files"),
            *symptoms("module-crash", "session-expired", "delivery-analysis-stuck"),
        ],
        "web-crashing",
        ("process-crashed", "delivery-analysis-cut-by-web"),
    ),
    Story(
        "all threads of web are in use, so it refuses connections and hangs",
        [
            indicator("web-threads"),
            process("web", "unresponsive"),
            probe("logon", "timeout"),
            *symptoms("connections-refused", "web-slow-or-timeout", "console-login-fails"),
        ],
        "web-threads-exhausted",
        ("web-hung",),
    ),
    # rank 9: session, zone, certificate
    Story(
        "the address of the caller is in no zone, so mid-sourcing stands still though web runs",
        [
            error("web", code="XSV-350013"),
            setting("security-zone", "wrong"),
            process("web", "running"),
            workflow("defaultMidSourcingLog", "failed"),
            *symptoms("mid-sourcing-stale", "soap-call-fails"),
        ],
        "security-zone-ip",
        ("mid-sourcing-workflow-stopped", "wfserver-trouble"),
    ),
    Story(
        "the proxy is not declared, so every call through it is refused",
        [
            error("web", code="XSV-350014"),
            context("fails-through-proxy-only"),
            process("web", "running"),
            *symptoms("console-login-fails", "mid-sourcing-stale"),
        ],
        "proxy-not-declared",
        ("security-zone-ip", "mid-sourcing-workflow-stopped"),
    ),
    Story(
        "a CA certificate is missing, so a workflow that calls out fails",
        [
            error("wfserver", code="IOB-090013"),
            setting("ca-certificate", "absent"),
            workflow("deliverabilityUpdate", "failed"),
            *symptoms("technical-workflow-failed"),
        ],
        "ca-certificate-missing",
        ("wfserver-trouble", "inmail-rules-outdated"),
    ),
    # rank 10: the web server and its module
    Story(
        "Apache is stopped, so links, tracking and public images fail; Tomcat still answers",
        [
            probe("ssh", "ok"),
            probe("site", "refused"),
            probe("tomcat-direct", "ok"),
            probe("tracking-server", "refused"),
            probe("public-image", "refused"),
            process("trackinglogd", "running"),
            workflow("tracking", "failed"),
            *symptoms("tracking-log-files-absent", "images-missing", "site-unreachable"),
        ],
        "webserver-stopped",
        ("tracking-servers-unreachable", "images-not-published", "tracking-workflow-failed"),
    ),
    Story(
        "the redirection module is not loaded, so trackinglogd has nothing to write",
        [
            probe("site", "ok"),
            probe("r-test", "error"),
            process("trackinglogd", "running"),
            *symptoms("tracking-log-files-absent", "tracking-links-broken"),
            *symptoms("tracking-logs-missing"),
        ],
        "redirection-module-broken",
        ("tracking-workflow-failed",),
    ),
    Story(
        "the redirection is switched off in the configuration, so the module does not answer",
        [
            setting("startRedirection", "wrong"),
            probe("site", "ok"),
            probe("r-test", "error"),
            *symptoms("tracking-links-broken"),
        ],
        "redirection-switched-off",
        ("redirection-module-broken",),
    ),
    # rank 11: the workflow server
    Story(
        "wfserver is missing, so tracking, events, mid-sourcing and campaigns stand still",
        [
            process("watchdog", "running"),
            process("wfserver", "missing"),
            workflow("tracking", "late"),
            workflow("rtEventsProcessing", "late"),
            workflow("defaultMidSourcingDlv", "start-in-progress"),
            workflow("mcSynch", "late"),
            *symptoms("workflow-start-in-progress", "events-pending", "mid-sourcing-stale"),
        ],
        "wfserver-not-running",
        (
            "tracking-workflow-late",
            "events-processing-stopped",
            "events-archiving-stopped",
            "mid-sourcing-workflow-stopped",
            "wfserver-trouble",
        ),
    ),
    Story(
        "wfserver is missing, so approved deliveries wait and bounce rules grow old",
        [
            process("wfserver", "missing"),
            process("mta", "running"),
            workflow("deliveryMgt", "start-asap"),
            workflow("deliverabilityUpdate", "late"),
            workflow("cleanup", "late"),
            *symptoms("delivery-pending", "bounces-to-qualify", "database-grows"),
        ],
        "wfserver-not-running",
        ("deliverymgt-stopped", "inmail-rules-outdated", "cleanup-workflow-failed"),
    ),
    Story(
        "wfserver hangs, so no workflow goes on",
        [
            process("wfserver", "stuck"),
            workflow("tracking", "late"),
            workflow("rtEventsProcessing", "late"),
            *symptoms("workflow-stuck", "tracking-logs-late"),
        ],
        "wfserver-hung",
        ("tracking-workflow-late", "events-processing-stopped", "wfserver-trouble"),
    ),
    Story(
        "wfserver crashes, so no workflow goes on; a restart by hand is no remedy",
        [
            process("wfserver", "crashing"),
            workflow("tracking", "late"),
            workflow("rtEventsProcessing", "late"),
            *symptoms("workflow-stuck", "module-crash"),
        ],
        "wfserver-crashing",
        ("tracking-workflow-late", "events-processing-stopped", "wfserver-trouble"),
    ),
    Story(
        "one workflow is executed in the engine, so all others wait",
        [
            setting("execute-in-engine", "wrong"),
            process("wfserver", "running"),
            workflow("tracking", "late"),
            *symptoms("workflow-stuck"),
        ],
        "workflow-executed-in-engine",
        ("wfserver-trouble", "tracking-workflow-late"),
    ),
    # rank 12: campaign jobs
    Story(
        "operationMgt has failed, so only workflows of campaigns wait",
        [
            workflow("operationMgt", "failed"),
            process("wfserver", "running"),
            context("campaign-workflows-only"),
            *symptoms("workflow-start-asap", "workflow-not-starting"),
        ],
        "operationmgt-failed",
        ("wfserver-trouble",),
    ),
    Story(
        "the limit of campaign jobs is reached, so workflows and deliveries wait",
        [
            setting("NmsOperation_LimitConcurrency", "wrong"),
            process("wfserver", "running"),
            process("mta", "running"),
            context("many-campaigns-running"),
            *symptoms("workflow-start-asap", "delivery-pending", "workflow-not-starting"),
        ],
        "campaign-concurrency-limit",
        ("wfserver-trouble",),
    ),
    Story(
        "orphan proofs break operationMgt, so campaigns wait",
        [
            error(
                "wfserver",
                text='ERROR: duplicate key value violates unique constraint "nmsdelivery_id"',
            ),
            workflow("operationMgt", "failed"),
            *symptoms("workflow-start-asap"),
        ],
        "operationmgt-orphan-proofs",
        ("operationmgt-failed", "wfserver-trouble"),
    ),
    # rank 13: the statistics server, its address, the way out
    Story(
        "the address of the statistics server is empty, so the mta is missing",
        [
            process("watchdog", "running"),
            setting("statServerAddress", "empty"),
            process("mta", "missing"),
            *symptoms("emails-not-sent", "events-pending"),
        ],
        "mta-stat-address-empty",
        ("mta-not-running",),
    ),
    Story(
        "stat is missing, so the mta runs and sends nothing",
        [
            process("stat", "missing"),
            process("mta", "running"),
            log("mta", "stale"),
            *symptoms("emails-not-sent", "delivery-slow"),
        ],
        "stat-not-running",
        ("mta-hung", "mta-sending-slow"),
    ),
    Story(
        "another program holds 7777/udp, so stat is missing",
        [
            port(7777, "in-use", "udp"),
            process("stat", "missing"),
            process("mta", "running"),
            *symptoms("emails-not-sent"),
        ],
        "stat-port-taken",
        ("stat-not-running",),
    ),
    Story(
        "children of the mta are stuck, so deliveries wait",
        [
            process("mtachild", "stuck"),
            process("mta", "running"),
            *symptoms("delivery-pending", "delivery-slow"),
        ],
        "mtachild-stuck",
        ("mta-sending-slow",),
    ),
    Story(
        "the relay is down, so the way out is closed",
        [
            setting("smtp-relay", "wrong"),
            probe("smtp-out", "refused"),
            process("mta", "running"),
            *symptoms("emails-not-sent", "delivery-slow"),
        ],
        "smtp-relay-down",
        ("smtp-port-closed", "mta-sending-slow"),
    ),
    Story(
        "the mta is missing, so events pile up",
        [
            process("watchdog", "running"),
            process("mta", "missing"),
            workflow("rtEventsProcessing", "running"),
            *symptoms("events-pending", "emails-not-sent"),
        ],
        "mta-not-running",
        ("events-pile-up",),
    ),
    Story(
        "the mid-sourcing server does not answer, so its workflow fails",
        [
            probe("mid-server", "timeout"),
            workflow("defaultMidSourcingDlv", "failed"),
            context("mid-sourced"),
            *symptoms("mid-sourcing-stale", "technical-workflow-failed"),
        ],
        "mid-server-unreachable",
        ("mid-sourcing-workflow-stopped", "wfserver-trouble"),
    ),
    # tracking
    Story(
        "the servers of tracking cannot be reached, so the workflow fails",
        [
            probe("tracking-server", "timeout"),
            workflow("tracking", "failed"),
            process("trackinglogd", "running"),
            *symptoms("tracking-logs-missing"),
        ],
        "tracking-servers-unreachable",
        ("tracking-workflow-failed", "wfserver-trouble"),
    ),
    Story(
        "trackinglogd is missing, so there is nothing for the workflow to fetch",
        [
            process("watchdog", "running"),
            process("trackinglogd", "missing"),
            workflow("tracking", "running"),
            *symptoms("tracking-logs-missing", "tracking-log-files-absent"),
        ],
        "trackinglogd-not-running",
    ),
    # jobs
    Story(
        "the server was shut down during an import, so the import failed",
        [
            context("server-was-shut-down-during-job"),
            job("import", "failed"),
            *symptoms("import-failed"),
        ],
        "import-stopped-by-shutdown",
        ("import-job-failed",),
    ),
    # rank 15: 06:00
    Story(
        "at 06:00 every process restarts, and a synchronisation gets an empty answer",
        [
            context("daily-restart-window"),
            process("web", "restarting"),
            process("mta", "restarting"),
            process("wfserver", "restarting"),
            error("wfserver", text="Empty return for method 'Logon' of service 'xtk:session'"),
            *symptoms("console-login-fails", "workflow-failed"),
        ],
        "daily-restart",
        ("synchronisation-during-daily-restart", "mta-crashing"),
    ),
    Story(
        "a planned downtime stops everything",
        [
            context("planned-downtime"),
            process("watchdog", "missing"),
            process("web", "missing"),
            process("wfserver", "missing"),
            probe("site", "refused"),
            workflow("tracking", "late"),
            *symptoms("console-login-fails", "emails-not-sent", "workflow-start-in-progress"),
        ],
        "planned-downtime",
        ("watchdog-not-running", "web-not-running", "wfserver-not-running"),
    ),
]


def leads_to(report: Report, start: str, cause: str) -> bool:
    """Whether the chain of explanations goes from a consequence to its cause."""
    above = {d.id: d.explained_by for d in report.explained}
    seen: set[str | None] = set()
    at: str | None = start
    while at in above and at not in seen:
        seen.add(at)
        at = above[at]
    return at == cause


@pytest.mark.parametrize("instance", INSTANCES)
@pytest.mark.parametrize("story", STORIES, ids=lambda s: s.told)
def test_it_shows_one_cause_and_acts_on_it_alone_when(
    story: Story, instance: str, expert: Expert
) -> None:
    report = expert.diagnose(at(instance, story.facts))
    assert report.first is not None
    ranked = [(d.id, d.certainty) for d in report.diagnoses]
    assert report.first.id == story.cause, ranked
    for consequence in story.consequences:
        assert leads_to(report, consequence, story.cause), (consequence, ranked, report.explained)
    acting = {a.diagnosis for a in report.plan if a.kind != "check"}
    assert acting <= {story.cause}, (acting, ranked)


def test_a_consequence_on_another_instance_is_no_consequence(expert: Expert) -> None:
    report = expert.diagnose(
        [
            {**process("wfserver", "missing"), "instance": "north"},
            {**workflow("tracking", "late"), "instance": "south"},
        ]
    )
    assert {d.id for d in report.diagnoses} == {"wfserver-not-running", "tracking-workflow-late"}


def test_a_module_that_fails_by_itself_is_not_hidden_under_a_scarce_resource(
    expert: Expert,
) -> None:
    """A disk or a memory at alert is common; a missing mta is still started."""
    for name in ("disk", "memory"):
        report = expert.diagnose(
            at("prod", [indicator(name), process("mta", "missing"), *symptoms("emails-not-sent")])
        )
        assert "mta-not-running" in {d.id for d in report.diagnoses}
        assert ("start", "mta@prod") in {(a.kind, a.target) for a in report.plan}


RUNNING = [process(m, "running") for m in ("watchdog", "web", "syslogd", "trackinglogd")] + [
    process(m, "running") for m in ("mta", "stat", "wfserver", "inMail")
]
PROBES = [
    probe(n, "ok")
    for n in ("pdump", "monitor-missing", "service-status", "r-test", "ping", "logon", "soap")
]
LEVELS = [
    indicator(n, "ok")
    for n in ("memory", "swap", "disk", "load", "old-processes", "core-files", "file-handles")
]
SETTINGS = [
    setting(n, "ok")
    for n in ("statServerAddress", "security-zone", "dbcnx", "TMPDIR", "autoStart", "clock")
]
GROWING = [log(m, "growing") for m in ("mta", "wfserver", "inMail", "web")]

HEALTHY: dict[str, tuple[list[Fact], str]] = {
    "every module runs on Linux": (RUNNING, "linux"),
    "every module runs on Windows": ([*RUNNING, context("windows-server")], "windows"),
    "all probes succeed": ([*RUNNING, *PROBES], "linux"),
    "all indicators are well": ([*RUNNING, *LEVELS], "windows"),
    "all settings are right": ([*RUNNING, *SETTINGS, *GROWING], "linux"),
    "everything was looked at and is well": (
        [*RUNNING, *PROBES, *LEVELS, *SETTINGS, *GROWING],
        "linux",
    ),
    "a mid-sourced marketing server has no mta, stat and inMail": (
        [
            context("mid-sourced"),
            *(process(m, "running") for m in ("watchdog", "web", "syslogd", "wfserver")),
            *(process(m, "missing") for m in ("mta", "stat", "inMail")),
        ],
        "linux",
    ),
    "a front server has no workflow server and no inMail": (
        [
            context("front-server"),
            *(process(m, "running") for m in ("watchdog", "web", "syslogd", "trackinglogd")),
            *(process(m, "running") for m in ("mta", "stat")),
            *(process(m, "missing") for m in ("wfserver", "inMail")),
        ],
        "linux",
    ),
    "it is 06:00 and everything runs": ([*RUNNING, context("daily-restart-window")], "linux"),
    "it is 06:00 and everything restarts": (
        [
            context("daily-restart-window"),
            *({**p, "state": "restarting"} for p in RUNNING if p["module"] != "watchdog"),
        ],
        "linux",
    ),
    "a delivery is scheduled for later": (
        [*RUNNING, *symptoms("delivery-pending"), context("delivery-scheduled-later")],
        "windows",
    ),
    "a delivery waits for its approval": (
        [*RUNNING, *symptoms("delivery-pending"), context("delivery-awaiting-approval")],
        "linux",
    ),
    "a planned downtime": (
        [context("planned-downtime"), *({**p, "state": "missing"} for p in RUNNING)],
        "linux",
    ),
    "no child of the mta runs because nothing is sent": (
        [*RUNNING, process("mtachild", "missing")],
        "linux",
    ),
    "no workflow is being executed": ([*RUNNING, process("runwf", "missing")], "linux"),
    "the workflows run": (
        [*RUNNING, *(workflow(n, "running") for n in ("tracking", "cleanup", "operationMgt"))],
        "linux",
    ),
    "a host without redirection has no trackinglogd": (
        [
            {"kind": "context", "name": "redirection-server", "present": False},
            *(p for p in RUNNING if p["module"] != "trackinglogd"),
            process("trackinglogd", "missing"),
        ],
        "linux",
    ),
}


@pytest.mark.parametrize("case", HEALTHY, ids=lambda c: str(c))
def test_nothing_is_wrong_when(case: str, expert: Expert) -> None:
    facts, platform = HEALTHY[case]
    document = {"schema_version": 1, "platform": platform, "facts": at("prod", facts)}
    report = expert.diagnose(document)
    faults = [(d.id, d.certainty) for d in report.diagnoses if d.verdict == "fault"]
    assert not [f for f in faults if f[1] >= FINDING], faults
    assert not [a for a in report.plan if a.kind in ("start", "restart")]


SESSION_ERRORS = {
    "the address of the caller is refused": [error("web", code="XSV-350013")],
    "the address of the caller is not accepted": [error("web", code="XSV-350014")],
    "the password is refused": [error("web", code="XSV-350012")],
    "the session has expired": [error("web", code="XSV-350008")],
    "the zones are wrong": [setting("security-zone", "wrong")],
    "the proxy is not declared": [setting("subnetwork-proxy", "wrong")],
    "only HTTPS is accepted": [context("works-over-https-only")],
    "the certificate of the web server is wrong": [setting("webserver-certificate", "wrong")],
    "a certificate cannot be verified": [error("web", code="IOB-090013")],
    "the licence does not cover it": symptoms("option-not-allowed"),
    "the password is rejected": symptoms("password-rejected"),
    "LDAP does not answer": [context("ldap-login"), port(389, "unreachable")],
    "the instance is unknown under this name": [error("web", text="No data source defined")],
    "other users are well": symptoms("other-users-ok"),
}


@pytest.mark.parametrize("why", SESSION_ERRORS)
def test_web_is_not_restarted_for_a_session_error_when(why: str, expert: Expert) -> None:
    seen = [
        process("web", "running"),
        *symptoms("console-login-fails", "web-access-fails", "xtk-session-error"),
        {"kind": "error", "module": "web", "type": "xtk:session"},
        *SESSION_ERRORS[why],
    ]
    for facts in (seen, seen[1:]):  # with and without the state of web
        plan = expert.diagnose(at("prod", facts)).plan
        assert not [a for a in plan if a.kind == "restart" and a.target == "web"]


WORKFLOW_SYMPTOMS = (
    "workflow-not-starting",
    "workflow-stuck",
    "workflow-stopped",
    "workflow-start-in-progress",
    "workflow-failed",
    "technical-workflow-failed",
    "workflow-start-asap",
    "workflow-paused",
)


@pytest.mark.parametrize("name", WORKFLOW_SYMPTOMS)
def test_wfserver_is_not_restarted_on_the_mere_symptom(name: str, expert: Expert) -> None:
    plan = expert.diagnose(at("prod", symptoms(name))).plan
    assert not [a for a in plan if a.kind in ("start", "restart")]


#: Workflows that have no card of their own: for them the table of modules asks for the restart.
FAILED_WORKFLOWS = ("weeklyReport", "billing")


@pytest.mark.parametrize("name", FAILED_WORKFLOWS)
def test_wfserver_is_offered_a_restart_when_a_workflow_has_failed(
    name: str, expert: Expert
) -> None:
    report = expert.diagnose(at("prod", [workflow(name, "failed")]))
    assert report.first is not None
    assert report.first.module == "wfserver"
    assert ("restart", "wfserver@prod") in {(a.kind, a.target) for a in report.plan}

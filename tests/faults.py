"""The faults that the stand-in host can have, how each is brought about, and what mends it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ccexpert import Report
from ccexpert.cli.shared.live import observer
from ccexpert.facts import FactsDocument
from ccexpert.whereabouts import Whereabouts
from tests.standin import StandIn


def make_known(standin: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this process and those it starts take the stand-in for the server."""
    for name, value in standin.environment.items():
        monkeypatch.setenv(name, value)


def look(host: StandIn) -> FactsDocument:
    """Observe the stand-in, within this process."""
    given = dict(zip(host.options[::2], host.options[1::2], strict=True))
    where = Whereabouts(
        url=given["--url"],
        var=Path(given["--var"]),
        conf=Path(given["--conf"]),
        smtp=given["--smtp"],
        pop3=given["--pop3"],
    )
    return observer(where, ())()


def findings(report: Report) -> list[str]:
    """The ids of what was found."""
    return [d.id for d in report.diagnoses if d.is_finding]


def _nothing(_host: StandIn) -> None:
    """Nobody has to do anything by hand."""


@dataclass(frozen=True)
class Fault:
    """One way to break the stand-in."""

    name: str
    breaks: Callable[[StandIn], Any]
    diagnosis: str
    """The id of the first diagnosis."""
    remedy: tuple[str, ...]
    """The commands of the plan that mend it, in their order."""
    told: tuple[str, ...] = ()
    """The symptoms that only a person can tell."""
    by_hand: Callable[[StandIn], Any] = _nothing
    """What the plan leaves to a person."""
    walked: tuple[str, ...] | None = None
    """The commands of a walk, where it is another plan once the person has done their part."""
    documented_ports: bool = False

    def document(self) -> dict[str, Any]:
        """What the person tells, as a facts document without a time."""
        facts = [{"kind": "symptom", "name": name, "present": True} for name in self.told]
        return {"schema_version": 1, "facts": facts}


def _kills(*names: str) -> Callable[[StandIn], Any]:
    return lambda host: host.kill(*names)


def sessions_fail(host: StandIn) -> None:
    """The logon page goes blank, and web says in its log that sessions fail."""
    host.blank_logon_page()
    host.log_error("web@default", "Error while executing the method of service 'xtk:session'")


FAULTS = (
    Fault("stat dies", _kills("stat@prod"), "stat-not-running", ("nlserver start stat@prod",)),
    Fault("mta dies", _kills("mta@prod"), "mta-not-running", ("nlserver start mta@prod",)),
    Fault(
        "mails are not sent and mta is gone",
        _kills("mta@prod"),
        "mta-not-running",
        ("nlserver start mta@prod",),
        told=("emails-not-sent",),
    ),
    Fault(
        "inMail dies", _kills("inMail@prod"), "inmail-not-running", ("nlserver start inMail@prod",)
    ),
    Fault(
        "wfserver dies",
        _kills("wfserver@prod"),
        "wfserver-not-running",
        ("nlserver start wfserver@prod",),
    ),
    Fault(
        "trackinglogd is gone",
        _kills("trackinglogd@default"),
        "trackinglogd-not-running",
        ("nlserver start trackinglogd",),
    ),
    Fault(
        "web is stopped",
        lambda host: host.command("nlserver", "stop", "web"),
        "web-not-running",
        ("nlserver start web",),
    ),
    Fault(
        "the watchdog dies alone",
        _kills("watchdog@default"),
        "watchdog-died-alone",
        ("nlserver shutdown", "systemctl start nlserver"),
    ),
    Fault(
        "everything is stopped",
        lambda host: host.command("systemctl", "stop", "nlserver"),
        "watchdog-not-running",
        ("systemctl start nlserver",),
    ),
    Fault(
        "every process dies",
        lambda host: host.kill(*host.pids()),
        "watchdog-not-running",
        ("systemctl start nlserver",),
    ),
    Fault(
        "sessions fail",
        sessions_fail,
        "web-hung",
        ("nlserver restart web",),
        told=("console-login-fails", "web-access-fails"),
    ),
    Fault(
        "the logon page is blank",
        StandIn.blank_logon_page,
        "web-hung",
        ("nlserver restart web",),
        told=("console-login-fails", "web-access-fails", "xtk-session-error"),
    ),
    Fault(
        "syslogd dies",
        _kills("syslogd@default"),
        "syslogd-not-running",
        ("nlserver start syslogd",),
    ),
    Fault(
        "another program holds the port of syslogd",
        StandIn.take_log_port,
        "syslogd-port-taken",
        ("nlserver restart syslogd",),
        walked=("nlserver start syslogd",),
        by_hand=StandIn.free_log_port,
        documented_ports=True,
    ),
    Fault(
        "the disk is nearly full",
        lambda host: host.report_disk(93),
        "disk-full",
        (),
        by_hand=lambda host: host.report_disk(41),
    ),
)

"""A facts document to start from: the observations that tell most, none of them made yet."""

from __future__ import annotations

from typing import Any

from ccexpert.errors import FactsError
from ccexpert.facts import FactsDocument
from ccexpert.reading import Source, validated

_MODULES = ("watchdog", "syslogd", "web", "mta", "stat", "wfserver", "inMail", "trackinglogd")
_MULTI = ("watchdog", "syslogd", "web", "trackinglogd")
_PROBES = ("r-test", "logon", "ping")
_INDICATORS = ("disk", "memory")


def starter(platform: str, instance: str) -> dict[str, Any]:
    """A valid document whose facts all have certainty 0 and so say nothing yet."""
    unseen = {"certainty": 0, "source": "not looked at yet"}
    facts: list[dict[str, Any]] = [
        {
            "kind": "process",
            "module": module,
            "instance": "default" if module in _MULTI else instance,
            "state": "running",
        }
        for module in _MODULES
    ]
    facts += [
        {"kind": "symptom", "name": name, "instance": instance, "present": False}
        for name in ("emails-not-sent", "workflow-trouble", "tracking-logs-missing")
    ]
    facts += [{"kind": "probe", "name": name, "result": "ok"} for name in _PROBES]
    facts += [{"kind": "indicator", "name": name, "level": "ok"} for name in _INDICATORS]
    facts.append({"kind": "port", "port": 6666, "protocol": "udp", "state": "bound"})
    document = {
        "schema_version": 1,
        "host": "campaign-host",
        "platform": platform,
        "facts": [fact | unseen for fact in facts],
    }
    validated(FactsDocument, document, Source("template", ""), FactsError)
    return document

"""A template for a facts document: the most informative observations, none of them made yet."""

from __future__ import annotations

from typing import Any

from ccexpert.errors import FactsError
from ccexpert.facts import FactsDocument
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.reading import Source, validated

_PROBES = ("r-test", "logon", "ping")
_INDICATORS = ("disk", "memory")


def starter(platform: str, instance: str, vocabulary: Vocabulary) -> dict[str, Any]:
    """A valid document whose facts all have certainty 0 and so have no effect yet."""
    unseen = {"certainty": 0, "source": "not looked at yet"}
    facts: list[dict[str, Any]] = [
        {
            "kind": "process",
            "module": module.name,
            "instance": vocabulary.default_instance(module.name) or instance,
            "state": "running",
        }
        for module in vocabulary.modules
        if module.row and module.instances != "none"
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

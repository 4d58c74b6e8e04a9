"""What needs what in an installation: the ``needs`` of the modules, followed from both ends.

What works clears what it needs: each sign that a module ``works`` becomes an inference, which
concludes that the module and all that it needs work. A conclusion never overrides an observation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ccexpert.facts.entries import Entry, ModuleEntry
from ccexpert.facts.vocabulary import Vocabulary


def needed(modules: Iterable[str], vocabulary: Vocabulary) -> list[ModuleEntry]:
    """These modules and all that they need, the nearest first."""
    found: dict[str, ModuleEntry] = {}
    waiting = list(modules)
    for name in waiting:  # it grows
        entry = vocabulary.module(name)
        if entry is not None and name not in found:
            found[name] = entry
            waiting += entry.needs
    return list(found.values())


def inferences_of(vocabulary: Vocabulary) -> Iterator[dict[str, Any]]:
    """For each sign that something works: an inference that clears what it needs."""
    for entry in vocabulary.entries("symptom"):
        if entry.works:
            seen = {"symptom": {"name": entry.name, "instance": "$instance", "present": True}}
            yield _clearing(entry, seen, vocabulary)
    for entry in vocabulary.entries("probe"):
        if entry.works:
            seen = {"probe": {"name": entry.name, "result": "ok"}}
            yield _clearing(entry, seen, vocabulary)


def _clearing(entry: Entry, seen: dict[str, Any], vocabulary: Vocabulary) -> dict[str, Any]:
    at = "$instance" if "instance" in next(iter(seen.values())) else None
    works = (_working(module, at) for module in needed(entry.works, vocabulary))
    names = ", ".join(entry.works)
    return {
        "id": f"works-{entry.name}",
        "when": [seen],
        "conclude": [fact for fact in works if fact and fact != seen],
        "certainty": "strong",
        "because": {
            "en": f"{entry.title.en}. So {names} works, and what it needs.",
            "sv": f"{entry.title.sv}. Alltså fungerar {names}, och det som behövs för det.",
        },
        "references": list(entry.references),
    }


def _working(module: ModuleEntry, instance: str | None) -> dict[str, Any] | None:
    """The fact that a module or an area works, as far as one tells it."""
    if module.instances == "multi":
        return _running(module, "default")
    if module.instances == "mono" and instance and not module.on_demand:
        return _running(module, instance)
    return {"probe": {"name": module.seen_by, "result": "ok"}} if module.seen_by else None


def _running(module: ModuleEntry, instance: str) -> dict[str, Any]:
    return {"process": {"module": module.name, "instance": instance, "state": "running"}}

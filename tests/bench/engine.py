"""How fast the engine is: building it, one diagnosis, and how both grow with the knowledge."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Any

from tabulate import tabulate

from ccexpert import Expert
from ccexpert.errors import FactsError
from ccexpert.knowledge.base import KnowledgeBase
from ccexpert.knowledge.packs import open_packs
from tests.bench.measure import HEADERS, exponent, timed


def some_facts(expert: Expert, number: int, seed: int = 1) -> list[dict[str, Any]]:
    """``number`` facts that do not contradict each other, drawn from the examples of the cards."""
    pool = [f for card in expert.base.cards.values() for e in card.examples for f in e.facts]
    random.Random(seed).shuffle(pool)
    found: dict[str, dict[str, Any]] = {}
    for fact in pool:
        key = str([fact.get(k) for k in ("kind", "module", "name", "type", "code", "text", "port")])
        if key in found:
            continue
        try:
            expert.diagnose([*found.values(), fact])
        except FactsError:
            continue
        found[key] = dict(fact)
        if len(found) == number:
            break
    return list(found.values())


def usual_facts() -> list[dict[str, Any]]:
    """What an observation of one host gives: 30 facts, all well but stat."""
    running = [("mta", "prod"), ("wfserver", "prod"), ("inMail", "prod"), ("stat", "prod")]
    running += [(m, "default") for m in ("web", "syslogd", "trackinglogd", "watchdog")]
    facts: list[dict[str, Any]] = [
        {
            "kind": "process",
            "module": module,
            "instance": instance,
            "state": "missing" if module == "stat" else "running",
        }
        for module, instance in running
    ]
    facts += [
        {"kind": "probe", "name": name, "result": "ok"}
        for name in ("site", "r-test", "logon", "ping", "pop3", "smtp-out")
    ]
    facts += [
        {"kind": "indicator", "name": name, "level": "ok"}
        for name in ("disk", "memory", "swap", "load", "core-files")
    ]
    facts += [
        {"kind": "log", "module": name, "instance": "prod", "state": "growing"}
        for name in ("mta", "wfserver", "inMail")
    ]
    facts += [
        {"kind": "port", "port": port, "protocol": protocol, "state": "bound"}
        for port, protocol in ((6666, "udp"), (8080, "tcp"), (8005, "tcp"), (80, "tcp"))
    ]
    facts += [
        {"kind": "setting", "name": name, "instance": "prod", "state": "ok"}
        for name in ("statServerAddress", "autoStart")
    ]
    facts.append({"kind": "symptom", "name": "emails-not-sent", "present": True})
    facts.append({"kind": "symptom", "name": "delivery-pending", "present": True})
    return facts


def smaller(base: KnowledgeBase, number: int) -> KnowledgeBase:
    """The knowledge base with only ``number`` of its cards."""
    names = random.Random(number).sample(sorted(base.cards), number)
    return replace(base, cards={name: base.cards[name] for name in names})


def card_sizes(base: KnowledgeBase) -> tuple[int, ...]:
    """How many of the cards are taken when time is measured against their number."""
    return (11, 30, 60, 120, 250, 500, len(base.cards))


def report() -> None:
    """Print the figures."""
    expert = Expert().warm()
    facts = some_facts(expert, 30)
    document = {"schema_version": 1, "facts": facts}
    usual = {"schema_version": 1, "facts": usual_facts()}
    rows = [
        timed(lambda: open_packs().whole(), 7).row("read the knowledge (its YAML parsed before)"),
        timed(lambda: Expert(base=expert.base).warm(), 7).row("build the engine"),
        timed(lambda: expert.diagnose(usual), 51).row("one warm diagnosis, 30 facts, one fault"),
        timed(lambda: expert.diagnose(document), 51).row(
            f"one warm diagnosis, {len(facts)} facts drawn at random, many faults"
        ),
    ]
    print(tabulate(rows, HEADERS, disable_numparse=True))
    print()
    print(tabulate(_growth(expert, document), ("cards", "warm diagnosis ms", "build ms")))
    print()


def _built(base: KnowledgeBase) -> Expert:
    return Expert(base=base).warm()


def _growth(expert: Expert, document: dict[str, Any]) -> Iterable[tuple[object, ...]]:
    base, sizes = expert.base, card_sizes(expert.base)
    seconds, builds = [], []
    for size in sizes:
        part = smaller(base, size)
        builds.append(timed(partial(_built, part), 5).median)
        seconds.append(timed(partial(_built(part).diagnose, document), 21).median)
        yield size, f"{1000 * seconds[-1]:.2f}", f"{1000 * builds[-1]:.1f}"
    yield "grows as", f"n^{exponent(sizes, seconds):.2f}", f"n^{exponent(sizes, builds):.2f}"

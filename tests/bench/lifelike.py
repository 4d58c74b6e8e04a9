"""A fleet that is like life: every host has its own names, values, times and texts.

A host shows what the observer would print of it: processes, logs, ports, probes, indicators,
settings, workflows and jobs of one to six instances, in the states that the vocabulary calls
healthy, and what the shipped capture shows. Some hosts are faulty: one to three faults are drawn
from the examples of the cards and the reported cases and put in the place of what is healthy. The
same seed gives the same fleet.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import islice
from typing import Any

from ccexpert import Expert
from ccexpert.errors import FactsError
from ccexpert.facts.document import document_of
from ccexpert.facts.entries import ModuleEntry
from ccexpert.facts.vocabulary import Vocabulary
from tests.kit import ROOT, ccexpert

Facts = list[dict[str, Any]]

#: Facts a host, of which small numbers are as likely as large ones on a logarithmic scale.
LEAST, MOST = 20, 400

#: The share of faulty hosts, drawn anew for every site of some hosts.
_FAULTY = (0.05, 0.20)
_SITE = 100

_NAMES = (
    "acme alpina borealis cedar delta-air ekotra fjord globex hanse initech juno kestrel lumen "
    "mistral nordic orion pallas quill rotor sirius tundra umbra vega wexford yarrow zephyr"
)
_CUSTOMERS = tuple(_NAMES.split(" "))
_TRADES = ("crm", "mkt", "prod", "loyalty", "news", "rt", "mid", "retail", "travel", "b2b")
_HOST = re.compile(r'("host": "[^"]+)"')
_TAKEN = ("kind", "module", "name", "type", "code", "text", "port", "protocol", "within", "number")


@dataclass(frozen=True)
class Drawn:
    """A fleet as lines, and what it is made of."""

    lines: list[str]
    hosts: int
    faulty: int
    facts: int
    distinct: int
    """Facts that differ from each other in anything."""

    @staticmethod
    def renamed(line: str, again: int) -> str:
        """The same host under another name and at another time of its own."""
        return _HOST.sub(rf'\g<1>-{again}"', line, count=1).replace(
            "2026-11-22T", f"2026-11-{22 - again % 21:02}T", 1
        )

    def __str__(self) -> str:
        return (
            f"{self.hosts:,} hosts like life: {self.facts:,} facts, {self.distinct:,} of them "
            f"distinct, {self.facts / self.hosts:.0f} a host; {self.faulty / self.hosts:.0%} of "
            "the hosts faulty"
        )


class Lifelike:
    """Draws hosts; what they are drawn from is read once."""

    def __init__(self, expert: Expert) -> None:
        self._expert = expert
        self._vocabulary: Vocabulary = expert.base.vocabulary

    def fleet(self, hosts: int, seed: int = 1) -> Drawn:
        """A fleet of so many hosts."""
        distinct: set[str] = set()
        lines, facts, faulty = [], 0, 0
        for document, faults in islice(self.documents(seed), hosts):
            distinct.update(json.dumps(fact, sort_keys=True) for fact in document["facts"])
            facts += len(document["facts"])
            faulty += faults > 0
            lines.append(json.dumps(document, ensure_ascii=False))
        return Drawn(lines, hosts, faulty, facts, len(distinct))

    def documents(
        self, seed: int = 1, faulty: tuple[float, float] = _FAULTY
    ) -> Iterator[tuple[dict[str, Any], int]]:
        """Facts documents, one a host, each with its number of faults."""
        rnd = random.Random(seed)
        share, number = 0.0, 0
        while True:
            if number % _SITE == 0:
                share = rnd.uniform(*faulty)
            wanted = rnd.randint(1, 3) if rnd.random() < share else 0
            made = self._document(rnd, number, wanted)
            if not wanted or self._agrees(made):
                yield made, wanted
                number += 1

    def _agrees(self, document: dict[str, Any]) -> bool:
        """Whether no fault contradicts another."""
        try:
            self._expert.settle([document_of(document)])
        except FactsError:
            return False
        return True

    def _document(self, rnd: random.Random, number: int, wanted: int) -> dict[str, Any]:
        seen = datetime(2026, 11, 22, tzinfo=UTC) + timedelta(seconds=rnd.randrange(86_400))
        size = round(LEAST * (MOST / LEAST) ** rnd.random())
        instances = self._instances(rnd, size)
        facts = self._healthy(rnd, instances, size)
        for _ in range(wanted):
            fault = _told_anew(rnd.choice(self._faults), rnd, rnd.choice(instances), seen)
            spoilt = {_thing(fact) for fact in fault}
            facts = [*(fact for fact in facts if _thing(fact) not in spoilt), *fault]
        return {
            "schema_version": 1,
            "host": f"{rnd.choice(_CUSTOMERS)}-{rnd.choice(('app', 'web', 'mid'))}-{number:06}",
            "platform": rnd.choice(("linux", "linux", "linux", "windows")),
            "observed_at": f"{seen:%Y-%m-%dT%H:%M:%SZ}",
            "facts": facts,
        }

    @staticmethod
    def _instances(rnd: random.Random, size: int) -> list[str]:
        names = [f"{c}_{t}{rnd.choice(('', '1', '2'))}" for c in _CUSTOMERS for t in _TRADES]
        return rnd.sample(names, rnd.randint(1, 1 + size // 70))

    # --- what is healthy ---

    def _healthy(self, rnd: random.Random, instances: list[str], size: int) -> Facts:
        core = [*self._core(rnd, instances)]
        told = {(_thing(fact), fact.get("instance")) for fact in core}
        more = [
            fact
            for fact in self._more(rnd, instances)
            if (_thing(fact), fact.get("instance")) not in told
        ]
        rest = rnd.sample(more, min(len(more), max(0, size - len(core))))
        return [*core, *rest][:size]

    def _core(self, rnd: random.Random, instances: list[str]) -> Iterator[dict[str, Any]]:
        """The process list, and what the capture shows."""
        yield {"kind": "probe", "source": "nlserver pdump", "name": "pdump", "result": "ok"}
        pid = rnd.randrange(900, 30_000)
        for entry in self._vocabulary.modules:
            if entry.row and entry.instances != "none" and not entry.on_demand:
                for instance in self._where(entry, instances):
                    pid += rnd.randrange(1, 90)
                    yield {
                        "kind": "process",
                        "source": "nlserver pdump",
                        "module": entry.name,
                        "instance": instance,
                        "state": "running",
                        "pid": pid,
                        "memory_mb": round(rnd.uniform(20, 900), 1),
                    }
        yield from ({**fact} for fact in self._captured)

    @staticmethod
    def _where(entry: ModuleEntry, instances: list[str]) -> list[str]:
        return ["default"] if entry.instances == "multi" else instances

    def _more(self, rnd: random.Random, instances: list[str]) -> Iterator[dict[str, Any]]:
        """Everything else that may be looked at, as a healthy host shows it."""
        entries = self._vocabulary.entries
        for entry in entries("probe"):
            yield {"kind": "probe", "source": entry.name, "name": entry.name, "result": "ok"}
        for entry in entries("indicator"):
            value = rnd.choice((f"{rnd.randrange(1, 79)} %", round(rnd.uniform(0, 60), 2)))
            yield {"kind": "indicator", "name": entry.name, "level": "ok", "value": value}
        for port in self._vocabulary.ports:
            place = {"port": port.port, "protocol": port.protocol}
            yield {"kind": "port", "source": "ss -lntup", **place, "state": "bound"}
        yield {"kind": "build", "number": rnd.randrange(9032, 9400), "version": "7.4.1"}
        for instance in instances:
            about = {"instance": instance}
            for entry in entries("log"):
                if not self._vocabulary.default_instance(entry.name):
                    yield {"kind": "log", "module": entry.name, **about, "state": "growing"}
            for entry in entries("setting"):
                value = rnd.choice((rnd.randrange(1, 99_999), f"/opt/{instance}/{entry.name}"))
                told = {"kind": "setting", "source": f"config-{instance}.xml", "name": entry.name}
                yield {**told, **about, "state": "ok", "value": value}
            for entry in entries("workflow"):
                yield {"kind": "workflow", "name": entry.name, **about, "state": "running"}
            for _ in range(rnd.randrange(20)):
                name = f"{rnd.choice(_CUSTOMERS)}{rnd.randrange(99_999)}"
                told = {"kind": rnd.choice(("workflow", "job")), "name": name, **about}
                job = {"type": rnd.choice(("import", "export")), "state": "finished"}
                yield {**told, **(job if told["kind"] == "job" else {"state": "running"})}

    @cached_property
    def _captured(self) -> Facts:
        """What the shipped capture shows and is no fault."""
        told = json.loads(ccexpert("observe", "--from", ROOT / "examples" / "capture").stdout)
        spared = document_of(told).content.facts
        pairs = zip(told["facts"], spared, strict=True)
        return [fact for fact, read in pairs if not read.is_alarming]

    # --- what is wrong ---

    @cached_property
    def _faults(self) -> list[Facts]:
        """The facts of every example of the cards that shows one, and of the reported cases."""
        examples = [e for card in self._expert.base.cards.values() for e in card.examples]
        shown = [[dict(f) for f in e.facts] for e in examples if e.expect.rank]
        cases = sorted((ROOT / "tests" / "field").glob("*.followup.json"))
        return shown + [json.loads(case.read_text(encoding="utf-8"))["facts"] for case in cases]


def _thing(fact: dict[str, Any]) -> tuple[Any, ...]:
    """What a fact is about, whatever its instance."""
    return tuple(fact.get(part) for part in _TAKEN)


def _told_anew(facts: Facts, rnd: random.Random, instance: str, seen: datetime) -> Facts:
    """A fault of this instance, with an error text of its own."""
    told = [dict(fact) for fact in facts]
    for fact in told:
        if fact.get("instance", "default") != "default":
            fact["instance"] = instance
        if fact["kind"] == "error" and "text" in fact:
            moment = seen - timedelta(seconds=rnd.randrange(3600))
            fact["observed_at"] = f"{moment:%Y-%m-%dT%H:%M:%SZ}"
            fact["text"] += f" (delivery {rnd.randrange(10**6, 10**7)} of {instance})"
            fact["count"] = rnd.randrange(1, 500)
    return told

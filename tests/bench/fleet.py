"""How fast fleets are: hosts per second and core, from file to file; growth; memory.

``CCEXPERT_BENCH_HOSTS`` is the largest fleet of the growth (default 100,000).
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tabulate import tabulate

from ccexpert import Expert
from ccexpert.fleet.blocks import Block, Segment
from ccexpert.fleet.diagnose import FleetExpert
from tests.bench.engine import larger, smaller, some_facts, usual_facts
from tests.bench.measure import exponent, timed

_TIMES = 7
_LARGEST = int(os.environ.get("CCEXPERT_BENCH_HOSTS", "100000"))
_DIFFERENT = 5_000
_SITUATIONS = 200

Facts = list[dict[str, Any]]


@dataclass(frozen=True)
class Growth:
    """How long it takes against how much there is."""

    what: str
    sizes: tuple[float, ...]
    seconds: tuple[float, ...]

    @property
    def exponent(self) -> float:
        """The fitted exponent."""
        return exponent(self.sizes, self.seconds)


@dataclass(frozen=True)
class Rate:
    """Hosts per second of one process, over some runs, and the most memory it took."""

    what: str
    hosts: int
    seconds: tuple[float, ...]
    megabytes: float

    @property
    def median(self) -> float:
        """Hosts per second in the median run."""
        return self.hosts / sorted(self.seconds)[len(self.seconds) // 2]

    def row(self) -> tuple[str, ...]:
        """For the table."""
        ends = (self.hosts / max(self.seconds), self.hosts / min(self.seconds))
        rates = (f"{rate:,.0f}" for rate in (self.median, *ends))
        return (self.what, f"{self.hosts:,}", *rates, f"{self.megabytes:.0f}")


def situations(number: int) -> Iterator[Facts]:
    """Different situations of a host of 30 facts, one or a few things wrong in each."""
    rnd, seen = random.Random(1), set()
    while len(seen) < number:
        facts = usual_facts()
        for fact in rnd.sample(facts, rnd.randint(1, 4)):
            _spoil(fact, rnd)
        key = json.dumps(facts)
        if key not in seen:
            seen.add(key)
            yield facts


def _spoil(fact: dict[str, Any], rnd: random.Random) -> None:
    states = {
        "process": ("state", ("missing", "unresponsive", "crashing", "running")),
        "probe": ("result", ("error", "refused", "timeout", "ok")),
        "indicator": ("level", ("warning", "alert", "ok")),
        "log": ("state", ("stale", "missing", "growing")),
        "port": ("state", ("free", "in-use", "bound")),
        "setting": ("state", ("wrong", "empty", "ok")),
        "symptom": ("present", (True, False)),
    }
    field, values = states[fact["kind"]]
    fact[field] = rnd.choice(values)


def write_fleet(path: Path, hosts: int, kinds: Iterable[Facts]) -> None:
    """A file of hosts in these situations, in turn; every host observed at its own second."""
    facts = [json.dumps(one) for one in kinds]
    with path.open("w", encoding="utf-8") as stream:
        for i in range(hosts):
            moment = f"2026-11-22T{i // 3600 % 24:02}:{i // 60 % 60:02}:{i % 60:02}Z"
            stream.write(
                f'{{"schema_version": 1, "host": "app-{i:07}", "observed_at": "{moment}", '
                f'"facts": {facts[i % len(facts)]}}}\n'
            )


_PROGRAM = """
import resource, sys, time
from ccexpert.cli import main
sys.argv = ["ccexpert", *sys.argv[1:]]
begun = time.perf_counter()
try: main()
except SystemExit: pass
print(time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def run_fleet(path: Path) -> tuple[float, float]:
    """Seconds and peak MB of one ``ccexpert fleet --jobs 1``, a process of its own, knowledge and
    parsing included, from file to file."""
    arguments = [
        "fleet",
        str(path),
        "--jobs",
        "1",
        "-f",
        f"jsonl={path}.out",
        "-f",
        f"html={path}.html",
    ]
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, *arguments], capture_output=True, check=True
    )
    seconds, kilobytes = done.stdout.split()[-2:]
    return float(seconds), int(kilobytes) / 1024


def rates(folder: Path) -> list[Rate]:
    """The usual fleet and the worst one."""
    found = []
    for what, hosts, number in (
        (f"{_SITUATIONS} situations", 100_000, _SITUATIONS),
        ("all different", _DIFFERENT, _DIFFERENT),
    ):
        path = folder / "hosts.jsonl"
        write_fleet(path, hosts, situations(number))
        runs = [run_fleet(path) for _ in range(_TIMES)]
        found.append(Rate(what, hosts, tuple(s for s, _ in runs), max(m for _, m in runs)))
    return found


def growth_with_hosts(folder: Path) -> tuple[Growth, Growth]:
    """Seconds and peak memory against hosts."""
    sizes = [n for n in (1_000, 10_000, 100_000, 1_000_000) if n <= _LARGEST]
    seconds, megabytes = [], []
    kinds = list(situations(_SITUATIONS))
    start, _ = _median_run(folder, 1, kinds)
    for size in sizes:
        taken, memory = _median_run(folder, size, kinds)
        seconds.append(taken - start)
        megabytes.append(memory)
    return (
        Growth("hosts", tuple(sizes), tuple(seconds)),
        Growth("memory", tuple(sizes), tuple(megabytes)),
    )


def _median_run(folder: Path, hosts: int, kinds: Sequence[Facts]) -> tuple[float, float]:
    path = folder / "growth.jsonl"
    write_fleet(path, hosts, kinds)
    runs = sorted(run_fleet(path) for _ in range(3 if hosts > 10_000 else _TIMES))
    return runs[len(runs) // 2]


def growth_with_facts(expert: Expert) -> Growth:
    """One uncached record against the facts of a host: the same few kinds, more instances."""
    sizes = (10, 30, 100, 300, 1000)
    usual = [f for f in usual_facts() if "instance" in f]
    seconds = []
    for size in sizes:
        many = [
            {**fact, "instance": f"i{copy}"}
            for copy in range(size // len(usual) + 1)
            for fact in usual
            if fact["instance"] != "default"
        ]
        seconds.append(_record(FleetExpert(expert, cached=0), many[:size]))
    return Growth("facts a host", sizes, tuple(seconds))


def growth_with_cards(expert: Expert) -> Growth:
    """One uncached record against the number of cards."""
    whole = len(expert.base.cards)
    sizes = (11, 30, 60, 120, whole, 500)
    facts = some_facts(expert, 30)
    seconds = []
    for size in sizes:
        base = smaller(expert.base, size) if size <= whole else larger(expert.base, size)
        seconds.append(_record(FleetExpert(Expert(base=base).warm(), cached=0), facts))
    return Growth("cards", sizes, tuple(seconds))


def _record(fleet: FleetExpert, facts: Facts) -> float:
    line = json.dumps({"schema_version": 1, "host": "a", "facts": facts}).encode()
    block = Block(0, (Segment("bench", data=line),))
    assert "unreadable" not in fleet.diagnose(block)[1].statuses
    return timed(lambda: fleet.diagnose(block), 15).median


def report() -> tuple[list[Rate], list[Growth]]:
    """Print the figures."""
    expert = Expert().warm()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fleets = rates(folder)
        growths = [
            *growth_with_hosts(folder),
            growth_with_facts(expert),
            growth_with_cards(expert),
        ]
    headers = ("fleet, one process", "hosts", "hosts/s median", "least", "most", "peak MB")
    print(tabulate([r.row() for r in fleets], headers, disable_numparse=True))
    print()
    rows = [
        (growth.what, _points(growth, 1000, ".2f"), f"n^{growth.exponent:.2f}")
        for growth in growths
        if growth.what != "memory"
    ]
    print(tabulate(rows, ("against", "size: ms", "grows as"), disable_numparse=True))
    memory = next(g for g in growths if g.what == "memory")
    print(f"peak MB against hosts: {_points(memory, 1, '.0f')}")
    print()
    return fleets, growths


def _points(growth: Growth, factor: float, form: str) -> str:
    pairs = zip(growth.sizes, growth.seconds, strict=True)
    return ", ".join(f"{size:,}: {factor * value:{form}}" for size, value in pairs)

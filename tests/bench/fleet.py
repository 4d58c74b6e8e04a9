"""How fast fleets are: hosts per second and core, from file to file, beside CLIPS run for every
host; growth; memory.

All figures are taken on a fleet that is like life (``lifelike.py``). Beside it stand two extremes
of 30 facts a host: one in which all hosts are alike, and one in which no two are, drawn from a few
facts only. ``CCEXPERT_BENCH_HOSTS`` is the largest fleet of the growth (default 100,000: 2 GB of
disk for a while).
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import chain, cycle, islice
from pathlib import Path
from typing import Any

from tabulate import tabulate

from ccexpert import Expert
from ccexpert.facts import Face
from ccexpert.facts.document import document_of
from ccexpert.fleet.blocks import Block, Segment
from ccexpert.fleet.diagnose import FleetExpert
from tests.bench.engine import card_sizes, smaller, some_facts, usual_facts
from tests.bench.lifelike import Drawn, Lifelike
from tests.bench.measure import exponent, timed
from tests.kit import PEAK_KB

_TIMES = 7
_LARGEST = int(os.environ.get("CCEXPERT_BENCH_HOSTS", "100000"))
_HOSTS, _SITUATIONS = 100_000, 200

#: Hosts enough to measure a rate where every host costs milliseconds.
_SOME = 2_000

#: Hosts like life that are drawn: more than a cache of answers holds.
_DRAWN = 6_000

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

    @property
    def last_step(self) -> float:
        """The exponent between the two largest sizes."""
        return exponent(self.sizes[-2:], self.seconds[-2:])


@dataclass(frozen=True)
class Rate:
    """Hosts per second of one process, over some runs, and the most memory it took."""

    what: str
    hosts: int
    seconds: tuple[float, ...]
    megabytes: float | None = None

    @property
    def median(self) -> float:
        """Hosts per second in the median run."""
        return self.hosts / statistics.median(self.seconds)

    def row(self) -> tuple[str, ...]:
        """For the table."""
        ends = (self.hosts / max(self.seconds), self.hosts / min(self.seconds))
        rates = (f"{rate:,.0f}" for rate in (self.median, *ends))
        memory = f"{self.megabytes:.0f}" if self.megabytes else ""
        return (self.what, f"{self.hosts:,}", *rates, memory)

    def times(self, other: Rate) -> str:
        """How many times the other's rate, run by run."""
        ratios = [
            (self.hosts / mine) / (other.hosts / its)
            for mine, its in zip(self.seconds, other.seconds, strict=True)
        ]
        median = statistics.median(ratios)
        return f"{median:.2f} times (least {min(ratios):.2f}, most {max(ratios):.2f})"


def situations(number: int) -> Iterator[Facts]:
    """Different situations of a host of 30 facts, one or a few things wrong in each."""
    rnd = random.Random(1)
    seen: set[str] = set()
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


def write_lifelike(path: Path, drawn: Drawn, hosts: int) -> None:
    """A file of so many hosts of a drawn fleet, which is more than the caches hold; from the second
    time round they have other names and times."""
    with path.open("w", encoding="utf-8") as stream:
        for number, line in enumerate(islice(cycle(drawn.lines), hosts)):
            again = number // len(drawn.lines)
            stream.write((drawn.renamed(line, again) if again else line) + "\n")


_PROGRAM = f"""
import sys, time
from ccexpert.cli import main
sys.argv = ["ccexpert", *sys.argv[1:]]
try: main()
except SystemExit: pass
print(time.process_time(), {PEAK_KB})
"""


def run_fleet(path: Path) -> tuple[float, float]:
    """Seconds of the processor and peak MB of one ``ccexpert fleet --jobs 1``, a process of its
    own, its start, knowledge and parsing included, from file to file."""
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


def rates(folder: Path, like_life: Drawn) -> list[tuple[Rate, Rate | None]]:
    """The fleet that is like life and the two extremes, each beside CLIPS, in turns."""
    clips = clips_for_each_host() if find_spec("clips") and find_spec("durable") else None
    path = folder / "hosts.jsonl"
    makers: dict[str, tuple[int, Callable[[int], None]]] = {
        "like life": (_SOME, lambda hosts: write_lifelike(path, like_life, hosts)),
        f"extreme: alike, {_SITUATIONS} situations": (
            _HOSTS,
            lambda hosts: write_fleet(path, hosts, situations(_SITUATIONS)),
        ),
        "extreme: few facts, all different": (
            _SOME,
            lambda hosts: write_fleet(path, hosts, situations(_SOME)),
        ),
    }
    found: list[tuple[Rate, Rate | None]] = []
    for what, (hosts, write) in makers.items():
        write(hosts)
        theirs_of = clips(path) if clips else None
        runs, theirs = [], []
        for _ in range(_TIMES):
            runs.append(run_fleet(path))
            if theirs_of:
                theirs.append(theirs_of())
        ours = Rate(what, hosts, tuple(s for s, _ in runs), max(m for _, m in runs))
        beside = Rate("  CLIPS run for each host", _SOME, tuple(theirs)) if theirs else None
        found.append((ours, beside))
    return found


def clips_for_each_host() -> Callable[[Path], Callable[[], float]]:
    """For a file, a function that gives the seconds in which CLIPS does its first hosts: parse the
    line, forget the last host, take the facts, say which rules of evidence hold.

    Its environment is built before, and what its facts are (names, instances, signatures in texts)
    was settled before, so it is less than a fleet run does: it neither checks its input nor ranks
    nor writes. It must find what our engine finds on the first hosts.
    """
    from tests.bench import compare

    _let_clips_free_facts()
    expert = Expert()
    rules = compare.conditions(expert.base)
    diagnose, ours = compare.clips(rules), compare.ours(rules)

    def reading(path: Path) -> Callable[[], float]:
        with path.open(encoding="utf-8") as stream:
            lines = list(islice(stream, _SOME))
        seen = [_settled(line, expert) for line in lines]
        for facts in seen[:_SITUATIONS]:
            assert diagnose(facts) == ours(facts), "CLIPS says something else"

        def run() -> float:
            begun = time.process_time()
            for line, facts in zip(lines, seen, strict=True):
                json.loads(line)
                diagnose(facts)
            return time.process_time() - begun

        return run

    return reading


def _let_clips_free_facts() -> None:
    """clipspy 1.0.6 calls ``ReleaseFact`` with an argument too many and ignores the error, so that
    no fact is ever freed and every reset takes longer than the last."""
    from clips import facts
    from clips._clips import lib

    facts.Fact.__del__ = lambda self: lib.ReleaseFact(self._fact)


def _settled(line: str, expert: Expert) -> list[Face]:
    """The facts of a line as rules see them."""
    case = expert.settle([document_of(json.loads(line))])
    return list(chain.from_iterable(case.faces))


def growth_with_hosts(folder: Path, like_life: Drawn) -> tuple[Growth, Growth]:
    """Seconds and peak memory against hosts."""
    sizes = [n for n in (1_000, 10_000, 100_000, 1_000_000) if n <= _LARGEST]
    seconds, megabytes = [], []
    start, _ = _median_run(folder, 1, like_life)
    for size in sizes:
        taken, memory = _median_run(folder, size, like_life)
        seconds.append(taken - start)
        megabytes.append(memory)
    return (
        Growth("hosts", tuple(sizes), tuple(seconds)),
        Growth("memory", tuple(sizes), tuple(megabytes)),
    )


def _median_run(folder: Path, hosts: int, like_life: Drawn) -> tuple[float, float]:
    path = folder / "growth.jsonl"
    write_lifelike(path, like_life, hosts)
    times = _TIMES if hosts <= 10_000 else 3 if hosts <= 100_000 else 1
    runs = sorted(run_fleet(path) for _ in range(times))
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
    sizes = card_sizes(expert.base)
    facts = some_facts(expert, 30)
    seconds = []
    for size in sizes:
        base = smaller(expert.base, size)
        seconds.append(_record(FleetExpert(Expert(base=base).warm(), cached=0), facts))
    return Growth("cards", sizes, tuple(seconds))


def _record(fleet: FleetExpert, facts: Facts) -> float:
    line = json.dumps({"schema_version": 1, "host": "a", "facts": facts}).encode()
    block = Block(0, (Segment("bench", data=line),))
    assert "unreadable" not in fleet.diagnose(block)[1].statuses
    return timed(lambda: fleet.diagnose(block), 15).median


def report() -> tuple[list[tuple[Rate, Rate | None]], list[Growth]]:
    """Print the figures."""
    expert = Expert().warm()
    like_life = Lifelike(expert).fleet(_DRAWN)
    print(like_life)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fleets = rates(folder, like_life)
        hosts, memory = growth_with_hosts(folder, like_life)
    growths = [hosts, growth_with_facts(expert), growth_with_cards(expert)]
    headers = ("fleet, one process", "hosts", "hosts/s median", "least", "most", "peak MB")
    rows = [rate.row() for pair in fleets for rate in pair if rate]
    print(tabulate(rows, headers, disable_numparse=True))
    for ours, clips in fleets:
        if clips:
            print(f"{ours.what}: {ours.times(clips)} the hosts/s of CLIPS run for each host")
    print()
    lines = [
        (g.what, _points(g, 1000, ".2f"), f"n^{g.exponent:.2f}", f"n^{g.last_step:.2f}")
        for g in growths
    ]
    print(tabulate(lines, ("against", "size: ms", "grows as", "last step"), disable_numparse=True))
    print(f"peak MB against hosts: {_points(memory, 1, '.0f')}")
    print()
    return fleets, [*growths, memory]


def _points(growth: Growth, factor: float, form: str) -> str:
    pairs = zip(growth.sizes, growth.seconds, strict=True)
    return ", ".join(f"{size:,}: {factor * value:{form}}" for size, value in pairs)

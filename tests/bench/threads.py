"""Many diagnoses in one process, from eight threads that share one expert: are they those of one
thread, and does memory stay flat?"""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psutil
from tabulate import tabulate

from ccexpert import Expert, Report

THREADS = 8
_DIAGNOSES = 10_000
_PORTIONS = 10

Facts = Sequence[dict[str, Any]]


def cases(expert: Expert, step: int = 1) -> list[Facts]:
    """The facts of every ``step``-th example of the cards."""
    examples = [e.facts for card in expert.base.cards.values() for e in card.examples]
    return [list(facts) for facts in examples[::step]]


def answer(report: Report) -> str:
    """All that a report says, but for its run."""
    return json.dumps({k: v for k, v in report.to_dict().items() if k != "run"})


def differing(
    expert: Expert, asked: Iterable[Facts], expected: Iterable[str], pool: ThreadPoolExecutor
) -> int:
    """How many of the cases get another answer in the threads of ``pool`` than expected."""

    def is_other(facts: Facts, wanted: str) -> bool:
        return answer(expert.diagnose(facts)) != wanted

    return sum(pool.map(is_other, asked, expected))


def resident() -> float:
    """The memory of this process, in MB."""
    gc.collect()
    return psutil.Process().memory_info().rss / 1e6


def report() -> None:
    """Print time, equality and memory."""
    expert = Expert().warm()
    asked = cases(expert)
    start = time.perf_counter()
    expected = [answer(expert.diagnose(facts)) for facts in asked]
    serial = len(asked) / (time.perf_counter() - start)
    share = _DIAGNOSES // _PORTIONS
    others, sizes = 0, []
    start = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        for portion in range(_PORTIONS):
            picked = [n % len(asked) for n in range(portion * share, (portion + 1) * share)]
            some = ([asked[n] for n in picked], [expected[n] for n in picked])
            others += differing(expert, *some, pool)
            sizes.append(resident())
    seconds = time.perf_counter() - start
    headers = ("one process", "diagnoses", "differing", "each s", "MB after each tenth")
    rows = [
        ("1 thread", len(asked), 0, f"{serial:.0f}", ""),
        (
            f"{THREADS} threads",
            _DIAGNOSES,
            others,
            f"{_DIAGNOSES / seconds:.0f}",
            " ".join(f"{size:.0f}" for size in sizes),
        ),
    ]
    print(tabulate(rows, headers, disable_numparse=True))
    print()

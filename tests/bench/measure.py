"""How measurements are taken: repeated, summarised by the median with its spread, shown side by
side."""

from __future__ import annotations

import gc
import math
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Timing:
    """Some repetitions of one thing, in seconds."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The median."""
        return statistics.median(self.seconds)

    def percentile(self, share: float) -> float:
        """The value below which ``share`` (0 to 1) of the repetitions lie."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, math.ceil(share * len(ordered)) - 1)]

    def row(self, name: str) -> tuple[str, str, str, str]:
        """Name, median, least and most, in milliseconds."""
        median, least, most = (
            f"{1000 * v:.2f}" for v in (self.median, min(self.seconds), max(self.seconds))
        )
        return name, median, least, most


HEADERS = ("what", "median ms", "min", "max")


def timed(work: Callable[[], object], times: int) -> Timing:
    """Run ``work`` some times in this process, without the collector in between."""
    found = []
    gc.collect()
    gc.disable()
    try:
        for _ in range(times):
            start = time.perf_counter()
            work()
            found.append(time.perf_counter() - start)
    finally:
        gc.enable()
    return Timing(tuple(found))


def interleaved(works: dict[str, Callable[[], object]], times: int) -> dict[str, Timing]:
    """As ``timed``, round robin, so that a drift of the machine's speed meets all alike."""
    found: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(times):
        for name, work in works.items():
            found[name] += timed(work, 1).seconds
    return {name: Timing(tuple(seconds)) for name, seconds in found.items()}


def processes(commands: Mapping[str, Sequence[str]], times: int) -> dict[str, Timing]:
    """Whole processes, round robin, so that a drift of the machine's speed meets all alike."""
    found: dict[str, list[float]] = {name: [] for name in commands}
    for repetition in range(times + 1):
        for name, argv in commands.items():
            start = time.perf_counter()
            subprocess.run(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
            if repetition:  # the first warms the caches of the disk
                found[name].append(time.perf_counter() - start)
    return {name: Timing(tuple(seconds)) for name, seconds in found.items()}


def exponent(sizes: Sequence[float], seconds: Sequence[float]) -> float:
    """The exponent of growth: the slope of time against size, both on a logarithmic scale."""
    x, y = [math.log(s) for s in sizes], [math.log(t) for t in seconds]
    return statistics.linear_regression(x, y).slope

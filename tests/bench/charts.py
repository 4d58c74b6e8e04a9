"""``make charts``: measure everything, draw it, and put the figures into docs/performance.md."""

from __future__ import annotations

import contextlib
import io
import os
import platform
import re
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import matplotlib as mpl
import psutil

from tests.bench import cold, compare, engine, fleet
from tests.bench.fleet import Growth, Rate
from tests.bench.measure import Timing
from tests.kit import ROOT, installed
from tests.readme import filled

mpl.use("svg")

from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

PAGE = ROOT / "docs" / "performance.md"
FOLDER = ROOT / "docs" / "performance"

_BETWEEN = re.compile(r"(?<=<!-- figures -->\n).*?(?=<!-- end of figures -->)", re.DOTALL)
_LIBRARIES = ("experta", "pydantic", "typer", "clipspy", "durable_rules", "distributed")


def main() -> None:
    """Measure, draw, write."""
    mpl.rcParams.update(
        {
            "svg.hashsalt": "ccexpert",
            "svg.fonttype": "none",  # text as text: a tenth of the size
            "figure.constrained_layout.use": True,
        }
    )
    load = os.getloadavg()
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        started()
        engine.report()
        warm = compare.report()
        rates, growths = fleet.report()
    after = os.getloadavg()
    FOLDER.mkdir(parents=True, exist_ok=True)
    draw_warm(warm)
    draw_rates(rates)
    for growth in growths:
        draw_growth(growth)
    text = f"{machine(load, after)}\n\n```text\n{said.getvalue().strip()}\n```\n\n{sizes(rates)}\n"
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(filled(_BETWEEN.sub(lambda _: text, page)), encoding="utf-8")


def machine(before: Sequence[float], after: Sequence[float]) -> str:
    """Where and when it was measured, with which versions, and how busy the machine was."""
    libraries = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"Measured {datetime.now(UTC):%Y-%m-%d} on {_processor()}, {os.cpu_count()} CPUs, "
        f"{memory:.0f} GiB, {platform.system()}, {platform.python_implementation()} "
        f"{platform.python_version()}; {libraries}. Load of the machine (1 minute): "
        f"{before[0]:.1f} before, {after[0]:.1f} after, of which this work is "
        "one; the rest is other people's and makes the figures worse."
    )


def sizes(rates: list[tuple[Rate, Rate | None]]) -> str:
    """What the rates mean for a fleet that is looked at every few minutes."""
    like_life, alike, different = (f"{300 * ours.median:,.0f}" for ours, _ in rates)
    return (
        f"In five minutes one core of this machine diagnoses {like_life} hosts like life; of the "
        f"extremes, {alike} hosts in 200 situations, or {different} of which no two are alike."
    )


def _processor() -> str:
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def started() -> None:
    """Whole processes of the installed wheel."""
    with tempfile.TemporaryDirectory() as folder:
        medians = cold.measured(cold.processes_of(installed(Path(folder))))
    print("\n".join(cold.ratios(medians)))
    print()


def draw_warm(timings: dict[str, Timing]) -> None:
    """One warm diagnosis in each engine."""
    figure, axes = plt.subplots(figsize=(7, 2.2))
    _bars(axes, {name: 1000 * t.median for name, t in timings.items()}, "{:.1f} ms")
    axes.set_xlabel("one warm diagnosis, 30 facts, all evidence rules: ms (logarithmic)")
    _save(figure, "engines")


def draw_rates(rates: list[tuple[Rate, Rate | None]]) -> None:
    """Hosts per second and core, beside CLIPS run for every host."""
    figure, axes = plt.subplots(figsize=(7, 2.2))
    shown = {}
    for ours, clips in rates:
        shown[f"ccexpert fleet, {ours.what}"] = ours.median
        if clips:
            shown[f"CLIPS for each host, {ours.what}"] = clips.median
    _bars(axes, shown, "{:,.0f}")
    axes.set_xlabel("hosts a second and core (logarithmic)")
    _save(figure, "fleet")


def draw_growth(growth: Growth) -> None:
    """Time, or memory, against size."""
    figure, axes = plt.subplots(figsize=(5, 3.2))
    factor, unit = (1, "peak MB") if growth.what == "memory" else (1000, "ms")
    axes.loglog(growth.sizes, [factor * s for s in growth.seconds], "o-")
    against = "hosts" if growth.what == "memory" else growth.what
    axes.set_xlabel(f"{against}, grows as n^{growth.exponent:.2f}")
    axes.set_ylabel(unit)
    axes.set_ylim(bottom=min(factor * s for s in growth.seconds) / 3)
    axes.grid(visible=True, alpha=0.3)
    _save(figure, f"growth-{growth.what.split()[0]}")


def _bars(axes: Axes, values: dict[str, float], form: str) -> None:
    bars = axes.barh(list(values), list(values.values()))
    axes.bar_label(bars, [form.format(v) for v in values.values()], padding=3)
    axes.set_xscale("log")
    axes.set_xlim(min(values.values()) / 5, max(values.values()) * 5)
    axes.invert_yaxis()


def _save(figure: Figure, name: str) -> None:
    figure.savefig(FOLDER / f"{name}.svg", metadata={"Date": None})
    plt.close(figure)


if __name__ == "__main__":
    main()

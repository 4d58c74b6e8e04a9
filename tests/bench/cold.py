"""How fast an answer comes from cold: whole processes, beside other diagnosers.

The peers are measured by a script that installs them (``CCEXPERT_PEERS``, or ``peers_cli.sh`` in
the folder of shared material beside the repository); without it, only our own commands are timed.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from tabulate import tabulate

from tests.bench.measure import HEADERS, processes
from tests.kit import ROOT

_TIMES = 9

TYPER = "python -c 'import typer'"
VERSION = "ccexpert --version"
DIAGNOSE = "ccexpert diagnose"

#: The commands of the peers that answer about one small system, as their script names them.
ANSWERS = (
    "hotsos 1 plugin, tiny root",
    "insights-run 1 rule, tiny archive",
    "risu.py 1 group, tiny snapshot",
)


def report() -> None:
    """Print the figures."""
    program = str(Path(sys.executable).parent / "ccexpert")
    facts = str(ROOT / "examples" / "mails-stopped-stat-down.json")
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        TYPER: [sys.executable, "-c", "import typer"],
        VERSION: [program, "--version"],
        DIAGNOSE: [program, "diagnose", facts],
        "ccexpert diagnose --format json": [program, "diagnose", facts, "--format", "json"],
    }
    peers = _peers()
    if peers is None:
        timings = processes(commands, _TIMES)
        print(tabulate([t.row(n) for n, t in timings.items()], HEADERS, disable_numparse=True))
        print("\n".join(ratios({name: t.median for name, t in timings.items()})))
        print("no script for the peers: set CCEXPERT_PEERS to measure them in the same run")
        return
    ours = [f"{name}={' '.join(argv)}" for name, argv in commands.items() if "ccexpert" in name]
    ours += [f"{TYPER}={shlex.join(commands[TYPER])}"]
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "peers.json")
        env = {**os.environ, "RUNS": str(_TIMES), "PYTHON": sys.executable, "OUT": str(out)}
        subprocess.run(["bash", str(peers), *ours], check=True, env=env)
        medians = {row["name"]: row["median"] for row in json.loads(out.read_text())["rows"]}
    print("\n".join(ratios(medians)))


def ratios(medians: Mapping[str, float]) -> Iterator[str]:
    """Our answer beside the fastest peer's answer, and our version beside the bare library."""
    answers = [name for name in ANSWERS if name in medians]
    if answers:
        fastest = min(answers, key=lambda name: medians[name])
        ratio = medians[DIAGNOSE] / medians[fastest]
        yield f"{DIAGNOSE}: {ratio:.2f} of the fastest peer's answer ({fastest})"
    yield f"{VERSION}: {medians[VERSION] / medians[TYPER]:.2f} of {TYPER}"


def _peers() -> Path | None:
    given = os.environ.get("CCEXPERT_PEERS")
    path = Path(given) if given else ROOT.parent / "shared" / "bench" / "peers_cli.sh"
    return path if path.is_file() else None

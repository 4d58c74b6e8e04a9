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
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tabulate import tabulate

from tests.bench.measure import HEADERS, processes
from tests.kit import ROOT, installed

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
    with tempfile.TemporaryDirectory() as folder:
        commands = processes_of(installed(Path(folder)))
        peers = _peers()
        if peers is None:
            medians = measured(commands)
            print("no script for the peers: set CCEXPERT_PEERS to measure them in the same run")
        else:
            medians = _beside(peers, commands, Path(folder, "peers.json"))
    print("\n".join(ratios(medians)))


def processes_of(programs: Path) -> dict[str, list[str]]:
    """What is timed: the installed wheel, what it stands on, and the program of this repository."""
    facts = str(ROOT / "examples" / "mails-stopped-stat-down.json")
    python, program = str(programs / "python"), str(programs / "ccexpert")
    return {
        "python -c pass": [python, "-c", "pass"],
        TYPER: [python, "-c", "import typer"],
        VERSION: [program, "--version"],
        DIAGNOSE: [program, "diagnose", facts],
        "ccexpert diagnose --format json": [program, "diagnose", facts, "--format", "json"],
        "ccexpert diagnose (editable)": [
            str(Path(sys.executable).parent / "ccexpert"),
            *("diagnose", facts),
        ],
    }


def measured(commands: Mapping[str, Sequence[str]]) -> dict[str, float]:
    """Print how long each takes; the medians, in seconds."""
    timings = processes(commands, _TIMES)
    print(tabulate([t.row(n) for n, t in timings.items()], HEADERS, disable_numparse=True))
    return {name: t.median for name, t in timings.items()}


def _beside(peers: Path, commands: Mapping[str, Sequence[str]], out: Path) -> dict[str, float]:
    """Let the script of the peers time our commands in turn with theirs."""
    ours = [f"{name}={shlex.join(argv)}" for name, argv in commands.items()]
    env = {**os.environ, "RUNS": str(_TIMES), "PYTHON": sys.executable, "OUT": str(out)}
    subprocess.run(["bash", str(peers), *ours], check=True, env=env)
    return {row["name"]: row["median"] for row in json.loads(out.read_text())["rows"]}


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

"""How fast an answer comes from cold: whole processes, beside other diagnosers.

The peers are measured by a script that installs them (``CCEXPERT_PEERS``, or ``peers_cli.sh`` in
the folder of shared material beside the repository); without it, only our own commands are timed.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tabulate import tabulate

from tests.bench.measure import HEADERS, processes
from tests.kit import ROOT

_TIMES = 9


def report() -> None:
    """Print the figures."""
    program = str(Path(sys.executable).parent / "ccexpert")
    facts = str(ROOT / "examples" / "mails-stopped-stat-down.json")
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "python -c 'import typer'": [sys.executable, "-c", "import typer"],
        "ccexpert --version": [program, "--version"],
        "ccexpert diagnose": [program, "diagnose", facts],
        "ccexpert diagnose --format json": [program, "diagnose", facts, "--format", "json"],
    }
    peers = _peers()
    if peers is None:
        timings = processes(commands, _TIMES)
        print(tabulate([t.row(n) for n, t in timings.items()], HEADERS, disable_numparse=True))
        print("no script for the peers: set CCEXPERT_PEERS to measure them in the same run")
        return
    ours = [f"{name}={' '.join(argv)}" for name, argv in commands.items() if "ccexpert" in name]
    env = {**os.environ, "RUNS": str(_TIMES), "PYTHON": sys.executable}
    subprocess.run(["bash", str(peers), *ours], check=True, env=env)


def _peers() -> Path | None:
    given = os.environ.get("CCEXPERT_PEERS")
    path = Path(given) if given else ROOT.parent / "shared" / "bench" / "peers_cli.sh"
    return path if path.is_file() else None

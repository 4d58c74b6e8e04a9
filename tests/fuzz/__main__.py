"""Run all fuzzers, each for a while, two at a time; exit 1 when one has found something.

``python -m tests.fuzz [NAME …]``; what was found is kept below ``build/fuzz``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.samples import FOLDER

#: How long each of the fuzzers runs, in seconds.
SECONDS = 60

_FOUND = Path("build") / "fuzz"


def names() -> list[str]:
    """All fuzzers; asked in a process of its own, because it instruments what it imports."""
    script = "from tests.fuzz.target import TARGETS; print(*TARGETS)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return done.stdout.split()


def fuzz(name: str) -> bool:
    """Run one fuzzer from the documented samples on; whether it found nothing."""
    folder = _FOUND / name
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for path in FOLDER.rglob("*"):
        if path.is_file() and path.suffix in (".txt", ".xml", ".log"):
            shutil.copy(path, corpus / f"sample-{path.name}")
    options = [f"-max_total_time={SECONDS}", "-timeout=20", "-rss_limit_mb=2048", "-verbosity=0"]
    argv = [sys.executable, "-m", "tests.fuzz.target", name, *options]
    argv += [f"-artifact_prefix={folder}{os.sep}", str(corpus)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    (folder / "output.txt").write_text(done.stdout + done.stderr, encoding="utf-8")
    good = done.returncode == 0
    print(f"{name}: {'nothing found' if good else f'FOUND, see {folder}'}", flush=True)
    return good


if __name__ == "__main__":
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(fuzz, sys.argv[1:] or names()))
    sys.exit(not all(results))

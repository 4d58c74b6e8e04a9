"""``python -m tests.mutants.code [PART…]``: mutants of the code, made and tried by mutmut.

Each part is judged by the tests that are about it. It is tried in a copy of what git tracks, since
mutmut writes beside what it mutates. ``--sample N --seed S`` tries N at random of each part.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from tabulate import tabulate

#: By part: the files that are changed, and the tests that must notice it.
PARTS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "certainty": (("certainty",), ("certainty",)),
    "ranking": (
        ("rank/*",),
        ("ranking", "competition", "causes", "states", "places", "likeness", "packs"),
    ),
    "plan": (("plan",), ("plan",)),
    "gate": (("act/gate",), ("gate",)),
    "case": (("facts/case",), ("case", "documents")),
    "reading": (("reading", "json_text"), ("reading", "documents", "errors")),
    "redaction": (("observe/redaction/*",), ("observe_redaction",)),
    "journal": (("jsonlog", "consult/journal"), ("jsonlog", "consult_sessions")),
}
_COPIED = ["facts", "rules", "examples", "docs", "README.md", "CHANGELOG.md", "hatch_build.py"]
_KILLED = {"killed", "timeout", "suspicious", "segfault", "caught by type check"}


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.mutants.code", description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)}; all without any")
    parser.add_argument("--sample", type=int, default=0, help="how many of each part; 0: all")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="a folder in which the copies stay")
    given = parser.parse_args()
    listed = tomllib.loads(Path(__file__).with_name("equivalent_code.toml").read_text("utf-8"))
    rows = []
    for part in given.parts or PARTS:
        with tempfile.TemporaryDirectory() as folder:
            place = given.keep / part if given.keep else Path(folder)
            results = dict(_tried(place, part, given.sample, given.seed))
            left = [name for name, result in results.items() if result not in _KILLED]
            shown = {name: _mutmut(place, "show", name) for name in left}
        survived = [name for name in left if _changed(shown[name]) not in listed.get(part, {})]
        for name in survived:
            print(f"\n{results[name]}: {shown[name]}", flush=True)
        alike = len(left) - len(survived)
        tried = len(results) - alike
        share = f"{1 - len(survived) / max(tried, 1):.1%}"
        rows.append((part, tried - len(survived), tried, share, alike))
    print(tabulate(rows, headers=("part", "killed", "of", "share", "equivalent")))
    print(f"seed {given.seed}" if given.sample else "all mutants")
    return int(any(killed < tried for _, killed, tried, *_ in rows))


def _tried(place: Path, part: str, sample: int, seed: int) -> Iterator[tuple[str, str]]:
    """The mutants of a part that were tried, and what came of each. What runs when a module is
    imported, or in no test of the part, cannot be tried."""
    if not place.exists() or not any(place.iterdir()):
        _copy(place, part)
    told = _mutmut(place, "run", "none")  # makes them and sees which test reaches what
    stats = place / "mutants" / "mutmut-stats.json"
    if not stats.exists():
        sys.exit(f"The tests of {part} do not pass:\n{told[-2000:]}")
    reached = json.loads(stats.read_text("utf-8"))["tests_by_mangled_function_name"]
    names = sorted(n for n in _results(place) if n.rpartition("__mutmut_")[0] in reached)
    if sample:
        names = sorted(random.Random(seed).sample(names, min(sample, len(names))))
    _mutmut(place, "run", *names)
    results = _results(place)
    yield from ((name, results[name]) for name in names)


def _copy(place: Path, part: str) -> None:
    """What git tracks, and beside it what mutmut must know."""
    tracked = subprocess.run(["git", "ls-files"], capture_output=True, text=True, check=True).stdout
    for name in tracked.splitlines():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(name, place / name)
    files, tests = PARTS[part]
    settings = {
        "source_paths": ["ccexpert"],
        "only_mutate": [f"ccexpert/{name}.py" for name in files],
        "pytest_add_cli_args_test_selection": [f"tests/test_{name}.py" for name in tests],
        "pytest_add_cli_args": ["-p", "no:cacheprovider"],
        "also_copy": _COPIED,
    }
    lines = (f"{key} = {json.dumps(value)}\n" for key, value in settings.items())
    with (place / "pyproject.toml").open("a", encoding="utf-8") as project:
        project.writelines(["\n[tool.mutmut]\ntrack_dependencies = false\n", *lines])


def _changed(shown: str) -> str:
    """The line that a mutant puts in the place of another; its number changes with the code."""
    lines = (line[1:].strip() for line in shown.splitlines() if line.startswith("+"))
    return " ".join(line for line in lines if not line.startswith("++"))


def _results(place: Path) -> dict[str, str]:
    told = _mutmut(place, "results", "--all", "true")
    return dict(line.strip().split(": ", 1) for line in told.splitlines() if ": " in line)


def _mutmut(place: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "mutmut", *arguments]
    return subprocess.run(command, cwd=place, capture_output=True, text=True, check=False).stdout


if __name__ == "__main__":
    sys.exit(main())

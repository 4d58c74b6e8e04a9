"""``python -m tests.mutants [CARD…] [--changed REF]``: the survivors, and how many were killed."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from tabulate import tabulate

from ccexpert import Expert
from tests.mutants.stories import stories
from tests.mutants.trial import Trial
from tests.outcomes.cases import written


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.mutants", description=__doc__)
    parser.add_argument("cards", nargs="*", help="the ids of cards; all without any")
    parser.add_argument("--changed", metavar="REF", help="the cards changed since this commit")
    parser.add_argument("--survivors", action="store_true", help="list each survivor")
    given = parser.parse_args()
    expert = Expert()
    wanted = given.cards or [*written(expert)]
    if given.changed:
        files = _changed(given.changed)
        wanted = [c for c in wanted if expert.base.sources[c].resolve() in files]
    return run(expert, wanted, survivors=given.survivors)


def run(expert: Expert, wanted: Iterable[str], *, survivors: bool) -> int:
    """Try the mutants of these cards; 1 if any survives."""
    trial = Trial(expert, tuple(stories()))
    made, killed = Counter[str](), Counter[str]()
    begun = time.process_time()
    for card in wanted:
        for mutant, killer in trial.survivors(card):
            made[mutant.sort] += 1
            if killer:
                killed[mutant.sort] += 1
            elif mutant.told in _equivalent().get(card, {}):
                made[mutant.sort] -= 1
            elif survivors:
                print(f"{card}: {mutant.told}", flush=True)
    rows = [(sort, killed[sort], n, f"{killed[sort] / n:.1%}") for sort, n in made.items()]
    rows.append(("all", killed.total(), made.total(), f"{killed.total() / made.total():.1%}"))
    print(tabulate(rows, headers=("changed", "killed", "of", "share")))
    print(f"{time.process_time() - begun:.0f} s")
    return int(killed.total() < made.total())


@cache
def _equivalent() -> Mapping[str, Mapping[str, str]]:
    """By card: the mutants that nothing can tell from it, with the reason."""
    path = Path(__file__).with_name("equivalent.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _changed(since: str) -> set[Path]:
    """The files below rules/ that differ from a commit."""
    asked = ["git", "diff", "--name-only", since, "--", "rules"]
    told = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    return {Path(line).resolve() for line in told.splitlines()}


if __name__ == "__main__":
    sys.exit(main())

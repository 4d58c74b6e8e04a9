"""Many runs, one after the other: ``python -m tests.simulate --runs 1000 --seed 0``.

A failure prints its seed and commit; ``--seed`` with ``--runs 1`` plays it again. With ``--keep``
the runs go on where an earlier call ended.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from tests.simulate.coverage import table
from tests.simulate.play import Scenario, drawn, play
from tests.simulate.shrink import shrunk


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.simulate", description=__doc__)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="a file: go on where it says, and save there")
    parser.add_argument("--shrink", type=int, default=3, help="how many failures to make small")
    parser.add_argument("--never", action="store_true", help="list what never happened")
    given = parser.parse_args()
    done, broken, reached, examples = _kept(given.keep)
    commit = _commit()
    begun = time.process_time()
    for number in range(given.seed + done, given.seed + given.runs):
        scenario = drawn(str(number))
        run = play(scenario)
        reached.update(run.reached)
        done += 1
        for rule, told in {one.rule: one.told for one in run.broken}.items():
            broken[rule] += 1
            if examples[rule] < given.shrink:
                examples[rule] += 1
                print(f"\nBROKEN {rule}\n  seed {number} at {commit}: {told}")
                _print_small(scenario, rule)
        if given.keep and done % 500 == 0:
            _keep(given.keep, done, broken, reached, examples)
    if given.keep:
        _keep(given.keep, done, broken, reached, examples)
    print(table(reached, everything=given.never))
    seconds = time.process_time() - begun
    print(
        f"{done} runs from seed {given.seed}, {sum(broken.values())} broken rules; {seconds:.0f} s"
    )
    for rule, count in broken.most_common():
        print(f"  {count:>6}  {rule}")
    return int(bool(broken))


def _print_small(scenario: Scenario, rule: str) -> None:
    """The least that still breaks a rule."""
    small = shrunk(scenario, rule)
    broken = next(one for one in play(small).broken if one.rule == rule)
    print(f"  faults: {', '.join(f'{f.kind} {f.at}'.strip() for f in small.faults) or 'none'}")
    print(f"  pieces: {', '.join(small.pieces)}\n  {broken.told}", flush=True)


def _kept(path: Path | None) -> tuple[int, Counter[str], Counter[str], Counter[str]]:
    """What an earlier call left: runs, broken rules, what was reached, examples printed."""
    if path is None or not path.exists():
        return 0, Counter(), Counter(), Counter()
    kept = json.loads(path.read_text())
    return kept["runs"], *(Counter(kept[k]) for k in ("broken", "reached", "examples"))


def _keep(path: Path, runs: int, *counts: Counter[str]) -> None:
    named = zip(("broken", "reached", "examples"), counts, strict=True)
    new = path.with_suffix(".new")
    new.write_text(json.dumps({"runs": runs, **dict(named)}))
    new.replace(path)


def _commit() -> str:
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or "an unknown commit"


if __name__ == "__main__":
    sys.exit(main())

"""Kill a consultation without warning, again and again: is any acknowledged answer lost?

An answer is acknowledged when the next question has been printed. The answers are given through a
pipe as fast as they are read; the process is killed at a random moment, sometimes while it starts,
mostly some questions later; then the session is opened again and must hold at least what was
acknowledged, in order and unchanged. Several kills hit one session one after the other.
"""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ccexpert import Expert
from ccexpert.consult import Consultation

#: Kills of one session, one after the other.
_IN_A_ROW = 5

_QUESTION = re.compile(r"^\[question (\d+)[,;]", re.MULTILINE)

_ANSWERS = ["emails-not-sent", "", "prod", *["unknown"] * 120]


@dataclass
class Tally:
    """What came of a number of kills."""

    kills: int = 0
    acknowledged: int = 0
    """Answers that were acknowledged by a process that was then killed."""
    lost: int = 0
    half_written: int = 0
    """Times when the last line had to be dropped."""


def kill_many(kills: int, folder: Path, seed: int = 1) -> Tally:
    """Kill ``kills`` processes that hold a consultation."""
    rng, tally, expert = random.Random(seed), Tally(), Expert()
    while tally.kills < kills:
        path = folder / f"session-{tally.kills}.jsonl"
        before: list[object] = []
        for _ in range(min(_IN_A_ROW, kills - tally.kills)):
            shown = _killed(path, rng)
            tally.kills += 1
            before = _check(expert, path, shown, before, tally)
    return tally


def _killed(path: Path, rng: random.Random) -> str:
    """Start or go on with a session, and kill it; what it has printed by then."""
    begun = path.exists() and b"\n" in path.read_bytes()
    if not begun:
        path.unlink(missing_ok=True)
    argv = [sys.executable, "-m", "ccexpert", "consult", "--session", str(path)]
    process = subprocess.Popen(
        [*argv, "--resume"] if begun else argv,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**os.environ, "LC_ALL": "C.UTF-8", "CCEXPERT_RULES": ""},
    )
    assert process.stdin is not None
    assert process.stderr is not None
    answers = _ANSWERS[3:] if begun else _ANSWERS
    process.stdin.write("".join(f"{answer}\n" for answer in answers).encode())
    process.stdin.flush()
    if rng.random() < 0.2:
        time.sleep(rng.uniform(0, 1))
        shown = b""
    else:
        shown = _asked(process.stderr, rng.randint(1, 12))
        time.sleep(rng.uniform(0, 0.02))
    process.kill()
    shown += process.stderr.read()
    process.wait()
    process.stdin.close()
    process.stderr.close()
    return shown.decode(errors="replace")


def _asked(said: IO[bytes], questions: int) -> bytes:
    """What is said until so many questions have been asked, however slow the machine is."""
    shown = b""
    while questions and (line := said.readline()):
        questions -= line.startswith(b"[question ")
        shown += line
    return shown


def _check(
    expert: Expert, path: Path, shown: str, before: list[object], tally: Tally
) -> list[object]:
    """Count what was lost; the answers that the session holds now."""
    asked = [int(number) for number in _QUESTION.findall(shown)]
    acknowledged = max(asked, default=1) - 1
    tally.acknowledged += max(0, acknowledged - len(before))
    if not path.exists() or b"\n" not in path.read_bytes():
        tally.lost += acknowledged
        return []
    with Consultation.resumed(expert, path) as session:
        kept: list[object] = list(session.steps)
        tally.half_written += session.lost_a_line
    tally.lost += max(0, max(acknowledged, len(before)) - len(kept))
    tally.lost += kept[: len(before)] != before
    return kept


def report(kills: int = 200) -> None:
    """Print what came of the kills."""
    with tempfile.TemporaryDirectory() as folder:
        tally = kill_many(kills, Path(folder))
    print(
        f"killed {tally.kills} times: {tally.acknowledged} answers were acknowledged, "
        f"{tally.lost} lost; {tally.half_written} half-written lines dropped"
    )

"""Composed texts: samples in any order, whole or cut, some below prompts of hosts
(``python -m tests.fuzz.composed 100000 SEED``). Nothing raises, pieces and spans stand inside the
text and in order, and no fact is of a host that no prompt names.
"""

from __future__ import annotations

import itertools
import random
import sys

from ccexpert.intake import read
from tests.brought import SAMPLES
from tests.evaluate.mixed import pastes

_HOSTS = ("app1", "trk-02", "mid.example.com")


def main(count: int = 1000, seed: int = 5) -> int:
    """Read ``count`` texts; returns how many of them were read wrongly."""
    draw, wrong = random.Random(seed), 0
    parts = [*SAMPLES.values(), *(one.text for one in pastes())]
    for number in range(count):
        chosen = [draw.choice(parts) for _ in range(draw.randint(1, 4))]
        named = [f"[neolane@{draw.choice(_HOSTS)} ~]$ ls\n" * (draw.random() < 0.3) for _ in chosen]
        chosen = [prompt + part for prompt, part in zip(named, chosen, strict=True)]
        text = draw.choice(("\n", "\n\n", "\n> ")).join(chosen)
        cut = text[: draw.randint(1, len(text))] if draw.random() < 0.3 else text
        try:
            reading = read(cut)
            spans = [one.span for one in reading.told]
            held = all(0 <= span.start <= span.end <= len(cut) for span in spans)
            ends = [piece.span for piece in reading.pieces]
            ordered = all(a.end <= b.start for a, b in itertools.pairwise(ends))
            hosts = {fact.host for fact in reading.document.facts if fact.host}
            placed = all(f"@{host}" in cut or f"{host}:" in cut for host in hosts)
            if held and ordered and placed and spans == sorted(spans):
                continue
            print(f"{number}: spans {spans}", flush=True)
        except Exception as error:
            print(f"{number}: {type(error).__name__}: {error}\n{cut!r}", flush=True)
        wrong += 1
    print(f"{count} texts, {wrong} read wrongly")
    return wrong


if __name__ == "__main__":
    sys.exit(bool(main(*map(int, sys.argv[1:]))))

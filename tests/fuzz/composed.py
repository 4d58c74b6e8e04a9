"""Composed texts: samples in any order, whole or cut (``python -m tests.fuzz.composed 100000``).
Nothing raises, and pieces and spans stand inside the text and in order.
"""

from __future__ import annotations

import itertools
import random
import sys

from ccexpert.intake import read
from tests.brought import SAMPLES
from tests.evaluate.mixed import pastes


def main(count: int, seed: int = 5) -> int:
    """Read ``count`` texts; returns how many of them were read wrongly."""
    draw, wrong = random.Random(seed), 0
    parts = [*SAMPLES.values(), *(one.text for one in pastes())]
    for number in range(count):
        chosen = [draw.choice(parts) for _ in range(draw.randint(1, 4))]
        text = draw.choice(("\n", "\n\n", "\n> ")).join(chosen)
        cut = text[: draw.randint(1, len(text))] if draw.random() < 0.3 else text
        try:
            reading = read(cut)
            spans = [one.span for one in reading.told]
            held = all(0 <= span.start <= span.end <= len(cut) for span in spans)
            ends = [piece.span for piece in reading.pieces]
            ordered = all(a.end <= b.start for a, b in itertools.pairwise(ends))
            if held and ordered and spans == sorted(spans):
                continue
            print(f"{number}: spans {spans}", flush=True)
        except Exception as error:
            print(f"{number}: {type(error).__name__}: {error}\n{cut!r}", flush=True)
        wrong += 1
    print(f"{count} texts, {wrong} read wrongly")
    return wrong


if __name__ == "__main__":
    sys.exit(bool(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)))

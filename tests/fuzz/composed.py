"""Composed texts: samples in any order, whole or cut, some below prompts of hosts
(``python -m tests.fuzz.composed 100000 SEED``). Nothing raises, pieces and spans stand inside the
text and in order, and no fact is of a host that no prompt names. Of whole samples between blank
lines every output is found, and no fact but what all sentences together complain of is one that no
sample shows by itself.
"""

from __future__ import annotations

import itertools
import random
import re
import sys
from collections.abc import Iterator, Sequence
from functools import cache

from ccexpert.facts import Fact
from ccexpert.intake import read
from ccexpert.intake.reading import Reading
from tests.brought import SAMPLES
from tests.evaluate.mixed import pastes

_HOSTS = ("app1", "trk-02", "mid.example.com")
_BETWEEN = "\n\n"


def main(count: int = 1000, seed: int = 5) -> int:
    """Read ``count`` texts; returns how many of them were read wrongly."""
    draw, wrong = random.Random(seed), 0
    samples = [*SAMPLES.values(), *(one.text for one in pastes())]
    for number in range(count):
        parts = [draw.choice(samples) for _ in range(draw.randint(1, 4))]
        named = [f"[neolane@{draw.choice(_HOSTS)} ~]$ ls\n" * (draw.random() < 0.3) for _ in parts]
        between = draw.choice(("\n", _BETWEEN, "\n> "))
        text = between.join(map(str.__add__, named, parts))
        cut = text[: draw.randint(1, len(text))] if draw.random() < 0.3 else text
        try:
            reading = read(cut)
            faults = list(_faults(reading))
            if between == _BETWEEN and cut == text and not any(named):
                faults += _differences(reading, parts)
        except Exception as error:
            faults = [f"{type(error).__name__}: {error}"]
        if faults:
            wrong += 1
            print(f"{number}: {'; '.join(faults)}\n{cut!r}", flush=True)
    print(f"{count} texts, {wrong} read wrongly")
    return wrong


def _faults(reading: Reading) -> Iterator[str]:
    """What is wrong with spans, pieces and hosts."""
    spans = [one.span for one in reading.told]
    if not all(0 <= s.start <= s.end <= len(reading.text) for s in spans) or spans != sorted(spans):
        yield f"spans {spans}"
    ends = [piece.span for piece in reading.pieces]
    if not all(a.end <= b.start for a, b in itertools.pairwise(ends)):
        yield f"pieces {ends}"
    hosts = {fact.host for fact in reading.document.facts if fact.host}
    if not all(f"@{host}" in reading.text or f"{host}:" in reading.text for host in hosts):
        yield f"hosts {hosts}"


def _differences(reading: Reading, parts: Sequence[str]) -> Iterator[str]:
    """The outputs that were lost, and the facts that no part shows."""
    outputs, facts = zip(*map(_shown, parts), strict=True)
    found, shown = _told(reading)
    if lost := frozenset().union(*outputs) - found:
        yield f"lost {sorted(lost)}"
    if more := shown - frozenset().union(*facts):
        yield f"more {sorted(more)}"


@cache
def _shown(part: str) -> tuple[frozenset[str], frozenset[str]]:
    return _told(read(part))


def _told(reading: Reading) -> tuple[frozenset[str], frozenset[str]]:
    """The names of its outputs, and its facts but complaints."""
    outputs = (piece.output for piece in reading.pieces if piece.output)
    facts = (_plain(fact) for fact in reading.document.facts if fact.kind != "complaint")
    return frozenset(outputs), frozenset(facts)


def _plain(fact: Fact) -> str:
    """A fact without its host, and without the numbers that redaction gives to addresses."""
    key = (fact.kind, *(getattr(fact, field) for field in fact.KEY))
    return re.sub(r"<(\w+)-\d+>", r"<\1>", str(key))


if __name__ == "__main__":
    sys.exit(bool(main(*map(int, sys.argv[1:]))))

"""What recorded reports turned out to be: marks, and how far stated certainty agrees with them.

A mark says whether the first diagnosis of a report was right, and what it really was. Marks change
no diagnosis: they are shown beside later reports, and the reliability table counts them.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from ccexpert.history.rows import Moment, Stated

Verdict = Literal["right", "wrong"]
Author = Literal["person", "act"]
"""Who marked it: a person, or ``ccexpert act`` when the fault was gone after its step."""

#: Where the bands of certainty begin.
_BANDS = (0.0, 0.2, 0.5, 0.7, 0.9, 1.0)

#: Standard deviations of a 95 % interval.
_NINETY_FIVE = 1.96


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one recorded report turned out to be."""

    number: int
    started: Moment
    host: str | None
    diagnosis: str | None
    """The id of the first diagnosis; None if the report had none."""
    certainty: Stated | None
    verdict: Verdict
    was: str
    """What it really was, in the words of whoever marked it."""
    author: Author
    marked: Moment


@dataclass(frozen=True, slots=True)
class Band:
    """How often diagnoses of about the same certainty were right."""

    low: float
    high: float
    marked: int
    right: int
    certainty: float
    """The mean of the certainties that were stated."""
    share: float
    """The share that was right."""
    at_least: float
    at_most: float
    """The 95 % interval of that share (Wilson), which is wide if few reports are marked."""


def bands(outcomes: Iterable[Outcome]) -> tuple[Band, ...]:
    """The reliability table: one row for each band of certainty that has marks."""
    stated = [(o.certainty, o.verdict == "right") for o in outcomes if o.certainty is not None]
    found = []
    for low, high in itertools.pairwise(_BANDS):
        within = [one for one in stated if low <= one[0] < high or one[0] == high == _BANDS[-1]]
        if within:
            found.append(_band(low, high, within))
    return tuple(found)


def _band(low: float, high: float, within: Sequence[tuple[float, bool]]) -> Band:
    n, right = len(within), sum(was_right for _, was_right in within)
    mean = math.fsum(certainty for certainty, _ in within) / n
    return Band(low, high, n, right, round(mean, 2), right / n, *interval(right, n))


def interval(right: int, n: int) -> tuple[float, float]:
    """Within which a share lies with 95 %: the Wilson score interval (E. B. Wilson, 1927)."""
    share, z = right / n, _NINETY_FIVE
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)

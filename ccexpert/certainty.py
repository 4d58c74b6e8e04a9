"""Certainty factors: how sure, from −1 (ruled out) over 0 (nothing known) to +1 (certain).

The algebra is EMYCIN's (W. van Melle, *A Domain-Independent Production-Rule System for Consultation
Programs*, 1980). Two certainties of one sign reinforce each other, two of opposite sign weaken each
other:

    a, b ≥ 0:  a + b − ab        a, b ≤ 0:  a + b + ab        else:  (a + b) / (1 − min(|a|, |b|))

On the scale  s(c) = −sign(c)·ln(1 − |c|)  all three are plain addition, which is how ``combine``
computes them: the sum is rounded once, so the order of the evidence can never matter, not even in
the last bit. The formula leaves +1 against −1 undefined; here −1 wins, because what is ruled out is
ruled out.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

#: Below this EMYCIN counts a conclusion as not drawn (van Melle 1980).
THRESHOLD = 0.2

#: From here up a diagnosis is a finding, and a restart may be proposed.
FINDING = 0.5


#: Symptoms alone, however many, never make a diagnosis surer than this.
SYMPTOM_LIMIT = 0.5


def combine(certainties: Iterable[float]) -> float:
    """Combine independent certainties (each −1 … 1) for one conclusion into one, −1 … 1."""
    values = list(certainties)
    if any(value <= -1.0 for value in values):
        return -1.0
    if any(value >= 1.0 for value in values):
        return 1.0
    return _from_scale(math.fsum(map(_to_scale, values)))


def conjunction(certainties: Iterable[float]) -> float:
    """The certainty that all of several facts hold: that of the weakest (EMYCIN's ``$AND``)."""
    return min(certainties, default=1.0)


def _to_scale(certainty: float) -> float:
    return math.copysign(-math.log1p(-abs(certainty)), certainty)


def _from_scale(scale: float) -> float:
    return math.copysign(-math.expm1(-abs(scale)), scale)

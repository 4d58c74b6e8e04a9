"""Certainty factors: from −1 (ruled out) through 0 (nothing known) to +1 (certain).

The algebra is EMYCIN's (W. van Melle, *A Domain-Independent Production-Rule System for Consultation
Programs*, 1980). Two certainties of one sign reinforce each other, two of opposite sign weaken each
other:

    a, b ≥ 0:  a + b − ab        a, b ≤ 0:  a + b + ab        else:  (a + b) / (1 − min(|a|, |b|))

On the scale  s(c) = −sign(c)·ln(1 − |c|)  all three are plain addition, which is how ``combine``
computes them: the sum is rounded once, so the order of the evidence can never matter, not even in
the last bit. The formula leaves +1 against −1 undefined; here −1 wins, because a ruled-out
diagnosis stays ruled out.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

#: The certainty that one piece of evidence gives, by the words used on cards.
WORDS = {
    "conclusive": 0.9,
    "strong": 0.7,
    "suggestive": 0.5,
    "weak": 0.3,
    "weak against": -0.3,
    "suggestive against": -0.5,
    "strong against": -0.7,
    "conclusive against": -0.9,
    "excluded": -1.0,
}

#: EMYCIN treats a conclusion below this certainty as not drawn (van Melle 1980).
THRESHOLD = 0.2

#: A diagnosis with at least this certainty is a finding, and a restart may be proposed.
FINDING = 0.5

#: With at least this certainty, what is no fault needs no further look, if nobody suffers from it.
SETTLED = 0.7

#: A diagnosis with this much certainty against it is ruled out.
RULED_OUT = 0.5

#: Symptoms alone, however many, never make a diagnosis surer than this.
SYMPTOM_LIMIT = 0.5


def word_for(certainty: float) -> str:
    """The word nearest to a certainty; if two are equally near, the more cautious one."""
    return min(WORDS, key=lambda word: (round(abs(WORDS[word] - certainty), 6), abs(WORDS[word])))


def combine(certainties: Iterable[float]) -> float:
    """Combine independent certainties (each −1 … 1) for one conclusion into one, −1 … 1."""
    values = list(certainties)
    if any(value <= -1.0 for value in values):
        return -1.0
    if any(value >= 1.0 for value in values):
        return 1.0
    return _from_scale(math.fsum(map(_to_scale, values)))


def conjunction(certainties: Iterable[float]) -> float:
    """The certainty that all facts hold: that of the weakest (EMYCIN's ``$AND``)."""
    return min(certainties, default=1.0)


def _to_scale(certainty: float) -> float:
    return math.copysign(math.log1p(-abs(certainty)), certainty)


def _from_scale(scale: float) -> float:
    return math.copysign(math.expm1(-abs(scale)), scale)

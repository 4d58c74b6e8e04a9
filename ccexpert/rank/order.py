"""Orders hypotheses: the likeliest first, and no complaint before its cause.

A card that only restates a complaint (``complaint``) ranks below every diagnosis that is a finding
by its own evidence and accounts for some of the same facts, however sure the complaint is.
"""

from __future__ import annotations

from collections.abc import Iterable

from ccexpert.certainty import FINDING
from ccexpert.rank.hypothesis import Hypothesis


def ordered(hypotheses: Iterable[Hypothesis]) -> list[Hypothesis]:
    """All hypotheses in the order in which reports show them."""
    likeliest = sorted(hypotheses, key=lambda h: h.rank)
    shown = [h for h in likeliest if not _restates(h)]
    for complaint in filter(_restates, likeliest):
        before = (
            place
            for place, other in enumerate(shown, 1)
            if other.rank <= complaint.rank or _is_cause(other, complaint)
        )
        shown.insert(max(before, default=0), complaint)
    return shown


def _restates(hypothesis: Hypothesis) -> bool:
    return hypothesis.card.complaint and hypothesis.own <= 0


def _is_cause(cause: Hypothesis, complaint: Hypothesis) -> bool:
    return (
        cause.own >= FINDING
        and cause.is_where(complaint)
        and not cause.covers.isdisjoint(complaint.covers)
    )

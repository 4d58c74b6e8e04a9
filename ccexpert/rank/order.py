"""Orders hypotheses: the likeliest first, and no complaint or state before its cause.

A card that only restates a complaint (``complaint``) ranks below every diagnosis that is a finding
by its own evidence and accounts for some of the same facts, however sure the complaint is. One that
rests on the state of a process stands behind what a message names and the process needs
(``states``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ccexpert.certainty import FINDING
from ccexpert.facts import Fact
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.rank.hypothesis import Hypothesis
from ccexpert.rank.states import goes_before, is_needed


def ordered(
    hypotheses: Iterable[Hypothesis], facts: Sequence[Fact], vocabulary: Vocabulary
) -> list[Hypothesis]:
    """All hypotheses in the order in which reports show them; ``facts`` are those they cover."""
    likeliest = sorted(hypotheses, key=lambda h: h.rank)
    for cause in list(likeliest):
        behind = [
            state
            for state in likeliest[: likeliest.index(cause)]
            if goes_before(cause, state, facts) and is_needed(cause, state, vocabulary)
        ]
        if behind:
            likeliest.remove(cause)
            likeliest.insert(likeliest.index(behind[0]), cause)
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

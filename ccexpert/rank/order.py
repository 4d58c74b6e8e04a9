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
from ccexpert.rank.states import goes_before, is_named, is_needed


def ordered(
    hypotheses: Iterable[Hypothesis], facts: Sequence[Fact], vocabulary: Vocabulary
) -> list[Hypothesis]:
    """All hypotheses in the order in which reports show them; ``facts`` are those they cover."""
    likeliest = sorted(hypotheses, key=lambda h: h.rank)
    for cause in [h for h in likeliest if is_named(h, facts)]:
        at = next(n for n, other in enumerate(likeliest) if other is cause)
        behind = (
            place
            for place, state in enumerate(likeliest[:at])
            if goes_before(cause, state, facts) and is_needed(cause, state, vocabulary)
        )
        likeliest.insert(next(behind, at), likeliest.pop(at))
    shown = [(h.rank, h) for h in likeliest if not _restates(h)]
    for complaint in filter(_restates, likeliest):
        mine = complaint.rank
        before = (
            place
            for place, (its, other) in enumerate(shown, 1)
            if its <= mine or _is_cause(other, complaint)
        )
        shown.insert(max(before, default=0), (mine, complaint))
    return [one for _, one in shown]


def _restates(hypothesis: Hypothesis) -> bool:
    return hypothesis.card.complaint and hypothesis.own <= 0


def _is_cause(cause: Hypothesis, complaint: Hypothesis) -> bool:
    return (
        cause.own >= FINDING
        and cause.is_where(complaint)
        and not cause.covers.isdisjoint(complaint.covers)
    )

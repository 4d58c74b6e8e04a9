"""How a consultation goes: whether its answers still lead anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from typing import Literal

from ccexpert.consult.consultation import Consultation
from ccexpert.consult.question import UNKNOWN, Step
from ccexpert.rank import Hypothesis

#: Unknown answers in a row after which it says how to look.
CLUELESS = 3

#: Answers in a row that were unknown, or that changed nothing, after which it ends with a plan.
PATIENCE = 8

Reason = Literal["unknown", "still"]


def gives_up(consultation: Consultation, begun: int = 0) -> Reason | None:
    """Why it is time to stop although there are questions left, if it is.

    Answers count from number ``begun`` (from 0): where somebody went on all the same, or told
    something.
    """
    steps = consultation.steps[begun:]
    if unknown_in_a_row(steps) >= PATIENCE:
        return "unknown"
    return "still" if len(steps) >= PATIENCE and _stands_still(consultation) else None


def unknown_in_a_row(steps: Sequence[Step]) -> int:
    """The number of latest answers that were all *unknown*."""
    return sum(1 for _ in takewhile(lambda step: set(step.values) == {UNKNOWN}, reversed(steps)))


def _stands_still(consultation: Consultation) -> bool:
    """Whether the latest answers left the first diagnosis as it was, and no second look is due."""
    question = consultation.question()
    if question is None or (question.offer and question.offer.is_second_look):
        return False
    return _lead(consultation.first()) == _lead(consultation.first_before(PATIENCE))


def _lead(first: Hypothesis | None) -> tuple[str, float] | None:
    return (first.card.id, first.certainty) if first else None

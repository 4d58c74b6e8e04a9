"""How a consultation goes: whether its answers still lead anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from typing import Literal

from ccexpert.consult.consultation import Consultation
from ccexpert.consult.question import UNKNOWN, Step

#: Unknown answers in a row after which it says how to look.
CLUELESS = 3

#: Answers in a row that were unknown, or that led nowhere, after which it ends with a plan.
PATIENCE = 8

#: The end is nearer when less than this share of the questions to come is left.
NEARER = 0.9

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
    """Whether the latest answers left the first diagnosis as it was and brought the end no nearer.
    A second look always does."""
    question = consultation.question()
    if question is None or (question.offer and question.offer.is_second_look):
        return False
    earlier = consultation.before(PATIENCE)
    if _sureness(consultation) != _sureness(earlier):
        return False  # what is left to ask, which takes longest to find, need not be known
    now, then = consultation.progress(), earlier.progress()
    return now.leading == then.leading and now.to_go > NEARER * then.to_go


def _sureness(consultation: Consultation) -> float:
    first = consultation.first()
    return first.certainty if first else 0.0

"""How a consultation goes: whether its answers still lead anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from ccexpert.consult.consultation import Consultation
from ccexpert.consult.question import UNKNOWN, Step

#: Unknown answers in a row after which it says how to look, and after which it ends with a plan.
CLUELESS, PATIENCE = 3, 8

#: So many answers that change nothing are worth a word.
STILL = 8


class Pace:
    """Watches one consultation from where a dialogue took it up."""

    def __init__(self, consultation: Consultation) -> None:
        self._consultation = consultation
        self._begun = self._since = len(consultation.steps)
        self._leads: tuple[str, float] | None = None

    @property
    def unknown(self) -> int:
        """The number of latest answers in this dialogue that were all *unknown*."""
        return unknown_in_a_row(self._consultation.steps[self._begun :])

    def stands_still(self) -> bool:
        """Whether so many answers, since the last time, left the first diagnosis as it was."""
        first = self._consultation.first()
        leads = (first.card.id, first.certainty) if first else None
        if leads != self._leads:
            self._leads, self._since = leads, len(self._consultation.steps)
        gone = len(self._consultation.steps) - self._since
        return gone > 0 and gone % STILL == 0


def unknown_in_a_row(steps: Sequence[Step]) -> int:
    """The number of latest answers that were all *unknown*."""
    return sum(1 for _ in takewhile(lambda step: set(step.values) == {UNKNOWN}, reversed(steps)))

"""A text that was pasted or typed into a consultation: its facts, and the symptoms that it speaks
of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ccexpert.consult.consultation import Consultation
from ccexpert.consult.picks import OFFERED, Picks
from ccexpert.consult.question import Choice
from ccexpert.display import clean
from ccexpert.facts import ComplaintFact, Fact, SymptomFact
from ccexpert.intake.reader import read_text

_SHOWN = 80

#: A typed line is taken for what it says only if it is understood with this certainty.
_CLEAR = 0.7


@dataclass(frozen=True)
class Pasted:
    """What came of a text."""

    facts: tuple[Fact, ...]
    choices: tuple[Choice, ...]
    """Symptoms that its sentences are taken for, to be confirmed or struck out."""
    labels: tuple[str, ...]
    """Its facts in words."""
    left: tuple[str, ...]
    """Sentences that were not understood."""
    offered: tuple[Choice, ...] = ()
    """Symptoms that it may speak of beside what it clearly says."""


def read_pasted(
    text: str, consultation: Consultation, *, chooses: bool, clearly: bool = False
) -> Pasted:
    """Read a text. ``chooses``: symptoms of sentences are choices and no facts. ``clearly``: only
    what it clearly says counts."""
    reading = read_text(text, consultation.expert.base.vocabulary)
    said = {told.fact.key for told in reading.understood if isinstance(told.fact, SymptomFact)}
    read = [f for f in reading.document.facts if not clearly or _is_clear(f)]
    symptoms = [f for f in read if chooses and f.key in said]
    found = (consultation.complaint(f.name) for f in symptoms if isinstance(f, SymptomFact))
    choices = tuple(choice for choice in found if choice)
    offered: Sequence[Choice] = ()
    if chooses and clearly and choices:
        offered = Picks(consultation).beside(text, choices[0])
    elif chooses and clearly and len(read) < len(reading.document.facts):
        offered = [one for one in consultation.meant(text) if "=" not in one.value]
    facts = tuple(f.model_copy(update={"span": None}) for f in read)
    return Pasted(
        tuple(fact for fact in facts if fact.key not in {f.key for f in symptoms}),
        choices,
        tuple(map(consultation.worded, facts)),
        tuple(clean(hint.span.of(reading.text), _SHOWN) for hint in reading.hints),
        tuple(offered[:OFFERED]),
    )


def _is_clear(fact: Fact) -> bool:
    return fact.certainty >= _CLEAR and not isinstance(fact, ComplaintFact)

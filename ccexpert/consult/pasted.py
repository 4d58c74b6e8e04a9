"""A text that was pasted into a consultation: its facts, and the symptoms that it speaks of."""

from __future__ import annotations

from dataclasses import dataclass

from ccexpert.consult.consultation import Consultation
from ccexpert.consult.question import Choice
from ccexpert.display import clean
from ccexpert.facts import Fact, SymptomFact
from ccexpert.intake.reader import read_text

_SHOWN = 80


@dataclass(frozen=True)
class Pasted:
    """What came of a text."""

    facts: tuple[Fact, ...]
    choices: tuple[Choice, ...]
    """Symptoms that its sentences are taken for, to be confirmed or struck out."""
    labels: tuple[str, ...]
    """All of it in words."""
    left: tuple[str, ...]
    """Sentences that were not understood."""


def read_pasted(text: str, consultation: Consultation, *, chooses: bool) -> Pasted:
    """Read a text; ``chooses``: symptoms of sentences are choices and no facts."""
    reading = read_text(text, consultation.expert.base.vocabulary)
    said = {told.fact.key for told in reading.understood if isinstance(told.fact, SymptomFact)}
    symptoms = [f for f in reading.document.facts if chooses and f.key in said]
    choices = (consultation.complaint(f.name) for f in symptoms if isinstance(f, SymptomFact))
    facts = tuple(f.model_copy(update={"span": None}) for f in reading.document.facts)
    return Pasted(
        tuple(fact for fact in facts if fact.key not in {f.key for f in symptoms}),
        tuple(choice for choice in choices if choice),
        tuple(fact.label for fact in facts),
        tuple(clean(hint.span.of(reading.text), _SHOWN) for hint in reading.hints),
    )

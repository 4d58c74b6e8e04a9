"""The unchecked facts that a report lists: what a consultation would ask about next."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import islice

from ccexpert.diagnosis import UnknownFact
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.inquiry.policy import Candidate, Offer
from ccexpert.words import Language

#: Enough to act on; the rest follows once these are answered.
_MOST = 8


def unknown_facts(
    offers: Sequence[Offer], vocabulary: Vocabulary, host: str, language: Language
) -> tuple[UnknownFact, ...]:
    """The first offers of a policy, as facts that would change the first diagnosis."""
    offered = (candidate for offer in offers for candidate in offer.candidates)
    return tuple(_unknown(one, vocabulary, host, language) for one in islice(offered, _MOST))


def _unknown(
    candidate: Candidate, vocabulary: Vocabulary, host: str, language: Language
) -> UnknownFact:
    thing, answer = candidate.thing, candidate.decisive
    entry = thing.entry(vocabulary)
    return UnknownFact(
        fact=thing.fact(answer, vocabulary) | ({"host": host} if host else {}),
        question=entry.question.in_language(language) if entry else thing.id,
        minutes=float(math.ceil(candidate.minutes)),
        would_change=candidate.rivals[answer][0].diagnosis,
    )

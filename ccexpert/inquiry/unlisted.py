"""A process list that lacks modules: whether the host should start them is the question to ask.

Without the configuration nobody can tell, so the list alone proves nothing and speaks for no
diagnosis. ``nlserver monitor -missing`` tells.
"""

from __future__ import annotations

import math

from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.inquiry.policy import Candidate, Offer, Rival, Situation
from ccexpert.inquiry.things import Thing

_MISSING = Thing("probe", ("monitor-missing",))
_CARD = "module-start-fails"


def question(situation: Situation, vocabulary: Vocabulary) -> list[Offer]:
    """The question which modules are missing, if a list gives reason to ask and nobody has."""
    entry = _MISSING.entry(vocabulary)
    if entry is None or not situation.ranking.unlisted or _MISSING in situation.closed:
        return []
    rivals = {"error": (Rival(_CARD, "", 0.0),)}
    one = Candidate(_MISSING, entry.topic, 0.0, entry.minutes, entry.command, {}, rivals)
    return [Offer((one,), entry.minutes, math.inf)]

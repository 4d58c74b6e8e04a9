"""Turns evidence into a ranking: likely causes, their consequences, what is ruled out, and what
remains unexplained.

A card describes only itself. This package settles how cards compete, in four small steps that do
not depend on any order: a reason counts once (``reasons``); a complaint that another cause
accounts for counts less (``competition``); a specific cause takes the general one and its
consequences under itself (``under``); every fact is accounted for (``accounted``).
"""

from ccexpert.rank.hypothesis import (
    PLACES,
    Hypothesis,
    Reason,
    rests_on_symptoms,
    weight,
)
from ccexpert.rank.ranking import Ranking, rank

__all__ = ["PLACES", "Hypothesis", "Ranking", "Reason", "rank", "rests_on_symptoms", "weight"]

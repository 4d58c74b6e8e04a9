"""A message that no diagnosis accounts for is traced along what its module needs.

While there is no finding, the questions about the module that speaks, and about what it needs, come
before all others (``knowledge/dependencies.py``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ccexpert.certainty import FINDING
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.inquiry.policy import Candidate, Situation
from ccexpert.inquiry.things import Thing
from ccexpert.knowledge.dependencies import needed


def traced(
    found: Iterable[Candidate], situation: Situation, vocabulary: Vocabulary
) -> tuple[Sequence[Candidate], Sequence[Candidate]]:
    """The candidates that an unexplained message leads to, and the others."""
    on_the_way = _on_the_way(situation, vocabulary)
    leads = [one for one in found if _short(one.thing) in on_the_way]
    return leads, [one for one in found if _short(one.thing) not in on_the_way]


def _on_the_way(situation: Situation, vocabulary: Vocabulary) -> frozenset[tuple[str, str]]:
    """The processes and probes of the modules that speak, and of all that these need."""
    causes = situation.ranking.causes
    if causes and causes[0].certainty >= FINDING:
        return frozenset()
    facts = (situation.reasoned.facts[number] for number in situation.ranking.unexplained)
    speaking = dict.fromkeys(m for fact in facts if (m := getattr(fact, "module", None)))
    modules = needed(speaking, vocabulary)
    processes = (("process", m.name) for m in modules)
    return frozenset((*processes, *(("probe", m.seen_by) for m in modules if m.seen_by)))


def _short(thing: Thing) -> tuple[str, str]:
    return thing.kind, "/".join(thing.name)

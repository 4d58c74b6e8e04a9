"""Accounts for every fact: it is evidence, it is normal on a healthy server, or it is reported
as unexplained."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ccexpert.engine.reasoner import Reasoned
from ccexpert.facts import Fact, word
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.rank.hypothesis import Hypothesis


def unexplained(
    likely: Sequence[Hypothesis], reasoned: Reasoned, vocabulary: Vocabulary
) -> Iterable[int]:
    """The numbers of the facts that need an explanation and support none of ``likely``.

    A concluded fact is explained together with the facts it was concluded from.
    """
    explained = frozenset().union(*(hypothesis.covers for hypothesis in likely))
    alarming = {i for i, fact in enumerate(reasoned.facts) if _calls(fact, vocabulary)}
    for number in sorted(alarming):
        origins = reasoned.origins[number]
        told = number not in origins and not origins.isdisjoint(alarming)
        if origins.isdisjoint(explained) and not told:
            yield number


def _calls(fact: Fact, vocabulary: Vocabulary) -> bool:
    """Whether a fact needs an explanation: it is alarming, and the vocabulary does not list its
    state as normal."""
    entry = type(fact).entry(fact.names, vocabulary) if fact.is_alarming and fact.names else None
    return fact.is_alarming and not (entry and word(fact.seen) in entry.also_normal)

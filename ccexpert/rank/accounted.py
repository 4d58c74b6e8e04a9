"""Accounts for every fact: it is evidence, it is normal on a healthy server, or it is reported
as unexplained."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ccexpert.engine.reasoner import Reasoned
from ccexpert.facts import Fact, ProbeFact, ProcessFact, word
from ccexpert.facts.entries import ModuleEntry
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


def unlisted(reasoned: Reasoned, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The modules that a usual server runs and the process list of a host lacks.

    If the configuration or ``nlserver monitor -missing`` says what the host starts, a missing
    module is a fact of its own. Otherwise the list alone is only a hint, not a proof.
    """
    usual = [e for e in vocabulary.entries("module") if isinstance(e, ModuleEntry) and e.row]
    expected = [e.name for e in usual if e.instances != "none" and not e.on_demand]
    found: dict[str, None] = {}
    for host in {f.host for f in reasoned.facts if _is(f, "pdump", "ok")}:
        here = [fact for fact in reasoned.facts if fact.host == host]
        listed = {fact.module: fact for fact in here if isinstance(fact, ProcessFact)}
        told = any(fact.autostart is not None for fact in listed.values())
        if not told and not any(_is(fact, "monitor-missing") for fact in here):
            found |= dict.fromkeys(name for name in expected if name not in listed)
    return tuple(sorted(found))


def _is(fact: Fact, probe: str, *results: str) -> bool:
    """Whether a fact comes from this probe, with one of ``results`` if any are given."""
    named = isinstance(fact, ProbeFact) and fact.name == probe
    return named and (not results or fact.seen in results)


def _calls(fact: Fact, vocabulary: Vocabulary) -> bool:
    """Whether a fact needs an explanation: it is alarming, and the vocabulary does not list its
    state as normal."""
    entry = type(fact).entry(fact.names, vocabulary) if fact.is_alarming and fact.names else None
    return fact.is_alarming and not (entry and word(fact.seen) in entry.also_normal)

"""Modules that a usual server runs and that a process list lacks: a hint, not a proof.

Whether a host starts a module stands in its configuration, and ``nlserver monitor -missing`` tells.
While neither is known, the list alone speaks for no diagnosis. Beside a complaint about the same
module it does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ccexpert.engine.reasoner import Held, Reasoned
from ccexpert.facts import UNSAID, Fact, ProbeFact, ProcessFact
from ccexpert.facts.entries import ModuleEntry
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.knowledge.cards import Card

#: How far a list supports that a module which it lacks should run.
_SUPPORT = 0.5

#: For each host, the modules that its list lacks, and the number of the fact about the list.
Lacking = Mapping[str, tuple[frozenset[str], int]]


def unlisted(reasoned: Reasoned, vocabulary: Vocabulary) -> Lacking:
    """The modules that a usual server runs and the process list of a host lacks.

    Left out are hosts of which ``nlserver monitor -missing`` is known, and modules of the files of
    the configuration that are known: that of the instances, or the one for all. There a missing
    module is a fact of its own.
    """
    lists = [(number, fact) for number, fact in enumerate(reasoned.facts) if is_list(fact)]
    if not lists:
        return {}
    usual = [e for e in vocabulary.entries("module") if isinstance(e, ModuleEntry) and e.row]
    expected = [e for e in usual if e.instances != "none" and not e.on_demand]
    found: dict[str, tuple[frozenset[str], int]] = {}
    for number, fact in lists:
        here = [other for other in reasoned.facts if other.host == fact.host]
        processes = [one for one in here if isinstance(one, ProcessFact)]
        known = [vocabulary.module(one.module) for one in processes if one.autostart is not None]
        told = {module.instances for module in known if module}
        listed = {one.module for one in processes}
        lacking = frozenset(
            module.name
            for module in expected
            if module.instances not in told and module.name not in listed
        )
        if lacking and not any(_is(one, "monitor-missing") for one in here):
            found[fact.host or UNSAID] = lacking, number
    return found


def hinted(card: Card, host: str, evidence: Sequence[Held], lacking: Lacking) -> Iterable[Held]:
    """The evidence that a list gives a card which needs a module to be missing, and for which
    something else speaks."""
    if host not in lacking:
        return
    modules, number = lacking[host]
    if any(card.rule(held.number).certainty > 0 for held in evidence):
        for index in _needing(card, modules) - {held.number for held in evidence}:
            listed = frozenset({number})
            yield Held(card.id, index, evidence[0].bindings, (number,), _SUPPORT, listed)


def _needing(card: Card, modules: frozenset[str]) -> set[int]:
    """The evidence that one of these modules is missing, without which the card cannot be."""
    return {
        index
        for index, rule in enumerate(card.evidence)
        if rule.needed
        for pattern in rule.when.patterns
        if pattern.kind == "process"
        and "missing" in pattern.answers
        and not modules.isdisjoint(pattern.literals("module"))
    }


def is_list(fact: Fact) -> bool:
    """Whether a fact says that a whole process list was read."""
    return _is(fact, "pdump") and fact.seen == "ok"


def _is(fact: Fact, probe: str) -> bool:
    return isinstance(fact, ProbeFact) and fact.name == probe

"""Checks the evidence of a card: it must be able to match, be unique, and not claim too much."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from typing import Any

from ccexpert.certainty import SYMPTOM_LIMIT, word_for
from ccexpert.errors import Steps
from ccexpert.facts import DEFAULT_INSTANCE, KINDS
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.knowledge.cards import Card, EvidenceRule
from ccexpert.knowledge.patterns import Conjunction, Pattern, Variable
from ccexpert.verify.lint.finding import Around, Found

#: The highest certainty of evidence that its source only implies.
IMPLIED_LIMIT = 0.7

_SYMPTOMS = frozenset({"symptom"})


def check(card: Card, around: Around) -> Iterator[Found]:
    """Findings about the evidence of a card."""
    for number, evidence in enumerate(card.evidence):
        yield from _evidence(evidence, ("evidence", number), card, around.base.vocabulary)
    for number, action in enumerate(card.actions):
        for conjunction in action.when.alternatives if action.when else ():
            for reason in never(conjunction, around.base.vocabulary):
                yield Found("dead-step", ("actions", number, "when"), reason)
    yield from _doubles(card)
    yield from _reach(card)


def _evidence(
    evidence: EvidenceRule, path: Steps, card: Card, vocabulary: Vocabulary
) -> Iterator[Found]:
    for conjunction in evidence.when.alternatives:
        for reason in never(conjunction, vocabulary):
            yield Found("dead-evidence", (*path, "when"), reason)
    for one, other in combinations(evidence.when.alternatives, 2):
        if _includes(one, other) or _includes(other, one):
            yield Found("subsumed-evidence", (*path, "when"), "one alternative includes another")
    basis = evidence.basis or card.basis
    if basis != "documented" and evidence.certainty > IMPLIED_LIMIT:
        yield Found(
            "too-certain",
            (*path, "certainty"),
            f"what is only {basis} is at most '{word_for(IMPLIED_LIMIT)}'",
        )
    for pattern in evidence.when.negatives:
        yield Found(
            "negation",
            (*path, "when"),
            f"'not {pattern}' holds whenever nobody looked: unseen is not absent",
            "warning",
        )


def _includes(one: Conjunction, other: Conjunction) -> bool:
    """Whether every case that satisfies ``other`` satisfies ``one`` too."""
    return all(any(wider(w, n) for n in other.positive) for w in one.positive) and set(
        one.negative
    ) <= set(other.negative)


def wider(one: Pattern, other: Pattern) -> bool:
    """Whether every fact that matches ``other`` matches ``one``."""
    if one.kind != other.kind:
        return False
    theirs = dict(other.fields)
    return all(_covers(wanted, theirs.get(field)) for field, wanted in one.fields)


def _covers(wanted: Any, given: Any) -> bool:
    if isinstance(wanted, Variable) or isinstance(given, Variable):
        return bool(wanted == given)
    return given is not None and set(given) <= set(wanted)


def never(conjunction: Conjunction, vocabulary: Vocabulary) -> Iterator[str]:
    """Why no facts can ever satisfy a conjunction."""
    shared: dict[str, str] = {}
    own: set[str] = set()
    for pattern in conjunction.positive:
        instance = pattern.get("instance")
        module = _shared_module(pattern, vocabulary)
        if isinstance(instance, Variable):
            if module:
                shared[instance.name] = module
            elif not _may_be_shared(pattern, vocabulary):
                own.add(instance.name)
        elif module and instance is not None and DEFAULT_INSTANCE not in instance:
            yield f"{module} has one process for all instances, called {DEFAULT_INSTANCE}"
    for name in sorted(own & shared.keys()):
        yield (
            f"${name} joins {shared[name]}, one process for all instances, with a thing of one "
            f"instance; write no instance for {shared[name]}"
        )


def _modules(pattern: Pattern) -> tuple[str, ...]:
    """The modules whose processes or logs a pattern asks about."""
    asked = pattern.kind in ("process", "log")
    return tuple(map(str, pattern.literals(KINDS[pattern.kind].NAMES[0]))) if asked else ()


def _shared_module(pattern: Pattern, vocabulary: Vocabulary) -> str | None:
    """A module of the pattern, if all its modules have one process for all instances."""
    modules = _modules(pattern)
    return modules[0] if modules and all(map(vocabulary.default_instance, modules)) else None


def _may_be_shared(pattern: Pattern, vocabulary: Vocabulary) -> bool:
    """Whether a matching fact may be about all instances at once."""
    if pattern.kind in ("process", "log"):
        modules = _modules(pattern)
        return not modules or any(map(vocabulary.default_instance, modules))
    return False


def _doubles(card: Card) -> Iterator[Found]:
    counted = Counter(
        (conjunction, evidence.certainty > 0)
        for evidence in card.evidence
        for conjunction in set(evidence.when.alternatives)
    )
    for (conjunction, _), times in counted.items():
        if times > 1:
            shown = " and ".join(map(str, conjunction.positive))
            yield Found("duplicate-evidence", ("evidence",), f"stands {times} times: {shown}")


def _reach(card: Card) -> Iterator[Found]:
    if not any(evidence.certainty > 0 for evidence in card.evidence):
        yield Found("unreachable", ("evidence",), "no evidence speaks for it")
    for number, evidence in enumerate(card.evidence):
        if evidence.certainty > SYMPTOM_LIMIT and _symptoms_suffice(evidence):
            yield Found(
                "symptoms-too-certain",
                ("evidence", number, "certainty"),
                f"symptoms alone are at most '{word_for(SYMPTOM_LIMIT)}'",
            )


def _symptoms_suffice(evidence: EvidenceRule) -> bool:
    return any(
        all(pattern.kind in _SYMPTOMS for pattern in conjunction.positive)
        for conjunction in evidence.when.alternatives
    )

"""States of processes beside what a message says.

That a process is missing, crashes or hangs is seen and therefore sure, but it is no cause. A
message that names one is less sure, and yet it comes first: with the state as its consequence if
its card says so, else before it, if the process or what it starts needs what the cause is about.
"""

from __future__ import annotations

from collections.abc import Sequence

from ccexpert.certainty import FINDING
from ccexpert.facts import ErrorFact, Fact, ProbeFact, ProcessFact
from ccexpert.facts.entries import ModuleEntry
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.knowledge.dependencies import needed
from ccexpert.rank.hypothesis import Hypothesis

#: The process that starts all others.
_PARENT = "watchdog"
#: What only lists processes.
_LISTS = frozenset({"pdump", "service-status", "monitor-missing"})


def is_named(cause: Hypothesis, facts: Sequence[Fact]) -> bool:
    """Whether it is a finding, and a cause that a message names."""
    card = cause.card
    if cause.certainty < FINDING or card.complaint or card.verdict == "not-a-fault":
        return False
    return any(isinstance(facts[i], ErrorFact) for i in cause.covers)


def goes_before(cause: Hypothesis, state: Hypothesis, facts: Sequence[Fact]) -> bool:
    """Whether one is a cause that a message names, and the other rests on states of processes. A
    mere class of causes must be named by the process itself."""
    return (
        is_named(cause, facts)
        and _is_state(state, facts)
        and cause.is_where(state)
        and (not cause.card.general or is_told_by(state, cause, facts))
    )


def is_told_by(state: Hypothesis, cause: Hypothesis, facts: Sequence[Fact]) -> bool:
    """Whether a cause rests on a message of a process whose state another hypothesis rests on."""
    messages = [facts[i] for i in cause.covers]
    states = [facts[i] for i in state.covers]
    told = {fact.module for fact in messages if isinstance(fact, ErrorFact)}
    return any(isinstance(fact, ProcessFact) and fact.module in told for fact in states)


def is_needed(cause: Hypothesis, state: Hypothesis, vocabulary: Vocabulary) -> bool:
    """Whether the process of a state, or what it starts, needs what a grave cause is about."""
    module = state.card.module
    started = [module] if module != _PARENT else _started(vocabulary)
    grave = cause.card.impact >= state.card.impact
    return grave and any(m.name == cause.card.module != module for m in needed(started, vocabulary))


def _started(vocabulary: Vocabulary) -> list[str]:
    modules = (e for e in vocabulary.entries("module") if isinstance(e, ModuleEntry))
    return [e.name for e in modules if e.by_name]


def _is_state(hypothesis: Hypothesis, facts: Sequence[Fact]) -> bool:
    resting = [facts[i] for i in hypothesis.covers]
    seen = [f for f in resting if isinstance(f, ProcessFact) or _lists(f)]
    return bool(seen) and all(f in seen or f.is_complaint for f in resting)


def _lists(fact: Fact) -> bool:
    return isinstance(fact, ProbeFact) and fact.name in _LISTS

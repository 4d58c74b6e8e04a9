"""Sentences that say of one module whether it runs: *wfserver is down*, *mta@prod körs inte*."""

from __future__ import annotations

import re

from ccexpert.display import clean
from ccexpert.facts import INSTANCE_PATTERN, ProcessFact
from ccexpert.facts.entries import ModuleEntry
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.intake.reading import PROSE_LIMIT
from ccexpert.intake.words import NOT, Statement, plain_words

#: What is said of a module that does not run; with *not*, what is said of one that does.
_GONE = frozenset({"down", "missing", "stop"})
_THERE = frozenset({"run", "start", "show", "work"})


def process_in(text: str, said: Statement, vocabulary: Vocabulary) -> ProcessFact | None:
    """What a sentence says of the one module that it names; None when it says nothing of it, or
    names several."""
    words = set(plain_words(text))
    named = [entry for entry in vocabulary.modules if entry.name.casefold() in words]
    named = [entry for entry in named if entry.instances != "none"]
    state = _state(said)
    if len(named) != 1 or state is None:
        return None
    return ProcessFact.model_validate(
        {
            "kind": "process",
            "module": named[0].name,
            "instance": _instance(named[0], text, vocabulary),
            "state": state,
            "certainty": PROSE_LIMIT,
            "source": f"understood from: {clean(text, 200)}",
        }
    )


def _state(said: Statement) -> str | None:
    means = {token.means for token in said.tokens}
    if said.asks or said.is_over:
        return None
    if means & _GONE or (NOT in means and means & _THERE):
        return "missing"
    return "running" if "run" in means and not said.has_trouble else None


def _instance(module: ModuleEntry, text: str, vocabulary: Vocabulary) -> str | None:
    found = re.search(rf"\b{module.name}@([\w-]{{1,64}})", text, re.IGNORECASE)
    if found and re.fullmatch(INSTANCE_PATTERN, found[1]):
        return found[1]
    return vocabulary.default_instance(module.name)

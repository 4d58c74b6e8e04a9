"""Sentences that say of one module or technical workflow whether it runs: *wfserver is down*,
*mta@prod körs inte*, *web crashes*, *operationMgt has failed*."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import zip_longest

from ccexpert.display import clean
from ccexpert.facts import INSTANCE_PATTERN, ProcessFact, WorkflowFact
from ccexpert.facts.entries import ModuleEntry
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.intake.reading import PROSE_LIMIT
from ccexpert.intake.statement import NOT, Statement
from ccexpert.intake.stems import plain_words

#: What is said of a module that does not run; with *not*, what is said of one that does.
_GONE = frozenset({"down", "missing", "stop"})
_THERE = frozenset({"run", "start", "show", "work"})

#: What is said of a program that runs: that it shows nothing may mean a page of it.
_RUNS = frozenset({"run", "start"})

#: What is said of a module that runs and does not work, and its state.
_ILL = {"stuck": "stuck", "crash": "crashing"}

#: Modules that are called like a channel, and what makes it plain that the module is meant.
_CHANNELS = frozenset({"sms"})
_PROCESS = frozenset({"process", "module", "run", "start"})

#: What is said of a workflow, and its state.
_STANDS = {
    "fail": "failed",
    "error": "failed",
    "paused": "paused",
    "stop": "stopped",
    "down": "stopped",
    "late": "late",
}

#: Words behind the name of a module that make it the name of something else: *web access*.
_OF = frozenset(
    {"access", "application", "applications", "browser", "client", "connection", "connections"}
    | {"log", "logs", "logg", "loggen", "loggar", "loggfil", "loggfilen"}
    | {"form", "forms", "login", "logon", "page", "pages", "server", "servers", "site", "sites"}
)


def process_in(text: str, said: Statement, vocabulary: Vocabulary) -> ProcessFact | None:
    """What a sentence says of the one module that it names; None when it says nothing of it, or
    names several."""
    words = [*plain_words(text)]
    modules = {one for one, after in zip_longest(words, words[1:]) if after not in _OF}
    named = [
        (entry, called)
        for entry in vocabulary.modules
        if (called := next((name for name in _names(entry) if name in modules), None))
    ]
    if len(named) != 1:
        return None
    module, called = named[0]
    there = _THERE if called == module.name.casefold() else _RUNS
    state = _state(said.clause_with(called), there, is_channel=called in _CHANNELS)
    if state is None:
        return None
    return ProcessFact.model_validate(
        {
            "kind": "process",
            "module": module.name,
            "instance": _instance(module, text, vocabulary),
            "state": state,
            "certainty": PROSE_LIMIT,
            "source": f"understood from: {clean(text, 200)}",
        }
    )


def _names(module: ModuleEntry) -> Iterator[str]:
    """What a process is called: its own name, and the programs that do its work."""
    if module.instances != "none":
        yield module.name.casefold()
    yield from module.programs


def workflow_in(text: str, said: Statement, vocabulary: Vocabulary) -> WorkflowFact | None:
    """What a sentence says of the one technical workflow whose internal name it holds."""
    words, means = set(plain_words(text)), {token.means for token in said.tokens}
    named = [
        name
        for name in vocabulary.names("workflow")
        if name.casefold() in words and (name != name.casefold() or "workflow" in means)
    ]
    state = _standing(said, means)
    if len(named) != 1 or state is None:
        return None
    return WorkflowFact.model_validate(
        {
            "kind": "workflow",
            "name": named[0],
            "state": state,
            "certainty": PROSE_LIMIT,
            "source": f"understood from: {clean(text, 200)}",
        }
    )


def _standing(said: Statement, means: set[str]) -> str | None:
    """The state of a workflow, in a sentence that says that it is not as it should be."""
    if said.asks or said.is_over or not said.has_trouble:
        return None
    if NOT in means:
        return "stopped" if means & {"run", "start"} else None
    return next((state for meant, state in _STANDS.items() if meant in means), None)


def _state(said: Statement, there: Collection[str], *, is_channel: bool) -> str | None:
    means = {token.means for token in said.tokens}
    if said.asks or said.is_over or (is_channel and means.isdisjoint(_PROCESS)):
        return None
    if "crash" in means and NOT not in means:
        return "crashing"
    if "stuck" in means or said.denies({"answer"}):
        return "unresponsive"
    if means & _GONE or said.denies(there):
        return "missing"
    if NOT not in means and (ill := next((s for m, s in _ILL.items() if m in means), None)):
        return ill
    return "running" if "run" in means and not said.has_trouble else None


def _instance(module: ModuleEntry, text: str, vocabulary: Vocabulary) -> str | None:
    found = re.search(rf"\b{module.name}@([\w-]{{1,64}})", text, re.IGNORECASE)
    if found and re.fullmatch(INSTANCE_PATTERN, found[1]):
        return found[1]
    return vocabulary.default_instance(module.name)

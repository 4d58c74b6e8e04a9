"""Sentences that say of one module or technical workflow whether it runs: *wfserver is down*,
*mta@prod körs inte*, *web crashes*, *operationMgt has failed*."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from ccexpert.facts import INSTANCE_PATTERN, ProbeFact, ProcessFact, WorkflowFact
from ccexpert.facts.entries import ModuleEntry
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.intake.reading import PROSE_LIMIT, understood_from
from ccexpert.intake.statement import NOT, Statement
from ccexpert.intake.stems import PAUSE, plain_words

#: What is said of a module that does not run; with *not*, what is said of one that does.
_GONE = frozenset({"down", "missing", "stop"})
_THERE = frozenset({"run", "start", "show", "work"})

#: What is said of a module with which something is wrong.
_WRONG = _GONE | {"stuck", "crash"}

#: How the monitoring page shows a process that does not run.
_RED = ("red", "röd", "rött")

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

#: What stands between the modules of a list.
_AND = frozenset({PAUSE, "and", "or", "och", "samt", "eller", "both", "nor"})

#: What stands before modules of which the contrary is true.
_EXCEPT = frozenset(
    {"except", "excepting", "excluding", "except for", "apart from", "other than", "but not"}
    | {"all but", "everything but", "utom", "förutom", "allt utom", "bortsett från", "men inte"}
)

#: Words behind the name of a module that make it the name of something else: *web access*.
_OF = frozenset(
    {"access", "application", "applications", "browser", "client", "connection", "connections"}
    | {"log", "logs", "logg", "loggen", "loggar", "loggfil", "loggfilen"}
    | {"analytics", "api", "app", "apps", "console", "content", "hook", "hooks", "interface"}
    | {"services", "shop", "store", "team", "tracker", "tracking", "traffic"}
    | {"form", "forms", "login", "logon", "page", "pages", "server", "servers", "site", "sites"}
)


#: What a person calls the list of processes.
_LIST = frozenset({"pdump", "process list", "processlistan", "processlista", "processlistning"})


#: Of how many words the name of a module is, the longest first.
_WORDS = (3, 2, 1)


class _Group(NamedTuple):
    """Modules that a sentence names in one breath: *mta, stat and wfserver*."""

    start: int
    end: int
    """The indexes of its first word, and of the first behind it."""
    modules: tuple[tuple[ModuleEntry, str, str | None], ...]
    """Each with what it is called, and with its instance."""


def processes_in(
    text: str, said: Statement, vocabulary: Vocabulary
) -> tuple[ProbeFact | ProcessFact, ...]:
    """What a sentence says of the modules that it names; nothing of those that one clause names
    apart from each other: *mta waits for stat*. One that tells what stands in the process list says
    that there is one: *pdump shows web and stat*."""
    words = [*plain_words(text)]
    groups = list(_groups(words, text, vocabulary))
    lists = bool(groups) and _is_listing(words, said)
    processes = (
        ProcessFact.model_validate(
            {
                "kind": "process",
                "module": module.name,
                "instance": instance or vocabulary.default_instance(module.name),
                "state": state,
                "certainty": PROSE_LIMIT,
                "source": understood_from(text),
            }
        )
        for group in groups
        for module, called, instance in group.modules
        if (state := "running" if lists else _said_of(module, called, group, groups, words, said))
    )
    return (*((_list_told_in(text),) if lists else ()), *processes)


def _list_told_in(text: str) -> ProbeFact:
    """The process list that a sentence speaks of."""
    return ProbeFact(
        kind="probe",
        name="pdump",
        result="ok",
        certainty=PROSE_LIMIT,
        source=understood_from(text),
    )


def _is_listing(words: Sequence[str], said: Statement) -> bool:
    """Whether a sentence tells what a process list shows, and nothing that is wrong."""
    named = f" {' '.join(words)} "
    speaks = "show" in said.means and any(f" {one} " in named for one in _LIST)
    excepts = any(f" {one} " in named for one in _EXCEPT)
    return speaks and not (excepts or said.has_trouble or said.asks or said.is_over)


def _groups(words: Sequence[str], text: str, vocabulary: Vocabulary) -> Iterator[_Group]:
    """The modules that words name, those of one list together."""
    entries = _by_name(vocabulary)
    listed: list[tuple[ModuleEntry, str, str | None]] = []
    start = end = at = 0
    while at < len(words):
        ahead = (" ".join(words[at : at + many]) for many in _WORDS if at + many <= len(words))
        word = next((name for name in ahead if name in entries), "")
        began, at = at, at + max(1, len(word.split()))
        after = words[at] if at < len(words) else ""
        if not word or after in _OF:
            continue
        if listed and not _AND.issuperset(words[end:began]):
            yield _Group(start, end, tuple(listed))
            listed = []
        start = start if listed else began
        instance = _instance(word, after, text)
        listed.append((entries[word], word, instance))
        at += instance is not None
        end = at
    if listed:
        yield _Group(start, end, tuple(listed))


def _said_of(
    module: ModuleEntry,
    called: str,
    group: _Group,
    groups: Sequence[_Group],
    words: Sequence[str],
    said: Statement,
) -> str | None:
    """The state of a module, if one is said."""
    there = _THERE if called == module.name.casefold() else _RUNS
    if length := _exception(words[: group.start]):
        return _state_of_exception(said, group.start - length, group.end, there)
    clause = said.clause_with(_key(called))
    others = {_key(called) for other in groups for one, called, _ in other.modules[:1]}
    if any(map(clause.speaks_of, others - {_key(called) for _, called, _ in group.modules})):
        return None
    behind = clause.between(group.end)
    if len(clause.means & _WRONG) > 1 and behind.means & _WRONG:
        clause = behind  # *a workflow stands still and wfserver is missing*
    state = _state(clause, there, is_channel=called in _CHANNELS)
    more = said.carried_on(_key(called))  # *mta starts, runs for a minute and dies*
    if state in (None, "running") and more.means & _WRONG and NOT not in more.means:
        return _state(more, there, is_channel=False)
    return state


def _key(called: str) -> str:
    """The word by which a clause with a name is found."""
    return called.partition(" ")[0]


def _exception(before: Sequence[str]) -> int:
    """How many words there are of *except for*, with which these end; 0 if they do not."""
    lengths = (2, 1)
    return next((n for n in lengths if " ".join(before[-n:]) in _EXCEPT), 0)


def _state_of_exception(said: Statement, start: int, end: int, there: frozenset[str]) -> str | None:
    """The state of a module that a sentence excepts: what stands behind it, if something is said
    before too; else the contrary of what is said of the rest."""
    before, behind = said.between(0, start), said.between(end)
    if before.tells and behind.tells:
        return _state(behind, there, is_channel=False)
    rest = before if before.tells else behind
    if said.asks or said.is_over:
        return None
    if rest.means & _GONE or rest.denies(there):
        return "running"
    return "missing" if rest.means & there and not rest.has_trouble else None


@lru_cache(maxsize=4)
def _by_name(vocabulary: Vocabulary) -> Mapping[str, ModuleEntry]:
    """The modules by all that they are called; asked of every sentence."""
    return {called: entry for entry in vocabulary.modules for called in _names(entry)}


def _names(module: ModuleEntry) -> Iterator[str]:
    """What a process is called: its own name, and the programs that do its work."""
    if module.instances != "none":
        yield module.name.casefold()
    yield from module.programs


def workflow_in(text: str, said: Statement, vocabulary: Vocabulary) -> tuple[WorkflowFact, ...]:
    """What a sentence says of the one technical workflow whose internal name it holds."""
    words, means = set(plain_words(text)), said.means
    named = [
        name
        for name in vocabulary.names("workflow")
        if name.casefold() in words and (name != name.casefold() or "workflow" in means)
    ]
    state = _standing(said, means)
    if len(named) != 1 or state is None:
        return ()
    fact = WorkflowFact.model_validate(
        {
            "kind": "workflow",
            "name": named[0],
            "state": state,
            "certainty": PROSE_LIMIT,
            "source": understood_from(text),
        }
    )
    return (fact,)


def _standing(said: Statement, means: frozenset[str]) -> str | None:
    """The state of a workflow, in a sentence that says that it is not as it should be."""
    if said.asks or said.is_over or not said.has_trouble:
        return None
    if NOT in means:
        return "stopped" if means & {"run", "start"} else None
    return next((state for meant, state in _STANDS.items() if meant in means), None)


def _state(said: Statement, there: Collection[str], *, is_channel: bool) -> str | None:
    means = said.means
    if said.asks or said.is_over or (is_channel and means.isdisjoint(_PROCESS)):
        return None
    if "crash" in means and NOT not in means:
        return "crashing"
    if "stuck" in means or said.denies({"answer"}):
        return "unresponsive"
    if means & _GONE or said.denies(there) or any(map(said.speaks_of, _RED)):
        return "missing"
    if NOT not in means and (ill := next((s for m, s in _ILL.items() if m in means), None)):
        return ill
    return "running" if "run" in means and not said.has_trouble else None


def _instance(called: str, after: str, text: str) -> str | None:
    """The instance that stands behind a module's name: *mta@prod*."""
    found = re.search(rf"\b{called}@({re.escape(after)}[\w-]{{0,63}})", text, re.IGNORECASE)
    return found[1] if after and found and re.fullmatch(INSTANCE_PATTERN, found[1]) else None

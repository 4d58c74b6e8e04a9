"""Reads the list of processes that ``nlserver pdump`` prints, whatever stands around it.

Formats: help/production/using/usual-commands.md, help/installation/using/standalone-deployment.md
and help/production/using/build-upgrade.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ccexpert.facts import DEFAULT_INSTANCE, INSTANCE_PATTERN, Fact, NotObserved, ProcessFact
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.observe.interface import Circumstances, Seen
from ccexpert.observe.text import after_header

_PROCESS = re.compile(
    r"(?P<module>[A-Za-z]+)(?:@(?P<instance>[^\s(@]+))?\s*\((?:pid\s?[=:]?\s?)?(?P<pid>\d{1,10})\)"
    r"(?:\s*-\s*(?P<memory>\d{1,9}(?:[.,]\d{1,3})?)\s*(?P<unit>[KMGT]?)(?:o|b|ib))?",
    re.IGNORECASE | re.ASCII,
)
# the program prints English; translated pages of the documentation do not
_EMPTY = re.compile(r"(?:no tasks?|inga (?:aktiviteter|uppgifter))\s*\.?", re.IGNORECASE)
_RULE = re.compile(r"(?P<title>Connections|Connection pool)\s*-{4,}\s*", re.IGNORECASE)
_PROMPT = re.compile(
    r"(?:(?:PS )?[A-Za-z]:\\.*>|\S*[$#%>]|\S+@\S+ ?\S*[$#])?\s*(?:nlserver\b.*)?", re.IGNORECASE
)
_LONGEST_LINE = 300
_MEGABYTES = {"": 1e-6, "K": 1e-3, "M": 1.0, "G": 1e3, "T": 1e6}


@dataclass(frozen=True)
class Process:
    """One line of the list."""

    module: str
    instance: str
    pid: int
    memory_mb: float | None


@dataclass(frozen=True)
class Listing:
    """The content of a process list."""

    processes: tuple[Process, ...] = ()
    complete: bool = False
    """Whether every module that is not listed does not run."""
    empty: bool = False
    """Whether it says that there are no tasks."""
    pool: int | None = None
    """Rows of the connection pool; None if the text has no such section."""


def listing(text: str, vocabulary: Vocabulary) -> Listing:
    """Read a process list; modules outside the vocabulary are ignored."""
    headed, sections = _sections(text)
    modules = modules_listed(vocabulary)
    found = [(line, _PROCESS.fullmatch(line)) for line in sections[""]]
    processes = tuple(p for _, m in found if m for p in _process(m, modules, vocabulary))
    others = [line for line, match in found if not match]
    foreign = [line for line in others if not _EMPTY.fullmatch(line)]
    pool = sections.get("connection pool")
    return Listing(
        processes,
        complete=headed and not foreign,
        empty=len(others) > len(foreign) and not processes,
        pool=None if pool is None else max(len(pool) - 1, 0),
    )


def _sections(text: str) -> tuple[bool, dict[str, list[str]]]:
    """Whether there is a header, and the lines that say something, by the title above them."""
    headed, title = False, ""
    sections: dict[str, list[str]] = {title: []}
    for whole in text.split("\n"):
        header, line = after_header(whole)
        headed = headed or header
        if rule := _RULE.fullmatch(line):
            title = rule["title"].casefold()
            sections.setdefault(title, [])
        elif len(line) > _LONGEST_LINE or not _PROMPT.fullmatch(line):
            sections[title].append(line)
    return headed, sections


def modules_listed(vocabulary: Vocabulary) -> dict[str, str]:
    """The modules that can stand in a list, by their names in small letters; others of the
    vocabulary are areas (database, network)."""
    able = (e.name for e in vocabulary.modules if e.instances != "none" or e.on_demand)
    return {name.casefold(): name for name in able}


def _process(
    found: re.Match[str], modules: dict[str, str], vocabulary: Vocabulary
) -> tuple[Process, ...]:
    """The process of a line; none for an unknown module or what cannot be a process."""
    module = modules.get(found["module"].casefold())
    if module is None or not int(found["pid"]):
        return ()
    instance = found["instance"] or vocabulary.default_instance(module) or DEFAULT_INSTANCE
    if not re.fullmatch(INSTANCE_PATTERN, instance):
        return ()
    memory = None
    if found["memory"]:
        memory = float(found["memory"].replace(",", ".")) * _MEGABYTES[found["unit"].upper()]
    return (Process(module, instance, int(found["pid"]), memory),)


def listed(processes: Iterable[Process], context: Circumstances, source: str) -> Seen:
    """The processes of a list that somebody may have filtered, as its lack of a watchdog shows."""
    found = Listing(tuple(processes))
    facts = tuple[Fact, ...](running(found, context, source))
    if any(one.module == "watchdog" for one in found.processes) or not facts:
        return Seen(facts)
    reason = "the watchdog is not in it, so it may be a part: nlserver pdump lists all"
    return Seen(facts, (NotObserved(source=source, reason=reason),))


def running(found: Listing, context: Circumstances, source: str) -> Iterator[ProcessFact]:
    """One fact per module and instance; of several processes, such as mtachild, the largest."""
    groups: dict[tuple[str, str], list[Process]] = {}
    for process in found.processes:
        if context.wants(process.instance):
            groups.setdefault((process.module, process.instance), []).append(process)
    for (module, instance), group in sorted(groups.items()):
        memory = [p.memory_mb for p in group if p.memory_mb is not None]
        yield ProcessFact(
            kind="process",
            module=module,
            instance=instance,
            state="running",
            autostart=context.configuration.autostart.get((module, instance)),
            pid=group[0].pid if len(group) == 1 else None,
            memory_mb=max(memory, default=None),
            source=source,
        )

"""``nlserver pdump`` and ``pdump -who``: running processes and their database connections.

A process counts as running only when a line names it. It counts as missing only when the list is
complete and the configuration says that this host starts it: absence alone is no fault.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from ccexpert.display import first_line
from ccexpert.facts import (
    DEFAULT_INSTANCE,
    ContextFact,
    Fact,
    IndicatorFact,
    NotObserved,
    ProbeFact,
    ProcessFact,
)
from ccexpert.observe.builds import build_of
from ccexpert.observe.commands import nlserver
from ccexpert.observe.interface import (
    CannotObserveError,
    Circumstances,
    Host,
    Output,
    Outputs,
    Seen,
    Shape,
    Taken,
    unseen,
)
from ccexpert.observe.signatures import errors_in
from ccexpert.observe.sources.process_list import Listing, listing, running
from ccexpert.observe.text import BANNER, decode, exit_code

FILES = ("pdump.txt", "pdump-who.txt")

#: maxProcessMemoryWarningMb and maxProcessMemoryAlertMb, and maxCnx, where no file sets them
#: (help/installation/using/the-server-configuration-file.md,
#: help/production/using/connection-thresholds.md).
MEMORY_MB = (1600.0, 1800.0)
MAX_CONNECTIONS = 90

#: The same for web, which holds the Java heap of Tomcat: on servers in use 1 to 4 GB are usual, so
#: that the documented default would find fault with them every day.
WEB_MEMORY_MB = (4096.0, 6144.0)

#: Below its header a list has at least one process or *No tasks*. If it has neither, a copy may
#: have lost it.
_PROBABLY_EMPTY = 0.7

#: The service starts both; a list with neither shows modules that a person started.
_OF_THE_SERVICE = frozenset({"watchdog", "syslogd"})
_BY_HAND = 0.8
_MOST_BY_HAND = 2

_PID, _SIZE = r"\s{0,4}\((?:pid\s?[=:]?\s?)?\d{1,10}\)", r"\s*-\s*\d[^\n]{0,30}"
#: A process of the list. Without instance and size only the watchdog: *InvalidToken (403)* and
#: *CONNECTED(00000003)* are none.
_LISTED = (
    rf"\s{{0,8}}(?:(?:[A-Za-z]{{3,20}}@[\w-]{{1,64}}|watchdog){_PID}(?:{_SIZE})?"
    rf"|[A-Za-z]{{3,20}}{_PID}{_SIZE})\s*$"
)
_NONE = r"\s{0,8}(?:no tasks?|inga (?:aktiviteter|uppgifter))\s*\.?\s*$"
#: A line about a module, however it goes on: then the list does not end above it.
_OF_A_MODULE = r"\s{0,8}(?:[A-Za-z]{3,20}@[\w-]{1,64}\b|watchdog\b(?!@))"
_WHO = r"(?:Connections|Connection pool) -{4,}"
SHAPES: tuple[Shape, ...] = (
    Shape(
        output="pdump.txt",
        begins=re.compile(f"(?:{BANNER}|{_LISTED}|{_NONE})", re.IGNORECASE),
        belongs=re.compile(
            rf"(?:{_WHO}|{_OF_A_MODULE}|Last Access|Datasource|\d\d/\d\d/\d{{4}} "
            r"|\S{1,64} {2,}\S|\[\.\.\.\]|exit code)",
            re.IGNORECASE,
        ),
        tells=re.compile(f"^(?:{_LISTED}|{_NONE})", re.IGNORECASE),
        command=re.compile(r"\bnlserver(?:\.exe)? pdump\b|\bnlserver6 pdump\b", re.IGNORECASE),
        heads=re.compile(BANNER, re.IGNORECASE),
        gaps=True,
    ),
)
Level = Literal["ok", "warning", "alert"]
_LEVELS: tuple[Level, ...] = ("ok", "warning", "alert")


def parse(outputs: Outputs, context: Circumstances) -> Seen:
    """Processes, the probe ``pdump``, and the indicators that the list allows."""
    seen = Seen()
    if "pdump.txt" in outputs:
        raw = outputs["pdump.txt"].data()
        seen += parse_text(raw, context) + build_of(raw, "nlserver pdump")
    if "pdump-who.txt" in outputs:
        text, _, _ = exit_code(decode(outputs["pdump-who.txt"].data()))
        seen += Seen(tuple(_pool(listing(text, context.vocabulary), context)))
    return seen


def parse_text(raw: bytes | str, context: Circumstances) -> Seen:
    """The facts of one process list."""
    text, code, own_account = exit_code(decode(raw))
    found = listing(text, context.vocabulary)
    if not (found.processes or found.empty or found.complete):
        return _unreadable(text, code, own_account, context)
    if not (found.processes or found.empty):
        return _headed_only()
    probe = ProbeFact(
        kind="probe",
        name="pdump",
        result="blank" if found.empty else "ok",
        source="nlserver pdump",
    )
    facts: list[Fact] = [
        probe,
        *running(found, context, "nlserver pdump"),
        *_memory(found, context),
    ]
    seen = Seen()
    if found.complete or found.empty:
        facts += (*_missing(found, context), *_by_hand(found))
    else:
        seen = unseen("pdump", "the process list is not whole, so that nothing is called missing")
    return Seen((*facts, *_pool(found, context))) + seen


def _headed_only() -> Seen:
    """Interpret a header with nothing below it."""
    reason = "there is neither a process nor 'No tasks' below the header: probably nothing runs"
    probe = ProbeFact(
        kind="probe",
        name="pdump",
        result="blank",
        certainty=_PROBABLY_EMPTY,
        source="nlserver pdump",
    )
    return Seen((probe,)) + unseen("pdump", reason)


def _unreadable(text: str, code: int | None, own_account: bool, context: Circumstances) -> Seen:
    """Interpret a text that is not a process list."""
    if not code:
        return unseen("pdump", f"not a process list: {first_line(text)}")
    if not own_account:
        reason = f"nlserver pdump failed (exit code {code}): {first_line(text)}"
        return unseen("pdump", f"{reason}; run ccexpert as the Campaign account")
    source = f"nlserver pdump, exit code {code}"
    probe = ProbeFact(kind="probe", name="pdump", result="error", source=source)
    return Seen((probe, *errors_in(text, context.vocabulary, "service", source)))


def _missing(found: Listing, context: Circumstances) -> Iterator[ProcessFact]:
    """What the configuration starts here and the list lacks; the watchdog belongs to every list."""
    listed = {(p.module, p.instance) for p in found.processes}
    expected = {key for key, starts in context.configuration.autostart.items() if starts}
    expected.add(("watchdog", DEFAULT_INSTANCE))
    for module, instance in sorted(expected - listed):
        if context.wants(instance):
            yield ProcessFact(
                kind="process",
                module=module,
                instance=instance,
                state="missing",
                autostart=context.configuration.autostart.get((module, instance)),
                source="nlserver pdump",
            )


def _by_hand(found: Listing) -> Iterator[ContextFact]:
    """A fact if a module or two run that the service did not start. Who starts by hand starts one
    at a time; where more run without what the service starts, it has more likely died."""
    running = {process.module for process in found.processes}
    if 0 < len(running) <= _MOST_BY_HAND and _OF_THE_SERVICE.isdisjoint(running):
        yield ContextFact(
            kind="context",
            name="modules-started-by-hand",
            present=True,
            certainty=_BY_HAND,
            source="nlserver pdump",
        )


def _memory(found: Listing, context: Circumstances) -> Iterator[IndicatorFact]:
    """The worst process, and of several the largest."""
    judged = [
        (_LEVELS.index(level), p.memory_mb, f"{p.module}@{p.instance} {p.memory_mb:g} MB", level)
        for p in found.processes
        if p.memory_mb is not None
        and context.wants(p.instance)
        and (level := _level(p.module, p.memory_mb, context))
    ]
    if judged:
        _, _, value, level = max(judged)
        yield IndicatorFact(
            kind="indicator",
            name="process-memory",
            level=level,
            value=value,
            source="nlserver pdump",
        )


def _level(module: str, used: float, context: Circumstances) -> Level:
    usual = WEB_MEMORY_MB if module == "web" else MEMORY_MB
    warning, alert = context.configuration.memory_mb or usual
    return "alert" if used >= alert else "warning" if used >= warning else "ok"


def _pool(found: Listing, context: Circumstances) -> Iterator[IndicatorFact]:
    """The rows of the pool against maxCnx. The documentation does not say that a row is a
    connection, it only shows a sample; hence the certainty."""
    if found.pool is not None:
        most = context.configuration.max_connections or MAX_CONNECTIONS
        yield IndicatorFact(
            kind="indicator",
            name="database-connections",
            level="alert" if found.pool >= most else "ok",
            value=f"{found.pool} of {most}",
            certainty=0.8,
            source="nlserver pdump -who",
        )


def read(host: Host) -> Taken:
    """Run both commands; the second only adds, so it may fail."""
    outputs: dict[str, Output] = {"pdump.txt": nlserver(host, "pdump")}
    try:
        outputs["pdump-who.txt"] = nlserver(host, "pdump", "-who")
    except CannotObserveError as error:
        return Taken(outputs, (NotObserved(source="pdump -who", reason=str(error)),))
    return Taken(outputs)

"""The log files below ``var``: which ones are being written, and their error signatures.

``var/<instance>/log/<module>.log`` is written by syslogd for all modules, its former part is
``<module>_2.log``, and logons go to ``logins.<date>.log`` (help/production/using/log-files.md);
``var/<instance>/redir/log`` is written by trackinglogd. Some installations below ``nl7`` keep logs
in ``log/<instance>`` beside ``var`` instead. ``files.json`` lists names, sizes and times, so that a
capture need not contain private files.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

from ccexpert.facts import (
    DEFAULT_INSTANCE,
    ErrorFact,
    Fact,
    IndicatorFact,
    LogFact,
    NotObserved,
)
from ccexpert.observe.interface import (
    CannotObserveError,
    Circumstances,
    Host,
    Output,
    Outputs,
    Seen,
    Shape,
    Taken,
    is_closed,
)
from ccexpert.observe.signatures import error_fact, signatures
from ccexpert.observe.sources.log_files import (
    BESIDE,
    CRASHES,
    LOGS,
    LogFile,
    closed_folders,
    is_log,
    leads_elsewhere,
    log_file,
    paths,
)
from ccexpert.observe.sources.logscan import Hits, scan
from ccexpert.observe.text import decode, line_text, utf8

_TRACKING = "*/redir/log/*"

FILES = ("files.json", BESIDE, *(f"var/{glob}" for glob in (*LOGS, *CRASHES, _TRACKING)))
SHAPES: tuple[Shape, ...] = ()

_LISTING = "files.json"

#: A log is growing when its last line is younger than this; and no longer written when the daily
#: restart at 06:00, of which every module writes a line, has passed without one.
FRESH = timedelta(minutes=15)
STALE = timedelta(hours=25)

_TRACKING_DATA = re.compile(r"var/(?P<instance>[^/]+)/redir/log/[^/]+")
_CORE = re.compile(r"var/(?:[^/]+/)?(?:core\.\d+|[^/]+\.mdmp)")


def parse(outputs: Outputs, context: Circumstances) -> Seen:
    """States of the logs, errors in them, and the indicator ``core-files``."""
    times = _times(outputs, context.now)
    if not times:
        return Seen()
    files = [
        file
        for name, modified in sorted(times.items())
        if (file := log_file(name, modified, context.vocabulary)) and context.wants(file.instance)
    ]
    errors, written = _errors(files, outputs, context)
    times |= written
    facts = (*_states(files, times, context), *_core_files(times, outputs), *errors.facts)
    return Seen(facts, errors.not_observed)


def _times(outputs: Outputs, now: datetime) -> dict[str, float]:
    """The last write of each file below var: as listed, else as delivered, else now."""
    listed: Any = None
    if _LISTING in outputs:
        try:
            listed = json.loads(decode(outputs[_LISTING].data()))
        except (ValueError, RecursionError):
            listed = None
    times = {
        name: now.timestamp() if output.modified is None else output.modified
        for name, output in outputs.items()
        if name.startswith(("var/", "log/"))
    }
    if isinstance(listed, dict):
        times |= {
            name: float(entry["modified"])
            for name, entry in listed.items()
            if isinstance(entry, dict) and _is_time(entry.get("modified"))
        }
    return times


def _is_time(value: Any) -> bool:
    return isinstance(value, (int, float)) and 0 <= value < 1e11


def _states(
    files: list[LogFile], times: dict[str, float], context: Circumstances
) -> Iterator[LogFact]:
    """One fact per log that is or should be written; syslogd stands for all of them."""
    logs = [file for file in files if file.module != "upgrade"]
    newest: dict[tuple[str, str], float] = {}
    for file in logs:
        if file.module in _logs_of_their_own(context):
            key = (file.module or "", file.instance)
            newest[key] = max(newest.get(key, 0.0), times[file.name])
    if logs:
        yield from _absent(set(newest), context)
        newest["syslogd", DEFAULT_INSTANCE] = max(times[file.name] for file in logs)
    for (module, instance), modified in sorted(newest.items()):
        state = _state(modified, context.now)
        if state == "growing" or (state == "stale" and module not in _resting(context)):
            yield _log(module, instance, state)
    yield from _tracking_data(bool(logs), times, context)


def _logs_of_their_own(context: Circumstances) -> set[str]:
    """Modules whose log is the file named after them."""
    return set(context.vocabulary.names("log")) - {"syslogd", "trackinglogd"}


def _resting(context: Circumstances) -> set[str]:
    """Modules whose log may stop growing without meaning anything."""
    return {module.name for module in context.vocabulary.modules if module.log_rests}


def _absent(present: set[tuple[str, str]], context: Circumstances) -> Iterator[LogFact]:
    """Modules that start here but have no log."""
    expected = {key for key, starts in context.configuration.autostart.items() if starts}
    for module, instance in sorted(expected - present):
        if module in _logs_of_their_own(context) - _resting(context) and context.wants(instance):
            yield _log(module, instance, "missing")


def _tracking_data(
    any_log: bool, times: dict[str, float], context: Circumstances
) -> Iterator[LogFact]:
    """What trackinglogd writes. Where nobody clicks there is nothing to write, so that old data, or
    none, is a weak sign."""
    starts = context.configuration.starts("trackinglogd")
    data = [t for name, t in times.items() if _TRACKING_DATA.fullmatch(name)]
    state = _state(max(data), context.now) if data else "missing" if starts and any_log else None
    if state and starts is not False:
        certainty = 1.0 if state == "growing" else 0.5
        yield _log("trackinglogd", DEFAULT_INSTANCE, state, certainty)


def _state(modified: float, now: datetime) -> str | None:
    age = now.timestamp() - modified
    if age <= FRESH.total_seconds():
        return "growing"
    return "stale" if age > STALE.total_seconds() else None


def _log(module: str, instance: str, state: str, certainty: float = 1.0) -> LogFact:
    return LogFact.model_validate(
        {
            "kind": "log",
            "module": module,
            "instance": instance,
            "state": state,
            "certainty": certainty,
            "source": "log files below var",
        }
    )


def _core_files(times: dict[str, float], outputs: Outputs) -> Iterator[Fact]:
    """Images of crashed processes: one is an alert (help/production/using/stack-trace-in-linux.md,
    KA-19378)."""
    cores = sum(1 for name in times if _CORE.fullmatch(name))
    if cores or _LISTING in outputs:
        yield IndicatorFact(
            kind="indicator",
            name="core-files",
            level="alert" if cores else "ok",
            value=float(cores),
            source="files below var",
        )


def _errors(
    files: Iterable[LogFile], outputs: Outputs, context: Circumstances
) -> tuple[Seen, dict[str, float]]:
    """Errors in all logs written to in the window, and the times of their last lines."""
    since = context.now - timedelta(hours=context.hours)
    stamp = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S").encode()
    recent = [f for f in files if f.name in outputs and f.modified >= since.timestamp()]
    found: dict[tuple[str | None, str, str], Hits] = {}
    written: dict[str, float] = {}
    reasons = []
    context.progress.start(sum(outputs[file.name].size for file in recent))
    for file in recent:
        known = signatures(context.vocabulary, upgrade=file.module == "upgrade")
        try:
            with outputs[file.name].open() as stream:
                seen = scan(utf8(stream), file.name, known, stamp, context.progress.advance)
        except OSError as error:
            reason = f"{file.name} cannot be read: {error.strerror or error}"
            reasons.append(NotObserved(source="logs", reason=reason))
            continue
        for name, hits in seen.hits.items():
            found.setdefault((file.module, file.instance, name), Hits()).add(hits)
        if last := _time(seen.newest):
            written[file.name] = last.timestamp()
    context.progress.stop()
    return Seen(tuple(_error_facts(found, context)), tuple(reasons)), written


def _error_facts(
    found: dict[tuple[str | None, str, str], Hits], context: Circumstances
) -> Iterator[Fact]:
    """One fact per signature of a module; signatures with one code and one line are one error."""
    entries = {entry.name: entry for entry in context.vocabulary.errors}
    facts: dict[tuple[str, ...], ErrorFact] = {}
    for (module, instance, name), hits in sorted(found.items(), key=lambda item: str(item[0])):
        fact = error_fact(
            entries[name],
            line_text(hits.line),
            module=module,
            instance=None if instance == DEFAULT_INSTANCE else instance,
            count=hits.count,
            newest=_time(hits.newest),
            source=hits.where,
            quote=module != "session",  # its lines name people who logged on
        )
        before = facts.get(fact.key)
        if before is None or (fact.count or 0) > (before.count or 0):
            facts[fact.key] = fact
    yield from facts.values()


def _time(stamp: bytes) -> datetime | None:
    try:
        return datetime.fromisoformat(stamp.decode()).replace(tzinfo=UTC) if stamp else None
    except ValueError:
        return None


def read(host: Host) -> Taken:
    """Find the files; each is opened only when it is searched."""
    if not host.var.is_dir():
        raise CannotObserveError(f"there is no folder {host.var}; name it with --var")
    if is_closed(host.var):
        raise CannotObserveError(f"{host.var} may not be read by this account")
    found: dict[str, Output] = {}
    reasons = list(closed_folders(host))
    for path in paths(host):
        inside = path.is_relative_to(host.var)
        below = host.var if inside else host.var.parent / "log"
        name = str(
            PurePosixPath(below.name if not inside else "var", *path.relative_to(below).parts)
        )
        with contextlib.suppress(OSError):  # deleted meanwhile, or not a plain file
            if leads_elsewhere(path):
                reason = f"{name} is a link to another folder and was left out"
                reasons.append(NotObserved(source="logs", reason=reason))
            else:
                found[name] = Output.file(path)
    if not found and not reasons:
        raise CannotObserveError(f"there are no log files below {host.var}")
    listing = {n: {"size": o.size, "modified": o.modified} for n, o in found.items()}
    logs = {n: o for n, o in found.items() if is_log(n)}
    return Taken({_LISTING: Output.of(json.dumps(listing).encode()), **logs}, tuple(reasons))

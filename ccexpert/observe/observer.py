"""Runs one observation from end to end: reads sources, parses outputs, reconciles facts.

A failing source never stops the others: what it could not read is listed with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from functools import partial

from ccexpert.errors import FactsError
from ccexpert.facts import Fact, FactsDocument, IndicatorFact, NotObserved, Platform, ProcessFact
from ccexpert.facts.case import settle
from ccexpert.facts.document import document_of
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.observe.host import host_name
from ccexpert.observe.interface import (
    CannotObserveError,
    Circumstances,
    Host,
    Meter,
    Outputs,
    ParserModule,
    Seen,
    Silence,
    Taken,
    unseen,
)
from ccexpert.observe.redaction.redactor import Redactor
from ccexpert.observe.registry import SOURCES, parsers, source
from ccexpert.observe.sources.conffiles import configuration, read_files
from ccexpert.observe.threads import side_by_side

#: Seconds per source: enough for a few commands at their own limits.
SOURCE_LIMIT = 30.0


@dataclass(frozen=True)
class Origin:
    """Where and when the outputs were taken."""

    host: str | None
    platform: Platform
    at: datetime


def observe(
    host: Host,
    vocabulary: Vocabulary,
    *,
    hours: float = 24,
    redact: bool = True,
    progress: Meter | None = None,
) -> FactsDocument:
    """A live host as a facts document, redacted by default.

    ``hours``: how far back its logs are searched.
    """
    origin = here(host)
    context = Circumstances(
        vocabulary=vocabulary,
        now=origin.at,
        platform=host.platform,
        instance=host.instance,
        hours=hours,
        progress=progress or Silence(),
    )
    return document(conclude(look(host, vocabulary), context), origin, redact=redact)


def here(host: Host) -> Origin:
    """This machine, now."""
    return Origin(host_name(), host.platform, datetime.now(UTC).replace(microsecond=0))


def look(host: Host, vocabulary: Vocabulary, limit: float = SOURCE_LIMIT) -> Taken:
    """Read every source of a live host: first the configuration, which tells where to look, then
    all others in parallel, each for at most ``limit`` seconds."""
    first = _read_all(["configuration"], host, limit)
    known = configuration(read_files(first.outputs), vocabulary)
    others = [name for name in SOURCES if name != "configuration"]
    rest = _read_all(others, replace(host, configuration=known), limit)
    return Taken({**first.outputs, **rest.outputs}, first.not_observed + rest.not_observed)


def _read_all(names: Iterable[str], host: Host, limit: float) -> Taken:
    """Read sources in parallel; one that hangs is abandoned."""
    calls = {name: partial(_read, name, host) for name in names}
    results = side_by_side(calls, limit)
    late = f"no answer within {limit:g} seconds"
    taken = [results.get(name) or _nothing(name, late) for name in calls]
    return Taken(
        {name: output for one in taken for name, output in one.outputs.items()},
        tuple(reason for one in taken for reason in one.not_observed),
    )


def _read(name: str, host: Host) -> Taken:
    try:
        return source(name).read(host)
    except CannotObserveError as error:
        return _nothing(name, str(error))
    except Exception as error:  # a failure of one source never stops the others
        return _nothing(name, f"{type(error).__name__}: {error}")


def _nothing(name: str, reason: str) -> Taken:
    return Taken({}, (NotObserved(source=name, reason=reason[:1000] or "unknown"),))


def conclude(taken: Taken, context: Circumstances) -> Seen:
    """The facts from all outputs together, in a fixed order."""
    known = configuration(read_files(taken.outputs), context.vocabulary)
    context = replace(context, configuration=known)
    seen = Seen(not_observed=taken.not_observed)
    for name, parser in parsers().items():
        seen += _parsed(name, parser, taken.outputs, context)
    return agreed(seen)


def _parsed(name: str, parser: ParserModule, outputs: Outputs, context: Circumstances) -> Seen:
    own = {n: o for n, o in outputs.items() if any(fnmatchcase(n, glob) for glob in parser.FILES)}
    if not own:  # what was not taken says nothing
        return Seen()
    try:
        return _settled(parser.parse(own, context), name, context.vocabulary)
    except Exception as error:  # a vanished file or a failing disk does not stop the others
        return unseen(name, f"cannot be read: {type(error).__name__}: {error}"[:1000])


def _settled(seen: Seen, name: str, vocabulary: Vocabulary) -> Seen:
    """Drop facts with names outside the vocabulary; they would stop the whole diagnosis."""
    if not seen.facts or _refusal(seen.facts, vocabulary) is None:
        return seen
    found = Seen(not_observed=seen.not_observed)
    for fact in seen.facts:  # a contradiction concerns more than one fact
        reason = _refusal([fact], vocabulary)
        found += unseen(name, reason) if reason else Seen((fact,))
    return found


def _refusal(facts: Sequence[Fact], vocabulary: Vocabulary) -> str | None:
    """Why these facts cannot be used; None if they can."""
    try:
        settle([document_of(facts)], vocabulary)
    except FactsError as error:
        return error.problem[:1000]
    return None


_LEVELS = {"ok": 0, "warning": 1, "alert": 2}


def agreed(seen: Seen) -> Seen:
    """Remove duplicates: of two facts about one thing the first counts, of two indicators the
    worse. A process that the process list names is not missing, even if a later output says so."""
    kept: dict[tuple[str, ...], Fact] = {}
    reasons = list(seen.not_observed)
    for fact in seen.facts:
        before = kept.setdefault(fact.key, fact)
        if isinstance(before, IndicatorFact) and _LEVELS[fact.seen] > _LEVELS[before.seen]:
            kept[fact.key] = fact
        elif isinstance(before, ProcessFact) and before.seen != fact.seen:
            reason = f"{fact.label} says {fact.source}, which {before.source} contradicts"
            reasons.append(NotObserved(source="missing", reason=reason))
    return Seen(tuple(kept.values()), tuple(reasons))


def document(
    seen: Seen, origin: Origin, *, redact: bool = True, redacted: bool = False
) -> FactsDocument:
    """The facts document; ``redact`` removes logins, addresses and secrets, and ``redacted`` says
    that they were removed before."""
    shown = Redactor().seen(seen) if redact else seen
    return FactsDocument(
        schema_version=1,
        host=origin.host,
        platform=origin.platform,
        observed_at=origin.at,
        facts=shown.facts,
        not_observed=shown.not_observed,
        redacted=redact or redacted,
    )


def plain(made: FactsDocument) -> Mapping[str, object]:
    """The document as JSON data, without missing and default values."""
    data = made.model_dump(mode="json", exclude_none=True)
    for fact in data["facts"]:
        if fact["certainty"] == 1:
            del fact["certainty"]
    return data

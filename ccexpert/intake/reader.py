"""Turns a text into facts: the source that knows a piece reads it, and the rest is prose.

Nothing is dropped silently. An undescribed error is still a fact; a truncated or strange output is
listed under *not observed*; a sentence that was not understood is a hint.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice

from ccexpert.display import clean
from ccexpert.facts import DEFAULT_INSTANCE, FactsDocument, NotObserved, Platform
from ccexpert.facts.document import UNREAD
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.intake.builds import Builds
from ccexpert.intake.complaints import complaints
from ccexpert.intake.courtesy import without_courtesy
from ccexpert.intake.errors import Errors, Log
from ccexpert.intake.history import what_counts
from ccexpert.intake.likeness import likenesses
from ccexpert.intake.lines import NO_COMMAND, NOT_ALLOWED, Line, lines
from ccexpert.intake.measured import FIGURE, measured_in
from ccexpert.intake.outputs import PastedOutputs
from ccexpert.intake.pieces import Cut, cut
from ccexpert.intake.programs import NO_ACCOUNT, knows
from ccexpert.intake.prose import Sentence, around, sentences
from ccexpert.intake.reading import Reading, Told
from ccexpert.intake.scanned import set_right
from ccexpert.observe.interface import Circumstances, Seen
from ccexpert.observe.redaction.redactor import Redactor
from ccexpert.observe.registry import shapes
from ccexpert.observe.sources.log_files import log_file
from ccexpert.observe.text import decode

_LOG_NAME = re.compile(
    r"(?<![\w.-])(?:(?P<instance>[\w-]{1,64})/log/)?(?P<file>[\w.-]{1,80}\.log)(?![\w/-])"
)
_LOG_CALLED = re.compile(
    r"\b(?P<module>[A-Za-z]{3,12})[ -]?(?:log|logs|loggen|logg)\b", re.IGNORECASE
)
_LOG_LEADS = re.compile(r"\b(?:log|logs|logg|loggen)\s{0,3}:\s*$", re.IGNORECASE)
#: The most hosts whose outputs are read, each for itself.
MOST_HOSTS = 100

#: So many letters of a command are named.
_NAMED = 80
#: How much of a piece, from its end, may name the log that follows.
_NAMED_IN = 400

#: So long is a date: 2026-11-30, 30/11/2026.
_DATE = 10

#: Of so many words is a line that only names a log.
_HEADING = 3

#: What stands on a server of one platform alone; the console runs on Windows everywhere.
_ON_WINDOWS = re.compile(
    r"\b(?:IIS|W3SVC|w3wp|iisreset)\b|\bnlserver\.exe\b|\b[A-Z]:\\Program Files\\Adobe"
    r"|\bWindows[- ](?:server|service|tjänst|patch)"
    r"|\bService Control Manager\b|\bservice terminated unexpectedly\b"
    r"|\bSystem error \d{1,5} has occurred\b|\bNET HELPMSG\b|\bon Local Computer\b"
    r"|\b(?:wmic|tasklist) "
)
_ON_LINUX = re.compile(
    r"\b(?:systemctl|journalctl|httpd|apache2|rhel|red hat|debian|linux)\b|/usr/local/neolane"
    r"|/(?:etc|var/log)/",
    re.IGNORECASE,
)


def read_text(
    raw: bytes | str,
    vocabulary: Vocabulary,
    *,
    host: str | None = None,
    platform: Platform | None = None,
    at: datetime | None = None,
    redact: bool = True,
    called: str = "",
) -> Reading:
    """Read any text. ``platform`` applies if the text does not reveal it. ``called`` is the name of
    its file, which tells the instance of a configuration and the module of a log."""
    text = set_right(decode(raw), vocabulary)
    parts = cut(text, shapes())
    seen_on = _platform(parts, text) or platform or "linux"
    moment = at or datetime.now(UTC).replace(microsecond=0)
    context = Circumstances(vocabulary, moment, seen_on)
    hosts = parts.by_host()
    outputs = [
        PastedOutputs(text, part, context, called, on)
        for on, part in islice(hosts.items(), MOST_HOSTS)
    ]
    errors = Errors(vocabulary, moment)
    builds = Builds(vocabulary)
    unknown: Counter[str] = Counter()
    prose = list(_looked_at(parts, text, errors, builds, called, unknown))
    measured = [told for line in _in_prose(parts, text) for told in measured_in(line)]
    now = what_counts(prose, vocabulary)
    said, unsaid = sentences(without_courtesy(now.lines), vocabulary)
    understood = (told for one in said for told in one.told)
    shown_by = tuple(one for each in outputs for one in each.told)
    shown = any(one.fact.kind == "build" for one in shown_by)
    built = builds.told(shown)
    written = tuple(errors.told)
    differing = around(said, beside_errors=bool(written))
    whom = complaints(said, vocabulary, errors.spoken, of_build=shown or bool(built))
    exact = bool(shown_by) or any(one.fact.faces(vocabulary) for one in written)
    like = () if exact else likenesses(said, vocabulary)
    told = _each_once(
        (*written, *measured, *shown_by, *built, *differing, *understood, *whom, *like)
    )
    placed = (one.fact.model_copy(update={"span": (one.span.start, one.span.end)}) for one in told)
    figures = {told.span for told in measured}
    left = [one for one in said if not (one.is_understood or one.span in figures)]
    further = (*errors.left_out, *_left_out(len(hosts)))
    unread = (*further, *now.notes, *unsaid, *_not_found(text), *_unread(left, unknown))
    seen = Seen(tuple(placed), (*(one for each in outputs for one in each.not_observed), *unread))
    redactor = Redactor() if redact else None
    if redactor:
        seen = redactor.seen(seen)
    document = FactsDocument(
        schema_version=1,
        host=host or parts.host,
        platform=seen_on,
        observed_at=at,
        facts=seen.facts,
        not_observed=seen.not_observed or None,
        redacted=redact,
    )
    told = tuple(
        Told(fact, one.span, one.words) for fact, one in zip(seen.facts, told, strict=True)
    )
    hints = tuple(one.hint for one in left if not one.is_label)
    return Reading(text, parts.pieces, told, hints, seen.not_observed, document, redactor)


def _log_of(said: str, vocabulary: Vocabulary) -> Log:
    """The log that a file name, a command or a sentence names, if it is one and only one."""
    if ".log" not in said:
        return _log_called(said, vocabulary)
    found = {
        f"var/{name['instance'] or DEFAULT_INSTANCE}/log/{name['file']}"
        for name in _LOG_NAME.finditer(said.replace("\\", "/"))
    }
    log = log_file(found.pop(), 0, vocabulary) if len(found) == 1 else None
    if log is None or log.module is None:
        return Log()
    return Log(log.module, None if log.instance == DEFAULT_INSTANCE else log.instance)


def _log_called(said: str, vocabulary: Vocabulary) -> Log:
    """The log that somebody calls by its module, if it is one and only one: *the mta log says*,
    *pipelined@prod gets no events, log:*."""
    if "log" not in said.casefold():  # as in most lines
        return Log()
    called = {one["module"].casefold() for one in _LOG_CALLED.finditer(said)}
    if not called and ":" in said:
        leads = (line for line in reversed(said.split("\n")) if _LOG_LEADS.search(line))
        called = set(re.findall(r"[a-z]+", next(leads, "").casefold()))
    if not called:
        return Log()
    named = [m.name for m in vocabulary.modules if m.name.casefold() in called]
    return Log(named[0]) if len(named) == 1 else Log()


def _platform(parts: Cut, text: str) -> Platform | None:
    """The platform of the last prompt that reveals it, else of what only one platform has."""
    prompts = (said.platform for said in reversed(parts.commands) if said.platform)
    if told := next(prompts, None):
        return told
    is_windows, is_linux = bool(_ON_WINDOWS.search(text)), bool(_ON_LINUX.search(text))
    if is_windows == is_linux:
        return None
    return "windows" if is_windows else "linux"


def _looked_at(
    parts: Cut, text: str, errors: Errors, builds: Builds, called: str, unknown: Counter[str]
) -> Iterator[Line]:
    """The lines of prose without errors; also collects errors and builds of all pieces, and counts
    the lines below each command that nothing knows. The line itself, or a command or a sentence
    above, says which log it is from, else the name of the file; behind a blank line only one that
    leads to what follows, and of further lines only to those of the same day."""
    vocabulary = errors.vocabulary
    log = of_file = _log_of(called, vocabulary)
    end, leads, day = 0, True, ""
    for piece in parts.pieces:
        on = None if parts.host else piece.host
        said = piece.span.of(text)[-_NAMED_IN:]
        is_apart = "\n\n" in text[end : piece.span.start]
        if piece.kind in ("output", "command", "prose"):
            log, leads = _log_of(said, vocabulary), piece.kind != "prose" or _leads(said)
            day = ""
        elif is_apart and not (leads and day in ("", _day(piece.span.of(text)))):
            log = Log()
        if piece.kind in ("log", "journal"):
            day = _day(said.rpartition("\n")[2])
        if piece.kind == "command":
            errors.stand_below(piece.span.of(text))
        elif piece.kind == "prose" and is_apart:
            errors.stand_below("")
        end = piece.span.end
        if piece.kind in ("output", "command"):
            continue
        for line in lines(piece.span.of(text)):
            start = piece.span.start
            placed = Line(start + line.start, start + line.end, line.text)
            if _is_refusal(line.text):
                continue
            builds.look(placed, piece.kind)
            written = (_log_of(line.text, vocabulary), log, of_file)
            by = next((w for w in written if w.module), Log())
            shown = errors.look(placed, piece.kind, by._replace(host=on) if on else by)
            if piece.kind == "prose":
                yield from errors.beside(placed) if shown else (placed,)
            elif piece.below and not shown:
                unknown[piece.below] += 1


def _in_prose(parts: Cut, text: str) -> Iterator[Line]:
    """The lines of prose, also those that show an error."""
    for piece in parts.pieces if FIGURE.search(text) else ():
        if piece.kind == "prose":
            for line in lines(piece.span.of(text)):
                yield line._replace(
                    start=piece.span.start + line.start, end=piece.span.start + line.end
                )


def _is_refusal(line: str) -> bool:
    """Whether a shell says that it does not do what was typed."""
    return bool(NO_COMMAND.match(line) or NO_ACCOUNT.match(line) or NOT_ALLOWED.match(line))


def _leads(said: str) -> bool:
    """Whether a paragraph leads to what follows: by a colon, or as the name of a log."""
    last = said.rstrip().rpartition("\n")[2]
    return last.endswith((":", "-->", "==>", "<==")) or len(last.split()) <= _HEADING


def _day(line: str) -> str:
    """The day with which a line of a log begins, as it writes days."""
    return line.lstrip()[:_DATE]


def _left_out(hosts: int) -> Iterator[NotObserved]:
    """A note if there were more hosts than are looked at."""
    if further := max(0, hosts - MOST_HOSTS):
        reason = f"{further} further hosts; only the outputs of the first {MOST_HOSTS} are read"
        yield NotObserved(source="pasted text", reason=reason)


def _not_found(text: str) -> Iterator[NotObserved]:
    """The commands that a shell did not find."""
    listed = [line.text for line in lines(text)]
    found = map(NO_COMMAND.match, listed)
    for name in dict.fromkeys(one["name"] or one["windows"] for one in found if one):
        if name is None:  # the rest of what stands above
            continue
        reason = "the shell did not find this command"
        if name.casefold().startswith("nlserver"):
            reason += (
                ": it is not the account of Campaign, whose path has it,"
                " or Campaign is not installed on this host"
            )
        yield NotObserved(source=name, reason=reason)
    for account in dict.fromkeys(one["name"] for one in map(NO_ACCOUNT.match, listed) if one):
        reason = f"no account {account} here: it has another name, or Campaign is not on this host"
        yield NotObserved(source="account", reason=reason)
    if any(map(NOT_ALLOWED.match, listed)):
        yield NotObserved(source="sudo", reason="this account may not run the command as another")


def _unread(left: Iterable[Sentence], unknown: Mapping[str, int]) -> Iterator[NotObserved]:
    """Notes that something was not understood: then nobody knows that all is well."""
    for command, many in unknown.items():
        below, known = f"below '{clean(command, _NAMED)}'", knows(command)
        if known == "describes":
            reason = f"what stands {below} was recognised, and says nothing of Campaign's health"
            yield NotObserved(source="pasted text", reason=reason)
        elif known:
            reason = f"what stands {below} was recognised, but nothing is concluded from it"
            yield NotObserved(source=UNREAD, reason=reason)
        else:
            reason = f"{'1 line was' if many == 1 else f'{many} lines were'} not understood {below}"
            yield NotObserved(source=UNREAD, reason=reason)
    if count := sum(not one.introduces for one in left):
        many_were = "1 sentence was" if count == 1 else f"{count} sentences were"
        yield NotObserved(source=UNREAD, reason=f"{many_were} not understood")


def _each_once(told: Iterable[Told]) -> tuple[Told, ...]:
    """All facts in text order, each thing once: what was said last, but an output above all."""
    spoken_first = sorted(told, key=lambda one: not one.words)
    kept = {one.fact.key: one for one in spoken_first}
    return tuple(sorted(kept.values(), key=lambda t: (t.span, t.fact.key)))

"""Extracts the message from a line of a log, a journal, a page or a paste.

A program's message reports trouble if its level or its words say so. Prose counts as a program's
message only if it also looks like one: people do not write ``nms:delivery`` or ``(iRc=-53)``.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import Literal

from ccexpert.intake.likely import Likely
from ccexpert.intake.lines import CONTINUED, JOURNAL, LOG, MESSAGE, STACK
from ccexpert.intake.reading import Kind

Level = Literal["error", "warning", "info", ""]

#: The number of characters of a message that are examined.
_LOOKED_AT = 4000

_LEVELLED = re.compile(
    r"[ \t]{0,16}(?:\[[^\]\n]{0,80}\][ \t]{0,8}){0,3}(?:[0-9A-Fa-f]{1,16}[ \t]{1,8}){0,4}"
    r"(?P<level>error|severe|fatal|warning|warn|info|fine|verbose|debug)\b:?[ \t]{1,8}"
    r"(?:(?:log|soap|sql|workflow|delivery|nlserver)[ \t]{1,8})?",
    re.IGNORECASE,
)
#: The same where the time before it was not copied.
_CUT = re.compile(
    r"[ \t]{0,16}(?:[0-9A-Fa-f]{8}[ \t]{1,8}){0,2}(?:\d{1,3}[ \t]{1,8})?"
    r"(?P<level>error|warning|info)[ \t]{1,8}(?:log|soap|sql|workflow|delivery)[ \t]{1,8}(?=\S)"
)
#: A request as Apache and Tomcat (``"GET /x HTTP/1.1" 503``) or IIS log it.
_REQUEST = re.compile(
    r"\"(?P<line>[A-Z]{3,8} [^\"\s]{1,400})[^\"]{0,40}\" (?P<status>\d{3})\b"
    r"|(?:\S{1,80} ){0,3}(?P<verb>GET|POST|HEAD|PUT|DELETE) (?P<path>\S{1,400}) .{0,600}?"
    r" (?P<code>[1-5]\d\d) \d{1,4} \d{1,10} \d{1,10}\s*$"
)
#: A request that the web server of Windows refused before IIS saw it: status, site, reason, pool.
_REFUSED = re.compile(
    r"(?:\S{1,80} ){4,6}HTTP/\d(?:\.\d)? (?P<verb>[A-Z]{3,8}) (?P<path>\S{1,400})(?: \S{1,20})?"
    r" (?P<status>[1-5]\d\d) (?:\d{1,4}|-) (?P<reason>\w{2,40}) (?P<pool>\S{1,100})\s*$"
)
#: What only Campaign writes: its codes, and the names of its schemas.
_ENGINE = re.compile(r"(?<![\w-])[A-Z]{3}-\d{6}(?!\d)|\b(?:nms|xtk|temp|ncm|cus):[A-Za-z]")
#: The second and the thread of a line in a log of Campaign.
_THREAD = re.compile(r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)\S{0,8}\s+((?:[0-9A-Fa-f]{8}\s+){1,2})")
_TAG = re.compile(r"</?[A-Za-z?!][^<>]{0,400}>")
_ACTIVITY = re.compile(r"(?P<activity>[A-Za-z][\w.-]{0,63})[ ]{0,4}\t[\t ]{0,20}")

_LEVELS: dict[str, Level] = {
    **dict.fromkeys(("error", "severe", "fatal"), "error"),
    **dict.fromkeys(("warning", "warn"), "warning"),
    **dict.fromkeys(("info", "fine", "verbose", "debug"), "info"),
}
_SERVER_ERROR = 500

_LOUD = re.compile(
    r"\b(?:FATAL|SEVERE|PANIC|CRITICAL|ERROR)\b|\[(?:\w{1,20}:)?(?:error|crit|alert|emerg)\]"
    r"|^Traceback \(most recent call last\)|\(iRc=-\d|^-ERR\b"
)
_TROUBLE = Likely(
    r"error|exception|fail(?:ed|ure|s|ing)\b|unable to|cannot|could ?n[o']t|denied|refused|reject"
    r"|timed? ?-?out|invalid|unknown|incompatible|forbidden|unauthori[sz]ed|expired|exceeded"
    r"|not (?:found|defined|allowed|permitted|supported|executed)|no such|does ?n[o']t exist"
    r"|deferred|deadlock|too (?:long|large|many)|unexpected|aborted|crash|out of memory"
    r"|dropped|discarded|is full\b|i/o error"
    r"|erreur|impossible|inconnue?\b|échec|échoué|introuvable|refusée?\b|fehler|ungültig|unbekannt"
    r"|nicht (?:gefunden|möglich|definiert)|fehlgeschlagen|verweigert|エラー|失敗|不明",
    (
        *("error", "exception", "fail", "unable", "cannot", "could", "denied", "refused", "reject"),
        *("timed", "time-", "timeout", "time out", "invalid", "unknown", "incompatible"),
        *("forbidden", "unauthori", "expired", "exceeded", "not ", "no such", "does", "deferred"),
        *("deadlock", "too ", "unexpected", "aborted", "crash", "out of", "erreur", "impossible"),
        *("dropped", "discarded", "is full"),
        *("inconnu", "échec", "échou", "introuvable", "refusé", "fehler", "ungültig", "unbekannt"),
        *("nicht ", "fehlgeschlagen", "verweigert", "エラー", "失敗", "不明"),
    ),
)
_FINE = re.compile(
    r"\b(?:no|0|zero|without(?: any)?) (?:error|failure|warning|exception)s?\b|errors?: 0\b",
    re.IGNORECASE,
)
_MACHINE = re.compile(
    r"\b(?:[a-z]\w{1,20}:[a-z][\w-]{1,40}\b(?!/)|iRc=-?\d|[A-Z]\w{2,40}Error\b|SQLState\b|errno\b"
    r"|0x[0-9A-Fa-f]{4,}\b|ORA-\d{5}\b|(?:HTTP|[Rr]esponse|[Ss]tatus)\D{0,16}[45]\d\d\b"
    r"|[45]\d\d[ -][45]\.\d\.\d{1,3}\b|[a-z]+[A-Z]\w{2,40}\(|\d{1,3}% (?:packet )?loss"
    r"|avc: {1,2}denied|(?:HINT|DETAIL|SQLERRM): |AADSTS\d{4,8}\b)"
    r"|[A-Za-z]Exception\b|https?://[\w.]|\{\"\w|['\"][\w.-]{1,40}['\"] ?[=:]"
    r"|\w\.\w{2,40}\.\w{2,40}\(|'[A-Za-z]{1,20}\d{2,20}'"
    r"|^(?:[\w ]{1,40}(?:error|Error|ERROR|FATAL): |type=AVC "
    r"|\S{1,200}:\d{1,6}: (?:\w{1,20} )?error\b)"
)


@dataclass(frozen=True, slots=True)
class Message:
    """The message in a line."""

    text: str
    level: Level = ""
    """The level in the line; empty if there is none."""
    activity: str | None = None
    """The workflow activity that a journal names."""
    thread: str | None = field(default=None, compare=False)
    """The second and the thread in which a log has it."""

    @property
    def voice(self) -> str | None:
        """What is the same for messages about one event: the activity, or the thread just then."""
        return self.activity or self.thread

    @property
    def is_loud(self) -> bool:
        """Whether its level marks it as an error."""
        return self.level == "error" or (self.level != "info" and bool(_LOUD.search(self.text)))

    @property
    def is_trouble(self) -> bool:
        """Whether its words are those of an error."""
        return _TROUBLE.is_in(self.text) and not _FINE.search(self.text)

    @property
    def is_of_a_program(self) -> bool:
        """Whether it looks like a program's words and not a person's."""
        return self.activity is not None or bool(_MACHINE.search(self.text))


def message_of(line: str, kind: Kind) -> Message:
    """The message in a line of a piece of this kind."""
    line = line[:_LOOKED_AT]
    if kind == "log":
        return _logged(line)
    if kind == "journal" and (entry := JOURNAL.match(line)):
        return Message((entry["text"] or "").strip(), activity=entry["activity"])
    if kind == "message" and (STACK.match(line) or CONTINUED.match(line)):
        return Message(line.strip(), "info")
    if kind == "message":
        line = line[found.end() :] if (found := MESSAGE.match(line)) else line
        return Message(html.unescape(_TAG.sub(" ", line)).strip())
    if named := _ACTIVITY.match(line):
        return Message(line[named.end() :].strip(), activity=named["activity"])
    if cut := _CUT.match(line):
        return Message(line[cut.end() :].strip(), _level(cut["level"]))
    return Message(line.strip())


def _logged(line: str) -> Message:
    fields = line.strip("\n").split("\t")
    found = _THREAD.match(line)
    thread = f"{found[1]} {found[2]}" if found else None
    if len(fields) >= 7:
        return Message(fields[-1].strip(), _level(fields[4]), thread=thread)
    stamp = LOG.match(line)
    rest = line[stamp.end() :] if stamp else line
    if refused := _REFUSED.match(rest):
        about = f"{refused['reason']}, application pool {refused['pool']}"
        return Message(f"HTTP {refused['status']}: {about}", "error", thread=thread)
    if request := _REQUEST.match(rest):
        return _requested(request)
    head = _LEVELLED.match(rest)
    text, level = (rest[head.end() :], head["level"]) if head else (rest, "")
    return Message(text, _level(level), thread=thread)


def _requested(request: re.Match[str]) -> Message:
    """A request to a web server; an error if the server could not answer it."""
    status = int(request["status"] or request["code"])
    asked = request["line"] or f"{request['verb']} {request['path']}"
    return Message(f"HTTP {status}: {asked}", "error" if status >= _SERVER_ERROR else "info")


def is_failing(message: Message, kind: Kind) -> bool:
    """Whether an error in it means that the activity that it names has failed."""
    if message.activity is None:
        return False
    return kind == "journal" or bool(_ENGINE.search(message.text))


def _level(word: str) -> Level:
    return _LEVELS.get(word.strip().casefold(), "")


def reports_trouble(message: Message, kind: Kind) -> bool:
    """Whether an undescribed message is still an error."""
    if message.is_loud:
        return not _FINE.search(message.text)
    if message.level == "info" or not message.is_trouble:
        return False
    return message.level == "warning" or kind in ("journal", "log") or message.is_of_a_program

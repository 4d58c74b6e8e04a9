"""What stands around a report and says nothing: heads of mails, greetings, signatures, the speakers
of a chat, and what telnet prints when it has a connection.

The subject of a mail is kept, without the words before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ccexpert.intake.lines import Line

_HEAD = re.compile(
    r"\s{0,8}(?:from|sent|to|cc|date|från|skickat|till|kopia|datum)\s?:\s(?P<value>.*)",
    re.IGNORECASE,
)
#: What stands in the head of a mail: an address, a date, one or two names.
_HEAD_VALUE = re.compile(r".*(?:@|\d{4}|\d:\d\d)|[\w.-]{1,40}(?:[ ;,]{1,2}[\w.-]{1,40}){0,3}\s*$")
_SUBJECT = re.compile(
    r"\s{0,8}(?:subject|ämne|title|rubrik)\s?:\s(?:(?:re|fw|fwd|sv|vb|aw)\s?:\s?){0,4}"
    r"(?:\[[^\]\n]{0,40}\]\s?){0,3}"
    r"|\s{0,8}(?:(?:a |en )?(?:quick|short|small|simple|snabb|kort|liten)[ -])?"
    r"(?:one|question|fråga)\s?:\s(?=\S)",
    re.IGNORECASE,
)
_WROTE = re.compile(r"\s{0,8}(?:on|den|am)\b.{0,120}\b(?:wrote|skrev)\b.{0,80}:\s*$", re.IGNORECASE)
_TELNET = re.compile(
    r"\s{0,8}(?:Trying [\w.:-]{3,80}\.{3}|Connected to [\w.-]{1,253}\.|Escape character is)"
)
_GREETING = re.compile(
    r"\s{0,8}(?:hi|hello|hey|dear|hej|hejsan|good (?:morning|afternoon)|god morgon)"
    r"(?:[ ,]{1,2}[\w.-]{1,30}){0,3}\s?[,.!:)]*\s*$",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"\s{0,8}(?:br|best|cheers|thanks|thank you|thx|regards|mvh|hälsningar|tack|tack på förhand"
    r"|(?:best|kind|many|warm|with kind) (?:regards|wishes|thanks)|thanks in advance"
    r"|(?:med )?(?:vänlig|bästa|många)\w* hälsning\w*|/\s?[\w -]{2,30}|-{2,3})"
    r"(?:[ ,]{1,2}[\w.-]{1,30}){0,2}\s?[,.!]*\s*$",
    re.IGNORECASE,
)
#: Who speaks in a chat, or the name of a field of a ticket.
_SPEAKER = re.compile(
    r"\s{0,8}(?:\[?\d{1,2}[:.]\d\d(?: ?[AP]M)?\]?\s{1,3})?"
    r"(?:[^\W\d_][\w.-]{0,20} ){0,2}[^\W\d_][\w.-]{0,20}\s?:\s{1,3}(?=\S)"
)
#: A name or a role below the closing, and how many lines of them there are. A sentence is neither.
_SIGNATURE = re.compile(
    r"\s{0,8}(?:[^\W\d_][\w-]{0,30}"
    r"|(?:(?:[A-ZÅÄÖÉÜ][\w.-]{0,30}|of|and|och|för|for|at|på|&)[ ,|/]{0,3}){2,5}(?<!\.))\s*$"
    r"|.*(?:[\w.+-]{1,64}@[\w-]{1,63}\.\w|\+\d)"
)
_SIGNED = 3


def without_courtesy(prose: Iterable[Line]) -> Iterator[Line]:
    """The lines that may say something."""
    lines = tuple(prose)
    is_chat = sum(bool(_SPEAKER.match(line.text)) for line in lines) > 1
    signed = 0
    for line in lines:
        if signed and _SIGNATURE.match(line.text):
            signed -= 1
        elif subject := _SUBJECT.match(line.text):
            signed = 0
            yield _behind(subject, line)
        elif _CLOSING.match(line.text):
            signed = _SIGNED
        else:
            signed = 0
            if not _says_nothing(line.text):
                speaker = _SPEAKER.match(line.text) if is_chat else None
                yield _behind(speaker, line) if speaker else line


def _behind(found: re.Match[str], line: Line) -> Line:
    return Line(line.start, line.end, line.text[found.end() :])


def _says_nothing(text: str) -> bool:
    head = _HEAD.match(text)
    is_head = head is not None and _HEAD_VALUE.match(head["value"]) is not None
    return is_head or bool(_WROTE.match(text) or _GREETING.match(text) or _TELNET.match(text))

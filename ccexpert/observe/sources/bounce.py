"""A mail with its headers: a bounce says who refused it and why, a copy how it was judged.

Read are the fields of delivery reports (RFC 3464) and ``Authentication-Results`` (RFC 8601).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ccexpert.display import clean
from ccexpert.facts import ErrorFact
from ccexpert.observe.interface import Circumstances, Outputs, Seen, Shape, unseen
from ccexpert.observe.text import decode

FILES = ("bounce.txt",)

_TELLING = (
    r"(?:Reporting-MTA|Final-Recipient|Original-Recipient|Diagnostic-Code|X-Failed-Recipients|Action"
    r"|Remote-MTA|Received|Return-Path|Authentication-Results|DKIM-Signature|Received-SPF)"
)
_FIELD = r"[A-Z][A-Za-z0-9-]{1,60}:\s"
SHAPES: tuple[Shape, ...] = (
    Shape(
        output=FILES[0],
        begins=re.compile(rf"(?:{_TELLING}:|{_FIELD})"),
        belongs=re.compile(r"[ \t]{1,20}\S"),
        tells=re.compile(rf"^{_TELLING}:"),
        heads=re.compile("Return-Path:"),
        least=2,
        gaps=True,
    ),
)

_DIAGNOSTIC = re.compile(
    r"(?im)^Diagnostic-Code:[ \t]{0,8}(?:[\w-]{1,20};[ \t]{0,8})?"
    r"(?P<said>[^\n]{1,600}(?:\n[ \t]{1,20}[^\n]{1,600}){0,20})"
)
_STATUS = re.compile(r"(?im)^Status:[ \t]{0,8}(?P<said>[45]\.\d{1,3}\.\d{1,3})")
_FAILED = re.compile(r"(?im)^Action:[ \t]{0,8}(?:failed|delayed)")
_JUDGED = re.compile(
    r"\b(?P<what>spf|dkim|dmarc)=(?P<how>fail|softfail|permerror|temperror)\b", re.I
)


def parse(outputs: Outputs, _context: Circumstances) -> Seen:
    """One error for each reason that is given."""
    if FILES[0] not in outputs:
        return Seen()
    text = decode(outputs[FILES[0]].data())
    said = list(dict.fromkeys(_reasons(text)))
    if not said:
        return unseen("bounce", "headers of a mail that was neither refused nor found fault with")
    return Seen(tuple(ErrorFact(kind="error", text=one, source="bounce") for one in said))


def _reasons(text: str) -> Iterator[str]:
    diagnostics = [clean(found["said"], 500) for found in _DIAGNOSTIC.finditer(text)]
    yield from filter(None, diagnostics)
    if not diagnostics and _FAILED.search(text):
        status = _STATUS.search(text)
        yield f"delivery report: {status['said'] if status else 'failed'}"
    for found in _JUDGED.finditer(text):
        yield f"{found['what'].casefold()}={found['how'].casefold()} at the receiver"

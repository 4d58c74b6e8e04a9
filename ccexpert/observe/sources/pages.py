"""What the answer of a page says: nothing, something, a Java error, a session wanted.

Answers are classified as help/production/using/failure-to-connect.md and
help/production/using/monitoring-processes.md describe.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from ccexpert.observe.text import decode

#: How much of a page is read.
BODY_LIMIT = 256 * 1024

_STATUS = re.compile(r"HTTP/[\d.]{1,4} +(\d{3})[^\n]*\n?")
_HEADER = re.compile(r"([A-Za-z][A-Za-z0-9-]{0,60}):[ \t]*([^\n]{0,1000})\n?")
_REFUSED = re.compile(r"(?:refused:|curl: \(7\)|[^\n]{0,200}connection refused)", re.IGNORECASE)
_TIMEOUT = re.compile(r"(?:timeout:|curl: \(28\)|[^\n]{0,200}timed out)", re.IGNORECASE)
_BROKEN = re.compile(r"(?:error:|curl: \(\d{1,2}\))", re.IGNORECASE)

_REDIR_OK = re.compile(
    r"<redir\s(?:[^'\">]|'[^']{0,500}'|\"[^\"]{0,500}\"){0,2000}?\bstatus\s*=\s*(['\"])OK\1",
    re.IGNORECASE,
)
_JAVA = re.compile(
    r"\b(?:javax?|jakarta|org\.apache)\.[a-z.]{1,80}[A-Z]\w{0,60}(?:Exception|Error)\b"
    r"|org\.apache\.jasper|HttpJspBase|core\.NlException|Tomcat[ /]Java error"
    r"|Unable to compile class for JSP"
)
_TOMCAT = re.compile(r"Apache Tomcat/")
_MARKUP = re.compile(
    r"<!--|-->|<(?P<end>/?)(?P<tag>[a-z][a-z0-9]*)[^<>]*>|<[!?][^<>]*>|[^<>-]+|.",
    re.IGNORECASE | re.DOTALL,
)
#: Elements that show something, or might.
_ACTIVE = frozenset({"form", "input", "frame", "iframe", "object", "embed", "img", "script"})
_NEVER_SHOWN = frozenset({"head", "title", "style"})
_NO_SESSION = re.compile(r"XSV-35000[78]|XSV-350012|Session has expired|logon\.jsp", re.IGNORECASE)


@dataclass(frozen=True)
class Response:
    """The answer to one request."""

    status: int | None = None
    """The HTTP status; None if there was no HTTP answer."""
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    failure: str = ""
    """``refused``, ``timeout`` or ``error`` if there was no HTTP answer."""


def answer(raw: bytes | str) -> Response:
    """Read a page as ``curl -i`` prints it, its body alone, or a line with the failure."""
    text = decode(raw)
    found = _STATUS.match(text)
    if found is None:
        said = text.lstrip()
        for failure, sign in (("refused", _REFUSED), ("timeout", _TIMEOUT), ("error", _BROKEN)):
            if sign.match(said):
                return Response(failure=failure, body=text)
        return Response(200, body=text[:BODY_LIMIT])
    headers, at = {}, found.end()
    while header := _HEADER.match(text, at):
        headers[header[1].casefold()] = header[2].strip()
        at = header.end()
    return Response(int(found[1]), headers, text[at : at + BODY_LIMIT].removeprefix("\n"))


def _site(got: Response) -> str:
    """Any answer is fine, because it comes from Apache or IIS."""
    return "ok"


def _r_test(got: Response) -> str:
    if not got.body.strip():
        return "blank"
    return "ok" if _REDIR_OK.search(got.body[:4096]) else "error"


def _logon(got: Response) -> str:
    status = got.status or 0
    if _JAVA.search(got.body) or (status >= 500 and _TOMCAT.search(got.body)):
        return "tomcat-error"
    if status >= 400:
        return "error"
    return "blank" if is_blank(got.body) else "ok"


def _ping(got: Response) -> str | None:
    """None if the page requires a session; it then says nothing about the database."""
    line = got.body.strip().split("\n")[0].strip().casefold()
    if line.startswith("ok") and (got.status or 0) < 400:
        return "ok"
    if got.status in (401, 403) or _NO_SESSION.search(got.body):
        return None
    if not got.body.strip() and (got.status or 0) < 400:
        return "blank"
    return "error"


JUDGES: dict[str, Callable[[Response], str | None]] = {
    "site": _site,
    "r-test": _r_test,
    "logon": _logon,
    "tomcat-direct": _logon,
    "ping": _ping,
}


def is_blank(page: str) -> bool:
    """Whether a page is empty: no text, form or frame, and no script that might create one."""
    hidden = ""
    for token in _MARKUP.finditer(page):
        tag = (token["tag"] or "").casefold()
        if tag in _ACTIVE and hidden != "<!--":
            return False
        if hidden:
            closes = token[0] == "-->" if hidden == "<!--" else token["end"] and tag == hidden
            hidden = "" if closes else hidden
        elif token[0] == "<!--" or (tag in _NEVER_SHOWN and not token["end"]):
            hidden = tag or "<!--"
        elif token[0][0] != "<" and token[0].strip():
            return False
    return True

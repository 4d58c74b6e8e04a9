"""Pages that show how far a request gets: web server, redirection, Tomcat, web, database.

Each page exercises one layer more (help/production/using/failure-to-connect.md,
help/production/using/monitoring-processes.md). Answers are classified as the documentation
describes; files hold a page as ``curl -i`` prints it.
"""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ccexpert.display import clean, first_line
from ccexpert.facts import ContextFact, Fact, NotObserved, ProbeFact
from ccexpert.observe.builds import build_of
from ccexpert.observe.commands import require_installation
from ccexpert.observe.interface import (
    CannotObserveError,
    Circumstances,
    Configuration,
    Host,
    Output,
    Outputs,
    Seen,
    Shape,
    Taken,
)
from ccexpert.observe.markup import xml_shape
from ccexpert.observe.operating_system import family_in
from ccexpert.observe.signatures import errors_in
from ccexpert.observe.text import decode
from ccexpert.observe.threads import side_by_side

if TYPE_CHECKING:
    import httpx

FILES = ("http/*.txt",)

_MOMENT = r"\s{0,8}\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d\S{0,12}\s*$"
_PING_BELOW = rf"{_MOMENT}|\s{{0,8}}\d{{1,9}}/\d{{1,9}} pending events|\s{{0,8}}The queue is full\b"
SHAPES: tuple[Shape, ...] = (
    xml_shape("http/r-test.txt", "redir", r"\bcurl\b.*/r/test\b"),
    Shape(
        output="http/ping.txt",
        begins=re.compile(r"\s{0,8}(?:OK|Error)\s*$", re.IGNORECASE),
        belongs=re.compile(_PING_BELOW),
        tells=re.compile(f"^(?:{_PING_BELOW})"),
        command=re.compile(r"\bcurl\b.*/(?:mc)?ping\.jsp\b", re.IGNORECASE),
        least=2,
    ),
)

#: The probes of the vocabulary and the page of each.
PAGES = {
    "site": "/",
    "r-test": "/r/test",
    "logon": "/nl/jsp/logon.jsp",
    "ping": "/nl/jsp/ping.jsp",
}

#: Passed to ping.jsp when set (help/production/using/monitoring-processes.md).
TOKEN = "CCEXPERT_SESSION_TOKEN"

_BODY_LIMIT = 256 * 1024
_REDIRECTS = 5
_REDIRECTIONS = (301, 302, 303, 307, 308)
_HEADERS = ("server", "content-type")
_SERVER_HEADER = "HTTP header Server"
_LOCAL = ("localhost", "127.0.0.1", "::1")

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
        return Response(200, body=text[:_BODY_LIMIT])
    headers, at = {}, found.end()
    while header := _HEADER.match(text, at):
        headers[header[1].casefold()] = header[2].strip()
        at = header.end()
    return Response(int(found[1]), headers, text[at : at + _BODY_LIMIT].removeprefix("\n"))


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


_JUDGES: dict[str, Callable[[Response], str | None]] = {
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


def parse(outputs: Outputs, context: Circumstances) -> Seen:
    """The probes of the requested pages."""
    seen = Seen()
    for probe in _JUDGES:
        if (name := f"http/{probe}.txt") in outputs:
            raw = outputs[name].data()
            seen += parse_page(probe, raw, context) + build_of(raw, PAGES.get(probe, name))
    return Seen(tuple({fact.key: fact for fact in seen.facts}.values()), seen.not_observed)


def parse_page(probe: str, raw: bytes | str, context: Circumstances) -> Seen:
    """The facts of one page; ``probe`` is a key of ``PAGES`` or ``tomcat-direct``."""
    got = answer(raw)
    page = PAGES.get(probe, PAGES["logon"])
    if got.status in _REDIRECTIONS and probe != "site":
        target = got.headers.get("location", "another address")
        reason = f"{page} is redirected to {target}; name that address with --url"
        return Seen(not_observed=(NotObserved(source="http", reason=clean(reason)),))
    result = got.failure or _JUDGES[probe](got)
    if result is None:
        reason = (
            f"{page} wants a session: set {TOKEN} to the session token of a monitoring operator"
        )
        return Seen(not_observed=(NotObserved(source="http", reason=reason),))
    source = f"{page}, HTTP {got.status}" if got.status else f"{page}: {first_line(got.body)}"
    facts: list[Fact] = [
        ProbeFact.model_validate(
            {"kind": "probe", "name": probe, "result": result, "source": source}
        )
    ]
    if got.status and result != "ok":
        facts += errors_in(got.body, context.vocabulary, "web", page)
    return Seen((*facts, *_server(got)))


def _server(got: Response) -> Iterator[Fact]:
    """The web server and the family of its system, from its header."""
    server = got.headers.get("server", "").casefold()
    for sign, name in (("apache", "apache"), ("microsoft-iis", "iis")):
        if server.startswith(sign) and "coyote" not in server:
            yield ContextFact(kind="context", name=name, present=True, source=_SERVER_HEADER)
    yield from family_in(got.headers.get("server", ""), _SERVER_HEADER)


def read(host: Host) -> Taken:
    """Request all pages at once."""
    base = host.url or "http://localhost"
    if host.url is None:
        require_installation(host)
        if not _serves_pages(host.configuration):
            raise CannotObserveError("neither web nor trackinglogd starts here; name a --url")
    calls = {name: partial(_fetch, base, page, host) for name, page in PAGES.items()}
    texts = side_by_side(calls, 2 * host.limit)
    late = f"timeout: no whole answer within {2 * host.limit:g} seconds\n".encode()
    return Taken({f"http/{name}.txt": Output.of(texts.get(name, late)) for name in PAGES})


def _serves_pages(known: Configuration) -> bool:
    """Whether this host may have a web server in front of Campaign."""
    return any(known.starts(module) is not False for module in ("web", "trackinglogd"))


def _fetch(base: str, page: str, host: Host) -> bytes:
    """One page as text; a failure becomes a line that describes it."""
    import httpx

    local = urlsplit(base).hostname in _LOCAL
    deadline = time.monotonic() + host.limit
    try:
        # no certificate names localhost; and no proxy stands between a host and itself
        with httpx.Client(verify=not local, trust_env=not local, timeout=host.limit) as client:
            token = host.environ.get(TOKEN) if page == PAGES["ping"] else None
            request = client.build_request(
                "GET", base.rstrip("/") + page, params={"__sessiontoken": token} if token else None
            )
            for _ in range(_REDIRECTS):
                response = client.send(request, stream=True)
                following = response.next_request
                if following is None or following.url.host != request.url.host:
                    return _written(response, deadline)
                response.close()
                request = following
            return b"error: it is redirected without end\n"
    except httpx.TimeoutException:
        return f"timeout: no answer within {host.limit:g} seconds\n".encode()
    except httpx.ConnectError as error:
        refused = "refused" in str(error).casefold()
        return f"{'refused' if refused else 'error'}: {error}\n".encode()
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
        return f"error: {type(error).__name__}: {error}\n".encode()


def _written(response: httpx.Response, deadline: float) -> bytes:
    """The status, the informative headers, and the needed part of the body."""
    import httpx

    body = b""
    with contextlib.closing(response):
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) >= _BODY_LIMIT:
                break
            if time.monotonic() > deadline:
                raise httpx.ReadTimeout("the page did not end in time")
    lines = [f"HTTP/1.1 {response.status_code}"]
    lines += [f"{h}: {v}" for h in _HEADERS if (v := response.headers.get(h))]
    if response.next_request:
        # the host alone: what follows it may hold a token
        target = response.next_request.url
        lines.append(f"location: {target.scheme}://{target.netloc.decode('ascii', 'replace')}")
    return "\n".join((*lines, "", "")).encode() + body[:_BODY_LIMIT]

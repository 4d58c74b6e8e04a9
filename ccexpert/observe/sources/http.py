"""Pages that show how far a request gets: web server, redirection, Tomcat, web, database.

Each page exercises one layer more (help/production/using/failure-to-connect.md,
help/production/using/monitoring-processes.md). Answers are classified as the documentation
describes; files hold a page as ``curl -i`` prints it.
"""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Iterator
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
from ccexpert.observe.signatures import errors_in
from ccexpert.observe.sources.operating_system import family_in
from ccexpert.observe.sources.pages import BODY_LIMIT, JUDGES, Response, answer
from ccexpert.observe.text import CUT
from ccexpert.observe.threads import side_by_side

if TYPE_CHECKING:
    import httpx

FILES = ("http/*.txt",)

_MOMENT = r"\s{0,8}\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d\S{0,12}\s*$"
_PING_BELOW = rf"{_MOMENT}|\s{{0,8}}\d{{1,9}}/\d{{1,9}} pending events|\s{{0,8}}The queue is full\b"
#: How an answer begins that ``curl`` prints, and what may follow.
_HEADS = r"\s{0,8}(?:HTTP/[\d.]{1,4} +\d{3}|curl: \(\d{1,2}\))"
_ANSWERS = rf"{_HEADS}|\s{{0,8}}<(?:!DOCTYPE|html)\b"
_PRINTED = rf"{_ANSWERS}|[A-Za-z][A-Za-z0-9-]{{0,60}}:[ \t]|[^<>]{{0,400}}[<>]"


#: Addresses of services that Campaign calls: they are no site of its own.
_OTHERS = (
    r"(?:[\w-]{1,63}\.){0,4}(?:adobe\.io|adobelogin\.com|googleapis\.com|google\.com|apple\.com"
    r"|microsoft\.com|microsoftonline\.com|amazonaws\.com|windows\.net|salesforce\.com)\b"
)


def _page(probe: str, address: str, own: str = "(?!)") -> Shape:
    """A page as ``curl`` prints it. The command above tells which one it is, or a line of its
    ``own``."""
    return Shape(
        output=f"http/{probe}.txt",
        begins=re.compile(_ANSWERS, re.IGNORECASE),
        belongs=re.compile(f"{own}|{_PRINTED}", re.IGNORECASE),
        tells=re.compile(f"^(?:{own})", re.IGNORECASE),
        command=re.compile(rf"\bcurl\b.*{address}", re.IGNORECASE),
        heads=re.compile(_HEADS, re.IGNORECASE),
        gaps=True,
    )


SHAPES: tuple[Shape, ...] = (
    xml_shape("http/r-test.txt", "redir"),
    _page("r-test", r"/r/test\b", r"\s{0,8}<redir\b"),
    _page("tomcat-direct", r":8080/\S{0,100}logon\.jsp"),
    _page("logon", r"(?<!:8080)/nl/jsp/logon\.jsp"),
    _page("ping", r"/(?:mc)?ping\.jsp\b", rf"\s{{0,8}}(?:OK|Error)\s*$|{_PING_BELOW}"),
    Shape(
        output="http/ping.txt",
        begins=re.compile(r"\s{0,8}(?:OK|Error)\s*$", re.IGNORECASE),
        belongs=re.compile(_PING_BELOW),
        tells=re.compile(f"^(?:{_PING_BELOW})"),
        least=2,
    ),
    Shape(  # that it answers is all that one asks of a service of others
        output="http/other.txt",
        begins=re.compile(r"\s{0,8}HTTP/[\d.]{1,4} +\d{3}", re.IGNORECASE),
        belongs=re.compile(rf"(?!curl:)(?:{_PRINTED})", re.IGNORECASE),
        tells=re.compile(r"(?!)"),
        command=re.compile(rf"\bcurl\b.* -\w{{0,8}}I .*\bhttps?://{_OTHERS}", re.IGNORECASE),
        gaps=True,
    ),
    _page("site", rf"\bhttps?://(?!{_OTHERS})[^\s/\"']{{1,200}}/?[\"']?\s*$"),
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

_TLS = re.compile(r"\b(?:SSL|TLS|certificate)\b", re.IGNORECASE)
_CLIENT_ERROR = 400
_REDIRECTS = 5
_REDIRECTIONS = (301, 302, 303, 307, 308)
_HEADERS = ("server", "content-type")
_SERVER_HEADER = "HTTP header Server"
_LOCAL = ("localhost", "127.0.0.1", "::1")


def parse(outputs: Outputs, context: Circumstances) -> Seen:
    """The probes of the requested pages."""
    seen = Seen()
    for probe in JUDGES:
        if (name := f"http/{probe}.txt") in outputs:
            raw = outputs[name].data()
            seen += parse_page(probe, raw, context) + build_of(raw, PAGES.get(probe, name))
    last_first = reversed(seen.facts)  # what the page of a probe says counts, not what follows
    return Seen(tuple({fact.key: fact for fact in last_first}.values())[::-1], seen.not_observed)


def parse_page(probe: str, raw: bytes | str, context: Circumstances) -> Seen:
    """The facts of one page; ``probe`` is a key of ``PAGES`` or ``tomcat-direct``."""
    got = answer(raw)
    page = PAGES.get(probe, PAGES["logon"])
    if got.status in _REDIRECTIONS and probe != "site":
        target = got.headers.get("location", "another address")
        reason = f"{page} is redirected to {target}; name that address with --url"
        return Seen(not_observed=(NotObserved(source="http", reason=clean(reason)),))
    if got.body.strip() == CUT and (got.status or 0) < _CLIENT_ERROR and probe != "site":
        reason = f"{page}: only the head of the answer was printed, so that nothing is called blank"
        return Seen(not_observed=(NotObserved(source="http", reason=reason),))
    if got.failure and probe in PAGES and probe != "site":
        return _no_answer(probe, got, context)
    result = got.failure or JUDGES[probe](got)
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
    if (got.status or got.failure == "error") and result != "ok":
        facts += errors_in(got.body, context.vocabulary, "web", page)
    return Seen((*facts, *_server(got)))


def _no_answer(probe: str, got: Response, context: Circumstances) -> Seen:
    """A page that gave no answer. If the connection was refused, the web server refused it; and
    before TLS is agreed on, no page is even asked for."""
    source = f"{PAGES[probe]}: {first_line(got.body)}"
    agreed = not (got.failure == "error" and _TLS.search(got.body))
    silent = [probe] if agreed else []
    silent += ["site"] if got.failure == "refused" or not agreed else []
    facts = [
        ProbeFact.model_validate(
            {"kind": "probe", "name": name, "result": got.failure, "source": source}
        )
        for name in silent
    ]
    return Seen((*facts, *errors_in(got.body, context.vocabulary, "web", PAGES[probe])))


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
            if len(body) >= BODY_LIMIT:
                break
            if time.monotonic() > deadline:
                raise httpx.ReadTimeout("the page did not end in time")
    lines = [f"HTTP/1.1 {response.status_code}"]
    lines += [f"{h}: {v}" for h in _HEADERS if (v := response.headers.get(h))]
    if response.next_request:
        # the host alone: what follows it may hold a token
        target = response.next_request.url
        lines.append(f"location: {target.scheme}://{target.netloc.decode('ascii', 'replace')}")
    return "\n".join((*lines, "", "")).encode() + body[:BODY_LIMIT]

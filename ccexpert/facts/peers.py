"""The host, and the port, that a message names as the other side of a connection.

Checks can then name them: *nslookup db01.example.com* instead of *resolve the name*. Only what
stands where programs write a host counts, and only names that are harmless in a command.
"""

from __future__ import annotations

import re
from functools import cache, reduce
from typing import NamedTuple

from ccexpert.facts.names import HOST_PATTERN, UNSAID

_HOST = r"[\"'«“]?(?P<host>[A-Za-z0-9][\w-]{0,62}(?:\.[\w-]{1,63}){0,8})[\"'»”]?"
#: Beside words of prose only what is quoted, stands after a colon or cannot be a word.
_MARKED = r"(?:(?=[\"'«“]|[\w-]*[\d._-])|(?<=: ))" + _HOST
_PORT = r"(?:(?: ?\([^)\n]{1,60}\))?(?:,? (?:on )?port:? ?|:)(?P<port>\d{1,5})\b)?"
_CONNECT = r"\bconnect(?:ion|ing|ed)? (?:to|with) (?:the )?(?:server |host )?(?:at )?"
_PARTS = (("CONNECT", _CONNECT), ("MARKED", _MARKED), ("HOST", _HOST), ("PORT", _PORT))
#: How programs name the other side, the plainest first.
_FORMS = (
    r"\b[a-z][a-z0-9+]{1,8}://(?:[^@/\s]{1,100}@)?HOSTPORT",
    r"\b(?:resolv(?:e|ing)|translate|look ?up|find) (?:the )?(?:host ?)?(?:name )?(?:of )?"
    r":? ?MARKED",
    r"\bresolve host(?:name)?: HOST",
    r"\b(?:ENOTFOUND|EAI_AGAIN|UnknownHostException:|getaddrinfo for) HOST",
    r"CONNECTHOST(?=:\d|,? (?:on )?port)PORT",
    r"CONNECTMARKEDPORT",
    r"\b(?:server|host|relay|site)(?: at)?(?: ?[=:])? ?['\"](?P<host>[\w.-]{1,253})"
    r"(?::(?P<port>\d{1,5}))?['\"]",
    r"\bhost (?P<host>[\w-]{1,63}(?:\.[\w-]{1,63}){1,8})\[",
    r"(?<![\w.@/-])(?P<host>[a-z0-9][\w-]{0,62}(?:\.[\w-]{1,63}){1,8}):(?P<port>\d{2,5})\b",
)
#: What stands where a host does and is none.
_NO_HOST = re.compile(
    r"(?:[\d.]+|the|a|an|to|server|host|hostname|name|proxy|address|database|relay|mail|backend"
    r"|remote|peer|url|default|localhost|ip-\d+|failed|timed|refused|with|from|on|it|any)",
    re.IGNORECASE,
)


class Peer(NamedTuple):
    """The other side of a connection; what the message does not name is ``UNSAID``."""

    host: str = UNSAID
    port: str = UNSAID


def peer_in(text: str) -> Peer:
    """The first host that a message names, and its port."""
    for form in _FORMS:
        for found in _searched(form).finditer(text):
            named = found.groupdict(default=UNSAID)
            host = named["host"].rstrip(".")
            if re.fullmatch(HOST_PATTERN, host) and not _NO_HOST.fullmatch(host):
                return Peer(host, named.get("port", UNSAID))
    return Peer()


@cache
def _searched(form: str) -> re.Pattern[str]:
    """A form with its parts, compiled when the first message is read."""
    whole = reduce(lambda text, part: text.replace(*part), _PARTS, form)
    return re.compile(whole, re.IGNORECASE)

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


#: What reaches another host from a command line, and the port that it means by itself.
_TOOLS = {
    **dict.fromkeys(("ssh", "sftp", "scp"), "22"),
    **dict.fromkeys(("ftp", "lftp"), "21"),
    **dict.fromkeys(("telnet", "nc", "ncat", "ping", "tracert", "traceroute", "mtr"), UNSAID),
    **dict.fromkeys(("curl", "wget", "s_client", "Test-NetConnection", "tnc"), UNSAID),
    "psql": "5432",
    "smbclient": "445",
}
_TOOL = re.compile(
    rf"(?:^|[\s/|;&(>#$])({'|'.join(map(re.escape, _TOOLS))})(?:\.exe)?\s", re.IGNORECASE
)
_TARGET = re.compile(
    r"(?:(?P<scheme>https?|s?ftps?|ldaps?)://)?(?:[^@/\s]{1,100}@)?(?P<host>[A-Za-z0-9][\w-]{0,62}"
    r"(?:\.[\w-]{1,63}){0,8})(?::(?P<port>\d{1,5})(?!\d))?(?:[/:]\S*)?"
)
_SCHEMES = {"http": "80", "https": "443", "sftp": "22", "ftp": "21", "ftps": "990"}
_PORT_OPTION = re.compile(r"\s-{1,2}(?:p|P|port|Port) ?=?(\d{1,5})(?!\S)")
#: An option that a value follows, which is no host.
_OPTION = re.compile(r"-(?:[a-zA-Z]*[oiwbFLpPUdcXHumqIeT]|max-time|connect-timeout|Port)$")


class Peer(NamedTuple):
    """The other side of a connection; what the message does not name is ``UNSAID``."""

    host: str = UNSAID
    port: str = UNSAID


NOBODY = Peer()
"""The other side that nothing names."""


def peer_in(text: str) -> Peer:
    """The first host that a message names, and its port."""
    for form in _FORMS:
        for found in _searched(form).finditer(text):
            named = found.groupdict(default=UNSAID)
            host = named["host"].rstrip(".")
            if re.fullmatch(HOST_PATTERN, host) and not _NO_HOST.fullmatch(host):
                return Peer(host, named.get("port", UNSAID))
    return NOBODY


def peer_of_command(line: str) -> Peer:
    """The host, and the port, that a command such as ``telnet mail.example.com 25`` reaches."""
    tool = _TOOL.search(line)
    if tool is None:
        return NOBODY
    words = [word.strip("\"'") for word in line[tool.end() :].split()]
    values = {number for number, before in enumerate(words, 1) if _OPTION.match(before)}
    for number, word in enumerate(words):
        found = None if number in values or word[:1] in "-+@" else _TARGET.fullmatch(word)
        if found and re.search("[A-Za-z]", found["host"]) and not _NO_HOST.fullmatch(found["host"]):
            after = words[number + 1] if len(words) > number + 1 else ""
            said = _PORT_OPTION.search(line)
            port = found["port"] or (after if after.isdecimal() else None) or (said and said[1])
            by_itself = _SCHEMES.get(found["scheme"] or "", _TOOLS.get(tool[1].lower(), UNSAID))
            return Peer(found["host"], port or by_itself)
    return NOBODY


#: An absolute path as messages write it; with blanks only in quotes.
_PATH = re.compile(
    r"(?<![\w.:/\\-])(?:(?P<unix>/(?:[\w.@+-]{1,200}/){1,30}[\w.@+-]{0,200})"
    r"|(?P<windows>[A-Za-z]:\\(?:[\w.()-]{1,100}\\){0,30}[\w.()-]{1,100})(?=['\"\s,;:]|$)"
    r"|['\"](?P<quoted>[A-Za-z]:\\[\w.()\\ -]{1,300})['\"])"
)


def path_in(text: str) -> str:
    """The first absolute path that a message names."""
    found = _PATH.search(text)
    return next(filter(None, found.groups()), UNSAID).rstrip(".") if found else UNSAID


@cache
def _searched(form: str) -> re.Pattern[str]:
    """A form with its parts, compiled when the first message is read."""
    whole = reduce(lambda text, part: text.replace(*part), _PARTS, form)
    return re.compile(whole, re.IGNORECASE)

"""The codes that other programs answer with, read out of a message.

Each program has its own way to write them: ``curl: (6)``, ``SQLSTATE 08006``, ``errno=111``,
``550 5.1.1``. A number counts only where its surroundings say whose it is. What a code means stands
in the vocabulary (``facts/error/families.yaml``), by the names given here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ahocorasick_rs import AhoCorasick

_TONGUES: dict[str, tuple[str, ...]] = {
    # https://curl.se/libcurl/c/libcurl-errors.html
    "curl": (
        r"\bcurl: ?\((\d{1,2})\)",
        r"\bcurl[^\n(]{0,80}\((?:error )?(?:code )?(\d{1,2})\)",
        r"\bcurl[^\n]{0,40}? (?:error|code|status|exit(?:s|ed)?(?: with)?|rc)(?: code| status)?"
        r"[ :=]{1,3}(\d{1,2})\b",
    ),
    # errno(3) of Linux; the numbers from 10000 are those of Winsock
    "errno": (
        r"\berrno[ :=(]{0,3}(\d{1,3})\b",
        r"\bos error (\d{1,3})\b",
        r"\[errno (\d{1,3})\]",
        r"\b(?:winsock|socket|wsa\w{0,20}|errno|sockets?)[^\n]{0,40}?\b(1[01]\d{3})\b",
        r"\((?:0x0000)?(1[01]\d{3})(?:/0x[0-9a-f]{1,8})?\)",
        r"\b(?:error|fel)(?: code)?[ :=]{1,3}(100[0-6]\d|1100\d)\b",
    ),
    # https://learn.microsoft.com/windows/win32/debug/system-error-codes, also as an HRESULT
    "windows": (
        r"\bsystem error (\d{1,5}) has occurred",
        r"\bsystemfel (\d{1,5}) har\b",
        r"\bsystemfehler (\d{1,5}) aufgetreten",
        r"\berreur système (\d{1,5})\b",
        r"\bFAILED (\d{1,5}):",
        r"\b(?:win32|windows)(?: system)?[ -]?(?:error|fel)(?: code)?[ :=(]{1,3}(\d{1,5})\b",
        r"\bGetLastError\W{1,6}(\d{1,5})\b",
        r"\b(?:error|fel|fehler|erreur) (\d{3,4}) ?: ",
        r"\b(0x8007[0-9a-f]{4})\b",
    ),
    # https://www.postgresql.org/docs/current/errcodes-appendix.html
    "sqlstate": (
        r"\bsql[ -]?state[\"']?[ :=]{0,3}[\[\"'(]?([0-9A-Z]{5})\b",
        r"\[((?:[0-5]\d|HY|IM|F0|P0|XX)[0-9A-Z]{3})\]",
    ),
    "oracle": (r"\b((?:ORA|TNS)-\d{5})\b",),
    "sqlserver": (
        r"\bMsg (\d{3,5}),",
        r"\bError: (\d{3,5}), Severity\b",
        r"\bSQL Server[^\n]{0,60}?\bError:? (\d{3,5})\b",
        r"\bnative ?error[ :=(]{1,3}(\d{3,5})\b",
        r"\(Microsoft SQL Server, Error: (\d{3,5})\)",
    ),
    # RFC 9110, section 15
    "http": (
        r"\bHTTP/\d(?:\.\d)? ([45]\d\d)\b",
        r"\bHTTP(?: status| response)?(?: code| error)?[ :=(]{1,3}([45]\d\d)\b",
        r"\b(?:status|response)(?: ?code)?(?: is)?[ :=(]{1,3}([45]\d\d)\b(?![ -][45]\.\d)",
        r"\btype error \(([45]\d\d)\)",
        r"\breturned error: ([45]\d\d)\b",
        r"\b([45]\d\d)[ ,:-]{1,3}(?:unauthori[sz]ed|forbidden|not found|bad request|bad gateway"
        r"|proxy auth(?:entication)?"
        r"|service unavailable|gateway time-?out|too many requests|internal server error)\b",
    ),
    # X509_V_ERR_… of openssl-verification-options(1)
    "tls": (
        r"\bverify error:num=(\d{1,3})\b",
        r"\bverify (?:return code|result)[ :=(]{1,3}(\d{1,3})\b",
    ),
    # RFC 5321 and RFC 3463
    "smtp": (
        r"\b[45]\d\d[ -]#?([45]\.\d{1,3}\.\d{1,3})\b",
        r"\b(?:dsn|status)[ :=]{1,3}([45]\.\d{1,3}\.\d{1,3})\b",
        r"(?:^|\bsaid: |\bsmtp[^\n]{0,40}? |\b(?:reply|response|error): ?|['\"(])"
        r"([45]\d\d)[ -](?!#?[45]\.\d{1,3}\.\d)(?=[\w<\[(])",
    ),
    # what large providers put into their replies, in their own brackets
    "provider": (
        r"\[(TSS?\d\d)\]",
        r"\((S\d{3,4}|AS\(?\d{3,4})\)?",
        r"\b((?:SC|DY|OU|RP|CO)-\d{3})\b",
        r"\[((?:HM|CS|GL|PH|SU)\d\d)\]",
    ),
    "pop3": (r"-ERR \[([A-Z]{2,12}(?:[/-][A-Z]{2,8})?)\]",),
    # SMPP 3.4, section 5.1.3
    "smpp": (r"\bcommand[_ ]?status[ :=(]{1,3}(0x[0-9a-f]{2,8})\b",),
    # RFC 4511, appendix A.2, as Java and libldap write it
    "ldap": (r"\bldap: error code (\d{1,3})\b", r"\bldap_\w{1,40}: [^\n(]{0,60}\((\d{1,3})\)"),
    # https://learn.microsoft.com/entra/identity-platform/reference-error-codes
    "entra": (r"\b(AADSTS\d{5,7})\b",),
    # the names of errors in the answers of S3, Azure Blob Storage and Google Cloud Storage
    "cloud": (
        r"<code>(\w{4,60})</code>",
        r"\ban error occurred \((\w{4,60})\) when calling\b",
        r"\b(?:x-ms-error-code|error ?code)[\"' ]{0,2}[:=]{1,2} ?[\"']?(\w{4,60})\b",
    ),
}


TONGUES = tuple(_TONGUES)
"""The ways to write codes, by name."""

#: A line of a log without any of these holds no code that is worth a look.
ANCHORS = (
    *("curl: (", "errno", "os error", "SQLSTATE", "SQL state", "ORA-", "TNS-", "verify error"),
    *("LDAP: error code", "AADSTS", "<Code>", "An error occurred ("),
)


#: What a text must hold (in lower case) before the codes of a program are looked for in it: most
#: texts hold none of it.
_SIGNS: dict[str, tuple[str, ...]] = {
    "curl": ("curl",),
    "errno": (
        "errno",
        "os error",
        "winsock",
        "socket",
        "wsa",
        "(10",
        "(11",
        "(0x0000",
        "100",
        "110",
    ),
    "windows": (
        *(
            "system error",
            "systemfel",
            "systemfehler",
            "syst\u00e8me",
            "failed ",
            "win32",
            "windows",
        ),
        *("getlasterror", "error ", "fel ", "fehler ", "erreur ", "0x8007"),
    ),
    "sqlstate": ("state", "[0", "[1", "[2", "[3", "[4", "[5", "[hy", "[im", "[f0", "[p0", "[xx"),
    "oracle": ("ora-", "tns-"),
    "sqlserver": ("msg ", "sql server", "native", "severity"),
    "tls": ("verify",),
    "provider": (
        *("[ts", "[hm", "[cs", "[gl", "[ph", "[su", "(s", "(as", "sc-", "dy-", "ou-", "rp-", "co-"),
    ),
    "pop3": ("-err",),
    "smpp": ("command",),
    "ldap": ("ldap: error", "ldap_"),
    "entra": ("aadsts",),
    "cloud": ("<code>", "an error occurred (", "error code", "errorcode", "error-code"),
}
#: The codes of web and mail servers have three digits, or three numbers with points.
_STATUS = re.compile(r"[45](?<!\w.)(?:\d\d(?!\w)|\.\d)")
_BY_STATUS = frozenset(TONGUES) - _SIGNS.keys()


@lru_cache(maxsize=256)
def replies_in(text: str) -> tuple[tuple[str, str], ...]:
    """The codes in a message, each with the name of the program's way to write them."""
    return tuple(_replies(text))


def _replies(text: str) -> Iterator[tuple[str, str]]:
    automaton, tongues = _signs()
    found = automaton.find_matches_as_indexes(text.lower(), overlapping=True)
    likely = {tongues[number] for number, _, _ in found}
    likely |= _BY_STATUS if _STATUS.search(text) else set()
    for tongue in TONGUES if likely else ():
        if tongue in likely:
            for each in _pattern(tongue).finditer(text):
                yield tongue, _plain(tongue, next(filter(None, each.groups())))


@cache
def _signs() -> tuple[AhoCorasick, tuple[str, ...]]:
    """What finds the signs in a text, and the program of each sign."""
    from ahocorasick_rs import AhoCorasick  # a report without errors needs none

    signs = [(sign, tongue) for tongue, signs in _SIGNS.items() for sign in signs]
    return AhoCorasick([sign for sign, _ in signs]), tuple(tongue for _, tongue in signs)


@cache
def _pattern(tongue: str) -> re.Pattern[str]:
    """All ways to write the codes of one program; most runs meet none of them."""
    return re.compile("|".join(_TONGUES[tongue]), re.IGNORECASE)


def _plain(tongue: str, code: str) -> str:
    """The code as the vocabulary writes it."""
    if tongue == "cloud":
        return code
    if tongue == "windows":
        return str(int(code[-4:], 16)) if code.startswith(("0x", "0X")) else code
    return f"0x{int(code, 16):02x}" if tongue == "smpp" else code.upper()

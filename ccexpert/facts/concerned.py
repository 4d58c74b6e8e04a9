"""Whom an error concerns: the neighbour of this server that a message speaks of.

The words and codes of the message count first; where they say nothing, the module that wrote it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Literal, get_args

#: Nothing in the message says whom it concerns.
UNKNOWN = "unknown"

#: The neighbours that a message may concern, and Campaign itself.
Whom = Literal[
    "adobe-service",
    "provider",
    "database",
    "bounce-mailbox",
    "file-server",
    "crm",
    "relay",
    "receiving-domain",
    "other-instance",
    "campaign",
    "web-server",
]


@dataclass(frozen=True)
class _Party:
    """A neighbour: what it is called in English and Swedish, and how messages speak of it."""

    called: tuple[str, str]
    signs: tuple[str, ...]
    modules: tuple[str, ...] = ()
    """The modules that speak with it and with nobody else."""
    forms: tuple[str, ...] = ()
    """How its messages look: they count where neither words nor the lines beside say anything."""

    def spoken_of(self, text: str) -> bool:
        return bool(self.signs and _pattern(self.signs).search(text))

    def looks_like(self, text: str) -> bool:
        return bool(self.forms and _pattern(self.forms).search(text))


@cache
def _pattern(signs: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(signs), re.IGNORECASE)


#: In the order in which they are looked for: the more telling words first.
_PARTIES = {
    "adobe-service": _Party(
        ("an Adobe service", "en Adobe-tjänst"),
        (
            r"\badobelogin\.com\b",
            r"\b(?:adobe|adobedc|demdex|omtrdc|adobecqms)\.(?:io|com|net)\b(?! campaign)",
            r"\bims(?:-na1| service| server| token| endpoint| call|org)",
            r"\banalytics ?api",
            r"\bexperience (?:cloud|platform)\b",
            r"\bpipeline service\b",
        ),
        ("pipelined",),
    ),
    "provider": _Party(
        ("the SMS or push provider", "sms- eller pushleverantören"),
        (
            r"\bSMPP\b",
            r"\bSMSC\b",
            r"\bESME_R",
            r"\bbind_(?:transceiver|transmitter|receiver)",
            r"\bcommand[_ ]?status\b",
            r"\b(?:FCM|GCM|APNS|APNs2?)\b",
            r"\bpush\.apple\.com\b",
            r"\b(?:fcm|android|oauth2)\.googleapis\.com\b",
            r"\bdevice ?token\b",
            r"\bregistration[ -]?token\b",
            r"\bprovider ?token\b",
        ),
        ("sms",),
    ),
    "crm": _Party(
        ("the CRM or its logon service", "CRM-systemet eller dess inloggningstjänst"),
        (
            r"\bAADSTS\d{4,8}\b",
            r"\blogin\.(?:microsoftonline|salesforce)\.com\b",
            r"\bcrm\d{0,2}\.dynamics\.com\b",
            r"\bdynamics (?:crm|365)\b",
            r"\b(?:salesforce|sforce|sfdc)\b",
        ),
    ),
    "database": _Party(
        ("the database", "databasen"),
        (
            r"\b(?:PGS|ORA|ODB|WDB)-\d{5,6}\b",
            r"\bTNS[-:]",
            r"\bSQL[ -]?state\b",
            r"\bSQL ?Server\b",
            r"\bpostgres(?:ql)?\b",
            r"\blibpq\b",
            r"\b(?:oracle|odbc|jdbc|psql|sqlplus|snowflake|teradata|sybase|mysql|hana)\b",
            r"\bport (?:1433|1521|3306|5432)\b",
            r"\bdatabase\b",
            r"\btablespace\b",
            r"\btoo many clients\b",
            r"\bdatabase files\b",
            r"\bcheckpoint record\b",
            r"\bMsg \d{3,5}, Level\b",
            r"\bSeverity: \d{1,2}, State: \d",
            r"\bunique constraint\b",
            r"\b(?:relation|column) \"",
        ),
    ),
    "bounce-mailbox": _Party(
        ("the bounce mailbox", "studspostlådan"),
        (
            r"\bpop-?3s?\b",
            r"\bimaps?\b",
            r"-ERR\b",
            r"\bbounce mail(?:box)?\b",
            r"\binmail\b",
            r"\bport (?:110|143|993|995)\b",
        ),
        ("inMail",),
    ),
    "file-server": _Party(
        ("the file server", "filservern"),
        (
            r"\bs?ftps?\b",
            r"\bssh\b",
            r"\bscp\b",
            r"\bCRL-\d{6}\b",
            r"\bfile ?transfer\b",
            r"\bfile server\b",
            r"\b(?:s3|blob|bucket|azure|smb|nfs)\b",
            r"\bremote (?:file|host|directory|path)\b",
            r"\bpublic ?key\b",
            r"\bport (?:2[12]|445)\b",
            r"\b(?:requested file action|exceeded storage allocation)\b",  # RFC 959, section 4.2
            r"\bdata connection\b",
        ),
    ),
    "relay": _Party(
        ("the mail relay", "e-postreläet"),
        (
            r"\b(?:smtp|mail) ?relay\b(?!=)",
            r"\brelay (?:host|server)\b",
            r"\bsmarthost\b",
            r"\brelay(?:ing)? (?:access )?denied\b",
            r"\bunable to relay\b",
            r"\bport (?:465|587)\b",
        ),
    ),
    "receiving-domain": _Party(
        ("the receiving domain", "den mottagande domänen"),
        (
            r"\b[45]\d\d[ -]#?[45]\.\d{1,3}\.\d{1,3}\b",
            r"\b(?:dsn|status)[ :=]{1,3}[45]\.\d{1,3}\.\d{1,3}\b",
            r"\bsaid: ?[45]\d\d\b",
            r"\bsmtp\b",
            r"\b(?:rcpt to|mail from)\b",
            r"(?<![:\w])recipient\b",
            r"\bmailbox\b",
            r"\bmx\b",
            r":25\b",
            r"\bport 25\b",
        ),
        ("mta",),
        (
            r"^(?:421|45[0-5]|521|5[3-5]\d)[ -][\w<\[(]",
            r": (?:421|45[0-5]|521|5[3-5]\d)[ -][A-Z<\[(]",
        ),
    ),
    "other-instance": _Party(
        ("another Campaign instance", "en annan Campaign-instans"),
        (
            r"\bmid[ -]?sourcing\b",
            r"\bmessage ?cent(?:er|re)\b",
            r"\bsoaprouter\.jsp\b",
            r"\bexecution instance\b",
            r"\bSOP-\d{6}\b",
        ),
    ),
    "campaign": _Party(
        ("Campaign itself", "Campaign självt"),
        (
            r"\bmaxThreads\b",
            r"\borg\.apache\.(?:catalina|coyote|jasper|tomcat)\b",
            r"\b(?:localhost|127\.0\.0\.1)\S{0,20}:80(?:80|05)\b",
            r"\bport 80(?:80|05)\b",
            r"(?<![\w:./-])(?:nms|xtk|ncm|nl|sfa|crm|temp|cus):[A-Za-z]",
            r"\b(?:schema|schéma|schemas|schemat) ['\"«]",
            r"\bnlserver\b",
        ),
        forms=(r"\bjava\.lang\.OutOfMemoryError\b",),  # web runs Java
    ),
    "web-server": _Party(
        ("the web server", "webbservern"),
        (
            r"\bAH\d{5}\b",
            r"\b(?:httpd|apache2)(?:\.exe|\.service|\[|:)",
            r"/etc/(?:httpd|apache2|nginx)/",
            r"\bcomm=\"(?:httpd|apache2|nginx)",
            r"\bapplication pool\b",
            r"\bw3wp\b",
            r"\bIIS\b",
            r"\bW3SVC",
            r"\bERR_(?:CERT|SSL|CONNECTION|NAME|TIMED|EMPTY|ADDRESS)_",  # what a browser says of it
            r"\b(?:SEC|SSL|MOZILLA_PKIX)_ERROR_",
        ),
        ("webserver",),
    ),
    UNKNOWN: _Party(("a system that is not named", "ett system som inte nämns"), ()),
}

#: All words for whom an error concerns, with what each is called in English and Swedish.
CALLED = MappingProxyType({word: party.called for word, party in _PARTIES.items()})


def whom(module: str | None, text: str, beside: Whom | None = None) -> str:
    """Whom a message concerns: a word of ``CALLED``. ``beside``: whom the lines beside it speak
    of."""
    spoken_of = (word for word, party in _PARTIES.items() if party.spoken_of(text))
    alike = (word for word, party in _PARTIES.items() if party.looks_like(text))
    partners = (word for word, party in _PARTIES.items() if module in party.modules)
    return next(spoken_of, None) or beside or next(alike, None) or next(partners, UNKNOWN)


def named_in(text: str) -> Whom | None:
    """Whom a text speaks of in words."""
    return next((word for word in get_args(Whom) if _PARTIES[word].spoken_of(text)), None)


def spoken_of(text: str) -> Whom | None:
    """Whom a text speaks of, in words or by its form; None if neither says so."""
    alike = (word for word in get_args(Whom) if _PARTIES[word].looks_like(text))
    return named_in(text) or next(alike, None)

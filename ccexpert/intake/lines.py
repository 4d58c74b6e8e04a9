"""Recognises a line of text by its form alone.

A terminal shows prompts and commands between outputs; logs, journals and nlserver messages begin
each line with a time. Other lines are left to the outputs, and then to prose. Every pattern is
anchored and bounded, so no line takes long.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from ccexpert.facts import HOST_PATTERN, Platform
from ccexpert.intake.likely import Likely, any_of

#: The number of characters of a line that determine its form.
_LOOKED_AT = 600

_POWERSHELL = re.compile(
    r"\s{0,8}(?:\[(?P<host>[\w.-]{1,253})\]: )?PS [A-Za-z]:[^>\n]{0,200}> ?(?P<command>.*)"
)
_CMD = re.compile(r"\s{0,8}[A-Za-z]:\\[^>\n]{0,200}>(?P<command>.*)")
_SHELL = re.compile(
    r"\s{0,8}(?:\([\w.-]{1,40}\) )?(?:\[[\w.-]{1,64}@[\w.-]{1,253}[ :][^\]\n]{0,200}\] ?[$#%>]"
    r"|[\w.-]{1,64}@[\w.-]{1,253}[ :][^$#%>\n]{0,200}[$#%>]|-?(?:ba|z|k)?sh(?:-[\d.]{1,8})?[$#%]"
    r"|[A-Za-z][\w.-]{1,62}:[~/][^\s$#%>:]{0,200} ?[$#]"
    r"|[$#](?= [\w/.]))(?: (?P<command>.*)|$)"
)
#: The host in the prompt of a shell, behind ``user@`` or before ``:``.
_SHELL_HOST = re.compile(
    r"\s{0,8}(?:\([\w.-]{1,40}\) )?\[?(?:[\w.-]{1,64}@|(?=[\w.-]{2,63}:[~/]))"
    r"(?P<host>[A-Za-z0-9][\w.-]{0,252})[ :]"
)
#: Programs that are typed with an option, a file, a number or a pipe behind them.
_TYPED = (
    r"(?:openssl|dmesg|mount|df|du|free|ss|netstat|ps|tail|head|cat|z?grep|egrep|ls|ll|journalctl"
    r"|telnet|nc|dig|nslookup|ping|psql|sqlplus|sqlcmd|ulimit|lsof|ip|uptime|ipcs|ipcrm|rpm|dpkg"
    r"|firewall-cmd|iptables|nft|ufw|tasklist|wget|ssh|sftp|su|id|find|lsblk|top|vmstat|iostat|sar"
    r"|timedatectl|chronyc|ntpq|date|cd|sudo)"
)
#: A command without a prompt; what goes on behind a colon or an arrow, or says what a command
#: shows, is a person's sentence.
_BARE = (
    r"(?:sudo(?: -[A-Za-z]{1,2}(?: [\w.-]{1,64})?)* )?"
    r"(?:[\w./~-]{0,200}/)?(?:"
    r"nlserver6?(?:\.exe)? (?:-|pdump|monitor|config|status|[A-Za-z]{3,20} -"
    r"|(?:start|stop|restart)(?: (?:-|(?:web|mta|wfserver|inMail|stat|sms|syslogd|trackinglogd"
    r"|watchdog|pipelined)\b)|$))"
    r"|systemctl (?:-|[a-z-]{3,20}(?: -\S{1,20}){0,3} [\w@.-]{1,80}(?: ?[|>&;-].*)?$)"
    r"|service \S{1,60} (?:status|start|stop|restart|reload)\b"
    r"|sc(?:\.exe)? (?:\\\\\S{1,60} )?(?:query|queryex|qc|start|stop|config)\b"
    r"|curl (?:-|['\"]?https?://|[\w-]{1,63}[.:/][\w-])"
    rf"|{_TYPED} (?:[-+|/&]|\d{{1,5}}$|\S{{1,253}} (?:[-|]|\d{{1,5}}$)"
    r"|[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}$))"
)
_SAYS = (
    r" (?:shows?|showed|says?|said|gives?|gave|prints?|returns?|lists?|reports?|is|are|was|works?"
    r"|fails?|looks?|from|and|but|visar|säger|ger|står|är|fungerar|från|och|men) "
)
_BARE_COMMAND = re.compile(
    rf"\s{{0,8}}(?={_BARE})(?![^\"'\n]{{0,200}}?(?:: |[-=]>|{_SAYS}))(?P<command>{_BARE}.*)"
)
#: What psql, SQL*Plus and file transfer print before a statement.
_PROGRAM = re.compile(
    r"\s{0,8}(?:[\w-]{1,63}=[#>]|SQL>|s?ftp>|lftp [^>\n]{1,200}>)(?: (?P<command>.*)|$)"
)
_PROMPTS: tuple[tuple[re.Pattern[str], Platform | None], ...] = (
    (_POWERSHELL, "windows"),
    (_CMD, "windows"),
    (_SHELL, "linux"),
    (_PROGRAM, None),
    (_BARE_COMMAND, None),
)
_ANY_PROMPT = any_of(pattern for pattern, _ in _PROMPTS)

#: A Campaign code: three letters for a component, and six digits.
CODE = re.compile(r"(?<![\w-])[A-Z]{3}-\d{6}(?![\w-])")

#: A sentence of prose.
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?](?=\S)[^.!?\n]*)*\??")
#: Parts two clauses of a sentence.
_CLAUSE = re.compile(
    r"[,;](?=\s)|\s[-–—]{1,2}(?=\s)"
    r"|\s(?:but|although|though|while|whereas|however|men|fast|medan|däremot|fastän)(?=\s)",
    re.IGNORECASE,
)

#: Logs of Campaign, PostgreSQL and IIS, with its directives; of the kernel; of Tomcat; of Apache;
#: of syslog; requests to web servers.
LOG = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d(?::?\d\d)?)?\s"
    r"(?:(?:UTC|CES?T|GMT|EST|PST)\s)?(?:[\w.-]{1,80} [\w./-]{1,60}\[\d{1,10}\]: )?"
    r"|\[ {0,6}\d{1,9}\.\d{6}\] "
    r"|#(?:Software|Version|Date|Fields|Remark|Start-Date|End-Date): "
    r"|\d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d[.,]\d{1,6}\s"
    r"|\[[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d{1,6})? \d{4}\]\s"
    r"|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d [\w.-]{1,80} [\w./-]{1,60}(?:\[\d{1,10}\])?: "
    r"|[\w.:]{1,60} \S{1,60} \S{1,60} \[\d\d/[A-Z][a-z]{2}/\d{4}:[^\]]{1,30}\] "
)
#: A stack frame below an exception.
STACK = re.compile(
    r"\s{0,8}at [\w.$<>/]{1,300}\(|\s{0,8}\.\.\. \d{1,5} more$"
    r"|\s{1,8}File \"[^\"\n]{1,300}\", line \d"
    r"|\s{4,12}[\w.]{1,200}(?: = [\w.\[\](]|\().{0,300}\)\s*$"
)
#: The head or the rule of a table that no output began, and a file as ``ls -l`` lists it.
TABLE = re.compile(
    r"\s{0,8}(?!-{2,20} ?[^-\n]{0,20}(?:[Mm]essage|[Mm]eddelande|Nachricht))"
    r"(?:[-=+@]{3,}|\S{1,300} on /\S{0,300} type \w{1,20} \("
    r"|[-dlps][rwxsStT-]{9}[.+@]? +\d{1,9} \S|[^|\n]{0,200} \| [^|\n]{0,200}\|)"
)
JOURNAL = re.compile(
    r"\s{0,8}(?P<time>\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4},? \d{1,2}:\d\d(?::\d\d)?"
    r"(?: ?[AaPp]\.?[Mm]\.?)?)[ \t]{1,20}"
    r"(?:(?P<activity>[\w.-]{1,64})?\t[ \t]{0,20})?(?P<text>\S.*)?"
)
#: A field of an entry of the Windows event log, in English, Swedish, German and French.
EVENT = re.compile(
    r"(?:Log Name|Event ID|Task Category|Loggnamn|Händelse-ID|Uppgiftskategori|Protokollname"
    r"|Ereignis-ID|Aufgabenkategorie|Nom du journal|ID de l['’]événement|Catégorie de la tâche"
    r"|Op[Cc]ode) ?:.{0,80}$|More help is available by typing NET HELPMSG"
    r"|(?:User|Computer) {0,4}: {2,20}\S"
    r"|(?:Source|Källa|Quelle) ?: {0,20}Service Control Manager$"
    r"|(?:Level|Nivå|Ebene|Niveau|Keywords|Nyckelord|Schlüsselwörter|Mots clés) ?: {0,20}\w{3,20}$"
)
MARKUP = re.compile(r"\s{0,200}</?[A-Za-z?!][^<>]{0,400}>")
MESSAGE = re.compile(r"\s{0,8}\d\d:\d\d:\d\d >\s")
#: What a POP3 server answers.
POP3 = re.compile(r"\s{0,8}(?:\+OK|-ERR)\b")
#: What ``curl -v`` says of a connection.
CURL = re.compile(
    r"\* {1,4}(?:Trying|Connect(?:ed|ion|ing)?|Clos(?:ing|ed)|TLSv?|SSL|ALPN|NPN|IPv[46]|Host"
    r"|Server|Could not|Couldn't|connect to|Failed to|subject|issuer|start date|expire date"
    r"|common name|subjectAltName|CA(?:file|path)|[Uu]sing|Recv|Send|Request|Mark bundle|old SSL"
    r"|schannel|NSS)\b"
)


#: What PostgreSQL adds below an error.
CONTINUED = re.compile(r"\s{0,8}(?:DETAIL|HINT|CONTEXT|STATEMENT|LOCATION|QUERY): ")
#: What ``ping`` and ``Test-NetConnection`` say of a host that they reach or not.
REACHED = re.compile(
    r"PING \S{1,253} \(|Pinging \S{1,253} |--- \S{1,253} ping statistics ---"
    r"|Ping statistics for |\d{1,6} packets transmitted, |\d{1,4} bytes from |Reply from "
    r"|Request timed out\.|rtt min/avg"
    r"|\s{0,8}Packets: Sent = |WARNING: (?:TCP connect to|Ping to|Name resolution of) "
    r"|(?:ComputerName|RemoteAddress|RemotePort|InterfaceAlias|SourceAddress|PingSucceeded"
    r"|TcpTestSucceeded|PingReplyDetails[\w ()]{0,20}|NetRoute[\w ()]{0,20}) {1,20}: "
)
#: The field of ``Test-NetConnection`` that names the host, or the port.
TARGET = re.compile(
    r"(?:ComputerName {1,20}: (?P<host>\S{1,253})|RemotePort {1,20}: (?P<port>\d{1,5}))\s*$"
)
#: What sudo says where it does not do what it is asked for.
NOT_ALLOWED = re.compile(
    r"\s{0,8}(?:sudo: (?:a password is required|a terminal is required|no tty present)"
    r"|Sorry, user \S{1,64} is not allowed to execute|\S{1,64} is not in the sudoers file"
    r"|This incident (?:will be|has been) reported|Password: ?$"
    r"|\[sudo\] (?:password for|lösenord för) )",
    re.IGNORECASE,
)
#: What openssl says of a connection, and of a certificate.
OPENSSL = re.compile(
    r"(?:subject|issuer|serial|notBefore|notAfter|\w{3,12} Fingerprint) ?=|depth=\d"
    r"|verify (?:return|error|depth)|CONNECTED\(|Certificate chain$|Server certificate$"
    r"|\s{1,3}\d s:|\s{2,4}[iav]:|---$|SSL-Session:$|SSL handshake has read|No client certificate"
    r"|New, |(?:Secure )?Renegotiation|Server public key|Compression:|Expansion:|No ALPN"
    r"|Early data|Peer signing|Server Temp Key|Verification:?|Verify return code|DONE$"
    r"|\s{4}(?:Protocol|Cipher|Session-ID|Master-Key|PSK|SRP|TLS session|Start Time|Timeout"
    r"|Verify return|Extended|Max Early)\b"
)
#: What a shell says of a command that it does not find.
NO_COMMAND = Likely(
    r"\s{0,8}(?:-?[\w./]{0,40}sh: )?(?:(?:line )?\d{1,6}: )?(?:sudo: )?[\w./-]{0,80}?"
    r"(?P<name>[\w.-]{1,40}): "
    r"(?:command not found|kommandot (?:hittades inte|finns inte)|not found)\s*$"
    r"|\s{0,8}['\"]?(?P<windows>[\w.-]{1,40})['\"]?(?: is not recognized as an internal"
    r"| : The term '[\w.-]{1,40}' is not recognized|: The term '[\w.-]{1,40}' is not recognized"
    r"| känns inte igen som ett internt)|operable program or batch file\.?$",
    ("not found", "kommandot", "not recognized", "känns inte igen", "operable program"),
)

#: Three of them are what the log of an upgrade marks errors with.
_QUOTED = re.compile(r"(?:> ?){1,2}(?!>)|(?:> ){3,8}(?!>)")


class Line(NamedTuple):
    """One line with its position: ``start`` to ``end``, in characters, without its line end."""

    start: int
    end: int
    text: str
    """The line without e-mail quotation marks, which stand before it."""


@dataclass(frozen=True, slots=True)
class Command:
    """A typed command."""

    text: str
    platform: Platform | None
    """The system of the prompt before it; None if no prompt reveals it."""
    host: str | None
    """The host that the prompt names."""
    whole: str
    """Its whole line, of any length."""


def lines(text: str) -> Iterator[Line]:
    """The lines of a text."""
    start = 0
    for whole in text.split("\n"):
        quoted = _QUOTED.match(whole) if whole.startswith(">") else None
        yield Line(start, start + len(whole), whole[quoted.end() :] if quoted else whole)
        start += len(whole) + 1


def sentences_in(line: Line) -> Iterator[Line]:
    """The sentences of a line of prose."""
    start = line.end - len(line.text)
    for found in _SENTENCE.finditer(line.text):
        yield Line(start + found.start(), start + found.end(), found[0])


def clauses_of(sentence: str, start: int = 0) -> Iterator[Line]:
    """The parts of a sentence, which begins at ``start``, between commas and words that set them
    against each other."""
    at = 0
    for begin, end in [*(one.span() for one in _CLAUSE.finditer(sentence)), (len(sentence), None)]:
        if (clause := sentence[at:begin]).strip():
            yield Line(start + at, start + begin, clause)
        at = end or begin


def command(line: str) -> Command | None:
    """The command in a line with a prompt, or in a line that is only a command."""
    head = line[:_LOOKED_AT]
    if not _ANY_PROMPT.fullmatch(head):
        return None
    for pattern, platform in _PROMPTS:
        if found := pattern.fullmatch(head):
            typed = (found["command"] or "").strip()
            return Command(typed, platform, _host(found), line)
    return None


def _host(prompt: re.Match[str]) -> str | None:
    """The host that a prompt names."""
    at = _SHELL_HOST.match(prompt[0]) if prompt.re is _SHELL else prompt
    named = at.groupdict().get("host") if at else None
    return named if named and re.fullmatch(HOST_PATTERN, named) else None

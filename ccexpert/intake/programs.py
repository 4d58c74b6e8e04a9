"""Programs whose output is known: what they print that says nothing of Campaign's health, line by
line or as a whole, and what they say of an account that is not there."""

from __future__ import annotations

import re
from typing import Literal

from ccexpert.intake.lines import command

#: Lines of tests of a connection or of a name, around what they found out, and of tables that were
#: cut.
CHATTER = re.compile(
    r"\s{0,8}Ncat: (?:Version |\d{1,12} bytes sent)|Trying \S{1,80}\.\.\.$"
    r"|Connecting To \S{1,253}\.\.\.$|Escape character is |telnet>|\^[\]CD]$|Connection closed"
    r"(?: by foreign host)?\.?$|220[ -]\S{1,253} .{0,80}\bE?SMTP\b|221[ -]\d\.\d\.\d "
    r"|-- (?:Logs begin|Journal begins|No entries|Boot |Reboot)\b"
    r"|; <<>> DiG |;[;>] {0,3}(?!connection timed out)(?!.{0,80}status: (?:NX|SERVF|REF))\S"
    r"|;\S{1,253}\s{1,40}(?:IN|CH)\s|\S{1,253}\.\s{1,40}\d{1,9}\s{1,20}IN\s{1,20}[A-Z]{1,10}\s"
    r"|(?:Server|Address(?:es)?|Name|Aliases|Namn|Adress(?:er)?|Serveur|Nom|Adresse): {0,4}\t{0,3} "
    r"{0,16}[\w.:-]{1,253}(?:#\d{1,5})?$|Non-authoritative answer:$|Icke-auktoritärt svar:$"
    r"|\S{1,253} (?:has (?:IPv6 )?address|mail is handled by|is an alias for"
    r"|descriptive text|domain name pointer) \S"
    r"|\S{1,253}\s{1,8}(?:mail exchanger|text|canonical name|nameserver|name) = \S"
    r"|[A-Z]{3,7} \S{1,400} HTTP/\d(?:\.\d)?$|User-Agent: curl/|Accept: \*/\*$"
    r"|-Queue ID- |-- \d{1,9} [KMG]?bytes in \d{1,9} Requests?\.?$|Mail queue is empty\.?$"
    r"|IT IS POSSIBLE THAT SOMEONE IS DOING|Someone could be eavesdropping on you"
    r"|It is also possible that a host key|The fingerprint for the \S{1,20} key sent by"
    r"|Please contact your system administrator\.$|procs -{3,}"
    r"|\s{0,8}r {1,8}b {1,8}swpd\b|\s{0,8}avg-cpu:"
    r"|\s{0,8}File: ['‘`]?/|\s{0,8}Size: \d"
    r"|\s{0,8}Access: (?:\(\d|\d{4}-)|Offending \S{1,20} key in |Add correct host key in "
    r"|Syntax OK$|no crontab for \S{1,64}$",
)
#: What a program says of the name that it looks for, as ``nslookup`` of Windows writes it.
NAMELESS = re.compile(r"DNS request timed out\.|\s{1,8}timeout was \d{1,4} seconds?\.|\*\*\* \S")

#: Programs that describe a host or an account, whatever they print.
_DESCRIBES = frozenset(
    {"ip", "ifconfig", "ipconfig", "hostname", "hostnamectl", "uname", "whoami", "id", "groups"}
    | {"date", "pwd", "lsblk", "blkid", "last", "who", "w", "history", "crontab", "lsb_release"}
    | {"systeminfo", "ver", "arch", "env", "set", "route"}
)
#: Programs from whose output a person may conclude something, and this one does not.
_KNOWN = frozenset(
    {"ls", "ll", "dir", "stat", "du", "lsof", "ulimit", "java", "rpm", "dpkg", "yum", "dnf", "apt"}
    | {"ps", "pgrep", "firewall-cmd", "iptables", "nft", "traceroute", "tracert", "mtr", "mount"}
    | {"apachectl", "httpd", "apache2", "apache2ctl", "journalctl", "dmesg", "dig", "host"}
    | {"nslookup", "mailq", "postqueue", "sar", "strace", "getfacl", "find", "Get-Process"}
    | {"Get-EventLog", "Get-WinEvent", "wmic", "netsh", "sqlplus", "sqlcmd", "psql", "iostat"}
)
_PROGRAM = re.compile(r"(?:sudo (?:-\S{1,20} ){0,3}|time )?(?:\S{0,80}/)?(?P<name>[\w-]{1,40})")
_PROC_LIMITS = re.compile(r"(?:cat|less|more) /proc/\w{1,10}/limits\b")

#: What ``id``, ``su`` and their like say of an account that this host does not have.
NO_ACCOUNT = re.compile(
    r"\s{0,8}(?:id|su|sudo|chown|crontab|passwd|getent): .{0,40}?['\"‘’«]?(?P<name>[\w.-]{1,32})"
    r"['\"’»]?:? (?:no such user|does not exist|okänd användare|unknown user)",
    re.IGNORECASE,
)


def knows(line: str) -> Literal["describes", "known"] | None:
    """What is known of the program in the line of a command."""
    said = command(line)
    program = _PROGRAM.match(said.text) if said else None
    if said is None or program is None:
        return None
    if program["name"] in _DESCRIBES:
        return "describes"
    is_known = program["name"] in _KNOWN or _PROC_LIMITS.match(said.text)
    return "known" if is_known else None

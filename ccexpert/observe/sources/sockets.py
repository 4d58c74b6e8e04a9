"""``ss``, ``netstat`` and ``lsof -i``: which program listens on which port.

A port that is not listed may have been left out by the options of the command or by a filter, so
that nothing is called free.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ccexpert.observe.interface import Circumstances, Outputs, Seen, Shape, unseen
from ccexpert.observe.sources.ports import Listener, judged
from ccexpert.observe.text import decode

FILES = ("sockets.txt",)

_SS_HEAD = (
    r"(?:Netid\s{1,20})?State\s{1,20}Recv-Q\b.{0,120}"
    r"|\s{0,4}Proto\s{1,20}(?:Recv-Q|Local|Lokal|Adresse locale)\w{0,4}\b.{0,120}"
)
_ROW = re.compile(
    r"\s{0,8}(?:(?P<protocol>tcp|udp)\w{0,4}\s{1,20})?(?:(?P<state>LISTEN\w{0,4}|UNCONN)\s{1,20})?"
    r"(?:\d{1,12}\s{1,20}\d{1,12}\s{1,20})?(?:\S{0,100}[:.])(?P<port>\d{1,5})"
    r"\s{1,200}(?:\S{1,100}[:.][\d*]{1,5}|\*)(?P<rest>.{0,600})",
    re.IGNORECASE,
)
_OWNER = re.compile(r"users:\(\(\"(?P<ss>[^\"]{1,100})\"|\b\d{1,10}/(?P<netstat>[\w.:-]{1,100})")
#: A row of ``lsof -i``; of the ports that it names instead of numbers those that Campaign needs.
_LSOF = re.compile(
    r"(?P<program>[\w.-]{1,32})\s{1,20}\d{1,10}\s{1,20}\S{1,32}\s{1,20}\d{1,9}[urw]{1,2}\S{0,3}\s{1,20}"
    r"IPv[46]\s{1,20}\S{1,20}\s{1,20}\S{1,20}\s{1,20}(?P<protocol>TCP|UDP)\s{1,8}"
    r"\S{0,100}:(?P<port>\d{1,5}|[a-z][\w-]{1,20})(?P<state> \(LISTEN\))?\s*$"
)
_LSOF_HEAD = r"COMMAND\s{1,20}(?:PID|TID)\s.{0,120}\bNAME\s*$"
_NAMED = {"http": 80, "https": 443, "http-alt": 8080, "webcache": 8080, "mxi": 8005, "cbt": 7777}
#: A socket that waits, in English, Swedish, German and French.
_LISTENS = re.compile(r".{0,200}\b(?:LISTEN|LYSSNA|ABHÖREN|ÉCOUTE)", re.IGNORECASE)
#: Windows gives numbers of processes only; 4 is the kernel, which listens for IIS and its like.
_KERNEL = re.compile(
    r"\s(?:LISTEN\w{0,4}|LYSSNA\w{0,4}|ABHÖREN|ÉCOUTE)\s{1,20}4\s{0,8}$", re.IGNORECASE
)
SHAPES: tuple[Shape, ...] = (
    Shape(
        output=FILES[0],
        begins=re.compile(
            r"(?:Active Internet|Active Connections|Aktiva anslutningar|Aktive Verbindungen"
            rf"|Connexions actives|{_SS_HEAD}"
            r"|\s{0,8}(?:tcp|udp)\w{0,4}\s|LISTEN\s)",
            re.IGNORECASE,
        ),
        belongs=re.compile(
            r"\s{0,8}(?:tcp|udp|LISTEN|UNCONN|ESTAB|TIME|CLOSE|SYN|Proto\s|\[)", re.IGNORECASE
        ),
        tells=re.compile(rf"^(?:{_SS_HEAD}|{_ROW.pattern})$", re.IGNORECASE),
        heads=re.compile(r"Active [IUC]|(?:Netid\s{1,20})?State\s{1,20}Recv-Q", re.IGNORECASE),
        command=re.compile(r"^(?:sudo )?(?:ss|netstat)\b"),
        gaps=True,
    ),
    Shape(
        output=FILES[0],
        begins=re.compile(rf"{_LSOF_HEAD}|{_LSOF.pattern}"),
        belongs=re.compile(r"[\w.-]{1,32}\s{1,20}\d{1,10}\s.{0,120}\bIPv[46]\s"),
        tells=re.compile(rf"^{_LSOF.pattern}"),
    ),
)


def parse(outputs: Outputs, context: Circumstances) -> Seen:
    """One fact for each port of the vocabulary that is listed."""
    if FILES[0] not in outputs:
        return Seen()
    listed = list(_listeners(decode(outputs[FILES[0]].data())))
    if not listed:
        return unseen("sockets", "no line names a listening port")
    return judged(listed, context, listed_only=True)


def _listeners(text: str) -> Iterator[Listener]:
    for line in text.split("\n"):
        if open_file := _LSOF.match(line):
            yield from _opened(open_file)
        row = _ROW.fullmatch(line)
        if row is None:
            continue
        udp = (row["protocol"] or "").casefold() == "udp" or (row["state"] or "") == "UNCONN"
        if udp or row["state"] or _LISTENS.match(row["rest"]):
            owner = _OWNER.search(row["rest"])
            program = (owner["ss"] or owner["netstat"].rstrip(":")) if owner else None
            kernel = "System" if _KERNEL.search(row["rest"]) else None
            yield Listener(int(row["port"]), "udp" if udp else "tcp", program or kernel)


def _opened(row: re.Match[str]) -> Iterator[Listener]:
    """The socket of a row of ``lsof -i``, if it listens."""
    named = row["port"]
    port = int(named) if named.isdecimal() else _NAMED.get(named)
    protocol = row["protocol"].casefold()
    if port and (row["state"] or protocol == "udp"):
        yield Listener(port, protocol, row["program"])

"""The status of the services beside Campaign: the web server (Apache or IIS) and the database.

systemd, ``sc query``, ``Get-Service`` and ``iisreset /status`` say whether a service runs. Which
units and services they are: help/production/using/build-upgrade.md for Apache and IIS, the
manuals of PostgreSQL, SQL Server and Oracle for theirs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ccexpert.facts import ProcessFact
from ccexpert.observe.interface import Circumstances, Outputs, Seen, Shape
from ccexpert.observe.sources.operating_system import family_in
from ccexpert.observe.sources.service_status import LINES
from ccexpert.observe.text import decode

#: The units of systemd and the services of Windows, by the module whose work they do.
_UNITS = {"webserver": r"(?:apache2|httpd)", "database": r"postgresql[\w@.-]{0,30}?"}
_SERVICES = {
    "webserver": r"(?:W3SVC|WAS|Apache2\.\d)",
    "database": r"(?:MSSQLSERVER|MSSQL\$\w{1,30}|postgresql-x64-\d{1,2}|OracleService\w{1,20})",
}
#: One table of ``Get-Service`` may show several of them, beside the service of Campaign.
FILES = (*(f"{module}-status.txt" for module in _UNITS), "service-status.txt")

_STATES = {
    "active (running)": "running",
    "active": "running",
    "inactive": "missing",
    "failed": "missing",
    "activating (auto-restart)": "restarting",
    "running": "running",
    "stopped": "missing",
}
_SAYS = re.compile(
    r"(?im)^[ \t]*Active:[ \t]*(active \(running\)|inactive|failed|activating \(auto-restart\))"
    r"|^[ \t]*[^\s:]{2,20}[ \t]*:[ \t]*\d[ \t]+(STOPPED|RUNNING)\b"
    r"|\( ?(?:W3SVC|WAS) ?\) ?: (Running|Stopped)\b"
    r"|^[ \t]*(Running|Stopped)[ \t]+\S"
    r"|^[ \t]*(active|inactive|failed)[ \t]*$"
)


_ROWS = {
    module: re.compile(rf"(?im)^[ \t]*(?:Running|Stopped)[ \t]+{service}\b")
    for module, service in _SERVICES.items()
}


def _shape(module: str) -> Shape:
    unit, service = _UNITS[module], _SERVICES[module]
    row = rf"\s{{0,8}}(?:Running|Stopped)\s{{1,8}}{service}\b"
    command = rf"(?:sudo )?systemctl is-active {unit}\b|sc(?:\.exe)? query(?:ex)? {service}\b"
    alone = r"\s{0,8}(?:(?:in)?active|failed)\s*$|\s{0,8}STATE\s{1,20}: \d"
    names = (
        rf"\s{{0,8}}(?:[●○×*] )?{unit}\.service\b|SERVICE_NAME\s{{0,4}}:\s{{0,4}}{service}\s*$"
        rf"|.{{0,80}}\( ?{service} ?\) ?: (?:Running|Stopped)|{row}"
    )
    return Shape(
        output=f"{module}-status.txt",
        begins=re.compile(
            rf"{names}|{alone}|Status\s{{1,20}}Name\s{{1,40}}DisplayName", re.IGNORECASE
        ),
        belongs=re.compile(
            rf"{LINES}|[- ]{{6,200}}$|{row}",
            re.IGNORECASE,
        ),
        tells=re.compile(f"^(?:{names})", re.IGNORECASE),
        command=re.compile(command, re.IGNORECASE),
    )


SHAPES: tuple[Shape, ...] = tuple(map(_shape, _UNITS))


def parse(outputs: Outputs, _context: Circumstances) -> Seen:
    """Whether the web server and the database run, and the family of the operating system."""
    seen = Seen()
    for module, name in zip(_UNITS, FILES, strict=False):
        if name in outputs:
            text = decode(outputs[name].data())
            seen += Seen((*_processes(module, text), *family_in(text, name.removesuffix(".txt"))))
        for shared in outputs.keys() & set(FILES) - {name}:
            rows = _ROWS[module].finditer(decode(outputs[shared].data()))
            seen += Seen(tuple(_processes(module, "\n".join(row[0] for row in rows))))
    return seen


def _processes(module: str, text: str) -> Iterator[ProcessFact]:
    """The process; of several services the one that does not run counts."""
    said = {_STATES[next(filter(None, one.groups())).casefold()] for one in _SAYS.finditer(text)}
    if said:
        state = min(said, key=("missing", "restarting", "running").index)
        yield ProcessFact.model_validate(
            {"kind": "process", "module": module, "state": state, "source": "status of its service"}
        )

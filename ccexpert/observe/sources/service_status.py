"""The status of the operating system's service: all processes run, one is missing, or none runs.

``/etc/init.d/nlserver6 status`` says it by its exit code: 0 all processes run, 1 one is missing, 2
none runs (help/production/using/administration.md). systemd and Windows say it in words. An event
7031 or 7034 of the Service Control Manager says that the service ended unexpectedly, and how often.
"""

from __future__ import annotations

import re
from pathlib import Path

from ccexpert.display import first_line
from ccexpert.facts import ProbeFact, SymptomFact
from ccexpert.observe.commands import exit_line
from ccexpert.observe.interface import (
    Circumstances,
    Host,
    Output,
    Outputs,
    Seen,
    Shape,
    Taken,
    unseen,
)
from ccexpert.observe.signatures import errors_in
from ccexpert.observe.text import decode, exit_code

FILES = ("service-status.txt",)

_SCRIPT = "/etc/init.d/nlserver6"

_SYSTEMD = re.compile(r"(?im)^[ \t]*Active:[ \t]*([a-z]{1,20})")
_SYSTEMD_RESULTS = {"active": "ok", "inactive": "blank", "failed": "error"}
#: The fields are in the language of Windows, the states never.
_WINDOWS = re.compile(
    r"(?m)^[ \t]*[^\s:]{2,20}[ \t]*:[ \t]*(\d)[ \t]+"
    r"(?:STOPPED|RUNNING|PAUSED|(?:START|STOP|PAUSE|CONTINUE)_PENDING)\b"
)
_WINDOWS_RESULTS = {"4": "ok", "1": "blank"}
#: ``Get-Service`` as a table, and as a list.
_POWERSHELL = re.compile(
    r"(?im)^[ \t]*(?:Status[ \t]*:[ \t]*)?(Running|Stopped|StopPending|StartPending|Paused)\b"
    r"(?=[ \t]+nlserver|[ \t]*$)"
)
_POWERSHELL_RESULTS = {"running": "ok", "stopped": "blank", "stoppending": "error"}
_SERVICES = ("nlserver", "adobe campaign")
_NAME = r"\"?(?:nlserver\S{0,20}|Adobe Campaign[\w .-]{0,40}?)\"?"
_ENDED = re.compile(
    rf"The {_NAME} service (?:was )?terminated unexpectedly|Tjänsten {_NAME} avslutades oväntat"
    rf"|Dienst {_NAME} wurde unerwartet beendet"
    rf"|Le service {_NAME} s['’]est (?:terminé|arrêté) de (?:façon|manière) inattendue",
    re.IGNORECASE,
)
#: What ``net start``, the console of services and events 7000, 7009, 7022 to 7024 and 7038 say, and
#: what ``net stop``, ``net start`` and event 7036 say of a service that stands or runs.
_SAID = {
    "error": rf"service {_NAME} (?:could not be|was not) started"
    rf"|The {_NAME} service (?:could not be started|failed to start|hung on starting"
    rf"|terminated with|was unable to log on|depends on)"
    rf"|could not start the {_NAME}(?: service)?|waiting for the {_NAME} service to connect"
    rf"|Tjänsten {_NAME} (?:kunde inte startas|avslutades med|hängde)"
    rf"|kunde inte starta tjänsten {_NAME}|Dienst {_NAME} konnte nicht gestartet"
    rf"|(?:lancer|démarrer) le service {_NAME}|service {_NAME} n['’]a pas pu",
    "blank": rf"The {_NAME} service (?:is not started|was stopped successfully"
    rf"|entered the stopped state)|Tjänsten {_NAME} (?:är inte startad|har stoppats)",
    "ok": rf"The {_NAME} service (?:was started successfully|entered the running state"
    rf"|has already been started)|Tjänsten {_NAME} (?:har startats|är redan startad)",
}
_SAYS = {result: re.compile(way, re.IGNORECASE) for result, way in _SAID.items()}
_ANY = "|".join(_SAID.values())
#: A row of ``wmic service get name,state``, in whatever order of columns.
_WMIC = re.compile(
    r"(?im)^(?=[^\n]{0,200}\bnlserver\S{0,20})(?:[^\n]{0,200}? )?"
    r"(Running|Stopped|(?:Start|Stop) Pending|Paused)\b[^\n]{0,200}$"
)
_CODES = {0: "ok", 1: "error", 2: "blank"}

#: The error with which Windows could not start it; from 1060 on they are of the service manager,
#: and 1066 and 1077 say only that it has its own code, or was not started yet.
_EXIT_CODE = re.compile(r"WIN32_EXIT_CODE\s{0,8}:\s(?!1066\b|1077\b)(10[5-9]\d)\b")

#: The service manager itself is not there, or does not know the service.
_NOT_ASKED = re.compile(
    r"not been booted with systemd|Failed to connect to (?:the )?bus|could not be found"
    r"|does not exist as an installed service|OpenService \S{1,20} 1060",
    re.IGNORECASE,
)
_NO_COMMAND = (126, 127)

_UNIT = (
    r"\s{0,8}(?:[●○×*] )?nlserver[\w-]{0,20}\.service\b|SERVICE_NAME\s*:\s*nlserver"
    r"|\[SC\] \S{0,60}OpenService \S{1,20} \d{4}"
)
#: Further lines of ``systemctl status`` and of ``sc query``.
LINES = (
    r"\s{0,20}(?:Loaded|Active|Docs|Process|Main PID|Tasks|Memory|CPU|CGroup|Status|Drop-In)"
    r"|\s{0,60}\(|\s{4,20}[^\s:]{2,30}\s{0,20}: {1,2}\d|\s{2,40}[├└│]"
)
SHAPES: tuple[Shape, ...] = (
    Shape(
        output=FILES[0],
        begins=re.compile(rf"(?:{_UNIT}|\s{{0,8}}Active:\s)", re.IGNORECASE),
        belongs=re.compile(
            rf"{LINES}|exit code",
            re.IGNORECASE,
        ),
        tells=re.compile(rf"^(?:{_UNIT}|\s{{0,8}}Active:\s)", re.IGNORECASE),
        command=re.compile(
            r"\b(?:systemctl status|service) nlserver\S{0,20}(?: status)?"
            r"|init\.d/nlserver6 status|\bsc(?:\.exe)? query nlserver",
            re.IGNORECASE,
        ),
    ),
    Shape(
        output=FILES[0],
        begins=re.compile(
            r"Status\s{1,20}Name\s{1,40}DisplayName|\s{0,8}(?:Running|Stopped|Paused) {1,8}nlserver"
            r"|Name {1,20}: nlserver",
            re.IGNORECASE,
        ),
        belongs=re.compile(
            r"[- ]{6,200}$|\s{0,8}(?:Running|Stopped|Paused|StopPending|StartPending) "
            r"|(?:Name|DisplayName|Status|StartType|ServiceType|CanStop|\w{4,20}Services?|Can\w{4,30})"
            r" {1,20}:",
            re.IGNORECASE,
        ),
        tells=re.compile(
            r"\s{0,8}(?:Running|Stopped|Paused|StopPending|StartPending) {1,8}nlserver"
            r"|Name {1,20}: nlserver",
            re.IGNORECASE,
        ),
        command=re.compile(r"\bGet-Service\b[^|\n]{0,80}nlserver", re.IGNORECASE),
    ),
    Shape(
        output=FILES[0],
        begins=re.compile(
            r"(?=[^\n]{0,200}\bState\b)[A-Za-z]{3,30}(?: {2,400}[A-Za-z]{3,30}){1,12}\s*$"
        ),
        belongs=_WMIC,
        tells=_WMIC,
        command=re.compile(r"\b(?:wmic|Win32_Service)\b.{0,120}\bnlserver", re.IGNORECASE),
        least=2,
        signs=("state",),
    ),
    Shape(
        output=FILES[0],
        begins=re.compile(rf".{{0,200}}(?:{_ANY})", re.IGNORECASE),
        belongs=re.compile(r"(?!)"),
        tells=re.compile(_ANY, re.IGNORECASE),
        signs=_SERVICES,
    ),
    Shape(
        output=FILES[0],
        begins=re.compile(rf".{{0,200}}{_ENDED.pattern}", re.IGNORECASE),
        belongs=re.compile(r"(?!)"),
        tells=_ENDED,
        signs=_SERVICES,
    ),
)


def parse(outputs: Outputs, context: Circumstances) -> Seen:
    """The probe ``service-status``, and errors of a failed start."""
    return parse_text(outputs[FILES[0]].data(), context) if FILES[0] in outputs else Seen()


def parse_text(raw: bytes | str, context: Circumstances) -> Seen:
    """The facts of one status text."""
    text, code, _ = exit_code(decode(raw))
    if _ENDED.search(text):
        return Seen((_crash(),))
    result = _result(text, code)
    if result is None:
        ended = f" (exit code {code})" if code is not None else ""
        return unseen(
            "service-status", f"says nothing about the service{ended}: {first_line(text)}"
        )
    source = "status of the service" + (f", exit code {code}" if code is not None else "")
    probe = ProbeFact.model_validate(
        {"kind": "probe", "name": "service-status", "result": result, "source": source}
    )
    text += _why_not_started(text)
    return Seen((probe, *errors_in(text, context.vocabulary, "service", source)))


def _why_not_started(text: str) -> str:
    """The error of Windows with which a stopped service ended, as a message; empty if none."""
    found = _EXIT_CODE.search(text)
    return f"\nError {found[1]}: exit code of the service" if found else ""


def _crash() -> SymptomFact:
    return SymptomFact(
        kind="symptom",
        name="module-crash",
        present=True,
        certainty=0.9,
        source="Service Control Manager, event 7031 or 7034",
    )


def _result(text: str, code: int | None) -> str | None:
    if _NOT_ASKED.search(text):
        return None
    if found := _SYSTEMD.search(text):
        return _SYSTEMD_RESULTS.get(found[1].casefold())
    if found := _WINDOWS.search(text):
        return _WINDOWS_RESULTS.get(found[1])
    if found := _POWERSHELL.search(text) or _WMIC.search(text):
        return _POWERSHELL_RESULTS.get(found[1].casefold().replace(" ", ""))
    if said := {place.end(): r for r, way in _SAYS.items() for place in way.finditer(text)}:
        return said[max(said)]
    if code is None or code in _NO_COMMAND:
        return None
    return _CODES.get(code, "error")


def read(host: Host) -> Taken:
    """Ask the service's own script if there is one, else the service manager."""
    if host.platform == "windows":
        argv = ["sc", "query", "nlserver6"]
    elif Path(_SCRIPT).exists():
        argv = [_SCRIPT, "status"]
    else:
        argv = ["systemctl", "status", "nlserver"]
    ran = host.run(argv, host.limit)
    return Taken({FILES[0]: Output.of(ran.output + exit_line(ran.code))})

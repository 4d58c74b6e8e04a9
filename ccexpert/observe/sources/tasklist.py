"""``tasklist`` and ``wmic process``: the processes of a Windows host.

``tasklist`` names programs only, so that it tells whether anything of Campaign runs, not which
modules do. ``wmic`` also shows the command line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ccexpert.facts import DEFAULT_INSTANCE, ProcessFact
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.observe.interface import Circumstances, Outputs, Seen, Shape, unseen
from ccexpert.observe.sources.process_list import Process, listed, modules_listed
from ccexpert.observe.text import decode

FILES = ("tasklist.txt",)

#: A row of ``tasklist``: program, number, session, its number, memory.
_ROW = re.compile(
    r"(?P<name>[\w.+ ()-]{1,60}?) {1,40}(?P<pid>\d{1,10}) (?:[\w-]{1,30})? {1,30}\d{1,6} {1,20}"
    r"\d[\d.,\u00a0\u202f ]{0,14} [KM]\s*",
)
_RULE = re.compile(r"={5,40}(?: ={3,40}){2,8}\s*")
#: What it says when a filter matches nothing, in English, Swedish, German and French.
_NONE = re.compile(
    r"INFO(?:RMATION)?(?:S)? ?: (?:No tasks are running which match"
    r"|(?:Inga|Det finns inga) .{0,60}(?:körs|matchar)|Es werden keine Aufgaben"
    r"|Aucune tâche)",
    re.IGNORECASE,
)
#: The same of PowerShell, which names what was looked for.
_NO_PROCESS = re.compile(r".{0,60}Cannot find a process with the name \"nlserver", re.IGNORECASE)
#: What every list of all programs holds.
_ALWAYS = re.compile(r"System Idle Process|csrss\.exe|lsass\.exe", re.IGNORECASE)
_CAMPAIGN = re.compile(
    r"(?im)^\"?(?:[^\n]{0,200}\\)?nlserver\.exe\b"
    r"|^(?:[ \t]{1,12}[\d.,]{1,14}){4,6}[^\n]{0,40} nlserver[ \t]*$"
)
#: The head of ``Get-Process``, and a row.
_PROCESSES = re.compile(
    r"\s{0,8}Handles {1,8}NPM\(K\) .{0,100}ProcessName\s*$|\s{0,8}NPM\(K\) {1,8}PM\(M\) .{0,100}"
)
_PROCESS = re.compile(r"(?:\s{1,12}[\d.,]{1,14}){4,7}\s{1,8}[\w.-]{1,60}\s*$|[- ]{30,200}$")
#: The module in a command line that ``wmic`` shows.
_MODULE = re.compile(
    r"(?:[^\n]{0,300}[\\\"])?nlserver(?:\.exe)?\"?\s{1,4}(?P<module>[A-Za-z]{2,20})"
    r"(?:@(?P<at>[\w-]{1,64}))?(?=\s)(?:[^\n]{0,400}?\s-instance:(?P<instance>[\w-]{1,64}))?"
    r"[^\n]{0,400}?\s(?P<pid>\d{1,10})\s*"
)
_COLUMNS = re.compile(
    r"(?=[^\n]{0,200}\bCommandLine\b)[A-Za-z]{3,30}(?: {1,400}[A-Za-z]{3,30}){0,8}\s*"
)
SHAPES: tuple[Shape, ...] = (
    Shape(
        output=FILES[0],
        begins=re.compile(_NONE.pattern, re.IGNORECASE),
        belongs=re.compile(r"(?!)"),
        tells=re.compile(r"(?!)"),  # without its command nobody knows what was looked for
        command=re.compile(r"\btasklist\b.{0,80}\bnlserver", re.IGNORECASE),
    ),
    Shape(
        output=FILES[0],
        begins=_NO_PROCESS,
        belongs=re.compile(r"(?!)"),
        tells=_NO_PROCESS,
        signs=("nlserver",),
    ),
    Shape(
        output=FILES[0],
        begins=re.compile(
            rf"{_ROW.pattern}$|{_RULE.pattern}$"
            r"|(?:Image|Avbildnings|Abbild)\S{0,6} ?\w{0,6} {4}"
        ),
        belongs=re.compile(rf"{_ROW.pattern}$|{_RULE.pattern}$"),
        tells=re.compile(rf"^(?:{_RULE.pattern}|nlserver\.exe {{1,40}}\d)"),
        command=re.compile(r"^tasklist\b", re.IGNORECASE),
        gaps=True,
    ),
    Shape(
        output=FILES[0],
        begins=_PROCESSES,
        belongs=_PROCESS,
        tells=_PROCESSES,
        command=re.compile(r"^(?:Get-Process|gps)\b", re.IGNORECASE),
    ),
    Shape(
        output=FILES[0],
        begins=_COLUMNS,
        belongs=_MODULE,
        tells=_MODULE,
        command=re.compile(r"\b(?:wmic|Win32_Process)\b.{0,120}\bnlserver", re.IGNORECASE),
        signs=("commandline",),
    ),
)


def parse(outputs: Outputs, context: Circumstances) -> Seen:
    """The processes, or that nothing of Campaign runs."""
    if FILES[0] not in outputs:
        return Seen()
    text = decode(outputs[FILES[0]].data())
    if _NONE.search(text) or _NO_PROCESS.search(text):
        return Seen((_nothing(),))
    if (seen := listed(_processes(text, context.vocabulary), context, "tasklist")).facts:
        return seen
    if _CAMPAIGN.search(text):
        return unseen("tasklist", "nlserver runs, but its modules are not named: nlserver pdump")
    if _RULE.search(text) and len(set(_ALWAYS.findall(text))) > 1:
        return Seen((_nothing(),))
    return unseen("tasklist", "it names no process of Campaign, and is not a list of all")


def _nothing() -> ProcessFact:
    """Nothing of Campaign runs: as ``pdump`` says it with *No tasks*."""
    return ProcessFact(
        kind="process",
        module="watchdog",
        instance=DEFAULT_INSTANCE,
        state="missing",
        certainty=0.9,
        source="tasklist",
    )


def _processes(text: str, vocabulary: Vocabulary) -> Iterator[Process]:
    modules = modules_listed(vocabulary)
    for line in text.split("\n"):
        found = _MODULE.match(line)
        if found and (module := modules.get(found["module"].casefold())):
            named = found["at"] or found["instance"]
            instance = named or vocabulary.default_instance(module)
            yield Process(module, instance or DEFAULT_INSTANCE, int(found["pid"]), None)

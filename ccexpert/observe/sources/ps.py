"""``ps aux | grep nlserver``, ``pgrep -fa nlserver``: the modules that run, as the operating
system lists them.

A line that somebody filtered out is not there, so nothing is called missing
(help/production/using/duplicating-environments.md names the command).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ccexpert.facts import DEFAULT_INSTANCE, INSTANCE_PATTERN
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.observe.interface import Circumstances, Outputs, Seen, Shape, unseen
from ccexpert.observe.sources.process_list import Process, listed, modules_listed
from ccexpert.observe.text import decode

FILES = ("ps.txt",)

_HEAD = re.compile(r"\s{0,8}(?:UID|USER)\s{1,20}PID\s.{0,120}\b(?:CMD|COMMAND)\s{0,8}$")
_ROW = r"\s{0,8}[\w.+-]{1,32}\s{1,20}\d{1,10}\s[^\n]{0,200}?\d:\d\d\s"
_MODULE = re.compile(
    r"\s{0,8}[\w.+-]{1,32}\s{1,20}(?P<pid>\d{1,10})\s(?P<columns>[^\n]{0,200}?\d:\d\d)\s{1,20}"
    r"(?:\S{0,200}/)?nlserver(?:6|\.bin)?\s(?P<module>[A-Za-z]{2,20})(?:@(?P<at>[\w-]{1,64}))?"
    r"(?=\s|$)(?:[^\n]{0,200}?\s-instance:(?P<instance>[\w-]{1,64}))?"
)
#: A row that begins with the number of the process, of ``pgrep -fa`` and ``ps -o pid,…,args``.
_SHORT = re.compile(
    r"\s{0,8}(?P<pid>\d{1,10})\s{1,8}(?:[\w:.+?/-]{1,32}\s{1,12}){0,6}(?:[\\_| ]{2,12})?"
    r"(?:\S{0,200}/)?nlserver(?:6|\.bin)?\s(?P<module>[A-Za-z]{2,20})(?:@(?P<at>[\w-]{1,64}))?"
    r"(?=\s|$)(?:[^\n]{0,200}?\s-instance:(?P<instance>[\w-]{1,64}))?"
)
#: The column of the resident memory, in kB, of ``ps aux``: its fourth behind the number of the
#: process.
_RESIDENT = re.compile(
    r"\s{0,20}\d{1,3}[.,]\d\s{1,20}\d{1,3}[.,]\d\s{1,20}\d{1,12}\s{1,20}(\d{1,12})\s"
)

SHAPES: tuple[Shape, ...] = (
    Shape(
        output=FILES[0],
        begins=re.compile(rf"(?:{_HEAD.pattern}|{_MODULE.pattern})"),
        heads=_HEAD,
        belongs=re.compile(_ROW),
        tells=re.compile(rf"^{_MODULE.pattern}"),
        command=re.compile(r"^(?:sudo )?ps\s.{0,80}\bnlserver"),
    ),
    Shape(
        output=FILES[0],
        begins=_SHORT,
        belongs=re.compile(rf"{_SHORT.pattern}|\s{{0,8}}\d{{1,10}}\s.{{0,200}}\bnlserver"),
        tells=_SHORT,
        command=re.compile(r"^(?:sudo )?(?:pgrep\s.{0,40}|ps\s.{0,80}\s)nlserver"),
        signs=("nlserver",),
    ),
)


def parse(outputs: Outputs, context: Circumstances) -> Seen:
    """The processes that it lists."""
    if FILES[0] not in outputs:
        return Seen()
    text = decode(outputs[FILES[0]].data())
    seen = listed(_processes(text, context.vocabulary), context, "ps")
    return seen if seen.facts else unseen("ps", "it names no module of Campaign")


def _processes(text: str, vocabulary: Vocabulary) -> Iterator[Process]:
    modules = modules_listed(vocabulary)
    for line in text.split("\n"):
        found = _MODULE.match(line) or _SHORT.match(line)
        module = modules.get(found["module"].casefold()) if found else None
        if found and module and "<defunct>" not in line:
            named = found["at"] or found["instance"] or vocabulary.default_instance(module)
            instance = named or DEFAULT_INSTANCE
            if re.fullmatch(INSTANCE_PATTERN, instance):
                yield Process(
                    module,
                    instance,
                    int(found["pid"]),
                    _memory(found.groupdict().get("columns") or ""),
                )


def _memory(columns: str) -> float | None:
    """The resident memory, in MB, of a row of ``ps aux``."""
    found = _RESIDENT.match(columns)
    return round(int(found[1]) / 1024, 1) if found else None

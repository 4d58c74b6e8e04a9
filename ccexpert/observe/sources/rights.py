"""``ls -l`` and ``stat`` of files whose owner and mode the documentation tells: the temporary
directory, the redirection files of deliveries, and the images.

Only rows with a whole path count. What is right stands in the help of the settings
(``facts/setting``); what other files need is not documented.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ccexpert.facts import SettingFact
from ccexpert.observe.interface import Circumstances, Outputs, Seen, Shape, unseen
from ccexpert.observe.text import decode

FILES = ("rights.txt",)

_MODE = r"(?P<mode>[-dl][rwxsStT-]{9})"
_ROW = re.compile(
    rf"\s{{0,8}}{_MODE}[.+@]?\s{{1,8}}\d{{1,9}}\s{{1,12}}(?P<owner>[\w.-]{{1,32}})\s{{1,12}}\S{{1,32}}"
    r"\s{1,16}\d\S{0,20}\s.{0,60}?\s(?P<path>/[^\n]{0,300}?)\s*$"
)
_FILE = re.compile(r"\s{0,8}File: ['‘`]?(?P<path>/[^\n]{0,300}?)['’]?\s*$")
_ACCESS = re.compile(
    rf"\s{{0,8}}Access: \(\d{{4}}/{_MODE}\)\s{{1,8}}Uid: \(\s{{0,12}}\d{{1,10}}/"
    r"\s{0,16}(?P<owner>\S{1,32})\)"
)
_FIELD = re.compile(r"\s{0,8}(?:Size|Device|Access|Context|Modify|Change|Birth): ")
SHAPES: tuple[Shape, ...] = (
    Shape(output=FILES[0], begins=_ROW, belongs=_ROW, tells=_ROW),
    Shape(output=FILES[0], begins=_FILE, heads=_FILE, belongs=_FIELD, tells=_ACCESS),
)

#: The accounts of the web servers.
_WEB = frozenset({"apache", "www-data", "httpd", "wwwrun"})


class _Entry(NamedTuple):
    """One file or folder."""

    path: str
    mode: str
    owner: str


def parse(outputs: Outputs, _context: Circumstances) -> Seen:
    """The settings ``temp-directory-rights``, ``redirect-file-rights``, ``image-file-owner``."""
    if FILES[0] not in outputs:
        return Seen()
    judged: dict[str, tuple[bool, str]] = {}
    for entry in _entries(decode(outputs[FILES[0]].data())):
        for name, is_right in _judged(entry):
            if judged.get(name, (True,))[0]:  # one that is wrong counts for all
                judged[name] = is_right, f"{entry.mode} {entry.owner} {entry.path}"
    if not judged:
        return unseen("rights", "no file is listed whose owner and mode are documented")
    return Seen(
        tuple(
            SettingFact.model_validate(
                {
                    "kind": "setting",
                    "name": name,
                    "state": "ok" if is_right else "wrong",
                    "value": value[:200],
                    "source": "rights",
                }
            )
            for name, (is_right, value) in judged.items()
        )
    )


def _entries(text: str) -> Iterator[_Entry]:
    path = ""
    for line in text.split("\n"):
        if row := _ROW.match(line):
            yield _Entry(row["path"], row["mode"], row["owner"])
        elif named := _FILE.match(line):
            path = named["path"]
        elif path and (access := _ACCESS.match(line)):
            yield _Entry(path, access["mode"], access["owner"])
            path = ""


def _judged(entry: _Entry) -> Iterator[tuple[str, bool]]:
    """Which settings a file concerns, and whether it is as it should be."""
    readable, writable = entry.mode[7] == "r", entry.mode[8] == "w"
    if entry.mode[0] == "d" and re.fullmatch(r"(?:/var)?/tmp/?", entry.path):
        yield "temp-directory-rights", writable or entry.owner != "root"
    elif re.search(r"/redir/url/.*\.xml$", entry.path):
        yield "redirect-file-rights", readable
    elif re.search(r"/res/(?:.*/)?img/", entry.path):
        if entry.owner in _WEB or not readable:
            yield "image-file-owner", False
        elif entry.owner != "root":
            yield "image-file-owner", True

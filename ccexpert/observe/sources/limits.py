"""``/proc/<pid>/limits`` and how many files that process holds open; ``ulimit -a`` of an account.

What share of the limit is used decides, by the thresholds of the monitoring page
(help/production/using/monitoring-processes.md); a limit alone says nothing of health. Formats:
proc(5), prlimit(1), bash(1).
"""

from __future__ import annotations

import re

from ccexpert.observe.interface import Circumstances, Outputs, Seen, Shape, unseen
from ccexpert.observe.sources.system import used_indicator
from ccexpert.observe.text import decode

FILES = ("limits.txt", "open-files.txt")

_VALUE = r"(?:\d{1,19}|unlimited|hard|soft)"
_LIMIT = re.compile(
    rf"\s{{0,8}}(?:Limit\s{{1,30}}Soft Limit\s|RESOURCE\s{{1,8}}DESCRIPTION\s"
    rf"|Max [a-z -]{{3,24}}\s{{1,20}}{_VALUE}\s{{1,20}}{_VALUE}\b"
    rf"|[A-Z]{{2,10}}\s{{1,8}}[a-zA-Z/. -]{{3,60}}\s{{1,40}}{_VALUE}\s{{1,20}}{_VALUE}\b"
    rf"|[a-zA-Z -]{{3,40}}\([\w ,-]{{2,24}}\) {_VALUE}\s*$)"
)
_OPEN_FILES = re.compile(
    r"(?m)^[ \t]*(?:Max open files[ \t]+|NOFILE[ \t]+max number of open files[ \t]+"
    r"|open files[ \t]+\([\w ,-]{2,24}\) )(?P<most>\d{1,9})\b"
)
_COUNT = re.compile(r"\s{0,8}(?P<open>\d{1,9})\s*$")
SHAPES: tuple[Shape, ...] = (
    Shape(
        output=FILES[0],
        begins=_LIMIT,
        belongs=_LIMIT,
        tells=re.compile(_OPEN_FILES.pattern.removeprefix("(?m)")),
    ),
    Shape(
        output=FILES[1],
        begins=_COUNT,
        belongs=re.compile(r"(?!)"),
        tells=re.compile(r"(?!)"),  # a number is a count only below its command
        command=re.compile(
            r"^(?:sudo )?(?:ls (?:-\S{1,8} )?/proc/\d{1,10}/fd/?"
            r"|lsof (?:-\S{1,8} ){0,2}-p ?\d{1,10})\s{0,4}\|\s{0,4}wc -l"
        ),
    ),
)


def parse(outputs: Outputs, _context: Circumstances) -> Seen:
    """The indicator ``file-handles``, where both the limit and the count are shown."""
    if FILES[0] not in outputs:
        return Seen()
    limit = _OPEN_FILES.search(decode(outputs[FILES[0]].data()))
    if limit is None or not int(limit["most"]):
        return unseen("limits", "it names no limit of open files")
    most = int(limit["most"])
    counted = _COUNT.match(decode(outputs[FILES[1]].data())) if FILES[1] in outputs else None
    if counted is None:
        return unseen(
            "limits",
            f"at most {most} files may be open; how many are is not shown: "
            "ls /proc/<pid>/fd | wc -l",
        )
    said = f"{counted['open']} of {most} open files"
    share = 100 * int(counted["open"]) / most
    return Seen((used_indicator("file-handles", share, said, "limits"),))

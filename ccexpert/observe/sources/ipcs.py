"""``ipcs``: the shared memory segments of the Campaign account.

The monitoring page counts them and warns from the first (help/production/using/
monitoring-processes.md); those of databases and of other accounts are none of Campaign's business.
"""

from __future__ import annotations

import re

from ccexpert.facts import IndicatorFact
from ccexpert.observe.interface import Circumstances, Outputs, Seen, Shape, unseen
from ccexpert.observe.text import decode

FILES = ("ipcs.txt",)

_ACCOUNT = "neolane"
_TITLE = re.compile(r"-{3,}\s.{0,60}\s-{3,}\s*")
_HEAD = re.compile(r"\s{0,8}key\s{1,20}(?:shmid|semid|msqid)\s.{0,120}", re.IGNORECASE)
_ROW = re.compile(
    r"\s{0,8}0x[0-9a-fA-F]{8}\s{1,20}\d{1,12}\s{1,20}(?P<owner>[\w.-]{1,64})\s.{0,160}"
)
SHAPES: tuple[Shape, ...] = (
    Shape(
        output=FILES[0],
        begins=re.compile(f"(?:{_TITLE.pattern}$|{_HEAD.pattern}$)", re.IGNORECASE),
        belongs=_ROW,
        heads=re.compile(r"-{3,}\s{1,4}Shared Memory", re.IGNORECASE),
        tells=re.compile(rf"^(?:{_HEAD.pattern}$)", re.IGNORECASE),
        command=re.compile(r"^(?:sudo )?ipcs\b"),
        gaps=True,
    ),
)


def parse(outputs: Outputs, _context: Circumstances) -> Seen:
    """The indicator ``shared-memory-segments``."""
    if FILES[0] not in outputs:
        return Seen()
    text = decode(outputs[FILES[0]].data())
    if "shmid" not in text.casefold():
        return unseen("ipcs", "it has no list of shared memory segments")
    segments = re.split(r"(?i)semid|msqid", text[text.casefold().index("shmid") :])[0]
    rows = [row for line in segments.split("\n") if (row := _ROW.fullmatch(line))]
    own = sum(row["owner"] == _ACCOUNT for row in rows)
    level = "alert" if own > 1 else "warning" if own else "ok"
    fact = IndicatorFact.model_validate(
        {
            "kind": "indicator",
            "name": "shared-memory-segments",
            "level": level,
            "value": float(own),
            "source": "ipcs",
        }
    )
    return Seen((fact,))

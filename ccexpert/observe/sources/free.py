"""``free``: how much memory and swap is used, whatever the unit.

What the system can give back at once, its caches, counts as free.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ccexpert.facts import Fact
from ccexpert.observe.interface import Circumstances, Outputs, Seen, Shape, unseen
from ccexpert.observe.sources.system import share_indicator
from ccexpert.observe.text import decode

FILES = ("free.txt",)

_HEAD = re.compile(r"\s{1,40}total\s{1,20}used\s{1,20}free\b.{0,80}", re.IGNORECASE)
_ROW = re.compile(r"\s{0,8}(?P<what>Mem|Swap|Total|-/\+ buffers/cache)\s?:\s{1,20}(?P<values>\S.*)")
SHAPES: tuple[Shape, ...] = (
    Shape(
        output=FILES[0],
        begins=_HEAD,
        heads=_HEAD,
        belongs=_ROW,
        tells=re.compile(rf"^{_ROW.pattern}"),
        command=re.compile(r"^(?:sudo )?free\b"),
        least=2,
    ),
)
_UNITS = {"": 1.0, "B": 1.0, "K": 2.0**10, "M": 2.0**20, "G": 2.0**30, "T": 2.0**40}
_VALUE = re.compile(r"(\d{1,18}(?:[.,]\d{1,3})?)([BKMGT]?)i?B?")


def parse(outputs: Outputs, _context: Circumstances) -> Seen:
    """The indicators ``memory`` and ``swap``."""
    if FILES[0] not in outputs:
        return Seen()
    facts = tuple(_facts(decode(outputs[FILES[0]].data())))
    return Seen(facts) if facts else unseen("free", "it says neither how much there is nor is used")


def _facts(text: str) -> Iterator[Fact]:
    columns: list[str] = []
    for line in text.split("\n"):
        if _HEAD.fullmatch(line):
            columns = line.casefold().split()
        elif (row := _ROW.fullmatch(line)) and row["what"] in ("Mem", "Swap"):
            values = dict(zip(columns, map(_bytes, row["values"].split()), strict=False))
            name = "memory" if row["what"] == "Mem" else "swap"
            total, used = values.get("total"), values.get("used")
            if total and used is not None:
                yield share_indicator(name, total, _available(values, total - used), "free")


def _available(values: dict[str, float | None], unused: float) -> float:
    available = values.get("available")
    if available is None:  # before version 3.3.10 of procps, used holds the caches
        return unused + (values.get("buffers") or 0) + (values.get("cached") or 0)
    return available


def _bytes(value: str) -> float | None:
    found = _VALUE.fullmatch(value)
    return float(found[1].replace(",", ".")) * _UNITS[found[2]] if found else None

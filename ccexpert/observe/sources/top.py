"""``top``: how busy the processors are, and how much memory and swap is used.

Thresholds are those of ``system``. Processors that wait for disks are busy too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ccexpert.facts import Fact
from ccexpert.observe.interface import Circumstances, Outputs, Seen, Shape, unseen
from ccexpert.observe.sources.system import share_indicator, used_indicator
from ccexpert.observe.text import decode

FILES = ("top.txt",)

_HEAD = re.compile(
    r"\s{0,8}(?:top - )?\d{1,2}:\d\d:\d\d up\s.{1,80}load average: (?P<load>[\d., ]{4,40})"
)
_BUSY = re.compile(r"\s{0,8}%?Cpu\(s\):(?P<shares>.{10,120})")
_STORE = re.compile(
    r"\s{0,8}(?:[KMGTPE]i?B )?(?P<what>Mem|Swap)\s?:(?P<values>.{10,120})", re.IGNORECASE
)
_ROW = r"\s{0,8}\d{1,10}\s{1,12}[\w.+-]{1,32}\s{1,8}(?:-?\d{1,3}|rt)\s{1,8}-?\d{1,3}\s"
_LINE = re.compile(
    rf"{_BUSY.pattern}|{_STORE.pattern}|{_ROW}|\s{{0,8}}(?:Tasks|Threads):\s|\s{{0,8}}PID\s{{1,8}}USER\s",
    re.IGNORECASE,
)
SHAPES: tuple[Shape, ...] = (
    Shape(
        output=FILES[0],
        begins=_HEAD,
        heads=_HEAD,
        belongs=_LINE,
        tells=_HEAD,
        command=re.compile(r"^(?:sudo )?(?:top|uptime)\b"),
        gaps=True,
    ),
)
_SHARE = re.compile(r"(\d{1,3}[.,]\d)[ %]{0,2}(id|wa)\b")
_VALUE = re.compile(
    r"(\d{1,15}(?:[.,]\d{1,3})?)[kmg]?\+?\s(total|free|avail|buff/cache|buffers|cached)",
    re.IGNORECASE,
)


def parse(outputs: Outputs, _context: Circumstances) -> Seen:
    """The indicators ``load``, ``memory`` and ``swap``."""
    if FILES[0] not in outputs:
        return Seen()
    facts = tuple(_facts(decode(outputs[FILES[0]].data())))
    return Seen(facts) if facts else unseen("top", "it does not say how busy the processors are")


def _facts(text: str) -> Iterator[Fact]:
    lines = text.split("\n")
    load = next((found["load"].strip() for line in lines if (found := _HEAD.match(line))), "")
    for line in lines:
        if busy := _BUSY.match(line):
            yield from _load(busy["shares"], load)
    stores = {
        found["what"].casefold(): {what: _number(value) for value, what in _VALUE.findall(line)}
        for line in lines
        if (found := _STORE.match(line))
    }
    memory, swap = stores.get("mem", {}), stores.get("swap", {})
    caches = ("buff/cache", "buffers") if "buff/cache" in memory else ("buffers", "cached")
    given_back = sum({**swap, **memory}.get(cache, 0.0) for cache in caches)
    available = swap.get("avail", memory.get("free", 0.0) + given_back)
    for name, store, free in (("memory", memory, available), ("swap", swap, swap.get("free", 0.0))):
        if total := store.get("total"):
            yield share_indicator(name, total, free, "top")


def _load(shares: str, load: str) -> Iterator[Fact]:
    share = {what: _number(value) for value, what in _SHARE.findall(shares)}
    if "id" in share:
        value = f"{load}; {share.get('wa', 0):g} % waiting for disks"
        yield used_indicator("load", max(0.0, 100 - share["id"]), value, "top")


def _number(value: str) -> float:
    return float(value.replace(",", "."))

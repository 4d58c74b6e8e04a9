"""``top``, ``htop``, ``uptime``, ``vmstat`` and ``iostat``: how busy the processors are, and how
much memory and swap is used.

Thresholds are those of ``system``. Processors that wait for disks are busy too. The load average
says how busy they are once their number is known (``nproc``, ``lscpu``), or while it is small.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from ccexpert.facts import IndicatorFact
from ccexpert.observe.interface import Circumstances, Outputs, Seen, Shape, unseen
from ccexpert.observe.sources.system import WARNING, share_indicator, used_indicator
from ccexpert.observe.text import decode

FILES = ("top.txt", "nproc.txt", "idle.txt")

_HEAD = re.compile(
    r"\s{0,8}(?:top - )?\d{1,2}:\d\d:\d\d up\s.{1,80}load average: (?P<load>[\d., ]{4,40})"
)
_BUSY = re.compile(r"\s{0,8}%?Cpu\(s\):(?P<shares>.{10,120})")
_STORE = re.compile(
    r"\s{0,8}(?:[KMGTPE]i?B )?(?P<what>Mem|Swap)\s?:(?P<values>.{10,120})", re.IGNORECASE
)
_ROW = r"\s{0,8}\d{1,10}\s{1,12}[\w.+-]{1,32}\s{1,8}(?:-?\d{1,3}|rt)\s{1,8}-?\d{1,3}\s"
#: A row of ``w``: user, terminal, host, since when.
_USER = r"\s{0,8}[\w.-]{1,32}\s{1,12}(?:tty|pts/|:)\d{1,4}\s|USER\s{1,12}TTY\s"
_LINE = re.compile(
    rf"{_BUSY.pattern}|{_STORE.pattern}|{_ROW}|{_USER}"
    r"|\s{0,8}(?:Tasks|Threads):\s|\s{0,8}PID\s{1,8}USER\s",
    re.IGNORECASE,
)
#: A bar of ``htop``.
_BAR = re.compile(
    r"\s{0,8}(?P<what>Mem|Swp)\[[|#*@ ]{0,200}(?P<used>\d{1,6}(?:\.\d{1,3})?)(?P<of>[KMGT]?)/"
    r"(?P<total>\d{1,6}(?:\.\d{1,3})?)(?P<unit>[KMGT]?)\]"
)
_HTOP = re.compile(
    rf"{_BAR.pattern}|\s{{0,8}}(?:CPU|Avg|\d{{1,3}})\s{{0,3}}\[[|#*@ ]{{0,200}}\d{{1,3}}\.\d%\]"
)
_UNITS = {"K": 2.0**10, "M": 2.0**20, "G": 2.0**30, "T": 2.0**40}
_PROCESSORS = re.compile(r"(?:\s{0,8}CPU\(s\):\s{1,40})?(?P<many>\d{1,4})\s*$")
#: So much waiting for disks, in percent, is not called well.
_WAITS = 10.0
#: The heads of the columns of ``vmstat`` and ``iostat``, and rows of numbers.
_COLUMNS = re.compile(
    r"procs -{3,}|\s{0,8}r\s{1,8}b\s{1,8}swpd\s.{20,160}|\s{0,8}avg-cpu:\s{1,8}%user\s.{10,100}"
)
_NUMBERS = re.compile(
    r"\s{0,16}\d{1,15}(?:[.,]\d{1,3})?(?:\s{1,16}\d{1,15}(?:[.,]\d{1,3})?){5,23}\s*$"
)
_DEVICES = re.compile(
    r"Linux \d{1,2}\.\d\S{1,80} \(\S{1,100}\)\s|Device:?\s{1,20}\S{1,12}/s\b.{0,300}"
    r"|[a-z][\w-]{1,30}(?:\s{1,16}\d{1,12}[.,]\d\d){3,24}\s*$"
)
SHAPES: tuple[Shape, ...] = (
    Shape(
        output=FILES[0],
        begins=_HEAD,
        heads=_HEAD,
        belongs=_LINE,
        tells=_HEAD,
        command=re.compile(r"^(?:sudo )?(?:top|uptime|w)\b"),
        gaps=True,
    ),
    Shape(
        output=FILES[0],
        begins=_HTOP,
        belongs=_HTOP,
        tells=re.compile(f"^{_BAR.pattern}"),
        command=re.compile(r"^(?:sudo )?htop\b"),
    ),
    Shape(
        output=FILES[1],
        begins=_PROCESSORS,
        belongs=re.compile(r"[\w() -]{2,40}:\s{1,40}\S"),
        tells=re.compile(r"^\s{0,8}CPU\(s\):\s"),
        command=re.compile(r"^(?:nproc|lscpu|grep -c \S{0,20}processor\S{0,4} /proc/cpuinfo)\b"),
    ),
    Shape(
        output=FILES[2],
        begins=re.compile(rf"{_COLUMNS.pattern}|{_DEVICES.pattern}"),
        belongs=re.compile(rf"{_COLUMNS.pattern}|{_NUMBERS.pattern}|{_DEVICES.pattern}"),
        tells=re.compile(r"^\s{0,8}(?:r\s.{10,160}\sid\s{1,8}wa\b|avg-cpu:\s)"),
        heads=re.compile(r"procs -{3,}|\s{0,8}avg-cpu:"),
        command=re.compile(r"^(?:sudo )?(?:vmstat|iostat)\b"),
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
    texts = {name: decode(outputs[name].data()) for name in FILES if name in outputs}
    if not {"top.txt", "idle.txt"} & texts.keys():
        return Seen()
    facts = (*_facts(texts.get("top.txt", "")), *_idle(texts.get("idle.txt", "")))
    if not any(fact.name == "load" for fact in facts):
        facts += tuple(_average(texts))
    return Seen(facts) if facts else unseen("top", _unsaid(texts.get("top.txt", "")))


def _facts(text: str) -> Iterator[IndicatorFact]:
    lines = text.split("\n")
    load = _load_average(lines)
    for line in lines:
        if busy := _BUSY.match(line):
            yield from _load(busy["shares"], load)
        elif bar := _BAR.match(line):
            name = "memory" if bar["what"] == "Mem" else "swap"
            used, whole = _size(bar["used"], bar["of"]), _size(bar["total"], bar["unit"])
            if whole:
                yield share_indicator(name, whole, whole - used, "htop")
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


def _load_average(lines: Iterable[str]) -> str:
    """The load averages of the last 1, 5 and 15 minutes as they stand there."""
    return next((found["load"].strip() for line in lines if (found := _HEAD.match(line))), "")


def _average(texts: Mapping[str, str]) -> Iterator[IndicatorFact]:
    """How busy the processors were in the last minutes, at most, if that is known."""
    load = _load_average(texts.get("top.txt", "").split("\n"))
    counted = _PROCESSORS.search(texts.get("nproc.txt", "").split("\n")[0])
    many = int(counted["many"]) if counted else 0
    if load and (used := 100 * _number(load.replace(", ", " ").split()[0]) / (many or 1)):
        if many or used < WARNING:
            of = f"{load} on {many} processors" if many else load
            yield used_indicator("load", min(100.0, used), of, "load average")
    elif load:
        yield used_indicator("load", 0.0, load, "load average")


def _unsaid(text: str) -> str:
    load = _load_average(text.split("\n"))
    if load:
        return f"the load average {load} counts by the number of processors: nproc"
    if not text:
        return "processors wait for disks; no limit is known by which that is too much"
    return "it does not say how busy the processors are"


def _idle(text: str) -> Iterator[IndicatorFact]:
    """How busy the processors were in the last row of ``vmstat`` or ``iostat``."""
    names: list[str] = []
    shown: dict[str, float] = {}
    for line in text.split("\n"):
        if _COLUMNS.match(line):
            names = line.replace("avg-cpu:", "").replace("%", "").split()
        elif _NUMBERS.match(line) and len(values := line.split()) == len(names):
            shown = dict(zip(names, map(_number, values), strict=True))
    idle, waits = (
        next((shown[name] for name in named if name in shown), None)
        for named in (("id", "idle"), ("wa", "iowait"))
    )
    if idle is not None and (100 - idle >= WARNING or (waits or 0) < _WAITS):
        value = f"{100 - idle:g} % busy, {waits or 0:g} % waiting for disks"
        yield used_indicator("load", 100 - idle, value, "vmstat or iostat")


def _load(shares: str, load: str) -> Iterator[IndicatorFact]:
    share = {what: _number(value) for value, what in _SHARE.findall(shares)}
    if "id" in share:
        value = f"{load}; {share.get('wa', 0):g} % waiting for disks"
        yield used_indicator("load", max(0.0, 100 - share["id"]), value, "top")


def _size(value: str, unit: str) -> float:
    return float(value) * _UNITS.get(unit, 1.0)


def _number(value: str) -> float:
    return float(value.replace(",", "."))

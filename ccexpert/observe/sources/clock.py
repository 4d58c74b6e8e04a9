"""``timedatectl``, ``chronyc tracking`` and ``w32tm /query /status``: a clock that nothing keeps
right, and by how much it is off. That this clock is right says nothing of those of other hosts.

Formats: timedatectl(1), chronyc(1), and https://learn.microsoft.com/windows-server/networking/
windows-time-service/windows-time-service-tools-and-settings.
"""

from __future__ import annotations

import re

from ccexpert.facts import IndicatorFact
from ccexpert.observe.interface import Circumstances, Outputs, Seen, Shape, unseen
from ccexpert.observe.text import decode

FILES = ("clock.txt",)

#: A clock that is off by so many seconds is noticed; by so many it does harm.
_NOTICED, _HARMFUL = 1.0, 60.0

_OFF = re.compile(
    r"^\s{0,8}System time\s{0,12}: (?P<seconds>\d{1,9}(?:\.\d{1,12})?) seconds",
    re.IGNORECASE | re.MULTILINE,
)
_KEPT = re.compile(
    r"^\s{0,30}(?:(?:System clock|NTP) synchronized: (?P<kept>yes|no)"
    r"|Leap status\s{0,12}: (?P<leap>Not synchronised|Normal|Insert second|Delete second)"
    r"|Source: (?P<source>Local CMOS Clock|Free-running System Clock|\S.{0,100}?))\s*$",
    re.IGNORECASE | re.MULTILINE,
)
#: What stands there where nothing keeps the clock right.
_ALONE = frozenset({"no", "not synchronised", "local cmos clock", "free-running system clock"})
_FIELD = (
    r"\s{0,30}(?:Local time|Universal time|RTC time|Time zone|System clock synchronized"
    r"|NTP \w{4,14}"
    r"|systemd-timesyncd\.service active|RTC in local TZ|DST active|Last DST change|Next DST change"
    r"|Reference ID|Stratum|Ref time \(UTC\)|System time|Last offset|RMS offset|Frequency"
    r"|Residual freq|Skew|Root delay|Root dispersion|Update interval|Leap status|Leap Indicator"
    r"|Precision|ReferenceId|Last Successful Sync Time|Source|Poll Interval) {0,14}: "
)
_TELLS = re.compile(f"{_OFF.pattern}|{_KEPT.pattern}", re.IGNORECASE)
SHAPES: tuple[Shape, ...] = (
    Shape(
        output=FILES[0],
        begins=re.compile(_FIELD),
        belongs=re.compile(_FIELD),
        tells=_TELLS,
        command=re.compile(r"\btimedatectl\b|\bchronyc tracking\b|\bw32tm\b", re.IGNORECASE),
        least=3,
    ),
)


def parse(outputs: Outputs, _context: Circumstances) -> Seen:
    """The indicator ``clock-offset``, where the clock is wrong or may become so."""
    if FILES[0] not in outputs:
        return Seen()
    text = decode(outputs[FILES[0]].data())
    kept = [next(filter(None, found.groups())).casefold() for found in _KEPT.finditer(text)]
    off = max((float(found["seconds"]) for found in _OFF.finditer(text)), default=0.0)
    if not kept and not _OFF.search(text):
        return unseen("clock", "it does not say whether the clock is synchronised")
    is_alone = not _ALONE.isdisjoint(kept)
    if not is_alone and off < _NOTICED:
        return Seen()
    level = "alert" if off >= _HARMFUL else "warning"
    said = "not synchronised" if is_alone else "synchronised"
    fact = {
        "kind": "indicator",
        "name": "clock-offset",
        "level": level,
        "value": f"{said}, {off:g} s off" if off else said,
        "source": "clock",
    }
    return Seen((IndicatorFact.model_validate(fact),))

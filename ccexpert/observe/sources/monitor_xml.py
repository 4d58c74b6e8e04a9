"""``nlserver monitor``: the system indicators of the monitoring page.

Only the ``indicator`` element is documented (help/production/using/monitoring-processes.md), so
nothing else is read, and each indicator is read by itself when the whole is not well-formed. Its
own thresholds count; where it has none, the documented ones do: 80 and 90 % of the maximum.

Sites add indicators of their own (``cust_indicators.sh``). At an alert, such a one is an
undescribed error.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from ccexpert.display import clean, first_line
from ccexpert.facts import ErrorFact, Fact, IndicatorFact, NotObserved
from ccexpert.observe.commands import nlserver
from ccexpert.observe.interface import Circumstances, Host, Outputs, Seen, Shape, Taken, unseen
from ccexpert.observe.markup import xml_shape
from ccexpert.observe.text import decode, exit_code
from ccexpert.observe.xml import NotXmlError, root_of

FILES = ("monitor.xml",)

SHAPES: tuple[Shape, ...] = (
    xml_shape(
        FILES[0],
        "monitor|indicators",
        r"\bnlserver(?:\.exe)? monitor(?!.*-missing)",
        alone="indicator",
    ),
)

#: Indicator of the vocabulary, how its name begins on the page, and the documented values from
#: which on there is a warning and an alert; None: 80 and 90 % of the maximum.
_INDICATORS: tuple[tuple[str, str, tuple[float, float] | None], ...] = (
    ("memory", "memory", None),
    ("swap", "swap memory", None),
    ("disk", "disk", None),
    ("load", "load average", None),
    ("old-processes", "number of processes too old", None),
    ("core-files", "core files", (1, 1)),
    ("shared-memory-segments", "number of shared memory segments", (1, 2)),
    ("file-handles", "file handles", None),
    ("zombie-processes", "zombie processes", (1, 2)),
    ("pending-events", "pending events queued", None),
    ("processes", "processes", None),
)
_OLD_ON_WINDOWS = (1.0, 1.0)
_LEVELS = ("ok", "warning", "alert")
_NUMBER = re.compile(r"\s*(-?\d{1,15}(?:[.,]\d{1,6})?)\s*%?\s*")
_START = re.compile(r"(?=<indicator\b)")
_END = "</indicator>"
_MOST = 1000


def parse(outputs: Outputs, context: Circumstances) -> Seen:
    """The indicators."""
    return parse_text(outputs[FILES[0]].data(), context) if FILES[0] in outputs else Seen()


def parse_text(raw: bytes | str, context: Circumstances) -> Seen:
    """The indicators of one XML text; of several with one meaning, such as disks, the worst."""
    text, code, _ = exit_code(decode(raw))
    reasons: list[NotObserved] = []
    found: dict[str, IndicatorFact] = {}
    elements = list(_elements(text))
    for element in elements:
        fact = _fact(element, context, reasons)
        if fact and (
            fact.name not in found
            or _LEVELS.index(fact.level) > _LEVELS.index(found[fact.name].level)
        ):
            found[fact.name] = fact
    if not elements:
        failed = f" (exit code {code})" if code else ""
        return unseen("monitor", f"no indicator in it{failed}: {first_line(text)}")
    facts: tuple[Fact, ...] = tuple(found[name] for name in sorted(found))
    own = (alert for element in elements if (alert := _own_alert(element)))
    return Seen((*facts, *own), tuple(reasons))


def _elements(text: str) -> Iterator[Element]:
    """Every indicator, of the whole document or one by one."""
    start = text.find("<")
    try:
        root = root_of(text[start:] if start >= 0 else "")
    except NotXmlError:
        for piece in _START.split(text)[1 : _MOST + 1]:
            end = piece.find(_END)
            if end >= 0:
                with contextlib.suppress(NotXmlError):
                    yield root_of(piece[: end + len(_END)])
    else:
        yield from root.iter("indicator")


def _fact(
    element: Element, context: Circumstances, reasons: list[NotObserved]
) -> IndicatorFact | None:
    """The fact of one indicator; None when the vocabulary has no such one, or nothing to judge."""
    name, kind, limits = _known(element)
    value = _current(element)
    if not kind or value is None:
        return None
    if kind == "old-processes" and context.platform == "windows":
        limits = _OLD_ON_WINDOWS
    warning, alert = _thresholds(element, limits)
    if alert is None or (warning is not None and warning > alert):
        reasons.append(
            NotObserved(source="monitor", reason=f"{clean(name, 80)}: no usable threshold")
        )
        return None
    current = _child(element, "current")
    shown = (current.get("display") if current is not None else "") or f"{value:g}"
    return IndicatorFact(
        kind="indicator",
        name=kind,
        level="alert" if value >= alert else "warning" if value >= (warning or alert) else "ok",
        value=clean(f"{name}: {shown}"),
        source="nlserver monitor",
    )


def _own_alert(element: Element) -> ErrorFact | None:
    """The alert of an indicator that only this site has."""
    name, kind, _ = _known(element)
    value, alert = _current(element), _number(_child(element, "alert"), "value")
    if kind or not name or value is None or alert is None or value < alert:
        return None
    text = clean(f"the indicator '{name}' is at an alert: {value:g}, with {alert:g} as its limit")
    return ErrorFact(kind="error", text=text, source="nlserver monitor")


def _known(element: Element) -> tuple[str, str, tuple[float, float] | None]:
    """The name of an indicator, what the vocabulary calls it, and its documented limits."""
    name = element.get("name", "").strip()
    folded = name.casefold()
    known = ((k, limits) for k, begin, limits in _INDICATORS if folded.startswith(begin))
    return name, *next(known, ("", None))


def _current(element: Element) -> float | None:
    """The value of an indicator."""
    current = _child(element, "current")
    value = _number(current, "value")
    return _number(current, "display") if value is None else value


def _thresholds(
    element: Element, documented: tuple[float, float] | None
) -> tuple[float | None, float | None]:
    """From which value on there is a warning and an alert: as given, as documented, or 80 and 90 %
    of the maximum (of a percentage: of 100)."""
    warning, alert = (_number(_child(element, tag), "value") for tag in ("warning", "alert"))
    if warning is None and alert is None:
        most = _number(_child(element, "max"), "value")
        current = _child(element, "current")
        if documented:
            return documented
        if most is None and current is not None and "%" in current.get("display", ""):
            most = 100.0
        return (most * 0.8, most * 0.9) if most else (None, None)
    return warning, alert


def _child(element: Element, tag: str) -> Element | None:
    return next((child for child in element if child.tag == tag), None)


def _number(element: Element | None, attribute: str) -> float | None:
    found = _NUMBER.fullmatch(element.get(attribute, "")) if element is not None else None
    return float(found[1].replace(",", ".")) if found else None


def read(host: Host) -> Taken:
    """Run the command."""
    return Taken({FILES[0]: nlserver(host, "monitor")})

"""The modules of Campaign at a glance: what is wrong with each, as far as the report knows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from ccexpert.diagnosis import IMPACTS, PlainReport

#: The modules that every installation watches, as ``ccexpert modules`` lists them.
MODULES = (
    "watchdog",
    "web",
    "mta",
    "stat",
    "wfserver",
    "inMail",
    "syslogd",
    "trackinglogd",
    "tracking",
    "import",
    "export",
)

Light = Literal["red", "amber", "green", "grey"]

#: The sign and the key of the word for each light, for those who see no colours.
SIGNS: dict[Light, tuple[str, str]] = {
    "red": ("✗", "light red"),
    "amber": ("!", "light amber"),
    "green": ("✓", "light green"),
    "grey": ("·", "light grey"),
}


@dataclass(frozen=True)
class Module:
    """One module and its light."""

    name: str
    light: Light

    @property
    def sign(self) -> str:
        """A character that says the same as the colour."""
        return SIGNS[self.light][0]

    @property
    def word(self) -> str:
        """The key of the word that says the same as the colour."""
        return SIGNS[self.light][1]


def strip(report: PlainReport) -> tuple[Module, ...]:
    """All modules: red for a fault of weight, amber for any other suspicion, green for what was
    seen and has none, grey for what nobody looked at."""
    return tuple(Module(name, _light(name, report)) for name in MODULES)


def _light(module: str, report: PlainReport) -> Light:
    found = [d for d in (*report.diagnoses, *report.explained) if d.module == module]
    weighty = IMPACTS.index("important") + 1
    if any(d.is_finding and d.impact >= weighty for d in found):
        return "red"
    about = re.compile(rf"(\w+) {module}(?:@\S+)? = (\S+)")
    seen = [match for fact in report.facts if (match := about.match(fact))]
    if any(kind == "process" and state != "running" for kind, state in (m.groups() for m in seen)):
        return "amber"
    if any(d.verdict != "not-a-fault" for d in found):
        return "amber"
    return "green" if seen else "grey"

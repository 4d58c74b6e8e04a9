"""``getenforce`` and ``sestatus``: whether SELinux enforces its rules on this host.

Where it only warns, or is off, it hinders nothing
(help/installation/using/prerequisites-of-campaign-installation-in-linux.md).
"""

from __future__ import annotations

import re

from ccexpert.facts import SettingFact
from ccexpert.observe.interface import Circumstances, Outputs, Seen, Shape, unseen
from ccexpert.observe.text import decode

FILES = ("selinux.txt",)

_MODE = re.compile(r"\s{0,8}(?P<mode>Enforcing|Permissive|Disabled)\s*$", re.IGNORECASE)
_FIELD = re.compile(
    r"\s{0,8}(?:SELinux status|SELinuxfs mount|SELinux root directory|Loaded policy name"
    r"|Current mode|Mode from config file|Policy \w{3,20} status|Memory protection checking"
    r"|Max kernel policy version): {1,40}\S"
)
_SAYS = re.compile(
    r"(?im)^[ \t]*(?:Current mode:[ \t]*|SELinux status:[ \t]*(?=disabled))?"
    r"(?P<mode>enforcing|permissive|disabled)[ \t]*$"
)
SHAPES: tuple[Shape, ...] = (
    Shape(
        output=FILES[0],
        begins=_MODE,
        belongs=re.compile(r"(?!)"),
        tells=re.compile(r"(?!)"),  # a word is its output only below its command
        command=re.compile(r"^(?:sudo )?(?:\S{0,40}/)?getenforce\b"),
    ),
    Shape(
        output=FILES[0],
        begins=_FIELD,
        belongs=_FIELD,
        tells=re.compile(r"^\s{0,8}SELinux status:"),
        command=re.compile(r"^(?:sudo )?(?:\S{0,40}/)?sestatus\b"),
    ),
)


def parse(outputs: Outputs, _context: Circumstances) -> Seen:
    """The setting ``selinux``."""
    if FILES[0] not in outputs:
        return Seen()
    said = _SAYS.search(decode(outputs[FILES[0]].data()))
    if said is None:
        return unseen("selinux", "it does not say whether SELinux enforces its rules")
    fact = {
        "kind": "setting",
        "name": "selinux",
        "state": "wrong" if said["mode"].casefold() == "enforcing" else "ok",
        "source": "selinux",
    }
    return Seen((SettingFact.model_validate(fact),))

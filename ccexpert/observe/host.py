"""Finds things on the host that the program runs on."""

from __future__ import annotations

import os
import platform as machine
import re
import sys
from pathlib import Path

from ccexpert.facts import HOST_PATTERN, Platform
from ccexpert.observe.commands import run
from ccexpert.observe.interface import Host, Output
from ccexpert.observe.sources.conffiles import variables
from ccexpert.observe.text import decode
from ccexpert.whereabouts import Whereabouts

#: The documented folders of an installation.
_INSTALLED: dict[Platform, str] = {
    "linux": "/usr/local/neolane/nl6",
    "windows": r"C:\Program Files\Adobe\Adobe Campaign v7",
}


def this_platform() -> Platform:
    """The platform of this machine: everything except Windows counts as Linux."""
    return "windows" if sys.platform == "win32" else "linux"


def host_name() -> str | None:
    """The name of this machine; None if it is not valid in a facts document."""
    name = machine.node()
    return name if re.fullmatch(HOST_PATTERN, name) else None


def this_host(where: Whereabouts, platform: Platform | None = None) -> Host:
    """This machine. What ``where`` leaves open is taken from the documented folders and from
    XTK_VAR_DIR (help/installation/using/configuring-campaign-server.md)."""
    spoken = platform or this_platform()
    conf = where.conf or Path(_INSTALLED[spoken]) / "conf"
    known = {**vars(where), "conf": conf, "var": where.var or _var(conf)}
    return Host(run=run, platform=spoken, **known)


def _var(conf: Path) -> Path:
    try:
        text = decode(Output.file(conf.parent / "customer.sh").data())
    except OSError:
        text = ""
    moved = variables(text).get("XTK_VAR_DIR") or os.environ.get("XTK_VAR_DIR")
    return Path(moved) if moved else conf.parent / "var"

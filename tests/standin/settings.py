"""What the configuration files of the stand-in say: which modules start, on which ports."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MULTI = ("syslogd", "trackinglogd", "web")
MONO = ("stat", "mta", "wfserver", "inMail")


class Settings:
    """The files in ``conf`` and ``customer.sh`` below ``home``, read when first asked for."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self.instances = ("prod",)

    def known(self) -> list[str]:
        """Every module that could run here, as ``module@instance``."""
        names = ["watchdog@default", *(f"{m}@default" for m in MULTI)]
        return names + [f"{m}@{i}" for i in self.instances for m in MONO]

    def autostart(self) -> list[str]:
        """The modules that start by themselves, in that order."""
        starts = [f"{m}@default" for m in MULTI if self._starts("default", m)]
        return starts + [f"{m}@{i}" for i in self.instances for m in MONO if self._starts(i, m)]

    def _starts(self, instance: str, module: str) -> bool:
        node = self._root(f"config-{instance}.xml").find(f".//{module}")
        return node is not None and node.get("autoStart") == "true"

    def _root(self, name: str) -> Element:
        from xml.etree import ElementTree  # most commands need no configuration

        return ElementTree.parse(self._home / "conf" / name).getroot()

    def port(self, module: str) -> int:
        """The port of ``syslogd``, ``stat``, ``web`` or ``control`` (of web)."""
        if module == "syslogd":
            text = (self._home / "customer.sh").read_text()
            found = re.search(r"TRACE_ADDR=localhost:(\d+)", text)
            return int(found[1]) if found else 6666
        node, attribute = {
            "stat": ("stat", "port"),
            "web": ("web", "httpPort"),
            "control": ("web", "controlPort"),
        }[module]
        found_node = self._root("serverConf.xml").find(f".//{node}")
        assert found_node is not None
        return int(found_node.attrib[attribute])

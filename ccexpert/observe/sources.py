"""The sources of observations: one module each behind one interface (``interface.Source``)."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from ccexpert.observe.interface import Source

#: The sources in the order in which their facts are listed, and the module that knows each. The
#: configuration comes first, because it decides what absence means to the others.
SOURCES = {
    "configuration": "ccexpert.observe.configuration",
    "pdump": "ccexpert.observe.pdump",
    "missing": "ccexpert.observe.missing",
    "monitor": "ccexpert.observe.monitor_xml",
    "service-status": "ccexpert.observe.service_status",
    "ports": "ccexpert.observe.ports",
    "http": "ccexpert.observe.http",
    "mail": "ccexpert.observe.mail",
    "logs": "ccexpert.observe.logs",
    "system": "ccexpert.observe.system",
}


def source(name: str) -> Source:
    """The source called ``name`` (a key of ``SOURCES``); imported when first used."""
    return cast(Source, import_module(SOURCES[name]))

"""The registry of sources: one module each behind one interface (``interface.SourceModule``).

A new source needs one module and two lines here; ``facts/`` defines what it may mention.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from ccexpert.lazily import Lazily
from ccexpert.observe.interface import ParserModule, Shape, SourceModule


class _Modules(Lazily):
    """The modules of the sources, each imported on first use."""

    if TYPE_CHECKING:
        from ccexpert.observe.sources import (
            backtrace,
            bounce,
            clock,
            configuration,
            df,
            firewall,
            free,
            http,
            ipcs,
            limits,
            logs,
            mail,
            missing,
            monitor_xml,
            neighbours,
            operating_system,
            pdump,
            ports,
            ps,
            psql,
            rights,
            selinux,
            service_status,
            sockets,
            system,
            tasklist,
            top,
        )


_module = _Modules("ccexpert.observe.sources")

#: The sources in the order in which their facts are listed. The configuration comes first, because
#: it decides what absence means to the others.
SOURCES: Mapping[str, Callable[[], SourceModule]] = {
    "configuration": lambda: _module.configuration,
    "pdump": lambda: _module.pdump,
    "missing": lambda: _module.missing,
    "monitor": lambda: _module.monitor_xml,
    "service-status": lambda: _module.service_status,
    "ports": lambda: _module.ports,
    "http": lambda: _module.http,
    "mail": lambda: _module.mail,
    "logs": lambda: _module.logs,
    "system": lambda: _module.system,
}

#: Outputs that people supply; a live host is observed in other ways.
BROUGHT: Mapping[str, Callable[[], ParserModule]] = {
    "neighbours": lambda: _module.neighbours,
    "operating-system": lambda: _module.operating_system,
    "selinux": lambda: _module.selinux,
    "rights": lambda: _module.rights,
    "limits": lambda: _module.limits,
    "firewall": lambda: _module.firewall,
    "df": lambda: _module.df,
    "free": lambda: _module.free,
    "top": lambda: _module.top,
    "sockets": lambda: _module.sockets,
    "ipcs": lambda: _module.ipcs,
    "ps": lambda: _module.ps,
    "tasklist": lambda: _module.tasklist,
    "clock": lambda: _module.clock,
    "psql": lambda: _module.psql,
    "backtrace": lambda: _module.backtrace,
    "bounce": lambda: _module.bounce,
}


def source(name: str) -> SourceModule:
    """The source called ``name`` (a key of ``SOURCES``)."""
    return SOURCES[name]()


def parsers() -> Mapping[str, ParserModule]:
    """All parsers of outputs, live or supplied, by name."""
    return {name: module() for name, module in {**SOURCES, **BROUGHT}.items()}


def shapes() -> tuple[Shape, ...]:
    """The shapes of the outputs of all sources that define them."""
    return tuple(shape for parser in parsers().values() for shape in parser.SHAPES)

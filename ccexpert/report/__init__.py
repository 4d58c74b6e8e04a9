"""One report, many formats: one module per format behind one interface (``interface.Format``).

A new format needs one module and two lines here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from ccexpert.diagnosis import PlainReport
from ccexpert.lazily import Lazily
from ccexpert.report.interface import Format, Layout


class _Modules(Lazily):
    """The modules of the formats, each imported on first use."""

    if TYPE_CHECKING:
        from ccexpert.report import (
            ansible,
            github,
            html,
            json,
            junit,
            mail,
            markdown,
            nagios,
            prometheus,
            rundeck,
            sh,
            short,
            table,
            ticket,
        )


_module = _Modules(__name__)

#: The formats by name, in the order in which help texts list them.
FORMATS: Mapping[str, Callable[[], Format]] = {
    "table": lambda: _module.table,
    "short": lambda: _module.short,
    "ticket": lambda: _module.ticket,
    "mail": lambda: _module.mail,
    "json": lambda: _module.json,
    "markdown": lambda: _module.markdown,
    "html": lambda: _module.html,
    "nagios": lambda: _module.nagios,
    "prometheus": lambda: _module.prometheus,
    "junit": lambda: _module.junit,
    "github": lambda: _module.github,
    "ansible": lambda: _module.ansible,
    "rundeck": lambda: _module.rundeck,
    "sh": lambda: _module.sh,
}


def render(report: PlainReport, name: str, layout: Layout | None = None) -> str:
    """``report`` in the format called ``name`` (a key of ``FORMATS``)."""
    return FORMATS[name]().render(report, layout or Layout())

"""One report, many formats: one module a format behind one interface (``interface.Format``)."""

from __future__ import annotations

from importlib import import_module

from ccexpert.diagnosis import Report
from ccexpert.report.interface import Layout

#: The formats by name, and the module that renders each; imported when first used.
FORMATS = {
    "table": "ccexpert.report.table",
    "json": "ccexpert.report.json",
    "markdown": "ccexpert.report.markdown",
    "html": "ccexpert.report.html",
    "nagios": "ccexpert.report.nagios",
    "prometheus": "ccexpert.report.prometheus",
    "junit": "ccexpert.report.junit",
    "github": "ccexpert.report.github",
    "ansible": "ccexpert.report.ansible",
    "rundeck": "ccexpert.report.rundeck",
    "sh": "ccexpert.report.sh",
}


def render(report: Report, name: str, layout: Layout | None = None) -> str:
    """``report`` in the format called ``name`` (a key of ``FORMATS``)."""
    text: str = import_module(FORMATS[name]).render(report, layout or Layout())
    return text

"""The text of a ticket for a mail: wrapped at 72 columns, for plain mail is shown as it was sent.
Commands stay whole."""

from __future__ import annotations

import re

from ccexpert.diagnosis import PlainReport
from ccexpert.report import ticket
from ccexpert.report.interface import Layout
from ccexpert.report.lead import wrapped

_WIDTH = 72
_ITEM = re.compile(r" *(?:- |\d+\. )?")


def render(report: PlainReport, layout: Layout) -> str:
    """The text of the mail."""
    return "\n".join(map(_laid_out, ticket.render(report, layout).splitlines())) + "\n"


def _laid_out(line: str) -> str:
    found = _ITEM.match(line)
    return wrapped(line, _WIDTH, " " * (found.end() if found else 0))

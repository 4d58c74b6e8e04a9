"""The report as one self-contained HTML page that is readable without scripts."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from ccexpert.diagnosis import IMPACTS, PlainReport
from ccexpert.display import printable
from ccexpert.report.graph import BOX_HEIGHT, BOX_WIDTH, draw, trees
from ccexpert.report.heard import Heard, sections
from ccexpert.report.interface import Layout
from ccexpert.report.lead import lead
from ccexpert.report.pieces import (
    command_line,
    counts_less,
    fact_line,
    follows,
    link,
    located,
    moment,
    standing,
    step_hosts,
)
from ccexpert.report.strip import strip
from ccexpert.report.web import asset, environment, policy
from ccexpert.report.words import words

_HERE = "ccexpert.report"


def render(report: PlainReport, layout: Layout) -> str:
    """The report as a whole page."""
    style, script = asset(_HERE, "report.css"), asset(_HERE, "report.js")
    return _rendered(
        "page.html.j2",
        report,
        layout.heard,
        style=style,
        script=script,
        policy=policy(style, script),
    )


def fragment(report: PlainReport) -> str:
    """The report as part of another page, such as a notebook: without head and script."""
    return _rendered("fragment.html.j2", report, style=asset(_HERE, "report.css"))


def body(report: PlainReport) -> Markup:
    """The report as part of a page that brings ``report.css`` and ``report.js``."""
    return Markup(_rendered("body.html.j2", report))


def _rendered(
    template: str, report: PlainReport, heard: tuple[Heard, ...] = (), **parts: str
) -> str:
    causes = trees(report)
    text = (
        _environment()
        .get_template(template)
        .render(
            report=report,
            word=words(report.language),
            impacts=IMPACTS,
            causes=causes,
            drawing=draw([cause for cause in causes if cause.consequences]),
            box=(BOX_WIDTH, BOX_HEIGHT),
            heard=heard,
            **parts,
        )
    )
    return printable(text) + "\n"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    found = environment(_HERE)
    helpers: dict[str, Any] = {
        "command_line": command_line,
        "counts_less": counts_less,
        "fact_line": fact_line,
        "follows": follows,
        "lead": lead,
        "link": link,
        "located": located,
        "moment": moment,
        "sections": sections,
        "standing": standing,
        "step_hosts": step_hosts,
        "strip": strip,
    }
    found.globals.update(helpers)
    return found

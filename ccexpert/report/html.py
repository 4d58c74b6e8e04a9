"""The report as one HTML page that needs nothing else: no network, no fonts, no script to be read.

Every text is escaped by the template engine. The page's content security policy admits its own
style and script by their hashes, so that nothing else can run even if a text were taken for markup.
"""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ccexpert.diagnosis import IMPACTS, Report
from ccexpert.report.graph import BOX_HEIGHT, BOX_WIDTH, draw, trees
from ccexpert.report.interface import (
    Layout,
    command_line,
    fact_line,
    located,
    moment,
    printable,
    step_hosts,
)
from ccexpert.report.words import words


def render(report: Report, _layout: Layout) -> str:
    """The report as a whole page."""
    style, script = _asset("report.css"), _asset("report.js")
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    return _rendered("page.html.j2", report, style=style, script=script, policy=policy)


def fragment(report: Report) -> str:
    """The report as a part of another page, such as a notebook: without head and script."""
    return _rendered("fragment.html.j2", report, style=_asset("report.css"))


def _rendered(template: str, report: Report, **parts: str) -> str:
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
            **parts,
        )
    )
    return printable(text) + "\n"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("ccexpert.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    helpers: dict[str, Any] = {
        "command_line": command_line,
        "fact_line": fact_line,
        "located": located,
        "moment": moment,
        "step_hosts": step_hosts,
    }
    environment.globals.update(helpers)
    return environment


@lru_cache(maxsize=2)
def _asset(name: str) -> Markup:
    """A style sheet or script of the page: it is ours, so it stands as it is."""
    return Markup((files("ccexpert.report") / "templates" / name).read_text(encoding="utf-8"))


def _hash(source: str) -> str:
    digest = hashlib.sha256(source.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"

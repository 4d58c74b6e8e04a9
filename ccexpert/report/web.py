"""Self-contained HTML pages: they need no network and no fonts, and run only our own script.

The template engine escapes every text. The content security policy admits only the page's own style
and script, by their hashes, so nothing else could run even if a text were taken for markup.
"""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup


def environment(package: str) -> Environment:
    """The templates in a package's ``templates`` folder."""
    return Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@lru_cache(maxsize=8)
def asset(package: str, name: str) -> Markup:
    """A style sheet or script from a package; it is trusted and not escaped."""
    return Markup((files(package) / "templates" / name).read_text(encoding="utf-8"))


def policy(style: str, script: str = "") -> str:
    """The content security policy of a page with this style and this script."""
    run = f" script-src '{_hash(script)}';" if script else ""
    return (
        f"default-src 'none'; style-src '{_hash(style)}';{run} base-uri 'none'; form-action 'none'"
    )


def _hash(source: str) -> str:
    digest = hashlib.sha256(source.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"

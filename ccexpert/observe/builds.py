"""The build of the server, from any banner or page that shows it.

nlserver begins each list with its name, version and build; ``/r/test`` has it as an attribute
(help/production/using/build-upgrade.md, help/production/using/failure-to-connect.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ccexpert.facts import BuildFact
from ccexpert.observe.interface import Seen
from ccexpert.observe.text import decode

#: What shows a build stands at the head of an output (characters).
_LOOKED_AT = 20_000

_SHOWN = re.compile(
    r"\bApplication server for [^\n]{0,80}?\bbuild (?P<banner>\d{4,5})\b"
    r"|<redir\b[^<>\n]{0,300}?\bbuild=['\"](?P<page>\d{4,5})['\"]",
    re.IGNORECASE,
)
_VERSION = re.compile(r"\bv?(?P<version>[5-8](?:[ .]\d{1,2}){0,3})[ ,(]{1,3}build\b", re.IGNORECASE)


def builds_in(text: str, source: str) -> Iterator[BuildFact]:
    """The builds that banners and pages in a text show."""
    for found in _SHOWN.finditer(text):
        version = _VERSION.search(found[0])
        yield BuildFact(
            kind="build",
            number=int(found["banner"] or found["page"]),
            version=version["version"] if version else None,
            source=source,
        )


def build_of(raw: bytes | str, source: str) -> Seen:
    """The build that the head of an output shows, if it shows one."""
    return Seen(tuple(builds_in(decode(raw)[:_LOOKED_AT], source))[:1])

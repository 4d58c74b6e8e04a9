"""How an XML output looks, line by line."""

from __future__ import annotations

import re

from ccexpert.observe.interface import Shape

_DECLARATION = r"\s{0,8}(?:<\?xml[^>]{0,200}\?>\s{0,8})?"
_LINE = re.compile(r"\s{0,200}(?:<|[\w:.-]{1,80}\s{0,4}=|[^<>]{0,400}(?:>|</))")


def xml_shape(output: str, root: str, command: str | None = None, *, alone: str = "") -> Shape:
    """The shape of a document whose root element has a name that matches ``root``.

    ``alone`` is an element that also stands by itself, several in a row.
    """
    first = f"{root}|{alone}" if alone else root
    return Shape(
        output=output,
        begins=re.compile(rf"{_DECLARATION}<(?:{first})\b|{_DECLARATION}$", re.IGNORECASE),
        belongs=_LINE,
        tells=re.compile(rf"<(?:{first})\b", re.IGNORECASE),
        command=re.compile(command, re.IGNORECASE) if command else None,
        ends=re.compile(
            rf"</(?:{root})>\s*$|^{_DECLARATION}<(?:{root})\b[^<]*/>\s*$", re.IGNORECASE
        ),
        gaps=True,
    )

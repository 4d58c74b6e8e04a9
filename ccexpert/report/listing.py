"""Lists of things (modules, cards) as a table, JSON or Markdown."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from tabulate import tabulate

from ccexpert.report.interface import Layout, printable


def listing(
    rows: Sequence[Mapping[str, object]], word: Mapping[str, str], form: str, layout: Layout
) -> str:
    """``rows`` in ``form`` (table, json or markdown); their keys are the columns, worded by
    ``word``."""
    if form == "json":
        return json.dumps(rows, ensure_ascii=False, indent=2) + "\n"
    if not rows:
        return ""
    headers = [word.get(key, key) for key in rows[0]]
    cells = [[str(value) for value in row.values()] for row in rows]
    if form == "markdown":
        table = tabulate(cells, headers, tablefmt="pipe", disable_numparse=True)
    else:
        widths = _widths(cells, headers, layout.width)
        table = tabulate(
            cells,
            headers,
            tablefmt=layout.table_format,
            maxcolwidths=widths,
            disable_numparse=True,
        )
    return printable(table) + "\n"


def _widths(cells: list[list[str]], headers: list[str], total: int) -> list[int]:
    """Column widths that fit ``total``: what the widest columns ask for too much is shared out."""
    widths = [max(map(len, column)) for column in zip(headers, *cells, strict=True)]
    room = total - 2 * (len(widths) - 1)
    while sum(widths) > room and max(widths) > 12:
        widths[widths.index(max(widths))] -= 1
    return widths

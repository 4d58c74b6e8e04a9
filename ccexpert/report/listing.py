"""Lists (of modules, cards and so on) as a table, JSON or Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tabulate import tabulate

from ccexpert.display import as_json, page
from ccexpert.report.interface import Layout
from ccexpert.report.markdown import escaped


def listing(
    rows: Sequence[Mapping[str, object]], word: Mapping[str, str], form: str, layout: Layout
) -> str:
    """``rows`` in ``form`` (table, json or markdown); ``word`` translates their keys to column
    headers."""
    if form == "json":
        return as_json(rows)
    if not rows:
        return ""
    headers = [word.get(key, key) for key in rows[0]]
    cells = [[str(value) for value in row.values()] for row in rows]
    if form == "markdown":
        cells = [[escaped(value) for value in row] for row in cells]
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
    return page(table) + "\n"


def _widths(cells: list[list[str]], headers: list[str], total: int) -> list[int]:
    """Column widths that fit ``total``; the widest columns shrink first. tabulate pads headers by
    two blanks."""
    columns = zip(headers, *cells, strict=True)
    widths = [max(len(header) + 2, *map(len, column)) for header, *column in columns]
    room = total - 2 * (len(widths) - 1)
    while sum(widths) > room and max(widths) > 12:
        widths[widths.index(max(widths))] -= 1
    return widths

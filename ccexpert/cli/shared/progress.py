"""Progress bars on stderr, for a terminal only."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from ccexpert.fleet.blocks import Block
    from ccexpert.fleet.tally import Tally


class Bar:
    """A bar for logs that take a while."""

    _WORTH_IT = 64 * 1024 * 1024

    def __init__(self) -> None:
        self._advance: Callable[[int], object] = lambda count: None
        self._stop: Callable[[], object] = lambda: None

    def start(self, total: int) -> None:
        """Show the bar if ``total`` bytes take long enough."""
        if total < self._WORTH_IT or not sys.stderr.isatty():
            return
        bar = typer.progressbar(length=total, label="Searching logs", file=sys.stderr)
        bar.__enter__()
        self._advance, self._stop = bar.update, lambda: bar.__exit__(None, None, None)

    def advance(self, count: int) -> None:
        """Advance the bar by ``count`` bytes."""
        self._advance(count)

    def stop(self) -> None:
        """Remove the bar."""
        self._stop()


@contextlib.contextmanager
def hosts_bar(total: int | None) -> Iterator[Callable[[Block, Tally], None]]:
    """A bar for a fleet run; the yielded function takes each finished block and the counts so far.

    Without a terminal nothing is shown.
    """
    if not sys.stderr.isatty():
        yield lambda block, tally: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %" if total else ""),
        TextColumn("{task.fields[hosts]:,} hosts"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("fleet", total=total, hosts=0)
        yield lambda block, tally: bar.update(task, advance=block.size, hosts=tally.documents)

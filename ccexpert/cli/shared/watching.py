"""Observes this host again and again, and says only what changed."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from ccexpert.diff import Difference, compare

if TYPE_CHECKING:
    from ccexpert.report.answer import Report


def watch(
    seconds: float,
    look: Callable[[], Report],
    first: Callable[[Report], None],
    changed: Callable[[datetime, Difference], None],
) -> None:
    """Give the first report to ``first``, and what differs from the report before to ``changed``,
    until somebody interrupts. Only one earlier report is kept."""
    before = look()
    first(before)
    while True:
        time.sleep(seconds)
        after = look()
        found = compare(before, after)
        if found.diagnoses or found.new_facts or found.gone_facts:
            changed(datetime.now().astimezone(), found)
        before = after

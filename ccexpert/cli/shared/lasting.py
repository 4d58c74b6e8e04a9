"""Runs that last: they collect garbage, which the program leaves alone in its many short runs."""

from __future__ import annotations

import gc


def lasts() -> None:
    """Collect garbage from now on; what is loaded already stays."""
    gc.freeze()
    gc.enable()

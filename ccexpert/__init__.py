"""ccexpert: a diagnostic expert system for Adobe Campaign Classic v7 servers.

``from ccexpert import Expert`` gives the one way to the engine: observed facts in, a ranked report
out. The import is lazy, so that naming the package (or asking for its version) loads nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ccexpert.report.answer import Report as Report
    from ccexpert.expert import Expert as Expert

__version__ = "0.1.0"
__all__ = ["Expert", "Report", "__version__"]

_HOMES = {"Expert": "ccexpert.expert", "Report": "ccexpert.report.answer"}


def __getattr__(name: str) -> Any:
    """Import a public name from its home when it is first used."""
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

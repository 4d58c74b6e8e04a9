"""The only module that imports experta (LGPL-3.0, see the NOTICE beside it), which needs care.

experta 1.9.4 pins frozendict 1.2, which needs ``collections.Mapping``. Python 3.10 removed that
name, so it is restored during the import only. Importing experta also configures the root logger
and swallows the ImportError of a missing dependency; this module undoes the first and reports the
second.
"""

from __future__ import annotations

import collections
import collections.abc
import logging


def _import_experta() -> None:
    lend = not hasattr(collections, "Mapping")
    root = logging.getLogger()
    before = root.handlers[:]
    if lend:
        collections.Mapping = collections.abc.Mapping  # type: ignore[attr-defined]
    try:
        import experta
    finally:
        if lend:
            del collections.Mapping  # type: ignore[attr-defined]
        for handler in root.handlers[:]:
            if handler not in before:
                root.removeHandler(handler)
    if not hasattr(experta, "KnowledgeEngine"):
        raise ImportError("experta is incomplete: one of its dependencies is missing")


_import_experta()

from experta import AS, NOT, Fact, KnowledgeEngine, P, Rule, W  # noqa: E402
from experta.abstract import Matcher, Strategy  # noqa: E402
from experta.activation import Activation  # noqa: E402
from experta.agenda import Agenda  # noqa: E402
from experta.matchers import ReteMatcher  # noqa: E402

__all__ = [
    "AS",
    "NOT",
    "Activation",
    "Agenda",
    "Fact",
    "KnowledgeEngine",
    "Matcher",
    "P",
    "ReteMatcher",
    "Rule",
    "Strategy",
    "W",
]

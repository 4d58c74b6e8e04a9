"""ccexpert: a diagnostic expert system for Adobe Campaign Classic v7 servers.

``Expert`` is the one way to the engine: observed facts in, a ranked ``Report`` with a plan out.
``observe`` gets facts from what the server itself prints, ``Consultation`` by asking for them.
``History`` keeps reports from run to run, and ``ccexpert.act`` walks a plan.

Nothing here prints, and nothing changes the state of the process that it is imported into. Names
are imported when they are first used, so that naming the package loads nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ccexpert import act as act
    from ccexpert import observe as observe
    from ccexpert.consult import Consultation as Consultation
    from ccexpert.diagnosis import Action as Action
    from ccexpert.diagnosis import Diagnosis as Diagnosis
    from ccexpert.diagnosis import Evidence as Evidence
    from ccexpert.errors import CcexpertError as CcexpertError
    from ccexpert.errors import FactsError as FactsError
    from ccexpert.errors import KnowledgeError as KnowledgeError
    from ccexpert.expert import Expert as Expert
    from ccexpert.facts import FactsDocument as FactsDocument
    from ccexpert.history import History as History
    from ccexpert.report.answer import Report as Report
    from ccexpert.version import __version__ as __version__

_HOMES = {
    "Action": "ccexpert.diagnosis",
    "CcexpertError": "ccexpert.errors",
    "Consultation": "ccexpert.consult",
    "Diagnosis": "ccexpert.diagnosis",
    "Evidence": "ccexpert.diagnosis",
    "Expert": "ccexpert.expert",
    "FactsDocument": "ccexpert.facts",
    "FactsError": "ccexpert.errors",
    "History": "ccexpert.history",
    "KnowledgeError": "ccexpert.errors",
    "Report": "ccexpert.report.answer",
    "__version__": "ccexpert.version",
}
_ROOMS = ("act", "observe")

__all__ = [
    "Action",
    "CcexpertError",
    "Consultation",
    "Diagnosis",
    "Evidence",
    "Expert",
    "FactsDocument",
    "FactsError",
    "History",
    "KnowledgeError",
    "Report",
    "__version__",
    "act",
    "observe",
]


def __getattr__(name: str) -> Any:
    """Import a public name from its home when it is first used."""
    from importlib import import_module

    if name in _HOMES:
        globals()[name] = found = getattr(import_module(_HOMES[name]), name)
        return found
    if name in _ROOMS:
        return import_module(f"ccexpert.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)

"""ccexpert: a diagnostic expert system for Adobe Campaign Classic v7 servers.

``Expert`` is the only way to the engine: it takes observed facts and returns a ranked ``Report``
with a plan. ``observe`` gets facts from the server's own output, ``read`` from any pasted text, and
``Consultation`` by asking. ``History`` keeps reports from run to run, and ``ccexpert.act`` walks a
plan.

Nothing here prints or changes the state of the importing process. Names are imported on first use,
so importing the package itself loads nothing else.
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
    from ccexpert.errors import AnswerError as AnswerError
    from ccexpert.errors import CaptureError as CaptureError
    from ccexpert.errors import CcexpertError as CcexpertError
    from ccexpert.errors import FactsError as FactsError
    from ccexpert.errors import KnowledgeError as KnowledgeError
    from ccexpert.errors import SessionError as SessionError
    from ccexpert.expert import Expert as Expert
    from ccexpert.facts import FactsDocument as FactsDocument
    from ccexpert.history import History as History
    from ccexpert.intake import read as read
    from ccexpert.report.answer import Report as Report
    from ccexpert.version import __version__ as __version__

_HOMES = {
    "Action": "ccexpert.diagnosis",
    "AnswerError": "ccexpert.errors",
    "CaptureError": "ccexpert.errors",
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
    "SessionError": "ccexpert.errors",
    "read": "ccexpert.intake",
    "__version__": "ccexpert.version",
}
_ROOMS = ("act", "observe")

__all__ = [
    "Action",
    "AnswerError",
    "CaptureError",
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
    "SessionError",
    "__version__",
    "act",
    "observe",
    "read",
]


def __getattr__(name: str) -> Any:
    """Import a public name from its module on first use."""
    from importlib import import_module

    if name in _HOMES:
        globals()[name] = found = getattr(import_module(_HOMES[name]), name)
        return found
    if name in _ROOMS:
        return import_module(f"ccexpert.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)

"""Walks a plan: check, ask, run, observe again, until the fault is gone or no step is left.

``walk`` is the loop and works through injected callables. ``gate`` decides which commands may run
at all. ``told`` combines what people reported with what is observed. ``audit`` keeps the record,
from which an interrupted walk is resumed.
"""

from __future__ import annotations

from ccexpert.act.audit import Audit
from ccexpert.act.interface import Decision, Ending, Event, Hands, Policy, Unfinished
from ccexpert.act.walk import Walk

__all__ = ["Audit", "Decision", "Ending", "Event", "Hands", "Policy", "Unfinished", "Walk"]

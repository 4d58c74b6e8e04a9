"""Walking a plan: check, ask, run, observe again, until the fault is gone or nothing is left to do.

``walk`` is the loop, over callables that are handed in; ``gate`` decides what may be run at all;
``told`` keeps what people said beside what is seen; ``audit`` is the record, and what a walk that
was interrupted is resumed from.
"""

from __future__ import annotations

from ccexpert.act.audit import Audit
from ccexpert.act.interface import Ending, Event, Hands, Policy, Question, Unfinished
from ccexpert.act.walk import Walk

__all__ = ["Audit", "Ending", "Event", "Hands", "Policy", "Question", "Unfinished", "Walk"]

"""Decides which commands of a plan may run: only those listed, complete, and named by a diagnosis.

Takes a step and its report, and returns a refusal with its reason, or the risk to ask about. It
relies on no earlier check.
"""

from __future__ import annotations

from collections.abc import Iterator

from ccexpert.act.interface import Policy, Refusal
from ccexpert.diagnosis import Action, PlainReport
from ccexpert.facts.names import addressed
from ccexpert.knowledge.cards import Risk
from ccexpert.knowledge.commands import RISKS, find_command, forbidden
from ccexpert.report.pieces import address

#: The nlserver verbs that act on the module after them.
_VERBS = ("start", "stop", "restart")


def refusal(step: Action, report: PlainReport, policy: Policy) -> Refusal | None:
    """Why the command of a step may not run; None if it may."""
    argv = step.command or ()
    if step.platform != policy.platform:
        return "other-platform"
    if any(host not in (None, policy.host) for host in _hosts(step, report)):
        return "other-host"
    why = forbidden(argv, policy.allowed)
    return why or (None if _is_named(step, report) else "not-named")


def risk(step: Action, policy: Policy) -> Risk:
    """The higher of the risks on the card and in the list of commands."""
    known = find_command(step.command or (), policy.allowed)
    return max(step.risk, known.risk if known else "none", key=RISKS.index)


def is_harmless(step: Action, policy: Policy) -> bool:
    """Whether a command only looks. Commands that a pack allows never count as harmless."""
    return not (step.changes_server or origin(step, policy)) and risk(step, policy) == "none"


def origin(step: Action, policy: Policy) -> str:
    """The pack that allows the command of a step; empty if no pack is needed."""
    known = find_command(step.command or (), policy.allowed)
    return known.origin if known else ""


def module_of(step: Action) -> str | None:
    """The module that the command starts, stops or restarts; None for other commands."""
    argv = step.command or ()
    return argv[2] if len(argv) > 2 and argv[0] == "nlserver" and argv[1] in _VERBS else None


def started(step: Action) -> str | None:
    """The module or service that a command starts or restarts; doing so twice needs a warning."""
    argv = step.command or ()
    if not {"start", "restart"} & set(argv):
        return None
    return module_of(step) or " ".join(part for part in argv if part not in _VERBS)


def _hosts(step: Action, report: PlainReport) -> Iterator[str | None]:
    wanted_by = (step.diagnosis, *step.also_for)
    return (d.host for d in report.diagnoses if d.id in wanted_by)


def _is_named(step: Action, report: PlainReport) -> bool:
    """Whether one of the step's diagnoses mentions the module that its command touches."""
    module = module_of(step)
    if module is None:
        return True
    named = {step.target.casefold()}
    for diagnosis in report.diagnoses:
        if diagnosis.id in (step.diagnosis, *step.also_for):
            named.add(address(diagnosis).casefold())
            cited = (fact for evidence in diagnosis.evidence for fact in evidence.cited)
            processes = (fact.key[1:3] for fact in cited if fact.kind == "process")
            named |= {addressed(*process).casefold() for process in processes}
    # a mask such as mta*@prod covers mta and its children; web means web@default, mta any mta
    plain = module.casefold().replace("*", "")
    return bool({plain, plain.removesuffix("@default"), f"{plain}@default"} & named)

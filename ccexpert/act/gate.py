"""Which commands of a plan may be run: only what is listed, fully named, and meant by a diagnosis.

A step and the report it stands in come in; a refusal with its reason, or the risk to ask about,
goes out. Nothing here trusts that somebody else has looked before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ccexpert.act.interface import Policy, Refusal
from ccexpert.diagnosis import Action, Report
from ccexpert.knowledge.cards import Risk
from ccexpert.knowledge.commands import RISKS, find_command
from ccexpert.report.interface import place

#: What the name of a module, instance, file, process or address looks like in a command.
_NAME = re.compile(r"(?:-[a-z]{1,20}:)?[A-Za-z0-9./_*][A-Za-z0-9@._:/*-]{0,199}")
_PLACEHOLDER = re.compile(r"[<>$]")

#: The verbs of nlserver that act on the module named behind them.
_VERBS = ("start", "stop", "restart")


def refusal(step: Action, report: Report, policy: Policy) -> Refusal | None:
    """Why the command of a step may not be run; None when it may."""
    argv = step.command or ()
    if step.platform != policy.platform:
        return "other-platform"
    if any(host not in (None, policy.host) for host in _hosts(step, report)):
        return "other-host"
    if any(_PLACEHOLDER.search(argument) for argument in argv):
        return "placeholder"
    known = find_command(argv, policy.allowed)
    if known is None or not all(
        listed == given or _NAME.fullmatch(given)
        for listed, given in zip(known.argv, argv, strict=True)
    ):
        return "not-allowed"
    return None if _is_named(step, report) else "not-named"


def risk(step: Action, policy: Policy) -> Risk:
    """The worse of what the card says and what the list of commands says."""
    known = find_command(step.command or (), policy.allowed)
    return max(step.risk, known.risk if known else "none", key=RISKS.index)


def is_harmless(step: Action, policy: Policy) -> bool:
    """Whether a command only looks."""
    return not step.changes_server and risk(step, policy) == "none"


def module_of(step: Action) -> str | None:
    """The module that nlserver is told to start, stop or restart; None for other commands."""
    argv = step.command or ()
    return argv[2] if len(argv) > 2 and argv[0] == "nlserver" and argv[1] in _VERBS else None


def started(step: Action) -> str | None:
    """What a command starts or restarts, a module or a service: that is not done twice without a
    word."""
    argv = step.command or ()
    if not {"start", "restart"} & set(argv):
        return None
    return module_of(step) or " ".join(part for part in argv if part not in _VERBS)


def _hosts(step: Action, report: Report) -> Iterator[str | None]:
    wanted_by = (step.diagnosis, *step.also_for)
    return (d.host for d in report.diagnoses if d.id in wanted_by)


def _is_named(step: Action, report: Report) -> bool:
    """Whether the module that a command touches is one that a diagnosis behind it speaks of."""
    module = module_of(step)
    if module is None:
        return True
    named = {step.target.casefold()}
    for diagnosis in report.diagnoses:
        if diagnosis.id in (step.diagnosis, *step.also_for):
            named.add(place(diagnosis).casefold())
            facts = (fact for evidence in diagnosis.evidence for fact in evidence.facts)
            named |= {_subject(fact) for fact in facts if fact.startswith("process ")}
    # a mask such as mta*@prod means mta and its children; web means web@default, mta every mta
    plain = module.casefold().replace("*", "")
    return bool({plain, plain.removesuffix("@default"), f"{plain}@default"} & named)


def _subject(label: str) -> str:
    """``mta@prod`` of ``process mta@prod = missing``."""
    return label.partition(" ")[2].partition(" = ")[0].casefold()

"""From ranked findings to one plan: what to check, then what to do, with the exact command of the
platform.

Harmless checks come first, the cheap ones before the dear ones. Remedies follow, a diagnosis at a
time and in the order of its card; diagnoses go by the certainty they settle per minute of work and
by risk. Only causes are acted on: a consequence goes away with its cause. Below certainty 0.5 there
is nothing to do but look. A step that interrupts the service is the last resort: it is left out
while a surer finding accounts for the same observations.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ccexpert.certainty import FINDING
from ccexpert.diagnosis import Action
from ccexpert.engine.reasoner import Held, Reasoned
from ccexpert.facts import UNSAID
from ccexpert.knowledge.cards import ActionRule, fill
from ccexpert.knowledge.vocabulary import Language
from ccexpert.rank import Finding

_INTERRUPTS = ("interrupts-service", "loses-data")

#: How much a unit of certainty counts when the step carries this risk.
_PRUDENCE = {"none": 1.0, "low": 0.8, "interrupts-service": 0.4, "loses-data": 0.2}


def actions_of(
    finding: Finding, findings: Sequence[Finding], reasoned: Reasoned, language: Language
) -> tuple[Action, ...]:
    """The actions that one finding justifies, in the order of its card."""
    return tuple(
        _action(rule, finding, bindings, reasoned, language)
        for number, rule in enumerate(finding.card.actions)
        for bindings in _offers(number, rule, finding, reasoned.actions)
        if rule.kind == "check" or _may_act(rule, finding, findings)
    )


def make_plan(causes: Sequence[tuple[Finding, tuple[Action, ...]]]) -> tuple[Action, ...]:
    """One ordered plan from the actions of the causes, each step once."""
    checks = [
        (action.minutes, place, action)
        for place, (_, actions) in enumerate(causes)
        for action in actions
        if action.kind == "check"
    ]
    remedies = [
        (-_gain(finding, actions), place, actions)
        for place, (finding, own) in enumerate(causes)
        if (actions := [a for a in own if a.kind != "check"])
    ]
    ordered = [action for *_, action in sorted(checks, key=lambda c: c[:2])]
    ordered += [
        action for *_, actions in sorted(remedies, key=lambda r: r[:2]) for action in actions
    ]
    return tuple(_merged(ordered))


def _offers(
    number: int, rule: ActionRule, finding: Finding, held: Iterable[Held]
) -> Iterable[dict[str, str]]:
    """The bindings under which an action is offered for a finding: none, one, or one a binding."""
    if rule.when is None:
        return [finding.bindings]
    offers = [
        finding.bindings | {k: v for k, v in one.bindings.items() if v}
        for one in held
        if one.card == finding.card.id
        and one.number == number
        and one.bindings.get("host", UNSAID) == finding.host
        and one.bindings.get("instance", UNSAID) in (UNSAID, finding.instance)
    ]
    return list({tuple(sorted(o.items())): o for o in offers}.values())


def _may_act(rule: ActionRule, finding: Finding, findings: Sequence[Finding]) -> bool:
    """Whether more than a look is justified."""
    if finding.certainty < FINDING:
        return False
    if rule.kind != "restart" and rule.risk not in _INTERRUPTS:
        return True
    return not any(
        other.certainty > finding.certainty
        and other.card.id != finding.card.id
        and other.facts & finding.facts
        and other.explained_by is None
        for other in findings
    )


def _action(
    rule: ActionRule,
    finding: Finding,
    bindings: dict[str, str],
    reasoned: Reasoned,
    language: Language,
) -> Action:
    platform = reasoned.case.platform(finding.host)
    argv = rule.command.on(platform) if rule.command else None
    return Action(
        kind=rule.kind,
        target=fill(rule.target, bindings),
        text=fill(rule.text.in_language(language), bindings),
        command=tuple(fill(part, bindings) for part in argv) if argv else None,
        platform=platform,
        risk=rule.risk,
        warning=fill(rule.warning.in_language(language), bindings) if rule.warning else None,
        minutes=rule.minutes,
        verify=rule.verify.bound(bindings).as_fact() if rule.verify else None,
        diagnosis=finding.card.id,
    )


def _gain(finding: Finding, actions: list[Action]) -> float:
    """Certainty settled per minute, discounted by the worst risk on the way."""
    minutes = sum(action.minutes for action in actions)
    return finding.certainty * min(_PRUDENCE[action.risk] for action in actions) / minutes


def _merged(actions: Iterable[Action]) -> Iterable[Action]:
    """Each step once: the first stays and names the other diagnoses that want it too."""
    merged: dict[tuple[object, ...], Action] = {}
    for action in actions:
        if action.command:
            step: tuple[object, ...] = (action.kind, action.target, action.command)
        else:
            step = (action.kind, action.target, action.text)
        first = merged.setdefault(step, action)
        if first is not action and action.diagnosis not in (first.diagnosis, *first.also_for):
            merged[step] = replace(first, also_for=(*first.also_for, action.diagnosis))
    return merged.values()

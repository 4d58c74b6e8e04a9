"""From ranked hypotheses to one plan in the order of the work: look, mend, look again; with the
exact command of the platform.

Harmless checks come first, the cheap ones before the dear ones, and one counts as a minute dearer
for each place that its diagnosis stands further down. Remedies follow, a diagnosis at a
time and in the order of its card; diagnoses go by the certainty they settle per minute of work and
by risk. What is far less likely than the first cause waits until that has been dealt with, and what
only gives a complaint back is acted on last.

A card reads as the work goes: a check behind a remedy shows whether it helped, a job is run again
behind what mends it, and what was stopped is started. Such steps follow others; without them they
are left out.

Only causes are acted on: a consequence goes away with its cause. Below certainty 0.5 there is
nothing to do but look. A step that interrupts the service is the last resort: it is left out while
a surer hypothesis accounts for the same observations. What the facts already say is not asked.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from ccexpert.certainty import FINDING, WORDS
from ccexpert.diagnosis import Action
from ccexpert.engine.reasoner import Held, Reasoned
from ccexpert.facts import KINDS, UNSAID, ErrorFact, Fact
from ccexpert.facts.entries import Entry
from ccexpert.facts.spelling import Spelling, SpellingEntry
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.knowledge.cards import ActionKind, ActionRule
from ccexpert.knowledge.texts import fill, rendered, typed
from ccexpert.rank import Hypothesis
from ccexpert.rank.unlisted import is_list
from ccexpert.words import Language

_INTERRUPTS = ("interrupts-service", "loses-data")

#: How much a unit of certainty counts when the step carries this risk.
_PRUDENCE = {"none": 1.0, "low": 0.8, "interrupts-service": 0.4, "loses-data": 0.2}

#: Which steps before it in its card a step of this kind follows.
_FOLLOWS: Mapping[ActionKind, frozenset[ActionKind]] = {
    "check": frozenset({"start", "restart", "fix", "escalate"}),
    "rerun": frozenset({"fix", "escalate"}),
    "start": frozenset({"restart"}),  # some things are stopped and started in two steps
}

#: A rival that is less than this much as sure as the first cause waits for its remedies.
_FAR = 0.5

_LOOKS, _REMEDIES, _WAITING, _LAST = range(4)


_Key = tuple[str, ...]
"""What tells one step from another."""


class _Step(NamedTuple):
    """A step on its way into the plan."""

    order: tuple[float, ...]
    action: Action
    before: tuple[Action, ...]
    """The steps that it follows."""


def actions_of(
    hypothesis: Hypothesis,
    hypotheses: Sequence[Hypothesis],
    reasoned: Reasoned,
    spellings: Sequence[Spelling],
    language: Language,
) -> tuple[Action, ...]:
    """The actions that one hypothesis justifies, in the order of its card."""
    actions: list[Action] = []
    for number, rule in enumerate(hypothesis.card.actions):
        followed = _followed(rule, hypothesis.card.actions[:number])
        after = tuple(n for n, before in enumerate(actions, 1) if before.kind in followed)
        if rule.kind != "check":
            due = _may_act(rule, hypothesis, hypotheses)
        else:
            due = bool(after) if followed else not _is_known(rule, hypothesis, reasoned)
        if due:
            actions += [
                replace(_spelled(action, spellings), after=after)
                for bindings in _offers(number, rule, hypothesis, reasoned.actions)
                for action in (_action(rule, hypothesis, bindings, reasoned, language),)
            ]
    return tuple(actions)


def spellings_of(host: str, reasoned: Reasoned, vocabulary: Vocabulary) -> tuple[Spelling, ...]:
    """How commands are written on a host, by the circumstances and the build that hold there, or by
    whose messages were seen."""
    facts = [f for f in reasoned.facts if f.certainty >= FINDING and (f.host or UNSAID) == host]
    holding = {
        (face.kind, name)
        for fact in facts
        for face in fact.faces(vocabulary)
        if face.fields.get("present") is True
        for name in (face.fields[KINDS[face.kind].NAMES[0]],)
    }
    entries = _spelling(vocabulary.get(kind, name) for kind, name in sorted(holding))
    if not any(entry.told_by for entry in entries):
        entries += _speaking(facts, vocabulary)
    return tuple(spelling for entry in entries for spelling in entry.commands)


def _speaking(facts: Iterable[Fact], vocabulary: Vocabulary) -> list[SpellingEntry]:
    """The program, such as a database engine, whose messages were seen; none if several speak."""
    errors = [fact for fact in facts if isinstance(fact, ErrorFact) and fact.seen]
    said = "\n".join(f"{error.code or ''} {error.text or ''}" for error in errors)
    programs = _spelling(vocabulary.entries("context")) if said else []
    speaking = [one for one in programs if any(sign in said for sign in one.told_by)]
    return speaking if len(speaking) == 1 else []


def _spelling(entries: Iterable[Entry | None]) -> list[SpellingEntry]:
    return [entry for entry in entries if isinstance(entry, SpellingEntry)]


def _spelled(action: Action, spellings: Sequence[Spelling]) -> Action:
    """A step with its command as it is written on its host; without one where there is none."""
    command = action.command
    for spelling in spellings:
        command = spelling.of(command) if command else None
    return replace(action, command=command or None)


def make_plan(causes: Sequence[tuple[Hypothesis, tuple[Action, ...]]]) -> tuple[Action, ...]:
    """One ordered plan from the actions of the causes, each step once."""
    causes = _roots_first(causes)
    surest = max((hypothesis.certainty for hypothesis, _ in causes), default=0.0)
    gains = _gains(causes)
    steps = (
        step
        for place, (hypothesis, actions) in enumerate(causes)
        for step in _ordered(hypothesis, actions, place, surest, gains[place])
    )
    return _merged(sorted(steps, key=lambda step: step.order))


def _followed(rule: ActionRule, before: Iterable[ActionRule]) -> frozenset[ActionKind]:
    """The kinds of the steps before it in its card that a step follows."""
    return frozenset(r.kind for r in before) & _FOLLOWS.get(rule.kind, frozenset())


def _is_known(rule: ActionRule, hypothesis: Hypothesis, reasoned: Reasoned) -> bool:
    """Whether a check asks for nothing but what was surely observed. A process list answers for
    every process, also for one that it lacks."""
    if rule.asks is None:
        return False
    asked = rule.asks.bound(hypothesis.bindings)
    return any(
        (fact.host or UNSAID) == hypothesis.host
        and fact.certainty >= WORDS["conclusive"]
        and (asked.fits(fact) or (asked.kind == "process" and is_list(fact)))
        for fact in reasoned.case.facts
    )


def _offers(
    number: int, rule: ActionRule, hypothesis: Hypothesis, held: Iterable[Held]
) -> Iterable[dict[str, str]]:
    """The bindings under which a hypothesis is offered an action: none, one, or one a binding.
    Those that others contain are left out: they only know less."""
    if rule.when is None:
        return [hypothesis.bindings]
    offers = [
        hypothesis.bindings | {k: v for k, v in one.bindings.items() if v}
        for one in held
        if one.card == hypothesis.card.id
        and one.number == number
        and one.bindings.get("host", UNSAID) == hypothesis.host
        and one.bindings.get("instance", UNSAID) in (UNSAID, hypothesis.instance)
    ]
    once = {tuple(sorted(offer.items())): offer for offer in offers}.values()
    return [one for one in once if not any(one.items() < other.items() for other in once)]


def _may_act(rule: ActionRule, hypothesis: Hypothesis, hypotheses: Sequence[Hypothesis]) -> bool:
    """Whether more than a look is justified."""
    if not hypothesis.is_sure:
        return False
    if rule.kind not in ("restart", "rerun") and rule.risk not in _INTERRUPTS:
        return True
    return not any(
        other.certainty > hypothesis.certainty
        and other.card.id != hypothesis.card.id
        and other.facts & hypothesis.facts
        and other.explained_by is None
        for other in hypotheses
    )


def _action(
    rule: ActionRule,
    hypothesis: Hypothesis,
    bindings: dict[str, str],
    reasoned: Reasoned,
    language: Language,
) -> Action:
    platform = reasoned.case.platform(hypothesis.host)
    argv = rule.command.on(platform) if rule.command else None
    return Action(
        kind=rule.kind,
        target=fill(rule.target, bindings),
        text=rendered(rule.text, bindings, language),
        command=tuple(typed(part, bindings) for part in argv) if argv else None,
        platform=platform,
        risk=rule.risk,
        warning=rendered(rule.warning, bindings, language) if rule.warning else None,
        minutes=rule.minutes,
        verify=rule.verify.bound(bindings).as_fact() if rule.verify else None,
        diagnosis=hypothesis.card.id,
    )


def _ordered(
    hypothesis: Hypothesis, actions: Sequence[Action], place: int, surest: float, gain: float
) -> Iterator[_Step]:
    """The actions of one cause, each with where it stands in the plan."""
    looks = _WAITING if hypothesis.certainty < _FAR * surest else _LOOKS
    remedies = _LAST if hypothesis.card.complaint else _REMEDIES
    for number, action in enumerate(actions):
        before = tuple(actions[n - 1] for n in action.after)
        if action.kind == "check" and not before:
            yield _Step((looks, action.minutes + place, place, number), action, before)
        else:
            yield _Step((remedies, -gain, place, number), action, before)


def _roots_first(
    causes: Sequence[tuple[Hypothesis, tuple[Action, ...]]],
) -> list[tuple[Hypothesis, tuple[Action, ...]]]:
    """The causes in their order, but a finding that would bring another about stands before it: its
    remedy may be what the other waits for."""
    ordered = list(causes)
    for root in (cause for cause in causes if cause[0].is_sure):
        at = next(n for n, one in enumerate(ordered) if one is root)
        places = (n for n, (other, _) in enumerate(ordered[:at]) if root[0].brings_about(other))
        ordered.insert(next(places, at), ordered.pop(at))
    return ordered


def _gains(causes: Sequence[tuple[Hypothesis, tuple[Action, ...]]]) -> list[float]:
    """What each cause is worth; at most as much as one before it that is less sure: what a process
    needs is mended before the process is started."""
    gains: list[float] = []
    for hypothesis, actions in causes:
        before = (
            gain
            for (other, _), gain in zip(causes, gains, strict=False)
            if other.certainty < hypothesis.certainty
        )
        gains.append(min(_gain(hypothesis, actions), *before, math.inf))
    return gains


def _gain(hypothesis: Hypothesis, actions: Sequence[Action]) -> float:
    """Certainty settled per minute of its remedies, discounted by the worst risk on the way."""
    remedies = [action for action in actions if action.kind != "check"]
    minutes = sum(action.minutes for action in remedies)
    if not minutes:
        return 0.0
    return hypothesis.certainty * min(_PRUDENCE[action.risk] for action in remedies) / minutes


def _merged(steps: Iterable[_Step]) -> tuple[Action, ...]:
    """Each step once, and it names all diagnoses that want it: it stands where it is first wanted,
    a restart where it is last wanted, and everything behind all that it follows."""
    merged: dict[_Key, Action] = {}
    follows: dict[_Key, set[_Key]] = defaultdict(set)
    for _, action, before in steps:
        step = action.key
        follows[step].update(one.key for one in before)
        first = merged.pop(step, action) if action.kind == "restart" else merged.get(step, action)
        if action.diagnosis not in (first.diagnosis, *first.also_for):
            first = replace(first, also_for=(*first.also_for, action.diagnosis))
        merged[step] = first
    places = {step: number for number, step in enumerate(_behind(merged, follows), 1)}
    return tuple(
        replace(merged[step], after=tuple(sorted(places[one] for one in follows[step])))
        for step in places
    )


def _behind(steps: Iterable[_Key], follows: Mapping[_Key, set[_Key]]) -> Iterator[_Key]:
    """The steps in their order, each as soon as all that it follows have come."""
    waiting, come = list(steps), set[_Key]()
    while waiting:
        due = next((step for step in waiting if follows[step] <= come), waiting[0])
        waiting.remove(due)
        come.add(due)
        yield due

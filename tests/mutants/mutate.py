"""The mutants of a card: one piece of it removed or turned round."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from ccexpert.facts import word
from ccexpert.knowledge.cards import ActionRule, Card, EvidenceRule, Others
from ccexpert.knowledge.patterns import Conjunction, Pattern, Variable, When

#: What of a card is changed.
Sort = Literal[
    "evidence", "certainty", "condition", "refines", "explains", "action", "order", "risk"
]


@dataclass(frozen=True)
class Mutant:
    """A card with one change."""

    sort: Sort
    told: str
    """The change, in words."""
    card: Card
    matches_otherwise: bool = False
    """Whether its rules hold for other facts than those of the card."""
    tells: tuple[Pattern, ...] = ()
    """The facts by which to tell it from the card."""
    other: str = ""
    """The card, or the glob, that it no longer takes under itself."""


def mutants(card: Card) -> Iterator[Mutant]:
    """All mutants of a card."""
    yield from _of_evidence(card)
    yield from _of_others(card)
    yield from _of_actions(card)


def _of_evidence(card: Card) -> Iterator[Mutant]:
    for number, rule in enumerate(card.evidence):
        name = f"evidence {number + 1}"
        yield Mutant("evidence", f"{name} removed", _with_evidence(card, number, certainty=0.0))
        turned = _with_evidence(card, number, certainty=-rule.certainty)
        yield Mutant("certainty", f"{name} turned round", turned)
        for told, when, facts in _conditions(rule.when):
            changed = _with_evidence(card, number, when=when)
            yield Mutant("condition", f"{name} {told}", changed, True, facts)


def _with_evidence(card: Card, number: int, **changes: object) -> Card:
    rules: list[EvidenceRule] = list(card.evidence)
    rules[number] = rules[number].model_copy(update=changes)
    return card.model_copy(update={"evidence": tuple(rules)})


def _conditions(when: When) -> Iterator[tuple[str, When, tuple[Pattern, ...]]]:
    """The condition without each of its patterns: one that every way asks for is no longer asked;
    one of several ways is closed. And facts for which only one of the two conditions holds."""
    first, ways = when.alternatives[0], when.alternatives
    for pattern in when.patterns:
        needed = all(pattern in way.positive for way in ways)
        if needed and all(len(way.positive) > 1 for way in ways):
            wider = When(tuple(dict.fromkeys(_without(way, pattern) for way in ways)))
            yield f"without {_said(pattern)}", wider, _without(first, pattern).positive
        elif not needed:
            kept = tuple(way for way in ways if pattern not in way.positive)
            closed = next(way for way in ways if pattern in way.positive)
            yield f"never for {_said(pattern)}", When(kept), closed.positive
    for pattern in when.negatives:
        free = tuple(
            Conjunction(way.positive, tuple(p for p in way.negative if p != pattern))
            for way in ways
        )
        wider = When(tuple(dict.fromkeys(free)))
        yield f"also with {_said(pattern)}", wider, (*first.positive, pattern)


def _without(way: Conjunction, pattern: Pattern) -> Conjunction:
    return Conjunction(tuple(p for p in way.positive if p != pattern), way.negative)


def _said(pattern: Pattern) -> str:
    """A pattern in short: of several values the first."""
    values = (v for _, v in pattern.fields if not isinstance(v, Variable))
    shown = (f"{word(v[0])}{'…' * (len(v) > 1)}" for v in values)
    return " ".join((pattern.kind, *shown))


def _of_others(card: Card) -> Iterator[Mutant]:
    sorts: tuple[Literal["refines", "explains"], ...] = ("refines", "explains")
    for sort in sorts:
        groups: tuple[Others, ...] = getattr(card, sort)
        for number, others in enumerate(groups):
            for name in others.cards:
                left = tuple(n for n in others.cards if n != name)
                changed = others.model_copy(update={"cards": left})
                new = (*groups[:number], changed, *groups[number + 1 :])
                less = card.model_copy(update={sort: new})
                yield Mutant(sort, f"{sort} {name} no more", less, other=name)


def _of_actions(card: Card) -> Iterator[Mutant]:
    actions = card.actions
    for number, action in enumerate(actions):
        name = f"step {number + 1} ({action.kind} {action.target})"
        left = (*actions[:number], *actions[number + 1 :])
        if not _is_known_already(card, action):
            yield Mutant("action", f"{name} removed", _with_actions(card, left))
        if action.kind not in ("check", "escalate"):
            risk = "interrupts-service" if action.risk in ("none", "low") else "none"
            risky = action.model_copy(update={"risk": risk})
            new = (*actions[:number], risky, *actions[number + 1 :])
            yield Mutant("risk", f"{name} has the risk {risk}", _with_actions(card, new))
    for number, (one, other) in enumerate(pairwise(actions)):
        if _order_matters(actions[:number], one, other):
            swapped = (*actions[:number], other, one, *actions[number + 2 :])
            told = f"steps {number + 1} and {number + 2} swapped"
            yield Mutant("order", told, _with_actions(card, swapped))


def _is_known_already(card: Card, action: ActionRule) -> bool:
    """Whether a check asks for what all evidence for its card rests on: no plan needs it, only the
    page of the card."""
    asked = action.asks
    ways = (w for rule in card.evidence if rule.certainty > 0 for w in rule.when.alternatives)
    return asked is not None and all(
        any(p.kind == asked.kind and set(asked.fields) <= set(p.fields) for p in way.positive)
        for way in ways
    )


def _order_matters(before: Iterable[ActionRule], one: ActionRule, other: ActionRule) -> bool:
    """Whether the order of two steps on a card can show: looks before any remedy go by their
    minutes in every plan, and two ways to do the same thing are one step."""
    if one.kind == other.kind == "check":
        led = all(action.kind == "check" for action in before)
        return not led or (one.minutes == other.minutes and one.target != other.target)
    return (one.kind, one.target, one.command) != (other.kind, other.target, other.command) and (
        one.kind == other.kind or "check" not in (one.kind, other.kind)
    )


def _with_actions(card: Card, actions: Iterable[ActionRule]) -> Card:
    return card.model_copy(update={"actions": tuple(actions)})

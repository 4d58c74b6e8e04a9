"""Converts answers to journal events and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ccexpert.consult.answers import step_of
from ccexpert.consult.asking import Asking
from ccexpert.consult.known import Known
from ccexpert.consult.question import INSTANCE, SYMPTOMS, UNKNOWN, Step
from ccexpert.errors import SessionError
from ccexpert.facts import Fact
from ccexpert.facts.document import document_of
from ccexpert.inquiry.things import Thing


def event_of(step: Step, revises: int | None) -> dict[str, Any]:
    """The journal event of an answer; ``revises`` is the number of the answer it replaces."""
    event = {
        "question": step.question,
        "things": [[thing.kind, list(thing.name), thing.instance] for thing in step.things],
        "values": list(step.values),
        "certainty": step.certainty,
    }
    if step.doubtful:
        event["doubtful"] = sorted(step.doubtful)
    if revises is not None:
        event["revises"] = revises
    return event


def event_of_facts(facts: Iterable[Fact]) -> dict[str, Any]:
    """The journal event of facts that were read from a text."""
    return {"told": [fact.model_dump(mode="json", exclude_none=True) for fact in facts]}


def replayed(events: Iterable[Mapping[str, Any]], known: Known, asking: Asking) -> Known:
    """What is known after these events; ``SessionError`` if one does not hold what it should."""
    for event in events:
        if "told" in event:
            known = known.with_facts(document_of(event["told"]).content.facts)
        else:
            known = _replayed(event, known, asking)
    return known


def _replayed(event: Mapping[str, Any], known: Known, asking: Asking) -> Known:
    try:
        step, number = _remembered(event, asking), event.get("revises")
        if number is not None:
            range(1, len(known.steps) + 1).index(number)
        return known.with_step(step, number)
    except (KeyError, TypeError, ValueError):
        raise SessionError("an event cannot be replayed") from None


def _remembered(event: Mapping[str, Any], asking: Asking) -> Step:
    """The answer in an event; raises ``ValueError`` or the like if it is not one."""
    name, values, certainty = event["question"], tuple(event["values"]), event["certainty"]
    if not (0 < certainty <= 1 and values and all(isinstance(v, str) for v in values)):
        raise ValueError
    if name == SYMPTOMS:
        return step_of(asking.symptoms(), values, certainty, asking.complaints)
    if name == INSTANCE:
        return step_of(asking.instance(), values[0], certainty, asking.complaints)
    things = tuple(
        Thing(_word(kind), tuple(map(_word, parts)), _word(place))
        for kind, parts, place in event["things"]
    )
    for thing, value in zip(things, values, strict=True):
        if value not in (*thing.answers, UNKNOWN):
            raise ValueError
        asking.entry(thing)
    if not things or not isinstance(name, str):
        raise ValueError
    doubtful = frozenset(event.get("doubtful", ()))
    if not doubtful <= set(range(len(things))):
        raise ValueError
    return Step(name, things, values, float(certainty), doubtful)


def _word(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value

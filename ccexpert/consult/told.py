"""Turns answers into the facts of a facts document."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from ccexpert.consult.complaints import Complaints
from ccexpert.consult.question import INSTANCE, PROBABLY_MEANS, SYMPTOMS, UNKNOWN, Step
from ccexpert.facts import KINDS, UNSAID
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.inquiry.things import Thing


def facts_of(
    steps: Sequence[Step],
    complaints: Complaints,
    vocabulary: Vocabulary,
    instead: Mapping[Thing, str] = MappingProxyType({}),
) -> Iterable[dict[str, Any]]:
    """The facts that answers stand for, with the name of the instance once it is known.

    Of several answers about one thing the most frequent counts, and none while they differ. A
    complaint outweighs that it was left out of a list. ``instead`` replaces answers.
    """
    named = next((s.values[0] for s in steps if s.question == INSTANCE), UNKNOWN)
    instance = UNSAID if named == UNKNOWN else named

    def placed(thing: Thing) -> Thing:
        shared = KINDS[thing.kind].shared_address(thing.name, vocabulary)
        if thing.instance:
            return thing.anywhere if thing.instance == shared else thing
        return (
            thing._replace(instance=instance) if thing.may_have_instance and not shared else thing
        )

    found = _known(steps, complaints, placed)
    found |= {placed(thing): (answer, 1.0) for thing, answer in instead.items()}
    for thing, (answer, certainty) in found.items():
        if answer == UNKNOWN:
            continue
        fact = thing.fact(answer, vocabulary)
        if certainty < 1:
            fact["certainty"] = certainty
        yield fact


def answers_given(steps: Iterable[Step]) -> dict[Thing, tuple[str, ...]]:
    """Every answer about each thing that was asked about, in order, *unknown* too."""
    found: dict[Thing, tuple[str, ...]] = {}
    for step in steps:
        for thing, value in zip(step.things, step.values, strict=False):
            found[thing] = (*found.get(thing, ()), value)
    return found


def _known(
    steps: Iterable[Step], complaints: Complaints, placed: Callable[[Thing], Thing]
) -> dict[Thing, tuple[str, float]]:
    """What is known of each thing in its place, and how certain that is."""
    complained = dict[Thing, tuple[str, float]]()
    looked_at: dict[Thing, list[tuple[str, float]]] = defaultdict(list)
    for step in steps:
        for thing, answer, certainty in said(step, complaints):
            if step.question == SYMPTOMS:
                complained[placed(thing)] = answer, certainty
            else:
                looked_at[placed(thing)].append((answer, certainty))
    return {thing: _agreed(answers) for thing, answers in looked_at.items()} | complained


def _agreed(answers: Sequence[tuple[str, float]]) -> tuple[str, float]:
    """The most frequent of several answers; *unknown* if two are equally frequent."""
    first, *others = Counter(answer for answer, _ in answers).most_common(2)
    if others and others[0][1] == first[1]:
        return UNKNOWN, 1.0
    return first[0], max(certainty for answer, certainty in answers if answer == first[0])


def said(step: Step, complaints: Complaints) -> Iterable[tuple[Thing, str, float]]:
    """The things an answer is about, each with its state and certainty."""
    if step.question == SYMPTOMS and step.values != (UNKNOWN,):
        for complaint in map(complaints.called, step.values):
            yield complaint.thing, complaint.answer, step.certainty
    for number, (thing, value) in enumerate(zip(step.things, step.values, strict=False)):
        if value != UNKNOWN:
            doubt = PROBABLY_MEANS if number in step.doubtful else 1.0
            yield thing, value, min(step.certainty, doubt)

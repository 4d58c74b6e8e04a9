"""A consultation without memory: all answers come with each request, in the form they were given.

An answer names its question by id, so that a client may revise one by sending another in its
place, or answer what was never asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from ccexpert.consult.answers import Item, step_of
from ccexpert.consult.asking import Asking
from ccexpert.consult.consultation import Consultation
from ccexpert.consult.question import (
    INSTANCE,
    NONE,
    PROBABLY_MEANS,
    SYMPTOMS,
    UNKNOWN,
    Question,
    Step,
)
from ccexpert.errors import AnswerError, FactsError, Place
from ccexpert.expert import Expert
from ccexpert.facts import INSTANCE_PATTERN, KINDS
from ccexpert.inquiry.things import Thing
from ccexpert.rank import Ranking
from ccexpert.words import Language

Values = str | tuple[str, ...]


@dataclass(frozen=True)
class Given:
    """One answer to one question."""

    question: str
    """The id of the question: ``symptoms``, ``instance``, or that of its things."""
    answer: Values
    """What ``Consultation.answer`` takes: a value of its choices, or several."""
    certainty: float = 1.0


def consultation_of(
    expert: Expert,
    facts: Any,
    answers: Iterable[Given],
    *,
    language: Language = "en",
    platform: str = "linux",
) -> Consultation:
    """The consultation after these answers.

    Raises ``AnswerError``, which cites the answer that cannot be accepted, and ``FactsError`` if
    the answers contradict each other or the facts.
    """
    session = Consultation(expert, facts, language=language, platform=platform)
    steps: list[Step] = []
    for number, given in enumerate(answers):
        where = Place(field=("answers", number))
        try:
            steps.append(_step(given, session._asking))
        except AnswerError as error:
            raise replace(error, where=where) from None
        # what does not fit with the rest is asked once more, so an answer may come twice
        looks = sum(step.question == given.question for step in steps)
        if looks > (2 if steps[-1].things else 1):
            raise AnswerError(f"'{given.question}' is answered too often", where)
    session._take(replace(session._known, steps=tuple(steps)))
    return session


def ranking_of(session: Consultation) -> Ranking:
    """The ranking after the answers so far, without making a report of it."""
    return session._state.situation.ranking


def given_of(step: Step) -> Given:
    """An answer as ``consultation_of`` takes it back."""
    if not step.things:
        several = step.question == SYMPTOMS and step.values != (UNKNOWN,)
        return Given(step.question, step.values if several else step.values[0], step.certainty)
    if "," not in step.question:
        return Given(step.question, step.values[0], step.certainty)
    return Given(step.question, _items(step) or NONE, step.certainty)


def question_called(name: str, asking: Asking) -> Question:
    """The question with this id; ``AnswerError`` if there is none."""
    if name == SYMPTOMS:
        return asking.symptoms()
    if name == INSTANCE:
        return asking.instance()
    things = tuple(_thing(part, asking) for part in name.split(","))
    if len({thing.kind for thing in things}) > 1 or len(set(things)) < len(things):
        raise AnswerError(f"there is no question '{name}'")
    return asking.about(things)


def _step(given: Given, asking: Asking) -> Step:
    question = question_called(given.question, asking)
    return step_of(question, given.answer, given.certainty, asking.complaints)


def _thing(name: str, asking: Asking) -> Thing:
    kind, _, rest = name.partition(":")
    called, at, instance = rest.partition("@")
    thing = Thing(kind, tuple(called.split("/")) if called else (), instance)
    known = kind in KINDS and len(thing.name) <= len(KINDS[kind].NAMES)
    if known and (not at or re.fullmatch(INSTANCE_PATTERN, instance)):
        try:
            asking.entry(thing)
            return thing
        except FactsError:
            pass
    raise AnswerError(
        f"there is no question '{name}'",
        advice="ids are those of questions that were asked, such as symptoms or process:mta@prod",
    )


def _items(step: Step) -> tuple[str, ...]:
    """The items of a list that are not in order, each as an answer names it."""
    asked = step.question.split(",")
    values = []
    for number, (thing, answer) in enumerate(zip(step.things, step.values, strict=True)):
        certainty = PROBABLY_MEANS if number in step.doubtful else 1.0
        item = Item(thing, answer, certainty)
        if thing.kind == "symptom" and thing.id not in asked:  # a list names those it does not hold
            values.append(item.value.replace(f"{thing.id}=true", thing.name[0]))
        elif answer != thing.normal:
            values.append(item.value)
    return tuple(values)

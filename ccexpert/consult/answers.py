"""Interprets what an operator typed, in either language, as an answer to one question."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ccexpert.consult.commands import PROBABLY
from ccexpert.consult.complaints import Complaints
from ccexpert.consult.question import (
    NONE,
    PROBABLY_MEANS,
    SYMPTOMS,
    UNKNOWN,
    NotAnAnswerError,
    Question,
    Step,
    UnclearStateError,
)
from ccexpert.consult.states import states_called
from ccexpert.errors import AnswerError
from ccexpert.facts import INSTANCE_PATTERN
from ccexpert.facts.observed import CALLED
from ccexpert.inquiry.things import Thing
from ccexpert.words import NO, YES

_NUMBER = re.compile("[0-9]{1,3}")

#: What remains of *probably not* without *probably*.
_NOT = ("not", "inte")

#: Answers to other questions; nobody calls an instance so.
_NO_NAMES = frozenset(
    {"yes", "no", "y", "n", "ok", "none", "all", "ja", "nej", "j", "inga", "alla"}
)

#: Meaningless words between a thing and its state, as in *stat is down*.
_FILLERS = ("is", "are", "has", "är", "har", "process", "processen", ":")


def step_of(
    question: Question, value: str | Iterable[str], certainty: float, complaints: Complaints
) -> Step:
    """The step for ``value`` as an answer to ``question``; ``AnswerError`` if it is not one."""
    if not 0 < certainty <= 1:
        raise AnswerError(
            f"the certainty of an answer must be above 0 and at most 1, not {certainty}"
        )
    if question.kind in ("symptoms", "list"):
        several = [value] if isinstance(value, str) else value
        if question.kind == "symptoms":
            return _symptoms(several, certainty, complaints)
        return _listed(question, several, certainty, complaints)
    if not isinstance(value, str):
        raise AnswerError("this question takes exactly one answer")
    if value == UNKNOWN:
        return Step(question.id, question.things, (UNKNOWN,), 1.0)
    if question.kind == "instance":
        return Step(question.id, (), (_instance(value),), 1.0)
    if value in question.things[0].answers:
        return Step(question.id, question.things, (value,), certainty)
    answer, doubt = understood(value, question)
    return Step(question.id, question.things, (answer,), min(certainty, doubt))


#: What a process list has before the name of an instance: *mta@prod*.
_MODULE = re.compile(r"^[A-Za-z]{0,20}@")


def _instance(value: str) -> str:
    """The name of an instance, also behind its module as in a process list."""
    name = _MODULE.sub("", value)
    is_word = name.casefold() in _NO_NAMES or states_called(name, CALLED)
    if is_word or name.isdecimal() or not re.fullmatch(INSTANCE_PATTERN, name):
        raise NotAnAnswerError(f"'{value}' is not a valid instance name", given=value)
    return name


def _symptoms(words: Iterable[str], certainty: float, complaints: Complaints) -> Step:
    found = [complaints.called(word).value for word in words if word != UNKNOWN]
    return Step(SYMPTOMS, (), tuple(dict.fromkeys(found)) or (UNKNOWN,), certainty)


def _listed(
    question: Question, words: Iterable[str], certainty: float, complaints: Complaints
) -> Step:
    said, doubtful = {thing: thing.normal for thing in question.things}, set()
    for each in words:
        if each == UNKNOWN:
            said |= dict.fromkeys(question.things, UNKNOWN)
        elif each != NONE:
            item = item_called(each, question, complaints)
            said[item.thing] = item.answer
            if item.certainty < 1:
                doubtful.add(item.thing)
    numbers = frozenset(i for i, thing in enumerate(said) if thing in doubtful)
    return Step(question.id, tuple(said), tuple(said.values()), certainty, numbers)


def understood(text: str, question: Question) -> tuple[str, float]:
    """The value that an answer in words stands for, and its certainty.

    Accepts a choice's number, its value, its label or a common word for it in either language. Also
    accepts *yes* and *no* if they identify one choice, and ``probably`` before any of these. Raises
    ``NotAnAnswerError`` with a *did you mean*, or ``UnclearStateError`` if it could mean several.
    """
    values = tuple(choice.value for choice in question.choices)
    given, doubt = _without_doubt(" ".join(text.casefold().split()))
    if _NUMBER.fullmatch(given) and 1 <= int(given) <= len(values):
        return values[int(given) - 1], doubt
    labelled = [choice.value for choice in question.choices if choice.label.casefold() == given]
    found = labelled or states_called(given, values)
    if question.yes and given in YES:
        found = [value for value in values if value in question.yes]
    elif question.yes and given in (*NO, *_NOT):
        found = [value for value in values if value not in question.yes]
    if len(found) == 1:
        return found[0], doubt
    problem = UnclearStateError if found else NotAnAnswerError
    labels = (c.label for c in question.choices if c.value in (found or values))
    raise problem(
        f"'{text}' is not an answer here", allowed=tuple(dict.fromkeys(labels)), given=text
    )


@dataclass(frozen=True)
class Item:
    """One thing in a list, with the answer about it."""

    thing: Thing
    answer: str
    certainty: float

    @property
    def value(self) -> str:
        """The text of this answer: ``probably process:stat@prod=missing``, ``process:mta?``."""
        if self.answer == UNKNOWN:
            return f"{self.thing.id}?"
        doubt = "" if self.certainty == 1.0 else f"{PROBABLY[0]} "
        return f"{doubt}{self.thing.id}={self.answer}"


def item_called(text: str, question: Question, complaints: Complaints) -> Item:
    """The item that ``text`` names, in the list or another of the same kind.

    ``text`` is a number or a name, with a state if there are several: ``2 missing``, ``stat
    saknas``, ``process:stat=missing``. ``probably`` may precede the state, and a question mark
    means *unknown*. Raises ``NotAnAnswerError``, or ``UnclearStateError`` if only the state is not
    understood.
    """
    plain, certainty = _sure(text.split())
    words = " ".join(plain).removesuffix("?").replace("=", " ").split()
    complained = complaints.find(" ".join(plain))
    if complained and complained.thing.kind == question.things[0].kind:
        return Item(_of_list(complained.thing, question), complained.answer, certainty)
    if text.endswith("?"):
        found, states = _thing_called(" ".join(words), question), [UNKNOWN]
    elif not question.states:
        found, states = _thing_called(" ".join(words).removesuffix(" true"), question), ["true"]
    else:
        found, states = _thing_and_states(words, question)
    problem = f"'{text}' is not an answer here"
    if found is None:
        labels = tuple(choice.label for choice in question.choices)
        raise NotAnAnswerError(problem, allowed=labels, given=text)
    if len(states) != 1:
        labels = tuple(choice.label for choice in question.states)
        raise UnclearStateError(problem, allowed=labels, given=words[-1])
    return Item(found, states[0], certainty)


def _thing_and_states(words: list[str], question: Question) -> tuple[Thing | None, list[str]]:
    """The thing that the first words name, and the states that the rest may mean: one of those
    offered, or that it is in order."""
    offered = tuple(choice.value for choice in question.states)
    named = None
    for end in range(len(words), 0, -1):
        found = _thing_called(" ".join(words[:end]), question)
        named = named or found
        said = " ".join(word for word in words[end:] if word.casefold() not in _FILLERS)
        if found and (states := states_called(said, offered)):
            return found, states
        if found and (states := states_called(said, (found.normal,))):
            return found, states
    return named, []


def _thing_called(given: str, question: Question) -> Thing | None:
    """The thing in a list with this number, id, title or plain name."""
    if _NUMBER.fullmatch(given) and 1 <= int(given) <= len(question.things):
        return question.things[int(given) - 1]
    folded = given.casefold()
    for thing, choice in zip(question.things, question.choices, strict=True):
        plain = "/".join(thing.name)
        if folded in (choice.value.casefold(), choice.label.casefold(), plain.casefold()):
            return thing
    return None


def _of_list(thing: Thing, question: Question) -> Thing:
    """The listed thing with this name, including its instance; else the thing itself."""
    return next((t for t in question.things if t.anywhere == thing), thing)


def _sure(words: list[str]) -> tuple[list[str], float]:
    """The words without *probably*, and their certainty."""
    certain = [each for each in words if each.casefold() not in PROBABLY]
    return certain, 1.0 if len(certain) == len(words) else PROBABLY_MEANS


def _without_doubt(given: str) -> tuple[str, float]:
    """The answer without *probably*, and its certainty; *probably* alone means yes."""
    if given in PROBABLY:
        return YES[0], PROBABLY_MEANS
    doubt = next((word for word in PROBABLY if given.startswith(f"{word} ")), "")
    return given.removeprefix(f"{doubt} "), PROBABLY_MEANS if doubt else 1.0


def meant(value: str | list[str], question: Question) -> tuple[str | list[str], float]:
    """The offered answer that ``value`` stands for, and its certainty."""
    if question.kind == "fact" and isinstance(value, str) and value != UNKNOWN:
        return understood(value, question)
    return value, 1.0

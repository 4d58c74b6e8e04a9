"""What an answer means: words an operator typed, in either language, for one question."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ccexpert.consult.complaints import Complaints
from ccexpert.consult.question import PROBABLY_MEANS, UNKNOWN, NotAnAnswerError, Question
from ccexpert.consult.things import Thing
from ccexpert.consult.words import PROBABLY, PROBABLY_NOT, states_called

_NUMBER = re.compile("[0-9]{1,3}")


def understood(text: str, question: Question) -> tuple[str, float]:
    """The value that an answer in words means, and how sure it is.

    Accepts the number of a choice, its value or its label in either language, also of an answer
    that is not offered because it makes no difference, and ``probably`` before it; for yes-or-no
    questions also ``probably`` and ``probably not`` alone. Raises ``NotAnAnswerError`` with a *did
    you mean*.
    """
    given = " ".join(text.casefold().split())
    values = tuple(choice.value for choice in question.choices)
    yes_no = values == ("true", "false")
    if yes_no and given in PROBABLY:
        return "true", PROBABLY_MEANS
    if yes_no and given in PROBABLY_NOT:
        return "false", PROBABLY_MEANS
    given, doubt = _without_doubt(given)
    if _NUMBER.fullmatch(given) and 1 <= int(given) <= len(values):
        return values[int(given) - 1], doubt
    if yes_no and given in ("y", "j", "n"):
        return ("false" if given == "n" else "true"), doubt
    found = states_called(given, question.things[0].answers if question.things else values)
    if len(found) != 1:
        labels = tuple(dict.fromkeys(c.label for c in question.choices))
        raise NotAnAnswerError(f"'{text}' is not an answer here", allowed=labels, given=text)
    return found[0], doubt


@dataclass(frozen=True)
class Item:
    """One thing of a list, and what is said of it."""

    thing: Thing
    answer: str
    certainty: float


def item_called(text: str, question: Question, complaints: Complaints) -> Item:
    """The item of a list that ``text`` names, or another of its kind.

    A number or a name, and the state where there are several: ``2 missing``, ``stat saknas``,
    ``process:stat=missing``; ``probably`` before the state; a question mark for *unknown*. Raises
    ``NotAnAnswerError``; what it allows are states when only the state is not understood.
    """
    words, certainty = _sure(text.removesuffix("?").replace("=", " ").split())
    complained = complaints.find(" ".join(text.split()))
    if complained and complained.thing.kind == question.things[0].kind:
        return Item(_of_list(complained.thing, question), complained.answer, certainty)
    if text.endswith("?"):
        found, states = _thing_called(" ".join(words), question), [UNKNOWN]
    elif not question.states:
        found, states = _thing_called(" ".join(words).removesuffix(" true"), question), ["true"]
    else:
        found, states = _thing_and_states(words, question)
    if found is None or len(states) != 1:
        allowed = question.states if found else question.choices
        raise NotAnAnswerError(
            f"'{text}' is not an answer here",
            allowed=tuple(choice.label for choice in allowed),
            given=words[-1] if found else text,
        )
    return Item(found, states[0], certainty)


def _thing_and_states(words: list[str], question: Question) -> tuple[Thing | None, list[str]]:
    """The thing that the first words name, and the states that the others may mean."""
    values = tuple(choice.value for choice in question.states)
    named = None
    for end in range(len(words), 0, -1):
        found = _thing_called(" ".join(words[:end]), question)
        named = named or found
        states = states_called(" ".join(words[end:]), values)
        if found and states:
            return found, states
    return named, []


def _thing_called(given: str, question: Question) -> Thing | None:
    """The thing of a list with this number, id, title or plain name."""
    if _NUMBER.fullmatch(given) and 1 <= int(given) <= len(question.things):
        return question.things[int(given) - 1]
    folded = given.casefold()
    for thing, choice in zip(question.things, question.choices, strict=True):
        plain = "/".join(thing.name)
        if folded in (choice.value.casefold(), choice.label.casefold(), plain.casefold()):
            return thing
    return None


def _of_list(thing: Thing, question: Question) -> Thing:
    """The thing as the list has it, with its instance, if it has it."""
    return next((t for t in question.things if t.anywhere == thing), thing)


def _sure(words: list[str]) -> tuple[list[str], float]:
    """The words without *probably*, and how sure they are."""
    certain = [each for each in words if each.casefold() not in PROBABLY]
    return certain, 1.0 if len(certain) == len(words) else PROBABLY_MEANS


def _without_doubt(given: str) -> tuple[str, float]:
    doubt = next((word for word in PROBABLY if given.startswith(f"{word} ")), "")
    return given.removeprefix(f"{doubt} "), PROBABLY_MEANS if doubt else 1.0

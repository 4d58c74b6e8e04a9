"""What the page shows of a consultation, as plain data for its template."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jinja2 import Environment

from ccexpert.consult.consultation import Consultation
from ccexpert.consult.pace import Reason, gives_up
from ccexpert.consult.question import Question
from ccexpert.consult.wording import PROMISED, Wording
from ccexpert.display import printable
from ccexpert.report.html import body
from ccexpert.report.lead import sureness
from ccexpert.report.web import environment
from ccexpert.report.words import words
from ccexpert.serve.page.state import State, Turn
from ccexpert.serve.page.words import page_words
from ccexpert.serve.standing import asked_of, standing_of
from ccexpert.version import __version__

_HERE = "ccexpert.serve.page"

#: Diagnoses of the ranking that are shown.
_RANKED = 6


@dataclass(frozen=True)
class Option:
    """One thing to press or tick."""

    value: str
    label: str
    ticked: bool = False


@dataclass(frozen=True)
class Item:
    """One thing in a list, with the states that it may be in."""

    label: str
    options: tuple[Option, ...]


def page(turn: Turn) -> str:
    """The page after a turn."""
    state, session = turn.state, turn.session
    standing = standing_of(session)
    to_go = standing.progress.to_go
    question = session.asked(state.revises) if state.revises else session.question()
    reason = gives_up(session, state.goes_on) if question and not state.done else None
    ends = not state.revises and bool(state.done or question is None or reason)
    word = page_words(state.language)
    text = (
        _environment()
        .get_template("consultation.html.j2")
        .render(
            language=state.language,
            state=state.text(),
            word=word,
            version=__version__,
            notices=turn.notices,
            revises=state.revises,
            number=state.revises or standing.progress.number,
            to_go=to_go if to_go < PROMISED else 0,
            question=None if ends else question,
            command=shlex.join(question.command) if question and question.command else "",
            why=() if ends or question is None else _why(turn, question),
            options=() if question is None else tuple(_options(turn, question)),
            offered=tuple(_offered(turn)),
            items=() if question is None else tuple(_items(question, state, word)),
            ranking=standing.ranking[:_RANKED],
            sureness=lambda certainty: sureness(certainty, words(state.language)),
            answers=standing.answers,
            told=[fact.label for fact in state.facts],
            first_plan=_first_plan(session, reason) if ends else (),
            report=body(session.report()) if ends else "",
            has_more=ends and question is not None,
        )
    )
    return printable(text)


def problem_page(sentence: str, state: State) -> str:
    """The page for a request that cannot be used."""
    template = _environment().get_template("problem.html.j2")
    word = page_words(state.language)
    return printable(
        template.render(language=state.language, sentence=sentence, word=word, version=__version__)
    )


def _first_plan(session: Consultation, reason: Reason | None) -> tuple[str, ...]:
    """Why no more is asked, and the first steps of every case."""
    return tuple(line.text for line in Wording(session).first_plan(reason)) if reason else ()


def _why(turn: Turn, question: Question) -> tuple[str, ...]:
    return tuple(line.text for line in Wording(turn.session).why(question))


def _options(turn: Turn, question: Question) -> Iterator[Option]:
    """What can be pressed, or ticked for symptoms."""
    known = {choice.value for choice in asked_of(question, turn.session).choices}
    labels = {choice.value: choice.label for choice in question.choices}
    offered = turn.state.offered
    for value in (v for v in labels if v in known and v not in offered):
        yield Option(value, labels[value], value in turn.state.chosen)


def _offered(turn: Turn) -> Iterator[Option]:
    """The symptoms that were found or chosen before."""
    for value in dict.fromkeys((*turn.state.offered, *turn.state.chosen)):
        choice = turn.session.complaint(value)
        if choice:
            yield Option(choice.value, choice.label, value in turn.state.chosen)


def _items(question: Question, state: State, word: Mapping[str, str]) -> Iterator[Item]:
    """The things of a list."""
    if question.kind != "list":
        return
    for choice in question.choices:
        values = [(f"{choice.value}=true", choice.label)]
        if question.states:  # whoever leaves it as it is has said nothing
            values = [(f"{choice.value}?", word["do not know"]), ("", word["in order"])]
            values += [(f"{choice.value}={s.value}", s.label) for s in question.states]
        chosen = {*state.chosen}.intersection(value for value, _ in values)
        if state.revises and not chosen:
            chosen = {""}
        options = (Option(value, label, value in chosen) for value, label in values)
        yield Item(choice.label, tuple(options))


@lru_cache(maxsize=1)
def _environment() -> Environment:
    found = environment(_HERE)
    helpers: dict[str, Any] = {"enumerate": enumerate}
    found.globals.update(helpers)
    return found

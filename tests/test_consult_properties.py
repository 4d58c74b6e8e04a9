"""Whatever an operator answers and takes back: the same rules hold."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ccexpert import Expert
from ccexpert.consult import Consultation, Question
from ccexpert.errors import CcexpertError
from ccexpert.facts import KINDS
from ccexpert.report.json import to_dict

EXPERT = Expert()
SYMPTOMS = sorted(EXPERT.base.vocabulary.names("symptom"))

usual = settings(max_examples=10)


def plain(report: Any) -> dict[str, Any]:
    return {k: v for k, v in to_dict(report).items() if k != "run"}


def opening(draw: st.DrawFn) -> list[str]:
    return draw(st.lists(st.sampled_from(SYMPTOMS), min_size=0, max_size=3))


def answer(draw: st.DrawFn, question: Question) -> str | list[str]:
    """Any answer that the question allows."""
    if question.kind == "symptoms":
        return opening(draw)
    if question.kind == "instance":
        return draw(st.sampled_from(["prod", "emea", "unknown"]))
    values = [choice.value for choice in question.choices]
    if question.kind == "list":
        states = [f"={state.value}" for state in question.states] or [""]
        marked = [value + mark for value in values for mark in (*states, "?")]
        return draw(st.lists(st.sampled_from(marked), max_size=3))
    doubt = draw(st.sampled_from(["", "probably "]))
    return draw(st.sampled_from([*(doubt + value for value in values), "unknown", "unknown"]))


def is_second_look(question: Question) -> bool:
    return question.offer is not None and question.offer.is_second_look


@st.composite
def sessions(draw: st.DrawFn) -> Consultation:
    """A consultation after some answers and some answers taken back."""
    session = Consultation(EXPERT)
    session.answer(opening(draw))
    for _ in range(draw(st.integers(0, 8))):
        question = session.question()
        if question is None:
            break
        session.answer(answer(draw, question))
        if draw(st.integers(0, 4)) == 0:
            number = draw(st.integers(1, len(session.steps)))
            session.revise(number, answer(draw, session.asked(number)))
    return session


@usual
@given(sessions())
def test_the_document_always_diagnoses_to_the_same_report(session: Consultation) -> None:
    document = session.document().model_dump(mode="json", exclude_none=True)
    assert plain(EXPERT.diagnose(document)) == plain(session.report())


@usual
@given(sessions())
def test_what_is_known_or_concluded_or_was_asked_is_not_asked(session: Consultation) -> None:
    question = session.question()
    if question is None or question.kind != "fact" or is_second_look(question):
        return
    before = {thing.anywhere for step in session.steps for thing in step.things}
    assert not before & {thing.anywhere for thing in question.things}
    labels = {label.split(" = ")[0] for label in session.report().facts}
    for thing in question.things:
        assert f"{thing.kind} {thing.name[0] if thing.name else '*'}" not in labels


@usual
@given(sessions(), st.data())
def test_taking_an_answer_back_and_giving_it_again_restores_everything(
    session: Consultation, data: st.DataObject
) -> None:
    report, question, steps = plain(session.report()), session.question(), session.steps
    number = data.draw(st.integers(1, len(steps)))
    session.revise(number, answer(data.draw, session.asked(number)))
    step = steps[number - 1]
    session.revise(number, restored(session, number, step.values), step.certainty)
    assert session.steps[number - 1].values == steps[number - 1].values
    assert plain(session.report()) == report
    assert session.question() == question


def restored(session: Consultation, number: int, values: tuple[str, ...]) -> str | list[str]:
    """The words of an earlier answer."""
    question = session.asked(number)
    if question.kind == "symptoms":
        return list(values)
    if question.kind != "list":
        return values[0]
    kind, marks = question.things[0].kind, {"true": "", "unknown": "?"}
    said = zip(question.choices, values, strict=True)
    return [c.value + marks.get(v, f"={v}") for c, v in said if v != KINDS[kind].NORMAL]


@usual
@given(st.lists(st.text(max_size=30), max_size=6))
def test_whatever_is_typed_only_errors_of_ccexpert_come_of_it(texts: list[str]) -> None:
    session = Consultation(EXPERT)
    session.answer(["emails-not-sent"])
    for text in texts:
        before = session.document()
        session.search(text)
        try:
            session.answer(text)
        except CcexpertError:
            assert session.document() == before


@usual
@given(st.integers(-5, 50), st.sampled_from(["missing", "unknown", "prod", ""]))
def test_whatever_is_revised_only_errors_of_ccexpert_come_of_it(number: int, value: str) -> None:
    session = Consultation(EXPERT)
    session.answer(["emails-not-sent"])
    session.answer("prod")
    session.answer(["stat missing"])
    steps = session.steps
    try:
        session.revise(number, value)
    except CcexpertError:
        assert session.steps == steps

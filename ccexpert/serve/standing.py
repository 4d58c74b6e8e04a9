"""Puts a consultation into the forms that go over the wire."""

from __future__ import annotations

from collections.abc import Iterator

from ccexpert.consult.consultation import Consultation
from ccexpert.consult.pace import gives_up
from ccexpert.consult.question import Question
from ccexpert.consult.stateless import given_of, ranking_of
from ccexpert.consult.wording import Wording
from ccexpert.errors import KnowledgeError
from ccexpert.handbook.page import card_page
from ccexpert.knowledge.texts import rendered
from ccexpert.observe.observer import plain
from ccexpert.report.answer import Report
from ccexpert.serve import forms

Choices = tuple[forms.Choice, ...]


def standing_of(session: Consultation) -> forms.Standing:
    """Where a consultation stands."""
    question, progress = session.question(), session.progress()
    return forms.Standing(
        question=asked_of(question, session) if question else None,
        should_stop=question is None or gives_up(session) is not None,
        progress=forms.Progress(progress.number, progress.to_go),
        ranking=tuple(_ranked(session)),
        answers=tuple(_answered(session)),
        document=dict(plain(session.document())),
    )


def asked_of(question: Question, session: Consultation) -> forms.Asked:
    """A question; that about symptoms offers the common ones, and ``search`` finds the others."""
    shown = session.common() if question.kind == "symptoms" else question.choices
    return forms.Asked(
        id=question.id,
        kind=question.kind,
        text=question.text,
        help=question.help,
        command=question.command,
        choices=tuple(forms.Choice(c.value, c.label) for c in shown),
        states=tuple(forms.Choice(c.value, c.label) for c in question.states),
        minutes=question.minutes,
    )


def why_of(session: Consultation) -> forms.Why:
    """Why the open question is asked."""
    question = session.question()
    if question is None:
        return forms.Why(None, (), tuple(line.text for line in Wording(session).done()))
    lines = Wording(session).why(question)
    return forms.Why(
        question.id, tuple(_effects(question, session)), tuple(line.text for line in lines)
    )


def because_of(session: Consultation, diagnosis: str | None) -> forms.Because:
    """Why a diagnosis, by default the first, stands where it stands; ``KnowledgeError`` if there is
    no such diagnosis."""
    report = session.report()
    name = diagnosis or (report.first.id if report.first else None)
    if name is None:
        raise KnowledgeError("no diagnosis leads yet", advice="name one, or answer more questions")
    text = card_page(session.expert.base.card(name), session.language, report)
    return _because(name, report, text)


def _because(name: str, report: Report, text: str) -> forms.Because:
    for standing, found in (("diagnosis", report.diagnoses), ("consequence", report.explained)):
        for one in found:
            if one.id == name:
                return forms.Because(name, standing, one.certainty, one.evidence, text)
    for out in report.ruled_out:
        if out.id == name:
            return forms.Because(name, "ruled out", out.certainty, (), text)
    return forms.Because(name, "nothing for it", 0.0, (), text)


def _ranked(session: Consultation) -> Iterator[forms.Ranked]:
    for found in ranking_of(session).causes:
        card = found.card
        yield forms.Ranked(
            id=card.id,
            title=rendered(card.title, found.bindings, session.language),
            module=card.module,
            instance=found.instance or None,
            host=found.host or None,
            verdict=card.verdict,
            certainty=found.certainty,
            impact=card.impact,
        )


def _answered(session: Consultation) -> Iterator[forms.Answered]:
    for number, step in enumerate(session.steps, 1):
        given = given_of(step)
        yield forms.Answered(
            question=given.question,
            answer=given.answer,
            certainty=given.certainty,
            text=session.asked(number).text,
            labels=session.labels(step),
        )


def _effects(question: Question, session: Consultation) -> Iterator[forms.Effect]:
    cards = session.expert.base.cards
    for candidate in question.offer.candidates if question.offer else ():
        for answer, effects in candidate.effects.items():
            alone = len(question.things) == 1
            for effect in effects:
                yield forms.Effect(
                    answer=answer if alone else f"{candidate.thing.id}={answer}",
                    diagnosis=effect.diagnosis,
                    title=rendered(cards[effect.diagnosis].title, {}, session.language),
                    rule=effect.rule,
                    certainty=effect.certainty,
                )

"""The state of the page, which the browser keeps, and what a pressed button makes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs

from pydantic import Field

from ccexpert.consult.consultation import Consultation
from ccexpert.consult.pasted import read_pasted
from ccexpert.consult.question import NONE, PROBABLY_MEANS, SYMPTOMS, UNKNOWN, NotAnAnswerError
from ccexpert.consult.stateless import Given, given_of
from ccexpert.consult.wording import Wording
from ccexpert.consult.words import say
from ccexpert.errors import AnswerError, FactsError
from ccexpert.facts import Fact, FactsDocument, Platform
from ccexpert.reading import Source, parse_json, validated
from ccexpert.serve import forms
from ccexpert.serve.page.words import said
from ccexpert.serve.service import REQUEST, Service
from ccexpert.words import LANGUAGES, Language

#: So many words are looked up and not understood as a sentence.
_FEW = 3

#: Fields of one form; a list has one for each thing.
_FIELDS = 1000


class State(forms.Form):
    """Everything that the page knows."""

    language: Language = "en"
    platform: Platform = "linux"
    facts: tuple[Fact, ...] = Field((), strict=False, description="read from pasted texts")
    answers: tuple[forms.Answer, ...] = Field((), strict=False, max_length=500)
    chosen: tuple[str, ...] = Field((), strict=False, description="symptoms that are ticked")
    offered: tuple[str, ...] = Field((), strict=False, description="symptoms that were found")
    revises: int | None = Field(None, ge=1, description="the number of the answer that is changed")
    done: bool = Field(False, description="whether the report is shown although questions are left")
    goes_on: int = Field(0, ge=0, description="answers until questions went on all the same")

    def but(self, **changes: object) -> State:
        """The state with these changes."""
        return self.model_copy(update=changes)

    def text(self) -> str:
        """The state as the browser keeps it."""
        return self.model_dump_json(exclude_defaults=True, exclude_none=True)

    def document(self) -> FactsDocument:
        """The facts of pasted texts."""
        return FactsDocument(schema_version=1, platform=self.platform, facts=self.facts)


@dataclass(frozen=True)
class Turn:
    """What a request leads to."""

    state: State
    session: Consultation
    notices: tuple[str, ...] = ()
    """What to say first: what was read, or why something was not accepted."""


Form = Mapping[str, Sequence[str]]


def form_of(body: bytes) -> Form:
    """The fields of a form; ``FactsError`` if it is none."""
    try:
        return parse_qs(
            body.decode(), keep_blank_values=True, max_num_fields=_FIELDS, errors="strict"
        )
    except ValueError:
        raise FactsError("this is not the form of the page") from None


def state_of(text: str) -> State:
    """The state in a form; ``FactsError`` if it is none."""
    source = Source(REQUEST, text)
    return validated(State, parse_json(source, FactsError), source, FactsError)


def turn(form: Form, service: Service, language: Language) -> Turn:
    """What the pressed button does."""
    text = form.get("state", [""])[0]
    state = state_of(text) if text.strip() else State(language=language)
    do, _, value = form.get("do", [""])[0].partition(":")
    if do in ("answer", "others", "unknown"):
        return _answered(state, _given(form, do, value), service)
    if do == "read":
        return _read(state, form, service)
    return _turned(_changed(state, do, value), service)


def _changed(state: State, do: str, value: str) -> State:
    """The state after a button that gives no answer."""
    calm = state.but(revises=None, done=False, chosen=(), offered=())
    if do == "language" and value in LANGUAGES:
        return state.but(language=value)
    if do == "revise" and value.isdecimal() and 1 <= int(value[:4]) <= len(state.answers):
        again = state.answers[int(value) - 1]
        chosen = again.answer if isinstance(again.answer, tuple) else ()
        return calm.but(revises=int(value), chosen=chosen)
    if do == "forget":
        return calm.but(facts=())
    if do == "anew":
        return State(language=state.language, platform=state.platform)
    return {"more": calm.but(goes_on=len(state.answers)), "report": calm.but(done=True)}.get(
        do, state
    )


def _turned(state: State, service: Service, *notices: str) -> Turn:
    return Turn(state, _session(state, service), notices)


def _session(state: State, service: Service) -> Consultation:
    asked = forms.Consult(
        document=state.document(),
        answers=state.answers,
        language=state.language,
        platform=state.platform,
    )
    return service.consultation(asked)


def _given(form: Form, do: str, value: str) -> forms.Answer:
    """The answer in a form: that of the pressed button, or of everything that is ticked."""
    question = form.get("question", [""])[0]
    ticked = tuple(one for one in form.get("a", ()) if one.strip())
    if do == "others":  # what nobody chose a state for is in order
        ticked = tuple(one for one in ticked if not one.endswith("?"))
    answer: str | tuple[str, ...] = value or ticked
    if do == "unknown":
        answer = UNKNOWN
    elif question == SYMPTOMS:
        answer = ticked or UNKNOWN
    elif "," in question:
        answer = ticked or NONE
    elif isinstance(answer, tuple):
        answer = answer[0].strip() if answer else ""
    doubt = "probably" in form and answer != UNKNOWN
    return forms.Answer(
        question=question, answer=answer, certainty=PROBABLY_MEANS if doubt else 1.0
    )


def _places(state: State, question: str, service: Service) -> list[int]:
    """The places of the earlier answers that an answer replaces; none at a second look, for which
    the same question is open again."""
    if state.revises:
        return [state.revises - 1]
    places = [n for n, before in enumerate(state.answers) if before.question == question]
    now = _session(state, service).question() if places else None
    return [] if now and now.id == question else places


def _answered(state: State, given: forms.Answer, service: Service) -> Turn:
    """The state after an answer, which takes the place of an earlier one to the same question."""
    answers = list(state.answers)
    places = _places(state, given.question, service)
    for place in places:
        answers[place] = given
    new = State(
        language=state.language,
        platform=state.platform,
        facts=state.facts,
        answers=tuple(answers) if places else (*answers, given),
        goes_on=state.goes_on,
    )
    try:
        return _turned(new, service)
    except NotAnAnswerError as error:
        return _turned(state, service, said("not an answer", state.language, given=error.given))
    except (AnswerError, FactsError):
        return _turned(state, service, said("contradicts", state.language))


def _read(state: State, form: Form, service: Service) -> Turn:
    """The state after a text: its facts are taken, its sentences are offered as symptoms."""
    text = form.get("text", [""])[0]
    ticked = tuple(one for one in form.get("a", ()) if one.strip())
    now = _session(state, service)
    begins = form.get("question", [""])[0] == SYMPTOMS
    if begins and (len(text.split()) <= _FEW or _is_label(text, now)):
        return _searched(state, ticked, text, now)
    found, given = read_pasted(text, now, chooses=begins), now.steps
    try:
        now.tell(found.facts)
    except FactsError:
        return _turned(state, service, said("contradicts", state.language))
    if begins and not found.labels:
        return _searched(state, ticked, text, now)
    told = [said("read", state.language, fact=label) for label in found.labels]
    told += [line.text for line in Wording(now).outweighed(given)]
    told += [say("read left", state.language, said=left) for left in found.left]
    chosen = tuple(dict.fromkeys((*ticked, *(choice.value for choice in found.choices))))
    new = state.but(
        facts=(*state.facts, *found.facts),
        answers=tuple(_answer(given_of(step)) for step in now.steps),
        chosen=chosen,
        offered=chosen,
        goes_on=len(state.answers),
    )
    return Turn(new, _session(new, service), tuple(told or [say("read nothing", state.language)]))


def _answer(given: Given) -> forms.Answer:
    return forms.Answer(question=given.question, answer=given.answer, certainty=given.certainty)


def _is_label(text: str, now: Consultation) -> bool:
    """Whether a text is what one of the choices is called."""
    return any(choice.label == text.strip() for choice in now.search(text[:500]))


def _searched(state: State, ticked: tuple[str, ...], text: str, now: Consultation) -> Turn:
    """The state after words that are looked up."""
    found = tuple(choice.value for choice in now.search(text[:500])) if text.strip() else ()
    offered = tuple(dict.fromkeys((*ticked, *found)))
    nothing = (say("nothing found", state.language, given=text.strip()[:80]),)
    return Turn(state.but(chosen=ticked, offered=offered), now, () if found else nothing)

"""A consultation as an object: the next question, an answer, a changed answer, the report.

Everything is worked out anew from the answers, so that any of them can be revised at any time.
Command line, chat bots and web forms are faces of this object; it prints nothing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from ccexpert.consult.choice import Candidate, Chooser
from ccexpert.consult.journal import Journal
from ccexpert.consult.things import Thing
from ccexpert.consult.words import (
    PROBABLY,
    PROBABLY_NOT,
    say,
    state_label,
    states_called,
)
from ccexpert.diagnosis import Report
from ccexpert.errors import FactsError
from ccexpert.expert import Expert
from ccexpert.facts import FACT_TYPES, UNSAID, FactsDocument
from ccexpert.knowledge.intake import document_of
from ccexpert.knowledge.vocabulary import Language
from ccexpert.rank import Ranking

#: How sure *probably* is.
PROBABLY_MEANS = 0.7

UNKNOWN = "unknown"

SYMPTOMS = "symptoms"
INSTANCE = "instance"

QuestionKind = Literal["symptoms", "instance", "fact"]


@dataclass(frozen=True)
class Choice:
    """One possible answer."""

    value: str
    label: str


@dataclass(frozen=True)
class Question:
    """What to ask the operator next."""

    id: str
    kind: QuestionKind
    text: str
    help: str
    command: tuple[str, ...] | None
    """The command that shows it, as an argument list for the platform."""
    choices: tuple[Choice, ...]
    minutes: float
    topic: str
    candidate: Candidate | None = None


@dataclass(frozen=True)
class Step:
    """One answer that was given."""

    question: str
    thing: Thing | None
    values: tuple[str, ...]
    """The answer; several for the symptoms, ``unknown`` where nobody could tell."""
    certainty: float


@dataclass(frozen=True)
class Progress:
    """Where a consultation stands."""

    number: int
    """Of the question that is open now, from 1."""
    to_go: int
    """A rough estimate of the questions after this one."""
    leading: str | None
    """The title of the first diagnosis."""
    certainty: float


class Consultation:
    """Asks only what still matters, starting from nothing, from facts, or from an earlier session.

    ``facts``: a facts document, its ``dict`` or a list of facts. ``journal``: where each answer is
    put before the next question. Raises ``FactsError`` for answers that are not allowed.
    """

    def __init__(
        self,
        expert: Expert,
        facts: Any = None,
        *,
        language: Language = "en",
        platform: str = "linux",
        journal: Journal | None = None,
    ) -> None:
        self.expert = expert
        self.language = language
        self._start = _document(facts, platform)
        self._journal = journal
        self._chooser = Chooser(expert.base)
        self._steps: list[Step] = []
        self._now: _Now | None = None

    # --- asking ---

    def question(self) -> Question | None:
        """The next question; None when no open question can change the first diagnosis."""
        if not self._start.facts and not self._answered(SYMPTOMS):
            return self._ask_symptoms()
        best = self._chooser.choose(self._state.candidates, self._topic)
        if best is None:
            return None
        if self._needs_instance(best.thing):
            return self._ask_instance()
        return self._ask(best)

    def answer(self, value: str | list[str], certainty: float = 1.0) -> None:
        """Answer the open question: a value of its choices, ``probably …``, or ``unknown``."""
        question = self.question()
        if question is None:
            raise FactsError("there is no open question")
        self._record(self._step(question, value, certainty), None)

    def revise(self, number: int, value: str | list[str], certainty: float = 1.0) -> None:
        """Give answer ``number`` (from 1) anew; everything that followed is worked out again."""
        if not 1 <= number <= len(self._steps):
            allowed = tuple(str(n) for n in range(1, len(self._steps) + 1))
            raise FactsError(f"there is no answer number {number}", allowed=allowed)
        step = self._steps[number - 1]
        question = self._asked(step)
        self._record(self._step(question, value, certainty), number)

    def asked(self, number: int) -> Question:
        """The question that answer ``number`` (from 1) was given to."""
        return self._asked(self._steps[number - 1])

    # --- telling ---

    @property
    def steps(self) -> tuple[Step, ...]:
        """All answers so far."""
        return tuple(self._steps)

    def report(self) -> Report:
        """The report on what is known so far."""
        return self.expert.diagnose(self.document(), language=self.language)

    def document(self) -> FactsDocument:
        """The facts so far as a facts document; diagnosing it gives the same report."""
        return self._state.document

    def progress(self) -> Progress:
        """How far it is, and what leads."""
        state = self._state
        causes = state.ranking.causes
        left = len(state.candidates)
        return Progress(
            number=len(self._steps) + 1,
            to_go=min(max(left - 1, 0), math.ceil(math.log2(left + 1))),
            leading=causes[0].card.title.in_language(self.language) if causes else None,
            certainty=causes[0].certainty if causes else 0.0,
        )

    # --- sessions ---

    def header(self) -> dict[str, Any]:
        """What a journal needs to know to take the session up again."""
        return {
            "language": self.language,
            "document": self._start.model_dump(mode="json", exclude_none=True),
        }

    @classmethod
    def resumed(
        cls, expert: Expert, journal: Journal, header: Mapping[str, Any], events: list[Any]
    ) -> Consultation:
        """Take an earlier session up where it was left."""
        language: Language = "sv" if header.get("language") == "sv" else "en"
        session = cls(expert, header.get("document"), language=language, journal=journal)
        for event in events:
            session._replay(event)
        return session

    def _replay(self, event: Mapping[str, Any]) -> None:
        try:
            thing = _thing(event.get("thing"))
            step = Step(
                str(event["question"]),
                thing,
                tuple(str(v) for v in event["values"]),
                float(event["certainty"]),
            )
            number = event.get("revises")
            if number is None:
                self._steps.append(step)
            else:
                self._steps[int(number) - 1] = step
        except (KeyError, TypeError, ValueError, IndexError):
            raise FactsError("the session holds an event that cannot be replayed") from None
        self._now = None

    def _record(self, step: Step, revises: int | None) -> None:
        before = self._steps[:]
        if revises is None:
            self._steps.append(step)
        else:
            self._steps[revises - 1] = step
        self._now = None
        try:
            _ = self._state
        except FactsError:
            self._steps, self._now = before, None
            raise
        if self._journal is not None:
            self._journal.append(_event(step, revises))

    # --- the state of things ---

    @property
    def _state(self) -> _Now:
        if self._now is None:
            self._now = _Now(self)
        return self._now

    @cached_property
    def _vocabulary(self) -> Any:
        return self.expert.base.vocabulary

    @property
    def _topic(self) -> str:
        """The topic of the last question about a thing."""
        things = (step.thing for step in reversed(self._steps) if step.thing)
        last = next(things, None)
        return self._chooser.topic(last) if last else ""

    @property
    def instance(self) -> str:
        """The instance that the operator has named; ``""`` before that."""
        step = self._answered(INSTANCE)
        return step.values[0] if step and step.values[0] != UNKNOWN else UNSAID

    def _answered(self, question: str) -> Step | None:
        return next((s for s in self._steps if s.question == question), None)

    def facts(self) -> list[dict[str, Any]]:
        """The facts that the answers stand for."""
        found = []
        for step in self._steps:
            if step.values == (UNKNOWN,) or step.question == INSTANCE:
                continue
            things = [step.thing] if step.thing else [Thing("symptom", (v,)) for v in step.values]
            for thing in things:
                answer = step.values[0] if step.thing else "true"
                fact = thing.fact(answer, self._vocabulary)
                if self.instance and not thing.instance and _may_have_instance(thing):
                    fact["instance"] = self.instance
                if step.certainty < 1:
                    fact["certainty"] = step.certainty
                found.append(fact)
        return found

    # --- questions in words ---

    def _ask_symptoms(self) -> Question:
        entries = self._vocabulary.entries("symptom")
        return Question(
            id=SYMPTOMS,
            kind="symptoms",
            text=say("symptoms", self.language),
            help=say("symptoms help", self.language),
            command=None,
            choices=tuple(Choice(e.name, e.title.in_language(self.language)) for e in entries),
            minutes=1,
            topic="",
        )

    def _ask_instance(self) -> Question:
        return Question(
            id=INSTANCE,
            kind="instance",
            text=say("instance", self.language),
            help=say("instance help", self.language),
            command=("nlserver", "pdump"),
            choices=(),
            minutes=1,
            topic="",
        )

    def _ask(self, candidate: Candidate) -> Question:
        return self._about(candidate.thing, candidate)

    def _about(self, thing: Thing, candidate: Candidate | None) -> Question:
        entry = thing.entry(self._vocabulary)
        text = entry.question.in_language(self.language) if entry else thing.id
        command = entry.command.on(self._start.platform) if entry and entry.command else None
        place = f" ({thing.instance})" if thing.instance not in (UNSAID, "default") else ""
        return Question(
            id=thing.id,
            kind="fact",
            text=text + place,
            help=entry.help.in_language(self.language) if entry else "",
            command=command,
            choices=tuple(Choice(a, state_label(a, self.language)) for a in thing.answers),
            minutes=entry.minutes if entry else 1.0,
            topic=entry.topic if entry else "",
            candidate=candidate,
        )

    def _asked(self, step: Step) -> Question:
        if step.question == SYMPTOMS:
            return self._ask_symptoms()
        if step.question == INSTANCE or step.thing is None:
            return self._ask_instance()
        return self._about(step.thing, None)

    def _needs_instance(self, thing: Thing) -> bool:
        return (
            not thing.instance
            and _may_have_instance(thing)
            and not self._answered(INSTANCE)
            and not self._state.names_instances
            and thing.kind == "process"
        )

    # --- answers ---

    def _step(self, question: Question, value: str | list[str], certainty: float) -> Step:
        if question.kind == "symptoms":
            return self._symptoms(value, certainty)
        if not isinstance(value, str):
            raise FactsError("one answer is needed")
        if value == UNKNOWN:
            thing = question.candidate.thing if question.candidate else self._thing_of(question)
            return Step(question.id, thing, (UNKNOWN,), 1.0)
        if question.kind == "instance":
            return Step(question.id, None, (value,), 1.0)
        answer, doubt = understood(value, question)
        thing = question.candidate.thing if question.candidate else self._thing_of(question)
        return Step(question.id, thing, (answer,), min(certainty, doubt))

    def _thing_of(self, question: Question) -> Thing | None:
        step = self._answered(question.id)
        return step.thing if step else None

    def _symptoms(self, value: str | list[str], certainty: float) -> Step:
        words = [value] if isinstance(value, str) else value
        names = [self._vocabulary.require("symptom", word) for word in words if word != UNKNOWN]
        return Step(SYMPTOMS, None, tuple(dict.fromkeys(names)) or (UNKNOWN,), certainty)


class _Now:
    """What follows from the answers of a consultation, worked out once for each change."""

    def __init__(self, session: Consultation) -> None:
        start = session._start
        given = session.facts()
        plain = start.model_dump(mode="json", exclude_none=True)
        plain["facts"] = [*plain["facts"], *given]
        self.document, source = document_of(plain)
        self.reasoned, self.ranking = session.expert.examine([(self.document, source)])
        closed = frozenset(step.thing for step in session.steps if step.thing)
        self.candidates = session._chooser.candidates(self.ranking, self.reasoned, closed)

    reasoned: Any
    ranking: Ranking

    @property
    def names_instances(self) -> bool:
        """Whether some fact says which instance it is about."""
        instances = {getattr(f, "instance", None) for f in self.reasoned.facts}
        return bool(instances - {None, "default"})


def understood(text: str, question: Question) -> tuple[str, float]:
    """The value that an answer in words means, and how sure it is.

    Accepts the number of a choice, its value or its label in either language, and ``probably``
    before it; for yes-or-no questions also ``probably`` and ``probably not`` alone. Raises
    ``FactsError`` with a *did you mean*.
    """
    given = " ".join(text.casefold().split())
    values = tuple(choice.value for choice in question.choices)
    yes_no = values == ("true", "false")
    if yes_no and given in PROBABLY:
        return "true", PROBABLY_MEANS
    if yes_no and given in PROBABLY_NOT:
        return "false", PROBABLY_MEANS
    doubt = 1.0
    for word in PROBABLY:
        if given.startswith(f"{word} "):
            given, doubt = given.removeprefix(f"{word} "), PROBABLY_MEANS
    if given.isdigit() and 1 <= int(given) <= len(values):
        return values[int(given) - 1], doubt
    if yes_no and given in ("y", "j", "n"):
        return ("false" if given == "n" else "true"), doubt
    found = states_called(given, values)
    if len(found) != 1:
        labels = tuple(dict.fromkeys(c.label for c in question.choices))
        raise FactsError(f"'{text}' is not an answer here", allowed=labels, given=text)
    return found[0], doubt


def _may_have_instance(thing: Thing) -> bool:
    return "instance" in FACT_TYPES[thing.kind].KEY


def _document(facts: Any, platform: str) -> FactsDocument:
    if facts is None:
        return document_of({"platform": platform, "facts": []})[0]
    return document_of(facts)[0]


def _event(step: Step, revises: int | None) -> dict[str, Any]:
    thing = step.thing
    return {
        "question": step.question,
        "thing": [thing.kind, list(thing.name), thing.instance] if thing else None,
        "values": list(step.values),
        "certainty": step.certainty,
    } | ({"revises": revises} if revises is not None else {})


def _thing(raw: Any) -> Thing | None:
    if raw is None:
        return None
    kind, name, instance = raw
    return Thing(str(kind), tuple(str(part) for part in name), str(instance))

"""A consultation as an object: the next question, an answer, a changed answer, the report.

Everything is worked out anew from the answers, so that any of them can be revised at any time.
Command line, chat bots and web forms are faces of this object; it prints nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from ccexpert.consult.answers import item_called, understood
from ccexpert.consult.asking import Asking
from ccexpert.consult.choice import Chooser, Offer
from ccexpert.consult.complaints import Complaint, Complaints
from ccexpert.consult.journal import Journal
from ccexpert.consult.question import (
    INSTANCE,
    NONE,
    PROBABLY_MEANS,
    SYMPTOMS,
    UNKNOWN,
    Choice,
    NotAnAnswerError,
    Progress,
    Question,
    Step,
)
from ccexpert.consult.things import ANSWERS, NORMAL, Thing, told_apart
from ccexpert.consult.words import say, state_label
from ccexpert.engine.reasoner import Reasoned
from ccexpert.errors import FactsError
from ccexpert.expert import Expert
from ccexpert.facts import DEFAULT_INSTANCE, INSTANCE_PATTERN, UNSAID, FactsDocument
from ccexpert.knowledge.intake import document_of
from ccexpert.knowledge.vocabulary import Language, Vocabulary
from ccexpert.rank import Ranking
from ccexpert.report.answer import Report

#: The questions still to come for each thing worth asking about now, in the mean of the cards'
#: examples (``make evaluate`` prints how far off that is).
_TO_COME = 0.36


@dataclass(frozen=True)
class _State:
    """What follows from the answers, worked out once for each change."""

    chooser: Chooser
    closed: frozenset[Thing]
    document: FactsDocument
    reasoned: Reasoned
    ranking: Ranking

    @cached_property
    def offers(self) -> list[Offer]:
        """The questions worth asking, when somebody wants to know."""
        return self.chooser.offers(self.ranking, self.reasoned, self.closed)


class Consultation:
    """Asks only what still matters, starting from nothing, from facts, or from an earlier session.

    ``facts``: a facts document, its ``dict`` or a list of facts. Raises ``FactsError`` for answers
    that are not allowed.
    """

    def __init__(
        self,
        expert: Expert,
        facts: Any = None,
        *,
        language: Language = "en",
        platform: str = "linux",
    ) -> None:
        self.expert = expert
        self.language = language
        begun = {"platform": platform, "facts": []} if facts is None else facts
        self._start, _ = document_of(begun)
        self._journal: Journal | None = None
        self._chooser, self._complaints, told = _prepared(expert)
        vocabulary, platform = expert.base.vocabulary, self._start.platform
        self._asking = Asking(vocabulary, self._complaints, told, language, platform)
        self._steps: list[Step] = []
        self._state = self._worked_out([])

    # --- asking ---

    def question(self) -> Question | None:
        """The next question; None when none is likely to change the first diagnosis."""
        if self._begins:
            return self._asking.symptoms()
        best = self._chooser.choose(self._state.offers, self._topic)
        if not best:
            return None
        if any(self._needs_instance(one.thing) for one in best):
            return self._asking.instance()
        return self._asking.about(tuple(c.thing for c in best), best)

    def answer(self, value: str | Iterable[str], certainty: float = 1.0) -> None:
        """Answer the open question: a value of its choices, its number or its label in either
        language, ``probably …``, or ``unknown``.

        ``symptoms`` and a ``list`` take all that apply; what is left out of a ``list`` is not the
        case, unless it stands there with a question mark. ``certainty``: how sure the operator is,
        above 0 to 1.
        """
        question = self.question()
        if question is None:
            raise FactsError("there is no open question")
        self._record(self._step(question, value, certainty), None)

    def revise(self, number: int, value: str | Iterable[str], certainty: float = 1.0) -> None:
        """Give answer ``number`` (from 1) anew; everything that followed is worked out again."""
        self._record(self._step(self.asked(number), value, certainty), number)

    def asked(self, number: int) -> Question:
        """The question that answer ``number`` (from 1) was given to."""
        if not 1 <= number <= len(self._steps):
            allowed = tuple(str(n) for n in range(1, len(self._steps) + 1))
            raise FactsError(f"there is no answer number {number}", allowed=allowed)
        step = self._steps[number - 1]
        if step.question == SYMPTOMS:
            return self._asking.symptoms()
        return self._asking.instance() if not step.things else self._asking.about(step.things)

    def search(self, text: str, kind: str | None = None) -> tuple[Choice, ...]:
        """What ``text`` may mean as an answer to the question about symptoms, the best first.

        ``kind``: only this kind of fact, for a ``list``.
        """
        return tuple(map(self._choice, self._complaints.search(text, kind)))

    def common(self) -> tuple[Choice, ...]:
        """The symptoms to offer first: those that most diagnoses speak of."""
        return tuple(map(self._choice, self._complaints.common()))

    def complaint(self, name: str) -> Choice | None:
        """The answer to the question about symptoms that is called ``name``, if there is one."""
        found = self._complaints.find(name)
        return self._choice(found) if found else None

    def kind_of(self, choice: Choice) -> str | None:
        """The kind of fact that a choice found by ``search`` or ``complaint`` stands for."""
        found = self._complaints.find(choice.value)
        return found.thing.kind if found else None

    def searchable(self) -> set[str]:
        """All words that ``search`` knows."""
        return self._complaints.words()

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
        first = next(iter(self._state.ranking.causes), None)
        open_now = 0 if self._begins else sum(map(len, self._state.offers))
        return Progress(
            number=len(self._steps) + 1,
            to_go=round(_TO_COME * open_now),
            leading=first.card.title.in_language(self.language) if first else None,
            certainty=first.certainty if first else 0.0,
        )

    def labels(self, step: Step) -> tuple[str, ...]:
        """An answer in words."""
        if step.values == (UNKNOWN,):
            return (say("unknown", self.language),)
        if step.question == INSTANCE:
            return step.values
        if step.question == SYMPTOMS:
            return tuple(c.label(self.language) for c in map(self._complained, step.values))
        if len(step.things) > 1:
            return self._listed_labels(step)
        label = state_label(step.values[0], self.language)
        return (self._asking.doubted(label, step.certainty),)

    def _listed_labels(self, step: Step) -> tuple[str, ...]:
        there = tuple(
            self._asking.item(thing, value, certainty)
            for thing, value, certainty in self._said(step)
            if value != NORMAL[thing.kind]
        )
        none = "unknown" if set(step.values) == {UNKNOWN} else "none"
        return there or (say(none, self.language),)

    # --- sessions ---

    def keep(self, path: Path | str) -> None:
        """Put every answer from now on into a new file, on disk before ``answer`` returns.

        Raises ``FactsError`` when the file is already there.
        """
        start = self._start.model_dump(mode="json", exclude_none=True)
        self._journal = Journal.start(Path(path), {"language": self.language, "document": start})

    @classmethod
    def resumed(
        cls, expert: Expert, path: Path | str, language: Language | None = None
    ) -> Consultation:
        """Take an earlier session up where it was left, in its own language if none is given.

        Raises ``FactsError`` when the file is no session or does not fit the knowledge, and
        ``MissingInputError`` when there is none.
        """
        journal = Journal.resume(Path(path))
        spoken: Language = language or ("sv" if journal.header.get("language") == "sv" else "en")
        try:
            session = cls(expert, journal.header.get("document"), language=spoken)
            for event in journal.events:
                session._replay(event)
            session._state = session._worked_out(session._steps)
        except FactsError as error:
            journal.close()
            raise FactsError(f"the session does not fit: {error.problem}", str(path)) from None
        session._journal = journal
        return session

    @property
    def lost_a_line(self) -> bool:
        """Whether the last line of a resumed session was only half written, and dropped."""
        return self._journal is not None and self._journal.dropped

    def close(self) -> None:
        """Let go of the file of the session."""
        if self._journal is not None:
            self._journal.close()
            self._journal = None

    def __enter__(self) -> Consultation:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def _replay(self, event: Mapping[str, Any]) -> None:
        try:
            step = self._remembered(event)
            number = event.get("revises")
            if number is None:
                self._steps.append(step)
            else:
                self._steps[range(1, len(self._steps) + 1).index(number)] = step
        except (KeyError, TypeError, ValueError):
            raise FactsError("an event cannot be replayed") from None

    def _remembered(self, event: Mapping[str, Any]) -> Step:
        """A step as a journal keeps it; ``ValueError`` and the like when it is not one."""
        name, values, certainty = event["question"], tuple(event["values"]), event["certainty"]
        if not (0 < certainty <= 1 and values and all(isinstance(v, str) for v in values)):
            raise ValueError
        if name == SYMPTOMS:
            return self._symptoms(values, certainty)
        if name == INSTANCE:
            return self._step(self._asking.instance(), values[0], certainty)
        things = tuple(
            Thing(kind, tuple(map(str, parts)), place) for kind, parts, place in event["things"]
        )
        for thing, value in zip(things, values, strict=True):
            if value not in (*ANSWERS[thing.kind], UNKNOWN):
                raise ValueError
            self._asking.entry(thing)
        if not things or not isinstance(name, str):
            raise ValueError
        doubtful = frozenset(event.get("doubtful", ()))
        if not doubtful <= set(range(len(things))):
            raise ValueError
        return Step(name, things, values, float(certainty), doubtful)

    def _record(self, step: Step, revises: int | None) -> None:
        """Take an answer, unless it contradicts what is known; it is on disk when this returns."""
        steps = self._steps[:]
        if revises is None:
            steps.append(step)
        else:
            steps[revises - 1] = step
        state = self._worked_out(steps)
        if self._journal is not None:
            self._journal.append(_event(step, revises))
        self._steps, self._state = steps, state

    # --- what follows from the answers ---

    def _worked_out(self, steps: list[Step]) -> _State:
        plain = self._start.model_dump(mode="json", exclude_none=True)
        plain["facts"] = [*plain["facts"], *self._facts(steps)]
        document, source = document_of(plain)
        reasoned, ranking = self.expert.examine([(document, source)])
        closed = frozenset(thing for step in steps for thing in step.things)
        return _State(self._chooser, closed, document, reasoned, ranking)

    def _facts(self, steps: list[Step]) -> Iterable[dict[str, Any]]:
        """The facts that answers stand for."""
        named = next((s.values[0] for s in steps if s.question == INSTANCE), UNKNOWN)
        instance = UNSAID if named == UNKNOWN else named
        for step in steps:
            for thing, answer, certainty in self._said(step):
                fact = thing.fact(answer, self._vocabulary)
                if instance and not thing.instance and self._is_of_one_instance(thing):
                    fact["instance"] = instance
                if certainty < 1:
                    fact["certainty"] = certainty
                yield fact

    def _said(self, step: Step) -> Iterable[tuple[Thing, str, float]]:
        """What a step says of things, and how surely."""
        if step.question == SYMPTOMS and step.values != (UNKNOWN,):
            for complaint in map(self._complained, step.values):
                yield complaint.thing, complaint.answer, step.certainty
        for number, (thing, value) in enumerate(zip(step.things, step.values, strict=False)):
            if value != UNKNOWN:
                doubt = PROBABLY_MEANS if number in step.doubtful else 1.0
                yield thing, value, min(step.certainty, doubt)

    def _complained(self, name: str) -> Complaint:
        found = self._complaints.find(name)
        if found is None:
            raise NotAnAnswerError(f"'{name}' is nothing that can be seen", given=name)
        return found

    def _is_of_one_instance(self, thing: Thing) -> bool:
        """Whether facts about it belong to an instance, and not to all of them alike."""
        shared = thing.kind in ("process", "log") and self._vocabulary.default_instance(
            thing.name[0]
        )
        return thing.may_have_instance and not shared

    @property
    def _vocabulary(self) -> Vocabulary:
        return self.expert.base.vocabulary

    @property
    def _begins(self) -> bool:
        """Whether nobody has said yet what is seen."""
        told = any(fact.kind == "symptom" for fact in self._start.facts)
        return not told and self._answered(SYMPTOMS) is None

    @property
    def _topic(self) -> str:
        """The topic of the last question about a thing."""
        last = next((step.things for step in reversed(self._steps) if step.things), ())
        return self._chooser.topic(last[0]) if last else ""

    def _answered(self, question: str) -> Step | None:
        return next((s for s in self._steps if s.question == question), None)

    def _needs_instance(self, thing: Thing) -> bool:
        """Whether a question is about the process of one instance, and nobody has named any."""
        if thing.kind != "process" or thing.instance or self._answered(INSTANCE):
            return False
        named = {getattr(f, "instance", None) for f in self._state.reasoned.facts}
        return self._asking.entry(thing).instances == "mono" and named <= {None, DEFAULT_INSTANCE}

    def _choice(self, complaint: Complaint) -> Choice:
        return Choice(complaint.value, complaint.label(self.language))

    def about(self, thing: Thing) -> Question:
        """One thing of a ``list`` as a question of its own."""
        return self._asking.about((thing,))

    def item(self, question: Question, text: str) -> Choice:
        """The item of a ``list`` that ``text`` names: the value to answer with, and its label.

        Raises ``NotAnAnswerError``.
        """
        found = item_called(text, question, self._complaints)
        return Choice(text, self._asking.item(found.thing, found.answer, found.certainty))

    # --- answers ---

    def _step(self, question: Question, value: str | Iterable[str], certainty: float) -> Step:
        if not 0 < certainty <= 1:
            raise FactsError(
                f"the certainty of an answer is above 0 and at most 1, not {certainty}"
            )
        if question.kind in ("symptoms", "list"):
            several = [value] if isinstance(value, str) else value
            if question.kind == "symptoms":
                return self._symptoms(several, certainty)
            return self._listed(question, several, certainty)
        if not isinstance(value, str):
            raise FactsError("one answer is needed")
        if value == UNKNOWN:
            return Step(question.id, question.things, (UNKNOWN,), 1.0)
        if question.kind == "instance":
            if not re.fullmatch(INSTANCE_PATTERN, value):
                raise NotAnAnswerError(f"'{value}' is not the name of an instance", given=value)
            return Step(question.id, (), (value,), 1.0)
        answer, doubt = understood(value, question)
        return Step(question.id, question.things, (answer,), min(certainty, doubt))

    def _symptoms(self, words: Iterable[str], certainty: float) -> Step:
        found = [self._complained(word).value for word in words if word != UNKNOWN]
        return Step(SYMPTOMS, (), tuple(dict.fromkeys(found)) or (UNKNOWN,), certainty)

    def _listed(self, question: Question, words: Iterable[str], certainty: float) -> Step:
        kind = question.things[0].kind
        said, doubtful = dict.fromkeys(question.things, NORMAL[kind]), set()
        for each in words:
            if each == UNKNOWN:
                said |= dict.fromkeys(question.things, UNKNOWN)
            elif each != NONE:
                item = item_called(each, question, self._complaints)
                said[item.thing] = item.answer
                if item.certainty < 1:
                    doubtful.add(item.thing)
        numbers = frozenset(i for i, thing in enumerate(said) if thing in doubtful)
        return Step(question.id, tuple(said), tuple(said.values()), certainty, numbers)


@lru_cache(maxsize=4)
def _prepared(expert: Expert) -> tuple[Chooser, Complaints, Mapping[Thing, frozenset[str]]]:
    """What all consultations with one expert share."""
    base = expert.base
    return Chooser(base), Complaints(base), told_apart(base.patterns)


def _event(step: Step, revises: int | None) -> dict[str, Any]:
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

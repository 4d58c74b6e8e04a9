"""A consultation as an object: the next question, an answer, a changed answer, the report.

One class, long because it is all that a face may ask of a consultation. Everything is recomputed
from the answers, so any of them can be revised at any time.
``dialogue.py`` runs a consultation with a person who types.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from ccexpert.consult.answers import item_called, step_of
from ccexpert.consult.asking import Asking, prepared
from ccexpert.consult.complaints import Complaint
from ccexpert.consult.events import event_of, event_of_facts, replayed
from ccexpert.consult.journal import Journal
from ccexpert.consult.known import Known
from ccexpert.consult.question import SYMPTOMS, Choice, Progress, Question, Step
from ccexpert.consult.reasons import Reasons
from ccexpert.consult.told import answers_given
from ccexpert.errors import AnswerError, CcexpertError, Place, SessionError
from ccexpert.expert import Expert
from ccexpert.facts import Fact, FactsDocument
from ccexpert.facts.document import Document, document_of
from ccexpert.inquiry.policy import Offer, Policy, Situation
from ccexpert.inquiry.things import Thing
from ccexpert.knowledge.texts import rendered
from ccexpert.rank import Hypothesis
from ccexpert.report.answer import Report
from ccexpert.words import Language

#: Questions to come per thing worth asking about, a mean (``make evaluate`` prints its error).
_TO_COME = 0.36


@dataclass(frozen=True)
class _State:
    """What follows from the answers, computed once for each change."""

    document: FactsDocument
    situation: Situation
    policy: Policy

    @cached_property
    def offers(self) -> Sequence[Offer]:
        """The questions worth asking; computed on first use."""
        return self.policy.offers(self.situation)


class Consultation:
    """Asks only questions that can still change the first diagnosis.

    It starts from nothing, from facts, or from an earlier session.

    ``facts`` is a facts document, its ``dict`` or a list of facts. Raises ``AnswerError`` for
    answers that are not allowed and ``FactsError`` for answers that contradict what is known.
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
        self._known = Known(document_of(begun).content)
        self._journal: Journal | None = None
        self._complaints, told = prepared(expert)
        vocabulary, platform = expert.base.vocabulary, self._known.start.platform or platform
        self._asking = Asking(vocabulary, self._complaints, told, language, platform)
        self._session = expert.session()
        self._state = self._worked_out(self._known)

    # --- asking ---

    def question(self) -> Question | None:
        """The next question; None if none is likely to change the first diagnosis."""
        if self._known.names_no_symptom:
            return self._asking.symptoms()
        best = self.expert.policy.choose(self._state.offers, self._topic)
        if best is None:
            return None
        if any(map(self._needs_instance, best.things)):
            return self._asking.instance()
        return self._asking.about(best.things, best)

    def offers(self) -> tuple[Offer, ...]:
        """Everything worth asking about now, the best first."""
        return tuple(self._state.offers)

    def answer(self, value: str | Iterable[str], certainty: float = 1.0) -> None:
        """Answer the open question: a value of its choices, its number or its label in either
        language, ``probably …``, or ``unknown``.

        ``symptoms`` and a ``list`` take all answers that apply. An item left out of a ``list`` is
        normal; name it with a question mark if nobody knows. ``certainty`` (above 0, at most 1)
        is how sure the operator is.
        """
        question = self.question()
        if question is None:
            raise AnswerError("there is no open question")
        self._record(step_of(question, value, certainty, self._complaints), None)

    def revise(self, number: int, value: str | Iterable[str], certainty: float = 1.0) -> None:
        """Replace answer ``number`` (from 1) and recompute everything that followed."""
        step = step_of(self.asked(number), value, certainty, self._complaints)
        self._record(step, number)

    def tell(self, facts: Iterable[Fact]) -> None:
        """Take further facts; ``FactsError`` when they contradict what is known."""
        new = tuple(facts)
        self._take(self._known.with_facts(new), event_of_facts(new) if new else None)

    def asked(self, number: int) -> Question:
        """The question behind answer ``number`` (from 1)."""
        if not 1 <= number <= len(self.steps):
            allowed = tuple(str(n) for n in range(1, len(self.steps) + 1))
            raise AnswerError(f"there is no answer number {number}", allowed=allowed)
        step = self.steps[number - 1]
        if step.question == SYMPTOMS:
            return self._asking.symptoms()
        return self._asking.instance() if not step.things else self._asking.about(step.things)

    def search(self, text: str, kind: str | None = None) -> tuple[Choice, ...]:
        """Possible meanings of ``text`` as an answer about symptoms, the best first.

        ``kind`` limits the search to one kind of fact, for a ``list``.
        """
        return self._choices(self._complaints.search(text, kind))

    def meant(self, text: str, kind: str | None = None) -> tuple[Choice, ...]:
        """Like ``search``, without guesses."""
        return self._choices(self._complaints.meant(text, kind))

    def is_clear(self, text: str, choice: Choice) -> bool:
        """Whether ``text`` surely means this choice."""
        return self._complaints.is_clear(text, self._complaints.called(choice.value))

    def common(self) -> tuple[Choice, ...]:
        """The symptoms to offer first: those that most diagnoses mention."""
        return tuple(map(self._choice, self._complaints.common()))

    def complaint(self, name: str) -> Choice | None:
        """The answer called ``name`` to the question about symptoms, if there is one."""
        found = self._complaints.find(name)
        return self._choice(found) if found else None

    def facts_called(self, name: str) -> tuple[Fact, ...]:
        """The fact that a complaint called ``name`` is about."""
        complaint = self._complaints.called(name)
        fact = complaint.thing.fact(complaint.answer, self.expert.base.vocabulary)
        return tuple(document_of([fact]).content.facts)

    def searchable(self) -> set[str]:
        """All words that ``search`` knows in the consultation's language."""
        return self._complaints.words(self.language)

    # --- telling ---

    @property
    def steps(self) -> tuple[Step, ...]:
        """All answers so far."""
        return self._known.steps

    def report(self) -> Report:
        """The report on everything known so far."""
        return self.expert.diagnose(self.document(), language=self.language)

    def document(self) -> FactsDocument:
        """The facts so far as a facts document; diagnosing it gives the same report."""
        return self._state.document

    def progress(self) -> Progress:
        """How far the consultation is, and which diagnosis leads."""
        first = self.first()
        offers = () if self._known.names_no_symptom else self._state.offers
        return Progress(
            number=len(self.steps) + 1,
            to_go=round(_TO_COME * sum(len(offer.candidates) for offer in offers)),
            leading=rendered(first.card.title, first.bindings, self.language) if first else None,
            certainty=first.certainty if first else 0.0,
        )

    def before(self, answers: int) -> Consultation:
        """The consultation as it was before the latest ``answers``, to compare with."""
        earlier = copy(self)
        earlier._journal = None
        earlier._take(self._known.before(answers))
        return earlier

    def reasons(self) -> Reasons:
        """Why diagnoses stand where they stand, in words."""
        return Reasons(self._state.situation, self.steps, self._asking, self.language)

    def first(self) -> Hypothesis | None:
        """The first diagnosis."""
        return next(iter(self._state.situation.ranking.causes), None)

    def worded(self, fact: Fact) -> str:
        """A fact in words: an error by what it shows first, what else has several faces, such as a
        build, by its label."""
        faces = fact.faces(self.expert.base.vocabulary)
        alone = faces[:1] if fact.kind == "error" else faces
        return (self._asking.seen(alone) if len(alone) == 1 else None) or fact.label

    def labels(self, step: Step) -> tuple[str, ...]:
        """An answer in words."""
        return self._asking.given(step)

    # --- sessions ---

    def keep(self, path: Path | str) -> None:
        """Save every answer from now on to a new file; it is on disk before ``answer`` returns.
        Raises ``SessionError`` if the file already exists."""
        start = self._known.start.model_dump(mode="json", exclude_none=True)
        self._journal = Journal.start(Path(path), {"language": self.language, "document": start})

    @classmethod
    def resumed(
        cls, expert: Expert, path: Path | str, language: Language | None = None
    ) -> Consultation:
        """Resume an earlier session, in its own language if none is given.

        Raises ``SessionError`` if the file is not a session or does not fit the knowledge, and
        ``MissingInputError`` if there is no such file.
        """
        journal = Journal.resume(Path(path))
        spoken: Language = language or ("sv" if journal.header.get("language") == "sv" else "en")
        try:
            session = cls(expert, journal.header.get("document"), language=spoken)
            session._take(replayed(journal.events, session._known, session._asking))
        except CcexpertError as error:
            journal.close()
            problem = f"the session does not fit this knowledge: {error.problem}"
            raise SessionError(problem, Place(str(path))) from None
        except (AttributeError, LookupError, TypeError, ValueError):
            journal.close()
            raise SessionError("a line of the session is damaged", Place(str(path))) from None
        session._journal = journal
        return session

    @property
    def lost_a_line(self) -> bool:
        """Whether the last line of a resumed session was half-written and therefore dropped."""
        return self._journal is not None and self._journal.dropped

    def close(self) -> None:
        """Close the session file."""
        if self._journal is not None:
            self._journal.close()
            self._journal = None

    def __enter__(self) -> Consultation:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def _record(self, step: Step, revises: int | None) -> None:
        """Accept an answer unless it contradicts what is known."""
        self._take(self._known.with_step(step, revises), event_of(step, revises))

    def _take(self, known: Known, event: dict[str, Any] | None = None) -> None:
        """Go on from ``known``; its new event is on disk when this returns."""
        state = self._worked_out(known)
        if self._journal is not None and event is not None:
            self._journal.append(event)
        self._known, self._state = known, state

    # --- what follows from the answers ---

    def _worked_out(self, known: Known) -> _State:
        document, examine = self._document(known), self._session.examine
        reasoned, ranking = examine(self.expert.settle([document]))
        given = answers_given(known.steps)

        def supposing(instead: Mapping[Thing, str]) -> Situation:
            supposed = self._document(known, instead)
            others = {thing: answers for thing, answers in given.items() if thing not in instead}
            return Situation(*examine(self.expert.settle([supposed])), others)

        situation = Situation(reasoned, ranking, given, supposing)
        return _State(document.content, situation, self.expert.policy)

    def _document(self, known: Known, instead: Mapping[Thing, str] | None = None) -> Document:
        return known.document(self._complaints, self.expert.base.vocabulary, instead or {})

    @property
    def _topic(self) -> str:
        """The topic of the last question about a thing."""
        last = self._known.last_thing
        return self._asking.entry(last).topic if last else ""

    def _needs_instance(self, thing: Thing) -> bool:
        named = {getattr(f, "instance", None) for f in self._state.situation.reasoned.facts}
        return self._known.needs_instance(thing, self.expert.base.vocabulary, named)

    def _choices(self, complaints: Iterable[Complaint]) -> tuple[Choice, ...]:
        """Choices that people can tell apart: of several with one label, the first."""
        by_label: dict[str, Choice] = {}
        for choice in map(self._choice, complaints):
            by_label.setdefault(choice.label, choice)
        return tuple(by_label.values())

    def _choice(self, complaint: Complaint) -> Choice:
        return Choice(complaint.value, complaint.label(self.language))

    def about(self, thing: Thing) -> Question:
        """One thing in a ``list`` as a question of its own."""
        return self._asking.about((thing,))

    def item(self, question: Question, text: str) -> Choice:
        """The item of a ``list`` that ``text`` names: the value to answer with, and its label.

        Raises ``NotAnAnswerError``.
        """
        found = item_called(text, question, self._complaints)
        label = self._asking.item(found.thing, found.answer, found.certainty)
        return Choice(found.value, label)

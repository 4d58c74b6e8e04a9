"""Words questions: takes what to ask about and returns a ``Question`` in one language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from ccexpert.consult.complaints import Complaints
from ccexpert.consult.question import INSTANCE, SYMPTOMS, UNKNOWN, Choice, Question, Step
from ccexpert.consult.states import as_offered, state_label
from ccexpert.consult.told import said
from ccexpert.consult.words import say
from ccexpert.errors import FactsError
from ccexpert.expert import Expert
from ccexpert.facts import DEFAULT_INSTANCE, KINDS, UNSAID, YES_NO, Face
from ccexpert.facts.entries import Entry
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.inquiry.policy import Offer
from ccexpert.inquiry.things import Thing, things_of_face, told_apart
from ccexpert.words import Language


class Asking:
    """Words questions in one language, for one platform.

    ``told`` holds, for each thing, the answers that make a difference and are therefore offered.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        complaints: Complaints,
        told: Mapping[Thing, frozenset[str]],
        language: Language,
        platform: str,
    ) -> None:
        self._told = told
        self.vocabulary = vocabulary
        self.complaints = complaints
        self._language = language
        self._platform = platform

    def symptoms(self) -> Question:
        """What do you see?"""
        seen = self.complaints.symptoms()
        return Question(
            id=SYMPTOMS,
            kind="symptoms",
            text=self._say("symptoms"),
            help=self._say("symptoms help"),
            command=None,
            choices=tuple(Choice(c.value, c.label(self._language)) for c in seen),
            minutes=1,
            topic="",
        )

    def instance(self) -> Question:
        """Which instance is it about?"""
        return Question(
            id=INSTANCE,
            kind="instance",
            text=self._say("instance"),
            help=self._say("instance help"),
            command=("nlserver", "pdump"),
            choices=(),
            minutes=1,
            topic="",
        )

    def about(self, things: tuple[Thing, ...], offer: Offer | None = None) -> Question:
        """A question about one thing, or a list of things of one kind."""
        if len(things) > 1:
            return self._list(things, offer)
        thing, entry = things[0], self.entry(things[0])
        return Question(
            id=thing.id,
            kind="fact",
            text=self._text(entry.question.in_language(self._language) + self._place(thing), offer),
            help=self._help(thing, entry),
            command=entry.command.on(self._platform) if entry.command else None,
            choices=tuple(Choice(a, self._label(thing, a)) for a in self._offered(thing)),
            minutes=offer.minutes if offer else entry.minutes,
            topic=entry.topic,
            things=things,
            yes=self._yes(thing),
            offer=offer,
        )

    def _list(self, things: tuple[Thing, ...], offer: Offer | None) -> Question:
        kind, entries = KINDS[things[0].kind], [self.entry(thing) for thing in things]
        wrong = [answer for answer in kind.ANSWERS if answer != kind.NORMAL]
        yes_no = kind.ANSWERS is YES_NO
        commands = {e.command.on(self._platform) if e.command else None for e in entries}
        return Question(
            id=",".join(thing.id for thing in things),
            kind="list",
            text=self._text(kind.ASKED.question.in_language(self._language), offer),
            help=self._say("list help" if yes_no else "list help states"),
            command=commands.pop() if len(commands) == 1 else None,
            choices=tuple(Choice(thing.id, self.title(thing)) for thing in things),
            minutes=offer.minutes if offer else max(e.minutes for e in entries),
            topic=entries[0].topic,
            things=things,
            states=() if yes_no else self._states(wrong),
            offer=offer,
        )

    def _help(self, thing: Thing, entry: Entry) -> str:
        """How to find out, with the answers in the words in which they are offered."""
        labels = {answer: self._label(thing, answer) for answer in thing.answers}
        measured = thing.kind == "indicator"
        return as_offered(entry.help.in_language(self._language), labels, everywhere=measured)

    def _text(self, asked: str, offer: Offer | None) -> str:
        """A question; a second look says that it is one."""
        if offer is None or not offer.is_second_look:
            return asked
        again = "alone" if offer.is_alone else "again"
        return say("other sign" if offer.is_other_sign else again, self._language, question=asked)

    def title(self, thing: Thing) -> str:
        """The title of a thing, with its place."""
        return self.entry(thing).title.in_language(self._language) + self._place(thing)

    def item(self, thing: Thing, answer: str, certainty: float = 1.0) -> str:
        """A thing in a list with its answer: ``Supervisor (watchdog): missing``."""
        if answer == UNKNOWN:
            return f"{self.title(thing)} ?"
        if answer == "true":
            return self.doubted(self.title(thing), certainty)
        state = self.doubted(state_label(answer, self._language), certainty)
        return f"{self.title(thing)}: {state}"

    def known(self, thing: Thing, answer: str) -> str:
        """A thing with what is known of it: ``Security zone: wrong``."""
        if answer == "true":
            return self.title(thing)
        own = self.entry(thing).labels.get(answer)
        state = own.in_language(self._language) if own else state_label(answer, self._language)
        return f"{self.title(thing)}: {state}"

    def seen(self, faces: Iterable[Face]) -> str | None:
        """A fact, by its faces, with what is known of it; None if it is about no thing."""
        things = [pair for face in faces for pair in things_of_face(face)]
        if not things:
            return None
        thing, answer = max(things, key=lambda pair: (len(pair[0].name), pair[0].instance))
        entry = thing.entry(self.vocabulary)
        if entry is None:
            return f"{thing.id} = {answer}"
        return self.known(thing, answer) if answer in KINDS[thing.kind].ANSWERS else thing.id

    def given(self, step: Step) -> tuple[str, ...]:
        """An answer in words."""
        if step.values == (UNKNOWN,):
            return (self._say("unknown"),)
        if step.question == INSTANCE:
            return step.values
        if step.question == SYMPTOMS:
            return tuple(self.complaints.called(v).label(self._language) for v in step.values)
        if len(step.things) == 1:
            return (self.doubted(self._label(step.things[0], step.values[0]), step.certainty),)
        there = tuple(
            self.item(thing, value, certainty)
            for thing, value, certainty in said(step, self.complaints)
            if value != thing.normal
        )
        return there or (self._say("unknown" if set(step.values) == {UNKNOWN} else "none"),)

    def doubted(self, label: str, certainty: float) -> str:
        """The label of an answer, with *probably* if it is not certain."""
        return label if certainty == 1.0 else say("probably", self._language, answer=label)

    def entry(self, thing: Thing) -> Entry:
        """The vocabulary entry of a thing."""
        entry = thing.entry(self.vocabulary)
        if entry is None:
            raise FactsError(f"the vocabulary does not know '{thing.id}'")
        return entry

    def _place(self, thing: Thing) -> str:
        """The module of an error and the instance, if they must be named."""
        module = thing.name[1:] if thing.kind == "error" else ()
        named = (thing.instance,) if thing.instance not in (UNSAID, DEFAULT_INSTANCE) else ()
        return f" ({', '.join((*module, *named))})" if module or named else ""

    def _offered(self, thing: Thing) -> list[str]:
        if not KINDS[thing.kind].ASKED.some_answers:
            return list(thing.answers)
        told = self._told.get(thing.anywhere, thing.answers)
        return [answer for answer in thing.answers if answer in told]

    def _yes(self, thing: Thing) -> tuple[str, ...]:
        """The answers that *yes* stands for; empty if the question is not a yes-or-no one."""
        kind, entry = KINDS[thing.kind], self.entry(thing)
        if kind.ANSWERS is YES_NO:
            return ("true",)
        if entry.yes_means or not entry.asks_yes_or_no:
            return entry.yes_means
        trouble = kind.ASKED.yes_is_trouble
        return tuple(a for a in thing.answers if (a == thing.normal) != trouble)

    def _label(self, thing: Thing, answer: str) -> str:
        """The label of an answer about one thing, such as *no: refused*."""
        own, yes = self.entry(thing).labels.get(answer), self._yes(thing)
        if own:
            return own.in_language(self._language)
        label = state_label(answer, self._language)
        if not yes or KINDS[thing.kind].ANSWERS is YES_NO:
            return label
        alike = [a for a in self._offered(thing) if (a in yes) == (answer in yes)]
        said = state_label("true" if answer in yes else "false", self._language)
        return said if len(alike) == 1 or answer == thing.normal else f"{said}: {label}"

    def _states(self, answers: Sequence[str]) -> tuple[Choice, ...]:
        return tuple(Choice(a, state_label(a, self._language)) for a in answers)

    def _say(self, key: str) -> str:
        return say(key, self._language)


@lru_cache(maxsize=4)
def prepared(expert: Expert) -> tuple[Complaints, Mapping[Thing, frozenset[str]]]:
    """The parts that all consultations with one expert share."""
    base = expert.base
    return Complaints(base), told_apart(base.patterns)

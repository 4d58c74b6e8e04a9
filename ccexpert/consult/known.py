"""All that a consultation was told: where it began, facts of texts, answers. Plain frozen data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ccexpert.consult.complaints import Complaints
from ccexpert.consult.question import INSTANCE, SYMPTOMS, UNKNOWN, Step
from ccexpert.consult.told import facts_of
from ccexpert.facts import DEFAULT_INSTANCE, Fact, FactsDocument, word
from ccexpert.facts.document import Document, document_of
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.inquiry.things import Thing


@dataclass(frozen=True)
class Known:
    """What was told so far."""

    start: FactsDocument
    facts: tuple[Fact, ...] = ()
    """Those that were read from texts on the way."""
    steps: tuple[Step, ...] = ()

    def with_step(self, step: Step, revises: int | None) -> Known:
        """With one more answer, or with answer ``revises`` (from 1) replaced."""
        if revises is None:
            return replace(self, steps=(*self.steps, step))
        return replace(self, steps=(*self.steps[: revises - 1], step, *self.steps[revises:]))

    def before(self, answers: int) -> Known:
        """Without the latest answers."""
        return replace(self, steps=self.steps[:-answers])

    def with_facts(self, facts: tuple[Fact, ...]) -> Known:
        """With further facts, which outweigh what was answered otherwise about the same things."""
        steps = tuple(replace(step, values=self._left(step, facts)) for step in self.steps)
        return replace(self, facts=(*self.facts, *facts), steps=steps)

    def _left(self, step: Step, facts: tuple[Fact, ...]) -> tuple[str, ...]:
        """The values of an answer, ``unknown`` where facts show something else."""
        named = self.answered(INSTANCE)
        found = list(step.values)
        for number, thing in enumerate(step.things):
            place = thing.instance or (named.values[0] if named else UNKNOWN)
            places = (None, DEFAULT_INSTANCE, place)
            seen = {word(f.seen) for f in facts if _is_about(f, thing, places)}
            if seen & {*thing.answers} and found[number] not in seen:
                found[number] = UNKNOWN
        return tuple(found)

    def document(
        self,
        complaints: Complaints,
        vocabulary: Vocabulary,
        instead: Mapping[Thing, str],
    ) -> Document:
        """Everything that was told as facts, with some answers replaced."""
        answered = facts_of(self.steps, complaints, vocabulary, instead)
        facts = [*self.start.facts, *self.facts, *answered]
        return document_of({**dict(self.start), "facts": facts})

    @property
    def names_no_symptom(self) -> bool:
        """Whether nobody has named any symptom, or been asked for one, yet."""
        known = (*self.start.facts, *self.facts)
        return not any(f.kind == "symptom" for f in known) and self.answered(SYMPTOMS) is None

    @property
    def last_thing(self) -> Thing | None:
        """The first thing of the last question about things."""
        return next((step.things[0] for step in reversed(self.steps) if step.things), None)

    def answered(self, question: str) -> Step | None:
        """The answer to the question with this id."""
        return next((step for step in self.steps if step.question == question), None)

    def needs_instance(self, thing: Thing, vocabulary: Vocabulary, named: set[str | None]) -> bool:
        """Whether a question is about a process of one instance and none has been named yet."""
        if thing.kind != "process" or thing.instance or self.answered(INSTANCE):
            return False
        module = vocabulary.module(thing.name[0])
        return bool(module and module.instances == "mono") and named <= {None, DEFAULT_INSTANCE}


def _is_about(fact: Fact, thing: Thing, places: tuple[str | None, ...]) -> bool:
    return (fact.kind, fact.names) == (thing.kind, thing.name) and (
        getattr(fact, "instance", None) in places
    )

"""Why the first diagnosis stands, and which answers do not fit together, in a person's words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ccexpert.consult.asking import Asking
from ccexpert.consult.question import Step
from ccexpert.consult.told import said
from ccexpert.engine.reasoner import Held, evidence_rule
from ccexpert.inquiry.policy import Situation
from ccexpert.inquiry.things import things_of_face
from ccexpert.knowledge.texts import rendered
from ccexpert.rank import Hypothesis, Ranking, weight
from ccexpert.words import Language

#: Evidence of at least this weight, for and against one diagnosis, does not fit together.
_STRONG = 0.7


@dataclass(frozen=True)
class Said:
    """A known fact in words, and the number of the answer that it comes from; 0 if from none."""

    text: str
    answer: int


@dataclass(frozen=True)
class Because:
    """One reason for a diagnosis, or against it."""

    text: str
    certainty: float
    facts: tuple[Said, ...]
    rule: str


@dataclass(frozen=True)
class Conflict:
    """Two strong reasons, one for a diagnosis and one against it."""

    title: str
    speaking: Because
    against: Because

    @property
    def between(self) -> frozenset[Said]:
        """The facts that do not fit together."""
        return frozenset((*self.speaking.facts, *self.against.facts))


class Reasons:
    """The reasons of one situation of a consultation, in one language."""

    def __init__(
        self, situation: Situation, steps: Sequence[Step], asking: Asking, language: Language
    ) -> None:
        self._ranking: Ranking = situation.ranking
        self._reasoned = situation.reasoned
        self._asking, self._language = asking, language
        self._answers = {
            thing.anywhere: number
            for number, step in enumerate(steps, 1)
            for thing, _, _ in said(step, asking.complaints)
        }

    def of(self, diagnosis: Hypothesis) -> tuple[Because, ...]:
        """The reasons for and against a diagnosis, the strongest first."""
        return tuple(self._because(diagnosis, r.held, r.weight) for r in diagnosis.strongest_first)

    def conflicts(self) -> Iterator[Conflict]:
        """The strong reasons that do not fit together: a message for a diagnosis, and something
        else against it. Other signs often have another cause; a message names its own."""
        ranking = self._ranking
        for one in (*ranking.causes, *ranking.consequences, *ranking.ruled_out):
            weighed = [(weight(one.card, held), held) for held in one.evidence]
            messages = [pair for pair in weighed if self._is_message(pair[1])]
            worth, speaking = max(messages, key=lambda pair: pair[0], default=(0.0, None))
            cost, against = min(weighed, key=lambda pair: pair[0])
            if speaking and worth >= _STRONG and cost <= -_STRONG:
                yield Conflict(
                    rendered(one.card.title, one.bindings, self._language),
                    self._because(one, speaking, worth),
                    self._because(one, against, cost),
                )

    def _is_message(self, held: Held) -> bool:
        return all(self._reasoned.facts[number].kind == "error" for number in held.facts)

    def _because(self, diagnosis: Hypothesis, held: Held, worth: float) -> Because:
        text = diagnosis.card.rule(held.number).because
        return Because(
            rendered(text, held.bindings, self._language),
            worth,
            tuple(dict.fromkeys(self._said(held.facts))),
            evidence_rule(diagnosis.card.id, held.number),
        )

    def _said(self, facts: Iterable[int]) -> Iterator[Said]:
        for number in facts:
            seen = self._asking.seen(self._reasoned.faces[number])
            label = self._reasoned.facts[number].label
            yield Said(seen or label, self._answer_of(number))

    def _answer_of(self, fact: int) -> int:
        """The number of the answer that a fact comes from, also by way of a conclusion."""
        for origin in sorted(self._reasoned.origins[fact]):
            for face in self._reasoned.faces[origin]:
                for thing, _ in things_of_face(face):
                    if number := self._answers.get(thing.anywhere):
                        return number
        return 0

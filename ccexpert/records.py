"""Turns a ranking into the records of the report: plain data in the requested language.

Only this module decides what a report says about a hypothesis; records of a fleet use a part of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypedDict

from ccexpert.diagnosis import Action, Cited, Diagnosis, Evidence, Position, RuledOut, Waived
from ccexpert.engine.reasoner import Held, Reasoned, evidence_rule
from ccexpert.errors import Place
from ccexpert.facts.case import labels_of
from ccexpert.knowledge.cards import Card, Verdict
from ccexpert.knowledge.texts import rendered
from ccexpert.knowledge.waivers import Waiver
from ccexpert.rank import PLACES, Hypothesis, Ranking, Reason, weight
from ccexpert.words import Language


class Outline(TypedDict):
    """The common fields of every record of a diagnosis."""

    id: str
    module: str
    instance: str | None
    host: str | None
    title: str
    verdict: Verdict
    certainty: float
    impact: int
    explains: tuple[str, ...]


def outline(hypothesis: Hypothesis, ranking: Ranking, title: str) -> Outline:
    """The common fields of a hypothesis, with the given ``title``."""
    card = hypothesis.card
    consequences = {
        other.card.id
        for other in ranking.consequences
        if other.explained_by == card.id and other.host == hypothesis.host
    }
    return {
        "id": card.id,
        "module": card.module,
        "instance": hypothesis.instance or None,
        "host": hypothesis.host or None,
        "title": title,
        "verdict": card.verdict,
        "certainty": hypothesis.certainty,
        "impact": card.impact,
        "explains": tuple(sorted(consequences)),
    }


class Records:
    """The records of one ranking."""

    def __init__(self, ranking: Ranking, reasoned: Reasoned, language: Language) -> None:
        self._ranking, self._language = ranking, language
        self.labels = labels_of(reasoned.facts)
        """All facts, one line each."""
        self._cited = tuple(_cited(reasoned))

    def diagnosis(self, hypothesis: Hypothesis, actions: tuple[Action, ...] = ()) -> Diagnosis:
        """A ranked hypothesis with the actions it justifies."""
        card, bindings = hypothesis.card, hypothesis.bindings
        title = rendered(card.title, bindings, self._language)
        return Diagnosis(
            **outline(hypothesis, self._ranking, title),
            meaning=rendered(card.meaning, bindings, self._language),
            evidence=tuple(self._evidence(card, reason) for reason in hypothesis.strongest_first),
            explained_by=hypothesis.explained_by,
            actions=actions,
            references=card.references,
        )

    def _evidence(self, card: Card, reason: Reason) -> Evidence:
        held = reason.held
        return Evidence(
            rule=evidence_rule(card.id, held.number),
            facts=tuple(self.labels[i] for i in held.facts),
            certainty=round(reason.weight, PLACES),
            because=self._because(card, held),
            cited=tuple(self._cited[i] for i in held.facts),
            contained=reason.contained,
            accounted_by=reason.accounted_by,
            alone=round(weight(card, held), PLACES),
        )

    def _because(self, card: Card, held: Held) -> str:
        because = card.rule(held.number).because
        return rendered(because, held.bindings, self._language)

    def ruled_out(self, hypothesis: Hypothesis) -> RuledOut:
        """A hypothesis that the facts speak against."""
        card = hypothesis.card
        against = min(hypothesis.evidence, key=lambda held: weight(card, held))
        in_favour = (held for held in hypothesis.evidence if weight(card, held) > 0)
        return RuledOut(
            id=card.id,
            module=card.module,
            instance=hypothesis.instance or None,
            host=hypothesis.host or None,
            title=rendered(card.title, hypothesis.bindings, self._language),
            certainty=hypothesis.certainty,
            because=self._because(card, against),
            despite=tuple(self._because(card, held) for held in in_favour),
        )


def waived(hypothesis: Hypothesis, waiver: Waiver) -> Waived:
    """A hypothesis that the site has silenced."""
    return Waived(
        id=hypothesis.card.id,
        module=hypothesis.card.module,
        instance=hypothesis.instance or None,
        host=hypothesis.host or None,
        certainty=hypothesis.certainty,
        reason=waiver.reason,
        expires=waiver.expires.isoformat(),
    )


def _cited(reasoned: Reasoned) -> Iterable[Cited]:
    places = reasoned.case.places
    for number, fact in enumerate(reasoned.facts):
        origins = reasoned.origins[number] if number >= len(places) else {number}
        positions = {_position(places[origin]): None for origin in sorted(origins)}
        yield Cited(fact.key, fact.seen, tuple(positions))


def _position(place: Place) -> Position:
    index = next(step for step in place.field if isinstance(step, int))
    return Position(place.file, index, place.line or None)

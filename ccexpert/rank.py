"""From evidence to a ranking: what is likely, what it explains, what is ruled out, what is left
over.

Evidence for one diagnosis of one instance is combined by the certainty-factor algebra. Evidence
that names no instance counts for every instance of its diagnosis. A cause at least as certain as
its consequence takes it under itself, so that one root cause stands first with everything that
follows from it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from ccexpert.certainty import SYMPTOM_LIMIT, THRESHOLD, combine
from ccexpert.engine.reasoner import Held, Reasoned
from ccexpert.facts import DEFAULT_INSTANCE, UNSAID, ErrorFact, IndicatorFact, SymptomFact
from ccexpert.knowledge.base import KnowledgeBase
from ccexpert.knowledge.cards import Card
from ccexpert.knowledge.waivers import Waiver, waiver_for

#: Certainties are compared and shown with this many places.
PLACES = 4


@dataclass(frozen=True, slots=True)
class Finding:
    """One diagnosis of one instance on one host, with what speaks for and against it."""

    card: Card
    instance: str
    host: str
    certainty: float
    evidence: tuple[Held, ...]
    explained_by: str | None = None

    @property
    def bindings(self) -> dict[str, str]:
        """The variables that the evidence bound, the strongest evidence first."""
        bound: dict[str, str] = {}
        for held in self.evidence:
            for name, value in held.bindings.items():
                bound[name] = bound.get(name) or value
        return bound | {"instance": self.instance, "host": self.host}

    @property
    def facts(self) -> frozenset[int]:
        """The numbers of the facts that speak for it."""
        return frozenset(
            i for held in self.evidence if weight(self.card, held) > 0 for i in held.facts
        )

    @property
    def rank(self) -> tuple[float, int, int, str, str, str]:
        """Sorts the likeliest first: certainty, impact, how specific the evidence is, id."""
        specific = len(self.facts)
        return (
            -self.certainty,
            -self.card.impact,
            -specific,
            self.card.id,
            self.instance,
            self.host,
        )


@dataclass(frozen=True, slots=True)
class Ranking:
    """All findings of a case, sorted into what the report keeps apart."""

    causes: tuple[Finding, ...]
    consequences: tuple[Finding, ...]
    ruled_out: tuple[Finding, ...]
    unexplained: tuple[int, ...]
    """The numbers of symptoms, errors and indicators that nothing accounts for."""
    waived: tuple[tuple[Finding, Waiver], ...]
    """What would have been ranked, had the site not silenced it."""


def weight(card: Card, held: Held) -> float:
    """The certainty that one held rule gives its card."""
    return card.evidence[held.number].certainty * held.support


def rank(
    reasoned: Reasoned,
    base: KnowledgeBase,
    waivers: Iterable[Waiver] = (),
    today: date | None = None,
) -> Ranking:
    """Combine the evidence and sort the findings; ``waivers`` hold for ``today``."""
    findings = sorted(_findings(reasoned, base), key=lambda f: f.rank)
    likely = [f for f in findings if f.certainty >= THRESHOLD]
    day = today or date.today()
    waived = [
        (f, waiver)
        for f in likely
        if (waiver := waiver_for(waivers, f.card.id, f.instance, f.host, day))
    ]
    silent = [f for f, _ in waived]
    explained = _explain([f for f in likely if f not in silent], base)
    return Ranking(
        causes=tuple(f for f in explained if f.explained_by is None),
        consequences=tuple(f for f in explained if f.explained_by is not None),
        ruled_out=tuple(f for f in findings if f.certainty <= -THRESHOLD),
        unexplained=tuple(_unexplained(likely, reasoned)),
        waived=tuple(waived),
    )


def _findings(reasoned: Reasoned, base: KnowledgeBase) -> Iterable[Finding]:
    by_card: dict[tuple[str, str], dict[str, list[Held]]] = defaultdict(lambda: defaultdict(list))
    for held in reasoned.evidence:
        card = base.cards[held.card]
        default = base.vocabulary.default_instance(card.module)
        instance = held.bindings.get("instance") or default or UNSAID
        by_card[held.card, held.bindings.get("host", UNSAID)][instance].append(held)
    for (card_id, host), by_instance in by_card.items():
        common = by_instance.pop(UNSAID, [])
        for instance, own in (by_instance or {UNSAID: []}).items():
            yield _finding(base.cards[card_id], instance, host, own + common, reasoned)


def _finding(
    card: Card, instance: str, host: str, evidence: list[Held], reasoned: Reasoned
) -> Finding:
    certainty = round(combine(weight(card, held) for held in evidence), PLACES)
    if certainty > SYMPTOM_LIMIT and _rests_on_symptoms(card, evidence, reasoned):
        certainty = SYMPTOM_LIMIT
    strongest = sorted(evidence, key=lambda h: (-abs(weight(card, h)), h.number, h.facts))
    return Finding(card, instance, host, certainty, tuple(strongest))


def _rests_on_symptoms(card: Card, evidence: list[Held], reasoned: Reasoned) -> bool:
    """Whether all that speaks for a diagnosis comes from symptoms, by inferences or directly."""
    return all(
        reasoned.facts[origin].kind == "symptom"
        for held in evidence
        if weight(card, held) > 0
        for fact in held.facts
        for origin in reasoned.origins[fact]
    )


def _explain(likely: list[Finding], base: KnowledgeBase) -> list[Finding]:
    """Give each finding the surest cause that explains it; never in a circle."""
    causes: dict[int, int] = {}
    for number, finding in enumerate(likely):
        candidates = (
            i
            for i, cause in enumerate(likely)
            if finding.card.id != cause.card.id
            and cause.card.accounts_for(finding.card.id)
            and cause.certainty >= finding.certainty
            and _same_place(cause, finding)
            and not _leads_to(causes, i, number)
        )
        best = next(candidates, None)  # they are sorted, so the first is the surest
        if best is not None:
            causes[number] = best
    return [
        replace(finding, explained_by=likely[causes[i]].card.id) if i in causes else finding
        for i, finding in enumerate(likely)
    ]


def _same_place(cause: Finding, consequence: Finding) -> bool:
    """Whether a cause can have this consequence: the same host, and no other instance."""
    if cause.host != consequence.host:
        return False
    instances = {cause.instance, consequence.instance} - {UNSAID, DEFAULT_INSTANCE}
    return len(instances) < 2


def _leads_to(causes: Mapping[int, int], start: int, end: int) -> bool:
    while start in causes:
        start = causes[start]
        if start == end:
            return True
    return start == end


def _unexplained(likely: list[Finding], reasoned: Reasoned) -> Iterable[int]:
    accounted = {
        fact
        for finding in likely
        for held in finding.evidence
        if weight(finding.card, held) > 0
        for fact in held.covers
    }
    for number, fact in enumerate(reasoned.facts):
        calls = (
            (isinstance(fact, SymptomFact) and fact.present)
            or (isinstance(fact, ErrorFact) and fact.present)
            or (isinstance(fact, IndicatorFact) and fact.level != "ok")
        )
        if calls and number not in accounted:
            yield number

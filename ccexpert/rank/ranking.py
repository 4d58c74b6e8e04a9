"""Sorts all hypotheses of a case into the groups that the report keeps apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from ccexpert.certainty import RULED_OUT, THRESHOLD
from ccexpert.engine.reasoner import Held, Reasoned
from ccexpert.facts import KINDS, UNSAID
from ccexpert.knowledge.base import KnowledgeBase
from ccexpert.knowledge.cards import Card
from ccexpert.knowledge.waivers import Waiver, waiver_for
from ccexpert.rank.accounted import unexplained
from ccexpert.rank.competition import Complaints, compared
from ccexpert.rank.hypothesis import Hypothesis, Reason, judged, weight
from ccexpert.rank.likeness import resembled
from ccexpert.rank.order import ordered
from ccexpert.rank.places import heard, is_told
from ccexpert.rank.reasons import counted
from ccexpert.rank.under import explained
from ccexpert.rank.unlisted import Lacking, hinted, unlisted

#: The certainty from which a place is named where nothing else is.
_VAGUE = THRESHOLD / 2


@dataclass(frozen=True, slots=True)
class Ranking:
    """All hypotheses of a case, in the groups that the report keeps apart."""

    causes: tuple[Hypothesis, ...]
    consequences: tuple[Hypothesis, ...]
    ruled_out: tuple[Hypothesis, ...]
    unexplained: tuple[int, ...]
    """The numbers of the facts that need an explanation and have none."""
    unlisted: tuple[str, ...]
    """The modules that a process list lacks although nothing says what the host starts."""
    waived: tuple[tuple[Hypothesis, Waiver], ...]
    """Hypotheses that the site has silenced, each with its waiver."""


def rank(
    reasoned: Reasoned,
    base: KnowledgeBase,
    waivers: Iterable[Waiver] = (),
    today: date | None = None,
) -> Ranking:
    """Combine the evidence and sort the hypotheses; ``waivers`` apply if valid ``today``."""
    lacking = unlisted(reasoned, base.vocabulary)
    found = _hypotheses(reasoned, base, lacking)
    if alike := tuple(resembled(found, reasoned, base)):
        found = _hypotheses(reasoned, base, lacking, alike)
    hypotheses = ordered(found, reasoned.facts, base.vocabulary)
    ranked = [h for h in hypotheses if h.certainty >= THRESHOLD]
    if not ranked:  # a place is no conclusion: better a vague one than none
        ranked = [h for h in hypotheses if h.card.says_only_whom and h.certainty >= _VAGUE]
    accounting = [h for h in ranked if is_told(h, reasoned)]
    left = tuple(unexplained(accounting, reasoned, base.vocabulary))
    likely = [h for h in ranked if is_told(h, reasoned) or not h.covers.isdisjoint(left)]
    day = today or date.today()
    waived = [
        (h, waiver)
        for h in likely
        if (waiver := waiver_for(waivers, h.card.id, h.instance, h.host, day))
    ]
    silent = [h for h, _ in waived]
    placed = explained([h for h in likely if h not in silent], reasoned.facts, base.vocabulary)
    return Ranking(
        causes=tuple(h for h in placed if h.explained_by is None),
        consequences=tuple(h for h in placed if h.explained_by is not None),
        ruled_out=tuple(h for h in hypotheses if h.certainty <= -RULED_OUT),
        unexplained=left,
        unlisted=tuple(sorted(frozenset().union(*(modules for modules, _ in lacking.values())))),
        waived=tuple(waived),
    )


def _hypotheses(
    reasoned: Reasoned, base: KnowledgeBase, lacking: Lacking, alike: Iterable[Held] = ()
) -> list[Hypothesis]:
    """Every diagnosis with evidence that holds, or that words are ``alike``, adjusted for
    competition."""
    complaints = Complaints(
        {i: f for i, f in enumerate(reasoned.facts) if f.is_complaint},
        frozenset(i for i, f in enumerate(reasoned.facts) if KINDS[f.kind].BACKGROUND),
    )
    alone = []
    evidence_held = (*reasoned.evidence, *heard(reasoned, base), *alike)
    for name, instance, host, held in _by_place(evidence_held, base):
        card = base.cards[name]
        evidence = [*held, *hinted(card, host, held, lacking)]
        alone.append(_hypothesis(card, instance, host, evidence, reasoned, complaints))
    return _said_once(compared(alone, complaints, base.accounts_for), reasoned)


def _said_once(hypotheses: Iterable[Hypothesis], reasoned: Reasoned) -> list[Hypothesis]:
    """General diagnoses that rest on copies of the same facts become one, of no instance.

    A message without an instance is copied to every instance. What class of cause it names is no
    surer and no more frequent for that.
    """
    found: dict[object, Hypothesis] = {}
    for one in hypotheses:
        key: object = (one.card.id, one.host, one.instance)
        if one.card.general:
            rests = frozenset(reasoned.case.places[i] for i in one.covers)
            key = (one.card.id, one.host, rests, tuple(r.held.number for r in one.reasons))
        before = found.get(key)
        found[key] = one if before is None else _together(before, one)
    return list(found.values())


def _together(one: Hypothesis, other: Hypothesis) -> Hypothesis:
    pairs = zip(one.reasons, other.reasons, strict=True)
    reasons = tuple(replace(r, covers=r.covers | o.covers) for r, o in pairs)
    return replace(one, instance=UNSAID, reasons=reasons)


def _by_place(
    evidence: Iterable[Held], base: KnowledgeBase
) -> Iterable[tuple[str, str, str, list[Held]]]:
    """The evidence by card, instance and host; evidence without an instance counts for all."""
    by_card: dict[tuple[str, str], dict[str, list[Held]]] = defaultdict(lambda: defaultdict(list))
    for held in evidence:
        default = base.vocabulary.default_instance(base.cards[held.card].module)
        instance = held.bindings.get("instance") or default or UNSAID
        by_card[held.card, held.bindings.get("host", UNSAID)][instance].append(held)
    for (name, host), by_instance in by_card.items():
        common = by_instance.pop(UNSAID, [])
        for instance, own in (by_instance or {UNSAID: []}).items():
            yield name, instance, host, own + common


def _hypothesis(
    card: Card,
    instance: str,
    host: str,
    evidence: list[Held],
    reasoned: Reasoned,
    complaints: Complaints,
) -> Hypothesis:
    weights = [weight(card, held) for held in evidence]
    facts = [_observed(held.facts, reasoned) for held in evidence]
    counting = counted(weights, facts)
    if card.general:  # many messages of one class make it no surer what is behind them
        counting = frozenset(sorted(counting, key=lambda n: (-abs(weights[n]), n))[:1])
    elif any(held.number == card.likeness for held in evidence):  # nor do words, read twice
        speaking = (n for n in counting if weights[n] > 0)
        counting -= {*sorted(speaking, key=lambda n: (-weights[n], n))[1:]}
    reasons = [
        Reason(
            held,
            weights[n] if n in counting else 0.0,
            facts[n],
            _observed(held.covers, reasoned),
            contained=n not in counting,
        )
        for n, held in enumerate(evidence)
    ]
    strongest = sorted(
        reasons, key=lambda r: (-abs(weight(card, r.held)), r.held.number, r.held.facts)
    )
    certainty = judged(reasons, complaints.symptoms)
    return Hypothesis(card, instance, host, certainty, tuple(strongest))


def _observed(facts: Iterable[int], reasoned: Reasoned) -> frozenset[int]:
    """The observed facts that these facts come from."""
    return frozenset().union(*(reasoned.origins[i] for i in facts))

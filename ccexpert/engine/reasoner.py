"""From a case to everything its facts support: evidence for the cards, and the actions that may be
offered.

Inferences are run first, round by round, until they conclude nothing new; a conclusion never
overrides what was observed. A rule counts once for each binding, with its best-supported facts.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from ccexpert.certainty import conjunction
from ccexpert.engine.rules import Condition, Firing
from ccexpert.engine.run import Engine, MatcherName
from ccexpert.facts import FACT_TYPES, UNSAID, Fact, LogFact, ProcessFact
from ccexpert.knowledge.base import KnowledgeBase
from ccexpert.knowledge.cards import Inference
from ccexpert.knowledge.intake import Case, engine_fields
from ccexpert.knowledge.patterns import Pattern, Variable

_MAX_ROUNDS = 10

#: Stands between the id of a card and the number of an action in the name of a rule.
_ACTION = "!"


@dataclass(frozen=True, slots=True)
class Held:
    """One rule of a card that holds."""

    card: str
    number: int
    """Which evidence (or action) of the card, from 0."""
    bindings: dict[str, str]
    facts: tuple[int, ...]
    """The numbers of the facts it rests on, in ``Reasoned.facts``."""
    support: float
    """The certainty of the weakest of those facts."""
    covers: frozenset[int]
    """All facts that make it hold in one way or another."""


@dataclass(frozen=True, slots=True)
class Reasoned:
    """Everything that the facts of a case support."""

    case: Case
    facts: tuple[Fact, ...]
    """The observed facts in order, then the concluded ones."""
    origins: tuple[frozenset[int], ...]
    """For each fact the observed facts it comes from: itself, or what it was concluded from."""
    evidence: tuple[Held, ...]
    actions: tuple[Held, ...]
    """The conditional actions whose condition holds."""


class Reasoner:
    """Runs the rules of a knowledge base on cases; may be shared by threads (each has its own
    engine)."""

    def __init__(self, base: KnowledgeBase, matcher: MatcherName = "indexed") -> None:
        self._base = base
        self._matcher = matcher
        self._owners: dict[str, tuple[str, int]] = {}
        self._inferring = tuple(
            Condition(inference.id, inference.when) for inference in base.inferences.values()
        )
        self._judging = tuple(self._evidence_and_actions())
        self._of_thread = threading.local()

    def _evidence_and_actions(self) -> Iterable[Condition]:
        """The conditions that could hold, and whose they are."""
        for card in self._base.cards:
            evidence, actions = self._base.conditions(card)
            rules = [(evidence_rule(card, n), n, when) for n, when in enumerate(evidence)]
            rules += [
                (f"{card}{_ACTION}{n + 1}", n, when) for n, when in enumerate(actions) if when
            ]
            for rule, number, when in rules:
                if self._base.may_hold(when):
                    self._owners[rule] = (card, number)
                    yield Condition(rule, when)

    def warm(self) -> None:
        """Build this thread's engines now rather than for its first case."""
        for engine in self._engines():
            engine.warm()

    def _engines(self) -> tuple[Engine, Engine]:
        """This thread's own engines: one for inferences, one for evidence and actions."""
        engines = getattr(self._of_thread, "engines", None)
        if engines is None:
            engines = (Engine(self._inferring, self._matcher), Engine(self._judging, self._matcher))
            self._of_thread.engines = engines
        return cast(tuple[Engine, Engine], engines)

    def reason(self, case: Case) -> Reasoned:
        """Everything that the facts of ``case`` support."""
        inferring, judging = self._engines()
        facts = list(case.facts)
        origins = [frozenset({i}) for i in range(len(facts))]
        for _ in range(_MAX_ROUNDS):
            concluded = self._concluded(self._fire(inferring, facts), facts)
            if not concluded:
                break
            for fact, sources in concluded:
                facts.append(fact)
                origins.append(frozenset().union(*(origins[i] for i in sources)))
        evidence: list[Held] = []
        actions: list[Held] = []
        for one, covers in _best_supported(self._fire(judging, facts), facts):
            owner, number = self._owners[one.rule]
            support = conjunction(facts[i].certainty for i in one.facts)
            held = Held(owner, number, dict(one.bindings), one.facts, support, covers)
            (actions if _ACTION in one.rule else evidence).append(held)
        return Reasoned(case, tuple(facts), tuple(origins), tuple(evidence), tuple(actions))

    def _fire(self, engine: Engine, facts: list[Fact]) -> list[Firing]:
        """Run an engine on the facts; one fact may show rules several faces: an error, its
        signatures."""
        faces = [
            (number, face)
            for number, fact in enumerate(facts)
            for face in engine_fields(fact, self._base.vocabulary)
        ]
        return [
            Firing(f.rule, f.bindings, tuple(sorted({faces[i][0] for i in f.facts})))
            for f in engine.run([face for _, face in faces])
        ]

    def _concluded(
        self, firings: list[Firing], facts: list[Fact]
    ) -> list[tuple[Fact, tuple[int, ...]]]:
        """New facts, each with the numbers of the facts it follows from."""
        known = {fact.key for fact in facts}
        found: dict[tuple[str, ...], tuple[Fact, tuple[int, ...]]] = {}
        for one in firings:
            inference = self._base.inferences[one.rule]
            support = inference.certainty * conjunction(facts[i].certainty for i in one.facts)
            for fact in self._conclusions(inference, dict(one.bindings), support, facts):
                best = found.get(fact.key)
                if fact.key not in known and (best is None or _surer(fact, best[0])):
                    found[fact.key] = (fact, one.facts)
        return [found[key] for key in sorted(found)]

    def _conclusions(
        self, inference: Inference, bindings: dict[str, str], certainty: float, facts: list[Fact]
    ) -> Iterable[Fact]:
        host = bindings.get("host", UNSAID)
        for pattern in inference.conclude:
            for fields in _spelled_out(pattern.bound(bindings)):
                common = {
                    "kind": pattern.kind,
                    "certainty": round(certainty, 4),
                    "host": fields.pop("host", host) or None,
                    "source": f"inferred by {inference.id}",
                }
                for instance in self._instances(pattern, fields, host, facts):
                    fact = FACT_TYPES[pattern.kind].model_validate(common | fields | instance)
                    yield cast(Fact, fact)

    def _instances(
        self, pattern: Pattern, fields: dict[str, object], host: str, facts: list[Fact]
    ) -> list[dict[str, str]]:
        """The instances that a conclusion about an unnamed instance is about: all that are
        known."""
        if "instance" not in FACT_TYPES[pattern.kind].KEY:
            return [{}]
        given = fields.pop("instance", UNSAID)
        if given:
            return [{"instance": str(given)}]
        vocabulary = self._base.vocabulary
        default = vocabulary.default_instance(str(fields.get("module", "")))
        if default:
            return [{"instance": default}]
        known = {
            instance
            for fact in facts
            if (instance := getattr(fact, "instance", None))
            and (fact.host or UNSAID) == host
            and not (
                isinstance(fact, (ProcessFact, LogFact))
                and vocabulary.default_instance(fact.module)
            )
        }
        return [{"instance": name} for name in sorted(known)] or [{}]


def evidence_rule(card: str, number: int) -> str:
    """The name of a card's ``number``-th (from 0) piece of evidence, as reports cite it."""
    return f"{card}#{number + 1}"


def _spelled_out(pattern: Pattern) -> Iterable[dict[str, object]]:
    rows: list[dict[str, object]] = [{}]
    for field, values in pattern.fields:
        if not isinstance(values, Variable):
            rows = [row | {field: value} for row in rows for value in values]
    return rows


def _surer(one: Fact, other: Fact) -> bool:
    return (one.certainty, one.label) > (other.certainty, other.label)


def _best_supported(
    firings: list[Firing], facts: list[Fact]
) -> Iterable[tuple[Firing, frozenset[int]]]:
    """Each rule and binding once: with the facts that support it best, and all that make it
    hold."""
    best: dict[tuple[str, tuple[tuple[str, str], ...]], Firing] = {}
    covers: dict[tuple[str, tuple[tuple[str, str], ...]], set[int]] = defaultdict(set)

    def support(one: Firing) -> tuple[float, list[int]]:
        return (conjunction(facts[i].certainty for i in one.facts), [-i for i in one.facts])

    for one in firings:
        key = (one.rule, one.bindings)
        covers[key].update(one.facts)
        if key not in best or support(one) > support(best[key]):
            best[key] = one
    return [(one, frozenset(covers[key])) for key, one in best.items()]

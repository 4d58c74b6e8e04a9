"""Derives everything that the facts of a case support: evidence for cards, and available actions.

Inferences run first, round by round, until they conclude nothing new; a conclusion never overrides
an observation. A rule counts once for each binding, with its best-supported facts.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import cast

from ccexpert.certainty import conjunction
from ccexpert.engine.rules import Condition, Firing
from ccexpert.engine.run import EngineName, Runs, engine_of
from ccexpert.facts import KINDS, UNSAID, Face, Fact
from ccexpert.facts.case import Case
from ccexpert.knowledge.base import KnowledgeBase
from ccexpert.knowledge.inferences import Inference
from ccexpert.knowledge.patterns import Pattern, Variable

_MAX_ROUNDS = 10

#: Separates the card's id from the action's number in the name of a rule.
_ACTION = "!"

#: The numbers of the facts that a conclusion follows from.
_Sources = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """One rule of a card that holds."""

    card: str
    number: int
    """Index of the evidence (or action) on the card, from 0."""
    bindings: dict[str, str]
    facts: tuple[int, ...]
    """The numbers of the facts it rests on, in ``Reasoned.facts``."""
    support: float
    """The certainty of the weakest of those facts."""
    covers: frozenset[int]
    """All facts that make it hold in any way."""


@dataclass(frozen=True, slots=True)
class Reasoned:
    """Everything that the facts of a case support."""

    case: Case
    facts: tuple[Fact, ...]
    """The observed facts in order, then the concluded ones."""
    faces: tuple[tuple[Face, ...], ...]
    """The form in which rules see each fact."""
    origins: tuple[frozenset[int], ...]
    """For each fact, the observed facts it comes from: itself, and those it was or could have been
    concluded from."""
    evidence: tuple[Held, ...]
    actions: tuple[Held, ...]
    """The conditional actions whose condition holds."""


class Reasoner:
    """Runs the rules of a knowledge base on cases. Threads may share it; each gets its own
    engines.

    ``likely`` leaves out actions, and evidence against cards that nothing speaks for.
    """

    def __init__(
        self, base: KnowledgeBase, engine: EngineName = "indexed", *, likely: bool = False
    ) -> None:
        self._base = base
        self._engine, self._likely = engine, likely
        self._owners: dict[str, tuple[str, int]] = {}
        self._speaking_for: set[tuple[str, int]] = set()
        self._inferring = tuple(
            Condition(inference.id, inference.when) for inference in base.inferences.values()
        )
        self._of_thread = threading.local()

    @cached_property
    def _judging(self) -> tuple[Condition, ...]:
        return tuple(self._evidence_and_actions())

    def _evidence_and_actions(self) -> Iterable[Condition]:
        """The conditions that could hold; also records which card owns each."""
        for card in self._base.cards if self._base.able is None else self._base.able:
            evidence, certainties, actions = self._base.conditions(card)
            self._speaking_for |= {(card, n) for n, c in enumerate(certainties) if c > 0}
            rules = [(evidence_rule(card, n), n, when) for n, when in enumerate(evidence)]
            if not self._likely:
                rules += [
                    (f"{card}{_ACTION}{n + 1}", n, when) for n, when in enumerate(actions) if when
                ]
            for rule, number, when in rules:
                if self._base.may_hold(when):
                    self._owners[rule] = (card, number)
                    yield Condition(rule, when)

    def warm(self) -> None:
        """Build this thread's engines now instead of at its first case."""
        for engine in self._engines():
            engine.warm()

    def _engines(self) -> tuple[Runs, Runs]:
        """This thread's own engines: one for inferences, one for evidence and actions."""
        engines = getattr(self._of_thread, "engines", None)
        if engines is None:
            engines = (
                engine_of(self._inferring, self._engine),
                engine_of(self._judging, self._engine),
            )
            self._of_thread.engines = engines
        return cast(tuple[Runs, Runs], engines)

    def reason(self, case: Case) -> Reasoned:
        """Everything that the facts of ``case`` support."""
        inferring, judging = self._engines()
        facts, faces = list(case.facts), list(case.faces)
        origins = [frozenset({i}) for i in range(len(facts))]
        for _ in range(_MAX_ROUNDS):
            concluded, agreed = self._concluded(_fire(inferring, faces), facts)
            for number, sources in agreed:
                if number < len(case.facts):  # what was told and what was concluded say the same
                    origins[number] = origins[number].union(*(origins[i] for i in sources))
            if not concluded:
                break
            for fact, sources in concluded:
                facts.append(fact)
                faces.append(fact.faces(self._base.vocabulary))
                origins.append(frozenset().union(*(origins[i] for i in sources)))
        evidence: list[Held] = []
        actions: list[Held] = []
        for one, covers in _best_supported(_fire(judging, faces), facts):
            owner, number = self._owners[one.rule]
            support = conjunction(facts[i].certainty for i in one.facts)
            bindings = _naming(dict(one.bindings), (faces[i] for i in covers))
            held = Held(owner, number, bindings, one.facts, support, covers)
            (actions if _ACTION in one.rule else evidence).append(held)
        if self._likely:
            evidence = self._of_likely(evidence)
        return Reasoned(
            case, tuple(facts), tuple(faces), tuple(origins), tuple(evidence), tuple(actions)
        )

    def _of_likely(self, evidence: list[Held]) -> list[Held]:
        """The evidence of cards that something speaks for."""
        likely = {held.card for held in evidence if (held.card, held.number) in self._speaking_for}
        return [held for held in evidence if held.card in likely]

    def _concluded(
        self, firings: list[Firing], facts: list[Fact]
    ) -> tuple[list[tuple[Fact, _Sources]], list[tuple[int, _Sources]]]:
        """New facts, and the numbers of known facts that say the same, each with the numbers of
        the facts it follows from."""
        known = {fact.key: number for number, fact in enumerate(facts)}
        agreed: list[tuple[int, _Sources]] = []
        found: dict[tuple[str, ...], tuple[Fact, _Sources]] = {}
        for one in firings:
            inference = self._base.inferences[one.rule]
            support = inference.certainty * conjunction(facts[i].certainty for i in one.facts)
            for fact in self._conclusions(inference, dict(one.bindings), support, facts):
                best, number = found.get(fact.key), known.get(fact.key)
                if number is not None:
                    if facts[number].seen == fact.seen:
                        agreed.append((number, one.facts))
                elif best is None or _surer(fact, best[0]):
                    found[fact.key] = (fact, one.facts)
        return [found[key] for key in sorted(found)], agreed

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
                    yield KINDS[pattern.kind].model_validate(common | fields | instance)

    def _instances(
        self, pattern: Pattern, fields: dict[str, object], host: str, facts: list[Fact]
    ) -> list[dict[str, str]]:
        """The instances a conclusion applies to: the one it names, the module's default, or all
        known instances of the host."""
        if "instance" not in KINDS[pattern.kind].KEY:
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
            if (fact.host or UNSAID) == host and (instance := fact.own_instance(vocabulary))
        }
        return [{"instance": name} for name in sorted(known)] or [{}]


def _fire(engine: Runs, faces: list[tuple[Face, ...]]) -> list[Firing]:
    """The rules that hold for facts with these faces, each with the numbers of its facts."""
    numbered = [(number, face) for number, some in enumerate(faces) for face in some]
    return [
        Firing(f.rule, f.bindings, tuple(sorted({numbered[i][0] for i in f.facts})))
        for f in engine.run([face for _, face in numbered])
    ]


def evidence_rule(card: str, number: int) -> str:
    """The name under which reports cite a card's evidence; ``number`` counts from 0."""
    return f"{card}#{number + 1}"


#: What messages name beside the other side's kind.
_NAMED = ("peer", "port", "path")


def _naming(bindings: dict[str, str], covered: Iterable[tuple[Face, ...]]) -> dict[str, str]:
    """The bindings with what the messages name, where they name one and only one: the host on the
    other side, its port, the path."""
    errors = [face.fields for faces in covered for face in faces if face.kind == "error"]
    if not errors:  # as for most rules
        return bindings
    said = {part: {fields.get(part) or "" for fields in errors} - {""} for part in _NAMED}
    return {part: one.pop() for part, one in said.items() if len(one) == 1} | bindings


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
    """Each rule and binding once, with the facts that support it best and all that make it
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

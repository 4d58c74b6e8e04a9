"""One warm diagnosis beside other rule engines: the same evidence rules, the same facts, the same
results.

Every alternative of every piece of evidence becomes one rule of the other engine: patterns that
join on host and instance, then ``not`` of single patterns. What is measured is what the engines
have in common: forget the last case, take the facts, say which rules hold for which bindings.
Before the timing each engine must give what ours gives, on every case.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial, reduce
from itertools import chain, count
from operator import and_, or_
from typing import Any

from tabulate import tabulate

from ccexpert import Expert
from ccexpert.engine.reasoner import evidence_rule
from ccexpert.engine.rules import Condition
from ccexpert.engine.run import Engine
from ccexpert.facts import KINDS, Face
from ccexpert.facts.case import settle
from ccexpert.facts.document import document_of
from ccexpert.knowledge.base import KnowledgeBase
from ccexpert.knowledge.patterns import Pattern, Variable
from tests.bench.engine import some_facts, usual_facts
from tests.bench.measure import HEADERS, Timing, interleaved

Held = set[tuple[str, tuple[tuple[str, str], ...]]]
Diagnose = Callable[[Sequence[Face]], Held]

_TIMES = 31

#: What durable_rules bears.
_FEW = 500


def conditions(base: KnowledgeBase) -> list[Condition]:
    """The evidence rules of all cards."""
    return [
        Condition(evidence_rule(card.id, number), evidence.when)
        for card in base.cards.values()
        for number, evidence in enumerate(card.evidence)
    ]


def ours(rules: Sequence[Condition], **options: Any) -> Diagnose:
    """Our engine; ``matcher="stock"`` for experta's own matcher."""
    engine = Engine(rules, **options)
    engine.warm()
    return lambda facts: {(f.rule, f.bindings) for f in engine.run(facts)}


def clips(rules: Sequence[Condition]) -> Diagnose:
    """CLIPS through clipspy; its rules assert what held, which is read when they have run."""
    import clips

    environment = clips.Environment()
    fields = _fields_by_kind(rules)
    for kind, names in fields.items():
        slots = "".join(f"(slot {name} (default nil))" for name in sorted(names))
        environment.build(f"(deftemplate {kind} {slots})")
    environment.build("(deftemplate held (slot rule) (multislot names) (multislot values))")
    for number, (rule, conjunction) in enumerate(_alternatives(rules)):
        variables = sorted({"host", *conjunction.variables})
        named, bound = " ".join(variables), " ".join(f"?{v}" for v in variables)
        parts = [_clips_pattern(p) for p in conjunction.positive]
        parts += [f"(not {_clips_pattern(p)})" for p in conjunction.negative]
        held = f'(held (rule "{rule}") (names {named}) (values {bound}))'
        environment.build(f"(defrule r{number} {' '.join(parts)} => (assert {held}))")
    templates = {kind: environment.find_template(kind) for kind in fields}
    found = environment.find_template("held")

    def diagnose(facts: Sequence[Face]) -> Held:
        environment.reset()
        for kind, fact in facts:
            if kind in templates:
                seen = {k: _clips_value(v) for k, v in fact.items() if k in fields[kind]}
                templates[kind].assert_fact(**seen)
        environment.run()
        return {
            (fact["rule"], tuple(zip(map(str, fact["names"]), fact["values"], strict=True)))
            for fact in found.facts()
        }

    return diagnose


def _clips_value(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def _clips_pattern(pattern: Pattern) -> str:
    fields = dict(pattern.fields)
    fields.setdefault("host", Variable("host"))

    def wanted(value: Any) -> str:
        if isinstance(value, Variable):
            return f"?{value.name}&~nil"
        return "|".join(str(v) if type(v) is int else f'"{_clips_value(v)}"' for v in value)

    return f"({pattern.kind} {' '.join(f'({f} {wanted(v)})' for f, v in fields.items())})"


def _alternatives(rules: Sequence[Condition]) -> list[tuple[str, Any]]:
    return [(rule.rule, c) for rule in rules for c in rule.when.alternatives]


def _fields_by_kind(rules: Sequence[Condition]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {kind: {"host"} for kind in KINDS}
    for _, conjunction in _alternatives(rules):
        for pattern in (*conjunction.positive, *conjunction.negative):
            found[pattern.kind].update(field for field, _ in pattern.fields)
    return found


def durable(rules: Sequence[Condition]) -> Diagnose:
    """durable_rules: every case is a state of its own, deleted when its rules have run."""
    from durable import lang

    held: list[tuple[str, tuple[tuple[str, str], ...]]] = []
    with lang.ruleset("cards"):
        for rule, conjunction in _alternatives(rules):
            bound: dict[str, tuple[str, str]] = {}
            parts = [
                getattr(lang.c, f"f{i}") << _durable_pattern(pattern, bound, f"f{i}")
                for i, pattern in enumerate(conjunction.positive)
            ]
            parts += [lang.none(_durable_pattern(p, bound)) for p in conjunction.negative]
            lang.when_all(*parts)(_durable_action(rule, bound, held))
        # it refuses facts that no rule asks for
        lang.when_all(+lang.m.kind)(_durable_action("", {}, []))
    numbers = count()

    def diagnose(facts: Sequence[Face]) -> Held:
        held.clear()
        state = str(next(numbers))
        lang.assert_facts(
            "cards",
            [
                {"sid": state, "id": str(i), "kind": kind}
                | {k: v for k, v in fields.items() if v is not None}
                for i, (kind, fields) in enumerate(facts)
            ],
        )
        lang.delete_state("cards", state)
        return set(held)

    return diagnose


def _durable_pattern(pattern: Pattern, bound: dict[str, tuple[str, str]], name: str = "") -> Any:
    """A pattern; with a name, it binds the variables that stand in it first."""
    from durable.lang import c, m

    fields = dict(pattern.fields)
    fields.setdefault("host", Variable("host"))
    parts = [m.kind == pattern.kind]
    for field, wanted in fields.items():
        mine = getattr(m, field)
        if not isinstance(wanted, Variable):
            parts.append(reduce(or_, [mine == value for value in wanted]))
        elif wanted.name in bound:
            other, its = bound[wanted.name]
            parts.append(mine == getattr(getattr(c, other), its))
        else:
            bound[wanted.name] = (name, field)
            parts.append(+mine)
    return reduce(and_, parts)


def _durable_action(rule: str, bound: dict[str, tuple[str, str]], held: list[Any]) -> Any:
    def act(c: Any) -> None:
        values = ((v, getattr(getattr(c, fact), field)) for v, (fact, field) in bound.items())
        held.append((rule, tuple(sorted(values))))

    return act


def cases(expert: Expert, number: int = 25) -> list[list[Face]]:
    """The facts of the usual host, then random ones, as the rules of evidence see them."""
    documents = [usual_facts(), *(some_facts(expert, 30, seed) for seed in range(1, number))]
    vocabulary = expert.base.vocabulary
    found = []
    for facts in documents:
        case = settle([document_of({"host": "app-1", "facts": facts})], vocabulary)
        reasoned, _ = expert.examine(
            expert.settle([document_of({"host": "app-1", "facts": facts})])
        )
        assert len(reasoned.facts) >= len(case.facts)
        found.append(list(chain.from_iterable(reasoned.faces)))
    return found


def report() -> dict[str, Timing]:
    """Check that all agree, then print the figures; the median of a diagnosis with all rules."""
    expert = Expert().warm()
    rules, given = conditions(expert.base), cases(expert)
    whole = _beside(rules, given, {"ours": ours, "CLIPS (clipspy)": clips, **_STOCK})
    few = _first(rules, _FEW)
    _beside(few, given, {"ours": ours, "CLIPS (clipspy)": clips, "durable_rules": durable})
    print(f"durable_rules refuses facts (error 303) with more than some {_FEW} of these rules")
    print()
    return whole


_STOCK: dict[str, Callable[[Sequence[Condition]], Diagnose]] = {
    "experta's own matcher": lambda rules: ours(rules, matcher="stock")
}


def _first(rules: Sequence[Condition], number: int) -> list[Condition]:
    """The first rules, with ``number`` alternatives at most."""
    found: list[Condition] = []
    for rule in rules:
        if len(_alternatives([*found, rule])) > number:
            break
        found.append(rule)
    return found


def _beside(
    rules: Sequence[Condition],
    given: Sequence[Sequence[Face]],
    makers: dict[str, Callable[[Sequence[Condition]], Diagnose]],
) -> dict[str, Timing]:
    engines = {name: make(rules) for name, make in makers.items()}
    for facts in given:
        expected = engines["ours"](facts)
        for name, diagnose in engines.items():
            assert diagnose(facts) == expected, f"{name} says something else"
    timings = interleaved(
        {name: partial(diagnose, given[0]) for name, diagnose in engines.items()}, _TIMES
    )
    print(
        f"{len(_alternatives(rules))} rules, {len(given[0])} facts; "
        f"equal results on {len(given)} cases"
    )
    print(tabulate([t.row(n) for n, t in timings.items()], HEADERS, disable_numparse=True))
    print()
    return timings

"""The evidence rules for GoRules' engine (zen-engine): one decision table, one row a rule.

It has no unification, so a rule is translated if at most one of its patterns binds the instance and
none binds anything else. A case comes as it is quickest for that engine: a variable for each
observation.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations, product
from typing import Any

from ccexpert.engine.rules import Condition
from ccexpert.facts import KINDS, Face
from ccexpert.knowledge.patterns import Conjunction, Pattern, Variable

#: The fields that say which thing a fact is about.
_NAMES = ("signature", "module", "name", "type", "port", "protocol", "range")

#: The fields that a translated pattern may have.
_KNOWN = {*_NAMES, "instance", "host"}


def rows(rules: Sequence[Condition]) -> Iterator[tuple[str, str]]:
    """The rules that can be translated: their name and expression, one for each alternative."""
    for rule in rules:
        for conjunction in rule.when.alternatives:
            if _is_plain(conjunction):
                yield rule.rule, _expression(conjunction)


def _is_plain(conjunction: Conjunction) -> bool:
    patterns = (*conjunction.positive, *conjunction.negative)
    known = all(f in {*_KNOWN, KINDS[p.kind].SHOWN} for p in patterns for f, _ in p.fields)
    binding = [v for p in patterns for v in p.variables if v != "host"]
    return known and set(binding) <= {"instance"} and len(binding) <= 1


def _expression(conjunction: Conjunction) -> str:
    parts = [_asked(p) for p in conjunction.positive]
    parts += [f"not ({_asked(p)})" for p in conjunction.negative]
    return " and ".join(parts)


def _asked(pattern: Pattern) -> str:
    values = pattern.literals(KINDS[pattern.kind].SHOWN)
    seen = [_observed(pattern.kind, one, v) for one in _named(pattern) for v in values]
    return f"({' or '.join(f'{name} == true' for name in seen)})"


def _named(pattern: Pattern) -> Iterator[tuple[str, ...]]:
    """Each thing that a pattern may be about."""
    return product(
        *(
            map(str, wanted)
            for field, wanted in sorted(pattern.fields)
            if field in _NAMES and not isinstance(wanted, Variable)
        )
    )


def _observed(kind: str, named: Iterable[str], value: object) -> str:
    """The name of the variable that is true if a thing was seen like this."""
    return re.sub(r"\W", "_", f"{kind} {' '.join(named)} {value}".casefold())


def table(rules: Sequence[Condition]) -> dict[str, Any]:
    """The rules as a document of GoRules' format (JDM)."""
    edges = [("in", "table"), ("table", "out")]
    return {
        "nodes": [
            {"id": "in", "name": "in", "type": "inputNode", "position": {"x": 0, "y": 0}},
            {
                "id": "table",
                "name": "rules",
                "type": "decisionTableNode",
                "position": {"x": 1, "y": 0},
                "content": {
                    "hitPolicy": "collect",
                    "inputs": [{"id": "when", "name": "when", "type": "expression"}],
                    "outputs": [
                        {"id": "rule", "name": "rule", "type": "expression", "field": "rule"}
                    ],
                    "rules": [
                        {"_id": str(n), "when": expression, "rule": json.dumps(name)}
                        for n, (name, expression) in enumerate(rows(rules))
                    ],
                },
            },
            {"id": "out", "name": "out", "type": "outputNode", "position": {"x": 2, "y": 0}},
        ],
        "edges": [
            {"id": f"{a}-{b}", "sourceId": a, "targetId": b, "type": "edge"} for a, b in edges
        ],
    }


def given(faces: Sequence[Face]) -> dict[str, bool]:
    """A case as this engine is given it."""
    found = {}
    for kind, fields in faces:
        named = [str(fields[f]) for f in sorted(_NAMES) if fields.get(f) is not None]
        for number in range(len(named) + 1):  # a pattern may leave out some of the names
            for some in combinations(named, number):
                found[_observed(kind, some, fields.get(KINDS[kind].SHOWN))] = True
    return found


def held(result: Mapping[str, Any]) -> set[str]:
    """The rules that hold, from what the engine says."""
    return {row["rule"] for row in result["result"]}


def agree(
    rules: Sequence[Condition],
    cases: Iterable[Sequence[Face]],
    ours: Callable[[Sequence[Face]], set[tuple[str, Any]]],
) -> None:
    """Raise ``AssertionError`` if the engine says something else of a rule than ours."""
    import zen

    decision = zen.ZenEngine().create_decision(zen.ZenDecisionContent(json.dumps(table(rules))))
    translated = {name for name, _ in rows(rules)}
    partly = {rule.rule for rule in rules if not all(map(_is_plain, rule.when.alternatives))}
    for faces in cases:
        theirs = held(decision.evaluate(given(faces)))
        expected = {name for name, _ in ours(faces)} & translated
        assert theirs <= expected, "zen says more"
        assert expected - theirs <= partly, "zen says less"

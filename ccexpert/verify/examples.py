"""Runs the examples of the cards through the same engine as any case.

``run_examples`` tells for every example whether its result is as expected, and which rules held:
knowledge that no example exercises is not proven.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ccexpert.certainty import word_for
from ccexpert.diagnosis import Action, PlainReport
from ccexpert.engine.reasoner import evidence_rule
from ccexpert.errors import CcexpertError
from ccexpert.expert import Expert
from ccexpert.knowledge.cards import Card
from ccexpert.knowledge.examples import Example, Expectation


@dataclass(frozen=True)
class ExampleResult:
    """The result of one example on one card."""

    card: str
    example: str
    passed: bool
    message: str
    """The expected and the actual result; empty if it passed."""
    rules: frozenset[str]
    """The rules that held in it."""


def run_examples(expert: Expert, only: Iterable[str] = ()) -> Iterator[ExampleResult]:
    """Run the examples of all cards, or only of the cards in ``only``."""
    wanted = set(only)
    for card in expert.base.cards.values():
        if wanted and card.id not in wanted:
            continue
        for example in card.examples:
            yield _run(expert, card, example)


def evidence_coverage(
    expert: Expert, results: Iterable[ExampleResult], only: Iterable[str] = ()
) -> tuple[set[str], set[str]]:
    """The evidence rules that the examples exercised, and those they did not."""
    wanted = set(only)
    seen = {rule for result in results for rule in result.rules}
    all_rules = {
        evidence_rule(card.id, number)
        for card in expert.base.cards.values()
        if not wanted or card.id in wanted
        for number in range(len(card.evidence))
    }
    return all_rules & seen, all_rules - seen


def _run(expert: Expert, card: Card, example: Example) -> ExampleResult:
    try:
        report = expert.diagnose({"platform": example.platform, "facts": list(example.facts)})
    except CcexpertError as error:
        return ExampleResult(card.id, example.name, False, str(error), frozenset())
    message = verdict(card.id, example, report)
    rules = frozenset(report.rules)
    return ExampleResult(card.id, example.name, not message, message, rules)


def verdict(card: str, example: Example, report: PlainReport) -> str:
    """The difference from the expected result; empty if there is none."""
    wanted, fine = _standing(card, example.expect, report)
    if not fine:
        return f"expected {card} {wanted}, got {_outcome(report)}"
    if (sure := example.expect.certainty) and sure != (got := _certainty(card, report)):
        return f"expected {card} with the certainty '{sure}', got '{got}'"
    missing = list(_missing(report, example.expect.plan))
    unwanted = [step for step in example.expect.never if _has(report, step)]
    if missing or unwanted:
        wrong = [f"'{step}' in the plan" for step in missing]
        wrong += [f"no '{step}' in the plan" for step in unwanted]
        return f"expected {' and '.join(wrong)}, got {_steps(report)}"
    return ""


def _standing(card: str, expect: Expectation, report: PlainReport) -> tuple[str, bool]:
    """The expected place of the card, in words, and whether it has it."""
    ranked = [d.id for d in report.diagnoses]
    explained = {d.id: d.explained_by for d in report.explained}
    if expect.outcome == "silent":
        return "not among the diagnoses", card not in ranked and card not in explained
    if expect.outcome == "ruled-out":
        return "ruled out", card in {d.id for d in report.ruled_out}
    if expect.rank:
        return f"at rank {expect.rank}", ranked[expect.rank - 1 : expect.rank] == [card]
    if expect.explained_by:
        return f"explained by {expect.explained_by}", explained.get(card) == expect.explained_by
    return f"below {expect.below}", ranked[:1] == [expect.below]


def _certainty(card: str, report: PlainReport) -> str:
    """The word for the highest certainty of the card in the report."""
    found = [d.certainty for d in (*report.diagnoses, *report.explained) if d.id == card]
    return word_for(max(found)) if found else "none"


def _missing(report: PlainReport, steps: Sequence[str]) -> Iterator[str]:
    """The steps that the plan lacks, or has only before the one named ahead of them."""
    at, before = 0, ""
    for step in steps:
        start = at + 1 if step == before else at
        later = range(start, len(report.plan))
        found = next((n for n in later if _is(report.plan[n], step)), None)
        if found is None:
            yield step
        else:
            at, before = found, step


def _has(report: PlainReport, step: str) -> bool:
    return any(_is(action, step) for action in report.plan)


def _is(action: Action, step: str) -> bool:
    """Whether a step is of this kind, of this kind and target, or of this risk."""
    return step in (action.kind, f"{action.kind} {action.target}", action.risk)


def _outcome(report: PlainReport) -> str:
    ranked = [f"{d.id} {d.certainty:g}" for d in report.diagnoses]
    explained = [f"{d.id} under {d.explained_by}" for d in report.explained]
    return ", ".join(ranked + explained) or "no diagnosis"


def _steps(report: PlainReport) -> str:
    return ", ".join(f"{a.kind} {a.target} ({a.risk})" for a in report.plan) or "an empty plan"

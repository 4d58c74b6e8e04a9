"""Does the knowledge hold? Its own examples, run through the same engine as any case.

``run_examples`` says of every example whether it came out as its card promises, and which rules
were ever exercised: knowledge that no example has seen at work is not proven.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ccexpert.diagnosis import Report
from ccexpert.engine.reasoner import evidence_rule
from ccexpert.errors import CcexpertError
from ccexpert.expert import Expert
from ccexpert.knowledge.cards import Card, Example


@dataclass(frozen=True)
class ExampleResult:
    """How one example of one card came out."""

    card: str
    example: str
    passed: bool
    message: str
    """What was expected and what came instead; empty when it passed."""
    rules: frozenset[str]
    """The rules that held in it."""


def run_examples(expert: Expert, only: Iterable[str] = ()) -> Iterator[ExampleResult]:
    """Run the examples of all cards, or of those named in ``only``."""
    wanted = set(only)
    for card in expert.base.cards.values():
        if wanted and card.id not in wanted:
            continue
        for example in card.examples:
            yield _run(expert, card, example)


def evidence_coverage(
    expert: Expert, results: Iterable[ExampleResult], only: Iterable[str] = ()
) -> tuple[set[str], set[str]]:
    """The rules of evidence that the examples exercised, and those they did not."""
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
    message = _verdict(card.id, example, report)
    return ExampleResult(card.id, example.name, not message, message, _rules(report))


def _rules(report: Report) -> frozenset[str]:
    return frozenset(report.rules)


def _verdict(card: str, example: Example, report: Report) -> str:
    """What is wrong with the outcome; empty when it is as promised."""
    ranked = [d.id for d in report.diagnoses]
    explained = {d.id: d.explained_by for d in report.explained}
    expect = example.expect
    if expect == "silent":
        fine = card not in ranked and card not in explained
        wanted = "not among the diagnoses"
    elif expect == "ruled-out":
        fine = card in {d.id for d in report.ruled_out}
        wanted = "ruled out"
    elif "rank" in expect:
        rank = int(expect["rank"])  # type: ignore[index]
        fine = ranked[rank - 1 : rank] == [card]
        wanted = f"at rank {rank}"
    elif "explained-by" in expect:
        fine = explained.get(card) == expect["explained-by"]  # type: ignore[index]
        wanted = f"explained by {expect['explained-by']}"  # type: ignore[index]
    else:
        rival = expect["below"]  # type: ignore[index]
        fine = ranked[:1] == [rival]
        wanted = f"below {rival}"
    return "" if fine else f"expected {card} {wanted}, got {_outcome(report)}"


def _outcome(report: Report) -> str:
    ranked = [f"{d.id} {d.certainty:g}" for d in report.diagnoses]
    explained = [f"{d.id} under {d.explained_by}" for d in report.explained]
    return ", ".join(ranked + explained) or "no diagnosis"

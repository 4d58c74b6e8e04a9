"""The shipped knowledge proves itself by its own examples."""

from __future__ import annotations

import pytest

from ccexpert import Expert
from ccexpert.verify import ExampleResult, evidence_coverage, run_examples
from tests.outcomes.cases import written


@pytest.fixture(scope="module")
def results(expert: Expert) -> list[ExampleResult]:
    return list(run_examples(expert))


def test_every_example_comes_out_as_its_card_promises(results: list[ExampleResult]) -> None:
    failed = [r for r in results if not r.passed]
    assert not failed, "\n".join(f"{r.card}, {r.example}: {r.message}" for r in failed)


def test_every_piece_of_evidence_is_exercised(expert: Expert, results: list[ExampleResult]) -> None:
    _, unseen = evidence_coverage(expert, results)
    cards = {*written(expert)}
    assert not {rule for rule in unseen if rule.partition("#")[0] in cards}


def test_every_card_has_an_example_that_fires_and_one_that_does_not(expert: Expert) -> None:
    for card in map(expert.base.card, written(expert)):
        kinds = [e.expect for e in card.examples]
        assert any(k.rank for k in kinds), card.id
        assert any(k.outcome for k in kinds), card.id


def test_every_seed_module_has_a_card(expert: Expert) -> None:
    seed = {e.name for e in expert.base.vocabulary.entries("module") if e.row}
    assert len(seed) == 11
    assert seed <= {card.module for card in expert.base.cards.values()}

"""The shipped knowledge proves itself by its own examples."""

from __future__ import annotations

from ccexpert import Expert
from ccexpert.verify import evidence_coverage, run_examples


def test_every_example_comes_out_as_its_card_promises(expert: Expert) -> None:
    failed = [r for r in run_examples(expert) if not r.passed]
    assert not failed, "\n".join(f"{r.card}, {r.example}: {r.message}" for r in failed)


def written(expert: Expert) -> set[str]:
    """The cards that people wrote; those made of release notes and of the parts of the product are
    tested with their texts."""
    made = {"faults", "components"}
    sources = expert.base.sources
    return {name for name in expert.base.cards if made.isdisjoint(sources[name].parts)}


def test_every_piece_of_evidence_is_exercised(expert: Expert) -> None:
    _, unseen = evidence_coverage(expert, run_examples(expert))
    assert not {rule for rule in unseen if rule.partition("#")[0] in written(expert)}


def test_every_card_has_an_example_that_fires_and_one_that_does_not(expert: Expert) -> None:
    for card in map(expert.base.card, written(expert)):
        kinds = [e.expect for e in card.examples]
        assert any(k.rank for k in kinds), card.id
        assert any(k.outcome for k in kinds), card.id


def test_every_seed_module_has_a_card(expert: Expert) -> None:
    seed = {e.name for e in expert.base.vocabulary.entries("module") if e.row}
    assert len(seed) == 11
    assert seed <= {card.module for card in expert.base.cards.values()}

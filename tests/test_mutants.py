"""Each piece of a card is removed or turned round, and an example or a story notices."""

from __future__ import annotations

import pytest

from ccexpert import Expert
from ccexpert.errors import CcexpertError
from ccexpert.knowledge.examples import Expectation
from ccexpert.verify.examples import verdict
from tests.mutants.mutate import Mutant, mutants
from tests.mutants.trial import Trial

CARD = "mta-not-running"


@pytest.fixture(scope="module")
def trial(expert: Expert) -> Trial:
    return Trial(expert)


def mutant(expert: Expert, told: str) -> Mutant:
    return next(one for one in mutants(expert.base.card(CARD)) if one.told.startswith(told))


def test_every_piece_of_a_card_has_its_mutants(expert: Expert) -> None:
    card = expert.base.card(CARD)
    made = [one.sort for one in mutants(card)]
    assert made.count("evidence") == made.count("certainty") == len(card.evidence)
    assert made.count("action") == len(card.actions)
    assert made.count("explains") == sum(len(others.cards) for others in card.explains)
    assert {"condition", "order", "risk"} <= set(made)


@pytest.mark.parametrize(
    "told",
    [
        "evidence 4 removed",
        "evidence 4 turned round",
        "step 1 (check mta@$instance) removed",
        "step 3 (start mta@$instance) removed",
        "step 3 (start mta@$instance) has the risk interrupts-service",
        "steps 1 and 2 swapped",
    ],
)
def test_the_examples_notice_a_changed_card(told: str, expert: Expert, trial: Trial) -> None:
    assert trial.killer(mutant(expert, told))


def test_a_card_that_is_as_before_survives(expert: Expert, trial: Trial) -> None:
    same = Mutant("evidence", "nothing", expert.base.card(CARD), matches_otherwise=True)
    assert trial.killer(same) == ""


def test_an_example_says_how_sure_a_card_is_and_in_which_order_its_steps_come(
    expert: Expert,
) -> None:
    example = next(e for e in expert.base.card(CARD).examples if "has no mta" in e.name)
    report = expert.diagnose({"facts": list(example.facts)})

    def told(**more: object) -> str:
        wanted = Expectation.model_validate({"rank": 1, **more})
        return verdict(CARD, example.model_copy(update={"expect": wanted}), report)

    steps = ["check modules that should run", "start mta@prod"]
    assert told(certainty="conclusive", plan=steps) == ""
    assert "'weak', got 'conclusive'" in told(certainty="weak")
    assert "'start mta@prod' in the plan" not in told(plan=steps)
    assert "'check modules that should run' in the plan" in told(plan=steps[::-1])
    assert "in the plan" in told(plan=[steps[1], steps[1]])
    with pytest.raises((CcexpertError, ValueError)):
        told(certainty="rather")

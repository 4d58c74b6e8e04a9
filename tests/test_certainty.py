"""The algebra of certainty factors."""

import math
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccexpert.certainty import (
    FINDING,
    RULED_OUT,
    SETTLED,
    SYMPTOM_LIMIT,
    THRESHOLD,
    WORDS,
    combine,
    conjunction,
    word_for,
)

INNER = st.floats(-0.99, 0.99, allow_nan=False)
ANY = st.one_of(INNER, st.sampled_from([-1.0, 1.0, 0.0]))


def emycin(a: float, b: float) -> float:
    """van Melle's formula, case by case."""
    if a >= 0 and b >= 0:
        return a + b - a * b
    if a <= 0 and b <= 0:
        return a + b + a * b
    return (a + b) / (1 - min(abs(a), abs(b)))


@given(INNER, INNER)
def test_two_certainties_combine_as_in_emycin(a: float, b: float) -> None:
    assert combine([a, b]) == pytest.approx(emycin(a, b), abs=1e-9)


@given(st.lists(ANY, max_size=8), st.randoms())
def test_order_never_matters_not_even_in_the_last_bit(values: list[float], random) -> None:
    shuffled = values[:]
    random.shuffle(shuffled)
    assert combine(values) == combine(shuffled)


@given(INNER, INNER, INNER)
def test_combination_is_associative(a: float, b: float, c: float) -> None:
    assert combine([combine([a, b]), c]) == pytest.approx(combine([a, combine([b, c])]), abs=1e-6)


@given(st.lists(ANY, max_size=12))
def test_the_result_is_bounded(values: list[float]) -> None:
    assert -1.0 <= combine(values) <= 1.0


@given(st.lists(ANY, max_size=6))
def test_nothing_known_changes_nothing(values: list[float]) -> None:
    assert combine([*values, 0.0]) == combine(values)


@given(st.lists(ANY, max_size=6))
def test_what_is_ruled_out_stays_ruled_out(values: list[float]) -> None:
    assert combine([*values, -1.0]) == -1.0


def test_no_evidence_is_no_certainty() -> None:
    assert combine([]) == 0.0
    assert math.copysign(1, combine([])) == 1


@given(st.lists(st.floats(0, 1), min_size=1))
def test_all_of_several_facts_are_as_sure_as_the_weakest(values: list[float]) -> None:
    assert conjunction(values) == min(values)


def test_the_words_mean_what_the_guide_for_cards_says() -> None:
    guide = (Path(__file__).parent.parent / "rules" / "README.md").read_text()
    stated = dict(re.findall(r"^\| `(\w+)` \| (0\.\d) \|", guide, re.MULTILINE))
    assert {word: float(number) for word, number in stated.items()} == {
        "conclusive": 0.9, "strong": 0.7, "suggestive": 0.5, "weak": 0.3,
    }  # fmt: skip
    for word, number in stated.items():
        assert WORDS[word] == -WORDS[f"{word} against"] == float(number)
    assert WORDS["excluded"] == -1
    assert len(WORDS) == 9


def test_the_limits_are_those_that_the_guide_names() -> None:
    assert (THRESHOLD, FINDING, SETTLED) == (0.2, 0.5, 0.7)
    assert (RULED_OUT, SYMPTOM_LIMIT) == (0.5, 0.5)


@pytest.mark.parametrize(
    ("certainty", "word"),
    [
        (1.0, "conclusive"),
        (0.81, "conclusive"),
        (0.8, "strong"),
        (0.6, "suggestive"),
        (0.4, "weak"),
        (0.0, "weak"),
        (-0.4, "weak against"),
        (-0.8, "strong against"),
        (-0.96, "excluded"),
        (-0.95, "conclusive against"),
    ],
)
def test_a_number_has_the_nearest_word_and_of_two_the_more_cautious(
    certainty: float, word: str
) -> None:
    assert word_for(certainty) == word


def test_ruled_out_wins_over_certain_and_certain_over_the_rest() -> None:
    assert combine([1.0, -1.0]) == combine([-1.0, 0.5]) == -1.0
    assert combine([1.0, -0.9]) == combine([0.3, 1.0]) == 1.0
    assert conjunction([]) == 1.0

"""The blind cases say what is right in words that the measure knows."""

from collections import defaultdict

from tests.evaluate.blind import _LABELS, blind

_KNOWN = {"script", "version", "setting", "cache", "by-design", "slow", *_LABELS["classes"]}


def test_every_case_tells_what_is_right_and_where_that_stands():
    cases = list(blind())
    for case in cases:
        assert ("text" in case.told) != ("facts" in case.told), case.name
        if not case.is_control:
            assert all(case.told[key] for key in ("place", "words", "fix", "source")), case.name
            assert set(case.told["cause"]) <= _KNOWN, case.name
    assert len({case.name for case in cases}) == len(cases)


def test_a_third_of_the_cases_of_each_round_is_kept_unopened():
    opened = defaultdict(list)
    for case in blind():
        opened[case.round].append(case.is_opened)
    for kept in opened.values():
        assert abs(kept.count(False) / len(kept) - 1 / 3) < 0.01

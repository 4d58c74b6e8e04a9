"""The README shows what the program really prints."""

from tests.readme import README, filled


def test_the_runs_in_the_readme_are_real() -> None:
    text = README.read_text(encoding="utf-8")
    assert "$ ccexpert diagnose" in text
    assert filled(text) == text, "run: python -m tests.readme"

"""What the program says of a card in each of its cases is as a person has read it."""

from __future__ import annotations

import pytest

from ccexpert import Expert
from tests.outcomes.cases import written
from tests.outcomes.kept import changed

#: Tests run side by side, so the longest is cut into so many.
_PARTS = 4


@pytest.mark.parametrize("part", range(_PARTS))
def test_every_answer_is_as_it_was_read(expert: Expert, part: int) -> None:
    cards = changed(expert, written(expert), part, _PARTS)
    assert not cards, (
        f"the program says something else of {len(cards)} cards: run 'python -m tests.outcomes "
        f"{' '.join(cards)}' and read 'git diff tests/outcomes/kept'"
    )

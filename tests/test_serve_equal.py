"""One expert, many faces: made-up cases have the same report and the same questions in all of them.

``python -m tests.evaluate.faces`` compares a thousand.
"""

from __future__ import annotations

from ccexpert import Expert
from tests.evaluate.faces import differing, diverging


def test_the_same_case_has_the_same_report_through_every_face(expert: Expert) -> None:
    found = list(differing(expert, 12, sample=6))
    assert [(face, others) for face, _, _, others in found if others] == []
    assert [(face, cases) for face, cases, _, _ in found] == [
        ("Python", 12),
        ("command", 12),
        ("command, a process each", 2),
        ("HTTP", 12),
        ("MCP", 12),
    ]


def test_the_same_answers_lead_to_the_same_questions(expert: Expert) -> None:
    found = list(diverging(expert, 2))
    assert [(face, others) for face, _, _, others in found] == [
        ("terminal", 0),
        ("HTTP", 0),
        ("page", 0),
    ]
    assert found[0][2] > 5

"""The stories of the tests as proofs: a cause stands first, and what follows stands under it."""

from __future__ import annotations

from collections.abc import Iterator

from ccexpert import Report
from tests.mutants.trial import Proof
from tests.test_causes import STORIES, Story, at, leads_to


def stories() -> Iterator[Proof]:
    """Every story about one cause and its consequences."""
    for story in STORIES:

        def judge(report: Report, story: Story = story) -> str:
            first = report.first.id if report.first else "nothing"
            if first != story.cause:
                return f"expected {story.cause} first, got {first}"
            lost = [c for c in story.consequences if not leads_to(report, c, story.cause)]
            return f"{lost} not under {story.cause}" if lost else ""

        yield Proof(f"story: {story.told}", {"facts": at("prod", story.facts)}, judge)

"""A session says what a fresh diagnosis of the same facts says, whatever went in and out before."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from ccexpert import Report
from ccexpert.errors import FactsError
from tests.fleet import PROCESS, expert, situations


def said(report: Report) -> dict[str, Any]:
    return report.to_dict() | {"run": None}


class Changing(RuleBasedStateMachine):
    """Examples of cards go in and out as wholes and in parts."""

    def __init__(self) -> None:
        super().__init__()
        self.session = expert().session()

    @rule(facts=st.sampled_from(situations()))
    def comes(self, facts: list[dict[str, Any]]) -> None:
        before = self.session.facts
        try:
            self.session.add(*facts)
        except FactsError:
            assert self.session.facts == before

    @rule(data=st.data())
    def goes(self, data: st.DataObject) -> None:
        if self.session.facts:
            self.session.remove(data.draw(st.sampled_from(self.session.facts)))

    @rule()
    def somebody_else_asks(self) -> None:
        expert().session().add(PROCESS)

    @invariant()
    def it_says_what_a_fresh_diagnosis_says(self) -> None:
        assert said(self.session.report()) == said(expert().diagnose(self.session.facts))


TestSession = Changing.TestCase
TestSession.settings = settings(
    max_examples=15, stateful_step_count=12, suppress_health_check=list(HealthCheck)
)


def test_what_rests_on_a_fact_goes_with_it_and_comes_back() -> None:
    session = expert().session()
    session.add(PROCESS)
    first = [h.card.id for h in session.ranking.causes]
    session.remove(PROCESS)
    assert session.ranking.causes == ()
    session.add(PROCESS)
    assert [h.card.id for h in session.ranking.causes] == first != []


def test_facts_that_contradict_each_other_leave_the_session_as_it_was() -> None:
    session = expert().session()
    session.add(PROCESS)
    with pytest.raises(FactsError):
        session.add({**PROCESS, "state": "running"})
    assert [fact.seen for fact in session.facts] == ["missing"]

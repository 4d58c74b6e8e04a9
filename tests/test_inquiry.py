"""What is worth looking at next: report and consultation say the same, whatever the policy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from ccexpert import Expert
from ccexpert.consult import Consultation
from ccexpert.facts.document import document_of
from ccexpert.inquiry import standing
from ccexpert.inquiry.candidates import Candidates
from ccexpert.inquiry.most_telling import MostTelling
from ccexpert.inquiry.policy import Candidate, Offer, Rival, Situation
from ccexpert.inquiry.things import Thing
from ccexpert.knowledge.base import KnowledgeBase
from tests.evaluate.agreement import asked, named, situations

MAILS = {"kind": "symptom", "name": "emails-not-sent", "present": True}
EXPIRED = {"kind": "symptom", "name": "session-expired", "present": True}
WATCHDOG = {"kind": "process", "module": "watchdog", "state": "running"}


class CheapestFirst:
    """Asks one thing at a time, whatever takes least."""

    def __init__(self, base: KnowledgeBase) -> None:
        self._candidates = Candidates(base)

    def offers(self, situation: Situation) -> list[Offer]:
        found = sorted(self._candidates.of(situation), key=lambda one: (one.minutes, one.thing))
        return [Offer((one,), one.minutes) for one in found]

    def choose(self, offers: Sequence[Offer], _topic: str) -> Offer | None:
        return next(iter(offers), None)


@pytest.fixture(scope="module")
def cheapest() -> Expert:
    return Expert(policy=CheapestFirst)


def test_the_report_names_what_the_consultation_asks(expert: Expert) -> None:
    some = list(situations(expert, every=6))
    spoke = 0
    for name, document in some:
        unknown, (offered, following) = named(expert, document), asked(expert, document)
        assert unknown == offered[: len(unknown)], name
        assert not unknown or unknown[0] in following, name
        spoke += bool(unknown)
    assert spoke > len(some) / 4


def test_another_policy_holds_a_whole_consultation(cheapest: Expert) -> None:
    session, prices = Consultation(cheapest, [MAILS]), []
    while question := session.question():
        if question.kind == "instance":
            session.answer("prod")
            continue
        assert len(question.things) == 1
        assert question.minutes == min(offer.minutes for offer in session.offers())
        prices.append(question.minutes)
        session.answer("missing" if question.things[0].name == ("stat",) else "unknown")
    assert len(prices) > 3
    assert session.report().first is not None
    assert session.offers() == ()


def offer(topic: str, worth: float) -> Offer:
    one = Candidate(Thing("probe", (topic,)), topic, 1.0, 1.0, None, {}, {})
    return Offer((one,), 1.0, worth)


@pytest.mark.parametrize(("worth", "asked_next"), [(0.8, "sending"), (0.79, "database")])
def test_a_near_tie_stays_in_the_topic_and_no_other_does(
    expert: Expert, worth: float, asked_next: str
) -> None:
    offers = [offer("database", 1.0), offer("sending", worth)]
    chosen = MostTelling(expert.base).choose(offers, "sending")
    assert chosen is not None
    assert chosen.topic == asked_next


MTA_MISSING = {"kind": "process", "module": "mta", "instance": "prod", "state": "missing"}
#: What it leads to names no cause.
REJECTED = {"kind": "symptom", "name": "messages-rejected-by-domain", "present": True}


@pytest.mark.parametrize(
    ("fact", "share", "settled"),
    [(MTA_MISSING, 0.09, True), (MTA_MISSING, 0.11, False), (REJECTED, 0.09, False)],
)
def test_it_is_time_to_stop_when_a_cause_is_found_and_the_odds_are_ten_to_one(
    expert: Expert,
    monkeypatch: pytest.MonkeyPatch,
    fact: dict[str, Any],
    share: float,
    settled: bool,
) -> None:
    """A finding stands first, and one question is left that could put a rival in its place."""
    rival = {"error": [Rival("database-down", "", share)]}
    left = Candidate(Thing("probe", ("db-connection",)), "database", 1.0, 1.0, None, {}, rival)
    monkeypatch.setattr(Candidates, "of", lambda *_: [left])
    assert (MostTelling(expert.base).offers(situation(expert, fact)) == []) == settled


def situation(expert: Expert, *facts: dict[str, Any]) -> Situation:
    return Situation(*expert.examine(expert.settle([document_of(facts)])))


def test_a_suspicion_does_not_hide_what_would_be_found(expert: Expert) -> None:
    """The answer makes another diagnosis a finding, and the suspicion that stands first surer."""
    window = Thing("context", ("daily-restart-window",))
    offers = MostTelling(expert.base).offers(situation(expert, EXPIRED))
    assert window in {thing for offer in offers for thing in offer.things}


def test_a_report_follows_the_policy_of_its_expert(cheapest: Expert, expert: Expert) -> None:
    minutes = [unknown.minutes for unknown in cheapest.diagnose([MAILS]).unknown]
    assert minutes == sorted(minutes)
    assert named(cheapest, {"facts": [MAILS]}) != named(expert, {"facts": [MAILS]})


def test_nothing_is_worth_a_look_where_nothing_is_out_of_order(expert: Expert) -> None:
    assert expert.diagnose([WATCHDOG]).unknown == ()


def test_where_nothing_can_be_said_yet_a_report_says_what_to_look_at(expert: Expert) -> None:
    report = expert.diagnose([{"kind": "error", "text": "something nobody has ever seen"}])
    assert report.status == "undetermined"
    assert report.unknown


def on(host: str, *facts: dict[str, Any]) -> list[dict[str, Any]]:
    return [{**fact, "host": host} for fact in facts]


def test_a_build_alone_leads_to_no_question(expert: Expert) -> None:
    unknown = {"kind": "error", "text": "nobody has seen this before", "module": "mta"}
    asked = [
        expert.diagnose([unknown, *more]).unknown for more in ([], [{"kind": "build", "number": 1}])
    ]
    assert asked[0] == asked[1] != ()


def test_what_is_unknown_of_one_host_is_not_known_from_another(expert: Expert) -> None:
    mta = {"kind": "process", "module": "mta", "state": "running"}
    alone = expert.diagnose(on("app-1", MAILS)).unknown
    beside = expert.diagnose([*on("app-1", MAILS), *on("app-2", mta, WATCHDOG)]).unknown
    assert {unknown.fact["host"] for unknown in beside} == {"app-1"}
    assert [u.question for u in beside] == [u.question for u in alone]


def test_a_fact_named_as_unknown_changes_the_first_diagnosis(expert: Expert) -> None:
    before = expert.diagnose([MAILS])
    for unknown in before.unknown:
        after = expert.diagnose([MAILS, unknown.fact])
        assert before.first is not None
        assert after.first is not None
        assert (after.first.id == unknown.would_change) or (
            unknown.would_change == before.first.id != after.first.id
        )


def test_what_is_remembered_does_not_grow_with_instances(
    expert: Expert, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server hears of ever new ones."""
    monkeypatch.setattr(standing, "_REMEMBERED", 50)
    mine = standing.Standings(expert.base)
    for number in range(60):
        mine._signs_of("stat-not-running", f"i{number}")
        mine._speaking(Thing("process", ("stat",), f"i{number}"))
    assert mine._signs_of.cache_info().currsize == mine._speaking.cache_info().currsize == 50

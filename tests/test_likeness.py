"""Likeness: the case that words resemble is offered where nothing else names a cause."""

from __future__ import annotations

from typing import Any

import pytest

from ccexpert import Expert, Report, read
from ccexpert.facts.document import document_of
from ccexpert.knowledge.likeness import CASES

PAGE = (
    "Our JSSP page returns JSON, but Swedish letters arrive broken at the partner, who misses the "
    "content type."
)
LIKE_IT = "jssp-content-type-missing"
NAMED = {"kind": "complaint", "about": "jssp-pages", "present": True, "certainty": 0.6}

DISK = {"kind": "indicator", "name": "disk", "level": "ok"}


def like(case: str, certainty: float = 0.7) -> dict[str, Any]:
    return {"kind": "complaint", "about": case, "present": True, "certainty": certainty}


def ranked(report: Report) -> dict[str, float]:
    return {d.id: d.certainty for d in (*report.diagnoses, *report.explained)}


@pytest.mark.parametrize(("text", "case"), [
    (PAGE, LIKE_IT),
    ("Ingen kan längre lösenordet till kontot internal, så vi kommer inte in.",
     "internal-password-lost"),
])  # fmt: skip
def test_words_that_fit_no_sign_still_lead_to_the_case_that_they_resemble(
    text: str, case: str, expert: Expert
) -> None:
    report = expert.diagnose(read(text).document)
    first = report.first
    assert first is not None
    assert first.id == case
    assert "Your words resemble" in first.evidence[0].because
    assert not first.is_finding
    assert report.status == "undetermined"
    assert {step.kind for step in report.plan} == {"check"}


def test_what_the_case_would_show_is_asked_first(expert: Expert) -> None:
    card = expert.base.card(LIKE_IT)
    asked = expert.diagnose([like(LIKE_IT), NAMED]).unknown[0].fact
    own = [p for rule in card.evidence for p in rule.when.patterns]
    assert asked["name"] in {name for p in own for name in p.literals("name")}


def test_words_say_less_than_any_fact(expert: Expert) -> None:
    stopped = {"kind": "process", "module": "mta", "instance": "prod", "state": "missing"}
    found = ranked(expert.diagnose([like(LIKE_IT), NAMED, stopped]))
    assert "mta-not-running" in found
    assert LIKE_IT not in found


def test_what_facts_deny_is_not_offered(expert: Expert) -> None:
    seen = {"kind": "setting", "name": "internal-password", "state": "ok"}
    found = ranked(expert.diagnose([like("internal-password-lost"), seen]))
    assert found.get("internal-password-lost", 0) < 0.3


def test_a_complaint_that_facts_deny_leaves_nobody_sure_that_all_is_well(expert: Expert) -> None:
    assert expert.diagnose([DISK]).status == "ok"
    report = expert.diagnose([DISK, like("disk-full")])
    assert (report.diagnoses, report.status) == ((), "undetermined")


def test_words_that_are_also_read_as_a_symptom_count_once(expert: Expert) -> None:
    sign = min(expert.base.card(LIKE_IT).symptoms)
    seen = {"kind": "symptom", "name": sign, "present": True, "certainty": 0.42}
    assert 0 < ranked(expert.diagnose([seen]))[LIKE_IT] < 0.3
    both = ranked(expert.diagnose([like(LIKE_IT), NAMED, seen]))
    assert both[LIKE_IT] == ranked(expert.diagnose([like(LIKE_IT), NAMED]))[LIKE_IT] < 0.5


def test_a_faint_likeness_counts_only_where_the_complaint_names_the_place(expert: Expert) -> None:
    faint = like(LIKE_IT, 0.4)
    elsewhere = NAMED | {"about": "sms-channel"}
    assert LIKE_IT in ranked(expert.diagnose([faint, NAMED]))
    assert LIKE_IT not in ranked(expert.diagnose([faint, elsewhere]))


def test_a_likeness_that_is_not_needed_calls_for_no_explanation(expert: Expert) -> None:
    assert expert.diagnose([like(LIKE_IT, 0.4), NAMED | {"about": "offers"}]).unexplained == ()


@pytest.mark.parametrize(("text", "case"), [
    ("Something is slow; the load average is 14, 13, 12 all day.", True),
    ("Something is slow; the load average is not high.", False),
    ("Något är segt; processorns belastning är inte hög.", False),
    ("Something is slow; the load average is 0.3, 0.2 all day.", False),
    ("Something is slow; the load average is only 2.", False),
])  # fmt: skip
def test_a_case_is_not_offered_that_the_complaint_denies(
    text: str, case: bool, expert: Expert
) -> None:
    assert ("load-high" in ranked(expert.diagnose(read(text).document))) is case


def test_a_known_fault_that_words_resemble_stands_above_the_place(expert: Expert) -> None:
    text = "Enrichment on SAP HANA via FDA fails when it wants to make an index."
    report = expert.diagnose(read(text).document)
    assert report.first is not None
    assert report.first.id == "neo-29664"
    assert not report.first.is_finding
    assert "trouble-with-enrichment" in ranked(report)


@pytest.mark.parametrize("text", [
    "How can our JSSP page that returns JSON set the content type for the partner?",
    f"{PAGE} The log says: PGS-220000 FATAL: the database system is starting up",
])  # fmt: skip
def test_no_likeness_is_told_of_questions_and_beside_what_programs_say(text: str) -> None:
    assert [told for told in read(text).told if told.fact.names == (LIKE_IT,)] == []


def test_every_card_that_names_a_cause_can_be_resembled_and_no_other(expert: Expert) -> None:
    entries = expert.base.vocabulary.entries("complaint")
    causes = {card.id for card in expert.base.cards.values() if card.names_a_cause}
    assert {entry.name for entry in entries if entry.topic == CASES} == causes
    assert not {"trouble-with-jssp-pages", "family-not-there"} & causes


def test_an_expert_for_one_case_says_the_same_as_one_with_all_cards(expert: Expert) -> None:
    document = document_of(read(PAGE).document)
    alone, case = Expert.about([document])
    assert ranked(alone.diagnose_case(case)) == ranked(expert.diagnose_documents([document]))

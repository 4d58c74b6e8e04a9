"""Places: where to look first for what no diagnosis accounts for."""

from __future__ import annotations

from ccexpert import Expert
from ccexpert.intake import read

LOGIN = {"kind": "symptom", "name": "console-login-fails", "present": True}
SITE = {"kind": "probe", "name": "site", "result": "timeout"}
RUNS = {"kind": "process", "module": "trackinglogd", "instance": "default", "state": "running"}
NO_LOGS = {"kind": "symptom", "name": "tracking-logs-missing", "present": True}
TRACKING = {"kind": "workflow", "name": "tracking", "state": "running"}


def without_causes(expert: Expert) -> Expert:
    """An expert that knows places and no cause."""
    from dataclasses import replace

    cards = {name: card for name, card in expert.base.cards.items() if card.says_only_whom}
    return Expert(base=replace(expert.base, cards=cards))


def test_what_every_cause_is_ruled_out_for_still_has_a_place(expert: Expert) -> None:
    report = expert.diagnose([NO_LOGS, RUNS, TRACKING])
    assert report.first is not None
    assert report.first.id == "trouble-with-link-tracking"
    assert report.first.certainty < 0.5
    assert report.status == "undetermined"
    assert {step.kind for step in report.plan} <= {"check"}


def test_a_place_accounts_for_nothing(expert: Expert) -> None:
    assert expert.diagnose([NO_LOGS, RUNS, TRACKING]).unexplained


def test_a_sign_that_a_diagnosis_accounts_for_shows_no_place(expert: Expert) -> None:
    report = expert.diagnose([LOGIN, SITE, {"kind": "probe", "name": "ssh", "result": "ok"}])
    assert not [d.id for d in report.diagnoses if d.id.startswith("trouble-with-")]


def test_trouble_is_traced_to_the_place_that_the_other_needs(expert: Expert) -> None:
    report = without_causes(expert).diagnose([LOGIN, SITE])
    assert [d.id for d in report.diagnoses] == ["trouble-with-web-server"]
    assert [d.id for d in report.explained] == ["trouble-with-logon"]


def test_a_message_that_nothing_describes_leads_to_the_part_whose_process_wrote_it(
    expert: Expert,
) -> None:
    said = {"kind": "error", "module": "stat", "text": "Slot table resized 4 times"}
    report = expert.diagnose({"schema_version": 1, "facts": [said]})
    assert [(d.id, d.certainty) for d in report.diagnoses] == [
        ("trouble-with-send-permissions", 0.3)
    ]
    assert report.status == "undetermined"
    assert {step.kind for step in report.plan} == {"check"}


def about(text: str) -> list[str]:
    """The parts that a text complains of."""
    return [
        name for one in read(text).told if one.fact.kind == "complaint" for name in one.fact.names
    ]


def test_what_is_said_to_be_fine_is_no_place() -> None:
    assert about("The console is fine, but our landing page is blank.") == ["web-applications"]


def test_a_message_that_no_sentence_explains_names_its_place() -> None:
    assert about("Saving a new data schema: circular dependency on nms:recipient") == ["schemas"]


def test_what_was_looked_at_in_vain_is_no_symptom() -> None:
    assert [one.fact.kind for one in read("Nothing in their logs.").told] == []


def test_a_complaint_that_is_half_understood_names_a_place_rather_than_nothing(
    expert: Expert,
) -> None:
    heard = {"kind": "symptom", "name": "directory-login-fails", "present": True, "certainty": 0.4}
    report = expert.diagnose([heard])
    assert report.first is not None
    assert report.first.id == "trouble-with-logon"

"""Complaints that fit no symptom: whom they concern, which known fault they are like."""

from __future__ import annotations

import pytest

from ccexpert import Expert, Report
from ccexpert.intake import read

RELAY = "The archiving of Message Center fails when the calls go through an HTTP relay."


def diagnosed(expert: Expert, text: str) -> Report:
    return expert.diagnose(read(text).document)


def test_a_complaint_about_a_part_of_the_product_says_where_to_look_first(expert: Expert) -> None:
    report = diagnosed(expert, "Since Monday nothing comes back from our Salesforce connector.")
    first = report.first
    assert first is not None
    assert first.id == "trouble-with-salesforce-connector"
    assert not first.is_finding
    assert {action.kind for action in report.plan} == {"check"}


@pytest.mark.parametrize(("text", "part"), [
    ("Real-time events are lost.", "transactional-messages"),
    ("Erbjudandena visas inte.", "offers"),
    ("Prenumerationer saknas.", "subscriptions"),
    ("Local campaigns fail for our shops.", "distributed-marketing"),
])  # fmt: skip
def test_a_part_is_known_by_its_whole_name_in_all_its_forms(text: str, part: str) -> None:
    found = [told.fact for told in read(text).told if told.fact.kind == "complaint"]
    assert [fact.model_dump()["about"] for fact in found] == [part]


def test_a_finding_takes_the_part_that_was_complained_of_under_itself(expert: Expert) -> None:
    text = "The Salesforce connector does not work.\nXSV-350013 Access denied"
    report = diagnosed(expert, text)
    assert "trouble-with-salesforce-connector" not in {one.id for one in report.diagnoses}


@pytest.mark.parametrize("text", [
    "How do I set up the Salesforce connector?",
    "The weather is bad and the coffee is cold.",
    "The Windows event log shows an unexpected error of the service.",
    "It fails with max_locks_per_transaction, and /usr/local is full.",
    "Quick one: can I move the workflow to another folder?",
    "Finns det en gräns för antalet operatörer?",
])  # fmt: skip
def test_a_question_or_a_text_about_something_else_is_no_complaint(text: str) -> None:
    assert [told for told in read(text).told if told.fact.kind == "complaint"] == []


def test_what_it_began_with_is_no_part_that_is_complained_of(expert: Expert) -> None:
    text = "Since we put a second app server behind the load balancer, it fails."
    found = diagnosed(expert, text).diagnoses
    assert not [one.id for one in found if one.id.startswith("trouble-with-")]


@pytest.mark.parametrize(("build", "certainty"), [
    ("We run build 9300.", 0.49), ("", 0.21), ("We run build 9390.", None),
])  # fmt: skip
def test_a_known_fault_is_found_by_words_the_surer_the_more_the_build_fits(
    build: str, certainty: float | None, expert: Expert
) -> None:
    found = {d.id: d.certainty for d in diagnosed(expert, f"{RELAY} {build}").diagnoses}
    assert found.get("neo-33783") == certainty


@pytest.mark.parametrize(("text", "number"), [
    ("We run 7.3.4 build 9356.", 9356),
    ("It fails since we are on 9182.", 9182),
    ("Mails land in spam. 9032.", 9032),
    ("Efter uppgraderingen till 9032 går inget.", 9032),
    ("Build 9032@d030b36 crashes.", 9032),
    ("Build 9032 here, build 9182 there.", None),
])  # fmt: skip
def test_sentences_name_the_build(text: str, number: int | None) -> None:
    found = [told.fact for told in read(text).told if told.fact.kind == "build"]
    assert [fact.model_dump()["number"] for fact in found] == ([number] if number else [])


@pytest.mark.parametrize(("text", "family"), [
    ("Each call ends with error 407 proxy auth required.", "family-login-refused"),
    ("In error.log stands alert: unrecognized_name", "family-tls-not-agreed"),
    ("WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!", "host-key-not-trusted"),
    ("cat: /dev/tty: No such device or address", "family-not-there"),
])  # fmt: skip
def test_a_message_of_another_program_in_prose_tells_its_family(
    text: str, family: str, expert: Expert
) -> None:
    facts = [told.fact for told in read(text).told if told.fact.kind == "error"]
    shown = {
        face.fields["signature"] for fact in facts for face in fact.faces(expert.base.vocabulary)
    }
    assert family in shown


def test_what_differs_counts_beside_a_message_that_fits_no_symptom() -> None:
    told = [one.fact for one in read("XSV-350013 comes up\nFrom other machines it is fine.").told]
    assert not [fact for fact in told if fact.kind == "symptom"]
    assert "one-pc-only" in {fact.model_dump().get("name") for fact in told}


@pytest.mark.parametrize("text", [
    "The VPN client asks for a new certificate every Monday.",
    "Lönesystemet visar fel siffror i rapporten.",
    "The printer does not start and shows an old page.",
    "The customer wants a blue button in the mail.",
    "Pas de souci ce matin, les workflows tournent.",
])  # fmt: skip
def test_what_is_not_of_the_product_or_a_mere_wish_is_no_complaint(text: str) -> None:
    assert not read(text).told


@pytest.mark.parametrize(("text", "module", "state"), [
    ("The statistics server is down.", "stat", "missing"),
    ("Statistikservern kraschar.", "stat", "crashing"),
    ("The workflow server hangs.", "wfserver", "unresponsive"),
    ("The workflow server log is missing.", None, None),
])  # fmt: skip
def test_a_module_is_also_known_by_what_it_is_called(
    text: str, module: str | None, state: str | None
) -> None:
    found = [told.fact for told in read(text).told if told.fact.kind == "process"]
    said = [(fact.model_dump()["module"], fact.model_dump()["state"]) for fact in found]
    assert said == ([(module, state)] if module else [])


def test_a_log_of_syslog_with_an_offset_of_time_is_read() -> None:
    line = "2029-11-10T22:01:13+01:00 host1 nlserver[8871]: PGS-220000 Connection refused"
    (told,) = read(line).told
    assert told.fact.model_dump()["text"] == "PGS-220000 Connection refused"


def test_a_part_of_which_a_symptom_says_already_what_is_wrong_counts_less(expert: Expert) -> None:
    report = diagnosed(expert, "A few colleagues cannot log on to the console, wrong password.")
    (part,) = (one for one in report.diagnoses if one.id == "trouble-with-console")
    assert part.certainty == 0.2


@pytest.mark.parametrize(("text", "told"), [
    ("CRITICAL - /usr/local/neolane 98% used (192/196 GB)", "indicator disk = alert"),
    ("DISK CRITICAL - free space: /data 3326 MB (5% inode=98%);", "indicator disk = alert"),
    ("Minnet är använt till 85 %, men diskarna har plats.", "indicator memory = warning"),
    ("We get an alert when the disk is 90% full.", None),
    ("The disk was 98 % full yesterday.", None),
    ("95% of the mails bounced.", None),
])  # fmt: skip
def test_a_figure_counts_by_the_thresholds_of_its_indicator(text: str, told: str | None) -> None:
    found = [one.fact for one in read(text).told if one.fact.kind == "indicator"]
    assert [fact.label for fact in found] == ([told] if told else [])
    assert all(fact.certainty == 0.7 for fact in found)


@pytest.mark.parametrize(("text", "is_broken"), [
    ("conf/serverConf.xml:211: parser error : Opening and ending tag mismatch: mta", True),
    (r"XML-110007 XML parsing error: mismatched tag (file 'C:\A\conf\config-acme.xml')", True),
    ("XML-110007 XML parsing error: mismatched tag in the reply of the partner", False),
    ("BAS-010015 Cannot open file '/usr/local/neolane/nl7/conf/config-acme.xml'", False),
])  # fmt: skip
def test_an_error_that_names_a_broken_configuration_file_says_so(
    text: str, is_broken: bool
) -> None:
    found = {one.fact.label for one in read(text).told if one.fact.kind == "probe"}
    assert found == ({"probe config-files = error"} if is_broken else set())

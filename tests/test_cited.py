"""Evidence cites its facts as data: which thing, what was seen of it, and where that was said."""

from __future__ import annotations

import json
from dataclasses import replace

import jsonschema

from ccexpert import Expert, Report
from ccexpert.act.gate import refusal
from ccexpert.act.interface import Policy
from ccexpert.act.told import relied_on
from ccexpert.diagnosis import Cited, Diagnosis, Position
from ccexpert.errors import FactsError
from ccexpert.facts.document import document_of, read_document
from ccexpert.facts.observed import word
from ccexpert.knowledge.commands import AllowedCommand
from ccexpert.reading import Source, decode
from ccexpert.report.json import read, schema
from tests.kit import document

MTA = {"kind": "process", "module": "mta", "instance": "prod", "state": "missing"}
MAILS = {"kind": "symptom", "name": "emails-not-sent", "instance": "prod", "present": True}


def cited(report: Report) -> dict[tuple[str, ...], Cited]:
    return {
        fact.key: fact
        for diagnosis in (*report.diagnoses, *report.explained)
        for evidence in diagnosis.evidence
        for fact in evidence.cited
    }


def test_a_fact_is_cited_with_its_key_what_was_seen_and_its_position(expert: Expert) -> None:
    found = cited(expert.diagnose([MAILS, MTA]))
    assert found["process", "mta", "prod", ""] == Cited(
        ("process", "mta", "prod", ""), "missing", (Position("facts", 1, None),)
    )
    assert found["symptom", "emails-not-sent", "prod", ""].seen is True


def test_the_facts_stand_beside_their_lines_for_people(expert: Expert) -> None:
    for card in (card for card in expert.base.cards.values() if card.examples):
        report = expert.diagnose(list(card.examples[0].facts))
        for diagnosis in (*report.diagnoses, *report.explained):
            for evidence in diagnosis.evidence:
                for label, fact in zip(evidence.facts, evidence.cited, strict=True):
                    assert label.startswith(f"{fact.kind} ")
                    assert f" = {word(fact.seen)}" in label or fact.kind in ("error", "build")


def test_a_position_leads_to_the_fact_in_whichever_document_it_stands(expert: Expert) -> None:
    documents = {
        "seen.json": read_document(Source("seen.json", document(MTA))),
        "told.json": read_document(Source("told.json", document(MTA | {"module": "stat"}, MAILS))),
    }
    found = cited(expert.diagnose_documents(list(documents.values())))
    assert {p.document for fact in found.values() for p in fact.positions} == set(documents)
    for fact in found.values():
        for position in fact.positions:
            stands = documents[position.document].content.facts[position.index]
            assert (stands.kind, stands.seen) == (fact.kind, fact.seen)


def test_a_line_of_many_documents_is_told(expert: Expert) -> None:
    line = decode(document(MTA).encode(), "hosts.jsonl", FactsError, only=7)
    found = cited(expert.diagnose_documents([read_document(line)]))
    assert found["process", "mta", "prod", ""].positions == (Position("hosts.jsonl", 0, 7),)


def test_what_was_concluded_stands_where_its_grounds_stand(expert: Expert) -> None:
    report = expert.diagnose(
        [MAILS, {"kind": "symptom", "name": "no-process-starts", "present": True}]
    )
    concluded = [f for f in cited(report).values() if f.kind not in ("symptom",)]
    assert concluded
    assert {p.index for fact in concluded for p in fact.positions} <= {0, 1}


def test_a_report_of_an_earlier_minor_version_can_still_be_read(expert: Expert) -> None:
    data = json.loads(expert.diagnose([MTA]).render("json"))
    assert (data["schema_version"], data["schema_minor"]) == (1, 4)
    del data["schema_minor"]
    for diagnosis in (*data["diagnoses"], *data["explained"]):
        for evidence in diagnosis["evidence"]:
            del evidence["cited"]
    jsonschema.validate(data, schema(), cls=jsonschema.Draft202012Validator)
    before = read(Source("old.json", json.dumps(data)))
    assert before.schema_minor == 0
    assert before.diagnoses[0].evidence[0].cited == ()


# --- those who act on it ---


def speaking_otherwise(report: Report) -> Report:
    """The same report, whose lines for people are worded in another way."""

    def reworded(diagnosis: Diagnosis) -> Diagnosis:
        evidence = tuple(
            replace(e, facts=tuple("processen mta" for _ in e.facts)) for e in diagnosis.evidence
        )
        return replace(diagnosis, evidence=evidence)

    return replace(report, diagnoses=tuple(map(reworded, report.diagnoses)))


def test_what_may_be_run_hangs_on_facts_and_not_on_their_wording(expert: Expert) -> None:
    report = expert.diagnose([MAILS, MTA])
    step = next(a for a in report.plan if a.command == ("nlserver", "start", "mta@prod"))
    step = replace(step, target="")
    policy = Policy([AllowedCommand(argv=("nlserver", "start", "*"), risk="low")], "linux", None)
    nameless = tuple(replace(d, module="", instance=None) for d in report.diagnoses)
    only_facts = replace(report, diagnoses=nameless)
    assert refusal(step, only_facts, policy) is None
    assert refusal(step, speaking_otherwise(only_facts), policy) is None
    other = replace(step, command=("nlserver", "start", "mta@other"))
    assert refusal(other, only_facts, policy) == "not-named"


def test_what_was_told_is_found_again_by_its_key(expert: Expert) -> None:
    elsewhere = {**MAILS, "name": "report-empty", "instance": "other"}
    told = document_of([MAILS, elsewhere]).content
    report = speaking_otherwise(expert.diagnose(told, [MTA]))
    found = relied_on(told, report, {"mta-not-running"})
    assert [fact.label for fact in found] == ["symptom emails-not-sent@prod = true"]

"""A report depends on the facts and on nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ccexpert import Expert, Report
from ccexpert.facts.document import document_of
from ccexpert.knowledge.base import KnowledgeBase
from ccexpert.knowledge.packs import cached
from ccexpert.report import FORMATS, render
from ccexpert.report.json import schema, to_dict
from tests.kit import ROOT, ccexpert, document, with_stock_matcher

EXPERT = Expert()
EXAMPLES = [e.facts for card in EXPERT.base.cards.values() for e in card.examples]


def timeless(report: Report) -> dict[str, Any]:
    data = to_dict(report)
    del data["run"]
    return data


def wherever(report: Report) -> dict[str, Any]:
    """The report without where its facts stand."""
    data = timeless(report)
    for diagnosis in (*data["diagnoses"], *data["explained"]):
        for fact in (f for evidence in diagnosis["evidence"] for f in evidence["cited"]):
            del fact["positions"]
    return data


any_facts = st.lists(st.sampled_from(EXAMPLES), min_size=1, max_size=2).map(
    lambda some: [fact for facts in some for fact in facts]
)


def without_contradictions(facts: list[Any]) -> list[Any]:
    from ccexpert.errors import FactsError

    kept: list[Any] = []
    for fact in facts:
        try:
            EXPERT.diagnose([*kept, fact])
        except FactsError:
            continue
        kept.append(fact)
    return kept


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(any_facts, st.randoms())
def test_the_order_of_facts_never_changes_a_report(facts, shuffle) -> None:
    facts = without_contradictions(facts)
    before = wherever(EXPERT.diagnose(facts))
    shuffle.shuffle(facts)
    assert wherever(EXPERT.diagnose(facts)) == before


@settings(max_examples=4)
@given(st.randoms())
def test_the_order_of_cards_never_changes_a_report(shuffle) -> None:
    base = EXPERT.base
    names = list(base.cards)
    shuffle.shuffle(names)
    shuffled: KnowledgeBase = replace(base, cards={n: base.cards[n] for n in names})
    other = Expert(base=shuffled)
    for facts in EXAMPLES[::50]:
        assert timeless(other.diagnose(list(facts))) == timeless(EXPERT.diagnose(list(facts)))


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(any_facts)
def test_every_report_is_valid_against_its_schema(facts) -> None:
    report = EXPERT.diagnose(without_contradictions(facts))
    jsonschema.validate(to_dict(report), schema(), cls=jsonschema.Draft202012Validator)


@settings(max_examples=12, suppress_health_check=list(HealthCheck))
@given(any_facts)
def test_an_expert_who_read_only_what_concerns_the_case_says_the_same(facts) -> None:
    document = document_of(without_contradictions(facts))
    few, case = Expert.about([document])
    assert len(few.base.cards) <= len(EXPERT.base.cards)
    assert timeless(few.diagnose_case(case)) == timeless(EXPERT.diagnose_documents([document]))


def test_both_matchers_give_the_same_reports() -> None:
    stock = with_stock_matcher(Expert())
    for facts in EXAMPLES[::100]:
        assert timeless(stock.diagnose(list(facts))) == timeless(EXPERT.diagnose(list(facts)))


def test_the_hash_seed_never_changes_a_report() -> None:
    facts = [fact for facts in EXAMPLES[:3] for fact in facts][:4]
    reports = set()
    for seed in ("0", "1", "random"):
        done = subprocess.run(
            [sys.executable, "-m", "ccexpert", "diagnose", "-", "-f", "json"],
            input=document(*without_contradictions(facts)),
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        data = json.loads(done.stdout)
        del data["run"]
        reports.add(json.dumps(data))
    assert len(reports) == 1


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("language", ["en", "sv"])
def test_every_format_renders_every_example(name: str, language: Any) -> None:
    for report in reports_in(language):
        assert render(report, name).endswith("\n")


@cache
def reports_in(language: Any) -> list[Report]:
    return [EXPERT.diagnose(list(facts), language=language) for facts in EXAMPLES[::15]]


def test_evidence_that_names_no_instance_counts_for_every_instance() -> None:
    facts = [
        {"kind": "process", "module": "mta", "instance": name, "state": "missing"}
        for name in ("a", "b")
    ]
    report = EXPERT.diagnose(facts)
    assert [(d.id, d.instance) for d in report.diagnoses[:2]] == [
        ("mta-not-running", "a"),
        ("mta-not-running", "b"),
    ]


def test_a_doubtful_fact_gives_a_doubtful_diagnosis() -> None:
    sure = {"kind": "process", "module": "mta", "instance": "a", "state": "missing"}
    certain, doubtful = (
        EXPERT.diagnose([fact]).first for fact in (sure, {**sure, "certainty": 0.5})
    )
    assert certain is not None
    assert doubtful is not None
    assert doubtful.certainty < certain.certainty


def test_what_is_not_explained_is_said() -> None:
    report = EXPERT.diagnose([{"kind": "error", "text": "something nobody has ever seen"}])
    assert report.diagnoses == ()
    assert report.unexplained == ("error something nobody has ever seen = seen",)
    assert report.status == "undetermined"


def test_a_reason_that_counts_less_says_what_it_would_count_alone_and_why() -> None:
    report = EXPERT.diagnose(
        [
            {"kind": "setting", "name": "statServerAddress", "instance": "prod", "state": "empty"},
            {"kind": "process", "module": "mta", "instance": "prod", "state": "running"},
            {"kind": "symptom", "name": "emails-not-sent", "instance": "prod", "present": True},
            {"kind": "symptom", "name": "delivery-pending", "instance": "prod", "present": True},
        ]
    )
    by_rule = {e.rule: e for d in report.diagnoses for e in d.evidence}
    assert any(e.contained and e.certainty == 0 and e.alone == 0.9 for e in by_rule.values())
    less = next(e for e in by_rule.values() if e.accounted_by == "mta-stat-address-empty")
    assert less.alone is not None
    assert 0 <= less.certainty < less.alone
    said = " ".join(report.render("table").split())
    assert f"alone {less.alone:+.2f}; counts less, because this accounts for it" in said
    assert "alone +0.90; adds nothing: other reasons say the same" in said


def test_unknown_facts_that_could_change_the_ranking_are_named() -> None:
    report = EXPERT.diagnose([{"kind": "symptom", "name": "emails-not-sent", "present": True}])
    assert any(
        u.fact["kind"] == "process" and u.fact["module"] in ("mta", "stat") for u in report.unknown
    )


def test_the_knowledge_is_read_once_a_process() -> None:
    assert cached() is cached()


def test_examples_are_real_documents_and_the_embedding_program_runs(tmp_path: Path) -> None:
    files = sorted((ROOT / "examples").glob("*.json"))
    assert len(files) >= 4
    for path in files:
        done = ccexpert("diagnose", path, "--format", "json")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["status"] == "findings", path.name
    done = subprocess.run(
        [sys.executable, str(ROOT / "examples" / "embed.py"), str(files[0])],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=True,
    )
    assert done.stdout


def test_symptoms_alone_never_make_more_than_a_suspicion() -> None:
    for entry in EXPERT.base.vocabulary.entries("symptom"):
        report = EXPERT.diagnose([{"kind": "symptom", "name": entry.name, "present": True}])
        assert all(d.certainty <= 0.5 for d in (*report.diagnoses, *report.explained)), entry.name

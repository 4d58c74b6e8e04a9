"""The report for continuous integration: JUnit XML and annotations of GitHub Actions."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import junitparser
from hypothesis import given, settings

from ccexpert import Report
from ccexpert.display import one_line, printable
from ccexpert.report import render
from tests import formats
from tests.formats import MTA, hostile_texts, rich, with_text


def suite_of(report: Report) -> junitparser.TestSuite:
    (suite,) = junitparser.JUnitXml.fromstring(render(report, "junit").encode())
    return suite


def cases(report: Report) -> dict[str, junitparser.TestCase]:
    return {case.name: case for case in suite_of(report)}


def test_a_finding_is_a_failure_with_its_reasons_and_steps() -> None:
    report = formats.stat_down()
    case = cases(report)["stat-not-running"]
    (failure,) = case.result
    assert isinstance(failure, junitparser.Failure)
    assert case.classname == "campaign-app-01.stat.prod"
    assert failure.type == "critical"
    first = report.diagnoses[0]
    assert failure.message == f"stat@prod: {first.title} ({first.certainty:.2f})"
    for evidence in first.evidence:
        assert f"{evidence.certainty:+.2f} {evidence.because}" in failure.text
    assert "start: nlserver start stat@prod (low)" in failure.text


def test_the_counts_of_the_suite_are_right() -> None:
    suite = suite_of(rich())
    outcomes = [type(case.result[0]) if case.result else None for case in suite]
    assert suite.tests == len(outcomes)
    assert suite.failures == outcomes.count(junitparser.Failure) > 0
    assert suite.skipped == outcomes.count(junitparser.Skipped) > 0
    assert suite.hostname == "app-1"


def test_what_is_explained_waived_or_uncertain_is_skipped_with_the_reason() -> None:
    def reason(report: Report, name: str) -> str:
        (result,) = cases(report)[name].result
        assert isinstance(result, junitparser.Skipped)
        return str(result.message)

    consequence = formats.stat_down().explained[0]
    assert reason(formats.stat_down(), consequence.id) == "explained by stat-not-running"
    assert "known (2999-01-01)" in reason(rich(), "web-not-running")
    doubtful = formats.EXPERT.diagnose([{**MTA, "certainty": 0.4}])
    assert reason(doubtful, "mta-not-running").startswith("too little is known")
    assert reason(formats.nothing_known(), "status") == "too little is known"


def test_what_is_ruled_out_or_works_as_designed_passes() -> None:
    report = formats.stat_down()
    assert cases(report)[report.ruled_out[0].id].result == []
    by_design = tuple(replace(d, verdict="not-a-fault") for d in report.diagnoses)
    assert cases(replace(report, diagnoses=by_design))["stat-not-running"].result == []
    assert cases(formats.healthy())["status"].result == []


@settings(max_examples=100)
@given(hostile_texts)
def test_whatever_was_observed_the_xml_can_be_read(text: str) -> None:
    report = with_text(rich(), text)
    root = ElementTree.fromstring(render(report, "junit"))
    plain = ElementTree.fromstring(render(with_text(rich(), "x"), "junit"))
    assert [e.tag for e in root.iter()] == [e.tag for e in plain.iter()]
    names = [case.get("name") for case in root.iter("testcase")]
    assert names[: len(report.diagnoses)] == [one_line(d.id) for d in report.diagnoses]


COMMAND = re.compile(r"::(error|warning|notice) title=([^:,\n]*)::([^\n]*)")


def annotations(report: Report) -> list[tuple[str, str, str]]:
    """The annotations as the runner reads them: a line each, unescaped."""

    def plain(text: str) -> str:
        for escaped, character in ("%3A", ":"), ("%2C", ","), ("%0A", "\n"), ("%25", "%"):
            text = text.replace(escaped, character)
        return text

    lines = render(report, "github").removesuffix("\n").split("\n")
    matches = [COMMAND.fullmatch(line) for line in lines]
    assert all(matches)
    return [(m[1], plain(m[2]), plain(m[3])) for m in matches if m]


def test_a_critical_finding_is_an_error() -> None:
    first = formats.stat_down().diagnoses[0]
    level, title, message = annotations(formats.stat_down())[0]
    assert level == "error"
    assert title == f"stat-not-running · stat@prod · {first.certainty:.2f}"
    lines = message.split("\n")
    assert lines[0] == f"{first.title} (impact: critical)"
    assert "start: nlserver start stat@prod" in lines


def test_other_findings_are_warnings_and_the_rest_are_notices() -> None:
    report = formats.stat_down()
    milder = tuple(replace(d, impact=3) for d in report.diagnoses)
    assert annotations(replace(report, diagnoses=milder))[0][0] == "warning"
    doubtful = formats.EXPERT.diagnose([{**MTA, "certainty": 0.4}])
    assert {level for level, *_ in annotations(doubtful)} == {"notice"}
    assert annotations(formats.healthy()) == [("notice", "ccexpert", "no problems found")]


@settings(max_examples=100)
@given(hostile_texts)
def test_whatever_was_observed_there_is_one_annotation_a_diagnosis(text: str) -> None:
    report = with_text(rich(), text)
    found = annotations(report)
    assert len(found) == len(report.diagnoses)
    for diagnosis, (_, title, message) in zip(report.diagnoses, found, strict=True):
        assert printable(diagnosis.id.replace("\r", "\n")) in title
        assert printable(diagnosis.title.replace("\r", "\n")) in message

"""The report for monitoring: the plugin line with its exit codes, and metrics for the textfile
collector."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from prometheus_client.parser import text_string_to_metric_families

from ccexpert import Report
from ccexpert.display import one_line
from ccexpert.report import render
from ccexpert.report.nagios import exit_code, failure
from tests import formats
from tests.formats import MTA, hostile_texts, rich, with_text
from tests.kit import ccexpert, document

HEALTHY = {**MTA, "state": "running"}
MODERATE = {"kind": "error", "text": "something nobody has ever seen"}

_FIGURE = r"[a-z_]+=\d+(\.\d+)?;;;0(;\d+)?"
PLUGIN_LINE = re.compile(
    rf"CAMPAIGN (OK|WARNING|CRITICAL|UNKNOWN) - [^|]+ \| {_FIGURE}( {_FIGURE})*\n"
)


def with_impact(impact: int) -> Report:
    report = formats.stat_down()
    return replace(report, diagnoses=tuple(replace(d, impact=impact) for d in report.diagnoses))


@pytest.mark.parametrize(
    ("report", "state", "code"),
    [
        (formats.healthy(), "OK", 0),
        (with_impact(1), "WARNING", 1),
        (with_impact(3), "WARNING", 1),
        (with_impact(4), "CRITICAL", 2),
        (formats.nothing_known(), "UNKNOWN", 3),
    ],
)
def test_the_state_is_that_of_the_worst_finding(report: Report, state: str, code: int) -> None:
    assert render(report, "nagios").startswith(f"CAMPAIGN {state} - ")
    assert exit_code(report) == code


def test_the_line_names_the_finding_and_counts() -> None:
    line = render(formats.stat_down(), "nagios")
    assert PLUGIN_LINE.fullmatch(line)
    first = formats.stat_down().diagnoses[0]
    assert f"stat@prod: {first.title} ({first.certainty:.2f})" in line
    assert f" top_certainty={first.certainty:.2f};;;0;1 worst_impact=4;;;0;4 " in line
    assert f" diagnoses={len(formats.stat_down().diagnoses)};;;0 " in line


def test_the_line_says_which_host_and_how_many_more() -> None:
    report = formats.two_hosts()
    more = sum(d.is_finding for d in report.diagnoses) - 1
    assert re.search(rf"@\w+ \(app-\d\): .* \(\+{more}\) \|", render(report, "nagios"))


def test_the_line_speaks_the_language_of_the_report() -> None:
    assert "för lite är känt" in render(replace(formats.nothing_known(), language="sv"), "nagios")


def test_what_is_likely_is_named_even_when_it_is_unknown() -> None:
    report = formats.EXPERT.diagnose([{**MTA, "certainty": 0.4}])
    line = render(report, "nagios")
    assert line.startswith("CAMPAIGN UNKNOWN - too little is known; most likely: The mta process")


def test_what_is_no_fault_is_said_to_be_none() -> None:
    facts = [{"kind": "setting", "name": "console-url", "state": "wrong"}]
    line = render(formats.EXPERT.diagnose(facts), "nagios")
    assert line.startswith("CAMPAIGN OK - no problems found; most likely: The connection URL")
    assert "(0.90, not a fault)" in line


@settings(max_examples=200)
@given(hostile_texts)
def test_whatever_was_observed_the_plugin_prints_one_short_line(text: str) -> None:
    for line in (render(with_text(rich(), text), "nagios"), failure(text)):
        assert line.count("\n") == 1
        assert len(line.encode()) <= 1024
        assert not any(unicodedata.category(c)[0] == "C" for c in line[:-1])
        assert not set("<>") & set(line)
    assert PLUGIN_LINE.fullmatch(render(with_text(rich(), text), "nagios"))
    assert "|" not in failure(text)


@pytest.mark.parametrize(
    ("facts", "code"),
    [([HEALTHY], 0), ([{"kind": "error", "text": "never seen"}], 3), ([MTA], 2)],
)
def test_the_program_is_a_plugin(facts: list, code: int) -> None:
    done = ccexpert("diagnose", "-", "--format", "nagios", stdin=document(*facts))
    assert done.returncode == code
    assert PLUGIN_LINE.fullmatch(done.stdout)
    assert done.stderr == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ["diagnose", "nowhere.json", "--format", "nagios"],
        ["diagnose", "-", "--format=nagios"],
        ["diagnose", "-fnagios"],
        ["diagnose", "-", "-f", "nagios", "--no-such-option"],
        ["diagnose", "-", "-f", "nagios", "-f", "json"],
        ["diagnose", "-", "-f", "nagios", "--fail-on", "low"],
        ["diagnose", "-", "-f", "nagios", "--rules", "/nowhere"],
        ["no-such-command", "-f", "nagios"],
        ["history", "show", "1", "--format", "nagios"],
    ],
)
def test_a_plugin_that_cannot_check_says_unknown_in_one_line(
    arguments: list[str], tmp_path: Path
) -> None:
    env = {"CCEXPERT_HISTORY": str(tmp_path / "none")}
    done = ccexpert(*arguments, stdin="{", env=env)
    assert done.returncode == 3
    assert re.fullmatch(r"CAMPAIGN UNKNOWN - [^|\n]+\n", done.stdout)
    assert done.stderr == ""


def metrics(text: str) -> dict[str, list[tuple[dict[str, str], float]]]:
    return {
        family.name: [(sample.labels, sample.value) for sample in family.samples]
        for family in text_string_to_metric_families(text)
    }


def test_metrics_carry_the_figures_of_the_report() -> None:
    report = formats.stat_down()
    found = metrics(render(report, "prometheus"))
    ((labels, certainty),) = found["ccexpert_diagnosis_certainty"]
    assert labels == {
        "host": "campaign-app-01",
        "id": "stat-not-running",
        "module": "stat",
        "campaign_instance": "prod",
        "severity": "critical",
        "verdict": "fault",
    }
    assert certainty == report.diagnoses[0].certainty
    host = {"host": "campaign-app-01"}
    assert found["ccexpert_worst_impact"] == [(host, 4)]
    assert found["ccexpert_unexplained_observations"] == [(host, 0)]
    started = datetime.fromisoformat(report.run.started).timestamp()
    assert found["ccexpert_last_run_timestamp_seconds"] == [(host, started)]
    states = {labels["status"]: value for labels, value in found["ccexpert_status"]}
    assert states == {"ok": 0, "findings": 1, "undetermined": 0}


def test_each_host_of_a_report_has_its_own_series() -> None:
    found = metrics(render(formats.two_hosts(), "prometheus"))["ccexpert_diagnosis_certainty"]
    assert {labels["host"] for labels, _ in found} == {"app-1", "app-2", "app-3"}


@settings(max_examples=100)
@given(hostile_texts)
def test_whatever_was_observed_the_metrics_can_be_read(text: str) -> None:
    report = with_text(rich(), text)
    found = metrics(render(report, "prometheus"))["ccexpert_diagnosis_certainty"]
    ids = [one_line(d.id) for d in report.diagnoses]
    assert [labels["id"] for labels, _ in found] == ids


def test_the_textfile_is_renamed_into_place(tmp_path: Path) -> None:
    target = tmp_path / "ccexpert.prom"
    ccexpert("diagnose", "-", "-f", "prometheus", "-o", target, stdin=document(HEALTHY))
    before = target.stat().st_ino
    done = ccexpert(
        *("diagnose", "-", "-f", f"prometheus={target}", "-f", "json"), stdin=document(MTA)
    )
    assert json.loads(done.stdout)["status"] == "findings"
    assert target.stat().st_ino != before
    assert [p.name for p in tmp_path.iterdir()] == ["ccexpert.prom"]
    assert metrics(target.read_text(encoding="utf-8"))["ccexpert_worst_impact"][0][1] == 4

"""What a reader sees first: the verdict, how sure it is and the next step; then the plan, then why;
on a terminal of whatever width."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from ccexpert import Expert, Report
from ccexpert.report import render
from ccexpert.report.interface import Layout
from ccexpert.report.pieces import command_line
from ccexpert.words import LANGUAGES
from tests.kit import ccexpert, document

STAT = [
    {"kind": "process", "module": "stat", "instance": "prod", "state": "missing"},
    {"kind": "symptom", "name": "emails-not-sent", "instance": "prod", "present": True},
]
COMMAND = re.compile(r"(?:\): |^ *)\$ ")
HEALTHY = [
    {"kind": "process", "module": "watchdog", "state": "running"},
    {"kind": "probe", "name": "monitor-missing", "result": "ok"},
]


def first_lines(facts: list[dict[str, object]], *options: str) -> list[str]:
    return ccexpert("diagnose", "-", *options, stdin=document(*facts)).stdout.splitlines()[:3]


def test_three_lines_say_what_is_wrong_how_sure_and_what_to_run() -> None:
    assert first_lines(STAT) == [
        "The statistics server (stat) is not running (stat@prod)",
        "Almost certain (0.90), impact: critical; from 2 facts.",
        "Next (risk: low, 2 min): $ nlserver start stat@prod",
    ]


def test_the_first_lines_speak_swedish() -> None:
    assert first_lines(STAT, "--lang", "sv")[1:] == [
        "Så gott som säkert (0.90), påverkan: kritisk; utifrån 2 observationer.",
        "Härnäst (risk: låg, 2 min): $ nlserver start stat@prod",
    ]


def test_a_healthy_server_is_told_so_and_what_was_looked_at() -> None:
    verdict, looked_at = first_lines(HEALTHY)
    assert verdict == "No problems found"
    assert looked_at == "Looked at 2 facts (1 probe, 1 process)."


def test_where_too_little_is_known_the_next_look_is_named(expert: Expert) -> None:
    report = expert.diagnose([{"kind": "error", "text": "something nobody has ever seen"}])
    verdict, _, look = render(report, "table").splitlines()[:3]
    assert verdict == "Too little is known"
    assert look.startswith("Next (")
    assert report.unknown[0].question in look


def test_where_nothing_is_known_and_nothing_to_look_at_questions_are_next() -> None:
    assert first_lines([])[-1] == "Next (risk: none): $ ccexpert consult"


@pytest.mark.parametrize("name", ["table", "markdown", "html"])
def test_the_plan_stands_before_the_reasons(expert: Expert, name: str) -> None:
    report = expert.diagnose(STAT)
    text = render(report, name)
    assert text.index("nlserver start stat@prod") < text.index(
        report.diagnoses[0].evidence[0].because
    )


@pytest.fixture(scope="module")
def reports(expert: Expert) -> list[Report]:
    """Reports of the first example of every card, in both languages."""
    firsts = [card.examples[0] for card in expert.base.cards.values() if card.examples]
    return [expert.diagnose(list(e.facts), language=lang) for e in firsts for lang in LANGUAGES]


def wide(reports: list[Report], width: int) -> Iterator[str]:
    for report in reports:
        for line in render(report, "table", Layout(width)).splitlines():
            if len(line) > width and not COMMAND.search(line):
                yield line


@pytest.mark.parametrize("width", [80, 100])
def test_nothing_but_a_command_is_wider_than_the_terminal(
    reports: list[Report], width: int
) -> None:
    assert list(wide(reports, width)) == []


@pytest.mark.parametrize("width", [60, 80, 120])
def test_how_sure_stands_on_the_second_line_and_the_next_step_on_the_third(
    reports: list[Report], width: int
) -> None:
    for report in reports:
        if report.plan and report.status != "ok":
            verdict, sure, step = render(report, "table", Layout(width)).splitlines()[:3]
            assert f"({report.diagnoses[0].certainty:.2f})" in sure
            assert step.startswith(("Next (risk: ", "Härnäst (risk: "))
            assert max(len(verdict), len(sure)) <= width
            assert width < 80 or "…" not in verdict


def test_a_command_is_never_broken_and_its_risk_stands_before_it(reports: list[Report]) -> None:
    for report in reports:
        if report.plan and report.plan[0].command:
            step = render(report, "table", Layout(60)).splitlines()[2]
            assert step.endswith(f"): $ {command_line(report.plan[0])}")


def test_a_mail_is_wrapped_and_a_ticket_is_not(expert: Expert) -> None:
    report = expert.diagnose(STAT)
    ticket, mail = render(report, "ticket"), render(report, "mail")
    assert max(map(len, ticket.splitlines())) > 72
    assert all(len(line) <= 72 or COMMAND.search(line) for line in mail.splitlines())
    assert ticket.split() == mail.split()

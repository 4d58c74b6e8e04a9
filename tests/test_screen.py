"""The report on a screen and in a ticket: five lines, colours, four headings."""

from __future__ import annotations

import io
import os
import pty
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from ccexpert import Report
from ccexpert.cli.shared.say import fitted
from ccexpert.report import render
from ccexpert.report.interface import Layout
from ccexpert.report.words import words
from ccexpert.words import LANGUAGES, Language
from tests import formats
from tests.kit import ROOT, ccexpert

STAT_DOWN = str(ROOT / "examples" / "mails-stopped-stat-down.json")
COLOURED = Layout(80, colour=True)
ESCAPE = re.compile(r"\x1b\[[\d;]*m")


def test_five_lines_say_what_how_sure_why_what_to_do_and_what_shows_success() -> None:
    assert render(formats.stat_down(), "short").splitlines() == [
        "campaign-app-01: The statistics server (stat) is not running (stat@prod)",
        "Almost certain (0.95), impact: critical; from 6 facts.",
        "Why: Mail waits while stat@prod does not run.",
        "Next (risk: low, 2 min): $ nlserver start stat@prod",
        "Worked if: process stat@prod = running",
    ]


def test_the_option_gives_the_same_five_lines() -> None:
    short = ccexpert("diagnose", STAT_DOWN, "--short").stdout
    assert short == render(formats.stat_down(), "short")


@pytest.mark.parametrize("name", ["short", "ticket"])
def test_a_healthy_server_is_said_to_be_so_and_what_was_looked_at(name: str) -> None:
    text = render(formats.healthy(), name)
    assert "No problems found" in text
    assert "Looked at 1 fact (1 process)" in text


def test_a_monitor_reads_what_was_checked() -> None:
    line = render(formats.healthy(), "nagios")
    assert line.startswith("CAMPAIGN OK - no problems found; looked at 1 fact (1 process) |")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_ticket_has_its_four_headings_in_order(language: Language) -> None:
    text = render(formats.stat_down(language=language), "ticket")
    word = words(language)
    titles = [word[key].upper() for key in ("situation", "grounds", "done", "open")]
    assert [line for line in text.splitlines() if line in titles] == titles


def test_a_ticket_tells_what_was_seen_and_what_is_left_to_do() -> None:
    _, evidence, done, remaining = render(formats.stat_down(), "ticket").split("\n\n")
    assert "- Mail waits while stat@prod does not run." in evidence
    assert "- process stat@prod = missing" in done
    assert "   $ nlserver start stat@prod" in remaining


def test_colours_change_nothing_but_colours() -> None:
    for report in (formats.nothing_runs(), formats.rich(), formats.nothing_known()):
        for name in ("table", "short"):
            coloured = render(report, name, COLOURED)
            assert ESCAPE.sub("", coloured) == render(report, name, replace(COLOURED, colour=False))


@pytest.mark.parametrize("language", LANGUAGES)
def test_impact_and_risk_have_their_colours(language: Language) -> None:
    word, report = words(language), formats.nothing_runs(language=language)
    text = render(report, "table", COLOURED)
    assert text.count(f"\x1b[1;31m{word['critical']}\x1b[0m") == 2  # above, and in the ranking
    assert f"({word['risk'].lower()}: \x1b[32m{word['none']}\x1b[0m," in text


def test_a_text_that_was_observed_cannot_bring_colours_of_its_own() -> None:
    report = formats.with_text(formats.rich(), "\x1b[31mred\x1b[0m")
    assert "[31mred" in render(report, "table", COLOURED)
    assert "\x1b[31mred" not in render(report, "table", COLOURED)


def on_a_terminal(*arguments: str, **variables: str) -> str:
    """What the program prints on a terminal."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "LC_ALL": "C.UTF-8"}
    environment.pop("NO_COLOR", None)
    done = subprocess.Popen(
        [sys.executable, "-m", "ccexpert", *arguments], stdout=theirs, env=environment | variables
    )
    os.close(theirs)
    with os.fdopen(ours, "rb") as stream:
        read = bytearray()
        try:
            while part := stream.read1():
                read += part
        except OSError:  # the other end is closed
            pass
    done.wait()
    return read.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals of this kind")
def test_a_terminal_sees_colours_unless_it_does_not_want_them() -> None:
    short = ("diagnose", STAT_DOWN, "--short")
    assert ESCAPE.search(on_a_terminal(*short))
    assert not ESCAPE.search(on_a_terminal(*short, NO_COLOR="1"))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals of this kind")
def test_no_word_of_a_walk_is_broken_at_the_edge_of_the_terminal() -> None:
    walk = ("act", str(ROOT / "examples" / "no-process-starts.json"), "--max-age", "9999999")
    printed = on_a_terminal(*walk, COLUMNS="60").splitlines()
    assert len(printed) > 10
    assert [line for line in printed if len(line) > 60 and "$ " not in line] == []


def test_a_message_is_one_line_in_a_pipe_and_wrapped_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    line, screen = "ccexpert: " + "word " * 20, io.StringIO()
    assert fitted(line, screen) == line
    monkeypatch.setattr(screen, "isatty", lambda: True)
    first, *rest = fitted(line, screen).splitlines()
    assert len(first) <= 60
    assert rest
    assert all(each.startswith("  word") for each in rest)


def test_a_pipe_and_a_file_get_colours_only_on_demand(tmp_path: Path) -> None:
    file = tmp_path / "report.txt"
    short = ("diagnose", STAT_DOWN, "--short")
    assert not ESCAPE.search(ccexpert(*short).stdout)
    assert ESCAPE.search(ccexpert(*short, "--color", "always").stdout)
    ccexpert(*short, "--color", "always", "-o", str(file))
    assert not ESCAPE.search(file.read_text(encoding="utf-8"))


def reports() -> list[Report]:
    return [formats.rich(), formats.two_hosts(), formats.nothing_runs(), formats.nothing_known()]


@pytest.mark.parametrize("report", reports())
def test_a_short_report_has_at_most_five_lines(report: Report) -> None:
    lines = [line for line in render(report, "short").splitlines() if not line.startswith("  ")]
    assert len(lines) <= 5

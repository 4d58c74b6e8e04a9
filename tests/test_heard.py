"""A report says what was read in a text: what sentences were taken for, what was not understood,
and, on a page, where it stands. Nothing private is in it."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser, LexborNode

import ccexpert.intake
from ccexpert.cli.shared.heard import heard
from ccexpert.intake.reading import Span
from ccexpert.intake.shown import WHOLE, Shown
from ccexpert.observe.redaction.redactor import Redactor
from ccexpert.report import FORMATS, render
from ccexpert.report.interface import Layout
from tests import formats
from tests.formats import hostile_texts
from tests.kit import ROOT
from tests.kit import ccexpert as command
from tests.test_observe_redaction import UNITS

TICKET = """\
Our deliveries stay pending <b>now</b>.
The blorgs are quite <script>alert(1)</script> purple.
I log in with password: hunter2x, and hunter2x is right.

$ nlserver pdump
16:41:02 >   Application server for Adobe Campaign Classic (7.3.4 build 9364@8f3ef8e) of 09/04/2023
web@default (9340) - 67.3 MB
16:41:02 [9364] ERR XSV-350013 cannot connect to 192.0.2.7
"""
PRIVATE = ("hunter2x", "192.0.2.7")
TAKEN = "symptom delivery-pending = true (0.7): Our deliveries stay pending"


@pytest.fixture(scope="module")
def ticket(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("given") / "ticket.txt"
    file.write_text(TICKET, encoding="utf-8")
    return file


def layout(text: str, **wanted: Any) -> Layout:
    reading = ccexpert.intake.read(text)
    return Layout(heard=heard([("ticket.txt", Shown(reading))], FORMATS), **wanted)


def page_of(text: str) -> LexborHTMLParser:
    return LexborHTMLParser(render(formats.healthy(), "html", layout(text)))


def first(page: LexborHTMLParser, selector: str) -> LexborNode:
    node = page.css_first(selector)
    assert node
    return node


def test_through_a_pipe_the_table_first_says_what_was_understood(ticket: Path) -> None:
    said = command("diagnose", ticket).stdout.splitlines()
    assert said[0] == "Understood from your text"
    assert said[1].startswith(f"  - {TAKEN}")
    assert "Not understood (2)" in said
    assert any("The blorgs are quite" in line for line in said)
    assert said.index("Not understood (2)") < said.index("Plan")
    assert command("diagnose", ticket, "--lang", "sv").stdout.startswith("Förstått av din text\n")


def test_a_terminal_is_told_on_the_side_as_before(ticket: Path) -> None:
    assert (
        "understood from your text: symptom delivery-pending" in command("diagnose", ticket).stderr
    )
    shown = layout(TICKET, terminal=True)
    assert render(formats.healthy(), "table", shown) == render(formats.healthy(), "table")


def test_markdown_says_it_below_the_verdict_and_escaped(ticket: Path) -> None:
    said = command("diagnose", ticket, "--format", "markdown").stdout
    assert said.startswith("# ")
    assert said.index("## Understood from your text") < said.index("## Plan")
    assert f"- {TAKEN} \\<b\\>now\\</b\\>" in said
    assert "## Not understood (2)" in said
    assert "<script>" not in said


def test_the_page_marks_where_everything_stands(ticket: Path) -> None:
    page = LexborHTMLParser(command("diagnose", ticket, "--format", "html").stdout)
    titles = [" ".join(node.text().split()) for node in page.css("h2")]
    assert titles[:2] == ["Understood from your text", "Not understood (2)"]
    marks = {node.text(): node.attributes["title"] or "" for node in page.css(".heard mark")}
    assert "symptom delivery-pending = true" in marks["Our deliveries stay pending <b>now</b>"]
    assert "process web@default = running" in marks["web@default (9340) - 67.3 MB"]
    left = [node.text() for node in page.css(".heard mark.left")]
    assert any("purple" in text for text in left)
    assert "ticket.txt" in first(page, ".heard summary").text()
    assert str(ticket.parent) not in (page.html or "")


def test_the_page_shows_the_text_itself_and_runs_none_of_it() -> None:
    page = page_of(TICKET)
    shown = first(page, ".heard pre").text()
    assert shown == Redactor().text(TICKET).replace("and hunter2x is", "and <secret-1> is")
    assert len(page.css("script")) == 1
    assert not page.css(".heard b, .heard script")
    policy = first(page, "meta[http-equiv]").attributes["content"] or ""
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_private_is_in_any_format(ticket: Path, name: str) -> None:
    said = command("diagnose", ticket, "--format", name).stdout
    assert said
    assert not [value for value in PRIVATE if value in said]


def test_a_value_is_private_because_of_the_line_above() -> None:
    text = "Deliveries stay pending.\npassword:\nblorgs-purple\n"
    assert "purple" not in render(formats.healthy(), "markdown", layout(text))
    assert "purple" not in render(formats.healthy(), "html", layout(text))


def test_a_long_text_is_quoted_and_not_shown() -> None:
    text = f"{TICKET}\n" + "nothing\n" * (WHOLE // 8)
    page = page_of(text)
    assert not page.css(".heard")
    assert TAKEN in " ".join(first(page, "main").text().split())
    assert not [value for value in PRIVATE if value in (page.html or "")]


@pytest.mark.parametrize("name", sorted({*FORMATS} - {"table", "markdown", "html"}))
def test_other_formats_say_the_same_with_and_without_it(name: str) -> None:
    report = formats.rich()
    assert render(report, name, layout(TICKET)) == render(report, name)


def test_a_facts_document_has_no_such_part(tmp_path: Path) -> None:
    file = tmp_path / "facts.json"
    file.write_text(json.dumps(json.loads(command("read", "-", stdin=TICKET).stdout)))
    assert "nderstood" not in command("diagnose", file).stdout
    assert heard([], FORMATS) == ()
    example = next((ROOT / "examples").rglob("*.json"))
    page = command("diagnose", example, "--format", "html").stdout
    assert "<mark " not in page


@given(hostile_texts)
@settings(max_examples=25, deadline=None)
def test_no_text_adds_an_element(text: str) -> None:
    shown = page_of(f"Our deliveries stay pending.\n{text}\n")
    assert {node.tag for node in shown.css(".heard *")} <= {"summary", "pre", "mark"}
    assert len(shown.css("script")) == 1


@given(st.lists(st.sampled_from(UNITS), max_size=12).map("".join))
@settings(max_examples=300)
def test_what_stands_and_what_is_shown_are_the_text_and_its_redaction(text: str) -> None:
    parts = list(Redactor().parts(text))
    assert "".join(stands for stands, _ in parts) == text
    taken_out = {stands for stands, shown in parts if stands != shown and len(stands) > 2}
    rest = [stands for stands, shown in parts if stands == shown]
    assert not taken_out & {word for part in rest for word in part.split()}


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_runs_are_the_whole_text_and_lie_within_their_spans(data: st.DataObject) -> None:
    words = ["login: jdoe ", "mails are not sent\n", "a@b.example ", "x", " "]
    text = "".join(data.draw(st.lists(st.sampled_from(words), max_size=8)))
    places = data.draw(st.lists(st.integers(0, len(text)), max_size=10))
    spans = [Span(*sorted(pair)) for pair in pairwise(places)]
    reading = ccexpert.intake.read(text)
    shown = Shown(reading)
    runs = list(shown.runs(spans))
    assert "".join(run for run, _ in runs) == shown.quoted(Span(0, len(text)))
    for number, span in enumerate(spans):
        inside = "".join(run for run, numbers in runs if number in numbers)
        assert inside == shown.quoted(span)

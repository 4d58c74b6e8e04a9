"""The HTML report: one page that needs nothing else, says everything, and runs nothing foreign."""

from __future__ import annotations

import re
import shutil
import subprocess
import warnings
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from selectolax.lexbor import LexborHTMLParser

from ccexpert import Report
from ccexpert.display import printable
from ccexpert.report import render
from ccexpert.report.graph import BOX_HEIGHT, draw, trees
from ccexpert.report.pieces import command_line
from tests import formats
from tests.formats import hostile_texts, rich, with_text

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")


def parsed(report: Report) -> LexborHTMLParser:
    return LexborHTMLParser(render(report, "html"))


def texts(page: LexborHTMLParser, selector: str) -> list[str]:
    return [" ".join(node.text().split()) for node in page.css(selector)]


def elements(page: LexborHTMLParser) -> list[tuple[str, tuple[str, ...]]]:
    """Every element with the names of its attributes, but for the wrapped lines of the graph; a
    reference counts the same as a link and as a text."""
    return [
        ("code", ()) if node.tag == "a" else (node.tag, tuple(sorted(node.attributes)))
        for node in page.root.traverse()
        if node.tag != "text"
    ]


@pytest.mark.parametrize("language", ["en", "sv"])
def test_the_page_says_what_the_report_says(language: Any) -> None:
    report = rich(language)
    page = parsed(report)
    assert page.css_first("html").attributes["lang"] == language
    assert texts(page, "h1")[0].startswith("app-1")
    titles = texts(page, ".ranking h3")
    assert [d.title in title for d, title in zip(report.diagnoses, titles, strict=True)]
    said = " ".join(page.css_first("main").text().split())
    for d in (*report.diagnoses, *report.explained):
        for part in (d.meaning, *(e.because for e in d.evidence)):
            assert " ".join(part.split()) in said
    assert texts(page, ".plan pre") == [command_line(a) for a in report.plan if a.command]
    for part in (*report.unexplained, report.unknown[0].question, report.waived[0].reason):
        assert part in said


def test_swedish_pages_have_no_english_headings() -> None:
    assert not set(texts(parsed(rich("sv")), "h2, summary, button")) & set(
        texts(parsed(rich("en")), "h2, summary, button")
    ) - {"Plan"}


def test_bars_are_as_long_as_the_certainty() -> None:
    report = formats.two_hosts()
    bars = parsed(report).css(".ranking .bar .value")
    assert [float(bar.attributes["width"] or 0) for bar in bars] == pytest.approx(
        [d.certainty * 100 for d in report.diagnoses], abs=0.05
    )


def test_evidence_unfolds_and_the_first_is_open() -> None:
    page = parsed(formats.two_hosts())
    states = ["open" in d.attributes for d in page.css(".ranking > li > details")]
    assert states[0]
    assert not any(states[1:])


def test_the_graph_has_a_box_a_diagnosis_and_an_arrow_a_consequence() -> None:
    report = formats.nothing_runs()
    page = parsed(report)
    named = {node.text().rsplit("(", 1)[1].rstrip(")") for node in page.css(".graph title")}
    assert named == {report.diagnoses[0].id, *(e.id for e in report.explained)}
    assert len(page.css(".graph .arrow")) == len(report.explained)


def test_a_report_without_consequences_has_no_graph() -> None:
    assert not parsed(formats.two_hosts()).css(".graph")


def test_boxes_of_the_graph_never_overlap() -> None:
    drawing = draw(trees(rich()))
    corners = sorted((box.x, box.y) for box in drawing.boxes)
    for (x, y), (other_x, other_y) in pairwise(corners):
        assert x != other_x or other_y - y >= BOX_HEIGHT
    assert all(box.y + BOX_HEIGHT <= drawing.height for box in drawing.boxes)


def test_the_page_needs_no_network_and_admits_nothing_but_its_own_style_and_script() -> None:
    page = parsed(rich())
    fetching = {"src", "href", "srcset", "data", "action", "style"}
    nodes = [node for node in page.root.traverse() if node.tag != "a"]
    assert not [node for node in nodes if fetching & set(node.attributes)]
    assert len(page.css("script")) == len(page.css("style")) == 1
    assert "url(" not in page.css_first("style").text()
    policy = page.css_first("meta[http-equiv=Content-Security-Policy]").attributes["content"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_references_lead_to_the_public_pages_and_nowhere_else() -> None:
    sources = ("help/production/using/usual-commands.md", "KA-14217", "https://example.com/a#b")
    others = ("our-runbook.md", "javascript:alert(1)", 'https://a.example/"onclick=x')
    report = rich()
    first = replace(report.diagnoses[0], references=(*sources, *others))
    page = parsed(replace(report, diagnoses=(first,), explained=()))
    assert [node.attributes["href"] for node in page.css("a")] == [
        "https://github.com/AdobeDocs/campaign-classic.en/blob/HEAD/" + sources[0],
        "https://github.com/AdobeDocs/experience-cloud-kcs.en/blob/HEAD/articles/KA-14217.md",
        sources[2],
    ]


def lights(report: Report) -> dict[str, str]:
    """The light of each module on the page."""
    found = parsed(report).css(".strip li")
    return {node.text().split()[1].rstrip(":"): node.attributes["class"] or "" for node in found}


def test_eleven_modules_have_a_light() -> None:
    shown = lights(formats.nothing_runs())
    assert len(shown) == 11
    assert (shown["watchdog"], shown["export"]) == ("red", "grey")
    seen = lights(formats.healthy())
    assert (seen["mta"], seen["stat"]) == ("green", "grey")


def test_a_module_that_is_only_suspected_is_amber() -> None:
    report = formats.EXPERT.diagnose([{**formats.MTA, "certainty": 0.4}])
    assert lights(report)["mta"] == "amber"


def test_a_light_is_said_in_words_too() -> None:
    said = texts(parsed(formats.healthy()), ".strip li")
    assert "✓ mta: nothing wrong seen" in said
    assert "· stat: not looked at" in said


def test_the_next_step_comes_before_everything_else() -> None:
    page = render(formats.stat_down(), "html")
    assert page.index('class="next"') < page.index('class="strip"') < page.index('class="plan"')
    assert texts(parsed(formats.stat_down()), ".next pre") == ["nlserver start stat@prod"]


def test_the_graph_is_no_wider_than_a_telephone() -> None:
    for report in (formats.nothing_runs(), formats.rich()):
        assert draw(trees(report)).width <= 350


def test_the_page_knows_dark_screens_and_paper() -> None:
    style = parsed(rich()).css_first("style").text()
    assert "@media (prefers-color-scheme: dark)" in style
    assert "@media print" in style


def test_without_script_there_is_no_button_that_does_nothing() -> None:
    buttons = parsed(rich()).css("button")
    assert buttons
    assert all("hidden" in button.attributes for button in buttons)


PLAIN_ELEMENTS = elements(parsed(with_text(rich(), "x")))


@settings(max_examples=200)
@given(hostile_texts)
def test_no_text_becomes_an_element_and_none_is_lost(text: str) -> None:
    page = parsed(with_text(rich(), text))
    assert elements(page) == PLAIN_ELEMENTS
    assert all(printable(text) in heading.text() for heading in page.css(".ranking h3"))


def test_a_notebook_shows_the_page_without_head_and_script() -> None:
    shown = LexborHTMLParser(rich()._repr_html_())
    assert not shown.css("script, meta, title:not(svg title)")
    assert shown.css("main h1")
    assert "## Plan" in rich()._repr_markdown_()


def look(page: Path, *how: str) -> str:
    """Open a page in headless Chromium with a fresh profile."""
    assert BROWSER is not None
    done = subprocess.run(
        [
            *(BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic"),
            *("--no-first-run", "--disable-background-networking", "--disable-component-update"),
            *("--disable-sync", "--hide-scrollbars", f"--user-data-dir={page.parent / 'profile'}"),
            *(*how, page.as_uri()),
        ],
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    return done.stdout


def test_a_browser_runs_its_script_and_no_other(tmp_path: Path) -> None:
    if BROWSER is None:
        warnings.warn("there is no Chromium here: the page was not looked at", stacklevel=1)
        return
    page = tmp_path / "report.html"
    report = with_text(rich(), "<script>document.title='owned'</script><img src=x onerror=x()>")
    page.write_text(render(report, "html"), encoding="utf-8")
    seen = LexborHTMLParser(look(page, "--dump-dom"))
    assert all("hidden" not in button.attributes for button in seen.css("button"))
    assert seen.css_first("head title").text().startswith("<script>")
    assert not seen.css("img")
    pictures = []
    for scheme in (0, 1):  # dark, light
        picture = tmp_path / f"{scheme}.png"
        look(page, f"--blink-settings=preferredColorScheme={scheme}", f"--screenshot={picture}")
        pictures.append(picture.read_bytes())
    assert pictures[0] != pictures[1]


@pytest.mark.parametrize("lost", ["style", "script"])
def test_printing_unfolds_everything_even_without(lost: str, tmp_path: Path) -> None:
    if BROWSER is None:
        warnings.warn("there is no Chromium here: the page was not printed", stacklevel=1)
        return
    page, paper = tmp_path / "report.html", tmp_path / "report.pdf"
    text = render(formats.nothing_runs(), "html")
    text = re.sub(f"<{lost}>.*?</{lost}>", "", text, flags=re.DOTALL)
    folded = re.sub("</summary>.*?</details>", "</summary></details>", text, flags=re.DOTALL)
    sizes = []
    for content in (text, folded):
        page.write_text(content, encoding="utf-8")
        look(page, f"--print-to-pdf={paper}")
        sizes.append(len(re.findall(rb"/Type /Page\b", paper.read_bytes())))
    assert sizes[0] > sizes[1]

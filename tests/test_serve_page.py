"""The page: a whole consultation in forms alone, and in a browser where there is one."""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from selectolax.lexbor import LexborHTMLParser

from ccexpert import Consultation, Expert
from tests.test_acceptance import ROWS, Row
from tests.test_serve import state_in
from tests.web import FORM, Server, Visit, serving


@pytest.fixture(scope="module")
def server() -> Server:
    return Server()


@pytest.mark.parametrize(
    "row",
    [row for row in ROWS if row.name in ("mta missing", "stat", "web", "trackinglogd missing")],
    ids=lambda row: row.name,
)
def test_the_page_asks_what_the_terminal_asks(server: Server, row: Row, expert: Expert) -> None:
    session, visit = Consultation(expert), Visit(server)
    for _ in range(4):
        question = session.question()
        assert visit.field("question") == (question.id if question else "")
        if question is None:
            break
        assert visit.texts("h1") == [question.text]
        answer = state_in(row, question)
        session.answer(answer)
        if answer == "unknown":
            visit.press("unknown")
        else:
            visit.press("answer", a=[] if answer == "none" else answer)
    visit.press("report")
    first = session.report().first
    assert first is not None
    assert visit.texts(".ccexpert .ranking h3")[0].startswith(first.title)
    assert visit.texts("aside .ranking p")[0].startswith(first.title)


def test_who_leaves_a_list_as_it_is_has_said_nothing(server: Server) -> None:
    visit = Visit(server).press("answer", a=["emails-not-sent"]).press("answer", a="prod")
    untouched = [node.attributes["value"] for node in visit.page.css("select option:first-child")]
    assert all(value and value.endswith("?") for value in untouched)
    mine = ["process:mta@prod=missing", *(one for one in untouched if one and "mta" not in one)]
    said = Visit(server).press("answer", a=["emails-not-sent"]).press("answer", a="prod")
    said.press("answer", a=mine)
    assert said.state["answers"][-1]["answer"] == mine
    visit.press("others", a=mine)
    assert visit.state["answers"][-1]["answer"] == mine[:1]


def test_what_is_pasted_outweighs_an_answer(server: Server) -> None:
    visit = Visit(server).press("answer", a=["emails-not-sent"]).press("answer", a="prod")
    visit.press("answer", a=["process:mta@prod=missing"])
    visit.press("read", text="$ nlserver pdump\nwatchdog (1) - 9 MB\nmta@prod (3) - 20 MB")
    assert "What was shown now counts instead." in visit.answer.text
    assert not visit.texts("aside .ranking p")[0].startswith("The mta process is not running")


def test_any_answer_can_be_changed(server: Server) -> None:
    visit = Visit(server).press("answer", a=["emails-not-sent"]).press("answer", a="prod")
    visit.press("answer", a=["", "process:mta@prod=missing"])
    assert visit.texts("aside .ranking p")[0].startswith("The mta process is not running")
    visit.press("revise:3")
    assert "'help 2'" not in visit.answer.text  # that is for a terminal
    chosen = visit.texts("select option[selected]")
    assert sorted({*chosen}) == ["in order", "missing"]
    assert chosen.count("missing") == 1
    visit.press("answer", a=["process:stat@prod=missing"])
    assert visit.texts("aside .ranking p")[0].startswith("The statistics server")
    assert len(visit.state["answers"]) == 3
    assert "revises" not in visit.state


def test_doubt_counts_less(server: Server) -> None:
    visit = Visit(server).press("answer", a=["emails-not-sent"], probably="1")
    assert visit.state["answers"][0]["certainty"] == 0.7


def test_a_text_gives_facts_and_symptoms_to_confirm(server: Server) -> None:
    text = "Mails are not sent since noon\nnlserver: ORA-12541: TNS:no listener\nblubb"
    visit = Visit(server).press("read", text=text, a=["export-failed"])
    ticked = [node.attributes["value"] for node in visit.page.css("#found input[checked]")]
    assert {"export-failed", "emails-not-sent"} <= set(ticked)
    assert visit.state["facts"][0]["kind"] == "error"
    assert any("blubb" in notice for notice in visit.texts(".notice"))
    visit.press("answer", a=ticked)
    assert visit.texts(".told li")
    visit.press("forget")
    assert visit.texts(".told li") == []
    assert len(visit.state["answers"]) == 1


def test_a_few_words_are_looked_up(server: Server) -> None:
    visit = Visit(server).press("read", text="disk full")
    assert visit.page.css("#found input")
    assert not visit.page.css("#found input[checked]")
    visit.press("read", text="A workflow of the site: failed")
    assert "A workflow of the site: failed" in visit.texts("#found label")
    assert visit.press("read", text="xyzzy").texts(".notice") == ["Nothing matches 'xyzzy'."]


def test_what_is_no_answer_changes_nothing_and_is_said(server: Server) -> None:
    visit = Visit(server).press("answer", a=["emails-not-sent"]).press("answer", a="a b; reboot")
    assert visit.texts(".notice") == ["'a b; reboot' is not an answer here."]
    assert visit.field("question") == "instance"


def test_who_knows_nothing_gets_a_first_plan_and_may_go_on(server: Server) -> None:
    visit = Visit(server)
    for _ in range(8):
        visit.press("unknown")
    assert "nlserver pdump" in visit.texts(".plan")[0]
    assert visit.press("more").field("question")


def test_facts_and_report_are_files(server: Server) -> None:
    visit = Visit(server).press("answer", a=["emails-not-sent"])
    state = visit.field("state")
    for name, file in (("facts", "facts.json"), ("html", "report.html"), ("markdown", "report.md")):
        body = urlencode({"state": state})
        answer = server.post(f"/report?format={name}", body, headers=FORM)
        assert answer.headers["content-disposition"] == f'attachment; filename="{file}"'
    facts = server.post("/report?format=facts", urlencode({"state": state}), headers=FORM).json()
    assert [fact["name"] for fact in facts["facts"]] == ["emails-not-sent"]


def test_the_page_speaks_the_language_of_the_browser_and_changes_it(server: Server) -> None:
    visit = Visit(server, **{"accept-language": "sv"})
    assert visit.page.css_first("html").attributes["lang"] == "sv"  # type: ignore[union-attr]
    visit.press("answer", a=["emails-not-sent"]).press("language:en")
    assert visit.texts("h1") == ["Which instance is it about?"]
    assert len(visit.state["answers"]) == 1


@pytest.mark.parametrize(
    "body",
    [
        "state={",
        "state=[]",
        'state={"answers":[{"question":"nix","answer":"x"}]}',
        'state={"answers":7}',
        'state={"facts":[{"kind":"nix"}]}',
        "state=%ff",
        "&".join(f"a={n}" for n in range(2000)),
    ],
)
def test_a_state_that_the_page_did_not_make_is_one_sentence(server: Server, body: str) -> None:
    answer = server.post("/", body, headers=FORM)
    assert answer.status_code == 422
    page = LexborHTMLParser(answer.text)
    assert page.css_first("[role=alert]")
    assert page.css_first("button[value=anew]")


def test_nothing_that_was_typed_becomes_markup(server: Server) -> None:
    nasty = '"><script>alert(1)</script><b x="'
    visit = Visit(server).press("read", text=f"error {nasty} ORA-01017")
    visit.press("answer", a=[nasty]).press("answer", a="emails-not-sent")
    visit.press("answer", a=nasty)
    assert "<script>alert" not in visit.answer.text
    assert html.escape("<script>") in visit.answer.text or "script" not in visit.answer.text


def test_the_page_is_small_and_only_its_own(server: Server) -> None:
    visit = Visit(server)
    policy = visit.answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    files = re.findall(r'(?:href|src)="(/page/[^"]+)"', visit.answer.text)
    total = len(visit.answer.content) + sum(len(server.get(file).content) for file in files)
    assert len(files) == 2
    assert total < 50 * 1024
    assert "//" not in re.sub(r"<!--.*?-->", "", visit.answer.text)
    assert server.get("/page/secrets").status_code == 404
    assert " style=" not in visit.press("answer", a=["emails-not-sent"]).press("report").answer.text


# --- a real browser ---

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

#: Milliseconds that the browser may take for anything, on a machine that is busy.
PATIENCE = 300_000


@pytest.fixture
def address() -> Iterator[str]:
    """The address of a server of its own."""
    with serving() as url:
        yield f"{url}/"


def told(message: Any) -> bool:
    """Whether the browser complains. A visitor quicker than ``autofocus`` is no fault."""
    return not message.text.startswith("Autofocus processing was blocked")


@pytest.mark.skipif(not CHROMIUM, reason="there is no chromium here (Debian: apt install chromium)")
@pytest.mark.parametrize("scripts", [True, False])
def test_a_consultation_in_chromium(address: str, scripts: bool) -> None:
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"], timeout=PATIENCE
        )
        context = browser.new_context(
            java_script_enabled=scripts, locale="sv-SE", viewport={"width": 390, "height": 844}
        )
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        faults: list[str] = []
        page.on("console", lambda message: faults.append(message.text) if told(message) else None)
        page.goto(address)
        page.keyboard.press("Tab")
        page.fill("#text", "mejlen skickas inte")
        if not scripts:
            page.click("button[value=read]")
        page.locator("#found input[value=emails-not-sent]").check()
        page.click("button.main")
        page.fill("input[type=text]", "prod")
        page.keyboard.press("Enter")
        page.locator("select").nth(2).select_option(label="saknas")
        page.click("button.main")
        assert page.locator("aside .ranking p").first.inner_text().startswith("Statistikservern")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390 if scripts else True
        page.click("button[value=report]")
        assert "nlserver start stat@prod" in page.inner_text(".ccexpert .plan")
        if scripts:
            found = Axe().run(page)
            assert found.violations_count == 0, found.generate_report()
            other = context.new_page()
            other.goto(page.url)
            other.wait_for_selector(".trail li")
            assert other.locator(".trail li").count() == 3
        assert faults == []
        browser.close()

"""The page in a real browser: every row of the acceptance table, in both languages, with and
without scripts, beside the same consultation in process; axe on pages of every kind.

``python -m tests.evaluate.pages [FOLDER]`` needs Chromium; it keeps pictures in FOLDER.
"""

from __future__ import annotations

import shutil
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Error, Page, sync_playwright
from tabulate import tabulate

from ccexpert import Consultation, Expert
from ccexpert.consult.question import Question
from ccexpert.words import LANGUAGES, Language
from tests.evaluate.questions import Scenario, said
from tests.test_acceptance import ROWS, Row
from tests.web import listening

#: Questions of a consultation.
_QUESTIONS = 8

#: How long a page may take, in milliseconds: the machine may have much else to do.
_PATIENCE = 300_000

#: The row whose pages are kept as pictures.
_PICTURED = "stat"

_SIZES = {"wide": (1280, 900), "narrow": (390, 844)}

#: The pages that axe has audited already, by kind of question and language.
_Audited = set[tuple[str, str]]


@dataclass
class Found:
    """What was seen in the browser."""

    counts: Counter[str] = field(default_factory=Counter)
    audited: _Audited = field(default_factory=set)
    violations: list[str] = field(default_factory=list)
    slowest: float = 0.0


class Visitor:
    """Someone who answers on the page as the facts of a row say."""

    def __init__(self, page: Page, found: Found, *, scripts: bool) -> None:
        self.page, self._found, self._scripts = page, found, scripts

    def looks(self, kind: str, language: str) -> None:
        """Audit the first page of each kind."""
        if not self._scripts or (kind, language) in self._found.audited:
            return
        self._found.audited.add((kind, language))
        result = Axe().run(self.page)
        if result.violations_count:
            self._found.violations.append(result.generate_report())

    def answers(self, question: Question, answer: str | list[str], session: Consultation) -> None:
        """Give one answer with the mouse."""
        if answer == "unknown":
            self.presses("button[value=unknown]")
        elif question.kind == "fact":
            self.presses(f'.choices button[value="answer:{answer}"]')
        else:
            if question.kind == "instance":
                self.page.fill("input[type=text]", str(answer))
            for item in answer if isinstance(answer, list) else []:
                if question.kind == "symptoms":
                    self._ticks(item, session)
                else:
                    self._states(item)
            self.presses("button.main")

    def presses(self, selector: str) -> None:
        """Press a button and wait for the page after it."""
        begun = time.perf_counter()
        with self.page.expect_navigation(wait_until="load"):
            self.page.locator(selector).first.click()
        self._found.slowest = max(self._found.slowest, time.perf_counter() - begun)
        self._found.counts["pages"] += 1

    def _ticks(self, value: str, session: Consultation) -> None:
        box = self.page.locator(f'input[name=a][value="{value}"]:visible').first
        if not box.count():
            choice = session.complaint(value)
            assert choice is not None
            self.page.fill("#text", choice.label)
            if not self._scripts:
                self.presses("button[value=read]")
            box.wait_for()
        box.check()

    def _states(self, item: str) -> None:
        chooser = self.page.locator(f'select:has(option[value="{item}"])')
        if chooser.count():
            chooser.select_option(item)
        else:
            self.page.locator(f'input[name=a][value="{item}"]').check()


def walked(
    visitor: Visitor, expert: Expert, row: Row, language: Language, found: Found
) -> Iterator[str]:
    """Walk one row on the page and in process; gives the name of each page that is shown."""
    scenario = Scenario(expert, row.name, [dict(fact) for fact in row.facts], "")
    session = Consultation(expert, language=language)
    for number in range(_QUESTIONS):
        question = session.question()
        shown = visitor.page.locator("input[name=question]")
        asked = shown.get_attribute("value") if shown.count() else ""
        found.counts["other questions"] += asked != (question.id if question else "")
        if question is None or asked != question.id:
            break
        visitor.looks(question.kind, language)
        yield f"{number + 1}-{question.kind}"
        answer = _answer(scenario, question, session)
        visitor.answers(question, answer, session)
        session.answer(answer)
    if visitor.page.locator("button[value=report]").count():
        visitor.presses("button[value=report]")
    visitor.looks("report", language)
    yield "report"
    report, shown = session.report(), visitor.page.locator("main")
    titles = [report.first.title] if report.first else []
    text = shown.inner_text()
    found.counts["consultations"] += 1
    found.counts["the same first diagnosis"] += all(title in text for title in titles)
    found.counts["with a diagnosis"] += bool(titles)


def _answer(scenario: Scenario, question: Question, session: Consultation) -> str | list[str]:
    if question.kind == "symptoms":
        return scenario.complaints(session) or "unknown"
    if question.kind == "instance":
        return "prod"
    answers = {thing: scenario.answer(thing) for thing in question.things}
    return said(question, answers) or "none"


@contextmanager
def _page(browser: Browser, **options: Any) -> Iterator[tuple[Page, list[str]]]:
    with browser.new_context(**options) as context:
        context.set_default_timeout(_PATIENCE)
        page, faults = context.new_page(), list[str]()
        page.on("console", lambda message: faults.append(message.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        yield page, faults


def evaluate(expert: Expert, pictures: Path | None = None) -> None:
    """Print how the page does in the browser."""
    found, faulty = Found(), list[str]()
    with listening() as port, sync_playwright() as driver:
        path = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        url = f"http://127.0.0.1:{port}/"
        if pictures:
            _take(browser, url, expert, pictures)
        for language in LANGUAGES:
            for scripts in (True, False):
                for row in ROWS:
                    locale = {"en": "en-GB", "sv": "sv-SE"}[language]
                    options = {"java_script_enabled": scripts, "locale": locale}
                    with _page(browser, **options) as (page, faults):
                        visitor = Visitor(page, found, scripts=scripts)
                        try:
                            page.goto(url)
                            for _ in walked(visitor, expert, row, language, found):
                                pass
                        except Error as error:  # what else there is, is still looked at
                            faults.append(f"{row.name}, {language}, cut short: {error.message}")
                        faulty += faults
        browser.close()
    rows = [*found.counts.items(), ("kinds of page audited", len(found.audited))]
    rows += [("violations", len(found.violations)), ("faults in the console", len(faulty))]
    rows.append(("slowest page, ms", round(1000 * found.slowest)))
    print(tabulate(rows, ("page in Chromium", "number")))
    print()
    for text in (*found.violations[:3], *faulty[:3]):
        print(text)


def _take(browser: Browser, url: str, expert: Expert, folder: Path) -> None:
    """Pictures of one consultation, wide and narrow, light and dark."""
    folder.mkdir(parents=True, exist_ok=True)
    row = next(row for row in ROWS if row.name == _PICTURED)
    languages: tuple[tuple[str, Language, str], ...] = (
        ("light", "en", "en-GB"),
        ("dark", "sv", "sv-SE"),
    )
    for size, (width, height) in _SIZES.items():
        for scheme, language, locale in languages:
            options = {
                "viewport": {"width": width, "height": height},
                "color_scheme": scheme,
                "locale": locale,
            }
            with _page(browser, **options) as (page, _):
                page.goto(url)
                visitor = Visitor(page, Found(), scripts=True)
                for name in walked(visitor, expert, row, language, Found()):
                    page.screenshot(
                        path=str(folder / f"{size}-{scheme}-{name}.png"), full_page=True
                    )


if __name__ == "__main__":
    evaluate(Expert().warm(), Path(sys.argv[1]) if len(sys.argv) > 1 else None)

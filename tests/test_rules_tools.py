"""The tools for people who write cards: lint, test, docs, new."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from ccexpert.knowledge.packs import cached, roots
from ccexpert.verify.lint import LintFinding, lint
from tests.kit import ccexpert

GOOD = ccexpert("rules", "new", "site-good", "--module", "wfserver").stdout


def lint_of(folder: Path, text: str, name: str = "site-good") -> list[LintFinding]:
    path = folder / "rules" / "wfserver" / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return lint((folder,), upon=cached())


def test_the_shipped_knowledge_is_clean() -> None:
    findings = lint(roots())
    assert not [f for f in findings if f.severity == "error"]


@pytest.mark.parametrize("module", ["wfserver", "web", "database"])
def test_a_new_card_passes_lint_and_its_own_examples(tmp_path: Path, module: str) -> None:
    done = ccexpert("rules", "new", "site-fresh", "--module", module, "--pack", tmp_path)
    assert done.returncode == 0, done.stderr
    assert ccexpert("rules", "lint", tmp_path).returncode == 0
    tried = ccexpert("rules", "test", "site-fresh", "--rules", tmp_path)
    assert tried.returncode == 0, tried.stdout


def test_new_refuses_a_bad_id_a_taken_id_and_an_unknown_module() -> None:
    assert ccexpert("rules", "new", "Bad Id").returncode == 65
    assert "already used" in ccexpert("rules", "new", "mta-not-running").stderr
    assert ccexpert("rules", "new", "site-x", "--module", "databse").returncode == 65


EVIDENCE = (
    "    certainty: strong       # conclusive, strong, suggestive, weak; … against; excluded\n"
)


def explaining(card: str) -> str:
    return f"explains:\n  - cards: [{card}]\n    because: {{en: It follows., sv: Det följer.}}\n"


NEEDED = GOOD[GOOD.index("    needed:") : GOOD.index("actions:")]


@pytest.mark.parametrize(
    ("check", "change"),
    [
        ("schema", lambda t: t.replace("impact: 2", "impact: 9")),
        ("schema", lambda t: t.replace("state: late}}]\n    cert", "state: lat}}]\n    cert")),
        ("schema", lambda t: t.replace("  sv: Ett fel", "  sw: Ett fel")),
        ("schema", lambda t: t.replace("id: site-good", "id: mta-not-running")),
        ("missing-example", lambda t: t.replace("expect: ruled-out", "expect: {rank: 1}")),
        ("missing-example", lambda t: t.replace("{below: watchdog-not-running}", "silent")),
        ("no-reference", lambda t: t.replace("references: [help", "references: [] #")),
        ("unfinished", lambda t: t.replace("Say in one", "TODO in one")),
        ("untranslated", lambda t: t.replace(
            "Say in one to three sentences what it is and what follows from it.",
            "Säg i en till tre meningar vad det är och vad som följer av det.")),
        ("screen-label", lambda t: t.replace(
            "Säg i en", "Under Tools > Avancerat. Säg i en", 1)),
        ("too-certain", lambda t: t.replace(EVIDENCE, "    certainty: conclusive\n")),
        ("unreachable", lambda t: t.replace(NEEDED, "").replace(
            EVIDENCE, "    certainty: weak against\n")),
        ("unknown-command", lambda t: t.replace("[nlserver, pdump], win", "[rm, -rf, /], win")),
        ("explains-nothing", lambda t: t + explaining("no-such-card")),
        ("negation", lambda t: t.replace(NEEDED, "").replace("state: late}}]", "state: late}},\n"
            "      {not: {process: {module: mta, instance: $instance, state: missing}}}]")),
        ("dead-evidence", lambda t: t.replace(NEEDED, "").replace(
            "state: late}}]", "state: late}},\n"
            "      {process: {module: web, instance: $instance, state: stuck}},\n"
            "      {process: {module: mta, instance: $instance, state: stuck}}]")),
        ("dead-evidence", lambda t: t.replace(NEEDED, "").replace(
            "state: late}}]", "state: late}},\n"
            "      {process: {module: web, instance: prod, state: stuck}}]")),
        ("symptoms-too-certain", lambda t: t.replace(
            "evidence:\n",
            "evidence:\n"
            "  - when: [{symptom: {name: workflow-trouble, instance: $instance, present: true}}]\n"
            "    certainty: strong\n"
            "    because: {en: a, sv: b}\n")),
        ("duplicate-evidence", lambda t: t.replace(
            "evidence:\n",
            "evidence:\n"
            "  - when: [{workflow: {name: siteNightlyJob, instance: $instance, state: late}}]\n"
            "    certainty: weak\n"
            "    because: {en: a, sv: b}\n")),
        ("subsumed-evidence", lambda t: t.replace(
            "evidence:\n",
            "evidence:\n"
            "  - when: [{any: [{process: {module: mta, instance: $instance, state: stuck}},\n"
            "      {process: {module: mta, instance: $instance, state: [stuck, missing]}}]}]\n"
            "    certainty: weak\n"
            "    because: {en: a, sv: b}\n")),
        ("risk-too-small", lambda t: t.replace("kind: check", "kind: fix").replace(
            "[nlserver, pdump], win", "[nlserver, restart, web], win")),
    ],
)  # fmt: skip
def test_lint_finds_what_is_wrong(tmp_path: Path, check: str, change) -> None:
    assert not lint_of(tmp_path, GOOD)
    text = change(GOOD)
    assert text != GOOD
    found = lint_of(tmp_path, text)
    assert check in {f.check for f in found}, found
    assert all(f.file.endswith("site-good.yaml") for f in found if f.check == check)


def test_a_circle_of_causes_is_found(tmp_path: Path) -> None:
    other = GOOD.replace("id: site-good", "id: site-other") + explaining("site-good")
    lint_of(tmp_path, other, name="site-other")
    found = lint_of(tmp_path, GOOD + explaining("site-other"))
    assert "circle" in {f.check for f in found}


def test_findings_carry_the_line(tmp_path: Path) -> None:
    text = GOOD.replace(EVIDENCE, "    certainty: conclusive\n")
    found = [f for f in lint_of(tmp_path, text) if f.check == "too-certain"]
    assert text.splitlines()[found[0].line - 1] == "    certainty: conclusive"


def test_lint_goes_on_after_a_bad_file(tmp_path: Path) -> None:
    lint_of(tmp_path, "id: [", name="site-bad")
    found = lint_of(tmp_path, GOOD.replace("TODO", "").replace("Say in", "TODO in"))
    assert {"schema", "unfinished"} <= {f.check for f in found}


@pytest.mark.parametrize("form", ["text", "json", "github"])
def test_lint_speaks_to_people_and_machines(tmp_path: Path, form: str) -> None:
    lint_of(tmp_path, GOOD.replace("Say in one", "TODO in one"))
    done = ccexpert("rules", "lint", tmp_path, "--format", form)
    assert done.returncode == 1
    assert "unfinished" in done.stdout
    if form == "json":
        assert json.loads(done.stdout)["findings"][0]["check"] == "unfinished"
    if form == "github":
        assert done.stdout.startswith("::error file=")


def test_test_reports_failures_as_junit(tmp_path: Path) -> None:
    lint_of(tmp_path, GOOD.replace("expect: ruled-out", "expect: {rank: 1}"))
    done = ccexpert("rules", "test", "site-good", "--rules", tmp_path, "--format", "junit")
    assert done.returncode == 1
    suite = ElementTree.fromstring(done.stdout)
    assert (suite.get("tests"), suite.get("failures")) == ("3", "1")
    assert len(suite.findall("testcase/failure")) == 1


def test_coverage_can_fail_the_run(tmp_path: Path) -> None:
    text = GOOD.replace(
        "evidence:\n",
        "evidence:\n"
        "  - when: [{process: {module: wfserver, instance: $instance, state: crashing}}]\n"
        "    certainty: weak\n    because: {en: a, sv: b}\n",
    )
    lint_of(tmp_path, text)
    arguments = ("rules", "test", "site-good", "--rules", tmp_path, "--coverage")
    done = ccexpert(*arguments)
    assert done.returncode == 0
    assert "never exercised: site-good#1" in done.stdout
    assert "66.7 %" in done.stderr
    assert ccexpert(*arguments, "--fail-under", "100").returncode == 1


@pytest.mark.parametrize(("form", "ending"), [("markdown", "md"), ("html", "html")])
def test_docs_has_a_page_a_card_and_an_index(tmp_path: Path, form: str, ending: str) -> None:
    done = ccexpert("rules", "docs", tmp_path, "--format", form, "--lang", "sv")
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "mta" / f"mta-not-running.{ending}").read_text(encoding="utf-8")
    for heading in ("Innebörd", "Påverkan", "Diagnos", "Åtgärd"):
        assert heading in page
    index = (tmp_path / f"index.{ending}").read_text(encoding="utf-8")
    assert f"mta/mta-not-running.{ending}" in index
    links = [p for p in tmp_path.rglob(f"*.{ending}") if p.stem != "index"]
    assert all(f"{p.parent.name}/{p.name}" in index for p in links)


def test_all_tools_work_for_a_site_pack(tmp_path: Path) -> None:
    lint_of(tmp_path, GOOD)
    assert ccexpert("rules", "lint", tmp_path).returncode == 0
    assert ccexpert("rules", "test", "--rules", tmp_path, "site-good").returncode == 0
    ccexpert("rules", "docs", tmp_path / "docs", "--rules", tmp_path)
    assert (tmp_path / "docs" / "wfserver" / "site-good.md").exists()

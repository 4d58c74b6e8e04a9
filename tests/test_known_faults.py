"""Known faults of builds: found by build, text, symptom and words; never above an exact cause."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ccexpert import Expert
from ccexpert.facts import FactsDocument
from ccexpert.knowledge.packs import roots
from ccexpert.knowledge.reader import load_faults
from ccexpert.verify.lint import lint
from tests.evaluate.paraphrased import place, told
from tests.kit import ROOT, ccexpert

EXPERT = Expert()
RELEASES = load_faults(roots())
SHOWN = [(r, f) for r in RELEASES for f in r.faults if f.texts]
CLOSED_FOR_407 = {"kind": "error", "text": "error 407 - proxy auth required is returned"}


def build(number: int) -> dict[str, Any]:
    return {"kind": "build", "number": number}


def certainties(*facts: dict[str, Any]) -> dict[str, float]:
    report = EXPERT.diagnose(list(facts))
    return {d.id: d.certainty for d in (*report.diagnoses, *report.explained)}


@pytest.mark.parametrize(("release", "fault"), SHOWN, ids=[f.id for _, f in SHOWN])
def test_the_text_of_a_fault_on_an_older_build_leads_to_it(release: Any, fault: Any) -> None:
    text = {"kind": "error", "text": f"it says: {fault.texts[0]} and more"}
    assert certainties(text, build(release.build - 1))[fault.id] >= 0.5
    assert certainties(text, build(release.build)).get(fault.id, 0) == 0


def test_without_the_build_a_fault_is_possible_and_the_build_is_asked_for() -> None:
    report = EXPERT.diagnose([CLOSED_FOR_407])
    (found,) = [d for d in report.diagnoses if d.id == "neo-49624"]
    assert not found.is_finding
    assert any(u.fact["kind"] == "build" for u in report.unknown)


def test_the_remedy_is_the_build_that_corrects_it() -> None:
    report = EXPERT.diagnose([CLOSED_FOR_407, build(9364)])
    assert "corrected in build 9368 (7.3.5)" in next(
        d.title for d in report.diagnoses if d.id == "neo-49624"
    )
    assert any("build 9368 (7.3.5) or later" in step.text for step in report.plan)
    assert not any(step.changes_server for step in report.plan)


def test_a_symptom_alone_is_no_finding_whatever_the_build() -> None:
    found = certainties({"kind": "symptom", "name": "console-crash", "present": True}, build(9352))
    known = {name: c for name, c in found.items() if name.startswith("neo-")}
    assert known
    assert max(known.values()) < 0.5


def test_an_exact_cause_stands_above_a_known_fault() -> None:
    facts = [build(9343), {"kind": "process", "module": "mta", "state": "missing"},
             {"kind": "symptom", "name": "delivery-failed", "present": True}]  # fmt: skip
    first = EXPERT.diagnose(facts).first
    assert first is not None
    assert first.id == "mta-not-running"


def test_a_replaced_build_is_a_finding() -> None:
    report = EXPERT.diagnose(FactsDocument.model_validate(
        {"schema_version": 1, "facts": [build(9399)]}))  # fmt: skip
    assert [d.id for d in report.diagnoses if d.is_finding] == ["build-withdrawn"]
    assert "build-withdrawn" not in certainties(build(9400))


def rows(*words: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(ccexpert("builds", *words, "-f", "json").stdout)
    return found


def test_builds_lists_what_later_builds_correct() -> None:
    found = rows("9364")
    assert {"NEO-49624", "NEO-80245"} <= {row["fault"] for row in found}
    assert "NEO-33783" not in {row["fault"] for row in found}  # 9364 itself corrects it
    assert found[0]["fault"] == "security"


def test_the_newest_build_has_nothing_against_it() -> None:
    assert rows(str(RELEASES[-1].build)) == []


@pytest.mark.parametrize("words", ["NEO-49624", "proxy auth required", "error 407"])
def test_builds_finds_a_fault_by_number_and_words(words: str) -> None:
    assert [row["corrected"] for row in rows(words)] == ["9368 (7.3.5)"]


def test_builds_speaks_swedish_and_lists_all() -> None:
    assert "rättat i" in ccexpert("builds", "9364", "--lang", "sv").stdout
    assert [row["build"] for row in rows()] == [release.name for release in RELEASES]


def test_lint_names_what_is_wrong_with_a_release(tmp_path: Path) -> None:
    text = (ROOT / "rules" / "faults" / "2023.yaml").read_text("utf-8")
    folder = tmp_path / "rules" / "faults"
    folder.mkdir(parents=True)
    bad = text.replace("component: network", "component: netwrk").replace("id: ", "id: site-")
    bad = bad.replace("build: 93", "build: 83").replace("help/rn", "help/rm")
    bad = bad.replace("7.3.", "7.9.")
    (folder / "bad.yaml").write_text(bad, encoding="utf-8")
    found = lint((tmp_path,), upon=EXPERT.base)
    assert any("'netwrk'" in one.message for one in found)


def test_a_known_fault_of_the_build_is_found_in_other_words() -> None:
    swedish = [one for one in told() if one[0].startswith("Swedish")][::4]
    places = [place(EXPERT, n, f"Vi kör build {b - 1}. {text}") for _, n, text, b in swedish]
    assert sum(0 < one <= 3 for one in places) >= 0.8 * len(swedish)

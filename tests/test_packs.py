"""Site packs: cards and words added, shipped cards changed openly, findings waived for a while."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ccexpert import Expert
from ccexpert.errors import KnowledgeError
from ccexpert.knowledge.packs import load
from ccexpert.knowledge.waivers import Waiver
from tests.kit import ROOT, ccexpert, document

PACK = ROOT / "examples" / "site-pack"
MTA = {"kind": "process", "module": "mta", "instance": "prod", "state": "missing"}
STAT = {"kind": "process", "module": "stat", "instance": "prod", "state": "missing"}


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return folder


def test_a_pack_adds_cards_and_words() -> None:
    late = {"kind": "symptom", "name": "site-newsletter-late", "instance": "prod", "present": True}
    six = {"kind": "context", "name": "daily-restart-window", "present": True}
    report = Expert([PACK]).diagnose([late, six])
    assert report.first is not None
    assert report.first.id == "site-newsletter-before-restart"


def test_an_overlay_changes_weight_and_is_never_silent() -> None:
    plain, changed = Expert().diagnose([MTA]), Expert([PACK]).diagnose([MTA])
    assert plain.overlaid == ()
    assert changed.overlaid == ("mta-not-running",)
    assert plain.first is not None
    assert changed.first is not None
    assert (plain.first.impact, changed.first.impact) == (4, 3)
    done = ccexpert("diagnose", "-", "--rules", PACK, stdin=document(MTA))
    assert "Changed by the site" in done.stdout


def test_packs_may_come_from_the_environment() -> None:
    done = ccexpert("rules", "list", "-f", "json", env={"CCEXPERT_RULES": str(PACK)})
    assert "site-newsletter-before-restart" in {r["id"] for r in json.loads(done.stdout)}


def test_a_shipped_card_is_not_shadowed(tmp_path: Path) -> None:
    shipped = (ROOT / "rules" / "mta" / "mta-not-running.yaml").read_text(encoding="utf-8")
    write(tmp_path, "rules/mta/mta-not-running.yaml", shipped)
    with pytest.raises(KnowledgeError, match="already used"):
        load([tmp_path])


@pytest.mark.parametrize(
    ("overlay", "message"),
    [
        ("overlays: mta-not-runing\nreason: x\n", "did you mean 'mta-not-running'"),
        (
            "overlays: mta-not-running\nreason: x\nevidence: {99: {certainty: 0.1}}\n",
            "no number 99",
        ),
        ("overlays: mta-not-running\nimpact: 1\n", "'reason' is missing"),
        ("overlays: mta-not-running\nreason: x\nactions: {1: {command: [rm]}}\n", "unknown field"),
        ("overlays: mta-not-running\nreason: x\nwhen: []\n", "unknown field 'when'"),
    ],
)
def test_a_wrong_overlay_is_refused(tmp_path: Path, overlay: str, message: str) -> None:
    write(tmp_path, "overlays/x.yaml", overlay)
    with pytest.raises(KnowledgeError, match=message):
        load([tmp_path])


def waiver(**changes: Any) -> Waiver:
    fields = {"diagnosis": "mta-not-running", "reason": "known", "expires": date(2999, 1, 1)}
    return Waiver.model_validate(fields | changes)


def test_a_waived_diagnosis_is_counted_apart() -> None:
    report = Expert(waivers=[waiver()]).diagnose([MTA])
    assert "mta-not-running" not in [d.id for d in report.diagnoses]
    assert [(w.id, w.reason) for w in report.waived] == [("mta-not-running", "known")]
    assert not [a for a in report.plan if a.diagnosis == "mta-not-running"]


@pytest.mark.parametrize(
    "other", [{"instance": "test*"}, {"host": "web-*"}, {"expires": date(2020, 1, 1)}]
)
def test_a_waiver_holds_only_for_its_scope_and_time(other: dict[str, Any]) -> None:
    report = Expert(waivers=[waiver(**other)]).diagnose([MTA])
    assert report.first is not None
    assert report.first.id == "mta-not-running"
    assert report.waived == ()


def test_what_follows_from_a_waived_cause_is_no_longer_explained_by_it() -> None:
    nothing = [{"kind": "probe", "name": "pdump", "result": "blank"}]
    assert {d.id for d in Expert().diagnose(nothing).explained} >= {"web-not-running"}
    report = Expert(waivers=[waiver(diagnosis="watchdog-not-running")]).diagnose(nothing)
    assert "web-not-running" in [d.id for d in report.diagnoses]


def test_waivers_may_come_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "waivers.yaml"
    path.write_text(
        "waivers: [{diagnosis: mta-not-running, reason: known, expires: 2999-01-01}]\n", "utf-8"
    )
    done = ccexpert("diagnose", "-", "-f", "json", "--waivers", path, stdin=document(MTA, STAT))
    report = json.loads(done.stdout)
    assert [w["id"] for w in report["waived"]] == ["mta-not-running"]
    assert report["diagnoses"][0]["id"] == "stat-not-running"


def test_the_example_pack_is_clean_and_its_examples_hold() -> None:
    assert ccexpert("rules", "lint", PACK).returncode == 0
    done = ccexpert("rules", "test", "--rules", PACK, "site-newsletter-before-restart")
    assert done.returncode == 0, done.stdout


def test_a_bad_card_is_found_even_when_it_does_not_concern_the_case(tmp_path: Path) -> None:
    write(tmp_path, "rules/mta/site-bad.yaml", "id: site-bad\nmodule: nowhere\n")
    for _ in range(2):  # the second run would take what the first has kept
        done = ccexpert("diagnose", "-", "--rules", tmp_path, stdin=document(MTA))
        assert done.returncode == 65
        assert "site-bad.yaml" in done.stderr


def test_a_changed_card_is_read_anew(tmp_path: Path) -> None:
    text = (PACK / "overlays" / "mta-not-running.yaml").read_text(encoding="utf-8")
    for impact in (1, 2):
        write(tmp_path, "overlays/x.yaml", text.replace("impact: 3", f"impact: {impact}"))
        done = ccexpert("diagnose", "-", "-f", "json", "--rules", tmp_path, stdin=document(MTA))
        assert json.loads(done.stdout)["diagnoses"][0]["impact"] == impact

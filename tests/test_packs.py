"""Site packs: cards and words added, shipped cards changed openly, findings waived for a while."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ccexpert import Expert
from ccexpert.errors import KnowledgeError
from ccexpert.knowledge.packs import open_packs, roots
from ccexpert.knowledge.reader import load_commands
from ccexpert.knowledge.waivers import Waiver
from ccexpert.verify.lint import lint
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
        open_packs([tmp_path]).whole()


@pytest.mark.parametrize(
    ("overlay", "message"),
    [
        ("overlays: mta-not-runing\nreason: x\n", "did you mean 'mta-not-running'"),
        (
            "overlays: mta-not-running\nreason: x\nevidence: {99: {certainty: weak}}\n",
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
        open_packs([tmp_path]).whole()


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


def allowing(folder: Path, *argv: str) -> Path:
    text = f"commands:\n  - argv: {json.dumps(argv)}\n    risk: none\n"
    return write(folder, "facts/commands.yaml", text)


@pytest.mark.parametrize(
    "argv",
    [
        ("sh", "-c", "id"),
        ("/bin/bash", "*"),
        ("env", "FOO=1", "id"),
        ("nice", "dash", "x.sh"),
        ("powershell.exe", "-Command", "id"),
        ("python3.11", "-Ic", "print(1)"),
        ("perl", "-e", "1"),
        ("node", "--eval=1"),
        ("python3", "*"),
        ("/usr/bin/timeout", "5", "*"),
        ("docker", "exec", "*", "id"),
        ("*", "status"),
    ],
)
def test_no_list_allows_a_shell_or_code(tmp_path: Path, argv: tuple[str, ...]) -> None:
    folders = (*roots(), allowing(tmp_path, *argv))
    with pytest.raises(KnowledgeError, match=r"cannot be allowed: .*(run anything|be named)"):
        load_commands(folders)


def test_lint_refuses_what_the_program_refuses(tmp_path: Path) -> None:
    allowing(tmp_path, "sh", "-c", "id")
    found = lint((tmp_path,), upon=open_packs().whole())
    assert any("cannot be allowed" in finding.message for finding in found)


def test_a_command_of_a_pack_says_which_pack_allows_it(tmp_path: Path) -> None:
    commands = load_commands((*roots(), allowing(tmp_path, "site-check", "--all")))
    assert {c.origin for c in commands} == {"", str(tmp_path)}
    assert next(c for c in commands if c.argv[0] == "site-check").origin == str(tmp_path)


@pytest.mark.parametrize("name", ["../../x", "/etc/x", "a/b", "a b", "..", "", "x" * 81, "a\nb"])
def test_what_is_observed_has_the_name_of_a_file(tmp_path: Path, name: str) -> None:
    entry = {
        "name": name,
        "title": {"en": "x", "sv": "x"},
        "question": {"en": "x", "sv": "x"},
        "help": {"en": "x", "sv": "x"},
        "minutes": 1,
    }
    text = json.dumps({"kind": "module", "topic": "x", "entries": [entry]})
    write(tmp_path, "facts/module/x.yaml", text)
    with pytest.raises(KnowledgeError, match="not a valid name"):
        open_packs([tmp_path]).whole()

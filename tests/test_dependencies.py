"""What needs what: a message without a card leads along it, and what works clears it."""

from __future__ import annotations

from ccexpert import Expert
from ccexpert.facts.entries import ModuleEntry
from ccexpert.knowledge.dependencies import needed
from ccexpert.knowledge.packs import cached

VOCABULARY = cached().vocabulary
WORKING = {"kind": "symptom", "name": "other-deliveries-ok", "instance": "prod", "present": True}


def test_what_a_module_needs_is_followed_to_the_end_the_nearest_first() -> None:
    names = [entry.name for entry in needed(["tracking"], VOCABULARY)]
    assert names == ["tracking", "trackinglogd", "webmdl", "wfserver", "database", "webserver"]


def test_every_need_and_sign_names_what_there_is() -> None:
    for kind in ("module", "symptom", "probe"):
        for entry in VOCABULARY.entries(kind):
            modules = (*entry.works, *(entry.needs if isinstance(entry, ModuleEntry) else ()))
            assert all(VOCABULARY.module(name) for name in modules), entry.name
    seen_by = {entry.seen_by for entry in VOCABULARY.modules if entry.seen_by}
    assert all(VOCABULARY.has("probe", name) for name in seen_by)


def test_a_message_that_nobody_knows_leads_to_its_module_and_what_that_needs(
    expert: Expert,
) -> None:
    said = {"kind": "error", "module": "mta", "instance": "prod", "text": "flux capacitor offline"}
    first, second = (" ".join(one.question.split()) for one in expert.diagnose([said]).unknown[:2])
    assert "mta process" in first
    assert "stat process" in second


def test_what_works_clears_what_it_needs(expert: Expert) -> None:
    slow = {"kind": "symptom", "name": "delivery-pending", "instance": "prod", "present": True}
    without, cleared = expert.diagnose([slow]), expert.diagnose([slow, WORKING])
    blamed = {"stat-not-running", "mta-not-running", "database-down"}
    assert blamed & {one.id for one in without.diagnoses}
    assert not blamed & {one.id for one in cleared.diagnoses}


def test_a_working_sign_never_hides_what_was_looked_at(expert: Expert) -> None:
    gone = {"kind": "process", "module": "stat", "instance": "prod", "state": "missing"}
    report = expert.diagnose([gone, WORKING])
    assert "stat-not-running" in {one.id for one in (*report.diagnoses, *report.explained)}

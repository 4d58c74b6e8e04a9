"""Which diagnosis stands first, which stands under which, and what the plan does about it.

A site pack of a few probes and cards says exactly what competes.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ccexpert import Expert, Report

PROBES = ("site-a", "site-b", "site-c")


def both(text: str) -> dict[str, str]:
    return {"en": text, "sv": text}


def evidence(certainty: str, *probes: str) -> dict[str, Any]:
    when = [{"probe": {"name": probe, "result": "error"}} for probe in probes]
    return {"when": when, "certainty": certainty, "because": both("It fails.")}


def complaint(certainty: str, fact: dict[str, Any]) -> dict[str, Any]:
    when = [{fact["kind"]: {key: value for key, value in fact.items() if key != "kind"}}]
    return {"when": when, "certainty": certainty, "because": both("It is said.")}


def step(kind: str, risk: str, minutes: int) -> dict[str, Any]:
    warning = {"warning": both("It hurts.")} if risk in ("interrupts-service", "loses-data") else {}
    return {
        "kind": kind,
        "target": "web",
        "text": both(f"{kind}, {risk}, {minutes} min"),
        "risk": risk,
        "minutes": minutes,
        **warning,
    }


def card(name: str, *reasons: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {
        "id": f"site-{name}",
        "module": "web",
        "verdict": "fault",
        "impact": 2,
        "title": both(name),
        "meaning": both(name),
        "evidence": list(reasons),
        **fields,
    }


Diagnose = Callable[..., Report]


@pytest.fixture
def diagnose(tmp_path: Path) -> Diagnose:
    """Diagnose failing probes by these cards."""

    def entry(name: str) -> dict[str, Any]:
        words = dict.fromkeys(("title", "question", "help"), both(name))
        return {"name": name, "minutes": 1, **words}

    words = {"kind": "probe", "topic": "web", "entries": [entry(name) for name in PROBES]}
    _write(tmp_path / "facts" / "probe" / "site.yaml", words)

    def report(
        probes: tuple[str, ...], *cards: dict[str, Any], suffered: tuple[dict[str, Any], ...] = ()
    ) -> Report:
        for one in cards:
            _write(tmp_path / "rules" / "web" / f"{one['id']}.yaml", one)
        facts = [{"kind": "probe", "name": probe, "result": "error"} for probe in probes]
        return Expert([tmp_path]).diagnose([*facts, *suffered])

    return report


def _write(path: Path, data: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data), encoding="utf-8")


def accounts_for(name: str) -> list[dict[str, Any]]:
    return [{"cards": [name], "because": both("it needs the other")}]


def risks(report: Report) -> list[tuple[str, str]]:
    return [(action.kind, action.risk) for action in report.plan]


def test_of_two_as_sure_the_one_with_more_facts_stands_first(diagnose: Diagnose) -> None:
    report = diagnose(
        ("site-a", "site-b", "site-c"),
        card("a-general", evidence("strong", "site-c")),
        card("b-specific", evidence("strong", "site-a", "site-b")),
    )
    assert [d.id for d in report.diagnoses[:2]] == ["site-b-specific", "site-a-general"]


def test_messages_of_one_class_make_it_no_surer_what_is_behind_them(diagnose: Diagnose) -> None:
    reasons = evidence("weak", "site-a"), evidence("suggestive", "site-b")
    [found] = diagnose(("site-a", "site-b"), card("class", *reasons, general=True)).diagnoses
    assert found.certainty == 0.5
    assert [(one.certainty, one.contained) for one in found.evidence] == [(0.5, False), (0.0, True)]


def test_what_rests_on_complaints_is_no_complaint_and_says_what_weakens_it(
    diagnose: Diagnose,
) -> None:
    unsent = {"kind": "symptom", "name": "emails-not-sent", "present": True}
    failed = {"kind": "workflow", "name": "cleanup", "state": "failed"}
    report = diagnose(
        ("site-a",),
        card("cause", evidence("suggestive", "site-a"), complaint("weak", unsent)),
        card("other", complaint("weak", unsent), complaint("strong", failed)),
        suffered=(unsent, failed),
    )
    ours = [d for d in report.diagnoses if d.id.startswith("site-")]
    assert [d.id for d in ours] == ["site-other", "site-cause"]
    accounted = [(e.certainty, e.accounted_by) for e in ours[0].evidence]
    assert accounted == [(0.7, None), (0.15, "site-cause")]


def test_a_place_stands_under_what_is_found_there() -> None:
    told = {"kind": "symptom", "name": "delivery-slow", "instance": "crm", "present": True}
    stopped = {"kind": "process", "module": "mta", "instance": "crm", "state": "missing"}
    explained = Expert().diagnose([told, stopped]).explained
    assert ("trouble-with-sending", "mta-not-running") in {
        (d.id, d.explained_by) for d in explained
    }


def test_causes_that_name_each_other_do_not_both_vanish(diagnose: Diagnose) -> None:
    report = diagnose(
        ("site-a", "site-b"),
        card("one", evidence("strong", "site-a"), explains=accounts_for("site-two")),
        card("two", evidence("strong", "site-b"), explains=accounts_for("site-one")),
    )
    assert [d.id for d in report.diagnoses] == ["site-two"]
    assert [(d.id, d.explained_by) for d in report.explained] == [("site-one", "site-two")]


RESTART = step("restart", "interrupts-service", 5)


def test_a_restart_waits_while_a_surer_cause_accounts_for_the_same(diagnose: Diagnose) -> None:
    weaker = card("weaker", evidence("suggestive", "site-a"), actions=[RESTART])
    surer = card("surer", evidence("strong", "site-a"), actions=[step("fix", "low", 5)])
    report = diagnose(("site-a",), weaker, surer)
    assert {"site-weaker", "site-surer"} == {d.id for d in report.diagnoses}
    assert risks(report) == [("fix", "low")]


def test_what_a_process_says_goes_before_its_state() -> None:
    """The message names the cause of the restarts, however sure these are."""
    state = {"kind": "process", "module": "web", "instance": "default", "state": "restarting"}
    said = {"kind": "error", "module": "web", "text": "Address already in use: bind"}
    report = Expert().diagnose([state, said])
    assert [d.id for d in report.diagnoses] == ["port-8080-taken"]
    elsewhere = Expert().diagnose([state, {**said, "module": "mta"}])
    assert elsewhere.diagnoses[0].id == "web-crashing"


@pytest.mark.parametrize(
    ("suffered", "beside", "status"),
    [
        ("sms-duplicated", {"kind": "probe", "name": "smpp", "result": "ok"}, "undetermined"),
        ("delivery-pending", {"kind": "context", "name": "delivery-scheduled-later"}, "ok"),
    ],
)
def test_what_people_suffer_from_is_no_fault_only_if_that_is_conclusive(
    suffered: str, beside: dict[str, Any], status: str
) -> None:
    beside = {"present": True, **beside} if beside["kind"] == "context" else beside
    report = Expert().diagnose([{"kind": "symptom", "name": suffered, "present": True}, beside])
    assert report.diagnoses[0].verdict == "not-a-fault"
    assert report.status == status


def test_a_surer_cause_of_something_else_holds_no_restart_back(diagnose: Diagnose) -> None:
    weaker = card("weaker", evidence("suggestive", "site-a"), actions=[RESTART])
    surer = card("surer", evidence("strong", "site-b"), actions=[step("fix", "low", 5)])
    assert ("restart", "interrupts-service") in risks(diagnose(("site-a", "site-b"), weaker, surer))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (step("fix", "low", 2), step("fix", "low", 30)),
        (step("fix", "none", 10), step("fix", "loses-data", 10)),
        (step("fix", "low", 10), step("fix", "interrupts-service", 10)),
    ],
    ids=["less work", "no risk", "low risk"],
)
def test_of_two_remedies_the_cheap_and_harmless_one_comes_first(
    diagnose: Diagnose, first: dict[str, Any], second: dict[str, Any]
) -> None:
    """Although the other diagnosis stands first for its impact."""
    report = diagnose(
        ("site-a", "site-b"),
        card("grave", evidence("strong", "site-a"), impact=4, actions=[second]),
        card("slight", evidence("strong", "site-b"), impact=1, actions=[first]),
    )
    assert report.first is not None
    assert report.first.id == "site-grave"
    assert [action.diagnosis for action in report.plan] == ["site-slight", "site-grave"]

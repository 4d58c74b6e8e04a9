"""Facts documents: strict, in the operator's words, settled into one case."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccexpert.errors import FactsError
from ccexpert.facts import INSTANCE_PATTERN, KINDS, FactsDocument
from ccexpert.facts.case import Case, settle
from ccexpert.facts.document import document_of
from tests.kit import signatures, small_vocabulary

VOCABULARY = small_vocabulary()


def case(*facts: dict[str, Any], **fields: Any) -> Case:
    return settle([document_of({"facts": list(facts), **fields})], VOCABULARY)


def labels(found: Case) -> list[str]:
    return [fact.label for fact in found.facts]


def process(module: str = "mta", state: str = "missing", **more: Any) -> dict[str, Any]:
    return {"kind": "process", "module": module, "state": state, **more}


def symptom(name: str = "symptom-0", present: bool = True, **more: Any) -> dict[str, Any]:
    return {"kind": "symptom", "name": name, "present": present, **more}


@pytest.mark.parametrize(
    ("word", "name"), [("MTA", "mta"), ("webb", "web"), ("Övervakningsenhet", "watchdog")]
)
def test_modules_are_known_by_alias_and_in_any_case(word: str, name: str) -> None:
    assert case(process(word)).facts[0].module == name  # type: ignore[union-attr]


def test_the_one_process_of_a_multi_instance_module_is_called_default() -> None:
    assert labels(case(process("web"))) == ["process web@default = missing"]


def test_an_unnamed_instance_counts_for_every_instance_that_others_name() -> None:
    found = case(process(instance="a"), process(instance="b"), symptom(), process("web"))
    assert "symptom symptom-0@a = true" in labels(found)
    assert "symptom symptom-0@b = true" in labels(found)
    assert len(found.facts) == 5


def test_an_error_of_a_shared_module_belongs_to_the_instance_it_names_or_to_all() -> None:
    error = {"kind": "error", "module": "web", "code": "XSV-350013"}
    assert case(error, process(instance="a")).facts[0].instance == "a"  # type: ignore[union-attr]
    found = case(error | {"instance": "b"}, symptom())
    assert "symptom symptom-0@b = true" in labels(found)


def test_what_was_said_of_an_instance_is_not_overridden_by_what_was_said_of_none() -> None:
    found = case(process(instance="a"), symptom(present=True), symptom(present=False, instance="a"))
    assert labels(found) == ["process mta@a = missing", "symptom symptom-0@a = false"]


def test_the_host_of_the_document_is_the_host_of_its_facts() -> None:
    found = case(process(instance="a"), process(instance="a", host="other"), host="here")
    assert {f.host for f in found.facts} == {"here", "other"}
    assert found.host == ""


def test_a_contradiction_names_both_places() -> None:
    with pytest.raises(FactsError) as error:
        case(process(instance="a"), symptom(), process(state="running", instance="a"))
    assert str(error.value) == (
        "facts, facts[2]: 'process mta@a = running' contradicts 'process mta@a = missing' in "
        "facts, facts[0]; keep one, or give both a different observed_at, so that the newer counts"
    )


@pytest.mark.parametrize("newest_first", [True, False])
def test_the_newer_of_two_dated_facts_decides(newest_first: bool) -> None:
    early, late = "2026-11-22T03:00:00Z", "2026-11-22T04:00:00Z"
    facts = [
        process(state="running", instance="a", observed_at=late),
        process(state="missing", instance="a", observed_at=early),
    ]
    found = case(*(facts if newest_first else reversed(facts)))
    assert labels(found) == ["process mta@a = running"]


def test_of_two_equal_facts_the_surer_is_kept() -> None:
    found = case(process(instance="a", certainty=0.4), process(instance="a", certainty=0.9))
    assert [f.certainty for f in found.facts] == [0.9]


def test_a_fact_with_certainty_zero_says_nothing() -> None:
    assert not case(process(instance="a", certainty=0)).facts


def test_a_port_held_by_its_rightful_owner_is_bound() -> None:
    port = {"kind": "port", "port": 6666, "protocol": "udp", "state": "in-use"}
    assert "bound" in labels(case(port | {"owner": "nlserver.exe"}))[0]
    assert "in-use" in labels(case(port | {"owner": "rsyslogd"}))[0]


def test_errors_are_recognised_by_code_by_text_and_by_type() -> None:
    by_code = case({"kind": "error", "code": "xsv-350013"}).facts[0]
    in_text = case({"kind": "error", "text": "HTTP 403 XSV-350013 The '10.0.0.1' …"}).facts[0]
    by_text = case({"kind": "error", "text": "Error while loading shared libraries: x.so"}).facts[0]
    by_type = case({"kind": "error", "type": "xtk:session"}).facts[0]
    names = [signatures(e, VOCABULARY) for e in (by_code, in_text, by_text, by_type)]
    assert names == [("bad-zone",), ("bad-zone",), ("no-library",), ("session",)]


@pytest.mark.parametrize(
    ("fact", "message"),
    [
        (process("mtta"), r"unknown module 'mtta'; did you mean 'mta'\?"),
        (symptom("symtom-0"), r"did you mean 'symptom-0'\?"),
        (process(state="misssing"), r"did you mean 'missing'\?"),
        (process(sate="x"), r"unknown field 'sate'; did you mean 'state'\?"),
        ({"kind": "proces", "module": "mta"}, r"did you mean 'process'\?"),
        ({"module": "mta", "state": "missing"}, "kind"),
        (process(instance="prod; rm -rf /"), "not a valid name"),
        (process(instance="-h"), "not a valid name"),
        (process(instance="a\nb"), "not a valid name"),
        (process(host="a b"), "not a valid name"),
        (process(certainty=1.5), "less than or equal to 1"),
        (process(certainty="1"), "valid number"),
        (process(observed_at="yesterday"), "datetime"),
        ({"kind": "error"}, "needs a code, a text or a type"),
        ({"kind": "workflow", "name": "$(id)", "state": "failed"}, "not a valid name"),
        ({"kind": "port", "port": 99999, "protocol": "udp", "state": "free"}, "65535"),
        ({"kind": "symptom", "name": "symptom-0", "present": "yes"}, "allowed: true, false"),
    ],
)
def test_what_is_wrong_is_said_with_place_and_help(fact: dict[str, Any], message: str) -> None:
    with pytest.raises(FactsError, match=message) as error:
        case(process("web"), fact)
    assert "facts[1]" in str(error.value)


@given(st.text())
def test_no_instance_name_that_a_shell_could_misread_is_accepted(name: str) -> None:
    accepted = True
    try:
        case(process(instance=name))
    except FactsError:
        accepted = False
    safe = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
    assert not accepted or (set(name) <= safe and not name.startswith("-"))
    assert INSTANCE_PATTERN.startswith("^")


def facts_of(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    common = {
        "host": st.none() | st.just("h1"),
        "certainty": st.floats(0.1, 1),
        "observed_at": st.none()
        | st.datetimes(timezones=st.just(__import__("datetime").UTC)).map(str),
        "source": st.none() | st.text(min_size=1, max_size=20),
    }
    instance = {"instance": st.none() | st.sampled_from(["prod", "dev"])}
    own: dict[str, dict[str, Any]] = {
        "process": {"module": st.sampled_from(["mta", "web"]), **instance},
        "symptom": {"name": st.sampled_from(["symptom-0", "symptom-1"]), **instance},
        "port": {"port": st.integers(1, 65535), "protocol": st.sampled_from(["tcp", "udp"])},
        "error": {"text": st.text(min_size=1, max_size=50), "count": st.none() | st.integers(0, 9)},
        "log": {"module": st.just("mta"), **instance},
        "probe": {"name": st.sampled_from(["probe-0", "probe-1"])},
        "job": {"type": st.sampled_from(["export", "import"]), **instance},
        "workflow": {"name": st.none() | st.just("tracking"), **instance},
        "indicator": {"name": st.just("disk")},
        "setting": {"name": st.just("setting-0"), **instance},
        "context": {"name": st.just("context-0")},
        "build": {"within": st.just("before-9178")},
        "complaint": {"about": st.just("complaint-0")},
    }
    seen = KINDS[kind].SEEN
    if kind != "error":
        known = tuple(KINDS[kind].ANSWERS)
        own[kind][seen] = st.booleans() if known == ("true", "false") else st.sampled_from(known)
    return st.fixed_dictionaries({"kind": st.just(kind), **own[kind], **common}).map(
        lambda fact: {k: v for k, v in fact.items() if v is not None}
    )


@given(st.lists(st.sampled_from(sorted(KINDS)).flatmap(facts_of), max_size=6))
def test_documents_survive_a_round_trip(facts: list[dict[str, Any]]) -> None:
    first, _ = document_of({"schema_version": 1, "host": "h", "facts": facts})
    again = FactsDocument.model_validate_json(first.model_dump_json(exclude_none=True))
    assert again == first
    assert document_of(json.loads(first.model_dump_json()))[0] == first


def test_all_thirteen_kinds_exist() -> None:
    assert sorted(KINDS) == sorted(
        [
            "process",
            "symptom",
            "port",
            "error",
            "log",
            "probe",
            "job",
            "workflow",
            "indicator",
            "setting",
            "context",
            "build",
            "complaint",
        ]
    )

"""Equal facts are reasoned about once, and nobody can tell from the answer."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ccexpert import Expert
from ccexpert.errors import INTERNAL_FAULT, CcexpertError, FactsError
from ccexpert.facts.document import document_of, read_document, read_quickly
from ccexpert.fleet.blocks import Block, Segment, cut
from ccexpert.fleet.diagnose import FleetExpert
from ccexpert.fleet.mattering import Mattering
from ccexpert.fleet.run import run
from ccexpert.fleet.signature import names_matter
from ccexpert.fleet.tally import Tally
from ccexpert.fleet.workers import InProcess, Setup
from ccexpert.knowledge.patterns import read_when
from ccexpert.knowledge.waivers import Waiver
from ccexpert.reading import decode
from tests.bench.lifelike import Lifelike
from tests.fleet import PROCESS, expert, line, situations

INSTANCES = ("aaa", "crm", "default-2", "prod", "Zeta", "z9")
HOSTS = ("alpha", "mid.example", "zulu")


def block(*lines: str) -> Block:
    return Block(0, (Segment("hosts.jsonl", data="\n".join(lines).encode()),))


def diagnosed(fleet: FleetExpert, *lines: str) -> tuple[list[dict[str, Any]], Tally]:
    text, tally = fleet.diagnose(block(*lines))
    return [json.loads(record) for record in text.splitlines()], tally


KNOWN = [f["text"] for s in situations() for f in s if f["kind"] == "error" and "text" in f]

#: Three that rules know, each another, and two that they do not.
TEXTS = (*KNOWN[:30:10], "nothing knows this", "nor é\u2028\\ that")


@st.composite
def variants(draw: st.DrawFn, facts: list[dict[str, Any]]) -> str:
    """The same facts with other names, texts, times and details, in another order, or fewer."""
    told = [dict(fact) for fact in facts if draw(st.integers(0, 19))]
    renamed = dict(zip(("prod", "crm", "mkt"), draw(st.permutations(INSTANCES)), strict=False))
    for fact in told:
        if "instance" in fact:
            fact["instance"] = renamed.get(fact["instance"], fact["instance"])
        if fact["kind"] == "error" and draw(st.booleans()):
            fact["text"] = draw(st.sampled_from(TEXTS))
        if fact["kind"] == "process" and draw(st.booleans()):
            fact["pid"] = draw(st.integers(1, 9))
        if draw(st.integers(0, 9)) == 0:
            fact["host"] = draw(st.sampled_from(HOSTS))
        if draw(st.integers(0, 9)) == 0:
            fact["observed_at"] = f"2026-11-22T03:14:0{draw(st.integers(0, 9))}Z"
    more: dict[str, Any] = {}
    if draw(st.booleans()):
        more["platform"] = draw(st.sampled_from(["linux", "windows"]))
    if draw(st.booleans()):
        more["observed_at"] = draw(
            st.sampled_from(["2026-11-22T03:14:05Z", "2026-02-30T00:00:00Z"])
        )
    if draw(st.integers(0, 9)) == 0:
        more["not_observed"] = [{"source": "disk", "reason": draw(st.sampled_from("ab"))}]
    host = draw(st.sampled_from([*HOSTS, *HOSTS, "no host", None]))
    return line(host, draw(st.permutations(told)), **more)


@st.composite
def fleets(draw: st.DrawFn) -> list[str]:
    """Hosts of which many are alike: variants of one or two examples of the cards."""
    errors = st.lists(
        st.fixed_dictionaries({"kind": st.just("error"), "text": st.sampled_from(TEXTS)})
    )
    facts = [
        *draw(st.sampled_from(situations())),
        *draw(st.one_of(st.just([]), st.sampled_from(situations()), errors)),
    ]
    return draw(st.lists(variants(facts), min_size=2, max_size=6))


CACHED, FRESH = FleetExpert(expert()), FleetExpert(expert(), cached=0)


@settings(max_examples=120, suppress_health_check=list(HealthCheck))
@given(fleets())
def test_a_cached_record_equals_a_fresh_one(lines: list[str]) -> None:
    """The cache is never emptied, so that answers of earlier examples serve later ones."""
    text, tally = CACHED.diagnose(block(*lines))
    fresh, other = FRESH.diagnose(block(*lines))
    assert text == fresh
    assert (tally.statuses, tally.diagnoses, tally.unreadable) == (
        other.statuses,
        other.diagnoses,
        other.unreadable,
    )


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(situations()), st.permutations(INSTANCES))
def test_other_names_in_the_same_order_are_the_same_situation(facts, names) -> None:
    """Each situation under names of its own is reasoned about once, and told with its names."""
    first, second = sorted(names[:2]), sorted(names[2:4])
    if [n < "default" for n in first] != [n < "default" for n in second]:
        return
    fleet = FleetExpert(expert())
    lines = []
    for host, (one, other) in (("a", first), ("b", second)):
        renamed = {"crm": one, "prod": other}
        told = [{**f, "instance": renamed.get(f["instance"], f["instance"])} if "instance" in f
                else f for f in facts]  # fmt: skip
        lines.append(line(host, told))
    found, tally = diagnosed(fleet, *lines)
    assert tally.reasoned == 1
    said = json.dumps(found[1], ensure_ascii=False)
    assert not [name for name in set(first) - set(second) if f'"{name}"' in said]


LIKE_LIFE = Lifelike(expert())


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 10**6))
def test_a_host_like_life_is_told_as_the_engine_tells_it(seed: int) -> None:
    """Among hundreds of facts about what is well the quick way leaves out only what is idle."""
    ((document, _),) = islice(LIKE_LIFE.documents(seed, faulty=(1, 1)), 1)
    said = json.dumps(document, ensure_ascii=False)
    assert CACHED.diagnose(block(said))[0] == FRESH.diagnose(block(said))[0]


def test_most_facts_of_a_host_like_life_are_idle() -> None:
    drawn = [document_of(told).content for told, _ in islice(LIKE_LIFE.documents(1), 20)]
    kept = sum(len(Mattering(expert().base).of(document).facts) for document in drawn)
    assert kept < sum(len(document.facts) for document in drawn) / 4


#: What may go wrong in a line, or look as if it did.
PIECES = (
    b'"', b":", b",", b"{", b"}", b"]", b"NaN", b"1e999", b"null", b"\\ud800", b'\\"', b" ", b"\t",
    b"1", b"-0", b"1.0", b"\xff", b'"source": "a\\":b", ', b'"certainty": 1, ',
    b'"observed_at": 5, ', b'"certainty": Infinity, ', b'"span": [1, 2], ',
    b'"certainty" : 1, "certainty": 1, ',
)  # fmt: skip


@settings(max_examples=120, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(situations()), st.sampled_from(PIECES), st.floats(0, 1), st.booleans())
def test_a_line_that_is_read_quickly_is_read_as_ever(facts, piece, share, at_fact) -> None:
    raw = line("a", facts).encode()
    at = int(share * len(raw))
    at = raw.find(b'{"kind"', at) + 1 if at_fact else at
    spoilt = raw[:at] + piece + raw[at:]
    quickly = read_quickly(spoilt)
    if quickly is not None:
        assert quickly == read_document(decode(spoilt, "hosts", FactsError)).content


def test_a_host_that_the_engine_judges_otherwise_stops_the_run(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Mattering, "of", lambda _, told: told.model_copy(update={"facts": ()}))
    Path("hosts.jsonl").write_text(line("a", [PROCESS]), encoding="utf-8")
    setup = Setup((), (), "en", expert().base.digest, verify_share=1e-12)
    assert run(setup, cut(["hosts.jsonl"]), InProcess(), ()).statuses == {"undetermined": 1}
    with pytest.raises(CcexpertError, match=r"^hosts\.jsonl, line 1: the engine says") as raised:
        run(replace(setup, verify_share=1), cut(["hosts.jsonl"]), InProcess(), ())
    assert raised.value.exit_code == INTERNAL_FAULT
    case = json.loads(Path("ccexpert-difference.json").read_text(encoding="utf-8"))
    assert case["document"] == line("a", [PROCESS])
    assert (case["quickly"]["status"], case["engine"]["status"]) == ("undetermined", "findings")


def test_the_same_line_of_another_host_is_not_even_parsed() -> None:
    fleet = FleetExpert(expert())
    lines = [line(h, [PROCESS], observed_at=f"2026-11-22T03:1{i}:00Z") for i, h in enumerate("abc")]
    found, tally = diagnosed(fleet, *lines)
    assert (tally.reasoned, tally.same_facts, tally.same_lines) == (1, 0, 2)
    assert [r["host"] for r in found] == ["a", "b", "c"]
    assert found[2]["diagnoses"][0]["host"] == "c"


def test_process_ids_times_and_order_do_not_make_facts_different() -> None:
    fleet = FleetExpert(expert())
    mta = {"kind": "process", "module": "mta", "instance": "prod", "state": "running"}
    lines = [
        line("a", [{**PROCESS, "source": "pdump"}, {**mta, "pid": 7, "memory_mb": 90.0}]),
        line("b", [{**mta, "pid": 8}, PROCESS]),
    ]
    _, tally = diagnosed(fleet, *lines)
    assert (tally.reasoned, tally.same_facts) == (1, 1)


def test_texts_of_one_signature_are_the_same_situation_and_told_as_they_are() -> None:
    fleet = FleetExpert(expert())
    said = [f"nothing knows this error, at 03:1{i}" for i in range(3)]
    lines = [line(f"h{i}", [{"kind": "error", "text": text}]) for i, text in enumerate(said)]
    found, tally = diagnosed(fleet, *lines)
    assert (tally.reasoned, tally.same_facts) == (1, 2)
    assert [r["unexplained"][0]["text"] for r in found] == said


def test_a_text_that_looks_like_a_slot_is_told_as_it_is() -> None:
    fleet = FleetExpert(expert())
    slot = f"h-{expert().base.digest[:12]}-0000"
    facts = [{"kind": "error", "type": slot}, {"kind": "error", "text": f"{slot} x"}, PROCESS]
    found, _ = diagnosed(fleet, line("a", facts), line("b", facts))
    for record in found:
        assert {f.get("type") or f["text"] for f in record["unexplained"]} == {slot, f"{slot} x"}


def test_facts_about_one_thing_are_decided_anew_for_every_host() -> None:
    """The newer observation counts, and times are not part of a signature."""
    fleet = FleetExpert(expert())
    late, early = "2026-11-22T03:15:00Z", "2026-11-22T03:14:00Z"
    running = {**PROCESS, "state": "running"}
    lines = [
        line("a", [{**PROCESS, "observed_at": late}, {**running, "observed_at": early}]),
        line("b", [{**PROCESS, "observed_at": early}, {**running, "observed_at": late}]),
        line("c", [PROCESS, running]),
    ]
    found, tally = diagnosed(fleet, *lines)
    assert [r["status"] for r in found] == ["findings", "ok", "unreadable"]
    assert tally.reasoned == 2
    assert "process stat@prod = running" in tally.unreadable[0]


def test_what_was_used_last_is_kept() -> None:
    fleet = FleetExpert(expert(), cached=2)
    mta, stat, workflows = (
        line("a", [{**PROCESS, "module": m}]) for m in ("mta", "stat", "wfserver")
    )
    assert diagnosed(fleet, mta, stat, mta, workflows)[1].reasoned == 3
    assert diagnosed(fleet, mta)[1].same_lines == 1
    assert diagnosed(fleet, stat)[1].same_lines == 0


def test_a_fleet_of_different_hosts_fills_no_more_than_the_cache() -> None:
    fleet = FleetExpert(expert(), cached=2)
    lines = [line("a", [{**PROCESS, "module": m}]) for m in ("mta", "stat", "wfserver")]
    assert diagnosed(fleet, *lines, lines[0])[1].reasoned == 4
    assert diagnosed(fleet, lines[0])[1].reasoned == 0


def test_the_shipped_knowledge_asks_for_no_names() -> None:
    assert not names_matter(expert().base, ())


@pytest.mark.parametrize(
    "when",
    [
        [{"process": {"module": "mta", "instance": "prod", "state": "missing"}}],
        [{"process": {"module": "mta", "instance": "$i", "state": "missing", "host": "app-1"}}],
        [{"workflow": {"name": "$instance", "state": "failed"}}],
        [{"process": {"module": "mta", "instance": "$x", "state": "missing"}},
         {"workflow": {"name": "$x", "state": "failed"}}],
    ],
)  # fmt: skip
def test_names_are_kept_where_a_rule_asks_for_them(when: list[Any]) -> None:
    base = expert().base
    card = base.cards["mta-not-running"]
    changed = card.evidence[0].model_copy(update={"when": read_when(when, base.vocabulary)})
    cards = {card.id: card.model_copy(update={"evidence": (changed,)})}
    asking = Expert(base=replace(base, cards=cards))
    assert names_matter(asking.base, ())
    facts = [
        {"kind": "process", "module": "mta", "instance": name, "state": "missing"}
        for name in ("prod", "crm")
    ] + [{"kind": "workflow", "name": "crm", "instance": "crm", "state": "failed"}]
    lines = [line(host, [fact, facts[2]]) for host in ("app-1", "app-2") for fact in facts[:2]]
    assert (
        FleetExpert(asking).diagnose(block(*lines))[0]
        == FleetExpert(asking, cached=0).diagnose(block(*lines))[0]
    )


def test_names_are_kept_where_a_waiver_asks_for_them() -> None:
    waiver = Waiver(
        diagnosis="stat-not-running", reason="known", expires=date(2999, 1, 1), host="app-1"
    )
    silent = Expert(base=expert().base, waivers=[waiver])
    fleet = FleetExpert(silent, (waiver,))
    found, _ = diagnosed(fleet, *(line(host, [PROCESS]) for host in ("app-1", "app-2", "app-1")))
    assert [r["waived"] for r in found] == [["stat-not-running"], [], ["stat-not-running"]]

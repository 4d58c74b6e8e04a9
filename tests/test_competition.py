"""How cards compete: a reason counts once, a complaint that is accounted for says less, the exact
cause takes the general one, and no order matters."""

from __future__ import annotations

import random
from functools import cache

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ccexpert import Expert
from ccexpert.certainty import FINDING, WORDS, combine, word_for
from ccexpert.engine.reasoner import Reasoned
from ccexpert.errors import KnowledgeError
from ccexpert.facts.document import document_of
from ccexpert.inquiry.things import things_of
from ccexpert.rank import Hypothesis, Ranking
from ccexpert.rank.places import is_told
from ccexpert.rank.reasons import counted
from tests.evaluate.field import cases

WEIGHTS = st.sampled_from([value for value in WORDS.values() if abs(value) < 1])
REASONS = st.lists(st.tuples(WEIGHTS, st.frozensets(st.integers(0, 4), min_size=1)), max_size=7)


def certainty(reasons: list[tuple[float, frozenset[int]]]) -> float:
    kept = counted([w for w, _ in reasons], [f for _, f in reasons])
    return combine(reasons[i][0] for i in kept)


@given(REASONS, st.randoms())
def test_the_order_of_reasons_never_matters(reasons, rng: random.Random) -> None:
    shuffled = reasons[:]
    rng.shuffle(shuffled)
    assert certainty(shuffled) == certainty(reasons)


@given(WEIGHTS.filter(lambda w: w > 0), st.integers(1, 6))
def test_lines_that_say_one_thing_are_one_reason(weight: float, times: int) -> None:
    assert certainty([(weight, frozenset({0}))] * times) == pytest.approx(weight)


@given(REASONS)
def test_no_reason_that_counts_is_contained_in_another_of_its_sign(reasons) -> None:
    kept = counted([w for w, _ in reasons], [f for _, f in reasons])
    for one in kept:
        for other in kept - {one}:
            same_sign = reasons[one][0] * reasons[other][0] > 0
            assert not (same_sign and reasons[one][1] <= reasons[other][1])


@given(st.lists(st.tuples(WEIGHTS.filter(lambda w: w > 0), st.integers(0, 4)), max_size=5))
def test_reasons_with_facts_of_their_own_all_count(reasons) -> None:
    apart = [(weight, frozenset({10 * i + fact})) for i, (weight, fact) in enumerate(reasons)]
    assert certainty(apart) == pytest.approx(combine(weight for weight, _ in apart))


@cache
def expert() -> Expert:
    return Expert()


@settings(max_examples=25)
@given(st.sampled_from(list(cases())), st.randoms())
def test_every_fact_is_accounted_for(case, rng: random.Random) -> None:
    """It speaks for more than a place to look at, it is as on a healthy server, or it stands as
    unexplained."""
    facts = list(case.followup["facts"])
    rng.shuffle(facts)
    document = {**case.followup, "facts": facts[: rng.randint(1, len(facts))]}
    reasoned, ranking = expert().examine(expert().settle([document_of(document)]))
    ranked = (*ranking.causes, *ranking.consequences)
    explained = {i for h in ranked if is_told(h, reasoned) for i in h.covers}
    for number, fact in enumerate(reasoned.facts):
        if fact.is_alarming and reasoned.origins[number] == {number}:
            assert (number in explained) != (number in ranking.unexplained)


def test_what_a_process_list_lacks_is_said_and_asked_for() -> None:
    """It is no proof without the configuration, and no reason to say that all is well."""
    facts = [{"kind": "probe", "name": "pdump", "result": "ok"}]
    facts += [{"kind": "process", "module": m, "state": "running"} for m in ("web", "watchdog")]
    report = expert().diagnose(facts)
    assert report.status == "undetermined"
    assert "process stat = not in this list" in report.unexplained
    assert report.unknown[0].fact["name"] == "monitor-missing"
    facts.append({"kind": "probe", "name": "monitor-missing", "result": "ok"})
    assert expert().diagnose(facts).status == "ok"


def test_the_configuration_of_an_instance_says_nothing_of_modules_for_all_instances() -> None:
    facts = [{"kind": "probe", "name": "pdump", "result": "ok"}]
    facts += [{"kind": "process", "module": m, "state": "running"} for m in ("watchdog", "syslogd")]
    facts += [
        {"kind": "process", "module": m, "instance": "prod", "state": "running", "autostart": True}
        for m in ("mta", "wfserver", "inMail", "stat")
    ]
    report = expert().diagnose(facts)
    assert report.status == "undetermined"
    assert "process web = not in this list" in report.unexplained


def test_what_a_process_list_lacks_supports_a_complaint_about_it() -> None:
    facts = [{"kind": "probe", "name": "pdump", "result": "ok"}]
    facts += [{"kind": "process", "module": m, "state": "running"} for m in ("web", "watchdog")]
    facts += [{"kind": "symptom", "name": "emails-not-sent", "present": True}]
    report = expert().diagnose(facts)
    first = report.diagnoses[0]
    assert (first.id, first.certainty >= FINDING) == ("mta-not-running", True)
    alone = {d.id: d.certainty for d in expert().diagnose(facts[-1:]).diagnoses}
    assert first.certainty > alone["mta-not-running"]
    assert [action.command for action in report.plan][:1] == [("nlserver", "monitor", "-missing")]
    assert not any(action.kind in ("start", "restart") for action in report.plan)
    assert not any("mta" in line for line in report.unexplained)
    assert not any(unknown.question.startswith("Is the mta process") for unknown in report.unknown)


def test_a_message_of_no_instance_is_one_general_diagnosis_whatever_runs() -> None:
    facts = [
        {"kind": "process", "module": "mta", "instance": instance, "state": "running"}
        for instance in ("prod", "emea")
    ]
    facts += [{"kind": "error", "text": "java.lang.OutOfMemoryError: Java heap space"}]
    report = expert().diagnose(facts)
    assert [(d.id, d.instance) for d in report.diagnoses] == [("trouble-out-of-resources", None)]
    assert report.unexplained == ()


def test_a_build_is_no_reason_of_its_own_and_takes_nothing_from_a_cause() -> None:
    complaint = {"kind": "symptom", "name": "delivery-pending", "present": True}
    build = {"kind": "build", "number": 9364}
    alone, beside = (
        next(d.certainty for d in expert().diagnose(facts).diagnoses if d.id == "mta-not-running")
        for facts in ([complaint], [complaint, build])
    )
    assert beside == alone


COMPLAINT = {"kind": "symptom", "name": "delivery-pending", "instance": "prod", "present": True}
NAMED = {"kind": "error", "module": "web", "instance": "prod", "code": "RED-520025"}


def test_a_complaint_says_less_beside_a_cause_that_accounts_for_it() -> None:
    alone, beside = expert().diagnose([COMPLAINT]), expert().diagnose([COMPLAINT, NAMED])
    assert "mta-not-running" in {d.id for d in alone.diagnoses}
    assert "mta-not-running" not in {d.id for d in (*beside.diagnoses, *beside.explained)}


def test_to_tell_what_was_concluded_makes_no_diagnosis_less_sure() -> None:
    """A log that is incomplete says that logs are missing; who says so too takes nothing away."""
    facts = [
        {"kind": "symptom", "name": "no-process-starts", "present": True},
        {"kind": "log", "module": "syslogd", "state": "incomplete"},
    ]
    told = {"kind": "symptom", "name": "logs-missing", "present": True}

    def sure(*more: dict[str, object]) -> float:
        report = expert().diagnose([*facts, *more])
        ranked = (*report.diagnoses, *report.explained)
        return next(d.certainty for d in ranked if d.id == "syslogd-not-running")

    assert sure() > 0.5
    assert sure(told) >= sure()


def test_the_exact_cause_takes_the_general_state_although_it_is_less_sure() -> None:
    """A broken file is at most strong; that the process is missing is plain to see."""
    report = expert().diagnose(
        [
            {"kind": "process", "module": "web", "state": "missing"},
            {"kind": "port", "port": 8080, "protocol": "tcp", "state": "in-use", "owner": "java"},
        ]
    )
    assert report.first is not None
    assert report.first.id == "port-8080-taken"
    assert {d.explained_by for d in report.explained if d.id == "web-not-running"} == {
        "port-8080-taken"
    }


def test_a_complaint_never_stands_before_a_cause_that_is_found() -> None:
    """That an import failed is plain; why it failed stands first all the same."""
    examples = expert().base.cards["import-too-many-columns"].examples
    facts = next(list(e.facts) for e in examples if e.name == "an import job fails")
    ranked = [d.id for d in expert().diagnose(facts).diagnoses]
    assert expert().base.cards["import-job-failed"].complaint
    assert ranked[0] == "import-too-many-columns"


@pytest.mark.parametrize(("number", "word"), [(0.7, "strong"), (-0.9, "conclusive against")])
def test_a_pack_with_numbers_is_told_the_words(tmp_path, number: float, word: str) -> None:
    folder = tmp_path / "rules" / "mta"
    folder.mkdir(parents=True)
    (folder / "site-x.yaml").write_text(
        "id: site-x\nmodule: mta\nverdict: fault\nimpact: 2\n"
        "title: {en: x, sv: x}\nmeaning: {en: x, sv: x}\nevidence:\n"
        "  - when: [{process: {module: mta, instance: $instance, state: missing}}]\n"
        f"    certainty: {number}\n    because: {{en: x, sv: x}}\n",
        encoding="utf-8",
    )
    with pytest.raises(KnowledgeError, match=f"write '{word}' instead of {number}"):
        Expert([tmp_path])


@given(st.sampled_from(sorted(WORDS)))
def test_every_word_is_nearest_to_its_own_number(word: str) -> None:
    assert word_for(WORDS[word]) == word


@cache
def _supported() -> list[tuple[str, list[dict[str, object]]]]:
    """The examples in which a card stands first, by card."""
    cards = expert().base.cards.values()
    return [(c.id, list(e.facts)) for c in cards for e in c.examples if e.expect.rank == 1]


def _signs(name: str, instance: str) -> list[dict[str, object]]:
    """The facts that a card names in evidence for itself."""
    base = expert().base
    return [
        thing.fact(answer, base.vocabulary)
        for evidence in base.cards[name].evidence
        if evidence.certainty > 0
        for pattern in evidence.when.patterns
        for thing in things_of(pattern, instance)
        for answer in sorted(pattern.answers)
    ]


def _ranked(name: str, facts: list[dict[str, object]]) -> tuple[Hypothesis, Ranking, Reasoned]:
    reasoned, ranking = expert().examine(expert().settle([document_of(facts)]))
    ranked = (*ranking.causes, *ranking.consequences)
    return next(h for h in ranked if h.card.id == name), ranking, reasoned


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_who_tells_more_that_speaks_for_a_diagnosis_makes_it_no_less_sure(data) -> None:
    """Unless a rival can claim the fact as well, the card itself reads it both ways or with it
    instead of another fact, or it says something else than what was concluded so far."""
    name, facts = data.draw(st.sampled_from(_supported()))
    before, _, was = _ranked(name, facts)
    told = _signs(name, before.instance)
    assume(told)
    fact = data.draw(st.sampled_from(told))
    thing = {k: fact.get(k) for k in ("kind", "name", "module", "port", "code", "text", "type")}
    assume(not any({k: f.get(k) for k in thing} == thing for f in facts))
    after, ranking, now = _ranked(name, [*facts, fact])
    known = {one.key: one.seen for one in was.facts}
    given_before = {one.key for one in was.case.facts}
    new = {n for n, one in enumerate(now.case.facts) if one.key not in given_before}
    assume(all(known.get(one.key, one.seen) == one.seen for one in now.case.facts))
    rivals = [h for h in (*ranking.causes, *ranking.consequences) if h.card.id != name]
    assume(all(new.isdisjoint(h.covers) for h in rivals))
    assume(all(new.isdisjoint(r.facts) or r.weight >= 0 for r in after.reasons))
    held = {reason.held.number for reason in before.reasons}
    assume(not any(r.held.number in held and new & r.facts for r in after.reasons))
    assert after.certainty >= before.certainty


def test_a_card_that_only_says_whom_accounts_for_no_complaint() -> None:
    """A logon page that fails says whom it concerns; that nothing starts says what is wrong."""
    facts: list[dict[str, object]] = [
        {"kind": "symptom", "name": "no-process-starts", "present": True}
    ]
    alone, _, _ = _ranked("watchdog-not-running", facts)
    page = {"kind": "probe", "name": "logon", "result": "error"}
    beside, _, _ = _ranked("watchdog-not-running", [*facts, page])
    assert beside.certainty == alone.certainty

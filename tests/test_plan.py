"""The plan goes in the order of the work: look, mend, look again; what is known is not asked, and
no job is run again while its cause stands."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ccexpert import Action, Expert, Report, plan
from ccexpert.act.interface import Hands, Policy
from ccexpert.act.walk import Walk
from ccexpert.diagnosis import Risk
from ccexpert.errors import KnowledgeError
from ccexpert.facts import FactsDocument
from ccexpert.knowledge.commands import find_command
from ccexpert.knowledge.packs import roots
from ccexpert.knowledge.reader import load_commands
from ccexpert.observe.interface import Ran
from tests.evaluate.field import cases
from tests.evaluate.trust import asked_again
from tests.test_causes import Fact, context, indicator, probe, process, symptoms, workflow

#: No test fails because the machine is busy.
UNHURRIED = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])


@cache
def expert() -> Expert:
    return Expert().warm()


@cache
def situations() -> tuple[tuple[str, tuple[Fact, ...]], ...]:
    """The facts of every example of a card, and of every reported case."""
    examples = (
        (f"{card.id}: {example.name}", example.facts)
        for card in expert().base.cards.values()
        for example in card.examples
    )
    field = ((case.name, tuple(case.followup["facts"])) for case in cases())
    return (*examples, *field)


@cache
def reports() -> tuple[tuple[str, tuple[Fact, ...], Report], ...]:
    return tuple((name, facts, expert().diagnose(list(facts))) for name, facts in situations())


def here(*facts: Fact) -> Report:
    """What is found on the instance prod."""
    return expert().diagnose([{**f, "instance": "prod"} if "instance" in f else f for f in facts])


def place(report: Report, words: str) -> int:
    """Where the one step stands that has these words, as ``kind target command``."""
    (found,) = [n for n, step in enumerate(shown(report)) if step.startswith(words)]
    return found


def shown(report: Report) -> list[str]:
    return [" ".join([a.kind, a.target, *(a.command or ())]) for a in report.plan]


# The order of the work


def test_nothing_stands_before_what_it_follows() -> None:
    followers = 0
    for name, _, report in reports():
        for number, action in enumerate(report.plan, 1):
            followers += bool(action.after)
            assert all(before < number for before in action.after), name
            followed = [report.plan[before - 1] for before in action.after]
            assert all(one.kind not in ("check", "rerun") for one in followed), name
    assert followers > 50


def test_the_steps_of_one_card_keep_their_order_behind_the_checks() -> None:
    for name, _, report in reports():
        for diagnosis in report.diagnoses:
            alone = [a.key for a in report.plan if a.diagnosis == diagnosis.id and not a.also_for]
            kept = [a.key for a in diagnosis.actions if a.kind != "check" and a.key in alone]
            places = [alone.index(key) for key in kept]
            assert places == sorted(places), name


def test_of_equally_sure_causes_the_one_that_is_mended_quickly_and_safely_comes_first() -> None:
    def cause(name: str, minutes: float, risk: Risk) -> Any:
        step = Action("fix", name, name, None, "linux", risk, None, minutes, None, name)
        card = SimpleNamespace(complaint=False)
        return SimpleNamespace(certainty=0.9, is_sure=False, card=card), (step,)

    causes = [cause("slow", 30, "low"), cause("risky", 2, "interrupts-service")]
    causes += [cause("quick", 2, "low")]
    assert [step.target for step in plan.make_plan(causes)] == ["quick", "risky", "slow"]


@settings(UNHURRIED)
@given(st.integers(0, 10_000), st.randoms())
def test_the_order_of_facts_never_changes_the_plan(number: int, rng: random.Random) -> None:
    _, facts, report = reports()[number % len(reports())]
    shuffled = list(facts)
    rng.shuffle(shuffled)
    assert expert().diagnose(shuffled).plan == report.plan


@settings(UNHURRIED)
@given(st.integers(0, 10_000), st.randoms())
def test_facts_may_come_in_several_documents_in_any_order(number: int, rng: random.Random) -> None:
    _, facts, report = reports()[number % len(reports())]
    documents: list[list[Fact]] = [[], []]
    for fact in facts:
        rng.choice(documents).append(fact)
    assert expert().diagnose(*documents).plan == report.plan


def test_a_check_behind_a_repair_stands_behind_it() -> None:
    """The two plans in which the repair came last."""
    report = here(process("wfserver", "missing"), workflow("tracking", "late"))
    start = place(report, "start wfserver@prod")
    then = place(report, "check workflow")
    assert report.plan[then].after == (start + 1,)
    report = here(indicator("disk"))
    freed = [n for n, step in enumerate(shown(report)) if step.startswith("fix")]
    assert place(report, "check host nlserver pdump") > max(freed)


def test_what_looks_after_a_repair_is_left_out_where_nothing_is_repaired() -> None:
    doubtful = here(*symptoms("workflow-start-in-progress"))
    assert doubtful.first
    assert doubtful.first.id == "wfserver-not-running"
    assert [a.target for a in doubtful.plan if a.diagnosis == doubtful.first.id] == [
        "wfserver@prod"
    ]


def test_the_checks_of_an_unlikely_rival_wait_for_the_remedies_of_the_cause() -> None:
    waiting = 0
    for name, _, report in reports():
        ranked = sorted(report.diagnoses, key=lambda d: d.certainty)
        certainties = {d.id: d.certainty for d in ranked}
        surest = max(certainties.values(), default=0)
        remedies = [
            n
            for n, a in enumerate(report.plan)
            if a.changes_server and certainties[a.diagnosis] == surest and is_cause(a.diagnosis)
        ]
        for number, action in enumerate(report.plan):
            wanted_by = (action.diagnosis, *action.also_for)
            if max(certainties[d] for d in wanted_by) < surest / 2:
                waiting += bool(remedies)
                assert all(number > remedy for remedy in remedies), name
    assert waiting > 10


def is_cause(card: str) -> bool:
    """What only gives a complaint back is acted on last."""
    return not expert().base.cards[card].complaint


def test_a_look_at_a_rival_counts_as_dearer_than_one_as_long_at_the_first_diagnosis() -> None:
    """The process list is read in a minute, the clock in two: the token is what Apple refused."""
    refused = {"kind": "error", "text": "APNS returned status 403 reason ExpiredProviderToken"}
    report = here(refused, *symptoms("push-ios-only-fails"))
    (first, rival) = report.diagnoses
    looks = {d.id: [a.minutes for a in report.plan if a.diagnosis == d.id] for d in (first, rival)}
    assert min(looks[rival.id]) < min(looks[first.id])
    assert report.plan[0].diagnosis == first.id


def test_an_error_about_preparing_a_delivery_hides_no_check_of_the_way_out() -> None:
    """It says that the preparation ended, and nothing about the network."""
    lost = [probe("dns", "timeout"), probe("smtp-out", "timeout"), *symptoms("emails-not-sent")]
    ended = {"kind": "error", "module": "wfserver", "instance": "prod", "code": "DLV-490118"}
    without, beside = here(*lost), here(*lost, ended)
    assert {"mta-dns-fails", "smtp-port-closed"} <= {d.id for d in without.diagnoses}
    assert set(shown(without)) <= set(shown(beside))


# What is known is not asked


def test_no_plan_asks_for_a_process_whose_state_was_told() -> None:
    """But for the checks that read more than the state."""
    more = {"events-pile-up", "webmdl-remains-after-stop"}
    for name, facts, report in reports():
        again = asked_again(list(facts), report)
        assert not [a for a in again if a.partition("(")[2].rstrip(")") not in more], name


@pytest.mark.parametrize("told", [{"certainty": 0.5}, {"instance": "other"}])
def test_what_is_doubtful_or_known_of_another_instance_is_asked(told: Fact) -> None:
    facts = [*symptoms("emails-not-sent"), {**process("mta", "missing"), **told}]
    assert place(here(*facts[:1]), "check mta@prod nlserver pdump") >= 0
    report = expert().diagnose(
        [
            {**symptoms("emails-not-sent")[0], "instance": "prod"},
            {**process("mta", "missing"), "instance": "prod", **told},
        ]
    )
    assert "check mta@prod nlserver pdump" in shown(report)


def test_a_process_list_answers_for_the_processes_that_it_lacks() -> None:
    complaint = {"kind": "symptom", "name": "offers-not-recorded", "instance": "", "present": True}
    look = "check interactiond@prod nlserver pdump"
    assert look in shown(here(complaint))
    assert look not in shown(here(complaint, probe("pdump", "ok")))
    assert look in shown(here(complaint, probe("r-test", "ok")))


def test_a_diagnosis_has_the_steps_of_its_own_instance() -> None:
    missing = process("mta", "missing")
    found = expert().diagnose([missing | {"instance": name} for name in ("a", "b")])
    steps = {
        d.instance: {a.target for a in d.actions if "mta" in a.target} for d in found.diagnoses
    }
    assert steps == {"a": {"mta@a"}, "b": {"mta@b"}}


@pytest.mark.parametrize(("kind", "may"), [("fix", True), ("restart", False), ("rerun", False)])
def test_nothing_is_restarted_while_something_surer_rests_on_the_same_facts(
    kind: str, may: bool
) -> None:
    def hypothesis(name: str, certainty: float) -> Any:
        card = SimpleNamespace(id=name)
        return SimpleNamespace(
            card=card, certainty=certainty, facts={1}, is_sure=True, explained_by=None
        )

    rule: Any = SimpleNamespace(kind=kind, risk="low")
    less, more = hypothesis("less", 0.7), hypothesis("more", 0.9)
    assert plan._may_act(rule, less, [less, more]) is may
    assert plan._may_act(rule, more, [less, more])


def test_only_a_check_asks(tmp_path: Any) -> None:
    folder = tmp_path / "rules" / "mta"
    folder.mkdir(parents=True)
    (folder / "site-x.yaml").write_text(
        "id: site-x\nmodule: mta\nverdict: fault\nimpact: 2\n"
        "title: {en: x, sv: x}\nmeaning: {en: x, sv: x}\nevidence:\n"
        "  - when: [{process: {module: mta, instance: $instance, state: missing}}]\n"
        "    certainty: strong\n    because: {en: x, sv: x}\n"
        "actions:\n  - {kind: fix, target: x, text: {en: x, sv: x},"
        " asks: {probe: {name: pdump}}}\n",
        encoding="utf-8",
    )
    with pytest.raises(KnowledgeError, match="'asks' is for checks"):
        Expert([tmp_path])


# Jobs and restarts


def reruns(report: Report) -> Iterator[tuple[int, Action]]:
    return ((n, a) for n, a in enumerate(report.plan, 1) if a.kind == "rerun")


@pytest.mark.parametrize(
    "why",
    [
        {"kind": "error", "module": "web", "instance": "prod", "text": "Request Entity Too Large"},
        {
            "kind": "error",
            "module": "web",
            "instance": "prod",
            "text": "Couldn't resolve host name",
        },
    ],
    ids=["the file is larger than the limit", "the name does not resolve"],
)
def test_a_job_is_run_again_once_and_behind_what_mends_its_cause(why: Fact) -> None:
    failed = {"kind": "job", "type": "import", "instance": "prod", "state": "failed"}
    report = here(failed, why)
    assert any(d.id == "import-job-failed" for d in report.explained)
    ((number, again),) = reruns(report)
    assert again.after
    assert all(report.plan[n - 1].kind == "fix" for n in again.after)
    assert number > max(again.after)


@pytest.mark.parametrize(
    "facts",
    [
        [workflow("billing", "failed")],
        [*symptoms("workflow-trouble")],
        [*symptoms("workflow-trouble", "workflow-failed"), context("all-workflows-affected")],
    ],
    ids=["one workflow fails", "there is trouble", "all workflows are affected"],
)
def test_the_workflow_server_is_restarted_last_and_once(facts: list[Fact]) -> None:
    """And with its warning; finer logs are a step of their own behind it."""
    report = here(*facts)
    assert report.plan[0].target == "workflow"  # the journal
    restarts = [n for n, a in enumerate(report.plan) if a.kind == "restart"]
    once, *finer = restarts
    assert report.plan[once].command == ("nlserver", "restart", "wfserver@prod")
    assert "cancelled" in str(report.plan[once].warning)
    assert restarts == list(range(once, len(report.plan)))
    commands = [report.plan[n].command or () for n in finer]
    assert [c[-1] for c in commands] == ["-verbose", "-noconsole"]


# A walk along the plan


@pytest.mark.parametrize("answer", [True, False])
def test_a_walk_looks_behind_a_repair_if_it_was_made(answer: bool) -> None:
    """Even though nothing is found any more once it was made."""
    missing = process("web", "missing")
    running = {**missing, "state": "running"}
    seen, events, commands = [missing], [], []

    def run(argv: Sequence[str]) -> Ran:
        commands.append(" ".join(argv))
        if argv[:2] == ("nlserver", "start"):
            seen[:] = [running]
        return Ran(b"", 0)

    def observe() -> FactsDocument:
        now = datetime.now(UTC)
        return FactsDocument.model_validate(
            {"schema_version": 1, "observed_at": now.isoformat(), "facts": seen}
        )

    hands = Hands(run, observe, lambda _: answer, events.append)
    allowed = load_commands(roots(()))
    policy = Policy(allowed, "linux", None, execute=True, checks=True, patience=0)
    walk = Walk(expert(), hands, policy, [], observe())
    assert walk.go() == ("gone" if answer else "exhausted")
    read = [command for command in commands if command.startswith("tail")]
    assert len(read) == answer
    left = [e.why for e in events if e.what == "left" and e.step.after]
    assert left == ([] if answer else ["not-after"])


# Commands follow the facts


DEBIAN = [context("debian")]


@pytest.mark.parametrize(
    ("told", "command"),
    [([], "httpd"), (DEBIAN, "apache2")],
    ids=["nothing is known", "it is Debian"],
)
def test_the_service_of_the_web_server_is_called_as_on_its_system(
    told: list[Fact], command: str
) -> None:
    report = here({"kind": "error", "module": "web", "text": "Request Entity Too Large"}, *told)
    (restart,) = [a for a in report.plan if a.kind == "restart"]
    assert restart.command == ("systemctl", "restart", command)


def test_a_query_is_written_for_the_one_engine_that_speaks() -> None:
    complaints = symptoms("database-error", "database-slow")
    messages = [
        {"kind": "error", "instance": "", "code": "PGS-220000", "text": "PostgreSQL error: x"},
        {"kind": "error", "instance": "", "code": "ORA-00001", "text": "ORA-00001: x"},
    ]
    asked = [
        "psql" in {a.command[0] for a in here(*complaints, *said).plan if a.command}
        for said in ([], messages[:1], messages[1:], messages)
    ]
    assert asked == [True, True, False, True]


def test_a_build_from_before_systemctl_is_started_as_it_was_then() -> None:
    stopped = [probe("pdump", "blank"), process("watchdog", "missing")]
    assert "start nlserver systemctl start nlserver" in shown(here(*stopped))
    old = here(*stopped, {"kind": "build", "number": 9080})
    assert "start nlserver /etc/init.d/nlserver6 start" in shown(old)
    allowed = load_commands(roots(()))
    assert all(find_command(a.command, allowed) for a in old.plan if a.command)


def test_what_a_host_is_says_nothing_of_another() -> None:
    facts: list[Fact] = [
        {"kind": "error", "module": "web", "text": "Request Entity Too Large", "host": host}
        for host in ("app-1", "app-2")
    ]
    report = expert().diagnose([*facts, {**context("debian"), "host": "app-1"}])
    commands = {a.command for a in report.plan if a.kind == "restart"}
    assert commands == {("systemctl", "restart", name) for name in ("httpd", "apache2")}


# A restart is the last resort


def test_a_restart_that_two_diagnoses_want_stands_once_behind_all_they_mend_first() -> None:
    too_large = {"kind": "error", "module": "web", "text": "Request Entity Too Large"}
    report = here(*expert().base.cards["apache-request-timeout"].examples[1].facts, too_large)
    (number,) = [n for n, a in enumerate(report.plan) if a.kind == "restart"]
    restart = report.plan[number]
    assert {restart.diagnosis, *restart.also_for} == {"apache-request-timeout", "upload-limit"}
    mended = [a.diagnosis for a in report.plan[:number] if a.kind == "fix"]
    assert set(mended) == {"apache-request-timeout", "upload-limit"}


def test_what_may_hold_a_service_down_is_mended_before_the_service_is_started() -> None:
    told = ("nlserver.service: Control process exited, code=exited status=127",
            "error while loading shared libraries: libicuuc.so.50: cannot open")  # fmt: skip
    errors = [{"kind": "error", "text": text} for text in told]
    report = here(probe("service-status", "error"), probe("pdump", "blank"), *errors)
    assert report.diagnoses[0].id == "service-start-fails"  # the surest
    assert place(report, "fix configuration") < place(report, "start nlserver")


def test_what_was_stopped_is_started_behind_the_stop() -> None:
    report = here(process("mtachild", "stuck"), process("mta", "running"))
    stop = place(report, "restart mtachild@prod")
    (start,) = [a for a in report.plan if a.kind == "start"]
    assert start.command == ("nlserver", "start", "mta@prod")
    assert start.after
    assert stop < report.plan.index(start)


@pytest.mark.parametrize("complaint", ["sms-not-sent", "web-page-error", "web-slow-or-timeout"])
def test_a_complaint_alone_gets_the_first_checks_of_its_kind_and_no_remedy(complaint: str) -> None:
    report = here(*symptoms(complaint))
    checks = [step for step in report.plan if step.kind == "check"]
    assert len(checks) >= 3
    assert not any(step.changes_server for step in report.plan)


def test_a_job_that_is_only_complained_of_is_run_again_when_all_else_is_mended() -> None:
    told = workflow("cleanup", "failed"), process("wfserver", "running")
    steps = here(*told, *symptoms("database-grows", "amp-email-not-sent")).plan
    remedies = [(step.kind, step.diagnosis) for step in steps if step.kind != "check"]
    assert remedies == [("fix", "amp-without-html"), ("rerun", "cleanup-workflow-failed")]

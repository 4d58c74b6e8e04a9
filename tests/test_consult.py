"""The consultation as an object: questions, answers, revisions, the report."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ccexpert import Expert
from ccexpert.consult import Consultation, NotAnAnswerError, Question
from ccexpert.consult.answers import understood
from ccexpert.consult.asking import prepared
from ccexpert.consult.question import Step
from ccexpert.consult.told import facts_of
from ccexpert.errors import AnswerError, CcexpertError, FactsError
from ccexpert.facts import ErrorFact
from ccexpert.inquiry.things import Thing
from ccexpert.report.json import to_dict

MTA, STAT = (Thing("process", (module,), "prod") for module in ("mta", "stat"))


#: Mails have stopped, and of the processes behind them only stat has not been looked at.
ALL_BUT_STAT: list[dict[str, Any]] = [
    {"kind": "symptom", "name": "emails-not-sent", "instance": "prod", "present": True},
    {"kind": "process", "module": "mta", "instance": "prod", "state": "running"},
    {"kind": "process", "module": "watchdog", "state": "running"},
]


@pytest.fixture
def begun(expert: Expert) -> Consultation:
    """The first question is about the process stat of prod alone."""
    return Consultation(expert, ALL_BUT_STAT)


@pytest.fixture
def mails(expert: Expert) -> Consultation:
    """Mails have stopped on prod; the first question is a list of processes."""
    session = Consultation(expert)
    session.answer(["emails-not-sent"])
    session.answer("prod")
    return session


def plain(session: Consultation) -> dict[str, Any]:
    """The report but for the circumstances of the run."""
    return {k: v for k, v in to_dict(session.report()).items() if k != "run"}


def asked(session: Consultation, answer: str = "unknown", most: int = 200) -> Iterator[Question]:
    """All questions when each gets this answer."""
    for _ in range(most):
        question = session.question()
        if question is None:
            return
        yield question
        plainly = {"instance": "prod", "list": "unknown"}
        session.answer(plainly.get(question.kind, answer))


# --- asking ---


def test_the_first_question_is_what_is_seen(expert: Expert) -> None:
    question = Consultation(expert).question()
    assert question is not None
    assert question.kind == "symptoms"
    assert {"emails-not-sent", "console-login-fails"} <= {c.value for c in question.choices}


def test_with_symptoms_in_the_facts_nobody_asks_for_them(begun: Consultation) -> None:
    question = begun.question()
    assert question is not None
    assert question.kind == "fact"


def test_with_facts_but_no_symptom_the_first_question_is_still_what_is_seen(expert: Expert) -> None:
    session = Consultation(expert, [{"kind": "indicator", "name": "disk", "level": "ok"}])
    question = session.question()
    assert question is not None
    assert question.kind == "symptoms"


def test_who_cannot_say_what_is_seen_is_asked_nevertheless(expert: Expert) -> None:
    session = Consultation(expert)
    session.answer("unknown")
    question = session.question()
    assert question is not None
    assert question.kind in ("fact", "list", "instance")


def test_what_is_seen_may_be_an_error_a_job_or_a_process(expert: Expert) -> None:
    session = Consultation(expert)
    session.answer(["job:export=failed"])
    assert plain(session)["diagnoses"][0]["module"] == "export"
    error = session.search("XSV-350013")[0]
    assert error.value.startswith("error:")
    session.revise(1, [error.value])
    assert plain(session)["diagnoses"][0]["module"] != "export"


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("spårningsloggar konsolen", "tracking-logs-missing"),
        ("tracking console", "tracking-logs-missing"),
        ("mail stopped", "emails-not-sent"),
        ("utskick går inte iväg", "emails-not-sent"),
        ("EPOST skickas inte", "emails-not-sent"),
    ],
)
def test_symptoms_are_found_by_words_and_aliases_of_both_languages(
    expert: Expert, words: str, name: str
) -> None:
    assert name in [choice.value for choice in Consultation(expert).search(words)]


def test_the_instance_is_asked_once_and_before_the_first_process_of_an_instance(
    expert: Expert,
) -> None:
    session = Consultation(expert)
    session.answer(["emails-not-sent"])
    questions = list(asked(session, most=40))
    ids = [q.id for q in questions]
    about_mta = next(n for n, q in enumerate(questions) if MTA in q.things)
    assert ids.count("instance") == 1
    assert ids.index("instance") < about_mta


def test_the_instance_is_not_asked_when_the_facts_name_it(begun: Consultation) -> None:
    assert "instance" not in [q.kind for q in asked(begun, most=40)]


def test_the_process_for_all_instances_is_not_given_the_operators_instance(
    mails: Consultation,
) -> None:
    mails.answer(["watchdog missing", "stat missing"])
    found = {f.module: f.instance for f in mails.document().facts if f.kind == "process"}
    assert found["watchdog"] in (None, "default")
    assert found["stat"] == "prod"


def test_what_is_concluded_is_not_asked(expert: Expert) -> None:
    facts = [
        {"kind": "symptom", "name": "no-process-starts", "present": True},
        {"kind": "probe", "name": "pdump", "result": "blank"},
    ]
    session = Consultation(expert, facts)
    concluded = {("watchdog",), ("web",), ("syslogd",)}
    things = [t for q in asked(session) for t in q.things if t.kind == "process"]
    assert not concluded & {t.name for t in things}


def test_questions_that_can_change_nothing_are_not_asked(begun: Consultation) -> None:
    for question in asked(begun, most=30):
        assert question.offer is not None
        assert all(any(c.effects.values()) for c in question.offer.candidates)


def test_after_a_conclusive_answer_no_more_is_asked_than_may_lie_behind_it(
    begun: Consultation,
) -> None:
    before = begun.progress().to_go
    begun.answer("missing")
    assert plain(begun)["diagnoses"][0]["module"] == "stat"
    assert begun.progress().to_go < before


def test_a_question_says_how_to_find_out_and_what_it_costs(begun: Consultation) -> None:
    question = next(q for q in asked(begun) if q.things == (STAT,))
    assert question.command == ("nlserver", "pdump")
    assert question.help
    assert question.minutes > 0
    assert question.text.endswith("(prod)")


def test_the_same_answers_lead_to_the_same_questions(expert: Expert) -> None:
    def ids() -> list[str]:
        session = Consultation(expert)
        session.answer(["console-login-fails"])
        return [q.id for q in asked(session, "1", most=15)]

    assert ids() == ids()


# --- answers ---


@pytest.mark.parametrize("answer", ["missing", "2", "saknas", " MISSING ", "Saknas"])
def test_a_state_is_answered_by_number_or_name_in_either_language(
    begun: Consultation, answer: str
) -> None:
    question = begun.question()
    assert question is not None
    begun.answer(answer)
    assert begun.steps[-1].values == ("missing",)


@pytest.mark.parametrize("answer", ["probably missing", "troligen saknas", "förmodligen 2"])
def test_probably_makes_a_fact_less_certain(begun: Consultation, answer: str) -> None:
    begun.answer(answer)
    assert begun.document().facts[-1].certainty == 0.7


@pytest.mark.parametrize(
    ("answer", "value", "certainty"),
    [
        ("yes", "true", 1.0),
        ("j", "true", 1.0),
        ("nej", "false", 1.0),
        ("probably", "true", 0.7),
        ("probably not", "false", 0.7),
        ("troligen inte", "false", 0.7),
    ],
)
def test_yes_and_no_and_their_doubts(
    expert: Expert, answer: str, value: str, certainty: float
) -> None:
    question = Consultation(expert).about(Thing("context", ("intermittent",)))
    assert understood(answer, question) == (value, certainty)


def test_of_a_probe_only_the_states_that_make_a_difference_are_offered(expert: Expert) -> None:
    question = Consultation(expert).about(Thing("probe", ("database-logon",)))
    assert [choice.value for choice in question.choices] == ["ok", "error", "refused", "timeout"]
    with pytest.raises(NotAnAnswerError):
        understood("blank", question)
    logon = Consultation(expert).about(Thing("probe", ("logon",)))
    assert "tomcat-error" in [choice.value for choice in logon.choices]


@pytest.mark.parametrize("answer", ["runing", "", "0", "99", "²", "yes and no", "1 2"])
def test_what_is_no_answer_is_refused_with_the_answers_that_are(
    begun: Consultation, answer: str
) -> None:
    with pytest.raises(NotAnAnswerError) as refused:
        begun.answer(answer)
    assert "yes" in refused.value.allowed
    assert not begun.steps


@pytest.mark.parametrize("name", ["a;b", "$(x)", "", "a b", "-x", "x" * 65])
def test_a_name_that_could_surprise_a_shell_is_no_instance(expert: Expert, name: str) -> None:
    session = Consultation(expert)
    session.answer(["emails-not-sent"])
    question = session.question()
    assert question is not None
    assert question.kind == "instance"
    with pytest.raises(NotAnAnswerError):
        session.answer(name)


def test_an_unknown_symptom_is_refused(expert: Expert) -> None:
    with pytest.raises(NotAnAnswerError):
        Consultation(expert).answer(["no-such-symptom"])


@pytest.mark.parametrize("certainty", [0, -1, 1.5, float("nan")])
def test_a_certainty_must_be_one(begun: Consultation, certainty: float) -> None:
    with pytest.raises(AnswerError):
        begun.answer("missing", certainty)


def test_a_list_takes_all_that_apply_and_the_rest_is_not_the_case(expert: Expert) -> None:
    session = Consultation(expert)
    session.answer(["config-change-ignored"])
    question = session.question()
    assert question is not None
    assert question.kind == "list"
    one, other, third, *_ = question.choices
    session.answer([one.value, "2", third.label + "?"])
    said = dict(zip(session.steps[-1].things, session.steps[-1].values, strict=True))
    assert [said[t] for t in question.things[:3]] == ["true", "true", "unknown"]
    assert set(list(said.values())[3:]) <= {"false"}
    assert session.labels(session.steps[-1]) == (one.label, other.label)


@pytest.mark.parametrize(("answer", "seen"), [("none", {"false"}), ("unknown", {"unknown"})])
def test_a_list_may_have_nothing_that_applies_or_nobody_who_knows(
    expert: Expert, answer: str, seen: set[str]
) -> None:
    session = Consultation(expert)
    session.answer(["config-change-ignored"])
    session.answer(answer)
    assert set(session.steps[-1].values) == seen
    assert len(session.document().facts) == (
        1 if answer == "unknown" else 1 + len(session.steps[-1].things)
    )


@pytest.mark.parametrize(
    ("given", "values"),
    [
        (["1 missing"], ["missing", "running", "running"]),
        (["stat saknas", "mta probably stuck"], ["running", "stuck", "missing"]),
        (["process:stat=missing", "2?"], ["running", "unknown", "missing"]),
        ("none", ["running"] * 3),
        ("unknown", ["unknown"] * 3),
    ],
)
def test_a_list_of_processes_takes_those_out_of_order_with_their_state(
    mails: Consultation, given: str | list[str], values: list[str]
) -> None:
    question = mails.question()
    assert question is not None
    assert [thing.name[0] for thing in question.things] == ["watchdog", "mta", "stat"]
    assert question.command == ("nlserver", "pdump")
    mails.answer(given)
    assert list(mails.steps[-1].values) == values


def test_probably_in_a_list_makes_that_fact_alone_less_certain(mails: Consultation) -> None:
    mails.answer(["stat missing", "mta probably stuck"])
    found = {f.module: f.certainty for f in mails.document().facts if f.kind == "process"}
    assert found == {"stat": 1.0, "watchdog": 1.0, "mta": 0.7}


@pytest.mark.parametrize("given", ["1", "1 mising", "stat", "web stopped", "4 missing"])
def test_a_list_of_processes_wants_a_process_and_a_state(mails: Consultation, given: str) -> None:
    with pytest.raises(NotAnAnswerError):
        mails.answer([given])


def test_an_error_that_is_not_in_the_list_may_be_the_answer_all_the_same(expert: Expert) -> None:
    session = Consultation(expert)
    session.answer(["workflow-failed"])
    while (question := session.question()) and not question.id.startswith("error:"):
        session.answer("unknown")
    assert question is not None
    other = session.search("XSV-350013", "error")[0]
    assert other.value not in [c.value for c in question.choices]
    session.answer([other.value])
    assert session.labels(session.steps[-1]) == (other.label,)


@pytest.mark.parametrize(
    "answer", ["emails-not-sent", "99", "no such thing", "process:mta=missing"]
)
def test_a_list_takes_only_its_own_kind(expert: Expert, answer: str) -> None:
    session = Consultation(expert)
    session.answer(["config-change-ignored"])
    with pytest.raises(NotAnAnswerError):
        session.answer([answer])


def test_one_item_of_a_list_can_be_explained_on_its_own(expert: Expert) -> None:
    session = Consultation(expert)
    session.answer(["config-change-ignored"])
    question = session.question()
    assert question is not None
    single = session.about(question.things[0])
    assert single.text.endswith("?")
    assert single.help


def test_unknown_is_no_fact_and_is_not_asked_again(begun: Consultation) -> None:
    before = begun.document()
    things = [thing for q in asked(begun) for thing in q.things]
    assert len(things) == len(set(things))
    assert begun.document() == before
    assert begun.question() is None
    with pytest.raises(AnswerError):
        begun.answer("unknown")


def test_an_answer_that_contradicts_the_facts_is_refused_and_leaves_no_trace(
    expert: Expert,
) -> None:
    session = Consultation(expert, [{"kind": "job", "type": "export", "state": "finished"}])
    with pytest.raises(FactsError):
        session.answer(["job:export=failed"])
    assert not session.steps
    assert len(session.document().facts) == 1


# --- revising ---


def test_a_revised_answer_counts_as_if_it_had_been_given_at_once(expert: Expert) -> None:
    one, other = Consultation(expert), Consultation(expert)
    for session in (one, other):
        session.answer(["emails-not-sent"])
        session.answer("prod")
    one.answer(["stat missing"])
    one.revise(3, "none")
    other.answer("none")
    assert plain(one) == plain(other)
    assert one.question() == other.question()


def test_every_answer_can_be_revised_the_symptoms_and_the_instance_too(expert: Expert) -> None:
    session = Consultation(expert)
    session.answer(["emails-not-sent"])
    session.answer("prod")
    session.answer(["stat missing"])
    session.revise(2, "emea")
    assert "emea" in {getattr(f, "instance", None) for f in session.document().facts}
    session.revise(1, ["tracking-logs-missing"])
    assert [f.name for f in session.document().facts if f.kind == "symptom"] == [
        "tracking-logs-missing"
    ]
    session.revise(3, "unknown")
    assert len(session.document().facts) == 1


def test_a_symptom_that_was_left_out_of_a_list_can_be_added_to_the_symptoms(
    expert: Expert,
) -> None:
    session = Consultation(expert)
    listed = next(q for q in asked(session) if q.kind == "list" and q.things[0].kind == "symptom")
    session.answer("none")
    session.revise(1, [*listed.things[0].name])
    seen = {f.name: f.seen for f in session.document().facts if f.kind == "symptom"}
    assert seen.pop(listed.things[0].name[0]) is True
    assert set(seen.values()) == {False}


def test_a_process_of_an_instance_named_later_is_one_thing_with_the_same_process_before(
    expert: Expert,
) -> None:
    base, before = expert.base, Thing("process", ("wfserver",))
    complaints, _ = prepared(expert)

    def facts(*said: tuple[Thing, str]) -> list[dict[str, Any]]:
        steps = [Step(thing.id, (thing,), (answer,), 1.0) for thing, answer in said]
        named = Step("instance", (), ("prod",), 1.0)
        return list(facts_of([*steps, named], complaints, base.vocabulary))

    of_prod = before._replace(instance="prod")
    assert facts((before, "running"), (of_prod, "missing")) == []
    decided = facts((before, "running"), (of_prod, "missing"), (before, "missing"))
    assert [(f["module"], f["instance"], f["state"]) for f in decided] == [
        ("wfserver", "prod", "missing")
    ]


def test_who_names_the_default_instance_is_not_asked_twice_about_a_process(expert: Expert) -> None:
    session = Consultation(expert)
    session.answer(["workflow-start-in-progress", "sign-in-loop"])
    session.answer("default")
    question = session.question()
    assert question is not None
    assert len(question.things) > 1
    assert len({thing.anywhere for thing in question.things}) == len(question.things)


@pytest.mark.parametrize("number", [0, 2, -1])
def test_only_given_answers_can_be_revised(begun: Consultation, number: int) -> None:
    begun.answer("missing")
    with pytest.raises(CcexpertError):
        begun.revise(number, "running")


# --- telling ---


def test_the_document_diagnoses_to_the_same_report(begun: Consultation) -> None:
    begun.answer("probably missing")
    again = begun.expert.diagnose(begun.document().model_dump(mode="json", exclude_none=True))
    assert {k: v for k, v in to_dict(again).items() if k != "run"} == plain(begun)


def test_progress_counts_and_names_what_leads(begun: Consultation) -> None:
    progress = begun.progress()
    assert (progress.number, progress.leading) == (
        1,
        "The statistics server (stat) is not running",
    )
    begun.answer("unknown")
    assert begun.progress().number == 2


def test_in_swedish_questions_choices_and_report_are_swedish(expert: Expert) -> None:
    session = Consultation(expert, language="sv")
    session.answer(["emails-not-sent"])
    session.answer("prod")
    question = session.question()
    assert question is not None
    assert question.text == "Vilka av de här processerna körs inte som de ska?"
    assert question.states[0].label == "saknas"
    single = session.about(question.things[0])
    assert single.text.startswith("Finns processen")
    assert single.choices[0].label == "ja"
    session.answer(["stat saknas"])
    first = session.report().first
    assert first is not None
    assert first.title.endswith("körs inte")
    assert session.labels(session.steps[-1]) == (f"{question.choices[2].label}: saknas",)


def test_on_windows_the_commands_are_those_of_windows(expert: Expert) -> None:
    session = Consultation(expert, platform="windows")
    assert session.document().platform == "windows"
    with pytest.raises(FactsError):
        Consultation(expert, platform="beos")


# --- sessions ---


def test_a_resumed_session_is_the_same_in_everything(expert: Expert, tmp_path: Path) -> None:
    facts = {"host": "app-1", "facts": [{"kind": "indicator", "name": "disk", "level": "ok"}]}
    with Consultation(expert, facts, language="sv") as session:
        session.keep(tmp_path / "s.jsonl")
        session.answer(["emails-not-sent", "tracking-logs-missing"])
        said = {"instance": "prod", "list": "2 troligen saknas", "fact": "unknown"}
        while (question := session.question()) and (question.kind != "list" or question.states):
            session.answer(said[question.kind])
        kind = question.things[0].kind if question else ""
        other = session.search("fel", kind)[0].value
        session.answer(["1", "2?", other])
        session.revise(1, ["emails-not-sent", "error:ip-not-accepted=true"])
        open_question, report, steps = session.question(), plain(session), session.steps
    with Consultation.resumed(expert, tmp_path / "s.jsonl") as again:
        assert again.steps == steps
        assert again.question() == open_question
        assert plain(again) == report
        assert not again.lost_a_line


def test_a_session_can_be_taken_up_in_the_other_language(expert: Expert, tmp_path: Path) -> None:
    with Consultation(expert) as session:
        session.keep(tmp_path / "s.jsonl")
        session.answer(["emails-not-sent"])
    with Consultation.resumed(expert, tmp_path / "s.jsonl", "sv") as again:
        question = again.question()
        assert question is not None
        assert question.text == "Vilken instans gäller det?"


def test_the_name_of_a_module_means_no_longer_word(expert: Expert) -> None:
    session = Consultation(expert)
    found = session.search("stat missing", "process")
    assert [choice.value for choice in found] == ["process:stat=missing"]


def test_a_message_of_a_family_is_asked_for_whomever_it_concerns(expert: Expert) -> None:
    session = Consultation(expert)
    session.answer(["workflow-failed"])
    asked = set()
    while question := session.question():
        asked |= {thing.name[0] for thing in question.things if thing.kind == "error"}
        if "family-name-not-resolved" in asked:
            break
        if question.kind == "instance":
            session.answer("prod")
        else:
            session.answer(question.things[0].normal if question.kind == "fact" else [])
    assert question
    said = next(t.id for t in question.things if t.name == ("family-name-not-resolved",))
    session.answer([said] if question.kind == "list" else "true")
    assert session.first().card.id == "trouble-name-not-resolved"  # type: ignore[union-attr]


def test_a_family_that_is_answered_shows_nothing_more_exact(expert: Expert) -> None:
    vocabulary = expert.base.vocabulary
    for entry in vocabulary.entries("error"):
        if entry.name.startswith("family-"):
            said = ErrorFact.model_validate(ErrorFact.said((entry.name,), "true", vocabulary))
            assert [name for name, _ in said.shows(vocabulary)] == [entry.name]

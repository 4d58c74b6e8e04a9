"""Before a consultation ends, it asks again about what the first diagnosis hangs on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

import pytest

from ccexpert import Expert
from ccexpert.consult import Consultation, Question
from ccexpert.consult.dialogue import Dialogue
from ccexpert.facts.document import document_of
from ccexpert.inquiry.most_telling import MostTelling
from ccexpert.inquiry.policy import Situation
from ccexpert.inquiry.second_look import SecondLook
from ccexpert.inquiry.things import UNKNOWN, Thing

#: A complaint that every case below begins with, and things that are asked about.
COMPLAINT = {"kind": "symptom", "name": "config-change-ignored", "present": True}
TLS, TRUSTED = Thing("error", ("certificate-verify-failed",)), Thing("setting", ("ca-certificate",))
RELOADED = Thing("setting", ("message-rules-reloaded",))
MEMORY, RULES = Thing("error", ("memory-exhausted",)), Thing("context", ("mx-rules-changed",))

#: The other signs of a lack of memory, all of which are not there.
NO_OTHER = {
    Thing("indicator", ("memory",)): ("ok",),
    Thing("indicator", ("swap",)): ("ok",),
    Thing("error", ("kernel-ended-process",)): ("false",),
}

#: A process that is missing, said by mistake.
MISTAKE = ["watchdog missing"]


@pytest.fixture
def mistaken(expert: Expert) -> Consultation:
    """Mails have stopped on prod; the watchdog runs, and the operator said that it does not."""
    session = Consultation(expert)
    session.answer(["emails-not-sent"])
    session.answer("prod")
    session.answer(MISTAKE)
    return session


def asked(session: Consultation) -> Iterator[Question]:
    """The questions to come; whoever takes one answers it."""
    while question := session.question():
        yield question


def second_look(session: Consultation) -> Question:
    """The first second look; everything before is in order or not known."""
    for question in asked(session):
        if question.offer and question.offer.is_second_look:
            return question
        session.answer("none" if question.kind == "list" else "unknown")
    raise AssertionError("nothing was asked again")


def about_watchdog(question: Question) -> bool:
    return any(thing.name == ("watchdog",) for thing in question.things)


def test_what_decides_is_asked_again_before_the_end(mistaken: Consultation) -> None:
    question = second_look(mistaken)
    assert about_watchdog(question)
    assert question.text.startswith("Please look once more: ")
    assert question.command == ("nlserver", "pdump")


def test_the_same_answer_again_keeps_the_diagnosis(mistaken: Consultation) -> None:
    question = second_look(mistaken)
    before = mistaken.report().diagnoses[0]
    mistaken.answer("missing" if question.kind == "fact" else MISTAKE)
    after = mistaken.report().diagnoses[0]
    assert (after.id, after.certainty) == (before.id, before.certainty)
    assert not any(map(about_watchdog, questions_left(mistaken)))


def test_two_looks_that_differ_count_for_nothing_until_a_third_decides(
    mistaken: Consultation,
) -> None:
    right = "running" if second_look(mistaken).kind == "fact" else "none"
    mistaken.answer(right)
    assert "process watchdog@default = missing" not in mistaken.report().facts
    assert "process watchdog@default = running" not in mistaken.report().facts
    third = mistaken.question()
    assert third is not None
    assert about_watchdog(third)
    mistaken.answer("running" if third.kind == "fact" else "none")
    assert "process watchdog@default = running" in mistaken.report().facts
    assert mistaken.report().diagnoses[0].id != "watchdog-died-alone"


def test_what_a_command_prints_outweighs_what_was_answered(mistaken: Consultation) -> None:
    second_look(mistaken)
    dialogue = Dialogue(mistaken)
    asked = dialogue.begin()
    assert any("paste here what 'nlserver pdump' prints" in line.text for line in asked.lines)
    told = dialogue.take("$ nlserver pdump\nwatchdog (1234) - 9.2 Mb\nmta@prod (3333) - 20.1 Mb")
    assert any("You said: Supervisor (watchdog): missing" in line.text for line in told.lines)
    assert "process watchdog@default = running" in mistaken.report().facts
    assert mistaken.report().diagnoses[0].id != "watchdog-died-alone"


def test_who_does_not_know_is_not_asked_again(mistaken: Consultation) -> None:
    for question in asked(mistaken):
        if question.offer and question.offer.is_second_look:
            given = [s.values for s in mistaken.steps if s.things == question.things]
            assert ("unknown",) * len(question.things) not in given
        mistaken.answer("unknown")


@pytest.mark.parametrize(("looks", "asks"), [(("ok", "ok"), False), (("error", "ok", "ok"), True)])
def test_second_looks_end_when_they_find_no_more_mistakes(
    expert: Expert, mistaken: Consultation, looks: tuple[str, ...], asks: bool
) -> None:
    second_look(mistaken)
    situation = mistaken._state.situation
    others = {Thing("probe", (name,)): looks for name in "abcdef"}
    asked_before = situation._replace(given={**situation.given, **others})
    assert bool(SecondLook(expert.base).offers(asked_before)) == asks


@pytest.mark.parametrize(
    ("given", "asks", "words"),
    [
        # another sign of the same is asked for first, once
        ({RULES: ("true",)}, {RELOADED}, "To be sure, another sign of the same"),
        ({RULES: ("true",), RELOADED: (UNKNOWN,)}, {RULES}, "Please look once more"),
        # two answers carry the first diagnosis: neither alone, both together
        ({TLS: ("true",), TRUSTED: ("empty",)}, {TLS, TRUSTED}, "Please look once more"),
        ({TLS: ("true", "true"), TRUSTED: ("empty",)}, set(), ""),
        # nothing else speaks for it, and its other signs are not there
        ({MEMORY: ("true", "true"), **NO_OTHER}, {MEMORY}, "Nothing else points to"),
        ({MEMORY: ("true", "true")}, set(), ""),
        # most looks say that something is wrong, one that it is not
        ({MEMORY: ("true", "true", "false")}, {MEMORY}, "Please look once more"),
        ({MEMORY: ("false", "true", "false")}, set(), ""),
        # nothing is found, and another answer would be a finding
        ({RULES: ("false",)}, {RULES}, "Please look once more"),
    ],
)
def test_looks_again_where_an_answer_may_be_wrong(
    expert: Expert, given: dict[Thing, tuple[str, ...]], asks: set[Thing], words: str
) -> None:
    policy, vocabulary = SecondLook(expert.base), expert.base.vocabulary
    policy._asking.offers = lambda _situation: ()  # type: ignore[method-assign]

    def situation(answers: Mapping[Thing, tuple[str, ...]]) -> Situation:
        said = {t: Counter(a).most_common(1)[0][0] for t, a in answers.items()}
        facts = [t.fact(answer, vocabulary) for t, answer in said.items() if answer != UNKNOWN]
        case = expert.settle([document_of([COMPLAINT, *facts])])
        return Situation(
            *expert.examine(case),
            {t: a for t, a in answers.items() if a != (UNKNOWN,) or given.get(t) == a},
            lambda i: situation(answers | {t: (i[t],) for t in i}),
        )

    offers = policy.offers(situation(given))
    assert {thing for offer in offers for thing in offer.things} == asks
    for offer in offers:
        asked = Consultation(expert)._asking.about(offer.things, offer)
        assert asked.text.startswith(words)


def test_a_report_asks_for_no_second_look(expert: Expert) -> None:
    facts = [{"kind": "process", "module": "stat", "instance": "prod", "state": "missing"}]
    assert [u.question for u in expert.diagnose(facts).unknown] == [
        u.question for u in Expert(base=expert.base, policy=MostTelling).diagnose(facts).unknown
    ]


def questions_left(session: Consultation) -> list[Question]:
    found = []
    for question in asked(session):
        found.append(question)
        session.answer("unknown")
    return found

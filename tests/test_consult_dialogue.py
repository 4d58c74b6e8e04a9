"""The dialogue without a terminal: what is typed goes in, what is said comes out as data."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from ccexpert import Expert
from ccexpert.consult import Consultation, Question
from ccexpert.consult.answers import understood
from ccexpert.consult.dialogue import Dialogue
from ccexpert.consult.question import UnclearStateError
from ccexpert.consult.replies import Reply
from ccexpert.errors import AnswerError
from ccexpert.facts import KINDS
from ccexpert.inquiry.things import Thing
from ccexpert.verify.lint.questions import problems
from ccexpert.words import Language


def said(reply: Reply) -> str:
    """All that a reply says, in one line."""
    return " ".join(line.text for line in reply.lines)


def labels(reply: Reply) -> list[str]:
    """What the numbers stand for."""
    return [choice.label for choice in reply.shown]


def begun(expert: Expert, language: Language) -> Dialogue:
    """A dialogue at its first question."""
    dialogue = Dialogue(Consultation(expert, language=language))
    dialogue.begin()
    return dialogue


def typed(dialogue: Dialogue, lines: Iterable[str]) -> Reply:
    """The reply to the last of ``lines``."""
    for line in lines:
        reply = dialogue.take(line)
    return reply


#: The words of a whole consultation, by language: of stat, which is missing.
WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "search": "mails sent",
        "symptom": "E-mails are no longer sent",
        "misspelt": "3 mising",
        "wrong": "3 missing",
        "hint": "Did you mean 'missing'?",
        "why": "why",
        "move": "The answer can change which diagnosis stands first:",
        "back": "back",
        "which": "number of the answer to change",
        "changed": "Changed. Everything after it has been recomputed.",
        "stop": "stop",
        "resumed": "Resumed; answers so far: 3.",
        "first": "The statistics server (stat) is not running",
    },
    "sv": {
        "search": "e-post skickas",
        "symptom": "E-postmeddelanden skickas inte längre",
        "misspelt": "3 sakna",
        "wrong": "3 saknas",
        "hint": "Menade du 'saknas'?",
        "why": "varför",
        "move": "Svaret kan ändra vilken diagnos som står först:",
        "back": "tillbaka",
        "which": "numret på svaret som ska ändras",
        "changed": "Ändrat. Allt efter det är omräknat.",
        "stop": "stopp",
        "resumed": "Återupptagen; svar hittills: 3.",
        "first": "Statistikservern (stat) körs inte",
    },
}


@pytest.mark.parametrize("language", ["en", "sv"])
def test_a_whole_consultation_is_held_without_a_terminal(
    expert: Expert, language: Language, tmp_path: Path
) -> None:
    words, path = WORDS[language], tmp_path / "session.jsonl"
    with Consultation(expert, language=language) as consultation:
        consultation.keep(path)
        dialogue = Dialogue(consultation)
        begun = dialogue.begin()
        assert begun.kind == "question"
        assert begun.question == consultation.question()
        found = dialogue.take(words["search"])
        assert found.kind == "found"
        number = labels(found).index(words["symptom"]) + 1
        chosen = dialogue.take(str(number))
        assert (chosen.kind, [c.label for c in chosen.chosen]) == ("chosen", [words["symptom"]])
        listed = typed(dialogue, ["", "prod"])
        assert listed.question
        assert listed.question.kind == "list"
        why = dialogue.take(words["why"])
        assert why.kind == "explanation"
        assert words["move"] in said(why)
        refused = dialogue.take(words["misspelt"])
        assert refused.kind == "clarification"
        assert words["hint"] in said(refused)
        assert dialogue.take(words["wrong"]).kind == "chosen"
        assert len(consultation.steps) == 2
        assert dialogue.take("").kind == "question"
        which = dialogue.take(words["back"])
        assert (which.kind, which.prompt) == ("which answer", words["which"])
        again = dialogue.take("3")
        assert again.question
        assert again.question.kind == "list"
        changed = typed(dialogue, [words["wrong"], ""])
        assert words["changed"] in said(changed)
        assert dialogue.take(words["stop"]).kind == "end"
    with Consultation.resumed(expert, path) as consultation:
        dialogue = Dialogue(consultation)
        assert words["resumed"] in said(dialogue.begin(resumed=True))
        assert dialogue.take(None).kind == "end"
        first = consultation.report().first
        assert first
        assert first.title == words["first"]


def test_after_a_search_numbers_belong_to_what_was_found(expert: Expert) -> None:
    dialogue = Dialogue(Consultation(expert))
    common = labels(dialogue.begin())
    found = labels(dialogue.take("6666"))
    assert found[0] != common[0]
    assert [c.label for c in dialogue.take("1").chosen] == [found[0]]


def test_the_dialogue_ends_when_nothing_more_matters(expert: Expert) -> None:
    dialogue = Dialogue(Consultation(expert))
    dialogue.begin()
    reply = typed(dialogue, ["emails-not-sent", "", "prod", "stat missing", ""])
    while reply.kind == "question":
        reply = dialogue.take("unknown")
    assert reply.kind == "end"
    assert "Done: no further question is likely to change the result." in said(reply)
    assert reply.question is None
    assert dialogue.take("1").kind == "end"


def test_where_nobody_can_be_asked_again_a_wrong_line_is_an_error(expert: Expert) -> None:
    dialogue = Dialogue(Consultation(expert), is_person=False)
    dialogue.begin()
    with pytest.raises(AnswerError):
        dialogue.take("qqqqqq")


# --- nothing is lost, nothing is invented ---


@pytest.fixture
def mails(expert: Expert) -> Dialogue:
    """Mails have stopped on prod; a list of processes is open."""
    dialogue = Dialogue(Consultation(expert))
    dialogue.begin()
    typed(dialogue, ["emails-not-sent", "", "prod"])
    return dialogue


def chosen(reply: Reply) -> list[str]:
    """What is chosen so far."""
    return [choice.label for choice in reply.chosen]


STAT_MISSING = "Statistics server (stat) (prod): missing"


@pytest.mark.parametrize("sentence", ["no space left on device", "campaign does not start"])
@pytest.mark.parametrize("confirmation", [(), ("1",)])
def test_the_only_thing_that_fits_is_taken_and_said(
    expert: Expert, confirmation: tuple[str, ...], sentence: str
) -> None:
    consultation = Consultation(expert)
    dialogue = Dialogue(consultation)
    dialogue.begin()
    reply = typed(dialogue, [sentence, *confirmation])
    assert reply.kind == "chosen"
    assert len(reply.chosen) == 1
    assert chosen(reply)[0] in said(reply)
    dialogue.take("")
    assert [consultation.labels(step) for step in consultation.steps] == [tuple(chosen(reply))]


def test_a_title_typed_in_full_is_taken_at_once(expert: Expert) -> None:
    dialogue = Dialogue(Consultation(expert))
    dialogue.begin()
    assert chosen(dialogue.take("a workflow stands still.")) == ["A workflow stands still"]
    taken = chosen(dialogue.take("address already in use (syslogd)"))
    assert taken[1:] == ["Address already in use (syslogd)"]


@pytest.mark.parametrize(
    ("language", "sentence", "meant"),
    [
        ("en", "Gmail refuses our mail", "messages-rejected-by-domain"),
        ("en", "database is slow", "database-slow"),
        ("sv", "mejlen har stannat", "emails-not-sent"),
    ],
)
def test_what_a_sentence_clearly_says_is_chosen(
    expert: Expert, language: Language, sentence: str, meant: str
) -> None:
    dialogue = Dialogue(Consultation(expert, language=language))
    dialogue.begin()
    assert [choice.value for choice in dialogue.take(sentence).chosen] == [meant]
    assert [choice.value for choice in dialogue.take("1").chosen] == [meant]
    assert not dialogue.take("-1").chosen


@pytest.mark.parametrize(
    ("typed_line", "label"),
    [
        ("the database is blocked", "symptom database-blocked = true"),
        ("mta@prod is hanging", "process mta@prod = unresponsive"),
        ("Disk space: alert", "indicator disk = alert"),
        ("ORA-00060: deadlock detected", "error ORA-00060: deadlock detected = seen"),
    ],
)
def test_what_is_said_at_another_question_is_noted_and_the_question_stays(
    expert: Expert, typed_line: str, label: str
) -> None:
    consultation = Consultation(expert)
    dialogue = Dialogue(consultation)
    dialogue.begin()
    typed(dialogue, ["workflow-stuck", ""])
    reply = dialogue.take(typed_line)
    assert reply.kind == "question"
    assert said(reply).startswith("Noted: ")
    assert label in {fact.label for fact in consultation.document().facts}


def all_in_order(dialogue: Dialogue, reply: Reply, most: int = 30) -> tuple[Reply, int]:
    """Answer that everything is in order until it ends; the last reply, and how many answers."""
    for given in range(most):
        if reply.question is None:
            return reply, given
        kind, things = reply.question.kind, reply.question.things
        normal = things[0].normal if kind == "fact" else "none"
        reply = dialogue.take({"instance": "prod", "symptoms": ""}.get(kind, normal))
    raise AssertionError("it goes on and on")


def test_after_eight_answers_that_change_nothing_it_ends_with_a_plan(expert: Expert) -> None:
    consultation = Consultation(expert)
    dialogue = Dialogue(consultation)
    last, given = all_in_order(dialogue, dialogue.begin())
    assert given == 8
    assert "The last 8 answers changed nothing" in said(last)
    assert "nlserver monitor -missing" in said(last)
    assert "resume the session" in said(last)
    assert consultation.question()


def test_who_goes_on_all_the_same_is_asked_eight_more(expert: Expert) -> None:
    consultation = Consultation(expert)
    dialogue = Dialogue(consultation)
    all_in_order(dialogue, dialogue.begin())
    again = Dialogue(consultation)
    assert all_in_order(again, again.begin(resumed=True))[1] == 8


def test_what_is_told_in_between_gives_eight_more_answers(expert: Expert) -> None:
    dialogue = Dialogue(Consultation(expert))
    reply = dialogue.begin()
    for _ in range(7):
        question = reply.question
        assert question
        normal = question.things[0].normal if question.kind == "fact" else "none"
        reply = dialogue.take({"instance": "prod", "symptoms": ""}.get(question.kind, normal))
    disk = "Filesystem Size Used Avail Use% Mounted on\n/dev/sda1 50G 10G 40G 20% /"
    assert all_in_order(dialogue, dialogue.take(disk))[1] == 8


def test_the_number_of_questions_to_come_falls_or_is_not_given(expert: Expert) -> None:
    dialogue = Dialogue(Consultation(expert))
    dialogue.begin()
    reply, promised = typed(dialogue, ["tracking-logs-missing", "", "ok", "prod"]), []
    while reply.question:
        promised += map(int, re.findall(r"about (\d+) to go", said(reply)))
        things = reply.question.things
        reply = dialogue.take(things[0].normal if reply.question.kind == "fact" else "none")
    assert len(promised) > 1
    assert promised == sorted(set(promised), reverse=True)
    assert promised[0] < 16


def test_pasting_is_offered_with_the_second_question(expert: Expert) -> None:
    dialogue = Dialogue(Consultation(expert))
    dialogue.begin()
    assert "paste it here" in said(typed(dialogue, ["workflow-stuck", ""]))


def test_what_may_mean_several_things_is_named_and_not_noted(expert: Expert) -> None:
    consultation = Consultation(expert)
    dialogue = Dialogue(consultation)
    dialogue.begin()
    typed(dialogue, ["emails-not-sent", "", "prod", "none"])
    facts = consultation.document().facts
    reply = dialogue.take("the disk of the database server is full")
    assert reply.kind == "clarification"
    assert "'Disk space: alert'" in said(reply)
    assert consultation.document().facts == facts


def test_a_guess_is_never_taken(expert: Expert) -> None:
    dialogue = Dialogue(Consultation(expert))
    dialogue.begin()
    reply = dialogue.take("hotmail does not want our post")
    assert reply.kind == "found"
    assert "messages-rejected-by-domain" in {choice.value for choice in reply.shown}
    assert not reply.chosen


@pytest.mark.parametrize(
    ("language", "line", "answer"),
    [
        ("en", "not sure, how do I check?", "an error code, or some words"),
        ("sv", "jag vet inte hur man kollar", "en felkod eller några ord"),
        ("en", "should I restart the server?", "an error code, or some words"),
        ("en", "same as before", "Please type it again"),
        ("sv", "det fungerar igen nu", "Bra. Inget ändrades här"),
        ("en", "never mind, it's back now", "Good. Nothing was changed here"),
        ("en", "works again", "Good. Nothing was changed here"),
        ("en", "nothing works", "1."),
        ("en", "it is the console login", "1."),
    ],
)
def test_what_is_no_answer_is_neither_taken_nor_loses_what_was_chosen(
    expert: Expert, language: Language, line: str, answer: str
) -> None:
    dialogue = Dialogue(Consultation(expert, language=language))
    dialogue.begin()
    chosen = dialogue.take("E-mails are no longer sent").chosen
    reply = dialogue.take(line)
    assert reply.chosen == chosen
    assert any(answer in f"{one.number}. {one.text}" for one in reply.lines)


def test_a_change_of_mind_takes_back_what_was_chosen(mails: Dialogue) -> None:
    (first,) = mails.take("1 missing").chosen
    assert not mails.take("actually no").chosen
    assert mails.take("1 missing").chosen == (first,)
    (second,) = mails.take("no wait, 2 missing").chosen
    assert second != first


def test_who_interrupts_loses_no_symptom_and_says_nothing_of_a_list(
    expert: Expert, mails: Dialogue
) -> None:
    session = Consultation(expert)
    dialogue = Dialogue(session)
    dialogue.begin()
    dialogue.take("E-mails are no longer sent")
    assert not dialogue.interrupted()
    assert [fact.kind for fact in session.document().facts] == ["symptom"]
    chosen = mails.take("1-2 missing").chosen
    assert len(chosen) == 2
    (line,) = mails.interrupted()
    assert all(choice.label in line.text for choice in chosen)


def test_a_pasted_output_leaves_what_was_chosen(expert: Expert) -> None:
    dialogue = Dialogue(Consultation(expert))
    dialogue.begin()
    chosen = dialogue.take("E-mails are no longer sent").chosen
    assert dialogue.take("watchdog (1) - 10 MB\nmta@prod (2) - 50 MB").chosen == chosen
    assert "question 2" in said(dialogue.take("done"))


def test_no_two_results_look_alike_and_a_named_port_is_noted(expert: Expert) -> None:
    dialogue = begun(expert, "en")
    found = labels(dialogue.take("6666/udp"))
    assert [label.rpartition(": ")[2] for label in found] == ["free", "held by another program"]
    noted = dialogue.take("port 6666/udp already in use").lines[0].text
    assert noted == "Noted: Port 6666/udp: log packets to syslogd: held by another program"


def test_a_title_that_two_things_share_is_shown_once(expert: Expert) -> None:
    dialogue = Dialogue(Consultation(expert))
    dialogue.begin()
    title = "A workflow of the site: failed"
    assert chosen(dialogue.take(title)) == [title]


def test_enter_repeats_a_list_of_which_nothing_was_chosen(expert: Expert) -> None:
    consultation = Consultation(expert)
    dialogue = Dialogue(consultation)
    dialogue.begin()
    found = labels(dialogue.take("mails sent"))
    reply = dialogue.take("")
    assert reply.kind == "clarification"
    assert labels(reply) == found
    assert not consultation.steps
    assert chosen(dialogue.take("1")) == found[:1]


@pytest.mark.parametrize("again", ["-3", "undo", "- stat", "stat missing", "ångra"])
def test_a_choice_can_be_taken_back(mails: Dialogue, again: str) -> None:
    assert chosen(mails.take("stat missing")) == [STAT_MISSING]
    reply = mails.take(again)
    assert chosen(reply) == []
    assert f"removed: {STAT_MISSING}" in said(reply)


def test_undo_without_a_choice_gives_the_last_answer_anew(mails: Dialogue) -> None:
    reply = mails.take("undo")
    assert reply.question
    assert reply.question.kind == "instance"
    assert "Changed" in said(mails.take("emea"))


def test_a_second_word_on_a_thing_replaces_the_first(mails: Dialogue) -> None:
    assert chosen(typed(mails, ["stat missing", "stat hung"])) == [
        "Statistics server (stat) (prod): stuck"
    ]


def test_back_loses_nothing_that_was_chosen(expert: Expert, mails: Dialogue) -> None:
    dialogue = Dialogue(Consultation(expert))
    dialogue.begin()
    assert len(typed(dialogue, ["emails-not-sent", "back"]).chosen) == 1
    assert chosen(typed(mails, ["stat missing", "back", "9"])) == [STAT_MISSING]
    assert chosen(typed(mails, ["back", "2", "prod"])) == [STAT_MISSING]


def test_answers_that_do_not_fit_together_are_named_at_once(expert: Expert) -> None:
    dialogue = Dialogue(Consultation(expert))
    dialogue.begin()
    reply = typed(dialogue, ["console-login-fails", "XSV-350013", ""])
    while not reply.question.id.startswith("setting:security-zone"):
        assert "do not fit together" not in said(reply)
        reply = dialogue.take("none" if reply.question.kind == "list" else in_order(reply))
    reply = dialogue.take("yes")
    assert "you said: Security zone of the operator: ok (answer" in said(reply)
    assert "you said: Address not authorised (XSV-350013) (answer 1)" in said(reply)
    assert "'back 1' or 'back " in said(reply)
    assert said(dialogue.take("back 1")).startswith("What do you see?")


def in_order(reply: Reply) -> str:
    normal = reply.question.things[0].normal
    return next(choice.label for choice in reply.question.choices if choice.value == normal)


def test_enter_alone_records_nothing(expert: Expert) -> None:
    consultation = Consultation(expert)
    dialogue = Dialogue(consultation)
    dialogue.begin()
    typed(dialogue, ["emails-not-sent", ""])
    for _ in range(6):
        before, steps = consultation.document(), consultation.steps
        reply = dialogue.take("")
        assert (reply.kind, consultation.steps) == ("clarification", steps)
        assert consultation.document() == before
        dialogue.take("unknown" if reply.question and reply.question.kind != "instance" else "prod")


@pytest.mark.parametrize("typed_word", ["none", "all ok", "allt i ordning"])
def test_all_in_order_is_an_answer_of_its_own(expert: Expert, typed_word: str) -> None:
    consultation = Consultation(expert)
    dialogue = Dialogue(consultation)
    dialogue.begin()
    typed(dialogue, ["emails-not-sent", "", "prod", typed_word])
    states = [fact.state for fact in consultation.document().facts if fact.kind == "process"]
    assert states == ["running"] * 3


def test_in_a_pipe_an_empty_line_for_a_list_is_an_error(expert: Expert) -> None:
    dialogue = Dialogue(Consultation(expert), is_person=False)
    dialogue.begin()
    typed(dialogue, ["emails-not-sent", "", "prod"])
    with pytest.raises(AnswerError) as refused:
        dialogue.take("")
    assert "'none'" in str(refused.value)


@pytest.mark.parametrize(
    "answer",
    ["stat is down", "stat dead", "stat ligger nere", "3 not running", "stat körs inte"],
)
def test_what_people_say_for_a_state_is_understood(mails: Dialogue, answer: str) -> None:
    assert chosen(mails.take(answer)) == [STAT_MISSING]


@pytest.mark.parametrize("answer", ["stat is running", "3 ok", "stat är igång"])
def test_a_thing_in_a_list_can_be_said_to_be_in_order(mails: Dialogue, answer: str) -> None:
    reply = typed(mails, ["stat missing", answer])
    assert chosen(reply) == ["Statistics server (stat) (prod): running"]


def test_one_state_can_be_said_of_several_numbers(mails: Dialogue) -> None:
    assert len(mails.take("1, 2 and 3 missing").chosen) == 3


@pytest.fixture
def internet(expert: Expert) -> tuple[Dialogue, Consultation]:
    """The open question offers a few of the states of its kind."""
    consultation = Consultation(expert)
    dialogue = Dialogue(consultation)
    dialogue.begin()
    reply = typed(dialogue, ["emails-not-sent", "", "prod", "stat missing", "", "bound"])
    assert reply.question
    assert [c.value for c in reply.question.choices] == ["ok", "error", "refused", "timeout"]
    return dialogue, consultation


def test_a_state_that_is_not_offered_is_not_taken(
    internet: tuple[Dialogue, Consultation],
) -> None:
    dialogue, consultation = internet
    steps = consultation.steps
    assert dialogue.take("blank").kind == "clarification"
    assert consultation.steps == steps
    dialogue.take("timed out")
    assert consultation.labels(consultation.steps[-1]) == ("no: no answer",)


@pytest.mark.parametrize(("language", "given"), [("en", "wrong"), ("sv", "nej"), ("sv", "fel")])
def test_did_you_mean_never_repeats_what_was_typed(
    expert: Expert, language: Language, given: str
) -> None:
    dialogue = Dialogue(Consultation(expert, language=language))
    dialogue.begin()
    typed(dialogue, ["emails-not-sent", "", "prod"])
    assert f"'{given}'?" not in said(dialogue.take(f"1 {given}"))


def test_did_you_mean_stays_in_the_language(expert: Expert) -> None:
    english, swedish = (Consultation(expert, language=each).searchable() for each in ("en", "sv"))
    assert "skickas" in swedish - english
    assert "arrive" in english - swedish


# --- I don't know ---


@pytest.mark.parametrize("answer", ["I don't know what is wrong", "jag vet inte", "not sure"])
def test_not_knowing_can_be_said_in_words(expert: Expert, answer: str) -> None:
    dialogue = Dialogue(Consultation(expert))
    dialogue.begin()
    reply = dialogue.take(answer)
    assert reply.kind == "question"
    assert reply.question
    assert reply.question.kind != "symptoms"


@pytest.mark.parametrize("language", ["en", "sv"])
def test_who_knows_nothing_is_told_how_to_look_and_gets_a_first_plan(
    expert: Expert, language: Language
) -> None:
    consultation = Consultation(expert, language=language)
    dialogue = Dialogue(consultation)
    dialogue.begin()
    third = typed(dialogue, ["unknown"] * 3)
    assert "ccexpert consult --observe" in said(third)
    assert "nlserver pdump" in said(third)
    last = typed(dialogue, ["unknown"] * 5)
    assert last.kind == "end"
    assert len(consultation.steps) == 8
    assert "nlserver monitor -missing" in said(last)


def test_an_answer_that_is_known_sets_the_patience_back(mails: Dialogue) -> None:
    typed(mails, ["unknown"] * 5)
    assert "ccexpert consult --observe" not in said(mails.take("unknown"))


# --- answers fit the question ---


def about(expert: Expert, kind: str, name: str, language: Language = "en") -> Question:
    """The question about one thing."""
    return Consultation(expert, language=language).about(Thing(kind, (name,)))


def meant(typed_word: str, question: Question) -> set[str]:
    """The labels of the answers that ``typed_word`` may mean."""
    try:
        value, _ = understood(typed_word, question)
    except UnclearStateError as several:  # it says which of them there are
        return set(several.allowed)
    return {answers(question)[value]}


def answers(question: Question) -> dict[str, str]:
    """What each answer is called."""
    return {choice.value: choice.label for choice in question.choices}


def test_every_question_of_yes_and_no_takes_yes_and_no(expert: Expert) -> None:
    vocabulary, asked = expert.base.vocabulary, 0
    for name, kind in KINDS.items():
        for entry in vocabulary.entries(kind.VOCABULARY):
            if not entry.asks_yes_or_no or name == "error":  # listed, with the module as well
                continue
            names = tuple(entry.name.split("/")) if name == "port" else (entry.name,)
            question = Consultation(expert).about(Thing(name, names))
            asked += 1
            assert meant("yes", question)
            assert meant("no", question)
            assert meant("yes", question).isdisjoint(meant("no", question))
    assert asked > 300


@pytest.mark.parametrize(
    ("kind", "name", "yes", "no"),
    [
        ("setting", "console-url", "ok", None),
        ("setting", "delivery-contact-date", "ok", "wrong"),
        ("probe", "dns", "ok", None),
        ("indicator", "zombie-processes", None, "ok"),
    ],
)
def test_yes_means_in_order_or_out_of_order_as_the_question_asks(
    expert: Expert, kind: str, name: str, yes: str | None, no: str | None
) -> None:
    question = about(expert, kind, name)
    for typed_word, value in (("yes", yes), ("nej", no), ("probably not", no)):
        if value:
            assert understood(typed_word, question)[0] == value
        else:
            with pytest.raises(UnclearStateError):
                understood(typed_word, question)


@pytest.mark.parametrize(
    ("language", "kind", "name", "called"),
    [
        ("en", "setting", "delivery-contact-date", {"ok": "yes", "wrong": "no"}),
        (
            "sv",
            "indicator",
            "zombie-processes",
            {"ok": "nej", "warning": "ja: varning", "alert": "ja: larm"},
        ),
        (
            "en",
            "probe",
            "pdump",
            {"ok": "a list of processes", "error": "an error of the command", "blank": "No tasks"},
        ),
    ],
)
def test_answers_are_called_as_the_question_wants_them(
    expert: Expert, language: Language, kind: str, name: str, called: dict[str, str]
) -> None:
    question = about(expert, kind, name, language)
    assert answers(question) == called
    for value, label in called.items():
        assert understood(label.upper(), question) == (value, 1.0)


def test_no_that_may_be_several_asks_which(
    internet: tuple[Dialogue, Consultation],
) -> None:
    dialogue, consultation = internet
    steps = consultation.steps
    assert "Which of them: 2 no: error, 3 no: refused, 4 no: no answer?" in said(
        dialogue.take("no")
    )
    assert consultation.steps == steps
    dialogue.take("yes")
    assert consultation.labels(consultation.steps[-1]) == ("yes",)


def test_lint_finds_labels_that_do_not_fit(expert: Expert) -> None:
    vocabulary = expert.base.vocabulary
    pdump = vocabulary.get("probe", "pdump")
    assert pdump
    label = pdump.labels["ok"]
    bent = pdump.model_copy(update={"labels": {"ok": label, "alert": label}, "yes_means": ("ok",)})
    found = " ".join(problems(bent, tuple(KINDS["probe"].ANSWERS)))
    assert "'alert' is no answer of its kind" in found
    assert "not one of yes and no" in found
    assert "two answers have one label" in found


PASTE = """Hi, our newsletter does not go out.

[neolane@app01 ~]$ nlserver monitor -missing
14:03:23 >   Application server for Adobe Campaign Classic (7.3.4 build 9364@8f3ef8e) of 09/04/2023
stat@prod
The coffee machine has two buttons."""


def test_a_pasted_text_is_read_and_its_sentences_can_be_struck_out() -> None:
    consultation = Consultation(Expert())
    dialogue = Dialogue(consultation)
    dialogue.begin()
    reply = dialogue.take(PASTE)
    assert "Statistics server (stat)" in said(reply)
    assert "Not understood: The coffee machine has two buttons" in said(reply)
    assert [choice.value for choice in reply.chosen] == ["emails-not-sent"]
    assert {fact.kind for fact in consultation.document().facts} == {"build", "probe", "process"}
    reply = typed(dialogue, ["-1", "unknown"])
    assert not [f for f in consultation.document().facts if f.kind == "symptom"]
    assert reply.kind in ("question", "end")


def test_enter_confirms_what_a_pasted_sentence_was_taken_for() -> None:
    consultation = Consultation(Expert())
    dialogue = Dialogue(consultation)
    dialogue.begin()
    typed(dialogue, [PASTE, ""])
    assert "symptom emails-not-sent = true" in {f.label for f in consultation.document().facts}
    first = consultation.report().first
    assert first
    assert first.id == "stat-not-running"


def test_facts_of_a_pasted_text_are_kept_in_the_session(tmp_path: Path) -> None:
    path = tmp_path / "session"
    with Consultation(Expert()) as consultation:
        consultation.keep(path)
        dialogue = Dialogue(consultation)
        dialogue.begin()
        typed(dialogue, [PASTE, ""])
        before = consultation.document()
    with Consultation.resumed(Expert(), path) as again:
        assert again.document() == before


def test_a_text_can_be_pasted_at_any_question_and_nothing_secret_stays(tmp_path: Path) -> None:
    path = tmp_path / "session"
    with Consultation(Expert()) as consultation:
        consultation.keep(path)
        dialogue = Dialogue(consultation)
        dialogue.begin()
        typed(dialogue, ["1", "", "ZZQ-999999 login for user=anna password=Hemligt123 failed\nbye"])
    assert "ZZQ-999999" in path.read_text(encoding="utf-8")
    assert "Hemligt123" not in path.read_text(encoding="utf-8")


def asks_for_the_instance(expert: Expert) -> tuple[Consultation, Dialogue]:
    consultation = Consultation(expert)
    dialogue = Dialogue(consultation)
    dialogue.begin()
    reply = typed(dialogue, ["emails-not-sent", ""])
    assert reply.question is not None
    assert reply.question.kind == "instance"
    return consultation, dialogue


@pytest.mark.parametrize("word", ["1", "ok", "nej", "running"])
def test_what_answers_another_question_is_no_instance(expert: Expert, word: str) -> None:
    consultation, dialogue = asks_for_the_instance(expert)
    assert f"'{word}' is not an instance name." in said(dialogue.take(word))
    assert len(consultation.steps) == 1


def test_an_instance_may_be_named_behind_its_module(expert: Expert) -> None:
    consultation, dialogue = asks_for_the_instance(expert)
    dialogue.take("mta@prod")
    assert consultation.steps[-1].values == ("prod",)


def test_a_question_mark_asks_for_help_and_answers_nothing(expert: Expert) -> None:
    consultation, dialogue = asks_for_the_instance(expert)
    assert dialogue.take("?").kind == "explanation"
    assert len(consultation.steps) == 1


def test_a_yes_to_a_list_is_told_how_to_say_which(expert: Expert) -> None:
    _, dialogue = asks_for_the_instance(expert)
    assert "Type the number and the state" in said(typed(dialogue, ["prod", "yes"]))


@pytest.mark.parametrize("number", ["9277", "7.3.1"])
def test_the_number_of_the_build_answers_all_questions_about_it(
    expert: Expert, number: str
) -> None:
    dialogue = Dialogue(Consultation(expert))
    dialogue.begin()
    reply = typed(dialogue, ["bounces-not-processed", "", "prod"])
    while not (reply.question and reply.question.asks_build):
        reply = dialogue.take("none" if reply.question and reply.question.states else "ok")
    while reply.question:
        reply = dialogue.take(number if reply.question.asks_build else "unknown")
        number = "no longer asked"


@pytest.mark.parametrize(
    ("language", "line", "noted", "offered"),
    [
        ("en", "console login fails with xtk:session error", "xtk:session", "Logging on with the"),
        (
            "sv",
            "studsar behandlas inte, postlådan nekar inloggning",
            "Studsmed",
            "nekas av motpart",
        ),
    ],
)
def test_no_part_of_a_line_is_lost(
    expert: Expert, language: Language, line: str, noted: str, offered: str
) -> None:
    reply = typed(begun(expert, language), [line])
    assert noted in reply.lines[0].text
    assert any(offered in label for label in labels(reply))


@pytest.mark.parametrize("line", ["pdump says No tasks", "no tasks", "pdump säger No tasks"])
def test_what_a_command_shows_is_noted_of_that_command_alone(expert: Expert, line: str) -> None:
    dialogue = begun(expert, "en")
    asked = typed(dialogue, ["campaign does not start", ""])
    assert asked.question
    assert asked.question.id == "probe:service-status"
    assert said(typed(dialogue, [line])).startswith("Noted: List of processes (nlserver pdump)")


def test_a_question_with_one_answer_does_not_suggest_to_be_done(expert: Expert) -> None:
    dialogue = begun(expert, "en")
    assert "Did you mean" not in said(typed(dialogue, ["campaign does not start", "", "none"]))

"""What an error tells: one sentence for people, and the place as data for programs."""

import pickle
import signal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccexpert import observe
from ccexpert.cli.shared.interrupts import interrupts_kept
from ccexpert.consult import Consultation
from ccexpert.errors import (
    AnswerError,
    CaptureError,
    CcexpertError,
    FactsError,
    KnowledgeError,
    Place,
    SessionError,
)
from ccexpert.expert import Expert
from ccexpert.facts.document import read_document
from ccexpert.reading import Source, decode, parse_json, parse_yaml


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (Place(), ""),
        (Place("facts.json"), "facts.json"),
        (Place("facts.json", 3), "facts.json, line 3"),
        (Place("facts.json", 3, column=7), "facts.json, line 3, column 7"),
        (Place("facts.json", 3, ("facts", 2, "state")), "facts.json, line 3, facts[2].state"),
        (Place("", 3, ("facts",)), "line 3, facts"),
    ],
)
def test_a_place_leaves_out_what_does_not_apply(place: Place, words: str) -> None:
    assert str(place) == words


def test_an_error_without_a_place_begins_with_the_problem() -> None:
    assert str(CcexpertError("nothing fits", given="mtta", allowed=("mta",))) == (
        "nothing fits; did you mean 'mta'?; allowed: mta"
    )


#: Texts of any length, of any characters.
LONG = st.tuples(st.text(max_size=9), st.sampled_from([1, 50, 5000])).map(lambda t: t[0] * t[1])


@given(LONG, LONG, st.lists(LONG, max_size=20), LONG, LONG)
def test_a_sentence_stays_short_whatever_it_cites(
    file: str, problem: str, allowed: list[str], given: str, advice: str
) -> None:
    named = (*allowed, given, *(f"word{n}" * 40 for n in range(20)))
    said = str(CcexpertError(problem, Place(file, 3, (problem,)), named, given, advice))
    assert len(said) <= 2000
    assert len(said.splitlines()) == 1
    assert "; allowed: " in said
    assert f" and {len(named) - 12} more" in said


def test_the_place_of_a_wrong_fact_is_data() -> None:
    text = '{"schema_version": 1, "facts": [\n {"kind": "process",\n  "module": 1}]}'
    with pytest.raises(FactsError) as error:
        read_document(Source("facts.json", text))
    assert error.value.where == Place("facts.json", 3, ("facts", 0, "module"))


def test_a_line_of_many_documents_keeps_its_own_number() -> None:
    line = decode(
        b'{"schema_version": 1, "facts": [{"kind": "no"}]}', "a.jsonl", FactsError, only=7
    )
    with pytest.raises(FactsError) as wrong:
        read_document(line)
    assert wrong.value.where == Place("a.jsonl", 7, ("facts", 0))
    with pytest.raises(FactsError) as broken:
        parse_json(Source("a.jsonl", "{nothing", only=7), FactsError)
    assert broken.value.where == Place("a.jsonl", 7, column=2)
    with pytest.raises(FactsError) as twice:
        parse_json(Source("a.jsonl", '{"a": 1, "a": 2}', only=7), FactsError)
    assert str(twice.value) == "a.jsonl, line 7: the key 'a' occurs twice in one object"


def test_the_line_of_broken_yaml_is_data() -> None:
    with pytest.raises(KnowledgeError) as error:
        parse_yaml(Source("card.yaml", "id: x\nid: y\n"), KnowledgeError)
    assert error.value.where == Place("card.yaml", 2)


def test_each_thing_handed_in_has_an_error_of_its_own(tmp_path: Path, expert: Expert) -> None:
    with pytest.raises(AnswerError):
        Consultation(expert).answer(["no-such-symptom"])
    session = tmp_path / "session.jsonl"
    session.write_text("{}\n", encoding="utf-8")
    with pytest.raises(SessionError) as no_session:
        Consultation.resumed(expert, session)
    assert no_session.value.where == Place(str(session))
    with pytest.raises(CaptureError) as no_capture:
        observe.captured(tmp_path)
    assert no_capture.value.where == Place(str(tmp_path))


def test_an_event_of_a_session_that_is_no_object_is_placed(tmp_path: Path, expert: Expert) -> None:
    session = tmp_path / "session.jsonl"
    session.write_text('{"session": 1, "language": "en"}\n[]\n', encoding="utf-8")
    with pytest.raises(SessionError) as error:
        Consultation.resumed(expert, session)
    assert error.value.where == Place(str(session), 2)


def test_a_place_survives_the_way_to_another_process() -> None:
    place = Place("facts.json", 3, ("facts", 2))
    assert pickle.loads(pickle.dumps(place)) == place


def built(*, interrupted: bool) -> None:
    """What pydantic does while it builds a model."""
    try:
        if interrupted:
            signal.raise_signal(signal.SIGINT)
    except KeyboardInterrupt:
        pass
    raise ValueError("the model cannot be built")


@pytest.mark.parametrize(("interrupted", "error"), [(True, KeyboardInterrupt), (False, ValueError)])
def test_ctrl_c_stays_one_where_a_library_makes_another_error_of_it(
    interrupted: bool, error: type[BaseException]
) -> None:
    with pytest.raises(error), interrupts_kept():
        built(interrupted=interrupted)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler

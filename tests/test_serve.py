"""The HTTP API: the same answers as everywhere else, and one sentence for what cannot be used."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from ccexpert import Consultation, Expert, FactsError
from ccexpert.cli.shared.extra import needs
from ccexpert.consult.stateless import consultation_of, given_of
from ccexpert.errors import MissingInputError
from ccexpert.facts.document import read_document
from ccexpert.fleet.blocks import Block, Segment
from ccexpert.fleet.diagnose import FleetExpert
from ccexpert.history import History
from ccexpert.reading import Source
from ccexpert.report import FORMATS
from ccexpert.serve.formats import MEDIA
from tests.kit import ROOT, ccexpert, document
from tests.test_acceptance import ROWS, Row
from tests.web import Server, timeless

STAT_DOWN = (ROOT / "examples/mails-stopped-stat-down.json").read_text("utf-8")
HOSTS = (ROOT / "examples/hosts.jsonl").read_text("utf-8")
MAILS = {"question": "symptoms", "answer": ["emails-not-sent"]}
PROD = {"question": "instance", "answer": "prod"}


@pytest.fixture(scope="module")
def server() -> Server:
    return Server()


# --- reports ---


@pytest.mark.parametrize("name", FORMATS)
def test_a_report_has_every_format_by_its_media_type(server: Server, name: str) -> None:
    by_accept = server.post("/v1/diagnose", STAT_DOWN, headers={"accept": MEDIA[name]})
    by_name = server.post(f"/v1/diagnose?format={name}", STAT_DOWN)
    for answer in (by_accept, by_name):
        assert answer.status_code == 200
        assert answer.headers["content-type"].partition(";")[0] == MEDIA[name]
        assert "stat" in answer.text
    assert len(by_accept.text.splitlines()) == len(by_name.text.splitlines())


@pytest.mark.parametrize("text", [STAT_DOWN, "We see ORA-01017, and e-mails are not sent.\n"])
def test_a_report_equals_that_of_the_command_line(
    server: Server, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("request").write_text(text)
    by_command = ccexpert("diagnose", "request", "--format", "json", "--lang", "sv").stdout
    by_http = server.post("/v1/diagnose?lang=sv", text).text
    assert timeless(by_http) == timeless(by_command)
    assert list(json.loads(by_http)) == list(json.loads(by_command))


def test_the_language_is_asked_for_or_that_of_the_browser(server: Server) -> None:
    plain = {"accept": "text/plain"}
    swedish = {**plain, "accept-language": "sv-SE,sv;q=0.9"}
    assert "körs inte" in server.post("/v1/diagnose", STAT_DOWN, headers=swedish).text
    assert "is not" in server.post("/v1/diagnose?lang=en", STAT_DOWN, headers=swedish).text
    assert "is not" in server.post("/v1/diagnose", STAT_DOWN, headers=plain).text


@pytest.mark.parametrize(
    ("accept", "name"),
    [
        ("", "json"),
        ("*/*", "json"),
        ("text/html,application/xml;q=0.9,*/*;q=0.8", "html"),
        ("text/*;q=0.5, text/markdown", "markdown"),
        ("application/json;q=0, text/plain", "table"),
        ("application/json;q=nonsense, text/plain;q=0.1", "table"),
    ],
)
def test_the_best_of_the_accepted_media_types_is_sent(
    server: Server, accept: str, name: str
) -> None:
    answer = server.post("/v1/diagnose", STAT_DOWN, headers={"accept": accept})
    assert answer.headers["content-type"].partition(";")[0] == MEDIA[name]
    refused = server.post("/v1/diagnose", STAT_DOWN, headers={"accept": "image/png"})
    assert (refused.status_code, "allowed: application/json" in refused.text) == (406, True)


def test_secrets_in_a_text_are_removed(server: Server) -> None:
    text = "Logon failed: login=anna.berg@example.com password=hunter22 from 10.1.2.3 ORA-01017"
    answers = [server.post(path, text).text for path in ("/v1/read", "/v1/diagnose")]
    assert '"kind": "error"' in answers[0]
    facts = json.dumps(json.loads(answers[0])["document"])
    for secret in ("anna.berg@example.com", "hunter22"):
        assert secret not in facts
        assert secret not in answers[1]


# --- errors ---


@pytest.mark.parametrize(
    "text",
    [
        "{",
        '{"schema_version": 1, "facts": [],\n "facts": []}',
        document({"kind": "process", "module": "mtaa", "state": "missing"}),
        '{"schema_version": 1,\n"facts": [{"kind": "symptom", "nane": "x"}]}',
    ],
)
def test_an_error_is_the_sentence_of_the_command_line(server: Server, text: str) -> None:
    answer = server.post("/v1/diagnose", text, headers={"content-type": "application/json"})
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, problem["status"]) == (422, 422)
    said = ccexpert("diagnose", "-", stdin=text).stderr.strip()
    assert problem["detail"].replace("request", "stdin", 1) == said.removeprefix("ccexpert: ")


@pytest.mark.parametrize(
    ("method", "path", "status", "said"),
    [
        ("GET", "/v1/nothing", 404, "nothing at this address"),
        ("GET", "/v1/diagnose", 405, "another method"),
        ("GET", "/v1/search", 400, "q is missing"),
        ("GET", "/v1/search?q=x&kind=nix", 400, "kind='nix' is not allowed"),
        ("GET", "/v1/search?q=x&lang=de", 400, "allowed: en, sv"),
        ("GET", "/v1/explain/mta-not-runnin", 404, "did you mean 'mta-not-running'?"),
        ("GET", "/v1/schema/fact", 404, "allowed: facts, report"),
        ("POST", "/v1/diagnose?format=jason", 400, "did you mean 'json'?"),
        ("POST", "/v1/consult", 415, "allowed: application/json"),
        ("POST", "/v1/read", 422, "the text is empty"),
        ("GET", "/v1/history", 404, "nothing at this address"),
        ("POST", "/v1/alertmanager", 404, "nothing at this address"),
    ],
)
def test_what_cannot_be_asked_is_one_sentence(
    server: Server, method: str, path: str, status: int, said: str
) -> None:
    problem = server(method, path).json()
    assert problem["status"] == status
    assert said in problem["detail"]


def test_a_fault_of_the_program_says_nothing_of_the_request(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = Server()

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("hunter22")

    monkeypatch.setattr("ccexpert.serve.service.Service.diagnose", fail)
    answer = server.post("/v1/diagnose", STAT_DOWN)
    assert (answer.status_code, answer.json()["detail"]) == (500, "internal fault, RuntimeError")
    assert "hunter22" not in json.dumps(server.log)
    assert server.log[0]["fault"] == "RuntimeError"


# --- consulting ---


def state_in(row: Row, question: Any) -> Any:
    """The answer that the facts of an acceptance row give to a question."""
    known = {f"{f['kind']}:{f.get('module') or f.get('name')}": f for f in row.facts}
    if question.kind == "symptoms":
        return [f["name"] for f in row.facts if f["kind"] == "symptom"] or "unknown"
    if question.kind == "instance":
        return "prod"
    if question.kind == "list":
        stated = [(c.value, known.get(c.value.partition("@")[0])) for c in question.choices]
        wrong = [
            f"{name}={fact['state']}" if "state" in fact else name
            for name, fact in stated
            if fact and fact.get("state") != "running"
        ]
        return wrong or "none"
    return "unknown"


@pytest.mark.parametrize("row", ROWS[::3], ids=lambda row: row.name)
def test_the_questions_are_those_of_the_terminal(server: Server, row: Row, expert: Expert) -> None:
    session, answers = Consultation(expert), list[dict[str, Any]]()
    for _ in range(5):
        question = session.question()
        standing = server.post("/v1/consult", {"answers": answers}).json()
        assert (standing["question"] or {}).get("id") == (question.id if question else None)
        if question is None:
            assert standing["should_stop"]
            break
        assert standing["question"]["text"] == question.text
        answer = state_in(row, question)
        session.answer(answer)
        answers = [*standing["answers"], {"question": question.id, "answer": answer}]
    standing = server.post("/v1/consult", {"answers": answers}).json()
    report = session.report().to_dict()
    assert [r["id"] for r in standing["ranking"]] == [d["id"] for d in report["diagnoses"]]
    again = server.post("/v1/diagnose", standing["document"]).json()
    assert again["diagnoses"] == report["diagnoses"] or _without_places(again) == _without_places(
        report
    )


def _without_places(report: dict[str, Any]) -> str:
    for diagnosis in (*report["diagnoses"], *report["explained"]):
        for evidence in diagnosis["evidence"]:
            del evidence["cited"]
    return json.dumps([report["diagnoses"], report["plan"]])


def test_answers_that_were_given_can_be_sent_again(expert: Expert) -> None:
    session = Consultation(expert)
    session.answer(["emails-not-sent"], 0.7)
    session.answer("prod")
    session.answer(["probably process:stat@prod=missing", "process:mta@prod?"])
    session.answer("unknown")
    again = consultation_of(expert, None, map(given_of, session.steps))
    assert again.steps == session.steps
    assert again.document() == session.document()


def test_a_question_may_be_answered_again_at_a_second_look(server: Server) -> None:
    once = {"question": "context:planned-downtime", "answer": "true"}
    statuses = [
        server.post("/v1/consult", {"answers": [MAILS, PROD, *[once] * times]}).status_code
        for times in (1, 2, 3)
    ]
    assert statuses == [200, 200, 422]


def test_another_answer_in_the_place_of_one_revises_it(server: Server) -> None:
    listed = {
        "question": "process:mta@prod,process:stat@prod",
        "answer": ["process:mta@prod=missing"],
    }
    first = server.post("/v1/consult", {"answers": [MAILS, PROD, listed]}).json()
    other = {**listed, "answer": ["process:stat@prod=missing"]}
    second = server.post("/v1/consult", {"answers": [MAILS, PROD, other]}).json()
    assert first["ranking"][0]["id"] == "mta-not-running"
    assert second["ranking"][0]["id"] == "stat-not-running"
    assert second["answers"][2]["labels"] == ["Statistics server (stat) (prod): missing"]


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ([{"question": "process:mtaa", "answer": "missing"}], "answers[0]: there is no question"),
        ([{"question": "nix", "answer": "x"}], "answers[0]: there is no question 'nix'"),
        ([MAILS, {**PROD, "answer": "a b"}], "answers[1]: 'a b' is not a valid instance name"),
        ([MAILS, MAILS], "answers[1]: 'symptoms' is answered too often"),
        ([{"question": "symptoms", "answer": ["nix"]}], "'nix' is not a known symptom"),
        ([{"question": "process:mta", "answer": "missin"}], "did you mean 'no: missing'?"),
        ([{"question": "symptoms"}], "answers[0]: the field 'answer' is missing"),
    ],
)
def test_an_answer_that_cannot_be_accepted_is_named(
    server: Server, answers: list[dict[str, Any]], said: str
) -> None:
    answer = server.post("/v1/consult", {"answers": answers})
    assert answer.status_code == 422
    assert said in answer.json()["detail"]


def test_who_knows_nothing_is_told_to_stop(server: Server) -> None:
    answers: list[dict[str, Any]] = []
    for _ in range(8):
        standing = server.post("/v1/consult", {"answers": answers}).json()
        assert not standing["should_stop"]
        answers = [
            *standing["answers"],
            {"question": standing["question"]["id"], "answer": "unknown"},
        ]
    assert server.post("/v1/consult", {"answers": answers}).json()["should_stop"]


def test_why_and_how_say_what_the_terminal_says(server: Server, expert: Expert) -> None:
    session = Consultation(expert)
    session.answer(["emails-not-sent"])
    session.answer("prod")
    why = server.post("/v1/why", {"answers": [MAILS, PROD]}).json()
    assert why["question"] == session.question().id  # type: ignore[union-attr]
    assert any(e["diagnosis"] == "stat-not-running" for e in why["effects"])
    assert why["text"][0].startswith("It separates") or len(why["text"]) > 1
    how = server.post("/v1/how", {"answers": [MAILS, PROD], "language": "sv"}).json()
    first = session.report().first
    assert first is not None
    assert (how["diagnosis"], how["standing"]) == (first.id, "diagnosis")
    assert len(how["evidence"]) == len(first.evidence)
    other = {"answers": [MAILS, PROD], "diagnosis": "disk-full"}
    assert server.post("/v1/how", other).json()["standing"] == "nothing for it"
    assert server.post("/v1/how", {}).status_code == 404


# --- knowledge ---


def test_a_diagnosis_and_a_code_are_explained(server: Server) -> None:
    page = server.get("/v1/explain/mta-not-running?lang=sv", headers={"accept": "text/markdown"})
    assert page.text == ccexpert("explain", "mta-not-running", "--lang", "sv").stdout
    code = server.get("/v1/explain/ora-01017").json()
    assert (code["what"], "ORA-01017" in code["text"]) == ("ORA-01017", True)


def test_words_find_observations_in_either_language(server: Server) -> None:
    for words in ("mails not sent", "mejlen skickas inte"):
        found = server.get("/v1/search", params={"q": words}).json()["found"]
        assert "emails-not-sent" in [choice["value"] for choice in found]


@pytest.mark.parametrize(
    "name", ["facts", "report", "mapping", "card", "inference", "overlay", "vocabulary"]
)
def test_every_schema_is_one(server: Server, name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(server.get(f"/v1/schema/{name}").json())


# --- a fleet ---


def records(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_fleet_has_a_record_for_each_line(server: Server, expert: Expert) -> None:
    broken = f"{HOSTS}\nnonsense\n{HOSTS}"
    answer = server.post("/v1/fleet", broken)
    assert answer.headers["content-type"] == "application/x-ndjson"
    block = Block(0, (Segment("request", data=broken.encode()),))
    assert answer.text == FleetExpert(expert).diagnose(block)[0]
    assert "unreadable" in [record["status"] for record in records(answer.text)]
    assert server.post("/v1/fleet", "").text == ""


def test_a_line_that_is_too_long_is_left_out_and_said() -> None:
    server = Server(body_limit=4 * 1024)
    long = document({"kind": "error", "text": "x" * 8000})
    pieces = [HOSTS.encode(), long[:6000].encode(), long[6000:].encode(), b"\n", HOSTS.encode()]

    async def sent() -> Any:
        for piece in pieces:
            yield piece

    found = records(server("POST", "/v1/fleet", content=sent()).text)
    number = HOSTS.count("\n")
    assert [r["line"] for r in found] == list(range(1, 2 * number + 2))
    assert [r["status"] == "unreadable" for r in found].index(True) == number
    assert "larger than" in found[number]["error"]


# --- recorded reports ---


def test_reports_are_kept_where_that_is_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CCEXPERT_HISTORY", str(tmp_path / "history.db"))
    server = Server(record=True)
    assert server.get("/v1/history").status_code == 404
    report = server.post("/v1/diagnose", STAT_DOWN).json()
    (run,) = server.get("/v1/history?limit=5").json()
    assert (run["host"], run["diagnosis"]) == ("campaign-app-01", "stat-not-running")
    assert server.get(f"/v1/history/{run['number']}").json() == report
    assert History().report(1).to_dict() == report
    (found,) = server.get("/v1/history/recurrence?days=3").json()
    assert (found["diagnosis"], found["times"]) == ("stat-not-running", 1)
    assert server.get("/v1/history/9").status_code == 404
    assert server.get("/v1/history/x").status_code == 404
    assert server.get("/v1/history?limit=0").status_code == 400


# --- the command ---


def test_nobody_else_pays_for_the_server() -> None:
    program = (
        "import sys; from ccexpert.cli import app; from ccexpert import Expert; Expert; "
        "print([m for m in ('starlette', 'uvicorn', 'limits', 'mcp') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "[]\n"


def test_without_the_extra_one_sentence_says_what_to_install() -> None:
    with pytest.raises(MissingInputError) as error:
        needs("starlette", "no_such_package", extra="serve")
    assert str(error.value) == (
        "this command needs the package 'no_such_package', which is not installed; "
        "pip install 'ccexpert[serve]'"
    )


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--listen", "0.0.0.0:0"], 65, "others reach 0.0.0.0, so clients need a token"),
        (["--listen", "nowhere"], 65, "'nowhere' is not an address"),
        (["--listen", "192.0.2.1:0", "--token-file", "TOKEN"], 73, "cannot listen on 192.0.2.1:0"),
        (["--listen", "127.0.0.1:0", "--token-file", "/nowhere"], 66, "there is no such file"),
        (["--listen", "127.0.0.1:0", "--mapping", "/nowhere"], 66, "there is no such file"),
    ],
)
def test_what_cannot_be_served_is_one_sentence(
    arguments: list[str], code: int, said: str, tmp_path: Path
) -> None:
    token = tmp_path / "token"
    token.write_text("0123456789abcdef\n")
    done = ccexpert("serve", *[str(token) if a == "TOKEN" else a for a in arguments])
    assert done.returncode == code
    assert said in done.stderr.splitlines()[-1]


def test_a_document_names_its_positions_as_the_request(server: Server, expert: Expert) -> None:
    report = expert.diagnose_documents([read_document(Source("request", STAT_DOWN))]).to_dict()
    assert timeless(server.post("/v1/diagnose", STAT_DOWN).text) == timeless(report)
    with pytest.raises(FactsError):
        read_document(Source("request", "[]"))

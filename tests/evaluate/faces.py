"""One expert, many faces: made-up cases give the same report through all of them, and the same
answers lead to the same questions.

``python -m tests.evaluate.faces``; the tests compare a few of these cases.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from mcp import Client
from tabulate import tabulate
from typer.testing import CliRunner

from ccexpert import Consultation, Expert
from ccexpert.cli import app
from ccexpert.consult.asking import prepared
from ccexpert.consult.dialogue import Dialogue
from ccexpert.consult.question import Question
from ccexpert.errors import CcexpertError
from ccexpert.facts.document import read_document
from ccexpert.inquiry.things import Thing
from ccexpert.reading import Source
from ccexpert.report import render
from ccexpert.report.interface import Layout
from ccexpert.serve.mcp import mcp_server
from ccexpert.serve.settings import Settings
from tests import ready
from tests.web import RUN, Server, Visit

CASES, CONSULTATIONS = 1000, 100

#: Of the cases, one in so many also runs in a process of its own.
SAMPLE = 10

#: Questions of a consultation that are compared.
QUESTIONS = 10

ARGUMENTS = ("diagnose", "-", "-f", "json", "--lang", "en")

Outcome = str


def cases(expert: Expert, number: int) -> list[str]:
    """Documents with a few facts that cards speak of, always the same ones."""
    chance, vocabulary = random.Random(7), expert.base.vocabulary
    _, told = prepared(expert)
    things = sorted(told)
    found = []
    for _ in range(number):
        some: dict[Thing, str] = {
            thing: chance.choice(sorted(told[thing]))
            for thing in chance.sample(things, chance.randint(1, 7))
        }
        facts = [thing.fact(answer, vocabulary) for thing, answer in some.items()]
        found.append(json.dumps({"schema_version": 1, "host": "app-1", "facts": facts}))
    return found


def outcome(text: str) -> Outcome:
    """A report but for its run, byte by byte; or the sentence that refuses a case. What an input is
    called differs from face to face."""
    text = text.strip().replace('"stdin"', '"request"').replace("stdin, ", "request, ")
    if not text.startswith("{"):
        return text.removeprefix("ccexpert: ").splitlines()[-1]
    data = json.loads(text)
    if "detail" in data:
        return str(data["detail"])
    return json.dumps({**data, "run": RUN}, ensure_ascii=False)


# --- reports ---


def by_python(expert: Expert, given: Sequence[str]) -> Iterator[Outcome]:
    """In this process."""
    for case in given:
        try:
            report = expert.diagnose_documents([read_document(Source("request", case))])
            yield outcome(render(report, "json", Layout()))
        except CcexpertError as error:
            yield outcome(str(error))


def by_command(given: Sequence[str]) -> Iterator[Outcome]:
    """The command, in this process."""
    for case in given:
        done = CliRunner().invoke(app, [*ARGUMENTS], input=case)
        yield outcome(done.stdout if done.exit_code == 0 else str(done.exception))


def by_process(given: Sequence[str]) -> Iterator[Outcome]:
    """The command, in a process of its own."""
    for case in given:
        done = ready.run(ARGUMENTS, case.encode(), {})
        yield outcome((done.stdout or done.stderr).decode())


def by_http(given: Sequence[str]) -> Iterator[Outcome]:
    """``/v1/diagnose``."""
    server = Server()
    for case in given:
        yield outcome(server.post("/v1/diagnose?lang=en", case).text)


def by_mcp(given: Sequence[str]) -> Iterator[Outcome]:
    """The tool ``diagnose``, asked by the client of the SDK."""

    async def asked() -> list[str]:
        async with Client(mcp_server(Settings())) as client:
            found = []
            for case in given:
                answer = await client.call_tool("diagnose", {"given": case, "format": "json"})
                found.append(getattr(answer.content[0], "text", ""))
            return found

    prefix = "Error executing tool diagnose: "
    yield from (outcome(text.removeprefix(prefix)) for text in asyncio.run(asked()))


def differing(expert: Expert, number: int, sample: int) -> Iterator[tuple[str, int, int, int]]:
    """Each face with its cases, those that were refused, and those that differ from Python's."""
    given = cases(expert, number)
    expected = list(by_python(expert, given))
    refused = sum(not one.startswith("{") for one in expected)
    yield "Python", len(given), refused, 0
    faces: Mapping[str, tuple[Callable[[Sequence[str]], Iterator[Outcome]], int]] = {
        "command": (by_command, 1),
        "command, a process each": (by_process, sample),
        "HTTP": (by_http, 1),
        "MCP": (by_mcp, 1),
    }
    for name, (ask, step) in faces.items():
        pairs = list(zip(ask(given[::step]), expected[::step], strict=True))
        refused = sum(not one.startswith("{") for one, _ in pairs)
        yield name, len(pairs), refused, sum(one != other for one, other in pairs)


# --- questions ---

Answer = str | list[str]


class Someone:
    """Answers questions by chance, and never says two things of one thing."""

    def __init__(self, number: int) -> None:
        self._chance = random.Random(number)
        self._said: dict[str, str] = {}

    def answer(self, question: Question, common: Sequence[str]) -> Answer:
        """The value, or the values of what takes several."""
        if question.kind == "instance":
            return "prod"
        if question.kind == "symptoms":
            return self._chance.sample(common, self._chance.randint(1, 2))
        if question.kind == "fact":
            return self._fact(question)
        states = [state.value for state in question.states] or ["true"]
        found = []
        for item in question.choices:
            wrong = self._chance.random() < 0.3
            said = self._said.setdefault(item.value, self._chance.choice(states) if wrong else "")
            if said in states:
                found.append(f"{item.value}={said}" if question.states else item.value)
        return found or "none"

    def _fact(self, question: Question) -> str:
        thing = question.things[0]
        values = [choice.value for choice in question.choices]
        known = self._said.get(thing.id)
        if known is None:
            known = self._said[thing.id] = self._chance.choice([*values, "unknown"])
        known = known or thing.normal
        return known if known in values else "unknown"


Asked = list[tuple[str, Answer]]


def in_terminal(expert: Expert, someone: Someone) -> Asked:
    """The questions of the terminal's dialogue, with the answers."""
    session, found = Consultation(expert), Asked()
    common = [choice.value for choice in session.common()]
    dialogue = Dialogue(session)
    reply = dialogue.begin()
    while reply.question and len(found) < QUESTIONS:
        answer = someone.answer(reply.question, common)
        found.append((reply.question.id, answer))
        if isinstance(answer, list):
            dialogue.take(", ".join(answer))
        reply = dialogue.take("" if isinstance(answer, list) else answer)
        assert reply.kind in ("question", "end"), (answer, reply.lines)
    return found


def by_consult(server: Server, given: Asked) -> list[str]:
    """The questions of ``/v1/consult`` after these answers."""
    found, answers = [], list[dict[str, Any]]()
    for question, answer in given:
        standing = server.post("/v1/consult", {"answers": answers}).json()
        found.append(standing["question"]["id"])
        answers = [*standing["answers"], {"question": question, "answer": answer}]
    return found


def on_page(server: Server, given: Asked) -> list[str]:
    """The questions of the page when these buttons are pressed."""
    visit, found = Visit(server), []
    for question, answer in given:
        found.append(visit.field("question"))
        is_list = "," in question or isinstance(answer, list)
        if answer == "unknown":
            visit.press("unknown")
        elif is_list or question == "instance":
            visit.press("answer", a=[] if answer == "none" else answer)
        else:
            visit.press(f"answer:{answer}")
    return found


def diverging(expert: Expert, number: int) -> Iterator[tuple[str, int, int, int]]:
    """Each face with its consultations, their questions, and how many diverge from the
    terminal's."""
    server, counts = Server(), Counter[str]()
    for n in range(number):
        given = in_terminal(expert, Someone(n))
        asked = [question for question, _ in given]
        counts["questions"] += len(asked)
        counts["HTTP"] += by_consult(server, given) != asked
        counts["page"] += on_page(server, given) != asked
    for face in ("terminal", "HTTP", "page"):
        yield face, number, counts["questions"], counts[face]


def evaluate(expert: Expert) -> None:
    """Print how many reports and how many consultations differ."""
    rows = list(differing(expert, CASES, SAMPLE))
    print(tabulate(rows, ("reports", "cases", "of them refused", "differing")))
    print()
    rows = list(diverging(expert, CONSULTATIONS))
    print(tabulate(rows, ("consultations", "number", "questions", "diverging")))
    print()


if __name__ == "__main__":
    evaluate(Expert().warm())

"""Acting for an assistant: on the stand-in host, nothing runs without the person's yes."""

from __future__ import annotations

import asyncio
import json
import os
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mcp.types as types
import pytest
from mcp import Client, StdioServerParameters

from ccexpert.act import Audit, Policy
from ccexpert.knowledge.packs import roots
from ccexpert.knowledge.reader import load_commands
from ccexpert.observe.commands import run
from ccexpert.observe.host import host_name
from ccexpert.serve.acting import Means
from ccexpert.serve.mcp import mcp_server
from ccexpert.serve.settings import Settings
from tests.faults import look
from tests.kit import ccexpert
from tests.standin import StandIn
from tests.test_mcp import call, speak

pytest_plugins = ["tests.standin.fixture"]

START = "nlserver start stat@prod"


class Person:
    """Reads every form that the server sends, and answers it."""

    def __init__(self, answers: Callable[[str], types.ElicitResult]) -> None:
        self.asked: list[str] = []
        self._answers = answers

    async def __call__(self, _context: Any, form: Any) -> types.ElicitResult:
        self.asked.append(form.message)
        assert list(form.requested_schema["properties"]) == ["yes"]
        return self._answers(form.message)


def says(yes: bool) -> types.ElicitResult:
    return types.ElicitResult(action="accept", content={"yes": yes})


def yes(_form: str) -> types.ElicitResult:
    return says(True)


@pytest.fixture
def broken(host: StandIn) -> StandIn:
    """The stand-in host, whose stat has died."""
    host.kill("stat@prod")
    host.forget_commands()
    return host


@pytest.fixture
def server(broken: StandIn, tmp_path: Path) -> Any:
    """A server in this process that acts on the stand-in host."""
    policy = Policy(load_commands(roots()), "linux", host_name(), execute=True)
    log = Audit(tmp_path / "audit.jsonl", user="test", host=policy.host)
    means = Means(lambda argv: run(argv, 60), lambda: look(broken), policy, log)
    return mcp_server(Settings(), means=means)


def record(tmp_path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (tmp_path / "audit.jsonl").read_text().splitlines()]


async def to_the_end(client: Client) -> list[dict[str, Any]]:
    """Every answer of the tool until the walk has ended."""
    found: list[dict[str, Any]] = []
    while not (found and found[-1]["ended"]):
        assert len(found) < 30
        found.append(await call(client, "act"))
    return found


def test_a_fault_is_mended_step_by_step_with_the_persons_yes(
    broken: StandIn, tmp_path: Path
) -> None:
    more = ["--act", "--observe", "--audit", str(tmp_path / "audit.jsonl"), *broken.options]
    command = StdioServerParameters(
        command=sys.executable, args=["-m", "ccexpert", "mcp", *more], env=dict(os.environ)
    )

    async def conversation(client: Client) -> Any:
        return (await client.list_tools()).tools, await to_the_end(client)

    person = Person(yes)
    tools, told = speak(command, conversation, elicitation_callback=person)
    changing = [tool for tool in tools if not tool.annotations.read_only_hint]
    assert [tool.name for tool in changing] == ["act"]
    assert changing[0].annotations.destructive_hint
    assert "observe" in [tool.name for tool in tools]
    assert told[-1]["ended"] == "gone"
    assert [shlex.join(argv) for argv in broken.changes()] == [START]
    assert [form.endswith("Run it?") and START in form for form in person.asked] == [True]
    assert record(tmp_path)[0]["user"].endswith(" (MCP)")


def test_the_older_protocol_acts_too(server: Any, broken: StandIn) -> None:
    told = speak(server, to_the_end, elicitation_callback=Person(yes), mode="legacy")
    assert told[-1]["ended"] == "gone"
    assert [shlex.join(argv) for argv in broken.changes()] == [START]


@pytest.mark.parametrize(
    "refused",
    [says(False), types.ElicitResult(action="decline"), types.ElicitResult(action="cancel")],
    ids=["no", "declined", "cancelled"],
)
def test_nothing_runs_that_the_person_refuses(
    server: Any, broken: StandIn, tmp_path: Path, refused: types.ElicitResult
) -> None:
    person = Person(lambda form: refused)
    told = speak(server, to_the_end, elicitation_callback=person)
    assert broken.changes() == []
    assert not [e for e in record(tmp_path) if e["event"] in ("running", "ran")]
    is_cancelled = refused.action == "cancel"
    assert told[-1]["ended"] == ("interrupted" if is_cancelled else "exhausted")
    assert len(person.asked) == 1
    left = [e["why"] for e in record(tmp_path) if e["event"] == "left"]
    assert left[:1] == ([] if is_cancelled else ["declined"])


@pytest.mark.parametrize("answer", [{}, {"yes": "yes"}, {"yes": 1}, {"yes": None}, {"no": True}])
def test_what_only_resembles_a_yes_is_none(
    server: Any, broken: StandIn, tmp_path: Path, answer: dict[str, Any]
) -> None:
    person = Person(lambda _: types.ElicitResult(action="accept", content=answer))
    speak(server, lambda client: client.call_tool("act", {}), elicitation_callback=person)
    assert len(person.asked) == 1
    assert broken.changes() == []
    assert not [e for e in record(tmp_path) if e["event"] == "running"]


def test_facts_that_cannot_be_read_begin_no_walk(
    server: Any, broken: StandIn, tmp_path: Path
) -> None:
    person = Person(yes)
    answer = speak(
        server, lambda c: c.call_tool("act", {"given": "{"}), elicitation_callback=person
    )
    assert "request, line 1, column 2: not valid JSON" in answer.content[0].text
    assert (person.asked, broken.changes()) == ([], [])
    assert not (tmp_path / "audit.jsonl").exists()


def test_a_client_that_cannot_ask_its_person_cannot_act(
    server: Any, broken: StandIn, tmp_path: Path
) -> None:
    answer = speak(server, lambda client: client.call_tool("act", {}))
    assert answer.is_error
    assert "elicitation" in answer.content[0].text
    assert broken.changes() == []
    assert not (tmp_path / "audit.jsonl").exists()


class TwoForms(Person):
    """Answers when both forms are before them, as one who sees two windows at once."""

    def __init__(self) -> None:
        super().__init__(yes)
        self._both = asyncio.Event()

    async def __call__(self, context: Any, form: Any) -> types.ElicitResult:
        answer = await super().__call__(context, form)
        if len(self.asked) == 2:
            self._both.set()
        await self._both.wait()
        return answer


def test_one_yes_counts_for_one_step(server: Any, broken: StandIn, tmp_path: Path) -> None:
    broken.kill("mta@prod")
    person = TwoForms()

    async def conversation(client: Client) -> None:
        await asyncio.gather(call(client, "act"), call(client, "act"))

    speak(server, conversation, elicitation_callback=person, mode="legacy")
    assert len(person.asked) == 2
    assert len(set(person.asked)) == 1
    assert len([e for e in record(tmp_path) if e["event"] == "ran"]) == 1


def test_acting_is_never_offered_over_http() -> None:
    refused = ccexpert("mcp", "--act", "--listen", "127.0.0.1:0")
    assert refused.returncode == 2
    assert "every account of this host could then act" in refused.stderr
    assert ccexpert("mcp", "--allow", "x").returncode == 2

"""The expert for assistants: the SDK's own client, in this process and over stdio."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import httpx2
import mcp.types as types
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

from ccexpert.serve.mcp import application, mcp_server
from ccexpert.serve.settings import Settings
from tests.kit import ROOT
from tests.ready import Started
from tests.web import Server, listening, timeless

STAT_DOWN = (ROOT / "examples/mails-stopped-stat-down.json").read_text("utf-8")

#: What the person fills into each form: the first question, the instance, the list of processes.
FILLED_IN = {
    "enum": {"answer": "emails-not-sent"},
    "text": {"answer": "prod"},
    "list": {"item_2": "missing"},
}


async def person(_context: Any, asked: Any) -> types.ElicitResult:
    fields = asked.requested_schema["properties"]
    kind = "list" if "item_0" in fields else "enum" if "enum" in fields["answer"] else "text"
    return types.ElicitResult(action="accept", content=FILLED_IN[kind])


async def nobody(_context: Any, _asked: Any) -> types.ElicitResult:
    return types.ElicitResult(action="decline")


@pytest.fixture(scope="module")
def server() -> Any:
    return mcp_server(Settings())


def speak(server: Any, say: Callable[[Client], Awaitable[Any]], **client: Any) -> Any:
    """The outcome of a conversation with a server."""

    async def conversation() -> Any:
        async with Client(server, **client) as one:
            return await say(one)

    return asyncio.run(conversation())


async def call(client: Client, tool: str, **arguments: Any) -> Any:
    """What a tool gives: its data, else its text."""
    found = await client.call_tool(tool, arguments)
    assert not found.is_error, found.content
    data = found.structured_content or {}
    return data.get("result", data) if data else found.content[0].text


def test_the_tools_are_few_short_and_change_nothing(server: Any) -> None:
    tools = speak(server, lambda client: client.list_tools()).tools
    names = ["read", "diagnose", "next_question", "ask_person", "explain", "search"]
    assert [tool.name for tool in tools] == names
    assert all(tool.annotations.read_only_hint for tool in tools)
    told = [(tool.name, tool.description, tool.input_schema) for tool in tools]
    assert len(json.dumps(told)) < 2000 * 4  # two thousand tokens


def test_a_report_is_that_of_the_other_faces(server: Any) -> None:
    report = speak(server, lambda c: call(c, "diagnose", given=STAT_DOWN, format="json"))
    assert timeless(report) == timeless(Server().post("/v1/diagnose", STAT_DOWN).text)


def test_a_text_is_read_and_diagnosed(server: Any) -> None:
    async def conversation(client: Client) -> tuple[Any, Any, Any]:
        read = await call(client, "read", text="Mails are not sent")
        standing = await call(client, "next_question", document=read["document"])
        found = await call(client, "search", words="mejlen skickas inte", language="sv")
        return read, standing, found

    read, standing, found = speak(server, conversation)
    assert read["document"]["facts"][0]["name"] == "emails-not-sent"
    assert (standing["ranking"][0]["id"], standing["should_stop"]) == ("mta-not-running", False)
    assert "emails-not-sent" in [choice["value"] for choice in found["found"]]


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_the_server_asks_the_person_itself(server: Any, mode: str) -> None:
    async def conversation(client: Client) -> Any:
        standing: dict[str, Any] = {"answers": []}
        for _ in range(3):
            standing = await call(client, "ask_person", answers=standing["answers"])
        return standing

    standing = speak(server, conversation, elicitation_callback=person, mode=mode)
    assert [answer["answer"] for answer in standing["answers"]] == [
        ["emails-not-sent"],
        "prod",
        ["process:stat@prod=missing"],
    ]
    assert standing["ranking"][0]["id"] == "stat-not-running"


def test_a_person_who_declines_has_answered_nothing(server: Any) -> None:
    standing = speak(server, lambda c: call(c, "ask_person"), elicitation_callback=nobody)
    assert standing["answers"] == []
    assert standing["question"]["id"] == "symptoms"


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("explain", {"what": "mta-not-runnin"}, "did you mean 'mta-not-running'?"),
        ("diagnose", {"given": "{"}, "request, line 1, column 2: not valid JSON"),
        ("diagnose", {"given": ""}, "the text is empty"),
        ("read", {"text": "a" * 2**24 + "a"}, "the text is larger than 16 MiB"),
        ("next_question", {"document": {"facts": [{"kind": "x"}]}}, "'x' is not allowed here"),
        ("next_question", {"answers": [{"question": "nix", "answer": "x"}]}, "no question 'nix'"),
    ],
)
def test_what_cannot_be_used_is_the_same_sentence(
    server: Any, tool: str, arguments: dict[str, Any], said: str
) -> None:
    found = speak(server, lambda client: client.call_tool(tool, arguments))
    assert found.is_error
    assert said in found.content[0].text


def test_cards_and_schemas_are_resources_and_there_is_a_prompt(server: Any) -> None:
    async def conversation(client: Client) -> list[str]:
        uris = ("ccexpert://cards", "ccexpert://cards/disk-full", "ccexpert://schema/facts")
        texts = [(await client.read_resource(uri)).contents[0].text for uri in uris]
        prompt = await client.get_prompt("troubleshoot", {"known": "mails are late"})
        return [*texts, prompt.messages[0].content.text]

    cards, card, schema, prompt = speak(server, conversation)
    assert "disk-full" in cards.split()
    assert card.startswith("# The disk")
    assert json.loads(schema)["title"] == "FactsDocument"
    assert "mails are late" in prompt


@pytest.mark.parametrize(("then", "status"), [(None, 408), ("http.disconnect", None)])
def test_a_client_that_stops_sending_or_vanishes_reaches_no_tool(
    then: str | None, status: int | None
) -> None:
    messages = iter([{"type": "http.request", "body": b"{", "more_body": True}])
    sent: list[Any] = []

    async def receive() -> Any:
        if message := next(messages, None) or (then and {"type": then}):
            return message
        return await asyncio.Event().wait()

    async def send(message: Any) -> None:
        sent.append(message.get("status"))

    app = application(Settings(body_seconds=0.01), lambda _: None)
    head = {"headers": [(b"host", b"localhost")], "query_string": b"", "client": None}
    asyncio.run(app({"type": "http", "method": "POST", "path": "/mcp", **head}, receive, send))
    assert (sent or [None])[0] == status


def test_it_speaks_over_stdio() -> None:
    command = StdioServerParameters(command=sys.executable, args=["-m", "ccexpert", "mcp"])
    page = speak(command, lambda client: call(client, "explain", what="ORA-01017"))
    assert "ORA-01017" in page


def test_half_a_character_in_a_message_is_answered_too() -> None:
    """A client that cuts a text sends it; the SDK's own client cannot."""
    capable = {"protocolVersion": "2025-06-18", "capabilities": {}}
    begin = {**capable, "clientInfo": {"name": "cut", "version": "1"}}
    asked = {"name": "explain", "arguments": {"what": "\ud800\\ud800 \U0001f600"}}
    reader, writer = os.pipe()
    run, stdin, _ = Started.with_pipes(["mcp"], writer)
    os.close(writer)
    with stdin, os.fdopen(reader, encoding="utf-8") as answers:
        for message in (
            {"id": 1, "method": "initialize", "params": begin},
            {"method": "notifications/initialized"},
            {"id": 2, "method": "tools/call", "params": asked},
        ):
            stdin.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
        told = next(line for line in answers if json.loads(line).get("id") == 2)
        assert "no diagnosis '?\\\\ud800 \U0001f600'" in told
        stdin.close()
    assert run.wait() == 0


def test_a_whole_consultation_over_http() -> None:
    async def conversation(url: str, token: str) -> Any:
        headers = {"authorization": f"Bearer {token}"}
        async with (
            httpx2.AsyncClient(headers=headers, timeout=120) as http,
            Client(streamable_http_client(url, http_client=http), elicitation_callback=person) as c,
        ):
            assert "ask_person" in [tool.name for tool in (await c.list_tools()).tools]
            read = await call(c, "read", text="Mails are not sent")
            standing = await call(c, "ask_person", document=read["document"])
            while len(standing["answers"]) < 3:
                standing = await call(c, "ask_person", answers=standing["answers"])
            document = json.dumps(standing["document"])
            card = await c.read_resource("ccexpert://cards/stat-not-running")
            return await call(c, "diagnose", given=document), card.contents[0].text

    token = "0123456789abcdef"
    with listening(lambda settings: application(settings, print), token=token) as port:
        url = f"http://127.0.0.1:{port}/mcp"
        report, card = asyncio.run(conversation(url, token))
        assert "stat-not-running" in report
        assert card.startswith("# The statistics server")
        assert httpx.post(url, json={}).status_code == 401
        assert httpx.post(url, json={}, headers={"host": "evil.example.com"}).status_code == 403

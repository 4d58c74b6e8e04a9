"""One expert, many faces: made-up cases give the same report through all of them.

``CCEXPERT_CASES=1000 pytest tests/test_serve_equal.py`` tries a thousand.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
from typing import Any

from mcp import Client
from typer.testing import CliRunner

from ccexpert import Expert
from ccexpert.cli import app
from ccexpert.consult.asking import prepared
from ccexpert.facts.document import read_document
from ccexpert.inquiry.things import Thing
from ccexpert.reading import Source
from ccexpert.serve.mcp import mcp_server
from ccexpert.serve.settings import Settings
from tests.web import Server, timeless

CASES = int(os.environ.get("CCEXPERT_CASES", "12"))


def cases(expert: Expert) -> list[str]:
    """Documents with a few facts that cards speak of, always the same ones."""
    chance, vocabulary = random.Random(7), expert.base.vocabulary
    _, told = prepared(expert)
    things = sorted(told)
    found = []
    for _ in range(CASES):
        some: dict[Thing, str] = {
            thing: chance.choice(sorted(told[thing]))
            for thing in chance.sample(things, chance.randint(1, 7))
        }
        facts = [thing.fact(answer, vocabulary) for thing, answer in some.items()]
        found.append(json.dumps({"schema_version": 1, "host": "app-1", "facts": facts}))
    return found


def outcome(report: str) -> Any:
    """A report, or the sentence that refuses a case, whatever the input is called."""
    text = report.strip().replace('"stdin"', '"request"')
    if not text.startswith("{"):
        return text.removeprefix("ccexpert: ").replace("stdin", "request").splitlines()[-1]
    data = json.loads(text)
    return data["detail"] if "detail" in data else list(timeless(data).items())


def test_the_same_case_has_the_same_report_through_every_face(expert: Expert) -> None:
    server, runner, assistants = Server(), CliRunner(), mcp_server(Settings())

    async def asked() -> list[str]:
        async with Client(assistants) as client:
            answers = []
            for case in cases(expert):
                found = await client.call_tool("diagnose", {"given": case, "format": "json"})
                answers.append(
                    found.content[0].text.removeprefix("Error executing tool diagnose: ")
                )
            return answers

    by_mcp = asyncio.run(asked())
    json_body = {"content-type": "application/json"}
    for case, assistant in zip(cases(expert), by_mcp, strict=True):
        by_http = outcome(server.post("/v1/diagnose", case, headers=json_body).text)
        assert outcome(assistant) == by_http
        by_command = runner.invoke(app, ["diagnose", "-", "-f", "json", "--lang", "en"], input=case)
        if by_command.exception and by_command.exit_code not in (0,):
            assert outcome(str(by_command.exception)) == by_http
            continue
        assert outcome(by_command.stdout) == by_http
        document = read_document(Source("request", case))
        report = expert.diagnose_documents([document]).to_dict()
        assert list(timeless(report).items()) == by_http

"""What the OpenAPI document promises is what the server does, for requests that nobody wrote."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.kit import ROOT
from tests.web import Server

os.environ.setdefault("CCEXPERT_HISTORY", str(Path(tempfile.mkdtemp()) / "history.db"))
SERVER = Server(record=True, mapping=ROOT / "examples/alertmanager/mapping.yaml")

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


async def app(scope: Any, receive: Any, send: Any) -> None:
    """The server, which outlives the single request that the library starts and ends it for."""
    if scope["type"] != "lifespan":
        await SERVER.app(scope, receive, send)
        return
    for phase in ("startup", "shutdown"):
        await receive()
        await send({"type": f"lifespan.{phase}.complete"})


schema = schemathesis.openapi.from_asgi("/openapi.json", app, headers={"host": "localhost"})
schemathesis.serializer.alias("application/x-ndjson", "text/plain")


@schema.parametrize()
@settings(
    max_examples=int(os.environ.get("SCHEMA_EXAMPLES", "4")),
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_the_server_does_what_its_description_says(case: schemathesis.Case) -> None:
    case.call_and_validate(checks=CHECKS, headers={"host": "localhost"}, timeout=120)

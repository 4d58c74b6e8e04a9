"""``ccexpert mcp``: the expert for assistants that speak the Model Context Protocol."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from ccexpert.cli.serve import NameOption, TokenOption
from ccexpert.cli.shared.extra import needs
from ccexpert.cli.shared.options import RulesOption, packs
from ccexpert.serve.settings import Settings, reached_at


def mcp(
    listen: Annotated[
        str | None,
        typer.Option(
            "--listen",
            metavar="ADDRESS:PORT",
            help="Speak HTTP at this address, under /mcp; default: stdin and stdout.",
        ),
    ] = None,
    observe: Annotated[
        bool,
        typer.Option("--observe", help="Let the assistant observe this host. Changes nothing."),
    ] = False,
    token_file: TokenOption = None,
    name: NameOption = None,
    rules: RulesOption = None,
) -> None:
    """Serve an assistant that speaks MCP: tools that only look, and questions to the person.

    No tool changes a server.
    """
    needs("mcp", "starlette", "uvicorn", "limits", extra="mcp")
    from ccexpert.serve.mcp import application, mcp_server  # for assistants alone

    if listen is None:
        mcp_server(Settings(packs=packs(rules)), observes=observe).run("stdio")
        return
    from ccexpert.serve.run import run, tell

    settings = replace(reached_at(listen, token_file, name or ()), packs=packs(rules))
    run(settings, lambda: application(settings, tell, observes=observe))

"""``ccexpert serve``: the expert over HTTP, for programs and for people with a browser."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from ccexpert.cli.shared.extra import needs
from ccexpert.cli.shared.lasting import lasts
from ccexpert.cli.shared.options import MOST, RulesOption, WaiversOption, packs
from ccexpert.knowledge.reader import read_waivers
from ccexpert.serve.settings import reached_at

TokenOption = Annotated[
    Path | None,
    typer.Option(
        "--token-file",
        help="A file with the token that clients must send. Also: CCEXPERT_TOKEN. Needed for any "
        "address that others reach.",
    ),
]
NameOption = Annotated[
    list[str] | None,
    typer.Option(
        "--name", help="A host name under which clients reach it; repeatable. Default: localhost."
    ),
]


def serve(
    listen: Annotated[
        str, typer.Option("--listen", metavar="ADDRESS:PORT", help="Where to listen.")
    ] = "127.0.0.1:8765",
    token_file: TokenOption = None,
    name: NameOption = None,
    mapping: Annotated[
        Path | None,
        typer.Option("--mapping", help="The meaning of each alert (YAML): opens /v1/alertmanager."),
    ] = None,
    record: Annotated[
        bool, typer.Option("--record", help="Keep every report: opens /v1/history.")
    ] = False,
    threads: Annotated[
        int, typer.Option("--threads", min=1, max=64, help="Requests to work on at once.")
    ] = 2,
    rate: Annotated[
        int,
        typer.Option(
            "--rate", min=0, max=MOST, help="Requests a minute of one client; 0: any number."
        ),
    ] = 600,
    rules: RulesOption = None,
    waivers: WaiversOption = None,
) -> None:
    """Serve the expert over HTTP: an API for programs, and a page for people.

    Nothing is kept between requests. The log goes to stderr, a line of JSON for each request.
    """
    needs("starlette", "uvicorn", "limits", extra="serve")
    lasts()
    from ccexpert.serve.app import application  # the server is for those who serve
    from ccexpert.serve.run import run, tell

    settings = replace(
        reached_at(listen, token_file, name or ()),
        packs=packs(rules),
        waivers=read_waivers(waivers) if waivers else (),
        mapping=mapping,
        record=record,
        threads=threads,
        rate=rate,
    )
    run(settings, lambda: application(settings, tell))

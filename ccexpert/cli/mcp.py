"""``ccexpert mcp``: the expert for assistants that speak the Model Context Protocol."""

from __future__ import annotations

import io
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from ccexpert.act import Audit, Policy
from ccexpert.act.audit import audit_file
from ccexpert.cli.serve import NameOption, TokenOption
from ccexpert.cli.shared.extra import needs
from ccexpert.cli.shared.lasting import lasts
from ccexpert.cli.shared.live import looks_here, observer, refuse_idle, settled
from ccexpert.cli.shared.options import RulesOption, packs
from ccexpert.cli.shared.walking import AllowOption, AuditOption, account, allowed_commands
from ccexpert.observe.commands import runner
from ccexpert.observe.host import host_name, this_host
from ccexpert.serve.acting import Means
from ccexpert.serve.settings import Settings, reached_at
from ccexpert.serve.stdin import WholeCharacters
from ccexpert.whereabouts import Whereabouts

#: Seconds that one command of a plan may take.
_LIMIT = 120


@looks_here
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
    act: Annotated[
        bool,
        typer.Option(
            "--act",
            help="Let the assistant work through the plan on this host; the person confirms every "
            "step in a form of the server. Not with --listen.",
        ),
    ] = False,
    allow: AllowOption = None,
    audit: AuditOption = None,
    token_file: TokenOption = None,
    name: NameOption = None,
    rules: RulesOption = None,
    *,
    where: Whereabouts,
) -> None:
    """Serve an assistant that speaks MCP: tools that only look, and questions to the person.

    No tool changes a server, unless --act is given.
    """
    needs("mcp", "starlette", "uvicorn", "limits", extra="mcp")
    lasts()
    refuse_idle(where, observe or act)
    _refuse_acting(act, listen, allow, audit)
    from ccexpert.serve.mcp import application, mcp_server  # for assistants alone

    look = observer(where, packs(rules)) if observe else None
    if listen is None:
        means = _means(where, packs(rules), allow, audit) if act else None
        sys.stdin = io.TextIOWrapper(WholeCharacters(sys.stdin))
        mcp_server(Settings(packs=packs(rules)), look, means).run("stdio")
        return
    from ccexpert.serve.run import run, tell

    settings = replace(reached_at(listen, token_file, name or ()), packs=packs(rules))
    run(settings, lambda: application(settings, tell, look))


def _refuse_acting(
    act: bool, listen: str | None, allow: list[str] | None, audit: Path | None
) -> None:
    """Raise a usage error for options without effect, and for acting over HTTP."""
    if act and listen:
        raise typer.BadParameter(
            "cannot be combined with --listen: every account of this host could then act",
            param_hint="--act",
        )
    for name, given in (("--allow", allow), ("--audit", audit)):
        if given and not act:
            raise typer.BadParameter("needs --act", param_hint=name)


def _means(
    where: Whereabouts, rules: tuple[Path, ...], allow: list[str] | None, audit: Path | None
) -> Means:
    host = this_host(settled(where))
    policy = Policy(
        allowed=allowed_commands(allow, rules),
        platform=host.platform,
        host=host_name(),
        execute=True,
    )
    log = Audit(audit or audit_file(), user=f"{account()} (MCP)", host=policy.host)
    return Means(runner(host, _LIMIT), observer(where, rules), policy, log)

"""``ccexpert act``: works through the plan step by step, with the person in charge of the server.

This is the terminal interface of ``ccexpert.act``: events go to stdout, questions to stderr, and
answers come from stdin. Without an answer nothing is done.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from contextlib import nullcontext
from datetime import timedelta
from typing import Annotated

import typer

from ccexpert.act import Audit, Hands, Policy, Walk
from ccexpert.act.audit import audit_file
from ccexpert.act.telling import Telling
from ccexpert.cli.shared.live import looks_here, observer, require_facts, settled
from ccexpert.cli.shared.options import (
    MOST_MINUTES,
    MOST_SECONDS,
    LangOption,
    RulesOption,
    finite,
    language,
    packs,
    read_input,
)
from ccexpert.cli.shared.say import say
from ccexpert.cli.shared.walking import (
    AllowOption,
    AuditOption,
    Terminal,
    account,
    allowed_commands,
    argv_of,
)
from ccexpert.errors import CcexpertError, MissingInputError
from ccexpert.expert import Expert
from ccexpert.facts.document import read_document
from ccexpert.observe.commands import runner
from ccexpert.observe.host import host_name, this_host
from ccexpert.report.answer import Report
from ccexpert.whereabouts import Whereabouts

_STILL_THERE = 1


@looks_here
def act(
    files: Annotated[
        list[str] | None, typer.Argument(metavar="FILE…", help="Facts documents (JSON).")
    ] = None,
    observe: Annotated[
        bool,
        typer.Option("--observe", help="Observe this host first, in addition to the documents."),
    ] = False,
    execute: Annotated[
        bool,
        typer.Option(
            "--execute/--dry-run",
            help="Run commands and ask before each one that changes the server; "
            "default: only show what would run.",
        ),
    ] = False,
    yes_checks: Annotated[
        bool, typer.Option("--yes-checks", help="Run harmless checks without asking.")
    ] = False,
    allow: AllowOption = None,
    approve: Annotated[
        list[str] | None,
        typer.Option(
            "--approve",
            metavar="COMMAND",
            help="Say yes to exactly this command in advance, once, such as "
            "'nlserver start stat@prod'; repeatable.",
        ),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Resume the walk that was interrupted.")
    ] = False,
    audit: AuditOption = None,
    max_age: Annotated[
        float,
        typer.Option(
            "--max-age",
            min=0,
            max=MOST_MINUTES,
            callback=finite,
            help="Minutes after which facts are too old.",
        ),
    ] = 15,
    limit: Annotated[
        float,
        typer.Option(
            "--limit",
            min=1,
            max=MOST_SECONDS,
            callback=finite,
            help="Seconds that one command may take.",
        ),
    ] = 120,
    patience: Annotated[
        float,
        typer.Option(
            "--patience",
            min=0,
            max=MOST_SECONDS,
            callback=finite,
            help="Seconds to wait for a change to show.",
        ),
    ] = 15,
    record: Annotated[
        bool,
        typer.Option(
            "--record", help="Keep the report that the walk begins with; see: ccexpert history."
        ),
    ] = False,
    rules: RulesOption = None,
    lang: LangOption = None,
    *,
    where: Whereabouts,
) -> None:
    """Work through the plan on this host, asking before every change.

    Exits with 0 if no fault is left, with 1 if one may remain.
    """
    require_facts(files, observe or resume)
    _refuse_idle(files, execute, resume, approve)
    host, spoken = this_host(settled(where)), language(lang)
    policy = Policy(
        allowed=allowed_commands(allow, packs(rules)),
        platform=host.platform,
        host=host_name(),
        execute=execute,
        checks=yes_checks,
        max_age=timedelta(minutes=max_age),
        patience=patience,
    )
    log = Audit(audit or audit_file(), user=account(), host=policy.host)
    with log.held() if execute else nullcontext():
        unfinished = log.unfinished() if resume else None
        sources = [read_input(name) for name in files or ()]
        told = [read_document(source) for source in sources]
        look = observer(where, packs(rules))
        approved = [argv_of(line, "--approve") for line in approve or ()]
        telling = Telling(policy, spoken)
        face = Terminal(log if execute else None, telling, approved)
        hands = Hands(runner(host, limit), look, face.ask, face.tell, sleep=time.sleep)
        seen = look() if observe or resume else None
        walk = Walk(
            Expert(packs(rules)), hands, policy, told, seen, language=spoken, resumed=unfinished
        )
        if record:
            from ccexpert.history import History  # SQLite is for those who record

            History().record(Report.of(walk.report))
        try:
            with face.not_interrupted_at_work():
                ending = walk.go()
        except KeyboardInterrupt:
            if execute:
                print(file=sys.stderr)
                say(telling.word["interrupted"])
            raise typer.Exit(130) from None
    if ending == "gone" and face.verified:
        _mark(policy.host, face.verified, telling)
    raise typer.Exit(_STILL_THERE if ending == "exhausted" else 0)


def _mark(host: str | None, mended: Iterable[str], telling: Telling) -> None:
    """Mark the recorded report of what was mended as right, if there is one."""
    from ccexpert.history import History  # SQLite is for those who record

    try:
        marked = History().mended(host, mended)
    except MissingInputError:
        return
    except CcexpertError as error:
        say(error)  # the fault is gone nevertheless
        return
    if marked:
        print(telling.word["marked"].format(number=marked.number, diagnosis=marked.diagnosis))


def _refuse_idle(
    files: list[str] | None, execute: bool, resume: bool, approve: list[str] | None
) -> None:
    """Raise a usage error for options without effect, or that would consume the answers."""
    if approve and not execute:
        raise typer.BadParameter("needs --execute", param_hint="--approve")
    if resume and files:
        raise typer.BadParameter("takes its facts from the interrupted walk", param_hint="--resume")
    if resume and not execute:
        raise typer.BadParameter("needs --execute", param_hint="--resume")
    if execute and "-" in (files or ()):
        raise typer.BadParameter(
            "with --execute, stdin is for answers; name a file", param_hint="FILE…"
        )

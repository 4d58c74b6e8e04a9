"""``ccexpert act``: the plan, walked step by step with the person who answers for the server.

This is the face of ``ccexpert.act``: what happens is printed on stdout, questions go to stderr and
their answers come from stdin. Without an answer nothing is done.
"""

from __future__ import annotations

import getpass
import os
import shlex
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ccexpert.cli.live import (
    ConfOption,
    InstanceOption,
    Pop3Option,
    SmtpOption,
    UrlOption,
    VarOption,
    Where,
    observer,
    require_facts,
)
from ccexpert.cli.options import LangOption, RulesOption, language, packs, read_input

if TYPE_CHECKING:
    from collections.abc import Callable

    from ccexpert.act import Audit, Event, Policy, Question
    from ccexpert.diagnosis import Action, Diagnosis
    from ccexpert.knowledge.commands import AllowedCommand
    from ccexpert.knowledge.vocabulary import Language
    from ccexpert.observe.interface import Host, Ran

#: Of what a command prints this many lines are shown; the audit log keeps more.
_SHOWN_LINES = 12

_STILL_THERE = 1


def act(
    files: Annotated[
        list[str] | None, typer.Argument(metavar="FILE…", help="Facts documents (JSON).")
    ] = None,
    observe: Annotated[
        bool, typer.Option("--observe", help="Observe this host first, beside the documents.")
    ] = False,
    execute: Annotated[
        bool,
        typer.Option(
            "--execute/--dry-run",
            help="Run commands, asking before each that changes the server; "
            "or only show what would be run, which is the default.",
        ),
    ] = False,
    yes_checks: Annotated[
        bool, typer.Option("--yes-checks", help="Run harmless checks without asking.")
    ] = False,
    allow: Annotated[
        list[str] | None,
        typer.Option(
            "--allow",
            metavar="COMMAND",
            help="One more command that may be run when a plan proposes it, such as "
            "'systemctl restart rsyslog'; may be given again.",
        ),
    ] = None,
    approve: Annotated[
        list[str] | None,
        typer.Option(
            "--approve",
            metavar="COMMAND",
            help="A yes given beforehand to this very command, once, such as "
            "'nlserver start stat@prod'; may be given again.",
        ),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the walk that was interrupted.")
    ] = False,
    audit: Annotated[
        Path | None,
        typer.Option("--audit", help="The log of all that is done; default: in the state folder."),
    ] = None,
    max_age: Annotated[
        float, typer.Option("--max-age", min=0, help="Minutes after which facts are too old.")
    ] = 15,
    limit: Annotated[
        float, typer.Option("--limit", min=1, help="Seconds that one command may take.")
    ] = 120,
    patience: Annotated[
        float, typer.Option("--patience", min=0, help="Seconds that a change may take to show.")
    ] = 15,
    rules: RulesOption = None,
    lang: LangOption = None,
    instance: InstanceOption = None,
    url: UrlOption = None,
    var: VarOption = None,
    conf: ConfOption = None,
    smtp: SmtpOption = None,
    pop3: Pop3Option = None,
) -> None:
    """Walk the plan on this host: show each step, check, ask, run, observe again.

    Exits with 0 when no fault is left, with 1 when one may be.
    """
    from ccexpert.act import Audit, Hands, Policy, Walk
    from ccexpert.act.audit import audit_file
    from ccexpert.expert import Expert
    from ccexpert.knowledge.intake import read_document
    from ccexpert.observe.host import host_name

    require_facts(files, observe or resume)
    _refuse_idle(files, execute, resume, approve)
    where, spoken = Where(instance, url, var, conf, smtp, pop3), language(lang)
    policy = Policy(
        allowed=_allowed(allow, packs(rules)),
        platform=where.host().platform,
        host=host_name(),
        execute=execute,
        checks=yes_checks,
        max_age=timedelta(minutes=max_age),
        patience=patience,
    )
    log = Audit(audit or audit_file(), user=_user(), host=policy.host)
    with log.held() if execute else nullcontext():
        unfinished = log.unfinished() if resume else None
        sources = [read_input(name) for name in files or ()]
        told = [(read_document(source), source) for source in sources]
        look = observer(where, packs(rules))
        approved = [_argv(line, "--approve") for line in approve or ()]
        face = _Face(log if execute else None, policy, spoken, approved)
        hands = Hands(_runner(where.host(), limit), look, face.ask, face.tell, sleep=time.sleep)
        seen = look() if observe or resume else None
        walk = Walk(
            Expert(packs(rules)), hands, policy, told, seen, language=spoken, resumed=unfinished
        )
        try:
            with face.not_interrupted_at_work():
                ending = walk.go()
        except KeyboardInterrupt:
            if execute:
                print(f"\nccexpert: {face.word['act interrupted']}", file=sys.stderr)
            raise typer.Exit(130) from None
    raise typer.Exit(_STILL_THERE if ending == "exhausted" else 0)


def _refuse_idle(
    files: list[str] | None, execute: bool, resume: bool, approve: list[str] | None
) -> None:
    """Usage errors for what would do nothing, or would take the answers away."""
    if approve and not execute:
        raise typer.BadParameter("needs --execute", param_hint="--approve")
    if resume and files:
        raise typer.BadParameter("takes the facts of the walk it resumes", param_hint="--resume")
    if resume and not execute:
        raise typer.BadParameter("needs --execute", param_hint="--resume")
    if execute and "-" in (files or ()):
        raise typer.BadParameter(
            "with --execute stdin is for answers; name a file", param_hint="FILE…"
        )


def _allowed(more: list[str] | None, packs: tuple[Path, ...]) -> tuple[AllowedCommand, ...]:
    """The commands of all packs, and those of the options, which are always asked for."""
    from ccexpert.knowledge.commands import AllowedCommand
    from ccexpert.knowledge.packs import roots
    from ccexpert.knowledge.reader import load_commands

    given = (_argv(line, "--allow") for line in more or ())
    extra = (AllowedCommand(argv=argv, risk="interrupts-service") for argv in given)
    return (*load_commands(roots(packs)), *extra)


def _argv(line: str, option: str) -> tuple[str, ...]:
    """The arguments of a command line that was given to an option."""
    try:
        argv = tuple(shlex.split(line))
    except ValueError as error:
        raise typer.BadParameter(f"'{line}': {error}", param_hint=option) from None
    if not argv:
        raise typer.BadParameter("an empty command", param_hint=option)
    return argv


def _user() -> str:
    """Who does this: the account, and who has become it."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = str(os.getuid()) if hasattr(os, "getuid") else "?"
    before = os.environ.get("SUDO_USER")
    return f"{name} (sudo by {before})" if before else name


def _runner(host: Host, limit: float) -> Callable[[Sequence[str]], Ran]:
    """Runs argument lists on this host, nlserver from where it is installed."""
    from ccexpert.observe.commands import nlserver_path

    def run(argv: Sequence[str]) -> Ran:
        program = nlserver_path(host) if argv[0] == "nlserver" else None
        return host.run([program or argv[0], *argv[1:]], limit)

    return run


class _Face:
    """Prints what happens, keeps the record, asks."""

    def __init__(
        self,
        log: Audit | None,
        policy: Policy,
        spoken: Language,
        approved: Sequence[tuple[str, ...]],
    ) -> None:
        from ccexpert.observe.redact import Redactor
        from ccexpert.report.words import words

        self.word = words(spoken)
        self._log, self._policy = log, policy
        self._approved = list(approved)
        self._redactor = Redactor()
        self._number = 0
        self._pressed = False

    @contextmanager
    def not_interrupted_at_work(self) -> Iterator[None]:
        """Between steps Ctrl-C ends the walk; while a command runs it waits for its end."""
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    def _press(self, *_: object) -> None:
        self._pressed = True

    def tell(self, event: Event) -> None:
        """Record an event, then print it."""
        if event.output:
            event = replace(event, output=self._redactor.text(event.output))
        if self._log:
            self._log.write(event)
        for line in self._lines(event):
            typer.echo(line)
        if event.what == "running":
            signal.signal(signal.SIGINT, self._press)
        elif event.what == "ran":
            signal.signal(signal.SIGINT, signal.default_int_handler)
            if self._pressed:
                raise KeyboardInterrupt

    def ask(self, question: Question) -> bool:
        """The answer to a question; without one a step is not run, and what was told holds."""
        from ccexpert.report.interface import one_line

        prompts = {"run": "confirm", "run-again": "act again", "done": "done by hand"}
        still = question.about == "still"
        prompt = self.word["act still" if still else prompts[question.about]]
        fact = f"{one_line(question.fact)}: " if still else ""
        print(f"   {fact}{prompt} ", end="", file=sys.stderr, flush=True)
        if self._is_approved(question):
            print(self.word["act approved"], file=sys.stderr)
            return True
        answer = sys.stdin.readline()
        if not sys.stdin.isatty():
            print(file=sys.stderr)
        word = answer.strip().casefold()
        return word not in ("n", "no", "nej") if still else word in ("y", "yes", "j", "ja")

    def _is_approved(self, question: Question) -> bool:
        """Whether the person said yes to this command beforehand; a yes counts once."""
        command = question.step.command if question.step else None
        if question.about != "run" or command not in self._approved:
            return False
        self._approved.remove(command)
        return True

    def _lines(self, event: Event) -> Iterator[str]:
        """What is printed of an event."""
        from ccexpert.report.interface import fact_line, one_line

        word = self.word
        if event.what == "begun":
            yield from self._found(event.findings, "")
        elif event.what == "step" and event.step:
            self._number += 1
            yield ""
            yield from self._step(event.step)
        elif event.what == "left":
            yield f"   – {word[f'act {event.why}']}"
        elif event.what == "ran":
            yield from self._ran(event)
        elif event.what == "seen":
            if event.step and event.step.verify:
                how = word[f"act verified {event.verified}".casefold()]
                yield f"   {one_line(fact_line(event.step.verify))}: {how}"
            yield from self._found(event.findings, "   ")
        elif event.what == "no-longer":
            yield f"   {word['act no-longer']}: {one_line(event.fact)}"
        elif event.what == "ended":
            yield ""
            yield word[f"act ended {event.ending}"]

    def _found(self, findings: tuple[Diagnosis, ...], indent: str) -> Iterator[str]:
        from ccexpert.report.interface import one_line, place

        shown = [f"{d.certainty:.2f} {d.id} ({place(d)}): {one_line(d.title)}" for d in findings]
        if len(shown) < 2:
            only = shown[0] if shown else self.word["act no findings"]
            yield f"{indent}{self.word['act found']}: {only}"
        else:
            yield f"{indent}{self.word['act found']}:"
            yield from (f"{indent}  {line}" for line in shown)

    def _step(self, step: Action) -> Iterator[str]:
        from ccexpert.act.gate import risk as worst
        from ccexpert.report.interface import command_line, fact_line, one_line

        word = self.word
        risk = f"{word['risk'].lower()}: {word[worst(step, self._policy)]}, {step.minutes:g} min"
        yield f"{self._number}. {word[step.kind]}: {one_line(step.text)} ({risk})"
        if step.command:
            yield f"   $ {one_line(command_line(step))}"
        if step.warning:
            yield f"   {word['warning']}: {one_line(step.warning)}"
        if step.verify:
            yield f"   {word['verify']}: {one_line(fact_line(step.verify))}"

    def _ran(self, event: Event) -> Iterator[str]:
        from ccexpert.report.interface import one_line

        lines = [one_line(line) for line in event.output.splitlines() if line.strip()]
        if event.why:
            yield f"   {self.word[f'act {event.why}']}: {' '.join(lines)}"
            return
        yield from (f"   | {line}" for line in lines[:_SHOWN_LINES])
        if len(lines) > _SHOWN_LINES:
            yield "   | …"
        yield f"   {self.word['exit code']} {event.code}"

"""The terminal of a walk along a plan: events go to stdout, questions to stderr, and answers come
from stdin. Also reads the options that allow or approve commands."""

from __future__ import annotations

import getpass
import os
import shlex
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from ccexpert.act import Audit, Decision, Event
from ccexpert.act.telling import Telling, says_yes
from ccexpert.cli.shared.say import fitted
from ccexpert.knowledge.commands import AllowedCommand, problem_of
from ccexpert.knowledge.packs import roots
from ccexpert.knowledge.reader import load_commands

AllowOption = Annotated[
    list[str] | None,
    typer.Option(
        "--allow",
        metavar="COMMAND",
        help="Also allow this command if a plan proposes it, such as 'systemctl restart "
        "rsyslog'; * stands for any one argument; repeatable.",
    ),
]
AuditOption = Annotated[
    Path | None,
    typer.Option("--audit", help="The log of everything done; default: in the state folder."),
]


def account() -> str:
    """The account that runs the program, and who became it through sudo."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = str(os.getuid()) if hasattr(os, "getuid") else "?"
    before = os.environ.get("SUDO_USER")
    return f"{name} (sudo by {before})" if before else name


class Terminal:
    """Prints events, keeps the record and asks questions."""

    def __init__(
        self, log: Audit | None, telling: Telling, approved: Sequence[tuple[str, ...]]
    ) -> None:
        self._log, self._telling = log, telling
        self._approved = list(approved)
        self._pressed = False
        self.verified: set[str] = set()
        """The diagnoses of the steps whose success was observed."""

    @contextmanager
    def not_interrupted_at_work(self) -> Iterator[None]:
        """Let Ctrl-C end the walk between steps, but not while a command runs."""
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    def _press(self, *_: object) -> None:
        self._pressed = True

    def tell(self, event: Event) -> None:
        """Record an event, then print it."""
        if self._log:
            self._log.write(event)
        for line in self._telling.lines(event):
            whole = line.lstrip().startswith(("$ ", "| "))  # commands and their output
            typer.echo(line if whole else fitted(line, sys.stdout))
        if event.what == "seen" and event.verified and event.step:
            self.verified |= {event.step.diagnosis, *event.step.also_for}
        if event.what == "running":
            signal.signal(signal.SIGINT, self._press)
        elif event.what == "ran":
            signal.signal(signal.SIGINT, signal.default_int_handler)
            if self._pressed:
                raise KeyboardInterrupt

    def ask(self, question: Decision) -> bool:
        """The answer to a question."""
        print(self._telling.prompt(question), end="", file=sys.stderr, flush=True)
        if self._is_approved(question):
            print(self._telling.word["approved"], file=sys.stderr)
            return True
        answer = sys.stdin.readline()
        if not sys.stdin.isatty():
            print(file=sys.stderr)
        return says_yes(answer, question)

    def _is_approved(self, question: Decision) -> bool:
        """Whether this command was approved in advance; an approval counts once."""
        command = question.step.command if question.step else None
        if question.about != "run" or command not in self._approved:
            return False
        self._approved.remove(command)
        return True


def allowed_commands(more: list[str] | None, packs: tuple[Path, ...]) -> tuple[AllowedCommand, ...]:
    """The commands of all packs and of ``--allow``; the latter always need a yes."""
    extra = []
    for line in more or ():
        argv = argv_of(line, "--allow")
        if why := problem_of(argv):
            raise typer.BadParameter(f"'{line}': {why}", param_hint="--allow")
        extra.append(AllowedCommand(argv=argv, risk="interrupts-service"))
    return (*load_commands(roots(packs)), *extra)


def argv_of(line: str, option: str) -> tuple[str, ...]:
    """Split a command line given as an option into arguments."""
    try:
        argv = tuple(shlex.split(line))
    except ValueError as error:
        raise typer.BadParameter(f"'{line}': {error}", param_hint=option) from None
    if not argv:
        raise typer.BadParameter("an empty command", param_hint=option)
    return argv

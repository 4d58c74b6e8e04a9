"""The commands that cards may propose, and the risk of each (``facts/commands.yaml``)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from pydantic import Field

from ccexpert.facts.entries import Frozen, NonEmpty
from ccexpert.knowledge.cards import Risk

#: From harmless to most dangerous.
RISKS: tuple[Risk, ...] = ("none", "low", "interrupts-service", "loses-data")

_ANY = "*"

#: The form of a module, instance, file, process or address name in a command.
_NAME = re.compile(r"(?:-[a-z]{1,20}:)?[A-Za-z0-9./_*][A-Za-z0-9@._:/*-]{0,199}")
_PLACEHOLDER = re.compile(r"[<>$]")

Forbidden = Literal["placeholder", "not-allowed"]
"""Why a command may not be run: a placeholder is not filled in, or the list lacks the command."""
#: Programs that run their arguments: an allowed command that starts with one allows anything.
_SHELLS = re.compile(
    r"(?i)(?:.*[/\\])?(?:(?:ba|da|z|k|mk|c|tc|fi|a|po?w?er)?sh(?:ell)?|busybox|cmd|pwsh|eval|xargs"
    r"|env|sudo|su|doas|runuser|ssh|script|wscript|cscript|mshta)(?:\.exe)?"
)
_INTERPRETERS = re.compile(
    r"(?i)(?:.*[/\\])?(?:python|pypy|perl|ruby|node|nodejs|php|lua|tclsh|awk|gawk|mawk|osascript)"
    r"[\d.]*(?:\.exe)?"
)
#: Programs that run what follows them; with a star among it they run anything.
_RUNNERS = re.compile(
    r"(?i)(?:.*[/\\])?(?:nohup|nice|ionice|timeout|setsid|setpriv|stdbuf|taskset|chrt|time|strace"
    r"|ltrace|watch|flock|parallel|systemd-run|chroot|unshare|nsenter|docker|podman|kubectl|find|at"
    r"|batch|start|rundll32)(?:\.exe)?"
)
_CODE = re.compile(r"-[A-Za-z]*[ceErp]|--(?:eval|exec|command|print|run|execute)(?:=.*)?")


def problem_of(argv: tuple[str, ...]) -> str:
    """Why neither a pack nor an option may allow this command; empty if they may."""
    if argv and argv[0] == _ANY:
        return "the program itself must be named"
    runs = argv and _RUNNERS.fullmatch(argv[0]) and _ANY in argv
    if runs or any(_SHELLS.fullmatch(word) for word in argv):
        return "a shell or a program that runs others would run anything; name the program itself"
    for place, word in enumerate(argv):
        code = any(_CODE.fullmatch(option) for option in argv[place + 1 :])
        if _INTERPRETERS.fullmatch(word) and (code or _ANY in argv[place + 1 :]):
            return "an interpreter would run anything; name a program of your own"
    return ""


class AllowedCommand(Frozen):
    """One argument list; ``*`` stands for any single argument that is a name."""

    argv: tuple[NonEmpty, ...] = Field(min_length=1)
    risk: Risk
    references: tuple[NonEmpty, ...] = ()

    @property
    def origin(self) -> str:
        """The pack that allows it; empty for the shipped list and for commands given as options."""
        return ""

    def fits(self, argv: tuple[str, ...]) -> bool:
        """Whether ``argv`` matches this command."""
        return len(argv) == len(self.argv) and all(
            want in (_ANY, given) for want, given in zip(self.argv, argv, strict=True)
        )


class PackCommand(AllowedCommand):
    """A command that a site pack allows."""

    pack: NonEmpty

    @property
    def origin(self) -> str:
        """The folder of the pack."""
        return self.pack


class CommandsFile(Frozen):
    """The list in ``commands.yaml``."""

    commands: tuple[AllowedCommand, ...]


def find_command(argv: tuple[str, ...], known: Iterable[AllowedCommand]) -> AllowedCommand | None:
    """The allowed command that ``argv`` matches, with the fewest stars; None if there is none."""
    fitting = [command for command in known if command.fits(argv)]
    return min(fitting, key=lambda c: c.argv.count(_ANY), default=None)


def has_placeholder(argv: Iterable[str]) -> bool:
    """Whether a name in a command is not filled in."""
    return any(_PLACEHOLDER.search(argument) for argument in argv)


def forbidden(argv: tuple[str, ...], known: Iterable[AllowedCommand]) -> Forbidden | None:
    """Why a command may not be run; None if it is on the list and each of its stars stands for a
    valid name."""
    if has_placeholder(argv):
        return "placeholder"
    listed = find_command(argv, known)
    named = listed is not None and all(
        want == given or _NAME.fullmatch(given)
        for want, given in zip(listed.argv, argv, strict=True)
    )
    return None if named else "not-allowed"

"""The commands that cards may propose, and the risk of each (``facts/commands.yaml``)."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from ccexpert.knowledge.cards import Risk
from ccexpert.knowledge.vocabulary import Frozen, NonEmpty

#: From harmless to worst.
RISKS: tuple[Risk, ...] = ("none", "low", "interrupts-service", "loses-data")

_ANY = "*"


class AllowedCommand(Frozen):
    """One argument list; ``*`` stands for one argument that names a thing."""

    argv: tuple[NonEmpty, ...] = Field(min_length=1)
    risk: Risk
    references: tuple[NonEmpty, ...] = ()

    def fits(self, argv: tuple[str, ...]) -> bool:
        """Whether ``argv`` is this command."""
        return len(argv) == len(self.argv) and all(
            want in (_ANY, given) for want, given in zip(self.argv, argv, strict=True)
        )


class CommandsFile(Frozen):
    """The list in ``commands.yaml``."""

    commands: tuple[AllowedCommand, ...]


def find_command(argv: tuple[str, ...], known: Iterable[AllowedCommand]) -> AllowedCommand | None:
    """The allowed command that ``argv`` is: the one with the fewest stars; None if it is not
    allowed."""
    fitting = [command for command in known if command.fits(argv)]
    return min(fitting, key=lambda c: c.argv.count(_ANY), default=None)

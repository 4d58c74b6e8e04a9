"""How a command is written where an entry of the vocabulary holds: ``apache2`` for ``httpd``."""

from __future__ import annotations

from ccexpert.facts.entries import Entry, Frozen, NonEmpty


class Spelling(Frozen):
    """How a command is written; a ``*`` keeps the argument in its place. An empty ``write`` says
    that there is no such command."""

    instead: tuple[NonEmpty, ...]
    write: tuple[NonEmpty, ...]

    def of(self, argv: tuple[str, ...]) -> tuple[str, ...]:
        """The command as it is written here; another command as it is."""
        if len(argv) != len(self.instead):
            return argv
        pairs = list(zip(self.instead, argv, strict=True))
        if any(want not in ("*", given) for want, given in pairs):
            return argv
        kept = iter([given for want, given in pairs if want == "*"])
        return tuple(next(kept) if word == "*" else word for word in self.write)


class SpellingEntry(Entry):
    """An entry that may change how commands are written."""

    commands: tuple[Spelling, ...] = ()
    """The commands that are written differently where it holds."""
    told_by: tuple[NonEmpty, ...] = ()
    """What only messages of this program say; one of them is enough to write its commands."""

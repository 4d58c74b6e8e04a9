"""The entries of the vocabulary: one class for each kind of thing that can be observed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from ccexpert.errors import KnowledgeError
from ccexpert.facts.replies import TONGUES
from ccexpert.words import Language

NonEmpty = Annotated[str, StringConstraints(min_length=1)]

#: Names are also used as file names; only ports have a protocol in theirs.
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,79}(/(tcp|udp))?$")]


class Frozen(BaseModel):
    """Base of everything read from knowledge files: strict, closed, immutable."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Text(Frozen):
    """One text in both languages."""

    en: NonEmpty
    sv: NonEmpty

    def in_language(self, language: Language) -> str:
        """The text in ``language``."""
        return self.en if language == "en" else self.sv


class Words(Frozen):
    """Words in both languages."""

    en: tuple[NonEmpty, ...] = ()
    sv: tuple[NonEmpty, ...] = ()

    def __iter__(self) -> Iterator[str]:  # type: ignore[override]
        yield from self.en
        yield from self.sv


class Command(Frozen):
    """One command as an argument list per platform."""

    linux: tuple[NonEmpty, ...] | None = None
    windows: tuple[NonEmpty, ...] | None = None

    def on(self, platform: str) -> tuple[str, ...] | None:
        """The argument list for ``platform``; None if there is none."""
        return self.linux if platform == "linux" else self.windows


class Row(Frozen):
    """A module's row in the table of modules and frequent issues."""

    scope: Text
    troubleshooting: Text


#: The first word of an English yes-or-no question.
_YES_OR_NO = tuple(
    f"{word} "
    for word in ("Is", "Are", "Was", "Were", "Do", "Does", "Did", "Has", "Have", "Can", "May")
)


class Entry(Frozen):
    """One thing that can be observed."""

    name: Name
    title: Text
    question: Text
    help: Text
    command: Command | None = None
    minutes: float = Field(gt=0)
    aliases: Words = Field(default_factory=Words)
    references: tuple[NonEmpty, ...] = ()
    topic: str = ""
    labels: dict[NonEmpty, Text] = {}
    """Names of its answers in reply to its question, if the usual ones do not fit."""
    yes_means: tuple[NonEmpty, ...] = ()
    """The answers that *yes* stands for, if they differ from those of its kind."""
    states: tuple[NonEmpty, ...] = ()
    """The states that it can be in, where those of its kind do not all make sense of it."""
    also_normal: tuple[NonEmpty, ...] = ()
    """Further states that a healthy server may show, according to the references."""
    same_as: NonEmpty | None = None
    """The entry, such as ``setting/ptr-record``, whose question asks for the same and is asked
    instead."""
    works: tuple[NonEmpty, ...] = ()
    """The modules that work if this is seen, and with them all that they need."""

    @property
    def asks_yes_or_no(self) -> bool:
        """Whether its English question is a yes-or-no question."""
        return self.question.en.startswith(_YES_OR_NO)

    @property
    def signs(self) -> tuple[str, ...]:
        """Further text by which it is recognised, beside its names."""
        return ()


class ModuleEntry(Entry):
    """A module of the server, or an area of it."""

    instances: Literal["multi", "mono", "none"] = "none"
    """One process for all instances, one for each, or no process."""
    autostart: Literal["none", "shared", "instance", "either"] = "none"
    """Where its autoStart belongs: in config-default.xml, in an instance's file, or in either.
    ``none``: it is started by the service, a parent, a schedule or the web server instead."""
    on_demand: bool = False
    """Whether the process list shows it only while it has work."""
    needs: tuple[NonEmpty, ...] = ()
    """The modules and areas without which it cannot work, the nearest first."""
    seen_by: NonEmpty | None = None
    """The probe that tells whether an area without a process of its own works."""
    programs: tuple[NonEmpty, ...] = ()
    """The names of the programs that do its work, by which people also call it."""
    log_rests: bool = False
    """Whether its log is written only while it has work or is run by hand."""
    log: str | None = None
    row: Row | None = None

    @property
    def by_name(self) -> bool:
        """Whether ``nlserver start``, ``stop`` and ``restart`` take it: the modules that the
        watchdog starts (help/production/using/monitoring-processes.md)."""
        return self.autostart != "none"


class PortEntry(Entry):
    """A port that some program should hold."""

    port: int
    protocol: Literal["tcp", "udp"]
    module: str | None = None
    owners: tuple[NonEmpty, ...] = ()
    configured: str | None = None
    """The name of this port in the configuration, if the configuration can change it."""

    def is_owner(self, program: str) -> bool:
        """Whether a program is a rightful owner of the port."""
        return _program(program) in map(_program, self.owners)


def _program(name: str) -> str:
    return name.casefold().removesuffix(".exe")


def _ends_in_digit(piece: str) -> bool:
    return piece[-1:].isdigit()


def stands_in(piece: str, message: str) -> bool:
    """Whether a piece stands in a message other than as part of a longer number."""
    return not _ends_in_digit(piece) or bool(re.search(rf"{re.escape(piece)}(?!\d)", message))


class ErrorEntry(Entry):
    """The signature of an error: the codes or pieces of text that identify it."""

    codes: tuple[NonEmpty, ...] = ()
    fragments: tuple[NonEmpty, ...] = ()
    beside: dict[NonEmpty, tuple[NonEmpty, ...]] = {}
    """For a piece of text that any program may write: what else must stand in the message, one of
    these."""
    unless: tuple[NonEmpty, ...] = ()
    """What else may not stand in the message: with one of these it means something else."""
    replies: dict[NonEmpty, tuple[NonEmpty, ...]] = {}
    """Of a family of errors: the codes of other programs that mean it, by how they are written
    (``facts/replies.py``); ``08*`` is a class of codes."""
    prefixes: tuple[NonEmpty, ...] = ()
    """Of a component: the letters that its codes begin with."""

    @property
    def is_family(self) -> bool:
        """Whether it says what is wrong in general, whichever program says it."""
        return bool(self.replies)

    @property
    def signs(self) -> tuple[str, ...]:
        """Its codes and pieces of text."""
        return (*self.codes, *self.fragments)

    @property
    def shown(self) -> dict[str, str]:
        """What a fact says of a message that shows it: its code, else a piece of its text; of a
        component, a code that no entry describes."""
        if self.codes or not self.fragments:
            return {"code": next(iter(self.codes), f"{next(iter(self.prefixes), 'XXX')}-000000")}
        piece = self.fragments[0]
        return {"text": " ".join((*self.beside.get(piece, ())[:1], piece))}

    def is_meant(self, piece: str, message: str) -> bool:
        """Whether a piece of its text means it in a message, which is in lower case."""
        beside = self.beside.get(piece)
        near = beside is None or any(one.casefold() in message for one in beside)
        return near and self.may_be_in(message) and stands_in(piece.casefold(), message)

    @property
    def conditional(self) -> Iterable[str]:
        """Its pieces of text that do not mean it in every message."""
        return self.signs if self.unless else (*self.beside, *filter(_ends_in_digit, self.signs))

    def may_be_in(self, message: str) -> bool:
        """Whether nothing in a message, which is in lower case, says that it means another."""
        return not any(one.casefold() in message for one in self.unless)

    @model_validator(mode="after")
    def _can_be_recognised(self) -> Self:
        if not (self.codes or self.fragments or self.prefixes):
            raise KnowledgeError(f"the error '{self.name}' needs codes, fragments or prefixes")
        for piece in self.beside.keys() - {*self.fragments}:
            raise KnowledgeError(
                f"'beside' of '{self.name}' names '{piece}'", allowed=self.fragments, given=piece
            )
        for tongue in self.replies:
            if tongue not in TONGUES:
                raise KnowledgeError(
                    f"unknown kind of codes '{tongue}'", allowed=TONGUES, given=tongue
                )
        return self


#: The models of entries by kind; the kinds of fact register them.
ENTRIES: dict[str, type[Entry]] = {}

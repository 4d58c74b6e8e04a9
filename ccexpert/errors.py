"""Errors in what a person supplies, as types that carry the details.

Every error says what is wrong, where, what is allowed and what to do. Only this module makes the
sentence for people; the command line adds only the exit code.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches

from ccexpert.display import one_line

#: The steps that lead to a field: ``("facts", 2, "state")``.
Steps = tuple[str | int, ...]

#: Exit codes as in sysexits.h: EX_DATAERR, EX_NOINPUT, EX_SOFTWARE, EX_CANTCREAT.
DATA_ERROR, NO_INPUT, INTERNAL_FAULT, CANNOT_CREATE = 65, 66, 70, 73

_LISTED = 12

#: The longest of the five parts of a sentence in characters, because input may be of any length.
_LONGEST = 380


@dataclass(frozen=True, slots=True)
class Place:
    """A position in the input; parts that do not apply are left out."""

    file: str = ""
    """The path, or another name of the text, such as ``stdin``."""
    line: int = 0
    """From 1; 0 for the file as a whole."""
    field: Steps = ()
    column: int = 0
    """From 1; 0 if unknown."""

    def __str__(self) -> str:
        """The beginning of the sentence: ``facts.json, line 3, facts[2].state``."""
        field = "".join(f"[{s}]" if isinstance(s, int) else f".{s}" for s in self.field)
        line = f"line {self.line}" if self.line else ""
        column = f"column {self.column}" if self.column else ""
        return ", ".join(filter(None, (self.file, line, column, field.lstrip("."))))


@dataclass
class CcexpertError(ValueError):
    """Some input cannot be used.

    ``problem`` is one clause without a full stop; ``where`` is file, line and field; ``allowed``
    lists what would have been accepted; ``given`` is what was found, for the *did you mean*.
    """

    problem: str
    where: Place = Place()
    allowed: tuple[str, ...] = ()
    given: str = ""
    advice: str = ""
    exit_code: int = field(default=DATA_ERROR, kw_only=True)

    lacking: str = field(default="", kw_only=True)
    """The name of the field that is missing there."""
    suggestions: tuple[str, ...] = field(default=(), kw_only=True)
    """Candidates for a *did you mean* that are too many to list as allowed."""
    further: tuple[CcexpertError, ...] = field(default=(), kw_only=True, repr=False)
    """Further mistakes in the same file; the sentence is about the first."""

    def told_as(self, kind: type[CcexpertError], where: Place) -> CcexpertError:
        """The same mistake as an error of another kind and place."""
        told = (self.problem, where, self.allowed, self.given, self.advice)
        return kind(*told, lacking=self.lacking, suggestions=self.suggestions)

    def __str__(self) -> str:
        """The sentence, on one line and of limited length for any input."""
        place, problem = one_line(str(self.where), _LONGEST), one_line(self.problem, _LONGEST)
        parts = [
            f"{place}: {problem}" if place else problem,
            did_you_mean(self.given, self.allowed or self.suggestions),
        ]
        if self.allowed:
            parts.append(f"allowed: {_listing(self.allowed)}")
        parts.append(one_line(self.advice, _LONGEST))
        return "; ".join(part for part in parts if part)


class FactsError(CcexpertError):
    """A facts document is malformed, names something unknown, or contradicts itself."""


class AnswerError(CcexpertError):
    """An answer in a consultation cannot be accepted."""


class SessionError(CcexpertError):
    """A session file is invalid, does not fit the knowledge, or is in use."""


class CaptureError(CcexpertError):
    """A folder or archive is not a capture of a host, or is unsafe to unpack."""


class KnowledgeError(CcexpertError):
    """A card or vocabulary file is malformed, or the engine would misread it."""


class MissingInputError(CcexpertError):
    """A file is missing, is not a file, or may not be read."""

    def __init__(self, problem: str, where: Place = Place(), advice: str = "") -> None:
        super().__init__(problem, where, advice=advice, exit_code=NO_INPUT)


class ReaderGoneError(Exception):
    """The reader of stdout has gone, as ``head`` does."""


def did_you_mean(given: str, allowed: Iterable[str]) -> str:
    """``did you mean 'mta'?`` for the nearest allowed word; empty if none is near."""
    by_folded = {word.casefold(): word for word in allowed}
    given = given[:_LONGEST]
    near = get_close_matches(given.casefold(), by_folded, n=1, cutoff=0.6) if given else []
    return f"did you mean '{one_line(by_folded[near[0]], _LONGEST)}'?" if near else ""


def _listing(words: tuple[str, ...]) -> str:
    shown = one_line(", ".join(word[:_LONGEST] for word in words[:_LISTED]), _LONGEST)
    return shown if len(words) <= _LISTED else f"{shown} and {len(words) - _LISTED} more"

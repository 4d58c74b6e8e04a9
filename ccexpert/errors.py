"""What can be wrong with what a person hands in, as types that carry the facts.

Every error says what is wrong, where, what is allowed and what to do. The sentence for people is
made here and nowhere else; the command line adds nothing but the exit code.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches

#: Exit codes as in sysexits.h: EX_DATAERR, EX_NOINPUT, EX_SOFTWARE, EX_CANTCREAT.
DATA_ERROR, NO_INPUT, INTERNAL_FAULT, CANNOT_CREATE = 65, 66, 70, 73

_LISTED = 12


@dataclass
class CcexpertError(ValueError):
    """Something handed in cannot be used.

    ``problem`` is one clause without a full stop; ``where`` names file, line and field; ``allowed``
    lists what would have been accepted; ``given`` is what was found, for the *did you mean*.
    """

    problem: str
    where: str = ""
    allowed: tuple[str, ...] = ()
    given: str = ""
    advice: str = ""
    exit_code: int = field(default=DATA_ERROR, kw_only=True)

    suggestions: tuple[str, ...] = field(default=(), kw_only=True)
    """Words to look for a *did you mean* in, when they are too many to list as allowed."""

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        parts = [place + self.problem, did_you_mean(self.given, self.allowed or self.suggestions)]
        if self.allowed:
            parts.append(f"allowed: {_listing(self.allowed)}")
        parts.append(self.advice)
        return "; ".join(part for part in parts if part)


class FactsError(CcexpertError):
    """A facts document is malformed, names something unknown, or contradicts itself."""


class KnowledgeError(CcexpertError):
    """A card or a vocabulary file is malformed or would mean something else to the engine."""


class MissingInputError(CcexpertError):
    """A file is not there, is not a file, or may not be read."""

    def __init__(self, problem: str, where: str = "", advice: str = "") -> None:
        super().__init__(problem, where, advice=advice, exit_code=NO_INPUT)


class ReaderGoneError(Exception):
    """Whoever read stdout has gone, as ``head`` does."""


def did_you_mean(given: str, allowed: Iterable[str]) -> str:
    """``did you mean 'mta'?`` for the nearest allowed word, or nothing when none is near."""
    by_folded = {word.casefold(): word for word in allowed}
    near = get_close_matches(given.casefold(), by_folded, n=1, cutoff=0.6) if given else []
    return f"did you mean '{by_folded[near[0]]}'?" if near else ""


def _listing(words: tuple[str, ...]) -> str:
    shown = ", ".join(words[:_LISTED])
    return shown if len(words) <= _LISTED else f"{shown} and {len(words) - _LISTED} more"

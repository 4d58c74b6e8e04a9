"""How often a fault occurred, in words."""

from __future__ import annotations

from ccexpert.words import Language, Pair, Words, in_language

_ORDINALS = Pair(
    (
        *("first", "second", "third", "fourth", "fifth"),
        *("sixth", "seventh", "eighth", "ninth", "tenth"),
    ),
    (
        *("första", "andra", "tredje", "fjärde", "femte"),
        *("sjätte", "sjunde", "åttonde", "nionde", "tionde"),
    ),
)
_WITHIN: Words = {
    "day": Pair("{days:g} day", "{days:g} dag"),
    "days": Pair("{days:g} days", "{days:g} dagar"),
    "ordinal": Pair("{n} time in {period}", "{n} gången på {period}"),
    "times": Pair("{n} times in {period}", "{n} gånger på {period}"),
}


def occurrence(times: int, days: float, language: Language) -> str:
    """``third time in 7 days``; from the eleventh on, ``11 times in 7 days``."""
    say, ordinals = in_language(_WITHIN, language), _ORDINALS.in_language(language)
    period = say["day" if days == 1 else "days"].format(days=days)
    if times <= len(ordinals):
        return say["ordinal"].format(n=ordinals[times - 1], period=period)
    return say["times"].format(n=times, period=period)

"""The names of states in both languages, and other words people use for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from ccexpert.facts.observed import CALLED
from ccexpert.words import Language, Pair

#: Other words for a state, in either language; the state's own names take precedence.
_ALSO: dict[str, tuple[str, ...]] = {
    "running": ("up", "alive", "ok", "fine", "uppe", "igång", "i ordning"),
    "missing": (
        *("down", "dead", "gone", "not there", "not running", "not started", "stopped", "off"),
        *("nere", "ligger nere", "död", "borta", "finns inte", "körs inte", "inte igång"),
        *("stoppad", "stoppat", "inte startad"),
    ),
    "unresponsive": (
        *("not responding", "no response", "does not respond", "not answering", "no answer"),
        *("svarar ej", "inget svar"),
    ),
    "crashing": ("crashed", "crashes", "dies", "keeps crashing", "kraschat", "kraschade", "dör"),
    "restarting": ("restarts", "keeps restarting", "restarted", "startar om", "startas om"),
    "stuck": (
        *("hung", "hangs", "hanging", "frozen", "blocked"),
        *("hänger", "hängt", "hängt sig", "står still", "fastnat"),
    ),
    "bound": ("ok", "listening", "lyssnar", "i ordning"),
    "free": ("not in use", "nobody", "nobody listens", "ingen", "ingen lyssnar"),
    "in-use": ("taken", "in use", "occupied", "upptagen", "används"),
    "unreachable": ("blocked", "not reachable", "closed", "blockerad", "stängd", "nås inte"),
    "growing": ("ok", "grows", "i ordning"),
    "stale": ("old", "not growing", "does not grow", "växer inte", "gammal"),
    "ok": (
        *("fine", "good", "right", "in order", "normal", "works", "succeeds"),
        *("bra", "rätt", "i ordning", "normalt", "fungerar", "lyckas"),
    ),
    "error": ("fails", "failed", "broken", "misslyckas", "trasig"),
    "blank": ("empty", "nothing", "nothing at all", "tom", "inget"),
    "refused": ("denied", "rejected", "connection refused", "nekad", "nekat", "avvisas"),
    "timeout": (
        *("no response", "not responding", "timed out", "times out", "hangs"),
        *("svarar inte", "hänger", "tar för lång tid"),
    ),
    "finished": ("done", "ok", "klart", "klar", "i ordning"),
    "failed": ("error", "fails", "fel"),
    "stopped": ("stop", "stannat", "stannar"),
    "late": ("delayed", "försenad", "sent"),
    "wrong": ("incorrect", "not right", "bad", "fel", "felaktigt", "inte rätt"),
    "empty": ("blank", "nothing", "tomt"),
    "absent": ("missing", "not set", "saknas"),
}


def state_label(state: str, language: Language) -> str:
    """The name of a state for people."""
    return Pair(*CALLED.get(state, (state, state))).in_language(language)


def states_called(word: str, states: Iterable[str]) -> list[str]:
    """The states that ``word`` names: by name or label in either language, else by a common
    word."""
    folded, states = word.casefold(), tuple(states)
    named = [s for s in states if folded in (s, *(p.casefold() for p in CALLED.get(s, ())))]
    return named or [s for s in states if folded in _ALSO.get(s, ())]


def speaks_of(text: str, state: str) -> bool:
    """Whether a sentence says a state in any of its words."""
    words = (state, *CALLED.get(state, ()), *_ALSO.get(state, ()))
    return any(word.casefold() in text.casefold() for word in words)


def as_offered(text: str, labels: Mapping[str, str], *, everywhere: bool) -> str:
    """A help text with each state in the words of its answer: ``"yes: alert" at 1``.

    States stand before a colon, several with commas and *or*; ``everywhere`` replaces others too.
    """
    word = "|".join(map(re.escape, labels))
    several = rf"(?<![\w@./-])(?:{word})(?:(?:, | or | eller )(?:{word}))*(?=:(?:\s|$))"
    anywhere = rf"|(?<![\w@./-])(?-i:{word})(?![\w/-])" if everywhere else ""

    def offered(found: re.Match[str]) -> str:
        return re.sub(word, lambda one: _quoted(one[0], labels), found[0], flags=re.IGNORECASE)

    said = re.sub(several + anywhere, offered, text, flags=re.IGNORECASE)
    return re.sub(r'"([^"]+)": \1(?=[;,.)]|$)', r'"\1"', said)


def _quoted(state: str, labels: Mapping[str, str]) -> str:
    label = labels[state.casefold()]
    return state if label == state.casefold() else f'"{label}"'

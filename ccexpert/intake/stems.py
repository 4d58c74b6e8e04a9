"""Words as they count: in lower case, without addresses and times, cut to their stems; and phrases
of them."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

import Stemmer

_WORD = re.compile(r"[^\W_]{1,40}|;|,(?=\s)")
#: What parts a sentence without saying that the parts differ: a comma, a dash.
PAUSE = ","
_PAUSES = re.compile(r",(?=\s)|\s[-–—]{1,2}(?=\s)")
#: Addresses of pages and machines, times, dates, paths and the faces of a chat: their
#: parts are no words.
_ADDRESS = re.compile(
    r"https?://\S{1,400}"
    r"|(?<!\w)\d{1,2}:\d\d(?::\d\d)?(?!\w)|(?<!\w)\d{1,4}[/-]\d{1,2}(?:[/-]\d{1,4})?(?!\w)"
    r"|(?<![\w.-])[\w-]{1,64}(?:\.[\w-]{1,64}){2,8}"
    r"|(?<![\w.])/(?:usr|var|etc|opt|home|mnt|exports?|data|tmp|srv|app|u\d\d|nfs)(?:/[\w.@+-]{0,120}){1,30}"
    r"|(?<!\w):[a-z0-9_+-]{2,30}:(?!\w)"
    r"|(?<!\w)[a-z]:\\[\w.()\\-]{1,300}"
)
#: The same and addresses of mailboxes, which may begin at any letter.
_OR_MAILBOX = re.compile(
    rf"[\w.+-]{{1,64}}@[\w-]{{1,64}}(?:\.[\w-]{{1,64}}){{1,8}}|{_ADDRESS.pattern}"
)
_FIELD = re.compile(r"<%[=@]?[^%\n]{1,120}%>")
#: What French writes together: *n'arrive*, *d'envoi*.
_ELIDED = re.compile(r"(?<!\w)(?:(n)|[dlscjmt]|qu)['’](?=\w)")
_HYPHEN = re.compile(r"(?<=\w)[-‐‑'’](?=\w)")
#: How often something happens within an hour, whatever the number: *every 5 minutes*.
_EACH = re.compile(
    r"\b(?:(every|each)|(?:var|varje)) (?:\d{1,3}(?::[ea])?|few|couple of|other|two|three|five|ten"
    r"|fifteen|twenty|thirty|annan|tredje|femte|tionde)(?= (?:seconds?|minutes?|sekund|minut)\b)"
)
#: The length of words that may have several endings.
_LONG = 8


class Phrases(dict[tuple[str, ...], tuple[str, str]]):
    """Kind and name of each phrase, by its stems."""

    def __init__(self, phrases: Mapping[tuple[str, ...], tuple[str, str]]) -> None:
        super().__init__(phrases)
        #: The length of the longest phrase that begins with a stem.
        self._lengths: dict[str, int] = {}
        for first, *more in phrases:
            self._lengths[first] = max(1 + len(more), self._lengths.get(first, 0))

    def may_stand_in(self, stems: Iterable[str]) -> bool:
        """Whether some phrase may begin at one of these stems."""
        return not self._lengths.keys().isdisjoint(stems)

    def longest(self, stems: list[str], at: int = 0) -> tuple[int, tuple[str, str] | None]:
        """The length in stems of the longest phrase that begins there, and its meaning."""
        most = self._lengths.get(stems[at]) if at < len(stems) else None
        if most is None:
            return 0, None
        if most == 1:
            return 1, self[(stems[at],)]
        for length in range(min(most, len(stems) - at), 0, -1):
            if meant := self.get(tuple(stems[at : at + length])):
                return length, meant
        return 0, None


def plain_words(text: str) -> Iterator[str]:
    """The words of a text in lower case; hyphenated words count as one, addresses as none, and the
    code of a personalised field is called so."""
    plain = text.casefold()
    if "<%" in plain:
        plain = _FIELD.sub(" personalisation ", plain)
    if any(mark in plain for mark in ".@:/-"):
        plain = (_OR_MAILBOX if "@" in plain else _ADDRESS).sub(" ", plain)
    if "minut" in plain or "second" in plain or "sekund" in plain:
        plain = _EACH.sub(lambda one: "every" if one[1] else "varje", plain)
    if "'" in plain or "’" in plain:
        plain = _ELIDED.sub(lambda one: "ne " if one[1] else " ", plain)
    plain = _HYPHEN.sub("", _PAUSES.sub(" , ", plain))
    return (found[0] for found in _WORD.finditer(plain))


def stems_of(phrase: Any) -> tuple[str, ...]:
    """The stems of the words of a phrase."""
    return tuple(stem(word) for word in plain_words(str(phrase)))


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The common stem of a word's forms, in English or Swedish. Long words lose one ending after
    the other, as in *erbjudande*, *-n*, *-na*."""
    shorter = str(stemmers.swedish.stemWord(stemmers.english.stemWord(word)))
    return shorter if shorter == word or len(shorter) < _LONG else stem(shorter)


class _Stemmers(threading.local):
    """The stemmers of a thread: each keeps the word at work in itself."""

    def __init__(self) -> None:
        self.english = Stemmer.Stemmer("english")
        self.swedish = Stemmer.Stemmer("swedish")


stemmers = _Stemmers()

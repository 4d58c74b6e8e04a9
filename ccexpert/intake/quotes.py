"""What a person quotes: *the page says "certificate expired", and nobody gets in*."""

from __future__ import annotations

import re
from collections.abc import Callable

from ccexpert.intake.messages import Message

_QUOTE = re.compile(
    r"[\"“„”]([^\"“„”\n]{8,400})[\"“”]|«([^«»\n]{8,400})»|(?<!`)`([^`\n]{8,400})`(?!`)"
)
_OPENING = '"“„”«`'
#: What a person writes before the words of a program: *login -> …*, *the page says …*.
_LEADS_IN = re.compile(
    r":\s|[-=]>|\s[-–—]\s|(?:^|[\s(])['‘](?=\w)"
    r"|\b(?:errors?|message|says|said|shows|reads|returns|returned|gives"
    r"|(?:fail|stop|end|abort)(?:s|ed|ped)? with"
    r"|felet|fel|felmeddelande|meddelandet|säger|visar|skriver|står|svarar|ger)\b",
    re.IGNORECASE,
)
#: What a screen says, in quotes behind a word for it: *the page gives 'Your session …'*.
_SAID = re.compile(
    r"\b(?:says?|shows?|reads?|gives?|gets?|getting|sees?|message|error|prompt|text"
    r"|(?:fail|stop|end|abort)(?:s|ed|ped)? with"
    r"|säger|visar|ger|får|ser|står|meddelandet|felet|texten)\b[^'\"“”„‘’«»\n]{0,24}"
    r"['\"“”„‘«]([^\W\d_][^'\"“”„‘«»\n]{7,160})['\"“”’»](?!\w)",
    re.IGNORECASE,
)
#: So many words outside of the quotes are a person's.
_WORDS = re.compile(r"(?:[^\W\d_]{2,40}\b[^\"“„”«»`\n]{0,40}?){3}")


def quotes_in(text: str, shows: Callable[[str], bool]) -> tuple[list[str], str]:
    """The quotes of a person that show something, and the text with blanks in their place. A
    question quotes nothing that was seen, and a program puts its own words in quotes."""
    if not any(mark in text for mark in _OPENING) or text.rstrip().endswith("?"):
        return [], text
    quotes = [(one, one[1] or one[2] or one[3]) for one in _QUOTE.finditer(text)]
    shown, rest = [(one, said) for one, said in quotes if shows(said)], text
    for one, _ in shown:
        rest = rest[: one.start()] + " " * len(one[0]) + rest[one.end() :]
    if shown and _WORDS.search(rest) and not Message(rest).is_of_a_program:
        return [said for _, said in shown], rest
    return [], text


def repeated(text: str) -> str:
    """What a person repeats of a program's words: all behind what leads in to them. A question
    repeats nothing that was seen."""
    leads = _LEADS_IN.search(text)
    return text[leads.end() :] if leads and not text.rstrip().endswith("?") else ""


def led_in(text: str) -> str:
    """What a person says before the words of a program: *the login fails with*; empty if nothing
    leads in to such words."""
    leads = _LEADS_IN.search(text)
    return text[: leads.end()] if leads and not text.rstrip().endswith("?") else ""


def said_by_screen(text: str) -> str:
    """What a screen says, as a sentence quotes it; empty if it quotes nothing of the kind."""
    quote = _SAID.search(text)
    return quote[1] if quote else ""

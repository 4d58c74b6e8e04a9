"""Texts of cards with variables: ``$instance`` is checked when a card is read, filled in when it
speaks."""

import re
from collections.abc import Mapping

from ccexpert.errors import KnowledgeError, Place
from ccexpert.facts.concerned import CALLED, UNKNOWN
from ccexpert.facts.entries import Text
from ccexpert.words import Language

_VARIABLES = re.compile(r"\$([a-z]+)")

#: Variables that are always bound when a rule fires, even if no pattern names them.
ALWAYS = frozenset({"host"})


def check_variables(text: Text, bound: frozenset[str], *where: str | int) -> None:
    """Raise ``KnowledgeError`` if a text uses a variable that nothing binds; ``where`` leads to
    the text."""
    check_words((text.en, text.sv), bound, *where)


def check_words(words: tuple[str, ...], bound: frozenset[str], *where: str | int) -> None:
    """Like ``check_variables``, for single words, such as those of a command."""
    for found in words:
        free = set(_VARIABLES.findall(found)) - bound - ALWAYS
        if free:
            raise KnowledgeError(
                f"'{where[-1]}' uses ${min(free)}, which no evidence binds",
                Place(field=where),
                tuple(f"${name}" for name in sorted(bound | ALWAYS)),
                f"${min(free)}",
            )


def fill(text: str, bindings: Mapping[str, str]) -> str:
    """``text`` with its variables filled in; an unknown one stays visible as ``<name>``."""
    return _VARIABLES.sub(lambda found: bindings.get(found[1]) or f"<{found[1]}>", text)


#: What stands in commands for what a message may name, and the variable that has it.
_STAND_INS = {"<host>": "peer", "<port>": "port", "<path>": "path", "<folder>": "path"}


def typed(word: str, bindings: Mapping[str, str]) -> str:
    """A word of a command with its variables, and what messages name, filled in."""
    word = fill(word, bindings)
    for stand_in, name in _STAND_INS.items():
        word = word.replace(stand_in, bindings.get(name) or stand_in)
    return word


def rendered(text: Text, bindings: Mapping[str, str], language: Language) -> str:
    """A text of a card with the values of its variables, in words of ``language``."""
    concerned = CALLED[bindings.get("whom", UNKNOWN)][language == "sv"]
    if bindings.get("whom") == UNKNOWN:
        concerned = bindings.get("peer") or concerned
    spoken = {**bindings, "whom": concerned}
    return fill(text.in_language(language), spoken)

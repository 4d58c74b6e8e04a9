"""What may be typed besides answers, in either language: commands, and words such as *probably*."""

from __future__ import annotations

import re

from ccexpert.words import Language, Pair

#: What may be typed instead of an answer: the English words, then the Swedish ones.
COMMANDS: dict[str, Pair[tuple[str, ...]]] = {
    "none": Pair(
        ("none", "no", "n", "all ok", "all in order", "all of them are ok"),
        ("inga", "inget", "ingen", "nej", "allt i ordning", "alla ok", "allt ok"),
    ),
    "unknown": Pair(
        ("unknown", "u", "?", "don't know", "dont know", "not sure", "no idea", "idk", "dunno"),
        ("okänt", "vet ej", "vet inte", "ingen aning", "osäker"),
    ),
    "why": Pair(("why",), ("varför",)),
    "how": Pair(("how",), ("hur",)),
    "show": Pair(("show",), ("visa",)),
    "help": Pair(("help", "h"), ("hjälp",)),
    "back": Pair(("back",), ("tillbaka",)),
    "undo": Pair(("undo",), ("ångra",)),
    "skip": Pair(("skip",), ("hoppa", "hoppa över")),
    "stop": Pair(("stop", "quit", "exit"), ("stopp", "sluta", "avsluta")),
}

#: The words that make an answer doubtful, in either language.
PROBABLY = ("probably", "troligen", "förmodligen")


#: Beginnings of sentences that mean *unknown*, such as *I don't know what is wrong*.
_CLUELESS = ("i don't know", "i dont know", "i do not know", "jag vet inte", "jag vet ej")


def command_called(text: str) -> str | None:
    """The command that ``text`` names, in either language; ``help 2`` is *help*."""
    folded = " ".join(text.casefold().replace("’", "'").split())
    if folded.startswith(_CLUELESS):
        return "unknown"
    folded = re.sub(r"^(help|h|hjälp) \d+$", r"\1", folded)
    return next((c for c, words in COMMANDS.items() if any(folded in w for w in words)), None)


def command_words(language: Language) -> list[str]:
    """The words of the commands in ``language``."""
    spoken = (words.in_language(language) for words in COMMANDS.values())
    return [each for words in spoken for each in words if len(each) > 2]

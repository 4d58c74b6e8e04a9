"""What may be typed besides answers, in either language: commands, and words such as *probably*."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from ccexpert.words import Language, Pair

#: What may be typed instead of an answer: the English words, then the Swedish ones.
COMMANDS: dict[str, Pair[tuple[str, ...]]] = {
    "none": Pair(
        ("none", "no", "n", "all ok", "all in order", "all of them are ok"),
        ("inga", "inget", "ingen", "nej", "allt i ordning", "alla ok", "allt ok"),
    ),
    "unknown": Pair(
        ("unknown", "u", "don't know", "dont know", "not sure", "no idea", "idk", "dunno"),
        ("okänt", "vet ej", "vet inte", "ingen aning", "osäker"),
    ),
    "why": Pair(("why",), ("varför",)),
    "how": Pair(("how",), ("hur",)),
    "show": Pair(("show",), ("visa",)),
    "help": Pair(("help", "h", "?"), ("hjälp",)),
    "back": Pair(("back",), ("tillbaka",)),
    "undo": Pair(("undo",), ("ångra",)),
    "done": Pair(
        ("done", "ready", "that's all", "that is all", "that's it", "that is it"),
        ("klar", "klart", "färdig", "det är allt", "det var allt"),
    ),
    "same": Pair(
        ("same", "ditto", "same as before", "same as above", "same as last time", "as above"),
        ("samma", "dito", "samma som förut", "samma som tidigare", "samma som ovan", "som ovan"),
    ),
    "skip": Pair(("skip",), ("hoppa", "hoppa över")),
    "stop": Pair(("stop", "quit", "exit"), ("stopp", "sluta", "avsluta")),
}

#: Commands that a question with one answer does not take.
ENDING = ("none", "done")

#: The words that make an answer doubtful, in either language.
PROBABLY = ("probably", "troligen", "förmodligen")


#: Questions to the program, such as *how do I check?*: they ask for help.
_ASKS = re.compile(
    r"(?:(?:i'm |i am )?not sure|(?:jag (?:är )?)?(?:osäker|inte säker))?[,. ]*(?:"
    r"(?:how|where|what|which|should|shall|can|must)(?: (?:do|can|should|must|would))? (?:i|we|one)"
    r"|how to|what does (?:this|that|it) mean|what do you mean|vad betyder|vad menar du"
    r"|(?:hur|var|vad|vilken|ska|kan|bör)(?: \w+)? (?:jag|man|vi))\b.*"
)

#: What somebody says who sees that the trouble is gone.
_OVER = re.compile(
    r"(?:never mind,? |glöm det,? |ok,? |oh,? |nu )*"
    r"(?:it|it's|that|everything|all|det|allt|den)?"
    r"(?: is| has| seems| är| har| verkar)?(?: to be)? ?"
    r"(?:(?:back|fixed|solved|resolved|tillbaka|löst|fixat)(?: again| now| by itself| igen| nu)*"
    r"|(?:works?|working|fungerar|funkar|går)(?: det)?(?: again| now| igen| nu)+)[.! ]*"
)

#: How somebody begins who takes back what was said last; the rest, if any, is meant instead.
_INSTEAD = re.compile(
    r"(?:actually,? no|no,? actually|no,? wait|wait,? no|wait|never mind|scratch that"
    r"|forget (?:it|that)"
    r"|nej,? vänta|vänta,? nej|vänta|nej,? förresten|glöm det|stryk det)(?:[,.:;!]+\s*(.*))?",
    re.IGNORECASE | re.DOTALL,
)

#: Beginnings of sentences that mean *unknown*, such as *I don't know what is wrong*.
_CLUELESS = ("i don't know", "i dont know", "i do not know", "jag vet inte", "jag vet ej")


@dataclass(frozen=True)
class Command:
    """A command with what may stand after it: ``help 2``, ``back 3``, ``why rules``."""

    name: str
    number: int = 0
    rules: bool = False
    """Whether the ids of rules are wanted."""


_NUMBERED, _WITH_RULES = ("help", "back"), ("why", "how")


def command_called(text: str) -> Command | None:
    """The command that ``text`` names, in either language."""
    folded = " ".join(text.casefold().replace("’", "'").split())
    if folded.startswith(_CLUELESS):
        return Command("help" if re.search(r"\b(how|hur)\b", folded) else "unknown")
    if name := _named(folded):
        return Command(name)
    if _ASKS.fullmatch(folded):
        return Command("help")
    if _OVER.fullmatch(folded):
        return Command("over")
    word, _, rest = folded.rpartition(" ")
    name = _named(word)
    if name in _NUMBERED and re.fullmatch("[0-9]{1,3}", rest):
        return Command(name, number=int(rest))
    if name in _WITH_RULES and rest in ("rules", "regler"):
        return Command(name, rules=True)
    return None


def said_instead(text: str) -> str | None:
    """What is meant instead of what was said last, ``""`` if nothing; None if that stands."""
    found = _INSTEAD.fullmatch(text.replace("’", "'").strip())
    return (found[1] or "").strip() if found else None


def beside_yes(text: str) -> str:
    """A line without the yes or no at its beginning: *no, only on app02*."""
    return re.sub(r"^(?:yes|no|ja|nej)\b[,.]?\s*(?:(?:but|men)\s+)?", "", text, flags=re.IGNORECASE)


def _named(folded: str) -> str | None:
    return next((c for c, words in COMMANDS.items() if any(folded in w for w in words)), None)


def command_words(language: Language, *, several: bool = True) -> list[str]:
    """The words of the commands in ``language``, for a question that takes one or several
    answers."""
    taken = (words for name, words in COMMANDS.items() if several or name not in ENDING)
    spoken = (words.in_language(language) for words in taken)
    return [each for words in spoken for each in words if len(each) > 2]


def nearest(given: str, words: Iterable[str]) -> str:
    """The word that ``given`` most likely misspells; ``""`` if none is close."""
    by_folded = {each.casefold(): each for each in words if each.casefold() != given.casefold()}
    near = get_close_matches(given.casefold(), by_folded, n=1, cutoff=0.6) if given else []
    return by_folded[near[0]] if near else ""

"""The words of the consultation, in both languages, and what operators may type."""

from __future__ import annotations

from ccexpert.knowledge.vocabulary import Language

_WORDS: dict[str, tuple[str, str]] = {
    "symptoms": (
        "What do you see? Choose by number or name, type words to search, Enter when done.",
        "Vad ser du? Välj med nummer eller namn, sök med ord, Enter när du är klar.",
    ),
    "symptoms help": (
        "Name what people complain about. You need not know what is wrong.",
        "Ange vad användarna klagar på. Du behöver inte veta vad som är fel.",
    ),
    "chosen": ("chosen", "valt"),
    "nothing found": ("Nothing fits those words.", "Inget stämmer med de orden."),
    "instance": ("Which instance is it about?", "Vilken instans gäller det?"),
    "instance help": (
        "The name after @ in the process list (nlserver pdump), such as prod in mta@prod.",
        "Namnet efter @ i processlistan (nlserver pdump), till exempel prod i mta@prod.",
    ),
    "question": ("question", "fråga"),
    "to go": ("about {n} to go", "ungefär {n} kvar"),
    "leading": ("leading", "leder"),
    "none leads": ("no diagnosis yet", "ingen diagnos än"),
    "answer": ("answer", "svar"),
    "also": (
        "also: unknown, probably …, why, how, show, help, back, skip, stop",
        "även: okänt, troligen …, varför, hur, visa, hjälp, tillbaka, hoppa, stopp",
    ),
    "not understood": ("'{given}' is not an answer here", "'{given}' är inget svar här"),
    "did you mean": ("did you mean '{word}'?", "menade du '{word}'?"),
    "separates": ("This question decides between:", "Frågan avgör mellan:"),
    "wants": ("wanted by", "efterfrågas av"),
    "would be": ("would be", "blir"),
    "stands because": (
        "The first diagnosis stands because:",
        "Den första diagnosen gäller därför att:",
    ),
    "facts so far": ("Facts so far:", "Observationer hittills:"),
    "ranking": ("Ranking:", "Rangordning:"),
    "nothing yet": ("nothing yet", "inget än"),
    "look with": ("look with", "se efter med"),
    "takes": ("takes about {n:g} min", "tar ungefär {n:g} min"),
    "which answer": ("Which answer do you want to change?", "Vilket svar vill du ändra?"),
    "nothing to change": (
        "There is no answer to change yet.",
        "Det finns inget svar att ändra än.",
    ),
    "changed": ("changed", "ändrat"),
    "done": (
        "No open question can change the first diagnosis.",
        "Ingen öppen fråga kan ändra den första diagnosen.",
    ),
    "saved": (
        "Session saved in {path}; go on with: ccexpert consult --resume --session {path}",
        "Sessionen är sparad i {path}; fortsätt med: ccexpert consult --resume --session {path}",
    ),
    "dropped": (
        "The last line of the session was only half written and has been dropped.",
        "Sessionens sista rad var bara halvskriven och har tagits bort.",
    ),
    "resumed": ("Resumed with {n} answers.", "Återupptagen med {n} svar."),
    "yes": ("yes", "ja"),
    "no": ("no", "nej"),
    "unknown": ("unknown", "okänt"),
    "probably": ("probably", "troligen"),
}

#: What the states of facts are called; a state that is not here is a word of its own.
_STATES: dict[str, tuple[str, str]] = {
    "true": ("yes", "ja"),
    "false": ("no", "nej"),
    "running": ("running", "körs"),
    "missing": ("missing", "saknas"),
    "unresponsive": ("unresponsive", "svarar inte"),
    "crashing": ("crashing", "kraschar"),
    "restarting": ("restarting", "startas om hela tiden"),
    "stuck": ("stuck", "har hängt sig"),
    "bound": ("held by the right program", "hålls av rätt program"),
    "free": ("free", "ledig"),
    "in-use": ("held by another program", "hålls av ett annat program"),
    "unreachable": ("unreachable", "går inte att nå"),
    "growing": ("growing", "växer"),
    "stale": ("stale", "växer inte längre"),
    "incomplete": ("incomplete", "ofullständig"),
    "ok": ("ok", "ok"),
    "error": ("error", "fel"),
    "blank": ("blank", "tomt"),
    "tomcat-error": ("Tomcat or Java error", "Tomcat- eller Java-fel"),
    "refused": ("refused", "nekas"),
    "timeout": ("no answer", "inget svar"),
    "finished": ("finished", "slutfört"),
    "failed": ("failed", "misslyckat"),
    "interrupted": ("interrupted", "avbrutet"),
    "partial": ("partial", "delvis klart"),
    "paused": ("paused", "pausat"),
    "pending": ("pending", "väntande"),
    "start-asap": ("start as soon as possible", "starta så snart som möjligt"),
    "start-in-progress": ("start in progress", "start pågår"),
    "stopped": ("stopped", "stoppat"),
    "late": ("late", "försenat"),
    "warning": ("warning", "varning"),
    "alert": ("alert", "larm"),
    "wrong": ("wrong", "felaktig"),
    "empty": ("empty", "tom"),
    "absent": ("not there", "finns inte"),
}

#: What may be typed instead of an answer, in either language.
COMMANDS: dict[str, tuple[str, ...]] = {
    "unknown": ("unknown", "u", "?", "okänt", "vet ej", "vet inte"),
    "why": ("why", "varför"),
    "how": ("how", "hur"),
    "show": ("show", "visa"),
    "help": ("help", "h", "hjälp"),
    "back": ("back", "tillbaka"),
    "skip": ("skip", "hoppa", "hoppa över"),
    "stop": ("stop", "quit", "exit", "stopp", "sluta", "avsluta"),
}

#: The words that make an answer doubtful, in either language.
PROBABLY = ("probably", "troligen", "förmodligen")
PROBABLY_NOT = ("probably not", "troligen inte", "förmodligen inte")


def say(key: str, language: Language, **values: object) -> str:
    """The words called ``key``, with ``values`` put in."""
    return _WORDS[key][0 if language == "en" else 1].format(**values)


def state_label(state: str, language: Language) -> str:
    """What a state is called; for logs and jobs the word of the kind itself."""
    pair = _STATES.get(state, (state, state))
    return pair[0 if language == "en" else 1]


def states_called(word: str, states: tuple[str, ...]) -> list[str]:
    """The states that ``word`` names, by their own name or by either language's."""
    folded = word.casefold()
    return [s for s in states if folded in (s, *(p.casefold() for p in _STATES.get(s, ())))]

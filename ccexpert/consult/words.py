"""The words of the consultation, in both languages, and what operators may type."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

from ccexpert.knowledge.vocabulary import Language

_WORDS: dict[str, tuple[str, str]] = {
    "symptoms": ("What do you see?", "Vad ser du?"),
    "choose": (
        "Choose by number or name; other words search everything that can be wrong, error messages "
        "too. Enter when done.",
        "Välj med nummer eller namn; andra ord söker bland allt som kan vara fel, även "
        "felmeddelanden. Enter när du är klar.",
    ),
    "symptoms help": (
        "Name what people complain about, or an error code or some words of an error message. You "
        "need not know what is wrong; Enter alone means that you cannot tell.",
        "Ange vad användarna klagar på, en felkod eller några ord ur ett felmeddelande. Du behöver "
        "inte veta vad som är fel; bara Enter betyder att du inte kan säga.",
    ),
    "chosen": ("chosen", "valt"),
    "nothing found": ("Nothing fits '{given}'.", "Inget stämmer med '{given}'."),
    "instance": ("Which instance is it about?", "Vilken instans gäller det?"),
    "instance help": (
        "The name after @ in the process list (nlserver pdump), such as prod in mta@prod.",
        "Namnet efter @ i processlistan (nlserver pdump), till exempel prod i mta@prod.",
    ),
    "not an instance": (
        "'{given}' is not the name of an instance: letters, digits, - and _.",
        "'{given}' är inget instansnamn: bokstäver, siffror, - och _.",
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
    "list error": (
        "Which of these messages does a log or a journal show?",
        "Vilka av de här meddelandena visar en logg eller en journal?",
    ),
    "list symptom": ("Which of these do you see as well?", "Vad av det här ser du också?"),
    "list context": ("Which of these hold?", "Vilket av det här stämmer?"),
    "list process": (
        "Which of these processes do not run as they should?",
        "Vilka av de här processerna körs inte som de ska?",
    ),
    "list port": (
        "Which of these ports are not as they should be?",
        "Vilka av de här portarna är inte som de ska?",
    ),
    "list log": (
        "Which of these logs do not grow as they should?",
        "Vilka av de här loggarna växer inte som de ska?",
    ),
    "list probe": (
        "Which of these checks do not succeed?",
        "Vilka av de här kontrollerna lyckas inte?",
    ),
    "list job": ("Which of these jobs did not finish?", "Vilka av de här jobben slutfördes inte?"),
    "list workflow": (
        "Which of these workflows do not run as they should?",
        "Vilka av de här arbetsflödena körs inte som de ska?",
    ),
    "list indicator": (
        "Which of these are at a warning or an alert?",
        "Vilka av de här ligger på varning eller larm?",
    ),
    "list setting": (
        "Which of these settings are not right?",
        "Vilka av de här inställningarna är inte rätt?",
    ),
    "list help states": (
        "Look at each and name those that are out of order, with their number and state; what you "
        "leave out is in order. 'help 2' says how to find out about number 2; '2?' says that you "
        "cannot tell.",
        "Titta på var och en och ange dem som inte är i ordning, med nummer och tillstånd; det du "
        "utelämnar är i ordning. 'hjälp 2' säger hur du tar reda på nummer 2; '2?' säger att du "
        "inte vet.",
    ),
    "list help": (
        "Choose all that apply; what you leave out is not the case. 'help 2' says how to find out "
        "about number 2; '2?' says that you cannot tell.",
        "Välj allt som stämmer; det du utelämnar stämmer inte. 'hjälp 2' säger hur du tar reda på "
        "nummer 2; '2?' säger att du inte vet.",
    ),
    "pick": (
        "by number, or words to search; Enter: no more; also: unknown, why, how, show, help, help "
        "2, back, skip, stop",
        "med nummer, eller sökord; Enter: inga fler; även: okänt, varför, hur, visa, hjälp, hjälp "
        "2, tillbaka, hoppa, stopp",
    ),
    "pick states": (
        "number and state, such as 1 {state}; states: {states}; Enter: all in order; also: "
        "unknown, 1?, probably …, why, how, show, help, help 1, back, skip, stop",
        "nummer och tillstånd, till exempel 1 {state}; tillstånd: {states}; Enter: allt i ordning; "
        "även: okänt, 1?, troligen …, varför, hur, visa, hjälp, hjälp 1, tillbaka, hoppa, stopp",
    ),
    "none": ("none", "inga"),
    "not understood": ("'{given}' is not an answer here.", "'{given}' är inget svar här."),
    "answers are": ("Answers: {words}.", "Svar: {words}."),
    "say a state": (
        "Say the state as well: {states}.",
        "Ange även tillståndet: {states}.",
    ),
    "contradicts": (
        "That contradicts what is known already; 'back' changes an earlier answer.",
        "Det motsäger det som redan är känt; 'tillbaka' ändrar ett tidigare svar.",
    ),
    "did you mean": ("Did you mean '{word}'?", "Menade du '{word}'?"),
    "separates": (
        "The answer would move these diagnoses:",
        "Svaret skulle flytta de här diagnoserna:",
    ),
    "wants": ("rule {rule}", "regel {rule}"),
    "would be": ("would be", "blir"),
    "why symptoms": (
        "Everything else follows from what is seen: only diagnoses that fit it are looked into.",
        "Allt annat följer av det som syns: bara diagnoser som passar det undersöks.",
    ),
    "why instance": (
        "Processes are started and checked for one instance, such as mta@prod.",
        "Processer startas och kontrolleras för en instans, till exempel mta@prod.",
    ),
    "why fact": (
        "It could change the first diagnosis when it was asked, and may do so again.",
        "Den kunde ändra den första diagnosen när den ställdes, och kan göra det igen.",
    ),
    "stands because": (
        "The first diagnosis stands because:",
        "Den första diagnosen gäller därför att:",
    ),
    "facts so far": ("Facts so far:", "Observationer hittills:"),
    "ranking": ("Ranking:", "Rangordning:"),
    "nothing yet": ("nothing yet", "inget än"),
    "look with": ("Look with: {command}", "Se efter med: {command}"),
    "takes": ("Takes about {n:g} min.", "Tar ungefär {n:g} min."),
    "which answer": ("number of the answer to change", "numret på svaret som ska ändras"),
    "nothing to change": (
        "There is no answer to change yet.",
        "Det finns inget svar att ändra än.",
    ),
    "changed": (
        "Changed; what followed has been worked out again.",
        "Ändrat; det som följde är omräknat.",
    ),
    "unchanged": ("Nothing was changed.", "Inget ändrades."),
    "done": (
        "No open question is likely to change the first diagnosis.",
        "Ingen öppen fråga lär ändra den första diagnosen.",
    ),
    "done without": (
        "There is nothing more to ask.",
        "Det finns inget mer att fråga om.",
    ),
    "saved": (
        "Every answer is saved. Go on with:",
        "Alla svar är sparade. Fortsätt med:",
    ),
    "dropped": (
        "The last line of the session was only half written and has been dropped.",
        "Sessionens sista rad var bara halvskriven och har tagits bort.",
    ),
    "resumed": ("Resumed; answers so far: {n}.", "Återupptagen; svar hittills: {n}."),
    "unknown": ("unknown", "okänt"),
    "probably": ("probably {answer}", "troligen {answer}"),
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

#: What may be typed instead of an answer: the words of English, then those of Swedish.
COMMANDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "none": (("none", "no"), ("inga", "inget", "ingen", "nej")),
    "unknown": (("unknown", "u", "?", "don't know"), ("okänt", "vet ej", "vet inte")),
    "why": (("why",), ("varför",)),
    "how": (("how",), ("hur",)),
    "show": (("show",), ("visa",)),
    "help": (("help", "h"), ("hjälp",)),
    "back": (("back",), ("tillbaka",)),
    "skip": (("skip",), ("hoppa", "hoppa över")),
    "stop": (("stop", "quit", "exit"), ("stopp", "sluta", "avsluta")),
}

#: The words that make an answer doubtful, in either language.
PROBABLY = ("probably", "troligen", "förmodligen")
PROBABLY_NOT = ("probably not", "troligen inte", "förmodligen inte")


def command_called(text: str) -> str | None:
    """The command that ``text`` names, in either language; ``help 2`` is *help*."""
    folded = re.sub(r"^(help|h|hjälp) \d+$", r"\1", " ".join(text.casefold().split()))
    return next((c for c, words in COMMANDS.items() if any(folded in w for w in words)), None)


def command_words(language: Language) -> list[str]:
    """The commands as they are typed in ``language``."""
    place = 0 if language == "en" else 1
    return [each for words in COMMANDS.values() for each in words[place] if len(each) > 2]


def nearest(given: str, words: Iterable[str]) -> str:
    """The word that ``given`` is most likely a misspelling of; ``""`` when none is near."""
    by_folded = {each.casefold(): each for each in words}
    near = get_close_matches(given.casefold(), by_folded, n=1, cutoff=0.6) if given else []
    return by_folded[near[0]] if near else ""


def say(key: str, language: Language, **values: object) -> str:
    """The words called ``key``, with ``values`` put in."""
    return _WORDS[key][0 if language == "en" else 1].format(**values)


def state_label(state: str, language: Language) -> str:
    """What a state is called."""
    pair = _STATES.get(state, (state, state))
    return pair[0 if language == "en" else 1]


def states_called(word: str, states: tuple[str, ...]) -> list[str]:
    """The states that ``word`` names, by their own name or by either language's."""
    folded = word.casefold()
    return [s for s in states if folded in (s, *(p.casefold() for p in _STATES.get(s, ())))]

"""The words of the page, in both languages."""

from __future__ import annotations

from ccexpert.words import Language, Pair, Words, in_language

_WORDS: Words = {
    "answers": Pair("Your answers", "Dina svar"),
    "begin": Pair(
        "Describe what you see, or paste what you have",
        "Beskriv vad du ser, eller klistra in det du har",
    ),
    "begin help": Pair(
        "A sentence, an error message, a log, what a command printed. Secrets are removed.",
        "En mening, ett felmeddelande, en logg, ett kommandos utskrift. Hemligheter tas bort.",
    ),
    "change": Pair("Change", "Ändra"),
    "changing": Pair("You are changing this answer.", "Du ändrar det här svaret."),
    "common": Pair("Common", "Vanliga"),
    "continue": Pair("Continue", "Fortsätt"),
    "contradicts": Pair(
        "That contradicts what is already known. Change an earlier answer instead.",
        "Det motsäger det som redan är känt. Ändra ett tidigare svar i stället.",
    ),
    "copy link": Pair("Copy link", "Kopiera länk"),
    "do not know": Pair("I don't know", "Vet inte"),
    "download": Pair("Download", "Ladda ned"),
    "facts file": Pair("Facts (JSON)", "Observationer (JSON)"),
    "finish": Pair("Show the report now", "Visa rapporten nu"),
    "forget": Pair("Remove", "Ta bort"),
    "found": Pair("Found in your words", "Hittat i dina ord"),
    "from text": Pair("From your text", "Ur din text"),
    "how to look": Pair("How to find out", "Så tar du reda på det"),
    "in order": Pair("in order", "i ordning"),
    "more": Pair("Answer more questions", "Svara på fler frågor"),
    "none yet": Pair("No diagnosis yet.", "Ingen diagnos än."),
    "not an answer": Pair("'{given}' is not an answer here.", "'{given}' är inget svar här."),
    "problem": Pair("That cannot be used", "Det går inte att använda"),
    "copied": Pair("Copied", "Kopierat"),
    "copy": Pair("Copy", "Kopiera"),
    "others in order": Pair("All others are in order", "Alla andra är i ordning"),
    "paste": Pair("Paste more", "Klistra in mer"),
    "print": Pair("Print", "Skriv ut"),
    "probably": Pair("I am not sure", "Jag är inte säker"),
    "question": Pair("Question", "Fråga"),
    "ranking": Pair("Ranking so far", "Rangordning hittills"),
    "read": Pair("Read: {fact}", "Läst: {fact}"),
    "read button": Pair("Read", "Läs"),
    "restart": Pair("Start again", "Börja om"),
    "skip": Pair("Skip to the question", "Hoppa till frågan"),
    "title": Pair("What is wrong with Campaign?", "Vad är fel med Campaign?"),
    "to go": Pair("about {n} to go", "ungefär {n} kvar"),
    "what applies": Pair("Tick what applies", "Kryssa för det som stämmer"),
    "why": Pair("Why this question?", "Varför den här frågan?"),
}


def page_words(language: Language) -> dict[str, str]:
    """Every text, by key."""
    return in_language(_WORDS, language)


def said(key: str, language: Language, **values: object) -> str:
    """The text called ``key``, filled in with ``values``."""
    return _WORDS[key].in_language(language).format(**values)

"""The words of the consultation, in both languages."""

from __future__ import annotations

from ccexpert.words import Language, Pair, Words

_WORDS: Words = {
    "symptoms": Pair("What do you see?", "Vad ser du?"),
    "again": Pair("Please look once more: {question}", "Titta en gång till: {question}"),
    "other sign": Pair(
        "To be sure, another sign of the same: {question}",
        "För säkerhets skull, ett annat tecken på samma sak: {question}",
    ),
    "paste it": Pair(
        "Surest: paste here what '{command}' prints.",
        "Säkrast: klistra in det som '{command}' skriver ut.",
    ),
    "may be seen": Pair("Do you see one of these as well?", "Ser du även något av det här?"),
    "outweighed": Pair(
        "You said: {said}. What was shown now counts instead.",
        "Du sade: {said}. Det som visades nu gäller i stället.",
    ),
    "alone": Pair(
        "Nothing else points to the first diagnosis. Please look a last time: {question}",
        "Inget annat pekar på den första diagnosen. Titta en sista gång: {question}",
    ),
    "why again": Pair(
        "The result hangs on this answer, so it is worth another look.",
        "Resultatet hänger på det här svaret, så det är värt en titt till.",
    ),
    "choose": Pair(
        "Choose by number or name. Other words search everything that can be wrong, error messages "
        "too. -1 undoes a choice. Press Enter when done.",
        "Välj med nummer eller namn; andra ord söker bland allt som kan vara fel, även "
        "felmeddelanden. -1 tar bort. Enter när du är klar.",
    ),
    "symptoms help": Pair(
        "Name what people complain about, an error code, or some words of an error message. You "
        "need not know what is wrong; Enter alone means that you do not know.",
        "Ange vad användarna klagar på, en felkod eller några ord ur ett felmeddelande. Du behöver "
        "inte veta vad som är fel; bara Enter betyder att du inte vet.",
    ),
    "chosen": Pair("chosen", "valt"),
    "taken back": Pair("removed: {label}", "borttaget: {label}"),
    "nothing chosen": Pair("nothing", "inget"),
    "nothing to undo": Pair("Nothing is chosen yet.", "Inget är valt än."),
    "choose one found": Pair(
        "Nothing is chosen yet: type the number of a result, or other words.",
        "Inget är valt än: ange numret på en träff, eller andra sökord.",
    ),
    "say none": Pair(
        "Type the number and the state of each one that is out of order, 'none' if all are in "
        "order, 'unknown' if you do not know.",
        "Skriv nummer och läge för var och en som inte är i ordning, 'inga' om alla är det, "
        "'okänt' om du inte vet.",
    ),
    "say none apply": Pair(
        "Type the numbers of those that apply, 'none' if none does, 'unknown' if you do not know.",
        "Skriv numren på dem som stämmer, 'inga' om ingen gör det, 'okänt' om du inte vet.",
    ),
    "say something": Pair(
        "Enter alone is not an answer here: choose one, or type 'unknown' if you do not know.",
        "Bara Enter är inget svar här: välj ett svar, eller skriv 'okänt' om du inte vet.",
    ),
    "read": Pair("Read from your text:", "Läst ur din text:"),
    "noted": Pair("Noted: {said}", "Noterat: {said}"),
    "may mean": Pair(
        "To note something else, type it in full: {said}.",
        "För att notera något annat, skriv det i sin helhet: {said}.",
    ),
    "read nothing": Pair("Your text holds nothing that is known.", "Din text har inget känt."),
    "read left": Pair("Not understood: {said}", "Inte förstått: {said}"),
    "not saved": Pair("Not saved: {said}.", "Inte sparat: {said}."),
    "same": Pair(
        "Please type it again, or its number. 'show' lists what you said.",
        "Skriv det igen, eller dess nummer. 'visa' listar vad du har sagt.",
    ),
    "over": Pair(
        "Good. Nothing was changed here: 'stop' ends with a report of what is known.",
        "Bra. Inget ändrades här: 'stopp' avslutar med en rapport om det som är känt.",
    ),
    "nothing found": Pair("Nothing matches '{given}'.", "Inget stämmer med '{given}'."),
    "instance": Pair("Which instance is it about?", "Vilken instans gäller det?"),
    "instance help": Pair(
        "The name after @ in the process list (nlserver pdump), such as prod in mta@prod.",
        "Namnet efter @ i processlistan (nlserver pdump), till exempel prod i mta@prod.",
    ),
    "not an instance": Pair(
        "'{given}' is not an instance name. Type what stands after @ in the process list, such as "
        "prod in mta@prod, or: unknown.",
        "'{given}' är inget instansnamn. Skriv det som står efter @ i processlistan, till exempel "
        "prod i mta@prod, eller: okänt.",
    ),
    "question": Pair("question", "fråga"),
    "to go": Pair("about {n} to go", "ungefär {n} kvar"),
    "leading": Pair("leading", "leder"),
    "none leads": Pair("no diagnosis yet", "ingen diagnos än"),
    "answer": Pair("answer", "svar"),
    "also": Pair(
        "also: unknown, probably …, why, how, show, help, back, skip, stop",
        "även: okänt, troligen …, varför, hur, visa, hjälp, tillbaka, hoppa, stopp",
    ),
    "also build": Pair(
        "also: the number of the build, unknown, probably …, why, how, show, help, back, skip, "
        "stop",
        "även: buildens nummer, okänt, troligen …, varför, hur, visa, hjälp, tillbaka, hoppa, "
        "stopp",
    ),
    "list help states": Pair(
        "Check each one and name those that are not in order, by number and state. What you leave "
        "out counts as in order. 'help 2' tells how to check number 2; '2?' means that you do not "
        "know.",
        "Kontrollera var och en och ange dem som inte är i ordning, med nummer och tillstånd. Det "
        "du utelämnar räknas som i ordning. 'hjälp 2' visar hur du kontrollerar nummer 2; '2?' "
        "betyder att du inte vet.",
    ),
    "list help": Pair(
        "Choose all that apply. What you leave out counts as not true. 'help 2' tells how to check "
        "number 2; '2?' means that you do not know.",
        "Välj allt som stämmer. Det du utelämnar räknas som att det inte stämmer. 'hjälp 2' visar "
        "hur du kontrollerar nummer 2; '2?' betyder att du inte vet.",
    ),
    "pick": Pair(
        "by number, or words to search; -1 undoes; Enter: no more; none; also: unknown, why, "
        "how, show, help, help 2, back, skip, stop",
        "med nummer, eller sökord; -1 tar bort; Enter: inga fler; inga; även: okänt, varför, hur, "
        "visa, hjälp, hjälp 2, tillbaka, hoppa, stopp",
    ),
    "pick states": Pair(
        "number and state, such as 1 {state}; states: {states}; -1 undoes; Enter: no more; "
        "none: all in order; also: unknown, 1?, probably …, why, how, show, help, help 1, back, "
        "skip, stop",
        "nummer och tillstånd, till exempel 1 {state}; tillstånd: {states}; -1 tar bort; Enter: "
        "inga fler; inga: allt i ordning; även: okänt, 1?, troligen …, varför, hur, visa, hjälp, "
        "hjälp 1, tillbaka, hoppa, stopp",
    ),
    "none": Pair("none", "inga"),
    "not understood": Pair("'{given}' is not an answer here.", "'{given}' är inget svar här."),
    "which of them": Pair("Which of them: {words}?", "Vilket av dem: {words}?"),
    "answers are": Pair("Answers: {words}.", "Svar: {words}."),
    "say a state": Pair(
        "Add the state: {states}.",
        "Ange även tillståndet: {states}.",
    ),
    "contradicts": Pair(
        "That contradicts what is already known; 'back' changes an earlier answer.",
        "Det motsäger det som redan är känt; 'tillbaka' ändrar ett tidigare svar.",
    ),
    "did you mean": Pair("Did you mean '{word}'?", "Menade du '{word}'?"),
    "separates": Pair(
        "The answer can change which diagnosis stands first:",
        "Svaret kan ändra vilken diagnos som står först:",
    ),
    "then": Pair("{answer} → {sure}: {title}", "{answer} → {sure}: {title}"),
    "unlikely": Pair("unlikely", "osannolikt"),
    "ruled out": Pair("ruled out", "uteslutet"),
    "why symptoms": Pair(
        "The symptoms decide what comes next: only diagnoses that fit them are examined.",
        "Symptomen avgör vad som undersöks: bara diagnoser som stämmer med dem prövas.",
    ),
    "why instance": Pair(
        "Processes are started and checked per instance, such as mta@prod.",
        "Processer startas och kontrolleras per instans, till exempel mta@prod.",
    ),
    "why list": Pair(
        "When it was asked, the answers could change the first diagnosis; they still may.",
        "När frågan ställdes kunde svaren ändra den första diagnosen, och det kan de än.",
    ),
    "why fact": Pair(
        "When it was asked, the answer could change the first diagnosis; it still may.",
        "När frågan ställdes kunde svaret ändra den första diagnosen, och det kan det än.",
    ),
    "stands": Pair("{title}: {sure}", "{title}: {sure}"),
    "speaks for": Pair("for it: {because}", "talar för: {because}"),
    "speaks against": Pair("against it: {because}", "talar emot: {because}"),
    "adds nothing": Pair("adds nothing: {because}", "tillför inget: {because}"),
    "you said": Pair("you said: {fact}", "du sa: {fact}"),
    "it is known": Pair("known: {fact}", "känt: {fact}"),
    "answer number": Pair("answer {n}", "svar {n}"),
    "does not fit": Pair(
        "Two things do not fit together. They are about: {title}",
        "Två saker går inte ihop. De gäller: {title}",
    ),
    "take back": Pair(
        "If one of them is wrong, change it with {back}.",
        "Om något av det är fel, ändra det med {back}.",
    ),
    "back": Pair("back", "tillbaka"),
    "or": Pair(" or ", " eller "),
    "facts so far": Pair("Facts so far:", "Observationer hittills:"),
    "ranking": Pair("Ranking:", "Rangordning:"),
    "nothing yet": Pair("nothing yet", "inget än"),
    "look with": Pair("Look with: {command}", "Se efter med: {command}"),
    "takes": Pair("Takes about {n:g} min.", "Tar ungefär {n:g} min."),
    "which answer": Pair("number of the answer to change", "numret på svaret som ska ändras"),
    "nothing to change": Pair(
        "There is no answer to change yet.",
        "Det finns inget svar att ändra än.",
    ),
    "changed": Pair(
        "Changed. Everything after it has been recomputed.",
        "Ändrat. Allt efter det är omräknat.",
    ),
    "unchanged": Pair("Nothing was changed.", "Inget ändrades."),
    "done": Pair(
        "Done: no further question is likely to change the result.",
        "Klart: fler frågor skulle knappast ändra resultatet.",
    ),
    "done without": Pair(
        "There is nothing more to ask.",
        "Det finns inget mer att fråga om.",
    ),
    "look": Pair(
        "The answers so far do not help. Let ccexpert look at the server itself; run this there:",
        "Svaren hittills räcker inte. Låt ccexpert undersöka servern själv; kör detta på den:",
    ),
    "look at list": Pair(
        "or paste an output, a log or a ticket here, at any question; or pass on what a command "
        "prints:",
        "eller klistra in en utskrift, en logg eller ett ärende här, vid vilken fråga som helst; "
        "eller skicka in det som ett kommando skriver ut:",
    ),
    "can paste": Pair(
        "If you have a message, an output or a log, paste it here, at any question.",
        "Har du ett meddelande, en utskrift eller en logg, klistra in det här, vid vilken fråga "
        "som helst.",
    ),
    "enough still": Pair(
        "The last {n} answers changed nothing, so this is the report on what is known.",
        "De senaste {n} svaren ändrade inget; här är rapporten om det som är känt.",
    ),
    "enough unknown": Pair(
        "{n} answers in a row were unknown, so this is the report on what is known.",
        "{n} svar i rad var okända; här är rapporten om det som är känt.",
    ),
    "go on": Pair(
        "To answer more questions all the same, resume the session; the command stands below the "
        "report.",
        "Vill du ändå svara på fler frågor, återuppta sessionen; kommandot står under rapporten.",
    ),
    "first plan still": Pair(
        "The last {n} answers changed nothing, so more questions would hardly help. Start with "
        "this:",
        "De senaste {n} svaren ändrade inget, så fler frågor skulle knappast hjälpa. Börja så här:",
    ),
    "first plan unknown": Pair(
        "{n} answers in a row were unknown, so more questions would not help. Start with this:",
        "{n} svar i rad var okända, så fler frågor skulle inte hjälpa. Börja så här:",
    ),
    "plan processes": Pair(
        "See which processes run: nlserver pdump",
        "Se vilka processer som körs: nlserver pdump",
    ),
    "plan missing": Pair(
        "See which processes should run but do not: nlserver monitor -missing",
        "Se vilka processer som borde köras men inte gör det: nlserver monitor -missing",
    ),
    "plan pages": Pair(
        "Open the pages /r/test and /nl/jsp/logon.jsp of the server in a browser.",
        "Öppna serverns sidor /r/test och /nl/jsp/logon.jsp i en webbläsare.",
    ),
    "plan logs": Pair(
        "Read the last lines of the logs of the instance, in var/<instance>/log.",
        "Läs de sista raderna i instansens loggar, i var/<instance>/log.",
    ),
    "plan observe": Pair(
        "Or do all of that at once, on the server: ccexpert diagnose --observe",
        "Eller gör allt detta på en gång, på servern: ccexpert diagnose --observe",
    ),
    "plan call": Pair(
        "If that shows nothing, collect it with 'ccexpert observe capture' and contact whoever "
        "runs the server, then Adobe support.",
        "Om det inte visar något: samla in allt med 'ccexpert observe capture' och kontakta den "
        "som sköter servern, därefter Adobes support.",
    ),
    "saved": Pair("Every answer is saved. To continue:", "Alla svar är sparade. Fortsätt med:"),
    "kept": Pair("The session is saved. To continue it:", "Sessionen är sparad. Fortsätt med den:"),
    "to act first": Pair(
        "To act on the plan, save the facts:", "Spara observationerna för planen:"
    ),
    "to mark": Pair(
        "Once you know whether the first diagnosis was right:",
        "När du vet om den första diagnosen var rätt:",
    ),
    "to act": Pair("Now:", "Nu:"),
    "dropped": Pair(
        "The last line of the session was incomplete and has been dropped.",
        "Sessionens sista rad var ofullständig och har tagits bort.",
    ),
    "resumed": Pair("Resumed; answers so far: {n}.", "Återupptagen; svar hittills: {n}."),
    "unknown": Pair("unknown", "okänt"),
    "probably": Pair("probably {answer}", "troligen {answer}"),
}


def say(key: str, language: Language, **values: object) -> str:
    """The text called ``key``, filled in with ``values``."""
    return _WORDS[key].in_language(language).format(**values)

"""The words of the report itself, in both languages. What is known of Campaign lives in cards."""

from __future__ import annotations

from ccexpert.knowledge.vocabulary import Language

_WORDS: dict[str, tuple[str, str]] = {
    "act again": (
        "This module has been started or restarted on this walk already. Run it once more? [y/N]",
        "Den här modulen har redan startats (om) i genomgången. Köra en gång till? [j/N]",
    ),
    "act approved": ("approved beforehand", "godkänt i förväg"),
    "act by-hand": ("for a person to look at", "för en människa att se efter"),
    "act cannot-run": ("cannot be run", "går inte att köra"),
    "act declined": ("not wanted", "avböjt"),
    "act dry-run": ("dry run: not run", "torrkörning: körs inte"),
    "act ended dry-run": (
        "Nothing was run. To be asked step by step: --execute.",
        "Inget har körts. För att bli tillfrågad steg för steg: --execute.",
    ),
    "act ended exhausted": (
        "Every step has been taken or left, and the fault may still be there.",
        "Alla steg är utförda eller överhoppade, och felet kan finnas kvar.",
    ),
    "act ended gone": ("The fault is gone.", "Felet är borta."),
    "act ended nothing": ("There is no fault to act on.", "Det finns inget fel att åtgärda."),
    "act found": ("Found now", "Fynd nu"),
    "act interrupted": (
        "interrupted; to go on: ccexpert act --resume --execute",
        "avbrutet; för att fortsätta: ccexpert act --resume --execute",
    ),
    "act looks": ("not looked at", "inte kontrollerat"),
    "act no findings": ("nothing", "inga"),
    "act no-longer": ("No longer so", "Gäller inte längre"),
    "act not-allowed": (
        "refused: this command is not on the list of allowed ones",
        "vägrat: kommandot finns inte i listan över tillåtna",
    ),
    "act not-done": ("not done", "inte gjort"),
    "act not-named": (
        "refused: no diagnosis names this module",
        "vägrat: ingen diagnos nämner den här modulen",
    ),
    "act other-host": ("refused: meant for another host", "vägrat: avser en annan värd"),
    "act other-platform": (
        "refused: meant for another platform",
        "vägrat: avser en annan plattform",
    ),
    "act outdated": (
        "no longer asked for by what is seen now",
        "behövs inte längre enligt det som syns nu",
    ),
    "act placeholder": (
        "refused: a name in the command is not known",
        "vägrat: ett namn i kommandot är inte känt",
    ),
    "act still": ("Is this still so? [Y/n]", "Gäller det här fortfarande? [J/n]"),
    "act verified false": ("not seen yet", "syns inte än"),
    "act verified none": ("cannot be seen from here", "går inte att se härifrån"),
    "act verified true": ("seen", "syns"),
    "action": ("Step", "Steg"),
    "after": ("After", "Efter"),
    "all facts": ("Everything that was observed", "Allt som observerats"),
    "also for": ("also for", "även för"),
    "ask": ("ask", "fråga"),
    "asks before": (
        "It runs the checks by itself and asks before every step that changes the server.",
        "Den kör kontrollerna själv och frågar före varje steg som ändrar något på servern.",
    ),
    "because": ("Because", "Därför att"),
    "before": ("Before", "Före"),
    "by hand": ("by hand", "för hand"),
    "by module": ("By module", "Per modul"),
    "by symptom": ("By symptom", "Per symtom"),
    "certainty": ("Certainty", "Säkerhet"),
    "change": ("Change", "Ändring"),
    "changed": ("changed", "ändrad"),
    "check": ("check", "kontrollera"),
    "command": ("Command", "Kommando"),
    "confirm": ("Run it? [y/N]", "Köra? [j/N]"),
    "copied": ("Copied", "Kopierat"),
    "copy": ("Copy", "Kopiera"),
    "critical": ("critical", "kritisk"),
    "diagnoses": ("Diagnoses", "Diagnoser"),
    "diagnosis": ("Diagnosis", "Diagnos"),
    "done by hand": ("Is it done? [y/N]", "Är det gjort? [j/N]"),
    "elsewhere": ("not this server", "inte den här servern"),
    "escalate": ("escalate", "eskalera"),
    "evidence": ("Why", "Varför"),
    "exit code": ("exit code", "returkod"),
    "explained": ("explained by it", "förklaras av den"),
    "explained by": ("explained by", "förklaras av"),
    "explains": ("Explains", "Förklarar"),
    "fact": ("fact", "observation"),
    "facts": ("facts", "observationer"),
    "false positives": ("When it is still wrong", "När den ändå är fel"),
    "fault": ("fault", "fel"),
    "findings": ("findings", "fynd"),
    "first finding": ("First finding", "Första fynd"),
    "fix": ("fix", "åtgärda"),
    "for windows": (
        "This plan is for Windows: its commands stand below as comments.",
        "Planen gäller Windows: kommandona står nedan som kommentarer.",
    ),
    "gone": ("gone", "borta"),
    "graph": ("What follows from what", "Vad som följer av vad"),
    "host": ("Host", "Värd"),
    "impact": ("Impact", "Påverkan"),
    "important": ("important", "allvarlig"),
    "instance": ("Instance", "Instans"),
    "interrupts-service": ("interrupts the service", "avbryter tjänsten"),
    "last seen": ("Last seen", "Senast sedd"),
    "loses-data": ("loses data", "förlorar data"),
    "low": ("low", "låg"),
    "meaning": ("Meaning", "Innebörd"),
    "minutes": ("Min", "Min"),
    "mitigation": ("Mitigation", "Åtgärd"),
    "moderate": ("moderate", "måttlig"),
    "module": ("Module", "Modul"),
    "most likely": ("most likely", "troligast"),
    "new": ("new", "ny"),
    "no diagnosis": ("No diagnosis.", "Ingen diagnos."),
    "no difference": ("No difference.", "Ingen skillnad."),
    "no faults": (
        "No faults were recorded in that time.",
        "Inga fel har registrerats under den tiden.",
    ),
    "no plan": ("Nothing to do.", "Inget att göra."),
    "none": ("none", "ingen"),
    "not-a-fault": ("not a fault", "inget fel"),
    "nothing for it": (
        "No evidence for or against it in these facts.",
        "Inget i dessa observationer talar för eller emot den.",
    ),
    "number of findings": ("Findings", "Fynd"),
    "occurrence": ("Occurrence", "Förekomst"),
    "ok": ("ok", "ok"),
    "output": ("output", "utdata"),
    "overlaid": ("Changed by the site", "Ändrat lokalt"),
    "plan": ("Plan", "Plan"),
    "plan of": ("Plan of ccexpert", "Plan från ccexpert"),
    "question": ("Question", "Fråga"),
    "references": ("References", "Referenser"),
    "rerun": ("re-run", "kör om"),
    "restart": ("restart", "starta om"),
    "risk": ("Risk", "Risk"),
    "ruled out": ("Ruled out", "Uteslutet"),
    "runs": ("Runs", "Körningar"),
    "scope": ("Execution scope", "Uppgift"),
    "start": ("start", "starta"),
    "started": ("Started", "Startad"),
    "status": ("Status", "Status"),
    "troubleshooting": ("Troubleshooting", "Felsökning"),
    "undetermined": ("too little is known", "för lite är känt"),
    "unexplained": ("Not explained by any diagnosis", "Förklaras inte av någon diagnos"),
    "unknown": (
        "Worth a look: it could change the ranking",
        "Värt att se efter: kan ändra rangordningen",
    ),
    "unprintable command": (
        "The command is left out: it contains control characters.",
        "Kommandot är utelämnat: det innehåller styrtecken.",
    ),
    "verdict": ("Verdict", "Bedömning"),
    "verify": ("worked when", "lyckades om"),
    "waived": ("Silenced by the site", "Tystat lokalt"),
    "wanted by": ("for", "för"),
    "warning": ("Warning", "Varning"),
    "what": ("What", "Vad"),
    "where": ("Where", "Var"),
    "would change": ("would decide", "skulle avgöra"),
}


def words(language: Language) -> dict[str, str]:
    """Every word of the report in ``language``, by its key."""
    return {key: pair[0 if language == "en" else 1] for key, pair in _WORDS.items()}


_ORDINALS: dict[Language, tuple[str, ...]] = {
    "en": (
        *("first", "second", "third", "fourth", "fifth"),
        *("sixth", "seventh", "eighth", "ninth", "tenth"),
    ),
    "sv": (
        *("första", "andra", "tredje", "fjärde", "femte"),
        *("sjätte", "sjunde", "åttonde", "nionde", "tionde"),
    ),
}


def occurrence(times: int, days: float, language: Language) -> str:
    """``third time in 7 days``; from the eleventh on, ``11 times in 7 days``."""
    ordinals = _ORDINALS[language]
    period = f"{days:g} {'day' if days == 1 else 'days'}"
    if language == "sv":
        period = f"{days:g} {'dag' if days == 1 else 'dagar'}"
        if times <= len(ordinals):
            return f"{ordinals[times - 1]} gången på {period}"
        return f"{times} gånger på {period}"
    if times <= len(ordinals):
        return f"{ordinals[times - 1]} time in {period}"
    return f"{times} times in {period}"

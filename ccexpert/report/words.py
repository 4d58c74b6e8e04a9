"""The words of the report itself, in both languages. What is known of Campaign lives in cards."""

from __future__ import annotations

from ccexpert.knowledge.vocabulary import Language

_WORDS: dict[str, tuple[str, str]] = {
    "action": ("Step", "Steg"),
    "also for": ("also for", "även för"),
    "by module": ("By module", "Per modul"),
    "by symptom": ("By symptom", "Per symtom"),
    "because": ("Because", "Därför att"),
    "certainty": ("Certainty", "Säkerhet"),
    "check": ("check", "kontrollera"),
    "command": ("Command", "Kommando"),
    "critical": ("critical", "kritisk"),
    "diagnoses": ("Diagnoses", "Diagnoser"),
    "diagnosis": ("Diagnosis", "Diagnos"),
    "elsewhere": ("not this server", "inte den här servern"),
    "escalate": ("escalate", "eskalera"),
    "evidence": ("Why", "Varför"),
    "explained": ("explained by it", "förklaras av den"),
    "explains": ("Explains", "Förklarar"),
    "fact": ("fact", "observation"),
    "facts": ("facts", "observationer"),
    "false positives": ("When it is still wrong", "När den ändå är fel"),
    "fault": ("fault", "fel"),
    "findings": ("findings", "fynd"),
    "fix": ("fix", "åtgärda"),
    "impact": ("Impact", "Påverkan"),
    "important": ("important", "allvarlig"),
    "instance": ("Instance", "Instans"),
    "interrupts-service": ("interrupts the service", "avbryter tjänsten"),
    "loses-data": ("loses data", "förlorar data"),
    "low": ("low", "låg"),
    "meaning": ("Meaning", "Innebörd"),
    "minutes": ("Min", "Min"),
    "mitigation": ("Mitigation", "Åtgärd"),
    "moderate": ("moderate", "måttlig"),
    "module": ("Module", "Modul"),
    "no diagnosis": ("No diagnosis.", "Ingen diagnos."),
    "none": ("none", "ingen"),
    "not-a-fault": ("not a fault", "inget fel"),
    "nothing for it": (
        "No evidence for or against it in these facts.",
        "Inget i dessa observationer talar för eller emot den.",
    ),
    "ok": ("ok", "ok"),
    "overlaid": ("Changed by the site", "Ändrat av platsen"),
    "plan": ("Plan", "Plan"),
    "question": ("Question", "Fråga"),
    "references": ("References", "Referenser"),
    "rerun": ("re-run", "kör om"),
    "restart": ("restart", "starta om"),
    "risk": ("Risk", "Risk"),
    "ruled out": ("Ruled out", "Uteslutet"),
    "scope": ("Execution scope", "Uppgift"),
    "start": ("start", "starta"),
    "status": ("Status", "Status"),
    "troubleshooting": ("Troubleshooting", "Felsökning"),
    "undetermined": ("too little is known", "för lite är känt"),
    "unexplained": ("Not explained by any diagnosis", "Förklaras inte av någon diagnos"),
    "unknown": (
        "Worth a look: it could change the ranking",
        "Värt att se efter: kan ändra rangordningen",
    ),
    "verdict": ("Verdict", "Bedömning"),
    "verify": ("worked when", "lyckades om"),
    "waived": ("Silenced by the site", "Tystat av platsen"),
    "warning": ("Warning", "Varning"),
    "where": ("Where", "Var"),
    "would change": ("would decide", "skulle avgöra"),
}


def words(language: Language) -> dict[str, str]:
    """Every word of the report in ``language``, by its key."""
    return {key: pair[0 if language == "en" else 1] for key, pair in _WORDS.items()}

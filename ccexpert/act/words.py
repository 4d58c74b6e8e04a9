"""The words of a walk along a plan, in both languages."""

from __future__ import annotations

from ccexpert.report import words as report
from ccexpert.words import Language, Pair, Words, in_language

_WORDS: Words = {
    "again": Pair(
        "This module was already started or restarted on this walk. Run the command again? [y/N]",
        "Den här modulen har redan startats (om) i genomgången. Vill du köra en gång till? [j/N]",
    ),
    "allowed by": Pair("allowed by the pack", "tillåts av paketet"),
    "approved": Pair("approved beforehand", "godkänt i förväg"),
    "by-hand": Pair("to be checked by hand", "kontrolleras för hand"),
    "cannot-run": Pair("cannot be run", "går inte att köra"),
    "declined": Pair("declined", "avböjt"),
    "dry-run": Pair("dry run: not run", "torrkörning: körs inte"),
    "ended dry-run": Pair(
        "Nothing was run. To run the steps, each after a question: --execute.",
        "Inget har körts. För att köra stegen, vart och ett efter en fråga: --execute.",
    ),
    "ended exhausted": Pair(
        "Every step was taken or skipped, and the fault may still be there.",
        "Alla steg är utförda eller överhoppade, och felet kan finnas kvar.",
    ),
    "ended gone": Pair("The fault is gone.", "Felet är borta."),
    "ended nothing": Pair("There is no fault to act on.", "Det finns inget fel att åtgärda."),
    "found": Pair("Found now", "Hittat nu"),
    "marked": Pair(
        "Run {number} of the history is marked as right: {diagnosis}.",
        "Körning {number} i historiken är markerad som rätt: {diagnosis}.",
    ),
    "interrupted": Pair(
        "interrupted; to continue: ccexpert act --resume --execute",
        "avbrutet; för att fortsätta: ccexpert act --resume --execute",
    ),
    "looks": Pair("not looked at", "inte kontrollerat"),
    "no findings": Pair("nothing", "inget"),
    "no-longer": Pair("No longer true", "Gäller inte längre"),
    "not-after": Pair("the step before it was skipped", "steget före hoppades över"),
    "not-done": Pair("not done", "inte gjort"),
    "not-named": Pair(
        "refused: no diagnosis names this module",
        "nekat: ingen diagnos nämner den här modulen",
    ),
    "other-host": Pair("refused: meant for another host", "nekat: avser en annan värd"),
    "other-platform": Pair(
        "refused: meant for another platform",
        "nekat: avser en annan plattform",
    ),
    "outdated": Pair(
        "no longer needed, according to a new observation",
        "behövs inte längre, enligt en ny observation",
    ),
    "still": Pair("Is this still true? [Y/n]", "Gäller det här fortfarande? [J/n]"),
    "verified false": Pair("not seen yet", "syns inte än"),
    "verified none": Pair("cannot be seen from here", "går inte att se härifrån"),
    "verified true": Pair("seen", "syns"),
}


def words(language: Language) -> dict[str, str]:
    """Every word of a walk and of the report in ``language``, by its key."""
    return report.words(language) | in_language(_WORDS, language)

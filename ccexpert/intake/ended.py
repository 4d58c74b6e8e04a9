"""The processes of Campaign that a message says ended on their own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ccexpert.facts import INSTANCE_PATTERN, ErrorFact, ProcessFact
from ccexpert.facts.vocabulary import Vocabulary

#: One end may be an accident; the watchdog then starts the process again.
_ONCE, _OFTEN = 0.6, 0.9

_PROCESS = re.compile(r"(?<![\w@.])(?P<module>[A-Za-z]{3,20})@(?P<instance>[\w-]{1,64})(?![\w.])")
#: Those that somebody sends to end a process: KILL and TERM.
_SIGNAL = r"signal:? ?(?!9\b|15\b|SIGKILL|SIGTERM)\w+"
_ENDED = re.compile(
    r"\b(?:terminated|ended|exited|stopped|died|aborted|quit) (?:unexpectedly|abnormally)\b"
    r"|\b(?:unexpected|abnormal) (?:end|exit|stop|termination)\b|\bhas crashed\b|\bcrashed\b"
    rf"|\b(?:terminated|ended|exited|killed|died)\b[^\n]{{0,20}}\b{_SIGNAL}"
    r"|\bsegmentation fault\b|\bcore dumped\b",
    re.IGNORECASE,
)


def ended_in(error: ErrorFact, vocabulary: Vocabulary) -> Iterator[ProcessFact]:
    """What a message says of a process that ended on its own."""
    text = error.text or ""
    named = {(found["module"], found["instance"]) for found in _PROCESS.finditer(text)}
    if len(named) != 1 or not _ENDED.search(text):
        return
    ((called, instance),) = named
    module = next((m for m in vocabulary.modules if m.name.casefold() == called.casefold()), None)
    able = (module.states or ProcessFact.ANSWERS) if module else ()
    if module and "crashing" in able and re.fullmatch(INSTANCE_PATTERN, instance):
        yield ProcessFact(
            kind="process",
            module=module.name,
            instance=instance,
            state="crashing",
            certainty=_OFTEN if (error.count or 1) > 1 else _ONCE,
            source="a message that says how the process ended",
        )

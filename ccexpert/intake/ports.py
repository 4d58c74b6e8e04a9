"""The ports of Campaign that an error names: taken by another program, or not reached."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ccexpert.facts import ErrorFact, PortFact
from ccexpert.facts.vocabulary import Vocabulary

#: The holder may also be an older process of the same module.
_PROBABLY = 0.7
#: That no answer came may also be due to the program behind the port.
_PERHAPS = 0.5

_NUMBER = re.compile(
    r"(?:\bport:? ?|(?<=[\w>\]*]):)(?P<number>\d{2,5})\b(?!\.?\d|:\d)", re.IGNORECASE
)
_NOT_REACHED = re.compile(
    r"\b(?:unable|failed|cannot|can't|could not|couldn't) (?:to )?(?:connect|reach|contact)\b",
    re.IGNORECASE,
)
_TAKEN, _SILENT = "family-address-taken", frozenset({"family-timed-out", "family-refused"})


def ports_in(error: ErrorFact, vocabulary: Vocabulary) -> Iterator[PortFact]:
    """What an error says of a port that Campaign itself listens on."""
    text = error.text or ""
    shown = {name for name, _ in error.shows(vocabulary)}
    if _TAKEN in shown:
        state, certainty = "in-use", _PROBABLY
    elif not _SILENT.isdisjoint(shown) or _NOT_REACHED.search(text):
        state, certainty = "unreachable", _PERHAPS
    else:
        return
    named = {int(found["number"]) for found in _NUMBER.finditer(text)}
    for entry in vocabulary.ports:
        able = entry.states or PortFact.ANSWERS
        if entry.port in named and entry.configured and state in able:
            yield PortFact.model_validate(
                {
                    "kind": "port",
                    "port": entry.port,
                    "protocol": entry.protocol,
                    "state": state,
                    "certainty": certainty,
                    "source": "an error that names the port",
                }
            )

"""Checks that a Swedish text names screens as the English one does: the console has no Swedish."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ccexpert.errors import Steps
from ccexpert.facts.entries import Text
from ccexpert.verify.lint.finding import Found

#: The first word of a label behind an arrow, as in *Tools > Advanced*.
_LABEL = re.compile(r" > (?=\S)[\"'(]?([\w-]+)")


def misnamed(text: Text, path: Steps) -> Iterator[Found]:
    """Labels in paths through screens that only the Swedish text has."""
    english = set(_LABEL.findall(text.en))
    for label in _LABEL.findall(text.sv):
        if label not in english:
            wrong = f"the Swedish text names the screen '{label}', the English one does not"
            yield Found("screen-label", path, wrong)

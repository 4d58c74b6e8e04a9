"""Codes as a program reads them in a picture of a screen: *SOP-33OO11* is SOP-330011.

Every letter is set right in its place, so that positions in the text stay.
"""

from __future__ import annotations

import re

from ccexpert.facts.vocabulary import Vocabulary

#: Three letters, and six digits of which most were read right.
_LIKE_A_CODE = re.compile(
    r"(?<![\w-])(?P<part>[A-Z0158]{3})(?P<dash>[-–—])(?P<number>[\dOoQIl|SBZ]{6})(?![\w-])"
)
_DIGITS = str.maketrans("OoQIl|SBZ", "000111582")
_LETTERS = str.maketrans("0158", "OISB")
#: So many digits must have been read right.
_SURE = 2


def set_right(text: str, vocabulary: Vocabulary) -> str:
    """The text with the codes that a picture spoilt, if a component has their letters."""

    def right(found: re.Match[str]) -> str:
        code = f"{found['part'].translate(_LETTERS)}-{found['number'].translate(_DIGITS)}"
        is_sure = sum(map(str.isdigit, found["number"])) >= _SURE
        known = vocabulary.recognition.component(code)
        return code if is_sure and known else found[0]

    return _LIKE_A_CODE.sub(right, text)

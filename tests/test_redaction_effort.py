"""Taking out what is private takes work in proportion to the text, whatever repeats in it. Work is
counted in steps of the matcher."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ccexpert.consult.complaints import CLAUSES
from ccexpert.display import _COMMAND
from ccexpert.observe.redaction.patterns import ANYWHERE, IN_LINES, LAST_WORD, TABLE
from ccexpert.observe.redaction.redactor import Redactor
from tests.regex_steps import steps

_EVERYWHERE = [*(re.compile(pattern) for _, pattern in ANYWHERE), TABLE, LAST_WORD]
_LINES = [
    (words.split(), also or ("",), re.compile(pattern, re.M))
    for _, words, also, pattern in IN_LINES[False]
]

#: No pattern looks further than this many characters for what may follow, so that texts have to be
#: longer before their work tells how it grows.
_LENGTH = 1000

UNITS = [
    *("pwd\t", "://a:b@", "://:", "secret", "password ", "password is ", "--password ", "login "),
    *("login=Anna ", "user '", "<password ", "&lt;login ", "<input ", "a@", "a@b.", "a%40", "1:"),
    *("::", "1.", "A1B2-", "eyJ-", "x/y@", "DOM\\", "/home/", "=", ":", " ", "\t", "\\", '"', "'"),
    *("eyJa.", "pwd={", "pass", "<input type=hidden ", "connect ", "bearer ", "login("),
    *("&", ";", "<", "a", "9", "\n", "Datasource Login\nx", "\u00e5", "token=", "sig=", "cookie: "),
]


def work(text: str) -> int:
    """The steps of all patterns that a text is worth."""
    lowered = text.lower()
    worth = [
        pattern
        for words, also, pattern in _LINES
        if any(word in lowered for word in words) and any(part in text for part in also)
    ]
    return sum(steps(pattern, text) for pattern in (*_EVERYWHERE, *worth))


@given(
    before=st.sampled_from(["", "password=", "password: a", "login=", "<password>", "://"]),
    unit=st.lists(st.sampled_from(UNITS), min_size=1, max_size=3).map("".join),
)
@example(before="password=", unit=" ")
@example(before="password=", unit=";")
@example(before="password=", unit="a ")
@example(before="", unit="pwd\t")
@example(before="", unit="://a:b@")
@example(before="", unit="://:")
@example(before="", unit="<input ")
@example(before="", unit="1:")
@example(before="", unit="eyJ-")
@example(before="", unit="eyJ-aaa.a ")
@example(before="", unit="&lt;login ")
@example(before="", unit="pwd={")
@settings(max_examples=6)
def test_twice_the_text_takes_twice_the_steps(before: str, unit: str) -> None:
    once = work(before + unit * (_LENGTH // len(unit)))
    twice = work(before + unit * (2 * _LENGTH // len(unit)))
    assert twice < 2.5 * once + 1000
    assert twice < 200 * 2 * _LENGTH  # for each character about as many as it has patterns


@pytest.mark.parametrize("unit", ["password=x\n", "login=x 10.1.1.1\n", "a@b.example\n"])
def test_neighbouring_lines_are_redacted_as_each_for_itself(unit: str) -> None:
    text = unit * 50 + "nothing\n" + unit
    assert Redactor().text(text) == "".join(map(Redactor().text, text.splitlines(keepends=True)))


@pytest.mark.parametrize(("pattern", "unit"), [(_COMMAND, "\n"), (CLAUSES, "\t")])
def test_gaps_are_looked_through_once(pattern: re.Pattern[str], unit: str) -> None:
    assert steps(pattern, unit * 400) < 2.5 * steps(pattern, unit * 200) + 100

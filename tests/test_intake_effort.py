"""Reading a text takes work in proportion to it, whatever repeats in it. Work is counted in steps
of the interpreter, so no clock and no load of the machine decides."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest

from ccexpert.intake.reader import read_text
from ccexpert.knowledge.packs import vocabulary_with
from ccexpert.observe.registry import shapes
from tests import regex_steps


def steps(call: Callable[[], Any]) -> int:
    """The steps of the interpreter in all functions of the program that a call runs."""
    taken = 0

    def step(frame: Any, event: str, arg: object) -> Any:
        nonlocal taken
        taken += event == "opcode"
        return step

    def enter(frame: Any, event: str, arg: object) -> Any:
        if "ccexpert" not in frame.f_code.co_filename:
            return None
        frame.f_trace_lines, frame.f_trace_opcodes = False, True
        return step

    before = sys.gettrace()
    sys.settrace(enter)
    try:
        call()
    finally:
        sys.settrace(before)
    return taken


@pytest.mark.parametrize(
    "unit",
    [
        "neolane@app{n}:~$ ls\n",
        "neolane@app:~$ nlserver pdump\nmta@default (12) - 1.0 Mo\n",
        "mta@i{n} (12) - 1.0 Mo\n",
        "/dev/sda{n} 100 95 5 95% /v{n}\n",
        "\n\n550 5.7.1 no{n}\n",
        "2029-11-22T03:12:58Z\t1\t0001\t1\terror\tlog\tXSV-35{n} Invalid (login=bob)\n",
        "HTTP/1.1 500 Error {n}\n",
    ],
)
def test_twice_the_lines_take_twice_the_steps(unit: str) -> None:
    vocabulary = vocabulary_with()

    def taken(count: int) -> int:
        text = "".join(unit.replace("{n}", str(n)) for n in range(1000, 1000 + count))
        return steps(lambda: read_text(text, vocabulary))

    taken(3)  # what is made once
    once, twice = taken(150), taken(300)
    assert twice < 2.3 * once + 5_000


@pytest.mark.parametrize("unit", [" 1", " 12.5", "1234", "a ", "ab=1 ", "- ", "1:", "a.", "a;b "])
def test_a_line_is_soon_told_from_an_output_that_it_is_nearly_like(unit: str) -> None:
    line = unit * 24 + "é"
    for shape in shapes():
        for pattern in filter(None, (shape.begins, shape.belongs, shape.heads)):
            regex_steps.steps(pattern, line, at_start=True, most=400 * len(line))


def test_a_sentence_of_many_clauses_costs_no_more_than_one_of_a_dozen() -> None:
    vocabulary = vocabulary_with()

    def taken(clauses: int) -> int:
        text = "mta fails" + ", mails are not sent" * clauses
        return steps(lambda: read_text(text, vocabulary))

    taken(20), taken(80)  # what is remembered
    assert taken(80) < 2 * taken(20)

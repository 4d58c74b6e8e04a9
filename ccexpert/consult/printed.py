"""What a command prints: whether it can be pasted in place of an answer."""

from __future__ import annotations

import shlex
from functools import cache

from ccexpert.consult.question import Question
from ccexpert.observe.registry import shapes


def can_be_pasted(question: Question) -> bool:
    """Whether a command shows the answer, and its output is understood."""
    return question.command is not None and _is_read(shlex.join(question.command))


@cache
def _is_read(command: str) -> bool:
    return any(shape.command and shape.command.search(command) for shape in shapes())

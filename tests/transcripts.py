"""Fills the places in ``docs/consultation.md`` that show a consultation with a real one.

Two consultations are held at a pseudo-terminal of 24 lines and 80 columns, by somebody who knows
what stands in ``_TOLD`` and nothing else. ``python -m tests.transcripts`` rewrites the page;
``test_consult_transcripts.py`` checks that it is up to date.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile

import pexpect

from tests.kit import ROOT

PAGE = ROOT / "docs" / "consultation.md"

_PLACE = re.compile(r"(<!-- consultation: (\w\w) -->)(?:\n```text\n.*?\n```)?", re.DOTALL)

#: What is typed at the first prompts, by language.
_BEGIN = {"en": ("mails sent", "1", ""), "sv": ("e-post skickas", "1", "")}

#: Pieces of questions, and what the operator types who knows only that.
_TOLD = {
    "en": {"Which instance": ("prod",), "these processes": ("stat missing", "")},
    "sv": {"Vilken instans": ("prod",), "de här processerna": ("stat saknas", "")},
}

_UNKNOWN = {"en": ("unknown",), "sv": ("okänt",)}
_WHY = {"en": ("why", "help"), "sv": ("varför", "hjälp")}
_STOP = {"en": ("stop",), "sv": ("stopp",)}
_PROMPT = {"en": "answer: $", "sv": "svar: $"}

#: Questions after which the operator has enough.
_PATIENCE = 12

#: A consultation with more lines than this goes round in circles.
_LONG = 1000


def filled(page: str) -> str:
    """``page`` with every place filled anew."""
    return _PLACE.sub(lambda found: f"{found[1]}\n```text\n{held(found[2])}\n```", page)


def held(lang: str) -> str:
    """One consultation as it stood on the screen."""
    with tempfile.TemporaryDirectory() as folder:
        child = pexpect.spawn(
            sys.executable,
            ["-m", "ccexpert", "consult", "--lang", lang],
            cwd=str(ROOT),
            env={
                "NO_COLOR": "1",  # a page of Markdown shows none
                **os.environ,
                "LC_ALL": "C.UTF-8",
                "CCEXPERT_RULES": "",
                "XDG_STATE_HOME": folder,
                "TERM": "dumb",
            },
            dimensions=(24, 80),
            encoding="utf-8",
            timeout=300,
        )
        shown = _typed(child, lang)
    lines = [line.rstrip() for line in shown.replace("\r\n", "\n").strip().split("\n")]
    named = (re.sub(r"--session \S+", "--session FILE", line) for line in lines)
    return "\n".join([f"$ ccexpert consult --lang {lang}", *named])


def _typed(child: pexpect.spawn, lang: str) -> str:
    """Answer until the end; all that was shown."""
    shown, waiting, explained = "", list(_BEGIN[lang]), False
    while child.expect([_PROMPT[lang], pexpect.EOF]) == 0:
        shown += child.before + child.after
        assert shown.count("\n") < _LONG, shown[-2000:]
        before, _, question = shown.rpartition("\n[")
        if not explained and " process" in question.split("\n")[1]:
            waiting, explained = list(_WHY[lang]), True
        enough = before.count("\n[") >= _PATIENCE
        if not waiting:
            waiting = list(_STOP[lang] if enough else _known(question, lang))
        child.sendline(waiting.pop(0))
    return shown + str(child.before)


def _known(question: str, lang: str) -> tuple[str, ...]:
    asked = question.split("\n")[1]
    return next((said for piece, said in _TOLD[lang].items() if piece in asked), _UNKNOWN[lang])


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")

"""Line editing at a terminal: arrow keys, earlier answers, and completion with Tab.

prompt_toolkit does it, where it is installed and the terminal is no dumb one. Elsewhere the plain
prompt remains. Pasted lines arrive as one text.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence

Editor = Callable[[str, Sequence[str]], str]
"""Takes the prompt and what Tab completes to, and returns what was typed."""


def editor() -> Editor | None:
    """Line editing for this terminal; None where only a plain prompt is possible."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()) or _is_dumb():
        return None
    try:
        from prompt_toolkit import PromptSession
        from prompt_toolkit.completion import WordCompleter
        from prompt_toolkit.output import create_output
        from prompt_toolkit.shortcuts import CompleteStyle
    except ImportError:
        return None
    try:
        screen = create_output(stdout=sys.stderr)  # stdout is for the report
    except Exception:  # a console of Windows without the calls that it needs
        return None
    session: PromptSession[str] = PromptSession(
        output=screen,
        complete_style=CompleteStyle.READLINE_LIKE,
        complete_while_typing=False,
        reserve_space_for_menu=0,
    )

    def ask(prompt: str, words: Sequence[str]) -> str:
        known = WordCompleter(list(words), ignore_case=True, sentence=True, match_middle=True)
        return session.prompt(f"{prompt}: ", completer=known)

    return ask


def _is_dumb() -> bool:
    return sys.platform != "win32" and os.environ.get("TERM", "dumb") in ("", "dumb", "unknown")

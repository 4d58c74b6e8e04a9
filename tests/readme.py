"""Fills the places in the README and in pages of docs/ that show a run with what the run really
prints; in a run, one program may be piped into the next.

``python -m tests.readme`` rewrites the files; ``test_readme.py`` checks that they are up to date.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys

from tests.kit import ROOT

PAGES = (ROOT / "README.md", *(ROOT / "docs" / page for page in ("codes.md", "observe.md")))

_PLACE = re.compile(r"(<!-- run: (.+?) -->)(?:\n```\w*\n.*?\n```)?", re.DOTALL)


def filled(text: str) -> str:
    """``text`` with every place filled anew."""
    return _PLACE.sub(lambda found: f"{found[1]}\n{_block(found[2])}", text)


def _block(command: str) -> str:
    argv = shlex.split(command)
    if argv[0] == "cat" and "|" not in argv:
        language = "json" if argv[1].endswith(".json") else "python"
        return f"```{language}\n{(ROOT / argv[1]).read_text(encoding='utf-8').rstrip()}\n```"
    text = ""
    for program in command.split(" | "):
        text = _run(shlex.split(program), text)
    printed = "\n".join(line.rstrip() for line in text.rstrip().splitlines())
    return f"```console\n$ {command}\n{printed}\n```"


def _run(argv: list[str], stdin: str) -> str:
    programs = {"cat": ["cat"], "ccexpert": [sys.executable, "-m", "ccexpert"]}
    done = subprocess.run(
        [*programs.get(argv[0], [sys.executable]), *argv[1:]],
        cwd=ROOT,
        env={**os.environ, "LC_ALL": "C.UTF-8", "CCEXPERT_RULES": ""},
        input=stdin,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


if __name__ == "__main__":
    for page in PAGES:
        page.write_text(filled(page.read_text(encoding="utf-8")), encoding="utf-8")

"""Fills the places in the README that show a run with what the run really prints.

``python -m tests.readme`` rewrites the file; ``test_readme.py`` checks that it is up to date.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys

from tests.kit import ROOT

README = ROOT / "README.md"

_PLACE = re.compile(r"(<!-- run: (.+?) -->)(?:\n```\w*\n.*?\n```)?", re.DOTALL)


def filled(text: str) -> str:
    """``text`` with every place filled anew."""
    return _PLACE.sub(lambda found: f"{found[1]}\n{_block(found[2])}", text)


def _block(command: str) -> str:
    argv = shlex.split(command)
    if argv[0] == "cat":
        language = "json" if argv[1].endswith(".json") else "python"
        return f"```{language}\n{(ROOT / argv[1]).read_text(encoding='utf-8').rstrip()}\n```"
    program = [sys.executable, "-m", "ccexpert"] if argv[0] == "ccexpert" else [sys.executable]
    done = subprocess.run(
        [*program, *argv[1:]],
        cwd=ROOT,
        env={**os.environ, "LC_ALL": "C.UTF-8", "CCEXPERT_RULES": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    printed = "\n".join(line.rstrip() for line in done.stdout.rstrip().splitlines())
    return f"```console\n$ {command}\n{printed}\n```"


if __name__ == "__main__":
    README.write_text(filled(README.read_text(encoding="utf-8")), encoding="utf-8")

"""What the tests of the embeddings share: the program as other people's automation calls it, and
the pages that show their runs (``WRITE_PAGES=1`` puts into the pages what the tests see)."""

from __future__ import annotations

import os
import platform
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.faults import findings, look
from tests.formats import EXPERT
from tests.kit import ROOT
from tests.standin import StandIn

EXAMPLES = ROOT / "examples"

#: What the stand-in takes in place of an installation in the documented folders.
_INSTALLED = "ccexpert"


def install(host: StandIn) -> Path:
    """The program ``ccexpert`` in the search path of the stand-in, as it is on a server with
    Campaign in the documented folders. What it records stays in the folder of the stand-in."""
    state = host.home / "state"
    more = shlex.join(host.options)
    program = host.home / "bin" / _INSTALLED
    program.write_text(
        "#!/bin/sh\n"
        f"export CCEXPERT_HISTORY={shlex.quote(str(state / 'history.db'))}\n"
        f"export XDG_STATE_HOME={shlex.quote(str(state))} LC_ALL=C.UTF-8\n"
        'case "$*" in *--observe*) ;; *)\n'
        f'  exec {shlex.quote(sys.executable)} -m ccexpert "$@" ;;\n'
        "esac\n"
        f'exec {shlex.quote(sys.executable)} -m ccexpert "$@" {more}\n'
    )
    program.chmod(0o755)
    return program


def run(
    argv: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    stdin: str = "",
    cwd: Path | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a program as a scheduler would: without a terminal."""
    return subprocess.run(
        [str(part) for part in argv],
        env={**os.environ, "LC_ALL": "C.UTF-8", **(env or {})},
        cwd=cwd,
        input=stdin,
        start_new_session=True,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def found_on(host: StandIn) -> list[str]:
    """The ids of what is wrong with the stand-in now."""
    return findings(EXPERT.diagnose(look(host)))


def shown(page: str, command: str, output: str) -> None:
    """A page of ``docs`` shows this run of ``command``, figures (times, processes) aside."""
    path = ROOT / "docs" / page
    text = path.read_text(encoding="utf-8")
    before, head, rest = text.partition(f"```console\n$ {command}\n")
    assert head, f"docs/{page} does not show: {command}"
    there, end, after = rest.partition("```\n")
    new = _told(output)
    if "WRITE_PAGES" in os.environ:
        path.write_text(before + head + new + end + after, encoding="utf-8")
    else:
        assert _FIGURE.sub("0", new) == _FIGURE.sub("0", there), f"docs/{page}: WRITE_PAGES=1"


_FIGURE = re.compile(r"[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?")


def _told(output: str) -> str:
    """The output without what differs between machines and between busy and idle ones."""
    named = re.sub(rf"\b{re.escape(platform.node())}\b", "campaign-app-01", output)
    named = named.replace(f"{ROOT}/", "")
    lines = (line.rstrip() for line in named.strip().splitlines())
    return "".join(f"{line}\n" for line in lines if not line.startswith("FAILED - RETRYING"))

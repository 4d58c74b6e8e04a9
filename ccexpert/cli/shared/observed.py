"""Options and output that the ``observe`` commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ccexpert.cli.shared.options import finite
from ccexpert.cli.shared.output import emit
from ccexpert.cli.shared.say import say
from ccexpert.display import as_json
from ccexpert.facts import FactsDocument, Platform
from ccexpert.observe.observer import plain

#: Ten years, enough for any log.
ALL_HOURS = 24 * 3660

HoursOption = Annotated[
    float,
    typer.Option(
        "--hours",
        min=0,
        max=ALL_HOURS,
        callback=finite,
        help="Search the last HOURS of the logs.",
    ),
]
PlatformOption = Annotated[
    Platform | None,
    typer.Option(
        "--platform", help="Platform of the server; default: that of this machine or the capture."
    ),
]
RedactOption = Annotated[
    bool,
    typer.Option(
        "--redact/--no-redact", help="Remove logins, mail and IP addresses, secrets and keys."
    ),
]


def print_facts(made: FactsDocument, output: Path | None) -> None:
    """Print a facts document."""
    warn_when_open(bool(made.redacted))
    emit(as_json(plain(made)), output)


def warn_when_open(redacted: bool) -> None:
    """Warn if secrets are not removed."""
    if not redacted:
        say("--no-redact: logins, addresses and secrets were kept")

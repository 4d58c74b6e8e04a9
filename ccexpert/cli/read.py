"""``ccexpert read``: turns any text into a facts document."""

from __future__ import annotations

from typing import Annotated

import typer

from ccexpert.cli.shared.given import raw_input, tell_reading
from ccexpert.cli.shared.observed import PlatformOption, RedactOption, print_facts
from ccexpert.cli.shared.options import RulesOption, packs
from ccexpert.cli.shared.output import OutputOption
from ccexpert.intake import read as read_text


def read(
    file: Annotated[
        str, typer.Argument(metavar="FILE|-", help="Any text; - reads stdin, such as a paste.")
    ],
    platform: PlatformOption = None,
    redact: RedactOption = True,
    rules: RulesOption = None,
    output: OutputOption = None,
) -> None:
    """Read any text: terminal output, a log, a journal, a ticket, a sentence.

    Prints the facts in it as a facts document, each with the part of the text it came from. What
    was understood from sentences, and what was not, goes to stderr.
    """
    raw, called = raw_input(file)
    reading = read_text(raw, platform=platform, redact=redact, rules=packs(rules), called=called)
    tell_reading(reading)
    print_facts(reading.document, output)

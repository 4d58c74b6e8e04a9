"""The program as a monitoring plugin (format nagios): it always prints one line and exits with a
plugin's exit code."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ccexpert.cli.shared.output import Target
from ccexpert.errors import ReaderGoneError

if TYPE_CHECKING:
    from ccexpert.diagnosis import FailOn, PlainReport

_ASKED = re.compile(r"\0(-f\0?|--format[\0=])nagios[\0=]")


def asks_for_plugin(arguments: Sequence[str]) -> bool:
    """Whether a command line asks for the plugin format, even if it is otherwise invalid."""
    return bool(_ASKED.search("\0".join(["", *arguments, ""])))


def is_plugin(wanted: Sequence[Target]) -> bool:
    """Whether one of the formats makes this run a monitoring plugin."""
    return any(name == "nagios" for name, _ in wanted)


def exit_code(report: PlainReport, wanted: Sequence[Target], fail_on: FailOn = "never") -> int:
    """The plugin's exit code if its format is requested, else the one for ``fail_on``."""
    if is_plugin(wanted):
        from ccexpert.report import nagios

        return nagios.exit_code(report)
    return report.exit_code(fail_on)


def as_plugin(program: Callable[..., Any]) -> int:
    """Run the program as a monitoring plugin: any failure becomes its one line, with UNKNOWN."""
    from ccexpert.report import nagios

    try:
        return program(standalone_mode=False) or 0
    except (ReaderGoneError, BrokenPipeError):
        raise
    except Exception as error:
        said = getattr(error, "format_message", error.__str__)()
        sys.stdout.write(nagios.failure(said or type(error).__name__))
        return nagios.UNKNOWN

"""The command line: parses, calls one function and prints. It does no reasoning and imports
nothing before it is needed.

stdout carries only data; messages to the person go to stderr. An error is one sentence. The README
lists the exit codes.
"""

from __future__ import annotations

import errno
import io
import os
import sys
from typing import Annotated, NoReturn

import typer

from ccexpert.cli.shared.interrupts import interrupts_kept
from ccexpert.cli.shared.lazy import commands
from ccexpert.cli.shared.say import say
from ccexpert.display import one_line
from ccexpert.errors import (
    CANNOT_CREATE,
    INTERNAL_FAULT,
    NO_INPUT,
    CcexpertError,
    MissingInputError,
    Place,
    ReaderGoneError,
)
from ccexpert.version import __version__
from ccexpert.writing import clear_when_told_to_end

_OUTPUT_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)

app = typer.Typer(
    name="ccexpert",
    help="Diagnose Adobe Campaign Classic v7 servers: what is wrong, why, and what to do.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    cls=commands(
        {
            "Find out": {
                "consult": "consult:consult",
                "diagnose": "diagnose:diagnose",
                "observe": "observe:app",
                "read": "read:read",
                "explain": "explain:explain",
            },
            "Act": {"act": "act:act"},
            "For programs and browsers": {"serve": "serve:serve", "mcp": "mcp:mcp"},
            "Many hosts, and over time": {
                "fleet": "fleet:fleet",
                "history": "history:app",
                "diff": "diff:diff",
            },
            "Knowledge and settings": {
                "modules": "modules:modules",
                "builds": "builds:builds",
                "facts": "facts:app",
                "rules": "rules:app",
                "config": "config:config",
            },
        }
    ),
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"ccexpert {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    _version_wanted: Annotated[
        bool,
        typer.Option(
            "--version", callback=_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    """Options before the command."""


def main() -> None:
    """Run the program; turn every error a user can cause into one sentence and an exit code."""
    _open_closed_streams()
    _tolerate_any_character()
    clear_when_told_to_end()
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")  # looking for them costs 20 ms
    try:
        with interrupts_kept():
            if _is_plugin():
                from ccexpert.cli.shared.plugin import as_plugin

                sys.exit(as_plugin(app))
            _run()
    except CcexpertError as error:
        say(error)
        sys.exit(error.exit_code)
    except (ReaderGoneError, BrokenPipeError):
        _leave_stdout()
        sys.exit(141)
    except OSError as error:
        if error.errno not in _OUTPUT_FULL:
            _refused_by_the_system(error)
        from ccexpert.report import nagios

        _leave_stdout()
        say(f"the output cannot be written: {error.strerror}")
        sys.exit(nagios.UNKNOWN if _is_plugin() else CANNOT_CREATE)
    except Exception as error:
        _internal_fault(error)


def _refused_by_the_system(error: OSError) -> NoReturn:
    """Say which file the system refuses; without one, the fault is ours."""
    if not isinstance(error.filename, (str, os.PathLike)):
        _internal_fault(error)
    where = Place(os.fspath(error.filename))
    say(MissingInputError(f"cannot be used: {error.strerror}", where))
    sys.exit(NO_INPUT)


def _run() -> None:
    """Run it as typer does, which takes a reader that has gone for an error of its own."""
    try:
        app()
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):
            raise end.__context__ from None
        raise


def _is_plugin() -> bool:
    """Whether this run acts as a monitoring plugin, even if the command line is otherwise
    invalid."""
    if not any("nagios" in argument for argument in sys.argv):
        return False
    from ccexpert.cli.shared.plugin import asks_for_plugin

    return asks_for_plugin(sys.argv[1:])


def _tolerate_any_character() -> None:
    """Let the output streams replace characters that their encoding lacks."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _open_closed_streams() -> None:
    """Replace standard streams that the caller closed with the null device."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115


def _leave_stdout() -> None:
    """Send pending output to the null device, so that the interpreter does not complain on exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _internal_fault(error: Exception) -> NoReturn:
    if os.environ.get("CCEXPERT_DEBUG"):
        raise error
    kind = type(error).__name__
    cited = one_line(str(error), 1000)
    say(f"internal fault, {kind}: {cited}; set CCEXPERT_DEBUG=1 for the traceback and report it")
    sys.exit(INTERNAL_FAULT)

"""The command line: parse, call one thing, print. No reasoning, and nothing imported before it is
needed.

stdout carries data only, everything said to the person goes to stderr. Errors are one sentence;
exit codes are those of the README.
"""

from __future__ import annotations

import errno
import io
import os
import sys
from typing import Annotated, NoReturn

import typer

from ccexpert.cli.lazy import commands
from ccexpert.version import __version__

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
            "act": "act:act",
            "consult": "consult:consult",
            "diagnose": "diagnose:diagnose",
            "diff": "history:diff",
            "explain": "explain:explain",
            "facts": "facts:app",
            "fleet": "fleet:fleet",
            "history": "history:app",
            "modules": "modules:modules",
            "observe": "observe:app",
            "rules": "rules:app",
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
            "--version", callback=_version, is_eager=True, help="Print the version and stop."
        ),
    ] = False,
) -> None:
    """Options before the command."""


def main() -> None:
    """Run the program; turn what a person can cause into one sentence and an exit code."""
    from ccexpert.errors import CANNOT_CREATE, CcexpertError, ReaderGoneError

    _open_closed_streams()
    _say_what_can_be_said()
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")  # looking for them costs 20 ms
    try:
        if _is_plugin():
            from ccexpert.cli import diagnose

            sys.exit(diagnose.as_plugin(app))
        app()
    except CcexpertError as error:
        print(f"ccexpert: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
    except (ReaderGoneError, BrokenPipeError):
        _leave_stdout()
        sys.exit(141)
    except OSError as error:
        if error.errno not in _OUTPUT_FULL:
            _internal_fault(error)
        from ccexpert.report import nagios

        _leave_stdout()
        print(f"ccexpert: the output cannot be written: {error.strerror}", file=sys.stderr)
        sys.exit(nagios.UNKNOWN if _is_plugin() else CANNOT_CREATE)
    except Exception as error:
        _internal_fault(error)


def _is_plugin() -> bool:
    """Whether this run is a monitoring plugin, be its command line right or wrong otherwise."""
    if not any("nagios" in argument for argument in sys.argv):
        return False
    from ccexpert.cli.diagnose import asks_for_plugin

    return asks_for_plugin(sys.argv[1:])


def _say_what_can_be_said() -> None:
    """A character that the encoding of a stream lacks is no fault."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _open_closed_streams() -> None:
    """A stream that whoever started the program has closed is empty, or goes nowhere."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115


def _leave_stdout() -> None:
    """What is still to be written goes nowhere, so that the interpreter does not complain of it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _internal_fault(error: Exception) -> NoReturn:
    from ccexpert.errors import INTERNAL_FAULT

    if os.environ.get("CCEXPERT_DEBUG"):
        raise error
    kind = type(error).__name__
    print(
        f"ccexpert: internal fault, {kind}: {error}; "
        "set CCEXPERT_DEBUG=1 for the traceback and report it",
        file=sys.stderr,
    )
    sys.exit(INTERNAL_FAULT)

"""The command line: parse, call one thing, print. No reasoning, and nothing imported before it is
needed.

stdout carries data only, everything said to the person goes to stderr. Errors are one sentence;
exit codes are those of the README.
"""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from ccexpert.cli.lazy import commands
from ccexpert.version import __version__

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
    from ccexpert.errors import INTERNAL_FAULT, CcexpertError

    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")  # looking for them costs 20 ms
    try:
        if any("nagios" in argument for argument in sys.argv):
            from ccexpert.cli import diagnose

            if diagnose.asks_for_plugin(sys.argv[1:]):
                sys.exit(diagnose.as_plugin(app))
        app()
    except CcexpertError as error:
        print(f"ccexpert: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # the reader has gone (head, less): say nothing, and keep the interpreter from saying it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except Exception as error:
        if os.environ.get("CCEXPERT_DEBUG"):
            raise
        kind = type(error).__name__
        print(
            f"ccexpert: internal fault, {kind}: {error}; "
            "set CCEXPERT_DEBUG=1 for the traceback and report it",
            file=sys.stderr,
        )
        sys.exit(INTERNAL_FAULT)

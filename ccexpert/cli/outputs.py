"""``ccexpert observe pdump`` and similar commands: facts from one output of the server."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from ccexpert.cli.shared.live import InstanceOption
from ccexpert.cli.shared.observed import (
    ALL_HOURS,
    HoursOption,
    PlatformOption,
    RedactOption,
    print_facts,
)
from ccexpert.cli.shared.options import RulesOption, vocabulary
from ccexpert.cli.shared.output import OutputOption
from ccexpert.cli.shared.progress import Bar
from ccexpert.errors import MissingInputError, Place
from ccexpert.observe.host import this_platform
from ccexpert.observe.interface import OUTPUT_LIMIT, Circumstances, Output, Taken
from ccexpert.observe.observer import Origin, conclude, document

#: The commands for single outputs: what each reads, and the output's name in a capture.
SINGLE = {
    "pdump": ("nlserver pdump or pdump -who", "pdump.txt"),
    "missing": ("nlserver monitor -missing", "monitor-missing.txt"),
    "monitor": ("nlserver monitor (XML)", "monitor.xml"),
    "service-status": ("the status of the service and 'exit code: N'", "service-status.txt"),
    "site": ("the page / as curl -i prints it", "http/site.txt"),
    "r-test": ("the page /r/test", "http/r-test.txt"),
    "logon": ("the page /nl/jsp/logon.jsp", "http/logon.txt"),
    "tomcat-direct": ("the logon page on port 8080", "http/tomcat-direct.txt"),
    "ping": ("the page /nl/jsp/ping.jsp", "http/ping.txt"),
    "log": ("a log file, for its error signatures", "var/{instance}/log/{module}.log"),
    "server-configuration": ("serverConf.xml", "conf/serverConf.xml"),
    "configuration": ("config-<instance>.xml", "conf/config-{instance}.xml"),
}


def single(name: str) -> Callable[..., None]:
    """The command for one output; ``name`` is a key of ``SINGLE``."""
    what, goes_by = SINGLE[name]

    def command(
        file: Annotated[str, typer.Argument(metavar="FILE|-", help="The output; - reads stdin.")],
        instance: InstanceOption = None,
        hours: HoursOption = ALL_HOURS,
        platform: PlatformOption = None,
        redact: RedactOption = True,
        rules: RulesOption = None,
        output: OutputOption = None,
    ) -> None:
        given = _output(file)
        module = "stdin" if file == "-" else Path(file).name.removesuffix(".log")
        known_as = goes_by.format(module=module, instance=instance or _named_in(file) or "default")
        at = datetime.now(UTC)
        if given.modified is not None:
            at = datetime.fromtimestamp(given.modified, UTC)
        origin = Origin(None, platform or this_platform(), at)
        context = Circumstances(
            vocabulary(rules), origin.at, origin.platform, hours=hours, progress=Bar()
        )
        seen = conclude(Taken({known_as: given}), context)
        if known_as.startswith("var/"):  # one log does not tell which other logs are written
            errors = tuple(fact for fact in seen.facts if fact.kind == "error")
            seen = replace(seen, facts=errors)
        print_facts(document(seen, origin, redact=redact), output)

    command.__doc__ = f"Print the facts in one output: {what}."
    return command


def _named_in(file: str) -> str | None:
    """The instance in the name of a configuration file."""
    found = re.fullmatch(r"config-([\w-]+)\.xml", Path(file).name)
    return found[1] if found else None


def _output(name: str) -> Output:
    """A file, or stdin."""
    if name == "-":
        return Output.of(sys.stdin.buffer.read(OUTPUT_LIMIT))
    path, place = Path(name), Place(name)
    try:
        if path.is_dir():
            raise MissingInputError("this is a directory, not a file", place)
        with path.open("rb"):
            return Output.file(path)
    except FileNotFoundError:
        raise MissingInputError("there is no such file", place, "check the path") from None
    except OSError as error:
        raise MissingInputError(f"cannot be read: {error.strerror}", place) from None

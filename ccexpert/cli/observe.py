"""``ccexpert observe``: facts from what the server prints; captures of it; single outputs."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from enum import StrEnum
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ccexpert.cli.live import (
    ConfOption,
    InstanceOption,
    Pop3Option,
    SmtpOption,
    UrlOption,
    VarOption,
    Where,
    refuse_places,
)
from ccexpert.cli.options import OutputOption, RulesOption, emit, packs

if TYPE_CHECKING:
    from ccexpert.facts import FactsDocument, Platform
    from ccexpert.knowledge.vocabulary import Vocabulary
    from ccexpert.observe.interface import Context, Host, Output
    from ccexpert.observe.observer import Origin

app = typer.Typer(
    help="Facts from what the server itself prints: live, from a capture, from a single output.",
    rich_markup_mode=None,
    invoke_without_command=True,
)


class PlatformName(StrEnum):
    """The platforms."""

    LINUX = "linux"
    WINDOWS = "windows"


def _number(hours: float) -> float:
    if isnan(hours):
        raise typer.BadParameter("it is no number")
    return hours


HoursOption = Annotated[
    float,
    typer.Option(
        "--hours",
        min=0,
        max=24 * 3660,
        callback=_number,
        help="Search this many hours of the logs.",
    ),
]
PlatformOption = Annotated[
    PlatformName | None,
    typer.Option("--platform", help="Platform of the server; default: of this machine or capture."),
]
RedactOption = Annotated[
    bool,
    typer.Option(
        "--redact/--no-redact", help="Take out logins, mail and IP addresses, secrets and keys."
    ),
]


@app.callback()
def observe(
    context: typer.Context,
    source: Annotated[
        Path | None,
        typer.Option(
            "--from", metavar="DIR|FILE.tar.gz", help="Read a capture instead of this host."
        ),
    ] = None,
    instance: InstanceOption = None,
    url: UrlOption = None,
    var: VarOption = None,
    conf: ConfOption = None,
    smtp: SmtpOption = None,
    pop3: Pop3Option = None,
    hours: HoursOption = 24,
    platform: PlatformOption = None,
    redact: RedactOption = True,
    rules: RulesOption = None,
    output: OutputOption = None,
) -> None:
    """Print a facts document of this host, or of a capture; what could not be read stands in it,
    with the reason."""
    if context.invoked_subcommand:
        _refuse_options_before(context)
        return
    from ccexpert.observe import captured, live

    system, folders, bar = _platform(platform), packs(rules), _Bar()
    if source is not None:
        refuse_places(
            Where(None, url, var, conf, smtp, pop3),
            "says where to look on this host; with --from nothing is looked at here",
        )
        made = captured(
            source,
            instance=instance,
            hours=hours,
            platform=system,
            redact=redact,
            rules=folders,
            progress=bar,
        )
    else:
        made = live(
            instance=instance,
            url=url,
            var=var,
            conf=conf,
            smtp=smtp,
            pop3=pop3,
            hours=hours,
            platform=system,
            redact=redact,
            rules=folders,
            progress=bar,
        )
    _print(made, output)


@app.command("capture")
def capture(
    file: Annotated[Path, typer.Argument(metavar="OUT.tar.gz", help="The archive to write.")],
    instance: InstanceOption = None,
    url: UrlOption = None,
    var: VarOption = None,
    conf: ConfOption = None,
    smtp: SmtpOption = None,
    pop3: Pop3Option = None,
    hours: HoursOption = 24,
    platform: PlatformOption = None,
    redact: RedactOption = True,
    rules: RulesOption = None,
) -> None:
    """Put what can be read of this host into an archive, for 'observe --from' elsewhere."""
    from ccexpert.observe.capture import write
    from ccexpert.observe.observer import here, look

    vocabulary = _vocabulary(rules)
    host = _host(platform, var, conf, instance, url, smtp, pop3)
    origin = here(host)
    taken = look(host, vocabulary)
    reasons = write(file, taken, origin, vocabulary, hours=hours, redact=redact)
    _warn_when_open(redact)
    for item in reasons:
        print(f"ccexpert: not observed: {item.source}: {item.reason}", file=sys.stderr)
    typer.echo(f"{file}: {len(taken.outputs)} outputs")


#: The commands for single outputs: what each reads, and the name that the output goes by.
_SINGLE = {
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


def _single(what: str, name: str) -> Callable[..., None]:
    def command(
        file: Annotated[str, typer.Argument(metavar="FILE|-", help="The output; - reads stdin.")],
        instance: InstanceOption = None,
        hours: HoursOption = 24 * 3660,
        platform: PlatformOption = None,
        redact: RedactOption = True,
        rules: RulesOption = None,
        output: OutputOption = None,
    ) -> None:
        from dataclasses import replace
        from datetime import UTC, datetime

        from ccexpert.observe.host import this_platform
        from ccexpert.observe.interface import Taken
        from ccexpert.observe.observer import Origin, conclude, document

        given = _output(file)
        module = "stdin" if file == "-" else Path(file).name.removesuffix(".log")
        known_as = name.format(module=module, instance=instance or _named_in(file) or "default")
        at = datetime.now(UTC)
        if given.modified is not None:
            at = datetime.fromtimestamp(given.modified, UTC)
        origin = Origin(None, _platform(platform) or this_platform(), at)
        seen = conclude(Taken({known_as: given}), _context(_vocabulary(rules), origin, None, hours))
        if known_as.startswith("var/"):  # one log alone does not tell which logs are written
            errors = tuple(fact for fact in seen.facts if fact.kind == "error")
            seen = replace(seen, facts=errors)
        _print(document(seen, origin, redact=redact), output)

    command.__doc__ = f"Facts of one output: {what}."
    return command


def _named_in(file: str) -> str | None:
    """The instance that the name of a configuration file speaks of."""
    found = re.fullmatch(r"config-([\w-]+)\.xml", Path(file).name)
    return found[1] if found else None


for _name, (_what, _file) in _SINGLE.items():
    app.command(_name)(_single(_what, _file))


@app.command("alertmanager")
def alertmanager(
    file: Annotated[
        str | None, typer.Argument(metavar="FILE|-", help="The payload of a webhook (JSON).")
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option("--mapping", help="Which alert says what (YAML).")
    ] = None,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON Schema of a mapping and stop.")
    ] = False,
    platform: PlatformOption = None,
    redact: RedactOption = True,
    rules: RulesOption = None,
    output: OutputOption = None,
) -> None:
    """Facts of what Prometheus Alertmanager posts to a webhook, by a mapping."""
    from datetime import UTC, datetime

    from ccexpert.cli.options import read_input
    from ccexpert.errors import KnowledgeError
    from ccexpert.observe import alertmanager
    from ccexpert.observe.host import this_platform
    from ccexpert.observe.observer import Origin, document
    from ccexpert.reading import read_source

    if schema:
        emit(json.dumps(alertmanager.schema(), ensure_ascii=False, indent=2) + "\n", output)
        return
    if file is None:
        raise typer.BadParameter("name a payload, or - for stdin", param_hint="FILE|-")
    if mapping is None:
        raise typer.BadParameter("says which alert means what", param_hint="--mapping")
    vocabulary = _vocabulary(rules)
    known = alertmanager.read_mapping(read_source(mapping, KnowledgeError), vocabulary)
    seen = alertmanager.facts_of(alertmanager.read_payload(read_input(file)), known, vocabulary)
    now = datetime.now(UTC).replace(microsecond=0)
    origin = Origin(None, _platform(platform) or this_platform(), now)
    _print(document(seen, origin, redact=redact), output)


def _refuse_options_before(context: typer.Context) -> None:
    """An option before the name of a command would silently do nothing."""
    for parameter in context.command.params:
        given = context.get_parameter_source(parameter.name or "")
        if given is not None and given.name == "COMMANDLINE":
            raise typer.BadParameter(
                f"belongs behind '{context.invoked_subcommand}'", param_hint=parameter.opts[0]
            )


def _vocabulary(rules: list[Path] | None) -> Vocabulary:
    from ccexpert.knowledge.packs import load_vocabulary, roots

    return load_vocabulary(roots(packs(rules)))


def _platform(platform: PlatformName | None) -> Platform | None:
    return platform.value if platform else None


def _host(
    platform: PlatformName | None,
    var: Path | None,
    conf: Path | None,
    instance: str | None,
    url: str | None,
    smtp: str | None,
    pop3: str | None,
) -> Host:
    from ccexpert.observe.host import this_host

    return this_host(
        _platform(platform), var=var, conf=conf, instance=instance, url=url, smtp=smtp, pop3=pop3
    )


def _context(vocabulary: Vocabulary, origin: Origin, instance: str | None, hours: float) -> Context:
    from ccexpert.observe.interface import Context

    return Context(
        vocabulary=vocabulary,
        now=origin.at,
        platform=origin.platform,
        instance=instance,
        hours=hours,
        progress=_Bar(),
    )


def _output(name: str) -> Output:
    """A file, or stdin."""
    from ccexpert.errors import MissingInputError
    from ccexpert.observe.interface import OUTPUT_LIMIT, Output

    if name == "-":
        return Output.of(sys.stdin.buffer.read(OUTPUT_LIMIT))
    path = Path(name)
    try:
        if path.is_dir():
            raise MissingInputError("this is a directory, a file is needed", name)
        with path.open("rb"):
            return Output.file(path)
    except FileNotFoundError:
        raise MissingInputError("there is no such file", name, "check the path") from None
    except OSError as error:
        raise MissingInputError(f"cannot be read: {error.strerror}", name) from None


def _print(made: FactsDocument, output: Path | None) -> None:
    from ccexpert.observe.observer import plain

    _warn_when_open(bool(made.redacted))
    emit(json.dumps(plain(made), ensure_ascii=False, indent=2) + "\n", output)


def _warn_when_open(redacted: bool) -> None:
    if not redacted:
        print(
            "ccexpert: --no-redact: logins, addresses and secrets were left as they are",
            file=sys.stderr,
        )


class _Bar:
    """A progress bar on stderr, for a terminal and for logs that take a while."""

    _WORTH_IT = 64 * 1024 * 1024

    def __init__(self) -> None:
        self._advance: Callable[[int], object] = lambda count: None
        self._stop: Callable[[], object] = lambda: None

    def start(self, total: int) -> None:
        if total < self._WORTH_IT or not sys.stderr.isatty():
            return
        bar = typer.progressbar(length=total, label="Searching logs", file=sys.stderr)
        bar.__enter__()
        self._advance, self._stop = bar.update, lambda: bar.__exit__(None, None, None)

    def advance(self, count: int) -> None:
        self._advance(count)

    def stop(self) -> None:
        self._stop()

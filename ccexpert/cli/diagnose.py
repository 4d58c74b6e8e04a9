"""``ccexpert diagnose``: facts documents in, one report out, in one format or in several."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ccexpert.cli.live import (
    ConfOption,
    InstanceOption,
    Pop3Option,
    SmtpOption,
    UrlOption,
    VarOption,
    Where,
    observer,
    refuse_idle,
    require_facts,
    sourced,
)
from ccexpert.cli.options import (
    LangOption,
    OutputOption,
    RulesOption,
    TableFormatOption,
    emit,
    language,
    layout,
    packs,
    read_input,
)

if TYPE_CHECKING:
    from ccexpert.diagnosis import Report
    from ccexpert.facts import FactsDocument
    from ccexpert.report.interface import Layout


class ReportFormat(StrEnum):
    """The formats of reports."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "markdown"
    HTML = "html"
    NAGIOS = "nagios"
    PROMETHEUS = "prometheus"
    JUNIT = "junit"
    GITHUB = "github"
    ANSIBLE = "ansible"
    RUNDECK = "rundeck"
    SH = "sh"


class FailOn(StrEnum):
    """From which impact on a finding makes the command fail."""

    NEVER = "never"
    LOW = "low"
    MODERATE = "moderate"
    IMPORTANT = "important"
    CRITICAL = "critical"


Target = tuple[ReportFormat, Path | None]
"""A format and the file it goes to; None is stdout."""


def complete_format(incomplete: str) -> list[str]:
    """The formats that start with what was typed, for shell completion."""
    return [name for name in ReportFormat if name.startswith(incomplete)]


FormatOption = Annotated[
    list[str] | None,
    typer.Option(
        "--format",
        "-f",
        metavar="NAME[=FILE]",
        help=f"How to print the report: {', '.join(ReportFormat)}. May be given again, each with "
        "a file to write to; one may go to stdout. Default: table.",
        autocompletion=complete_format,
    ),
]


def diagnose(
    files: Annotated[
        list[str] | None,
        typer.Argument(metavar="FILE…|-", help="Facts documents (JSON); - reads one from stdin."),
    ] = None,
    observe: Annotated[
        bool,
        typer.Option("--observe", help="Observe this host, and diagnose that with the documents."),
    ] = False,
    format_: FormatOption = None,
    output: OutputOption = None,
    rules: RulesOption = None,
    waivers: Annotated[
        Path | None, typer.Option("--waivers", help="A file of waivers beside those of the packs.")
    ] = None,
    lang: LangOption = None,
    table_format: TableFormatOption = "simple",
    fail_on: Annotated[
        FailOn,
        typer.Option(
            "--fail-on",
            help="Exit 1 when a finding has this impact or more. "
            "The format nagios has exit codes of its own: 0 to 3.",
        ),
    ] = FailOn.NEVER,
    record: Annotated[
        bool, typer.Option("--record", help="Keep the report; see: ccexpert history.")
    ] = False,
    instance: InstanceOption = None,
    url: UrlOption = None,
    var: VarOption = None,
    conf: ConfOption = None,
    smtp: SmtpOption = None,
    pop3: Pop3Option = None,
) -> None:
    """Diagnose what was observed: ranked diagnoses, why, and a plan with exact commands.

    Several documents are diagnosed together, as observations of one situation.
    """
    from ccexpert.errors import CcexpertError
    from ccexpert.expert import Expert
    from ccexpert.knowledge.intake import read_document
    from ccexpert.knowledge.reader import read_waivers

    wanted, page = targets(format_, output), layout(table_format)
    if is_plugin(wanted) and fail_on is not FailOn.NEVER:
        raise typer.BadParameter(
            "the format nagios has exit codes of its own", param_hint="--fail-on"
        )
    where = Where(instance, url, var, conf, smtp, pop3)
    require_facts(files, observe)
    refuse_idle(where, observe)
    sources = [read_input(name) for name in files or ()]
    documents = [(read_document(source), source) for source in sources]
    if observe:
        documents.append(sourced(observer(where, packs(rules))()))
    who = Expert.about(documents, packs(rules), waivers=read_waivers(waivers) if waivers else ())
    report = who.diagnose_documents(documents, language=language(lang))
    try:
        if record:
            from ccexpert.history import History

            History().record(report)
    except CcexpertError as error:
        if not is_plugin(wanted):
            raise
        print(f"ccexpert: {error}", file=sys.stderr)  # a plugin prints one line: what was found
    finally:  # an answer is never lost because it could not be kept
        write(report, wanted, page)
    if observe and report.status == "undetermined":
        tell_not_observed(documents[-1][0])
    raise typer.Exit(exit_code(report, wanted, fail_on))


def tell_not_observed(observed: FactsDocument) -> None:
    """Say on stderr what could not be read of this host, where too little is known."""
    for lacking in observed.not_observed or ():
        print(f"ccexpert: not observed: {lacking.source}: {lacking.reason}", file=sys.stderr)


def targets(formats: Sequence[str] | None, output: Path | None) -> list[Target]:
    """Where each format goes; a usage error when two would go to the same place."""
    wanted = [_target(given) for given in formats or [ReportFormat.TABLE]]
    if output is not None:
        if all(path for _, path in wanted):
            raise typer.BadParameter("every format has a file already", param_hint="--output")
        wanted = [(name, path or output) for name, path in wanted]
    places = [path for _, path in wanted]
    for path in places:
        if places.count(path) > 1:
            where = f"written to {path}" if path else "printed to stdout"
            raise typer.BadParameter(
                f"only one format can be {where}; give the others a file: NAME=FILE",
                param_hint="--format",
            )
    return wanted


def _target(given: str) -> Target:
    from ccexpert.errors import did_you_mean

    name, has_file, file = given.partition("=")
    if name not in list(ReportFormat):
        hint = did_you_mean(name, ReportFormat)
        allowed = f"'{name}' is not one of {', '.join(ReportFormat)}"
        raise typer.BadParameter(f"{allowed}; {hint}".rstrip("; "), param_hint="--format")
    if has_file and not file:
        raise typer.BadParameter(f"'{given}' names no file", param_hint="--format")
    return ReportFormat(name), Path(file) if has_file and file != "-" else None


def write(report: Report, wanted: Sequence[Target], page: Layout) -> None:
    """Write a report in every format that is wanted: the files first, and only when all formats
    could be made."""
    from ccexpert.report import render

    texts = [(render(report, name, page), path) for name, path in wanted]
    for text, path in sorted(texts, key=lambda made: made[1] is None):
        emit(text, path)


def exit_code(report: Report, wanted: Sequence[Target], fail_on: FailOn = FailOn.NEVER) -> int:
    """That of a monitoring plugin when its format is wanted, else by ``fail_on``."""
    if is_plugin(wanted):
        from ccexpert.report import nagios

        return nagios.exit_code(report)
    return report.exit_code(fail_on.value)


def is_plugin(wanted: Sequence[Target]) -> bool:
    """Whether this run is a monitoring plugin."""
    return any(name is ReportFormat.NAGIOS for name, _ in wanted)


def asks_for_plugin(arguments: Sequence[str]) -> bool:
    """Whether a command line asks for a monitoring plugin, be it right or wrong otherwise."""
    return bool(re.search(r"\0(-f\0?|--format[\0=])nagios[\0=]", "\0".join(["", *arguments, ""])))


def as_plugin(program: Callable[..., Any]) -> int:
    """Run the program as a monitoring plugin: whatever fails becomes its one line and UNKNOWN."""
    from ccexpert.errors import ReaderGoneError
    from ccexpert.report import nagios

    try:
        return program(standalone_mode=False) or 0
    except (ReaderGoneError, BrokenPipeError):
        raise
    except Exception as error:
        said = getattr(error, "format_message", error.__str__)()
        sys.stdout.write(nagios.failure(said or type(error).__name__))
        return nagios.UNKNOWN

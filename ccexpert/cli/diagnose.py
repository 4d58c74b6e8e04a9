"""``ccexpert diagnose``: turns facts documents into one report, in one or several formats."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from ccexpert.cli.shared.given import given
from ccexpert.cli.shared.heard import heard
from ccexpert.cli.shared.live import looks_here, observer, refuse_idle, require_facts
from ccexpert.cli.shared.options import (
    MOST_SECONDS,
    LangOption,
    RulesOption,
    WaiversOption,
    finite,
    language,
    packs,
)
from ccexpert.cli.shared.output import (
    ColorOption,
    FormatOption,
    OutputOption,
    ShortOption,
    TableFormatOption,
    emit,
    layout,
    targets,
    write,
)
from ccexpert.cli.shared.plugin import exit_code, is_plugin
from ccexpert.cli.shared.say import say, tell
from ccexpert.diagnosis import FailOn
from ccexpert.errors import CcexpertError
from ccexpert.expert import Expert
from ccexpert.facts.document import document_of
from ccexpert.knowledge.reader import read_waivers
from ccexpert.whereabouts import Whereabouts

if TYPE_CHECKING:
    from ccexpert.facts import FactsDocument

#: What can be printed while a host is watched.
_WATCHABLE = ([("table", None)], [("short", None)])


@looks_here
def diagnose(
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FILE…|-",
            help="Facts documents (JSON), captures, or any text; - reads stdin.",
        ),
    ] = None,
    observe: Annotated[
        bool,
        typer.Option(
            "--observe", help="Also observe this host and diagnose it with the documents."
        ),
    ] = False,
    format_: FormatOption = None,
    short: ShortOption = False,
    output: OutputOption = None,
    rules: RulesOption = None,
    waivers: WaiversOption = None,
    lang: LangOption = None,
    table_format: TableFormatOption = "simple",
    color: ColorOption = "auto",
    fail_on: Annotated[
        FailOn,
        typer.Option(
            "--fail-on",
            help="Exit 1 if a finding has at least this impact. "
            "The format nagios has its own exit codes: 0 to 3.",
        ),
    ] = "never",
    record: Annotated[
        bool, typer.Option("--record", help="Keep the report; see: ccexpert history.")
    ] = False,
    watch: Annotated[
        float | None,
        typer.Option(
            "--watch",
            metavar="SECONDS",
            min=1,
            max=MOST_SECONDS,
            callback=finite,
            help="With --observe: observe again every SECONDS and say only what changed.",
        ),
    ] = None,
    *,
    where: Whereabouts,
) -> None:
    """Diagnose what was observed: ranked diagnoses, the reasons, and a plan with exact commands.

    Several documents are diagnosed together, as one situation.
    """
    wanted = targets(format_, output, short=short)
    page = layout(table_format, packs(rules))
    if is_plugin(wanted) and fail_on != "never":
        raise typer.BadParameter(
            "the format nagios has exit codes of its own", param_hint="--fail-on"
        )
    require_facts(files, observe)
    refuse_idle(where, observe)
    if watch is not None and (not observe or record or wanted not in _WATCHABLE):
        raise typer.BadParameter(
            "needs --observe, and a table or --short on stdout, not recorded", param_hint="--watch"
        )
    inputs = [given(name, packs(rules)) for name in files or ()]
    documents = [document for document, _ in inputs]
    if watch is not None:
        from ccexpert.cli.diff import told
        from ccexpert.cli.shared.lasting import lasts
        from ccexpert.cli.shared.watching import watch as watching

        lasts()
        observed, spoken = observer(where, packs(rules)), language(lang)
        whole = Expert(packs(rules), waivers=read_waivers(waivers) if waivers else ()).warm()
        watching(
            watch,
            lambda: whole.diagnose_documents(
                [*documents, document_of(observed(), "this host")], language=spoken
            ),
            lambda report: write(report, wanted, page, color),
            lambda at, found: emit(f"\n{at:%Y-%m-%d %H:%M:%S}\n{told(found, spoken, page)}", None),
        )
    if observe:
        documents.append(document_of(observer(where, packs(rules))(), "this host"))
    read = [(name, one) for name, (_, one) in zip(files or (), inputs, strict=True) if one]
    page = replace(page, heard=heard(read, {name for name, _ in wanted}))
    waived = read_waivers(waivers) if waivers else ()
    who, case = Expert.about(documents, packs(rules), waivers=waived)
    unread = [text for _, shown in read for text in shown.reading.unread]
    report = who.diagnose_case(case, language=language(lang), said=unread)
    earlier = list[str]()
    try:
        if record:
            from ccexpert.cli.shared.recording import kept  # SQLite is for those who record

            _, earlier = kept(report)
    except CcexpertError as error:
        if not is_plugin(wanted):
            raise
        say(error)  # a plugin prints one line: what was found
    finally:  # the report is printed even if it cannot be recorded
        write(report, wanted, page, color)
    tell(earlier)
    if observe and report.status == "undetermined":
        _tell_not_observed(documents[-1].content)
    raise typer.Exit(exit_code(report, wanted, fail_on))


def _tell_not_observed(observed: FactsDocument) -> None:
    """Say on stderr what could not be read on this host."""
    for lacking in observed.not_observed or ():
        say(f"not observed: {lacking.source}: {lacking.reason}")

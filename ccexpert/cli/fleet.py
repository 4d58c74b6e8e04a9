"""``ccexpert fleet``: turns many facts documents into one record each and one summary."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from ccexpert.cli.shared import output
from ccexpert.cli.shared.options import LangOption, RulesOption, WaiversOption, language, packs
from ccexpert.cli.shared.output import TableFormatOption, emit, layout
from ccexpert.cli.shared.progress import hosts_bar
from ccexpert.diagnosis import FailOn
from ccexpert.errors import DATA_ERROR, FactsError
from ccexpert.fleet import summary
from ccexpert.fleet.blocks import find_files
from ccexpert.fleet.checkpoint import Checkpoint
from ccexpert.fleet.cluster import Dask
from ccexpert.fleet.outputs import Sink, json_lines, parquet, require_pyarrow
from ccexpert.fleet.run import Expected, run, total_size
from ccexpert.fleet.workers import AsNeeded, InProcess, Processes, Setup, Workers
from ccexpert.knowledge.packs import cached
from ccexpert.knowledge.reader import read_waivers
from ccexpert.reading import read_source

#: The formats of a fleet's results: records, or their summary.
_RECORDS, _SUMMARIES = ("jsonl", "parquet"), ("table", "html")

Targets = dict[str, Path | None]
"""The file of each format; None is stdout."""


def fleet(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE…|DIR|-",
            help="Facts documents as JSON Lines, one host per line, also .gz and .zst; a .json "
            "file is one document. A folder stands for all such files in it, - for stdin.",
        ),
    ],
    format_: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            "-f",
            metavar="NAME[=FILE]",
            help="jsonl or parquet: a record for each host; table or html: the summary. "
            "Repeatable, each with a file; one may go to stdout. Default: table.",
        ),
    ] = None,
    hosts: Annotated[
        Path | None,
        typer.Option("--hosts", help="A file with the expected hosts, one per line."),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(
            "--jobs", "-j", min=1, max=4096, help="Number of processes; default: one per CPU."
        ),
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(
            "--scheduler", metavar="ADDRESS", help="Use the Dask cluster of this scheduler."
        ),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Resume a run that was stopped.")
    ] = False,
    verify_share: Annotated[
        float,
        typer.Option(
            "--verify-share",
            min=0,
            max=1,
            help="The share of hosts that are also run through the engine itself; a difference "
            "stops the run and writes the case.",
        ),
    ] = 0.001,
    rules: RulesOption = None,
    waivers: WaiversOption = None,
    lang: LangOption = None,
    table_format: TableFormatOption = "simple",
    fail_on: Annotated[
        FailOn,
        typer.Option("--fail-on", help="Exit 1 if a finding has at least this impact."),
    ] = "never",
) -> None:
    """Diagnose many hosts: one record each, and what they have in common.

    An unreadable line is reported and skipped, and the exit code is then 65. Hosts with the same
    facts are diagnosed only once. If records go to a file, --resume continues a stopped run.
    """
    gc.enable()  # this run may be long
    targets, page, spoken = _targets(format_), layout(table_format), language(lang)
    kept = next((targets[name] for name in _RECORDS if targets.get(name)), None)
    found, base = find_files(files), cached(packs(rules))
    total = total_size(found)
    setup = Setup(
        packs=tuple(str(pack.resolve()) for pack in packs(rules)),
        waivers=read_waivers(waivers) if waivers else (),
        language=spoken,
        digest=base.digest,
        verify_share=verify_share,
    )
    can_resume = kept is not None and not _is_stream(kept) and all(map(_is_file, found))
    if resume and not can_resume:
        raise typer.BadParameter(
            "needs input from files and a file of records: --format jsonl=FILE",
            param_hint="--resume",
        )
    expected = _expected(hosts) if hosts else None
    checkpoint = Checkpoint(kept, found, setup, resume=resume) if can_resume and kept else None
    with contextlib.ExitStack() as stack:
        if checkpoint:
            stack.enter_context(checkpoint.held())
        outputs = [
            stack.enter_context(_output(name, targets[name]))
            for name in _RECORDS
            if name in targets
        ]
        tell = stack.enter_context(hosts_bar(total))
        workers = _workers(jobs, scheduler, total)
        tally = run(
            setup,
            found,
            workers,
            outputs,
            checkpoint=checkpoint,
            expected=expected,
            progress=tell,
        )
    if "html" in targets:
        emit(summary.html(tally, base, spoken), targets["html"])
    text = summary.table(tally, base, spoken, page)
    if "table" in targets:
        emit(text, targets["table"])
    else:  # a reader of the records still needs the summary
        sys.stderr.write(text)
    raise typer.Exit(tally.exit_code(fail_on, DATA_ERROR))


def _targets(formats: list[str] | None) -> Targets:
    """The file of each format; raises a usage error for impossible combinations."""
    wanted = output.targets(formats, names=(*_RECORDS, *_SUMMARIES))
    names = [name for name, _ in wanted]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise typer.BadParameter(f"'{twice}' is given twice", param_hint="--format")
    if ("parquet", None) in wanted:
        raise typer.BadParameter("parquet needs a file: parquet=FILE", param_hint="--format")
    return dict(wanted)


def _output(name: str, path: Path | None) -> contextlib.AbstractContextManager[Sink]:
    if name == "parquet" and path is not None:
        require_pyarrow(str(path))
        return parquet(path)
    return json_lines(path)


def _is_file(name: str) -> bool:
    return Path(name).is_file()


def _is_stream(output: Path) -> bool:
    return output.exists() and not output.is_file()


def _expected(path: Path) -> Expected:
    lines = (line.strip() for line in read_source(path, FactsError).text.splitlines())
    return Expected(str(path), tuple(line for line in lines if line and line[0] != "#"))


def _workers(jobs: int | None, scheduler: str | None, total: int | None) -> Workers:
    """The named cluster, else processes."""
    if scheduler is not None:
        return Dask(scheduler)
    if jobs is None:
        return AsNeeded(os.cpu_count() or 1, total)
    return Processes(jobs) if jobs > 1 else InProcess()

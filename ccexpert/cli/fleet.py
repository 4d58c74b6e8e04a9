"""``ccexpert fleet``: turns many facts documents into one record each and one summary."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from ccexpert.cli.shared import output
from ccexpert.cli.shared.interrupts import ending
from ccexpert.cli.shared.lasting import lasts
from ccexpert.cli.shared.options import (
    LangOption,
    RulesOption,
    WaiversOption,
    finite,
    language,
    packs,
)
from ccexpert.cli.shared.output import TableFormatOption, emit, layout
from ccexpert.cli.shared.progress import hosts_bar
from ccexpert.diagnosis import FailOn
from ccexpert.errors import DATA_ERROR, FactsError
from ccexpert.fleet import summary
from ccexpert.fleet.blocks import STDIN, cut, find_files
from ccexpert.fleet.checkpoint import Checkpoint
from ccexpert.fleet.cluster import Dask
from ccexpert.fleet.growing import Growing
from ccexpert.fleet.outputs import Sink, json_lines, parquet, require_pyarrow
from ccexpert.fleet.run import Expected, run, total_size
from ccexpert.fleet.run import follow as keep_on
from ccexpert.fleet.tally import Tally
from ccexpert.fleet.trail import Trail
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
    follow: Annotated[
        bool,
        typer.Option(
            "--follow",
            help="Go on with lines and files that are added later, until Ctrl-C or SIGTERM.",
        ),
    ] = False,
    verify_share: Annotated[
        float,
        typer.Option(
            "--verify-share",
            min=0,
            max=1,
            callback=finite,
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

    With --follow the run goes on with every line and file that is added. Lines may only be added at
    the end of a file; a file that was replaced is read from its beginning.
    """
    lasts()
    targets, page, spoken = _targets(format_), layout(table_format), language(lang)
    base = cached(packs(rules))
    setup = Setup(
        packs=tuple(str(pack.resolve()) for pack in packs(rules)),
        waivers=read_waivers(waivers) if waivers else (),
        language=spoken,
        digest=base.digest,
        verify_share=verify_share,
    )
    if follow:
        _refuse_to_follow(files, targets, hosts, scheduler)
        tally = _followed(setup, files, targets, jobs or os.cpu_count() or 1, resume)
    else:
        expected = _expected(hosts) if hosts else None
        tally = _run(setup, files, targets, (jobs, scheduler), resume, expected)
    if "html" in targets:
        emit(summary.html(tally, base, spoken), targets["html"])
    text = summary.table(tally, base, spoken, page)
    if "table" in targets:
        emit(text, targets["table"])
    else:  # a reader of the records still needs the summary
        sys.stderr.write(text)
    raise typer.Exit(tally.exit_code(fail_on, DATA_ERROR))


def _run(
    setup: Setup,
    files: list[str],
    targets: Targets,
    workers: tuple[int | None, str | None],
    resume: bool,
    expected: Expected | None,
) -> Tally:
    """Diagnose what there is."""
    found, kept = find_files(files), _kept(targets)
    total = total_size(found)
    can_resume = kept is not None and all(map(_is_file, found))
    if resume and not can_resume:
        raise _cannot_resume()
    checkpoint = Checkpoint(kept, found, setup, resume=resume) if can_resume and kept else None
    with contextlib.ExitStack() as stack:
        if checkpoint:
            stack.enter_context(checkpoint.held())
        outputs = [stack.enter_context(output) for output in _outputs(targets)]
        return run(
            setup,
            cut(found),
            _workers(*workers, total),
            outputs,
            keeper=checkpoint,
            expected=expected,
            progress=stack.enter_context(hosts_bar(total)),
        )


def _followed(setup: Setup, names: list[str], targets: Targets, jobs: int, resume: bool) -> Tally:
    """Diagnose what there is and what comes, until somebody ends it."""
    kept = _kept(targets)
    if resume and not kept:
        raise _cannot_resume()
    with contextlib.ExitStack() as stack:
        trail = stack.enter_context(Trail(kept, resume=resume).held()) if kept else None
        growing = Growing(names, trail)
        outputs = [trail] if trail else [stack.enter_context(o) for o in _outputs(targets)]
        bar = stack.enter_context(hosts_bar(None))
        ended = stack.enter_context(ending())
        return keep_on(setup, growing, lambda: AsNeeded(jobs, None), outputs, ended, bar)


def _refuse_to_follow(
    names: list[str], targets: Targets, hosts: Path | None, scheduler: str | None
) -> None:
    """A usage error for what needs an end, or cannot grow."""
    others = {"--hosts": hosts, "--scheduler": scheduler, "--format parquet": "parquet" in targets}
    wrong = next((name for name, given in others.items() if given), None)
    if wrong:
        raise typer.BadParameter(f"cannot be combined with {wrong}", param_hint="--follow")
    if STDIN in names:
        raise typer.BadParameter("needs files or folders", param_hint="--follow")


def _cannot_resume() -> typer.BadParameter:
    return typer.BadParameter(
        "needs input from files and a file of records: --format jsonl=FILE",
        param_hint="--resume",
    )


def _kept(targets: Targets) -> Path | None:
    """The file of records, if they go to one."""
    file = next((targets[name] for name in _RECORDS if targets.get(name)), None)
    return None if file is None or (file.exists() and not file.is_file()) else file


def _outputs(targets: Targets) -> Iterator[contextlib.AbstractContextManager[Sink]]:
    return (_output(name, targets[name]) for name in _RECORDS if name in targets)


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

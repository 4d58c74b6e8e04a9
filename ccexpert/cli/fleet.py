"""``ccexpert fleet``: many facts documents in, a record for each and one summary out."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ccexpert.cli.diagnose import FailOn
from ccexpert.cli.options import (
    LangOption,
    RulesOption,
    TableFormatOption,
    emit,
    language,
    layout,
    packs,
)

if TYPE_CHECKING:
    from ccexpert.fleet.blocks import Block
    from ccexpert.fleet.outputs import Output
    from ccexpert.fleet.run import Expected
    from ccexpert.fleet.tally import Tally
    from ccexpert.fleet.workers import Workers


class FleetFormat(StrEnum):
    """The formats of a fleet's results: records, or their summary."""

    JSONL = "jsonl"
    PARQUET = "parquet"
    TABLE = "table"
    HTML = "html"


class Engine(StrEnum):
    """Who matches facts with rules."""

    INDEXED = "indexed"
    STOCK = "stock"


_RECORDS = (FleetFormat.JSONL, FleetFormat.PARQUET)

Targets = dict[FleetFormat, Path | None]
"""The file of each format; None is stdout."""


def fleet(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE…|DIR|-",
            help="Facts documents as JSON Lines, one host a line, also .gz and .zst; a .json file "
            "is one document. A folder stands for all of these in it, - for stdin.",
        ),
    ],
    format_: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            "-f",
            metavar="NAME[=FILE]",
            help="jsonl or parquet: a record for each host; table or html: the summary. May be "
            "given again, each with a file to write to; one may go to stdout. Default: table.",
        ),
    ] = None,
    hosts: Annotated[
        Path | None,
        typer.Option("--hosts", help="A file that names the expected hosts, one a line."),
    ] = None,
    jobs: Annotated[
        int | None, typer.Option("--jobs", "-j", min=1, help="Processes; default: one a CPU.")
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(
            "--scheduler", metavar="ADDRESS", help="Work on the Dask cluster of this scheduler."
        ),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a run that was stopped.")
    ] = False,
    engine: Annotated[
        Engine, typer.Option("--engine", help="The matcher: ours, or experta's own as reference.")
    ] = Engine.INDEXED,
    rules: RulesOption = None,
    waivers: Annotated[
        Path | None, typer.Option("--waivers", help="A file of waivers beside those of the packs.")
    ] = None,
    lang: LangOption = None,
    table_format: TableFormatOption = "simple",
    fail_on: Annotated[
        FailOn,
        typer.Option("--fail-on", help="Exit 1 when a finding has this impact or more."),
    ] = FailOn.NEVER,
) -> None:
    """Diagnose many hosts: a record for each, and what they have in common.

    A line that cannot be read is reported and skipped, and the exit code is then 65. Equal facts
    are reasoned about once. With a file of records, a run that was stopped goes on with --resume.
    """
    import gc

    from ccexpert.errors import DATA_ERROR
    from ccexpert.fleet import summary
    from ccexpert.fleet.blocks import find_files
    from ccexpert.fleet.run import Checkpoint, run, total_size
    from ccexpert.fleet.workers import Setup
    from ccexpert.knowledge.packs import cached
    from ccexpert.knowledge.reader import read_waivers

    gc.enable()  # this run may be long
    targets, page, spoken = _targets(format_), layout(table_format), language(lang)
    kept = next((targets[name] for name in _RECORDS if targets.get(name)), None)
    found, base = find_files(files), cached(packs(rules))
    total = total_size(found)
    setup = Setup(
        packs=tuple(str(pack.resolve()) for pack in packs(rules)),
        waivers=read_waivers(waivers) if waivers else (),
        language=spoken,
        engine=engine.value,
        digest=base.digest,
    )
    can_resume = kept is not None and not any(_is_stream(name) for name in found)
    if resume and not can_resume:
        raise typer.BadParameter(
            "needs input from files and a file of records: --format jsonl=FILE",
            param_hint="--resume",
        )
    expected = _expected(hosts) if hosts else None
    checkpoint = Checkpoint(kept, found, setup, resume=resume) if can_resume and kept else None
    with contextlib.ExitStack() as stack:
        outputs = [
            stack.enter_context(_output(name, targets[name]))
            for name in _RECORDS
            if name in targets
        ]
        tell = stack.enter_context(_progress(total))
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
    if checkpoint:
        checkpoint.remove()
    if FleetFormat.HTML in targets:
        emit(summary.html(tally, base, spoken), targets[FleetFormat.HTML])
    text = summary.table(tally, base, spoken, page)
    if FleetFormat.TABLE in targets:
        emit(text, targets[FleetFormat.TABLE])
    else:  # whoever reads the records elsewhere is still told what is wrong with them
        sys.stderr.write(text)
    raise typer.Exit(tally.exit_code(fail_on.value, DATA_ERROR))


def _targets(formats: list[str] | None) -> Targets:
    """Where each format goes; a usage error when two would go to the same place."""
    targets: Targets = {}
    for given in formats or [FleetFormat.TABLE]:
        name, has_file, file = given.partition("=")
        path = Path(file) if file not in ("", "-") else None
        problem = ""
        if name not in list(FleetFormat):
            problem = f"'{name}' is not one of {', '.join(FleetFormat)}"
        elif has_file and not file:
            problem = f"'{given}' names no file"
        elif name in targets:
            problem = f"'{name}' is given twice"
        elif name == FleetFormat.PARQUET and path is None:
            problem = "parquet needs a file: parquet=FILE"
        elif path in targets.values():
            problem = f"only one format can go to {path or 'stdout'}"
        if problem:
            raise typer.BadParameter(problem, param_hint="--format")
        targets[FleetFormat(name)] = path
    return targets


def _output(name: FleetFormat, path: Path | None) -> contextlib.AbstractContextManager[Output]:
    from ccexpert.fleet.outputs import json_lines, parquet, require_pyarrow

    if name is FleetFormat.PARQUET and path is not None:
        require_pyarrow(str(path))
        return parquet(path)
    return json_lines(path)


def _is_stream(name: str) -> bool:
    return not Path(name).is_file()


def _expected(path: Path) -> Expected:
    from ccexpert.errors import FactsError
    from ccexpert.fleet.run import Expected
    from ccexpert.reading import read_source

    lines = (line.strip() for line in read_source(path, FactsError).text.splitlines())
    return Expected(str(path), tuple(line for line in lines if line and line[0] != "#"))


def _workers(jobs: int | None, scheduler: str | None, total: int | None) -> Workers:
    """A cluster when one is named, else processes."""
    from ccexpert.fleet.workers import AsNeeded, Dask, InProcess, Processes

    if scheduler is not None:
        return Dask(scheduler)
    if jobs is None:
        return AsNeeded(os.cpu_count() or 1, total)
    return Processes(jobs) if jobs > 1 else InProcess()


@contextlib.contextmanager
def _progress(total: int | None) -> Iterator[Callable[[Block, Tally], None]]:
    """A bar on a terminal, else silence."""
    if not sys.stderr.isatty():
        yield lambda block, tally: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %" if total else ""),
        TextColumn("{task.fields[hosts]:,} hosts"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("fleet", total=total, hosts=0)
        yield lambda block, tally: bar.update(task, advance=block.size, hosts=tally.documents)

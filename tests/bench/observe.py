"""How fast a host is observed: searching its logs, beside other searchers, and all of it at once.

All search for the same literals in a made-up log of which every 50th line shows one; upper and
lower case are alike to all but the quicker of the two greps. Before the clock runs, each must have
counted the same lines for each signature. hotsos's searcher is the package searchkit (the ``bench``
extra).
"""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any

from tabulate import tabulate

from ccexpert.observe import SOURCES
from ccexpert.observe.signatures import signatures
from ccexpert.observe.sources.logscan import scan
from tests.bench.measure import HEADERS, interleaved, processes
from tests.kit import ROOT
from tests.samples import vocabulary
from tests.standin import StandIn, free_ports

MB = 1_000_000

#: Size of the log that is searched, of the one for the slow and for comparing the results, and of
#: the one that must not need much memory.
_LOG, _SMALL, _LARGE = 64 * MB, 2 * MB, 1024 * 1024 * 1024
_EVERY = 50
_TIMES = 5

_TEXT = (
    "delivery recipient workflow activity target query schema temporary table connection pool "
    "message child process request session operator folder mirror page tracking url file part"
)
_WORDS = _TEXT.split()


def report() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _report_search(folder)
        _report_memory(folder)
        _report_live(folder)


def _report_search(folder: Path) -> None:
    log, small = _log(folder, _LOG), _log(folder, _SMALL)
    grep, exact = _Grep(folder, "-i", "-F"), _Grep(folder, "-F")
    ours = _ours(small)
    works: dict[str, tuple[int, Callable[[], object]]] = {
        "ccexpert": (_LOG, lambda: _ours(log)),
        "grep -i -F -f": (_LOG, lambda: grep.lines(log)),
        "grep -F -f": (_LOG, lambda: exact.lines(log)),
    }
    assert ours == grep.each(small), "grep finds other lines"
    assert ours == exact.each(small), "grep finds other lines when case matters"
    if find_spec("searchkit"):
        assert ours == _searchkit(small), "searchkit finds other lines"
        works["searchkit (hotsos)"] = (_SMALL, lambda: _searchkit(small))
    timings = interleaved({name: work for name, (_, work) in works.items()}, _TIMES)
    rows = []
    for name, (size, _) in works.items():
        rates = sorted(size / MB / seconds for seconds in timings[name].seconds)
        rows.append((name, *(f"{r:.3g}" for r in (rates[len(rates) // 2], rates[0], rates[-1]))))
    literals = sum(len(texts) for _, texts in _literals())
    print(f"searching a log for {literals} literals; all find the same lines")
    headers = ("what", "median MB/s", "min", "max")
    print(tabulate(rows, headers, disable_numparse=True))
    if not find_spec("searchkit"):
        print(
            "hotsos's searcher is not installed: pip install 'ccexpert[bench]' to compare with it"
        )
    print()


def _report_memory(folder: Path) -> None:
    """The peak of a whole process that searches a large log."""
    log = _log(folder, _LARGE)
    found, memory, seconds = _observed("log", str(log))
    print(
        f"ccexpert observe log, {_LARGE // 1024**2} MiB, {len(found['facts'])} facts: "
        f"{memory} MiB of memory at most, {seconds:.1f} s of processor\n"
    )
    log.unlink()


def _report_live(folder: Path) -> None:
    """Whole processes that observe a stand-in host of which every source answers."""
    with StandIn(folder / "host", free_ports()) as host:
        os.environ.update(host.environment)
        seen, memory, seconds = _observed(*host.options)
        assert not seen["not_observed"], seen["not_observed"]
        argv = [sys.executable, "-m", "ccexpert", "observe", *host.options]
        timings = processes({f"ccexpert observe, {len(SOURCES)} sources": argv}, _TIMES)
    print(
        f"a live observation of a stand-in host, nothing unanswered, {len(seen['facts'])} facts: "
        f"{memory} MiB of memory at most, {seconds:.2f} s of processor, its commands included"
    )
    print(tabulate([t.row(n) for n, t in timings.items()], HEADERS, disable_numparse=True))
    print()


#: Runs a command and tells its peak of memory and its seconds of processor. A process starts with
#: the peak of the one that starts it, which must therefore be small.
_WATCH = """
import json, resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, check=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
json.dump([json.loads(done.stdout), used.ru_maxrss, used.ru_utime + used.ru_stime], sys.stdout)
"""


def _observed(*arguments: str) -> tuple[dict[str, Any], int, float]:
    """What a process of ``ccexpert observe`` prints, its peak of memory in MiB, and its seconds of
    processor."""
    argv = [sys.executable, "-m", "ccexpert", "observe", *arguments]
    watched = [sys.executable, "-c", _WATCH, *argv]
    done = subprocess.run(watched, stdout=subprocess.PIPE, check=True, cwd=ROOT)
    printed, peak, seconds = json.loads(done.stdout)
    return printed, peak // 1024, seconds


# --- the log ---


def _log(folder: Path, size: int) -> Path:
    """A log of this size; a smaller one is the beginning of a larger one."""
    path = folder / f"web-{size}.log"
    literals = [text for _, texts in _literals() for text in texts]
    block = "".join(islice(_lines(random.Random(1), literals), 60_000)).encode()
    with path.open("wb") as stream:
        while stream.tell() + len(block) <= size:
            stream.write(block)
        stream.write(block[: block.rfind(b"\n", 0, size - stream.tell()) + 1])
    return path


def _lines(chance: random.Random, literals: list[str]) -> Iterator[str]:
    moment = datetime(2026, 11, 22, tzinfo=UTC)
    for number in range(sys.maxsize):
        text = " ".join(chance.choices(_WORDS, k=chance.randrange(6, 18)))
        if number % _EVERY == 0:
            text = f"{text} {literals[number // _EVERY % len(literals)]} {text[:20]}"
        stamp = (moment + timedelta(milliseconds=number)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        yield f"{stamp}\t{chance.randrange(9999)}\t{number}\t1\tinfo\tlog\t{text}\n"


def _literals() -> list[tuple[str, list[str]]]:
    """The signatures, by name, each with its literals (``>>>`` is one in the logs of an upgrade
    only)."""
    known = signatures(vocabulary()).entries.values()
    found = ((e.name, [t for t in (*e.codes, *e.fragments) if re.search(r"\w", t)]) for e in known)
    return [(name, texts) for name, texts in found if texts]


# --- the searchers: the number of lines of each signature ---


def _ours(path: Path) -> dict[str, int]:
    with path.open("rb") as stream:
        found = scan(stream, path.name, signatures(vocabulary()), b"", lambda _: None)
    return {name: hits.count for name, hits in found.hits.items()}


class _Grep:
    """GNU grep, which counts lines, whatever signature they show."""

    def __init__(self, folder: Path, *options: str) -> None:
        self._options = options
        self._patterns = folder / "patterns.txt"
        self._all = [text for _, texts in _literals() for text in texts]

    def lines(self, path: Path, texts: list[str] | None = None) -> int:
        self._patterns.write_text("".join(f"{text}\n" for text in texts or self._all))
        done = subprocess.run(
            ["grep", "-c", *self._options, "-f", str(self._patterns), str(path)],
            env={**os.environ, "LC_ALL": "C"},
            capture_output=True,
            check=False,
        )
        return int(done.stdout)

    def each(self, path: Path) -> dict[str, int]:
        counts = {name: self.lines(path, texts) for name, texts in _literals()}
        return {name: count for name, count in counts.items() if count}


def _searchkit(path: Path) -> dict[str, int]:
    """One search for each signature, as hotsos itself uses it."""
    from searchkit import FileSearcher, SearchDef

    searcher = FileSearcher(max_parallel_tasks=1)
    for name, texts in _literals():
        pattern = f"(?i).*(?:{'|'.join(map(re.escape, texts))})"
        searcher.add(SearchDef(pattern, tag=name, store_result_contents=False), str(path))
    found = searcher.run()
    return {name: count for name, _ in _literals() if (count := len(found.find_by_tag(name)))}

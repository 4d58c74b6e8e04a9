"""The engine inside another program: typed, silent, shared by threads, and documented."""

from __future__ import annotations

import gc
import importlib
import inspect
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

import ccexpert
from ccexpert import Expert, FactsError, observe
from tests import reference
from tests.bench import threads
from tests.kit import ROOT

NOTEBOOK = ROOT / "examples" / "notebooks" / "tutorial.ipynb"
PDUMP = """\
12:00:00 > Application server for Adobe Campaign Classic (7.X YY.R build 9999@0) of 01/11/2026
mta@prod (7992) - 11.0 Mo
watchdog (7985) - 11.9 Mo
"""


# What is public


def test_public_names_are_imported_when_they_are_used() -> None:
    script = """
import sys, ccexpert
print([m for m in sys.modules if m.startswith("ccexpert.")])
for name in ccexpert.__all__:
    getattr(ccexpert, name)
print(dir(ccexpert) == sorted(ccexpert.__all__))
"""
    assert in_python(script).split("\n") == ["[]", "True", ""]


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'diagnos'"):
        _ = ccexpert.diagnos


def public() -> Iterator[tuple[str, Any]]:
    """Every class and function that the reference shows, with its methods."""
    for page in (*reference.PAGES, "ccexpert.act", "ccexpert.observe"):
        room = importlib.import_module(page)
        own = [n for n, thing in vars(room).items() if getattr(thing, "__module__", "") == page]
        for name in getattr(room, "__all__", own):
            thing = getattr(room, name)
            if name.startswith("_") or not (inspect.isclass(thing) or inspect.isfunction(thing)):
                continue
            yield f"{page}.{name}", thing
            for part, inside in vars(thing).items() if inspect.isclass(thing) else ():
                if not part.startswith("_") and isinstance(
                    inside, (property, classmethod, type(public))
                ):
                    yield f"{page}.{name}.{part}", inside


def test_every_public_name_says_what_it_means() -> None:
    names = dict(public())
    assert {"ccexpert.Expert.diagnose", "ccexpert.observe.live"} <= names.keys()
    silent = {name for name, thing in names.items() if not inspect.getdoc(thing)}
    assert silent == {"ccexpert.act.Hands.now", "ccexpert.act.Hands.sleep"}  # fields, said beside


@pytest.mark.filterwarnings("error::UserWarning:pdoc")
def test_the_reference_is_made_from_the_docstrings(tmp_path: Path) -> None:
    reference.write(tmp_path)
    page = (tmp_path / "ccexpert.html").read_text(encoding="utf-8")
    assert all(f'id="{name}"' in page for name in set(ccexpert.__all__) - {"act", "observe"})
    assert 'id="live"' in (tmp_path / "ccexpert" / "observe.html").read_text(encoding="utf-8")
    assert 'id="PlainReport.plan"' in (tmp_path / "ccexpert" / "diagnosis.html").read_text("utf-8")


# Types


def errors(programs: dict[str, str], folder: Path) -> dict[str, set[int]]:
    """The lines where ``mypy --strict`` finds errors in programs that stand in a folder of their
    own, where it finds the installed package alone. What ``make types`` learnt is made use of."""
    for name, program in programs.items():
        (folder / name).write_text(program, encoding="utf-8")
    known = ("--config-file", ROOT / "pyproject.toml", "--cache-dir", ROOT / ".mypy_cache")
    said = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", *known, *programs],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    assert "checked 3 source files" in said, said
    places = [line.split(":") for line in said.splitlines() if ": error: " in line]
    return {name: {int(p[1]) for p in places if p[0] == name} for name in programs}


def test_programs_that_embed_the_engine_are_checked_by_its_types(tmp_path: Path) -> None:
    wrong = """
from ccexpert import Consultation, Expert, History, Report, observe

report: Report = Expert().diagnose([])
report.first.title
report.exit_code("sometimes")
report.plan[0].command.append("-f")
report.status = "ok"
observe.live(url=80)
Consultation("expert")
History().report("1")
"""
    right = {
        name: (ROOT / "examples" / name).read_text(encoding="utf-8")
        for name in ("runbook.py", "embed.py")
    }
    assert errors({**right, "wrong.py": wrong}, tmp_path) == {
        "runbook.py": set(),
        "embed.py": set(),
        "wrong.py": set(range(5, 12)),
    }


# Silence


def in_python(script: str, *options: str) -> str:
    done = subprocess.run(
        [sys.executable, *options, "-c", script],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout


def test_nothing_is_printed_and_the_process_stays_as_it_was() -> None:
    script = f"""
import collections, gc, locale, logging, os, random, signal, sys, threading, warnings

def state():
    root = logging.getLogger()
    return {{
        "root logger": (root.level, root.handlers[:], root.filters[:], root.manager.disable),
        "warnings": (warnings.filters[:], warnings.showwarning),
        "signals": [signal.getsignal(s) for s in signal.valid_signals()],
        "hooks": (sys.excepthook, sys.unraisablehook, sys.displayhook, threading.excepthook),
        "streams": (sys.stdout, sys.stderr, sys.stdin),
        "environment": dict(os.environ),
        "folder": os.getcwd(),
        "locale": locale.setlocale(locale.LC_ALL),
        "random": random.getstate(),
        "limits": (sys.getrecursionlimit(), sys.getswitchinterval(), gc.get_threshold()),
        "collections": sorted(vars(collections)),
        "path": sys.path[:],
        "threads": threading.enumerate(),
    }}

before = state()
from ccexpert import Consultation, Expert, History, observe
from ccexpert.report import FORMATS
expert = Expert()
seen = observe.outputs({{"pdump.txt": {PDUMP!r}}})
report = expert.diagnose(seen, [{{"kind": "symptom", "name": "emails-not-sent", "present": True}}])
for name in FORMATS:
    report.render(name)
report.to_dict(), report._repr_html_(), report._repr_markdown_()
session = Consultation(expert)
session.answer("emails-not-sent")
session.question()
try:
    expert.diagnose([{{"kind": "nonsense"}}])
except ValueError:
    pass
after = state()
assert report.diagnoses
assert before == after, [name for name in before if before[name] != after[name]]
"""
    assert in_python(script, "-W", "error") == ""


# Threads


def test_eight_threads_get_the_answers_of_one_and_leave_nothing_behind(expert: Expert) -> None:
    asked = threads.cases(expert, 120)
    expected = [threads.answer(expert.diagnose(facts)) for facts in asked]
    at_once = threading.Barrier(threads.THREADS)

    def every_case() -> None:
        """Every thread remembers what it has met and keeps its last case, so let these be the
        same."""
        for facts in (*asked, asked[0]):
            expert.diagnose(facts)
        at_once.wait(60)

    with ThreadPoolExecutor(threads.THREADS) as pool:
        alive = []
        for _ in range(2):
            again = threads.THREADS
            assert threads.differing(expert, asked * again, expected * again, pool) == 0
            for last in [pool.submit(every_case) for _ in range(threads.THREADS)]:
                last.result()
            alive.append(alive_in_the_engine())
    assert alive[1] - alive[0] <= threads.THREADS, alive


def alive_in_the_engine() -> int:
    """How many objects of the engine's and experta's types there are in this process."""
    gc.collect()
    types = Counter(map(type, gc.get_objects()))
    ours = ("ccexpert.", "experta.")
    return sum(n for kind, n in types.items() if str(kind.__module__).startswith(ours))


# Documents


def test_what_is_seen_and_what_is_told_are_diagnosed_together(expert: Expert) -> None:
    seen = observe.outputs({"pdump.txt": PDUMP, "monitor-missing.txt": "stat@prod"}, host="app-1")
    told = [{"kind": "symptom", "name": "emails-not-sent", "instance": "prod", "present": True}]
    report = expert.diagnose(seen, {"host": "app-1", "facts": told})
    assert report.host == "app-1"
    assert report.first is not None
    assert report.first.id == "stat-not-running"
    assert len(report.first.evidence) > len(expert.diagnose(seen).diagnoses[0].evidence)


def test_documents_that_contradict_each_other_are_named(expert: Expert) -> None:
    mta = {"kind": "process", "module": "mta", "instance": "prod"}
    with pytest.raises(FactsError) as raised:
        expert.diagnose([{**mta, "state": "running"}], [{**mta, "state": "missing"}])
    assert "in facts, facts[0]" in str(raised.value)
    assert "facts 2, facts[0]" in str(raised.value)


def test_a_capture_is_one_call(tmp_path: Path, expert: Expert) -> None:
    (tmp_path / "pdump.txt").write_text(PDUMP, encoding="utf-8")
    seen = observe.captured(tmp_path)
    assert "process mta@prod = running" in [fact.label for fact in seen.facts]
    others = observe.captured(tmp_path, instance="other").facts
    assert "process mta@prod = running" not in [fact.label for fact in others]
    with pytest.raises(ccexpert.CcexpertError, match="no such folder or file"):
        observe.captured(tmp_path / "nothing")


@pytest.mark.parametrize("name", ["a;b", "-x", "$(id)", "a\nb", "", "../x"])
def test_names_that_could_not_stand_in_a_command_are_refused(name: str, tmp_path: Path) -> None:
    for look in (
        lambda: observe.outputs({}, host=name),
        lambda: observe.captured(tmp_path, instance=name),
        lambda: observe.live(instance=name),
    ):
        with pytest.raises(FactsError, match="no name of an instance or a host"):
            look()


# The notebook


def test_the_tutorial_notebook_runs_and_keeps_no_outputs() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert not any(cell.outputs or cell.execution_count for cell in cells)
    NotebookClient(
        notebook, timeout=300, resources={"metadata": {"path": NOTEBOOK.parent}}
    ).execute()
    shown = cells[0].outputs[0].data
    assert "stat-not-running" in shown["text/html"]
    assert "stat-not-running" in shown["text/markdown"]

"""What the tests share: a small vocabulary, conditions from plain data, a plain-Python
reference."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ccexpert.engine.reasoner import Reasoner
from ccexpert.engine.rules import Condition
from ccexpert.expert import Expert
from ccexpert.facts import ErrorFact, Face, Fact
from ccexpert.facts.files import VocabularyFile
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.knowledge.patterns import Pattern, Variable, When, read_when
from tests import ready

ROOT = Path(__file__).resolve().parent.parent

#: Python for the peak memory of a process in kB, as Linux tells it. (``ru_maxrss`` starts at the
#: peak of the process that started this one, which may be larger.)
PEAK_KB = "next(int(n.split()[1]) for n in open('/proc/self/status') if n.startswith('VmHWM'))"

Result = set[tuple[str, tuple[tuple[str, str], ...]]]


def with_stock_matcher(expert: Expert) -> Expert:
    """The expert with experta's own matcher, which is slower and must say the same."""
    expert._reasoner = Reasoner(expert.base, "stock")
    return expert


def entry(name: str, **fields: Any) -> dict[str, Any]:
    text = {"en": name, "sv": name}
    return {"name": name, "title": text, "question": text, "help": text, "minutes": 1, **fields}


def small_vocabulary() -> Vocabulary:
    """Four modules, five symptoms, four probes, four settings, three signatures."""
    files = {
        "module": [entry(m, instances="mono") for m in ("mta", "stat", "wfserver")]
        + [
            entry("web", instances="multi", aliases={"sv": ["webb"]}),
            entry("watchdog", instances="multi", aliases={"sv": ["övervakningsenhet"]}),
        ],
        "symptom": [entry(f"symptom-{i}") for i in range(5)],
        "probe": [entry(f"probe-{i}") for i in range(4)],
        "setting": [entry(f"setting-{i}") for i in range(4)],
        "context": [entry(f"context-{i}") for i in range(2)],
        "indicator": [entry("disk"), entry("memory")],
        "error": [
            entry("bad-zone", codes=["XSV-350013"]),
            entry("no-library", fragments=["error while loading shared libraries"]),
            entry("session", fragments=["xtk:session"]),
        ],
        "log": [entry("mta"), entry("web")],
        "job": [entry("export"), entry("import")],
        "workflow": [entry("tracking", aliases={"sv": ["spårning"]})],
        "port": [
            entry("6666/udp", port=6666, protocol="udp", module="web", owners=["nlserver"]),
        ],
    }
    data = ({"kind": k, "topic": "test", "entries": entries} for k, entries in files.items())
    return Vocabulary.of(VocabularyFile.model_for(one).model_validate(one) for one in data)


def installed(folder: Path) -> Path:
    """The folder of programs of a fresh environment with the wheel, both made in ``folder``."""
    outside = {
        k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "CCEXPERT", "COV"))
    }

    def run(*argv: str | Path) -> None:
        done = subprocess.run(
            [str(a) for a in argv], capture_output=True, text=True, cwd=folder, env=outside
        )
        assert done.returncode == 0, done.stderr

    run(
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        folder / "dist",
        ROOT,
    )
    uv = shutil.which("uv", path=Path(sys.executable).parent)
    venv.create(folder / "env", with_pip=uv is None)
    programs = folder / "env" / ("Scripts" if os.name == "nt" else "bin")
    wheel = next((folder / "dist").glob("ccexpert-*.whl"))
    python = programs / "python"
    if uv:
        run(uv, "pip", "install", "--quiet", "--python", python, wheel)
    else:
        run(python, "-m", "pip", "install", "--quiet", wheel)
    return programs


def condition(rule: str, when: list[Any], vocabulary: Vocabulary | None = None) -> Condition:
    return Condition(rule, read_when(when, vocabulary or small_vocabulary()))


def signatures(fact: Fact, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The exact signatures that an error shows; none of other facts."""
    if not isinstance(fact, ErrorFact):
        return ()
    said = f"{fact.type or ''} {fact.text or ''}"
    return vocabulary.recognition.signatures(fact.code, said)


def seen(kind: str, **fields: Any) -> Face:
    return Face(kind, {"host": "", **fields})


def process(module: str, state: str, instance: str = "prod") -> Face:
    return seen("process", module=module, state=state, instance=instance)


def symptom(name: str, instance: str = "prod", *, present: bool = True) -> Face:
    return seen("symptom", name=name, instance=instance, present=present)


def fired(firings: Iterable[Any]) -> Result:
    """Which rules held for which bindings."""
    return {(f.rule, f.bindings) for f in firings}


def plainly(conditions: Iterable[Condition], facts: Sequence[Face]) -> Result:
    """What should hold, worked out in plain Python: every choice of facts is tried."""
    return {
        (c.rule, tuple(sorted(bindings.items())))
        for c in conditions
        for bindings in _solutions(c.when, facts)
    }


def _solutions(when: When, facts: Sequence[Face]) -> Iterable[dict[str, str]]:
    for conjunction in when.alternatives:
        for bindings in _matches(conjunction.positive, facts, {}):
            negated = (
                f for p in conjunction.negative for f in facts if _unify(p, f, bindings) is not None
            )
            if next(negated, None) is None:
                yield {k: str(v) for k, v in bindings.items()}


def _matches(
    patterns: Sequence[Pattern], facts: Sequence[Face], known: dict[str, Any]
) -> Iterable[dict[str, Any]]:
    """Every way to give each pattern a fact, tried one after the other."""
    if not patterns:
        yield known
        return
    for fact in facts:
        bindings = _unify(patterns[0], fact, known)
        if bindings is not None:
            yield from _matches(patterns[1:], facts, bindings)


def _unify(pattern: Pattern, fact: Face, known: Mapping[str, Any]) -> dict[str, Any] | None:
    """The bindings after ``fact`` is taken for ``pattern``; None when it does not fit."""
    kind, fields = fact
    if pattern.kind != kind:
        return None
    bindings = dict(known)
    asked = dict(pattern.fields)
    asked.setdefault("host", Variable("host"))
    for field, wanted in asked.items():
        if field not in fields:
            return None
        value = fields[field]
        if isinstance(wanted, Variable):
            if bindings.setdefault(wanted.name, value) != value:
                return None
        elif value not in wanted:
            return None
    return bindings


def ccexpert(
    *arguments: str | Path, stdin: str | bytes = b"", env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the program as a person would, in English unless the environment says otherwise."""
    given = stdin.encode() if isinstance(stdin, str) else stdin
    done = ready.run([*map(str, arguments)], given, env or {})
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
    )


def document(*facts: Mapping[str, Any], **fields: Any) -> str:
    return json.dumps({"schema_version": 1, "facts": list(facts), **fields})

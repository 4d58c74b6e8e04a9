"""The reported cases of ``tests/field``, diagnosed with and without what was found only later.

A case counts as right at a rank when the diagnosis there names the expected module, or, for cases
that are no fault, carries the verdict *not a fault* or *not this server*. Where the report itself
is too thin to tell (``insufficient-evidence``), silence below a finding is right.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ccexpert import Expert, Report
from ccexpert.certainty import FINDING
from ccexpert.diagnosis import Diagnosis
from ccexpert.facts.names import addressed
from tests.kit import ROOT

FOLDER = ROOT / "tests" / "field"

#: Facts that have nothing to do with any case: what is looked at anyway, and is fine.
IRRELEVANT: tuple[dict[str, Any], ...] = (
    {"kind": "indicator", "name": "disk", "level": "ok"},
    {"kind": "indicator", "name": "swap", "level": "ok"},
    {"kind": "port", "port": 8005, "protocol": "tcp", "state": "bound"},
    {"kind": "workflow", "name": "billing", "state": "running"},
    {"kind": "setting", "name": "clock", "state": "ok"},
)


@dataclass(frozen=True)
class Case:
    """One reported case: what was seen, and what was really wrong."""

    name: str
    facts: dict[str, Any]
    followup: dict[str, Any]
    expected: dict[str, Any]

    @property
    def is_process(self) -> bool:
        """Whether the expected module is a process of nlserver, which a restart could help."""
        return self.expected["module"] in {
            "inMail", "mta", "stat", "syslogd", "trackinglogd", "watchdog", "web", "wfserver",
            "sms", "pipelined",
        }  # fmt: skip


def cases() -> Iterator[Case]:
    """All cases, by name."""
    for expected in json.loads((FOLDER / "expected.json").read_text(encoding="utf-8")):
        name = expected["id"]
        yield Case(name, _read(f"{name}.json"), _read(f"{name}.followup.json"), expected)


def _read(name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(Path(FOLDER / name).read_text(encoding="utf-8"))
    return data


def rank_of(case: Case, report: Report) -> int:
    """The rank (from 1) of the expected answer in a report; 0 when it is not there."""
    expected = case.expected
    if expected["verdict"] == "insufficient-evidence":
        return 0 if _faults(report) else 1
    for rank, diagnosis in enumerate((*report.diagnoses, *report.explained), 1):
        if is_right(diagnosis, expected):
            return rank
    return 0


def is_right(diagnosis: Diagnosis, expected: dict[str, Any]) -> bool:
    if expected["verdict"] == "not-a-fault":
        return diagnosis.verdict != "fault"
    if expected["module"] == "none":
        return diagnosis.module in expected["also_plausible"] or diagnosis.verdict == "not-a-fault"
    return diagnosis.module == expected["module"] and diagnosis.verdict != "not-a-fault"


def _faults(report: Report) -> list[Diagnosis]:
    return [d for d in report.diagnoses if d.verdict == "fault" and d.certainty >= FINDING]


def false_alarms(case: Case, report: Report) -> list[str]:
    """Findings of a fault where there is none."""
    if case.expected["verdict"] != "not-a-fault":
        return []
    return [d.id for d in _faults(report)]


def needless_restarts(case: Case, report: Report) -> list[str]:
    """Restarts in the plan of a case that no restart helps."""
    if case.is_process or any(kind == "restart" for kind, *_ in case.expected["actions"]):
        return []
    return [f"{a.target} ({a.diagnosis})" for a in report.plan if a.kind == "restart"]


def starts_of_running(facts: Sequence[dict[str, Any]], report: Report) -> list[str]:
    """Starts in the plan of what the facts show running and no step before stops."""
    running = {
        addressed(fact["module"], fact.get("instance"))
        for fact in facts
        if fact["kind"] == "process" and fact["state"] == "running"
    }
    found = [action for action in report.plan if action.kind == "start" and not action.after]
    return [f"{a.target} ({a.diagnosis})" for a in found if a.target in running]


def needless_starts(case: Case, facts: Sequence[dict[str, Any]], report: Report) -> list[str]:
    """Starts of what runs; where no start helps, also those for which nothing was mended first."""
    kinds = {kind for kind, *_ in case.expected["actions"]}
    mended: set[str] = set()
    idle = []
    for action in report.plan:
        mended |= {action.diagnosis} if action.kind == "fix" else set()
        if action.kind == "start" and action.diagnosis not in mended:
            idle.append(f"{action.target} ({action.diagnosis})")
    helps = case.is_process or kinds & {"start", "restart"}
    return [*starts_of_running(facts, report), *([] if helps else idle)]


def varied(document: dict[str, Any], rng: random.Random, *, drop: bool) -> dict[str, Any]:
    """The same case elsewhere: another instance, facts that do not matter, in another order.

    With ``drop``, one fact is left out where there are more than two.
    """
    instance = rng.choice(["emea", "camp01", "Production-2", "x"])
    renamed = json.loads(json.dumps(document))
    for fact in renamed["facts"]:
        if fact.get("instance") not in (None, "default"):
            fact["instance"] = instance
    known = {
        json.dumps([f.get(k) for k in ("kind", "module", "name", "port")]) for f in renamed["facts"]
    }
    facts = renamed["facts"]
    rng.shuffle(facts)
    if drop and len(facts) > 2:
        facts.pop()
    facts += [
        dict(f)
        for f in IRRELEVANT
        if json.dumps([f.get(k) for k in ("kind", "module", "name", "port")]) not in known
    ]
    rng.shuffle(facts)
    return {**renamed, "facts": facts}


@dataclass
class Score:
    """How a set of diagnoses came out."""

    total: int = 0
    first: int = 0
    third: int = 0
    alarms: int = 0
    restarts: int = 0
    starts: int = 0

    def count(self, case: Case, expert: Expert, document: dict[str, Any]) -> int:
        """Add one document; its rank of the expected answer."""
        report = expert.diagnose(document)
        rank = rank_of(case, report)
        self.total += 1
        self.first += rank == 1
        self.third += 1 <= rank <= 3
        self.alarms += len(false_alarms(case, report))
        self.restarts += len(needless_restarts(case, report))
        self.starts += len(needless_starts(case, document["facts"], report))
        return rank

    def __str__(self) -> str:
        def share(number: int) -> str:
            return f"{100 * number / max(1, self.total):.1f} %"

        return (
            f"first {share(self.first)}, in the first three {share(self.third)} of {self.total}; "
            f"false alarms {self.alarms}, needless restarts {self.restarts}, "
            f"starts {self.starts}"
        )


def evaluate(expert: Expert) -> None:
    """Print the rank of the expected answer in every case, and the scores."""
    from tabulate import tabulate

    without, with_, elsewhere, thinner = Score(), Score(), Score(), Score()
    rng = random.Random(20261122)
    rows = []
    for case in cases():
        late = expert.diagnose(case.followup)
        ranks = without.count(case, expert, case.facts), with_.count(case, expert, case.followup)
        for _ in range(5):
            elsewhere.count(case, expert, varied(case.followup, rng, drop=False))
            thinner.count(case, expert, varied(case.followup, rng, drop=True))
        wrong = false_alarms(case, late) + needless_restarts(case, late)
        wrong += needless_starts(case, case.followup["facts"], late)
        first = late.first.id if late.first else "-"
        rows.append(
            (
                case.name,
                case.expected["module"],
                case.expected["verdict"],
                *ranks,
                first,
                ", ".join(wrong),
            )
        )
    headers = ["case", "module", "verdict", "rank", "with follow-up", "first", "wrong"]
    print(tabulate(rows, headers))
    print()
    print(f"without follow-up facts:    {without}")
    print(f"with follow-up facts:       {with_}")
    print(f"elsewhere, with noise:      {elsewhere}")
    print(f"… and one fact missing:     {thinner}")

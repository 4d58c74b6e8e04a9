"""Can the answers be relied on? Does *ok* mean ok, and is what is said with certainty right?

*Calibration.* Of everything that is ranked in the reported cases and their variations: how often it
is right, by band of certainty.

*Single bad facts.* Every entry of the vocabulary in every state but the healthy one, alone and
among facts of a healthy server: how often the answer is *ok* all the same. Either the
documentation calls it normal (``tests/documented_normal.yaml``), or the report says surely, in a
diagnosis that it prints, that it is no fault; any other *ok* is wrong.

*One fact dropped.* Every faulty case (reported, or an example of a card) with each of its facts
left out in turn, as long as something bad is left: how often the answer is *ok*.

*Asked again.* Checks of first plans that ask for a process state which the facts already give.

*Started for nothing.* Starts in plans, of what the facts show running.

*Weights.* How much of the evidence is against a diagnosis.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from ccexpert import Expert, Report
from ccexpert.certainty import SETTLED
from ccexpert.facts import KINDS, word
from ccexpert.facts.entries import ModuleEntry, PortEntry
from ccexpert.inquiry.things import Thing
from tests.evaluate.field import cases, is_right, starts_of_running, varied
from tests.kit import ROOT

Fact = dict[str, Any]

BANDS = ((0.9, 1.0), (0.7, 0.9), (0.5, 0.7))

#: The facts that look bad and that the documentation calls normal, each with its source.
NORMAL: tuple[Fact, ...] = tuple(
    yaml.safe_load((ROOT / "tests" / "documented_normal.yaml").read_text("utf-8"))
)

#: What a healthy server shows beside the one bad fact.
HEALTHY: tuple[Fact, ...] = (
    *({"kind": "process", "module": m, "state": "running"} for m in ("web", "watchdog", "syslogd")),
    *(
        {"kind": "process", "module": m, "instance": "prod", "state": "running"}
        for m in ("mta", "wfserver", "stat", "inMail")
    ),
    {"kind": "process", "module": "trackinglogd", "state": "running"},
    {"kind": "probe", "name": "r-test", "result": "ok"},
    {"kind": "indicator", "name": "disk", "level": "ok"},
)


def things(expert: Expert) -> Iterator[Thing]:
    """Everything in the vocabulary that can be looked at and can be bad."""
    vocabulary = expert.base.vocabulary
    for kind, fact in KINDS.items():
        if kind in ("context", "build"):  # a circumstance is no fault
            continue
        for entry in vocabulary.entries(fact.VOCABULARY):
            if isinstance(entry, PortEntry):
                yield Thing(kind, (str(entry.port), entry.protocol))
            elif not (isinstance(entry, ModuleEntry) and entry.instances == "none"):
                yield Thing(kind, (entry.name,))


def bad_facts(expert: Expert) -> Iterator[tuple[Thing, str, Fact]]:
    """Every thing in every state but the healthy one."""
    for thing in things(expert):
        for answer in thing.answers:
            if answer != thing.normal:
                yield thing, answer, thing.fact(answer, expert.base.vocabulary)


def is_normal(fact: Fact) -> bool:
    """Whether the documentation calls a fact normal, of whatever instance."""
    return any(
        all(fact.get(k) == v for k, v in one["fact"].items() if k != "instance") for one in NORMAL
    )


def reassures(report: Report) -> bool:
    """Whether a report says surely that what was seen is no fault."""
    said = (d for d in report.diagnoses if d.verdict == "not-a-fault")
    return any(d.certainty >= SETTLED for d in said)


def single_bad_facts(expert: Expert) -> tuple[int, dict[str, list[str]], Counter[str]]:
    """How many there are; which give *ok* for no reason, alone or in company; and for which
    reasons others do."""
    silent: dict[str, list[str]] = {"alone": [], "among healthy facts": []}
    reasons: Counter[str] = Counter()
    total = 0
    for thing, answer, fact in bad_facts(expert):
        total += 1
        others = [f for f in HEALTHY if same(f) != same(fact)]
        for how, facts in (("alone", [fact]), ("among healthy facts", [*others, fact])):
            report = expert.diagnose(facts)
            if report.status != "ok":
                continue
            if is_normal(fact):
                reasons["documented as normal"] += 1
            elif reassures(report):
                reasons["surely no fault, as a diagnosis says"] += 1
            else:
                silent[how].append(f"{thing.id}={answer}")
    return total, silent, reasons


def same(fact: Fact) -> tuple[Any, ...]:
    return tuple(fact.get(k) for k in ("kind", "module", "name", "port", "code", "text"))


@dataclass(frozen=True)
class Dropped:
    """A faulty case without one of its facts."""

    case: str
    fact: Fact
    left: list[Fact]


def faulty(expert: Expert) -> Iterator[tuple[str, list[Fact]]]:
    """The facts of every case in which something is found."""
    for case in cases():
        yield case.name, case.followup["facts"]
    for card in expert.base.cards.values():
        for number, example in enumerate(card.examples, 1):
            if example.expect.rank == 1 and card.verdict == "fault":
                yield f"{card.id} {number}", list(example.facts)


def dropped(expert: Expert) -> Iterator[Dropped]:
    """Every faulty case without each of its facts, as long as something bad is left."""
    for name, facts in faulty(expert):
        if expert.diagnose(facts).status == "findings":
            for number, fact in enumerate(facts):
                left = facts[:number] + facts[number + 1 :]
                if any(map(is_bad, left)):
                    yield Dropped(name, fact, left)


def is_bad(fact: Fact) -> bool:
    """Whether a fact is not what a healthy server shows."""
    kind = KINDS[fact["kind"]]
    if fact["kind"] in ("context", "build") or is_normal(fact):
        return False
    if fact["kind"] == "error":
        return fact.get("count") != 0
    return word(fact[kind.SEEN]) != kind.NORMAL


def drops_that_are_ok(expert: Expert) -> tuple[int, list[str]]:
    """How many facts were dropped, and where the answer became *ok*."""
    total, fine = 0, []
    for one in dropped(expert):
        total += 1
        if expert.diagnose(one.left).status == "ok":
            fine.append(f"{one.case} without {one.fact}")
    return total, fine


def asked_again(facts: Sequence[Fact], report: Report) -> list[str]:
    """The checks of a plan that ask for a process state which the facts give."""
    known = {
        (str(f["module"]).casefold(), f.get("instance") or "default")
        for f in facts
        if f["kind"] == "process"
    }
    return [
        f"{action.target} ({action.diagnosis})"
        for action in report.plan
        if action.kind == "check" and action.command == ("nlserver", "pdump")
        for module, _, instance in [action.target.casefold().partition("@")]
        if (module, instance or "default") in known
    ]


def calibration(expert: Expert) -> tuple[dict[tuple[float, float], Counter[bool]], Counter[bool]]:
    """By band of certainty and for first places: what is right, and what is not."""
    bands: dict[tuple[float, float], Counter[bool]] = defaultdict(Counter)
    firsts: Counter[bool] = Counter()
    rng = random.Random(20261122)
    for case in cases():
        documents = [case.facts, case.followup]
        documents += [varied(case.followup, rng, drop=n % 2 == 1) for n in range(10)]
        for document in documents:
            report = expert.diagnose(document)
            for diagnosis in report.diagnoses:
                right = is_right(diagnosis, case.expected)
                band = next((b for b in BANDS if b[0] <= diagnosis.certainty <= b[1]), (0.2, 0.5))
                bands[band][right] += 1
            if report.first:
                firsts[is_right(report.first, case.expected)] += 1
    return bands, firsts


def weights(expert: Expert) -> tuple[int, int]:
    """The pieces of evidence, and how many of them speak against."""
    certainties = [e.certainty for c in expert.base.cards.values() for e in c.evidence]
    return len(certainties), sum(c < 0 for c in certainties)


def evaluate(expert: Expert, *, verbose: bool = False) -> None:
    """Print the figures; with ``verbose`` also what is behind them."""
    print("calibration of all that is ranked in the reported cases and their variations")
    bands, firsts = calibration(expert)
    for low, high in sorted(bands, reverse=True):
        _share(f"  certainty {low}-{high}: right", bands[low, high])
    _share("  first places: right", firsts)
    total, silent, reasons = single_bad_facts(expert)
    for how, found in silent.items():
        print(f"single bad facts that give ok for no reason, {how}: {len(found)} of {total}")
        _shown(found, verbose)
    for reason, times in sorted(reasons.items()):
        print(f"  ok for a reason, in either company: {reason}: {times}")
    drops, fine = drops_that_are_ok(expert)
    print(f"one fact dropped from a faulty case gives ok: {len(fine)} of {drops}")
    _shown(fine, verbose)
    plans = [
        (c["facts"], expert.diagnose(c)) for case in cases() for c in (case.facts, case.followup)
    ]
    again = [(facts, a) for facts, report in plans if (a := asked_again(facts, report))]
    print(
        f"checks that ask for what is known: {sum(len(a) for _, a in again)} "
        f"in {len(again)} of {len(plans)} first plans"
    )
    _shown([one for _, a in again for one in a], verbose)
    examples = [facts for _, facts in faulty(expert)]
    needless = [s for facts in examples for s in starts_of_running(facts, expert.diagnose(facts))]
    print(f"starts of what runs: {len(needless)} in the plans of {len(examples)} cases")
    _shown(needless, verbose)
    pieces, against = weights(expert)
    print(f"pieces of evidence: {pieces}, against: {against}")


def _share(text: str, counted: Counter[bool]) -> None:
    total = sum(counted.values())
    print(f"{text} {counted[True]} of {total} ({100 * counted[True] / max(1, total):.1f} %)")


def _shown(found: Iterable[str], verbose: bool) -> None:
    if verbose:
        for one in found:
            print(f"    {one}")


if __name__ == "__main__":
    import sys

    evaluate(Expert().warm(), verbose="--verbose" in sys.argv)

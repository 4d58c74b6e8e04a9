"""What must hold of every report, whatever the world; each broken rule is one sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ccexpert import Report
from ccexpert.certainty import FINDING
from tests.simulate.faults import Fault
from tests.simulate.kinds import KINDS, names
from tests.simulate.piece import Shown
from tests.simulate.shown import SECRET

#: How many of the first diagnoses must hold the true cause.
FIRST = 3


@dataclass(frozen=True)
class Broken:
    """A rule that did not hold."""

    rule: str
    told: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.told}"


def about(report: Report, pieces: Sequence[Shown], *, healthy: bool) -> Iterator[Broken]:
    """The rules about what a report says of what was shown."""
    visible = frozenset[Fault]().union(*(piece.shows for piece in pieces))
    named = frozenset[Fault]().union(*(piece.names for piece in pieces))
    if visible and report.status == "ok":
        yield Broken("ok while a fault is visible", _told(visible))
    if healthy:
        found = [d for d in report.diagnoses if d.is_finding or d.certainty >= FINDING]
        if wrong := [d for d in found if d.verdict != "not-a-fault"]:
            said = "; ".join(
                f"{d.id} {d.certainty:.2f} because of {', '.join(_facts(d.evidence))}"
                for d in wrong
            )
            yield Broken("a finding on a healthy world", said)
    known = {fault for fault in named if not KINDS[fault.kind].unknown}
    plain = frozenset[Fault]().union(*(piece.names for piece in pieces if not piece.spoken))
    # one cause of several instances is one answer
    first = [*dict.fromkeys(d.id for d in report.diagnoses)][:FIRST]
    # what is only complained of may follow from what is seen: a workflow fails without its process
    following = [d.id for d in report.explained if d.explained_by in first]
    if known and not any(
        names(fault, one)
        for fault in known
        for one in (first if fault in plain else first + following)
    ):
        yield Broken("the true cause is not among the first three", f"{_told(known)}: {first}")
    everything = [d.id for d in (*report.diagnoses, *report.explained)]
    for fault in sorted(known & plain):
        if not any(names(fault, one) for one in everything):
            yield Broken("a cause that was shown is not named", f"{_told([fault])}: {everything}")
    places = {d.module for d in (*report.diagnoses, *report.explained)}
    seen = frozenset[Fault]().union(*(piece.shows for piece in pieces if not piece.spoken))
    for fault in sorted(seen):
        module = fault.at.split("@")[0]
        hinted = module in places or any(f"process {module} " in one for one in report.unexplained)
        if fault.kind == "module-stopped" and not hinted:
            yield Broken("a stopped process is not mentioned", f"{_told([fault])}: {everything}")


def _facts(evidence: Iterable[object]) -> Iterator[str]:
    for one in evidence:
        yield from getattr(one, "facts", ())


def private(rendered: str) -> Iterator[Broken]:
    """No secret that was shown stands in an answer."""
    if SECRET in rendered:
        yield Broken("a secret leaves", rendered[max(0, rendered.index(SECRET) - 80) :][:200])


def _told(faults: Iterable[Fault]) -> str:
    return ", ".join(f"{f.kind} {f.at}".strip() for f in sorted(faults))

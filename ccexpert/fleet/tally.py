"""What the records of many hosts add up to: counts that can be merged in any order, and kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ccexpert.certainty import FINDING
from ccexpert.diagnosis import IMPACTS, FailOn, Status

#: So many hosts are named for a diagnosis, and so many unreadable lines told one by one.
EXAMPLES, TOLD = 3, 20


class Cause(NamedTuple):
    """One ranked diagnosis of one host, as far as counting needs it."""

    id: str
    certainty: float
    impact: int
    fault: bool
    """Whether it is more than the product working as designed."""
    first: bool


@dataclass
class Common:
    """How often one diagnosis stands as a cause."""

    found: int = 0
    """On so many hosts it is a finding."""
    possible: int = 0
    """On so many more it is possible, and no more."""
    first: int = 0
    """On so many hosts it is the first diagnosis."""
    hosts: list[str] = field(default_factory=list)
    """Some of the hosts on which it is a finding."""

    def add(self, other: Common) -> None:
        """Count another's hosts too."""
        self.found += other.found
        self.possible += other.possible
        self.first += other.first
        self.hosts = [*self.hosts, *other.hosts][:EXAMPLES]


@dataclass
class Tally:
    """Counts over some documents."""

    statuses: Counter[str] = field(default_factory=Counter)
    diagnoses: dict[str, Common] = field(default_factory=dict)
    unreadable: list[str] = field(default_factory=list)
    """What was wrong with the first unreadable lines; ``statuses`` counts them all."""
    hosts: list[str] = field(default_factory=list)
    """The hosts that were read."""
    missing: list[str] = field(default_factory=list)
    """The hosts that should have been there and were not."""
    worst: int = 0
    """The highest impact of a finding, 1 to 4; 0 without any."""
    same_lines: int = 0
    """Answered from a line that was the same but for host and time."""
    same_facts: int = 0
    """Answered from facts that rules cannot tell apart."""
    reasoned: int = 0
    """Answered by reasoning."""

    def count(self, status: Status, causes: Iterable[Cause], hosts: tuple[str, ...]) -> None:
        """Count one document about these hosts."""
        self.statuses[status] += 1
        self.hosts += hosts
        for cause in causes:
            common = self.diagnoses.setdefault(cause.id, Common())
            common.first += cause.first
            if cause.certainty < FINDING:
                common.possible += 1
                continue
            common.found += 1
            if len(hosts) == 1 and len(common.hosts) < EXAMPLES:
                common.hosts.append(hosts[0])
            if cause.fault:
                self.worst = max(self.worst, cause.impact)

    def fail(self, sentence: str) -> None:
        """Count one unreadable line."""
        self.statuses["unreadable"] += 1
        if len(self.unreadable) < TOLD:
            self.unreadable.append(sentence)

    def add(self, other: Tally) -> None:
        """Count another's documents too."""
        self.statuses.update(other.statuses)
        for name, common in other.diagnoses.items():
            self.diagnoses.setdefault(name, Common()).add(common)
        self.unreadable = [*self.unreadable, *other.unreadable][:TOLD]
        self.worst = max(self.worst, other.worst)
        self.same_lines += other.same_lines
        self.same_facts += other.same_facts
        self.reasoned += other.reasoned

    @property
    def common_causes(self) -> list[tuple[str, Common]]:
        """The diagnoses, those of most hosts first."""
        return sorted(
            self.diagnoses.items(),
            key=lambda d: (-d[1].found, -d[1].first, -d[1].possible, d[0]),
        )

    @property
    def documents(self) -> int:
        """How many documents were diagnosed."""
        return self.same_lines + self.same_facts + self.reasoned

    def exit_code(self, fail_on: FailOn, bad_input: int) -> int:
        """``bad_input`` when a line was unreadable, else 1 when a finding has the impact
        ``fail_on`` or more, else 0."""
        if self.statuses["unreadable"]:
            return bad_input
        return int(fail_on != "never" and self.worst > IMPACTS.index(fail_on))

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON data."""
        return {**vars(self), "diagnoses": {n: vars(c) for n, c in self.diagnoses.items()}}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Tally:
        """What ``to_dict`` gave."""
        diagnoses = {name: Common(**common) for name, common in data["diagnoses"].items()}
        return cls(**(data | {"statuses": Counter(data["statuses"]), "diagnoses": diagnoses}))

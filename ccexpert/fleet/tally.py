"""The tally of many records: counts that can be merged in any order and saved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ccexpert.diagnosis import FailOn, Status, exit_code

#: Hosts named per diagnosis, and unreadable lines listed one by one.
EXAMPLES, TOLD = 3, 20

#: Hosts of which all findings are kept, the worst ones.
WORST = 40


class Cause(NamedTuple):
    """One ranked diagnosis of one host, reduced to what is counted."""

    id: str
    impact: int
    sure: bool
    finding: bool
    first: bool


@dataclass
class Common:
    """How often one diagnosis is a cause."""

    found: int = 0
    """Hosts on which it is sure."""
    possible: int = 0
    """Further hosts on which it is only possible."""
    first: int = 0
    """Hosts on which it is the first diagnosis."""
    hosts: list[str] = field(default_factory=list)
    """Some of the hosts on which it is sure."""

    def add(self, other: Common) -> None:
        """Add the counts of ``other``."""
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
    """The errors of the first unreadable lines; ``statuses`` counts them all."""
    hosts: list[str] = field(default_factory=list)
    """The hosts that were read."""
    missing: list[str] = field(default_factory=list)
    """The expected hosts that were missing."""
    worst: int = 0
    """The highest impact of a finding, 1 to 4; 0 without findings."""
    worst_hosts: list[list[Any]] = field(default_factory=list)
    """Hosts with findings: the negative impact of the worst, the host, the ids of all."""
    same_lines: int = 0
    """Answered from a line that differed only in host and time."""
    same_facts: int = 0
    """Answered from facts with the same signature."""
    reasoned: int = 0
    """Answered by reasoning."""
    difference: dict[str, Any] | None = None
    """A host of which the engine says something else than the quick way."""

    def count(self, status: Status, causes: Iterable[Cause], hosts: tuple[str, ...]) -> None:
        """Count one document and its hosts."""
        self.statuses[status] += 1
        self.hosts += hosts
        found, worst = [], 0
        for cause in causes:
            common = self.diagnoses.setdefault(cause.id, Common())
            common.first += cause.first
            if not cause.sure:
                common.possible += 1
                continue
            common.found += 1
            if len(hosts) == 1 and len(common.hosts) < EXAMPLES:
                common.hosts.append(hosts[0])
            if cause.finding:
                found.append(cause.id)
                worst = max(worst, cause.impact)
        self.worst = max(self.worst, worst)
        if found and len(hosts) == 1:
            self.worst_hosts.append([-worst, hosts[0], found])
            self._forget(2 * WORST)

    def _forget(self, most: int) -> None:
        """Keep only the worst hosts if there are more than ``most``."""
        if len(self.worst_hosts) > most:
            self.worst_hosts = sorted(self.worst_hosts)[:WORST]

    def fail(self, sentence: str) -> None:
        """Count one unreadable line."""
        self.statuses["unreadable"] += 1
        if len(self.unreadable) < TOLD:
            self.unreadable.append(sentence)

    def add(self, other: Tally) -> None:
        """Add the counts of ``other``."""
        self.statuses.update(other.statuses)
        for name, common in other.diagnoses.items():
            self.diagnoses.setdefault(name, Common()).add(common)
        self.unreadable = [*self.unreadable, *other.unreadable][:TOLD]
        self.worst = max(self.worst, other.worst)
        self.worst_hosts += other.worst_hosts
        self._forget(2 * WORST)
        self.same_lines += other.same_lines
        self.same_facts += other.same_facts
        self.reasoned += other.reasoned

    @property
    def common_causes(self) -> list[tuple[str, Common]]:
        """The diagnoses, those on most hosts first."""
        return sorted(
            self.diagnoses.items(),
            key=lambda d: (-d[1].found, -d[1].first, -d[1].possible, d[0]),
        )

    @property
    def documents(self) -> int:
        """How many documents were diagnosed."""
        return self.same_lines + self.same_facts + self.reasoned

    def exit_code(self, fail_on: FailOn, bad_input: int) -> int:
        """``bad_input`` if a line was unreadable, else 1 if a finding has at least the impact
        ``fail_on``, else 0."""
        if self.statuses["unreadable"]:
            return bad_input
        return exit_code(self.worst, fail_on)

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON data."""
        return {**vars(self), "diagnoses": {n: vars(c) for n, c in self.diagnoses.items()}}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Tally:
        """Reverse ``to_dict``."""
        diagnoses = {name: Common(**common) for name, common in data["diagnoses"].items()}
        return cls(**(data | {"statuses": Counter(data["statuses"]), "diagnoses": diagnoses}))

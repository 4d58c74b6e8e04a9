"""Differences between two reports: diagnoses and observations that are new, gone or changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ccexpert.diagnosis import Diagnosis, PlainReport

Kind = Literal["new", "gone", "changed"]


@dataclass(frozen=True, slots=True)
class Standing:
    """The place of a diagnosis in one report."""

    rank: int | None
    """Its rank, from 1; None if another diagnosis explains it."""
    certainty: float
    impact: int
    explained_by: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """A diagnosis whose place differs between the reports."""

    change: Kind
    id: str
    module: str
    instance: str | None
    host: str | None
    title: str
    before: Standing | None
    after: Standing | None


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that differs between two reports."""

    diagnoses: tuple[Change, ...]
    """In the order of the later report; gone ones come last."""
    new_facts: tuple[str, ...]
    gone_facts: tuple[str, ...]


def compare(before: PlainReport, after: PlainReport) -> Difference:
    """The differences in ``after``; a changed rank alone follows from others and is ignored."""
    old, new = _standings(before), _standings(after)
    changes = [
        _change(diagnosis, old[key][1] if key in old else None, standing)
        for key, (diagnosis, standing) in new.items()
        if key not in old or not _same(old[key][1], standing)
    ]
    changes += [_change(d, standing, None) for key, (d, standing) in old.items() if key not in new]
    return Difference(
        diagnoses=tuple(changes),
        new_facts=tuple(fact for fact in after.facts if fact not in before.facts),
        gone_facts=tuple(fact for fact in before.facts if fact not in after.facts),
    )


Key = tuple[str, str | None, str | None]


def _standings(report: PlainReport) -> dict[Key, tuple[Diagnosis, Standing]]:
    ranked = [(rank, d) for rank, d in enumerate(report.diagnoses, 1)]
    explained = [(None, d) for d in report.explained]
    return {
        (d.id, d.instance, d.host): (d, Standing(rank, d.certainty, d.impact, d.explained_by))
        for rank, d in (*ranked, *explained)
    }


def _same(before: Standing, after: Standing) -> bool:
    return (before.certainty, before.impact, before.explained_by) == (
        after.certainty,
        after.impact,
        after.explained_by,
    )


def _change(diagnosis: Diagnosis, before: Standing | None, after: Standing | None) -> Change:
    return Change(
        change="new" if before is None else "gone" if after is None else "changed",
        id=diagnosis.id,
        module=diagnosis.module,
        instance=diagnosis.instance,
        host=diagnosis.host,
        title=diagnosis.title,
        before=before,
        after=after,
    )

"""Combines facts that people reported with facts observed on the server.

Takes facts from files together with an observation, and returns documents that do not contradict
each other: an observation replaces what was reported about the same thing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from datetime import datetime

from ccexpert.diagnosis import PlainReport
from ccexpert.facts import UNSAID, Fact, FactsDocument
from ccexpert.facts.case import settle
from ccexpert.facts.document import Document, document_of
from ccexpert.facts.vocabulary import Vocabulary


def settled(documents: Sequence[Document], vocabulary: Vocabulary) -> FactsDocument:
    """Merge documents into one, with canonical names; it keeps the oldest time."""
    case = settle(documents, vocabulary)
    times = [d.content.observed_at for d in documents if d.content.observed_at]
    return FactsDocument(
        schema_version=1,
        host=case.host or None,
        platform=case.platforms.get(case.host),
        observed_at=min(times) if times and len(times) == len(documents) else None,
        facts=case.facts,
    )


def oldest(document: FactsDocument) -> datetime | None:
    """When the oldest fact was observed; None if any fact has no time."""
    times = [fact.observed_at or document.observed_at for fact in document.facts]
    known = [time for time in times if time]
    return min(known) if known and len(known) == len(times) else None


def together(told: FactsDocument, seen: FactsDocument, vocabulary: Vocabulary) -> list[Document]:
    """Both documents; reported facts that were observed again are dropped."""
    keys = [fact.key for fact in settled([document_of(seen)], vocabulary).facts]
    kept = tuple(f for f in told.facts if not any(_is_same(f.key, key) for key in keys))
    return [document_of(told.model_copy(update={"facts": kept})), document_of(seen)]


def _is_same(told: tuple[str, ...], seen: tuple[str, ...]) -> bool:
    """Whether two facts are about one thing; the reported one may omit instance and host."""
    return len(told) == len(seen) and all(
        one in (UNSAID, other) for one, other in zip(told, seen, strict=True)
    )


def without(told: FactsDocument, fact: Fact) -> FactsDocument:
    """The reported facts without this one."""
    return told.model_copy(update={"facts": tuple(f for f in told.facts if f != fact)})


def relied_on(told: FactsDocument, report: PlainReport, suspects: Set[str]) -> Iterable[Fact]:
    """The reported facts that support a finding or a diagnosis whose id is in ``suspects``."""
    cited = {
        fact.key
        for diagnosis in report.diagnoses
        if diagnosis.is_finding or diagnosis.id in suspects
        for evidence in diagnosis.evidence
        if evidence.certainty > 0
        for fact in evidence.cited
    }
    return [fact for fact in told.facts if any(_is_same(fact.key, key) for key in cited)]

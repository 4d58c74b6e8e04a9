"""What people told beside what the server shows: the newer sight of one thing counts.

Facts of files go in together with an observation; what comes out are documents that do not
contradict each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from datetime import datetime

from ccexpert.diagnosis import Report
from ccexpert.facts import UNSAID, Fact, FactsDocument
from ccexpert.knowledge.intake import document_of, settle
from ccexpert.knowledge.vocabulary import Vocabulary
from ccexpert.reading import Source

Document = tuple[FactsDocument, Source]


def settled(documents: Sequence[Document], vocabulary: Vocabulary) -> FactsDocument:
    """Several documents as one, in the words of the vocabulary; the oldest time counts."""
    case = settle(documents, vocabulary)
    times = [d.observed_at for d, _ in documents if d.observed_at]
    return FactsDocument(
        schema_version=1,
        host=case.host or None,
        platform=documents[0][0].platform if documents else "linux",
        observed_at=min(times) if times and len(times) == len(documents) else None,
        facts=case.facts,
    )


def oldest(document: FactsDocument) -> datetime | None:
    """When the oldest fact was seen; None when one does not say."""
    times = [fact.observed_at or document.observed_at for fact in document.facts]
    known = [time for time in times if time]
    return min(known) if known and len(known) == len(times) else None


def together(told: FactsDocument, seen: FactsDocument, vocabulary: Vocabulary) -> list[Document]:
    """Both documents, and of what was told only what was not seen anew."""
    keys = [fact.key for fact in settled([document_of(seen)], vocabulary).facts]
    kept = tuple(f for f in told.facts if not any(_is_same(f.key, key) for key in keys))
    return [document_of(told.model_copy(update={"facts": kept})), document_of(seen)]


def _is_same(told: tuple[str, ...], seen: tuple[str, ...]) -> bool:
    """Whether two facts are about one thing; what was told may leave instance and host unsaid."""
    return len(told) == len(seen) and all(
        one in (UNSAID, other) for one, other in zip(told, seen, strict=True)
    )


def without(told: FactsDocument, fact: Fact) -> FactsDocument:
    """What was told, without one fact."""
    return told.model_copy(update={"facts": tuple(f for f in told.facts if f != fact)})


def relied_on(told: FactsDocument, report: Report, suspects: Set[str]) -> Iterable[Fact]:
    """What was told and speaks for a finding, or for a diagnosis whose id is among ``suspects``."""
    cited = {
        _subject(label)
        for diagnosis in report.diagnoses
        if diagnosis.is_finding or diagnosis.id in suspects
        for evidence in diagnosis.evidence
        if evidence.certainty > 0
        for label in evidence.facts
    }
    return [fact for fact in told.facts if _subject(fact.label) in cited]


def _subject(label: str) -> str:
    """What a fact is about, without instance, host and what was seen of it."""
    return label.rpartition(" = ")[0].partition("@")[0]

"""The one way to the engine: observed facts in, a report out.

``Expert`` reads the knowledge once and may be shared by threads. It prints nothing and keeps no
state between two diagnoses.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ccexpert.certainty import FINDING
from ccexpert.diagnosis import (
    REPORT_SCHEMA_VERSION,
    Diagnosis,
    Evidence,
    RuledOut,
    Run,
    Status,
    Tool,
    Waived,
)
from ccexpert.engine.reasoner import Held, Reasoned, Reasoner, evidence_rule
from ccexpert.engine.run import MatcherName
from ccexpert.facts import FactsDocument
from ccexpert.knowledge.base import KnowledgeBase
from ccexpert.knowledge.cards import fill
from ccexpert.knowledge.intake import Case, document_of, settle
from ccexpert.knowledge.packs import cached, open_packs
from ccexpert.knowledge.vocabulary import Language
from ccexpert.knowledge.waivers import Waiver
from ccexpert.plan import actions_of, make_plan
from ccexpert.rank import PLACES, Finding, Ranking, rank, weight
from ccexpert.reading import Source
from ccexpert.report.answer import Report
from ccexpert.unknown import worth_asking
from ccexpert.version import __version__


class Expert:
    """Diagnoses cases with the shipped knowledge and the packs of a site.

    ``rules``: folders of site packs. ``waivers``: more waivers than the packs bring. ``matcher``:
    ``indexed``, or experta's own (``stock``), which is slower and gives the same answers. Raises
    ``KnowledgeError`` when a pack is malformed.
    """

    def __init__(
        self,
        rules: Iterable[Path | str] = (),
        *,
        waivers: Iterable[Waiver] = (),
        base: KnowledgeBase | None = None,
        matcher: MatcherName = "indexed",
    ) -> None:
        self.base = base or cached(tuple(Path(r) for r in rules))
        self._waivers = (*self.base.waivers, *waivers)
        self._reasoner = Reasoner(self.base, matcher)
        self._tool = Tool("ccexpert", __version__, self.base.digest)

    @classmethod
    def about(
        cls,
        documents: Sequence[tuple[FactsDocument, Source]],
        rules: Iterable[Path | str] = (),
        *,
        waivers: Iterable[Waiver] = (),
    ) -> Expert:
        """An expert for these documents alone, who has read only the cards that concern them.

        Gives the same report as one who has read everything, and is there sooner.
        """
        reader = open_packs(Path(r) for r in rules)
        case = settle(documents, reader.vocabulary)
        return cls(base=reader.about(case), waivers=waivers)

    def warm(self) -> Expert:
        """Build this thread's engine now rather than at the first diagnosis."""
        self._reasoner.warm()
        return self

    def diagnose(self, facts: Any, *more: Any, language: Language = "en") -> Report:
        """Diagnose a facts document: a ``FactsDocument``, its ``dict``, or a list of facts.

        ``more``: further documents about the same situation, such as what people tell beside what
        was observed. Raises ``FactsError`` when the facts are malformed, name something unknown or
        contradict each other.
        """
        further = (document_of(one, f"facts {number}") for number, one in enumerate(more, 2))
        documents = [document_of(facts), *further]
        return self.diagnose_documents(documents, language=language)

    def diagnose_documents(
        self, documents: Sequence[tuple[FactsDocument, Source]], *, language: Language = "en"
    ) -> Report:
        """Diagnose several documents together; their sources serve the error messages."""
        started = time.perf_counter()
        reasoned, ranking = self.examine(documents)
        return self._report(ranking, reasoned, language, started)

    def examine(
        self, documents: Sequence[tuple[FactsDocument, Source]]
    ) -> tuple[Reasoned, Ranking]:
        """What the facts support and how it ranks, before it is put into words."""
        reasoned = self._reasoner.reason(settle(documents, self.base.vocabulary))
        return reasoned, rank(reasoned, self.base, self._waivers)

    def _report(
        self, ranking: Ranking, reasoned: Reasoned, language: Language, started: float
    ) -> Report:
        findings = (*ranking.causes, *ranking.consequences)
        by_cause = [(f, actions_of(f, findings, reasoned, language)) for f in ranking.causes]
        labels = tuple(_label(reasoned, i) for i in range(len(reasoned.facts)))
        causes = tuple(_diagnosis(f, a, findings, labels, language) for f, a in by_cause)
        unknown = worth_asking(ranking.causes, reasoned, self.base, language)
        unexplained = tuple(labels[i] for i in ranking.unexplained)
        return Report(
            schema_version=REPORT_SCHEMA_VERSION,
            tool=self._tool,
            run=Run(
                id=uuid.uuid4().hex,
                started=datetime.now(UTC).isoformat(timespec="seconds"),
                duration_ms=round((time.perf_counter() - started) * 1000, 2),
            ),
            host=reasoned.case.host or None,
            language=language,
            status=status_of(ranking, reasoned.case),
            diagnoses=causes,
            plan=make_plan(by_cause),
            explained=tuple(
                _diagnosis(f, (), findings, labels, language) for f in ranking.consequences
            ),
            ruled_out=tuple(_ruled_out(f, language) for f in ranking.ruled_out),
            unexplained=unexplained,
            unknown=unknown,
            waived=tuple(_waived(f, waiver) for f, waiver in ranking.waived),
            overlaid=tuple(sorted({f.card.id for f in findings} & self.base.overlays.keys())),
            facts=labels,
            rules=tuple(sorted({evidence_rule(h.card, h.number) for h in reasoned.evidence})),
        )


def _waived(finding: Finding, waiver: Waiver) -> Waived:
    return Waived(
        id=finding.card.id,
        module=finding.card.module,
        instance=finding.instance or None,
        host=finding.host or None,
        certainty=finding.certainty,
        reason=waiver.reason,
        expires=waiver.expires.isoformat(),
    )


def status_of(ranking: Ranking, case: Case) -> Status:
    """Whether something was found, all is well, or too little is known to say."""
    sure = [f for f in ranking.causes if f.certainty >= FINDING]
    if any(f.card.verdict != "not-a-fault" for f in sure):
        return "findings"
    if case.blind or ranking.unexplained or not case.facts:
        return "undetermined"
    return "undetermined" if ranking.causes and not sure else "ok"


def _label(reasoned: Reasoned, number: int) -> str:
    fact = reasoned.facts[number]
    hosts = {f.host for f in reasoned.facts}
    return fact.label if len(hosts) == 1 else f"{fact.label} [{fact.host or '?'}]"


def _diagnosis(
    finding: Finding,
    actions: tuple[Any, ...],
    findings: Sequence[Finding],
    labels: tuple[str, ...],
    language: Language,
) -> Diagnosis:
    card, bindings = finding.card, finding.bindings
    return Diagnosis(
        id=card.id,
        module=card.module,
        instance=finding.instance or None,
        host=finding.host or None,
        title=fill(card.title.in_language(language), bindings),
        meaning=fill(card.meaning.in_language(language), bindings),
        verdict=card.verdict,
        certainty=finding.certainty,
        impact=card.impact,
        evidence=tuple(
            Evidence(
                rule=evidence_rule(card.id, held.number),
                facts=tuple(labels[i] for i in held.facts),
                certainty=round(weight(card, held), PLACES),
                because=fill(
                    card.evidence[held.number].because.in_language(language), held.bindings
                ),
            )
            for held in finding.evidence
        ),
        explains=tuple(
            sorted(
                {
                    f.card.id
                    for f in findings
                    if f.explained_by == card.id and f.host == finding.host
                }
            )
        ),
        explained_by=finding.explained_by,
        actions=actions,
        references=card.references,
    )


def _ruled_out(finding: Finding, language: Language) -> RuledOut:
    card = finding.card
    against = min(finding.evidence, key=lambda held: weight(card, held))

    def because(held: Held) -> str:
        return fill(card.evidence[held.number].because.in_language(language), held.bindings)

    return RuledOut(
        id=card.id,
        module=card.module,
        instance=finding.instance or None,
        host=finding.host or None,
        title=fill(card.title.in_language(language), finding.bindings),
        certainty=finding.certainty,
        because=because(against),
        despite=tuple(because(held) for held in finding.evidence if weight(card, held) > 0),
    )

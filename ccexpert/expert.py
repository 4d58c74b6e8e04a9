"""The only way to the engine: takes observed facts and returns a report.

``Expert`` reads the knowledge once, prints nothing and keeps no state between diagnoses. Threads
may share it.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ccexpert.certainty import FINDING
from ccexpert.diagnosis import (
    REPORT_SCHEMA_MINOR,
    REPORT_SCHEMA_VERSION,
    Run,
    Similar,
    Status,
    Tool,
    UnknownFact,
)
from ccexpert.engine.reasoner import Reasoned, Reasoner, evidence_rule
from ccexpert.facts import UNSAID, ComplaintFact, Fact
from ccexpert.facts.case import Case, settle
from ccexpert.facts.document import Document, document_of
from ccexpert.facts.spelling import Spelling
from ccexpert.inquiry.policy import Policy, Situation
from ccexpert.inquiry.second_look import SecondLook
from ccexpert.inquiry.unknown import unknown_facts
from ccexpert.knowledge.base import KnowledgeBase
from ccexpert.knowledge.packs import cached, open_once, shipped
from ccexpert.knowledge.waivers import Waiver
from ccexpert.plan import actions_of, make_plan, spellings_of
from ccexpert.rank import Hypothesis, Ranking, rank
from ccexpert.records import Records, waived
from ccexpert.report.answer import Report
from ccexpert.session import Session
from ccexpert.version import __version__
from ccexpert.words import Language

if TYPE_CHECKING:
    from ccexpert.intake.similar import Nearest


class Expert:
    """Diagnoses cases with the shipped knowledge and a site's packs.

    ``rules`` are folders of site packs, and ``waivers`` come in addition to those in the packs.
    ``policy`` makes the question policy for a knowledge base. Raises ``KnowledgeError`` if a pack
    is invalid.
    """

    def __init__(
        self,
        rules: Iterable[Path | str] = (),
        *,
        waivers: Iterable[Waiver] = (),
        base: KnowledgeBase | None = None,
        policy: Callable[[KnowledgeBase], Policy] = SecondLook,
    ) -> None:
        self._packs = tuple(Path(r) for r in rules)
        self.base = base or cached(self._packs)
        self._waivers = (*self.base.waivers, *waivers)
        self.policy = policy(self.base)
        self._reasoner = Reasoner(self.base)
        self._tool = Tool("ccexpert", __version__, self.base.digest)

    @classmethod
    def about(
        cls,
        documents: Sequence[Document],
        rules: Iterable[Path | str] = (),
        *,
        waivers: Iterable[Waiver] = (),
    ) -> tuple[Expert, Case]:
        """An expert for the case in these documents alone, and the case. It reads only the cards
        that concern the case.

        It gives the same report as an expert with all cards, but starts faster.
        """
        packs = tuple(Path(r) for r in rules)
        reader = open_once(packs)
        case = settle(documents, reader.vocabulary)
        return cls(packs, base=reader.about(case), waivers=waivers), case

    def warm(self) -> Expert:
        """Build this thread's engine now instead of at the first diagnosis."""
        self._reasoner.warm()
        return self

    def diagnose(self, facts: Any, *more: Any, language: Language = "en") -> Report:
        """Diagnose a facts document: a ``FactsDocument``, its ``dict``, or a list of facts.

        ``more`` are further documents about the same situation, such as reports from people.
        Raises ``FactsError`` if the facts are malformed, name something unknown or contradict
        each other.
        """
        further = (document_of(one, f"facts {number}") for number, one in enumerate(more, 2))
        documents = [document_of(facts), *further]
        return self.diagnose_documents(documents, language=language)

    def diagnose_documents(
        self, documents: Sequence[Document], *, language: Language = "en", said: Sequence[str] = ()
    ) -> Report:
        """Diagnose several documents together; errors cite their sources. ``said`` is what people
        wrote beside them and nobody understood (``Reading.unread``): where nothing is found, what
        comes nearest to it is similar."""
        return self.diagnose_case(self.settle(documents), language=language, said=said)

    def diagnose_case(
        self, case: Case, *, language: Language = "en", said: Sequence[str] = ()
    ) -> Report:
        """Diagnose a case that ``settle`` made."""
        started = time.perf_counter()
        reasoned, ranking = self.examine(case)
        return self._report(ranking, reasoned, language, started, said)

    def settle(self, documents: Sequence[Document]) -> Case:
        """Merge documents into a case; raises ``FactsError``."""
        return settle(documents, self.base.vocabulary)

    def examine(self, case: Case) -> tuple[Reasoned, Ranking]:
        """What the facts support and its ranking, before it is put into words."""
        reasoned = self._reasoner.reason(case)
        return reasoned, self._ranked(reasoned)

    @cached_property
    def _direct(self) -> Reasoner:
        return Reasoner(self.base, "direct", likely=True)

    @cached_property
    def _incremental(self) -> Reasoner:
        return Reasoner(self.base, "incremental")

    def likely(self, case: Case) -> tuple[Reasoned, Ranking]:
        """The same for a fleet, which asks only for what may be wrong: without agenda, without
        evidence for cards that nothing speaks for, and without actions."""
        reasoned = self._direct.reason(case)
        return reasoned, self._ranked(reasoned)

    def session(self) -> Session:
        """A case for this thread that takes facts in and out and keeps what stays true."""

        def told(ranking: Ranking, reasoned: Reasoned, language: Language) -> Report:
            return self._report(ranking, reasoned, language, time.perf_counter())

        return Session(self.base, self._incremental, self._ranked, told)

    def _ranked(self, reasoned: Reasoned) -> Ranking:
        return rank(reasoned, self.base, self._waivers)

    def _report(
        self,
        ranking: Ranking,
        reasoned: Reasoned,
        language: Language,
        started: float,
        said: Sequence[str] = (),
    ) -> Report:
        hypotheses = (*ranking.causes, *ranking.consequences)
        by_cause = [
            (h, actions_of(h, hypotheses, reasoned, self._spellings(h, reasoned), language))
            for h in ranking.causes
        ]
        records = Records(ranking, reasoned, language)
        named = {h.card.module for h in hypotheses}
        unnamed = (module for module in ranking.unlisted if module not in named)
        diagnoses = tuple(records.diagnosis(h, actions) for h, actions in by_cause)
        report = Report(
            schema_version=REPORT_SCHEMA_VERSION,
            schema_minor=REPORT_SCHEMA_MINOR,
            tool=self._tool,
            run=Run(
                id=uuid.uuid4().hex,
                started=datetime.now(UTC).isoformat(timespec="seconds"),
                duration_ms=round((time.perf_counter() - started) * 1000, 2),
            ),
            host=reasoned.case.host or None,
            language=language,
            status=status_of(ranking, reasoned.case),
            diagnoses=diagnoses,
            plan=make_plan(by_cause),
            explained=tuple(map(records.diagnosis, ranking.consequences)),
            ruled_out=tuple(map(records.ruled_out, ranking.ruled_out)),
            unexplained=(
                *(records.labels[i] for i in ranking.unexplained),
                *(f"process {module} = not in this list" for module in unnamed),
            ),
            unknown=(),
            waived=tuple(waived(h, waiver) for h, waiver in ranking.waived),
            overlaid=tuple(sorted({h.card.id for h in hypotheses} & self.base.overlays.keys())),
            facts=records.labels,
            rules=tuple(sorted({evidence_rule(h.card, h.number) for h in reasoned.evidence})),
        )
        return report.with_later(
            unknown=partial(self._unknown, ranking, reasoned, language),
            similar=partial(self._similar, ranking, reasoned, language, said),
        )

    def _spellings(self, hypothesis: Hypothesis, reasoned: Reasoned) -> tuple[Spelling, ...]:
        return spellings_of(hypothesis.host, reasoned, self.base.vocabulary)

    def _unknown(
        self, ranking: Ranking, reasoned: Reasoned, language: Language
    ) -> tuple[UnknownFact, ...]:
        """What to look at next, if anything needs a diagnosis."""
        if not (ranking.causes or ranking.unexplained or ranking.unlisted):
            return ()
        offers = self.policy.offers(Situation(reasoned, ranking))
        host = ranking.causes[0].host if ranking.causes else UNSAID
        return unknown_facts(offers, self.base.vocabulary, host, language)

    def _similar(
        self, ranking: Ranking, reasoned: Reasoned, language: Language, said: Sequence[str]
    ) -> tuple[Similar, ...]:
        """What comes nearest by words, if what needs a diagnosis has no sure one."""
        waived = (h for h, _ in ranking.waived)
        ranked = (*ranking.causes, *ranking.consequences, *waived)
        if any(h.certainty >= FINDING for h in ranked):
            return ()
        complaints = (i for i, fact in enumerate(reasoned.facts) if fact.is_complaint)
        numbers = tuple(dict.fromkeys((*ranking.unexplained, *complaints)))
        if not (numbers or said):
            return ()
        from ccexpert.intake.similar import words_of

        texts = [*(words_of(reasoned.facts[i], self.base.vocabulary) for i in numbers), *said]
        known = {h.card.id for h in (*ranked, *ranking.ruled_out)}
        return self._nearest.similar(texts, known, language)

    @cached_property
    def _nearest(self) -> Nearest:
        from ccexpert.intake.similar import Nearest
        from ccexpert.knowledge.references import known_references

        pages = known_references((shipped(), *self._packs)).values()
        return Nearest(self.base.cards.values(), pages)


def _is_complaint(fact: Fact) -> bool:
    """Whether somebody complains, be it in words that only resemble a known case."""
    return isinstance(fact, ComplaintFact) and fact.present


def status_of(ranking: Ranking, case: Case) -> Status:
    """Whether something was found, all is well, or too little is known.

    Beside a diagnosis all is well only if a sure one says of the same facts that they are no fault;
    of what people suffer from only if it is conclusive.
    """
    if any(h.is_finding for h in ranking.causes):
        return "findings"
    if case.blind or case.unread or not any(fact.ALARMING for fact in case.facts):
        return "undetermined"
    if ranking.unexplained or ranking.unlisted:
        return "undetermined"
    if not ranking.causes and any(map(_is_complaint, case.facts)):
        return "undetermined"
    settled = frozenset[int]().union(*(h.settled(case.facts) for h in ranking.causes))
    return "ok" if all(h.covers <= settled for h in ranking.causes) else "undetermined"

"""Interprets sentences: as a symptom, or as a hint with possible meanings.

A sentence counts as a symptom if it matches it well and all others clearly worse (less well is
enough if it names both the thing and the trouble of it), or as two that it matches alike; its
certainty never exceeds ``PROSE_LIMIT``. Any other is a hint.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice

from ccexpert.facts import (
    ContextFact,
    IndicatorFact,
    NotObserved,
    PortFact,
    ProbeFact,
    ProcessFact,
    SettingFact,
    SymptomFact,
    WorkflowFact,
)
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.intake.certificates import expired_in
from ccexpert.intake.found import Found
from ccexpert.intake.lines import Line, clauses_of, sentences_in
from ccexpert.intake.measured import used_up_in
from ccexpert.intake.modules import processes_in, workflow_in
from ccexpert.intake.ports import ports_said
from ccexpert.intake.quotes import led_in, said_by_screen
from ccexpert.intake.reading import PROSE_LIMIT, Hint, Span, Told, understood_from
from ccexpert.intake.scope import after_since, circumstances, scope_in, setup_in
from ccexpert.intake.search import Search, search_of
from ccexpert.intake.statement import Statement

Named = (
    ContextFact | ProcessFact | PortFact | ProbeFact | WorkflowFact | IndicatorFact | SettingFact
)

#: What tells of the past.
PAST = re.compile(
    r"\b(?:was|were|had|did|earlier|caused|var|hade|berodde|orsakades|blev|war|waren|lag|était"
    r"|avait)\b",
    re.IGNORECASE,
)
#: The fit, and the lead over every other entry, that a sentence needs to count.
UNDERSTOOD = 0.7
CLEARLY = 0.05
HINTED = 0.35
#: The fit that is enough for a sentence that names both the thing and the trouble of a symptom.
NEARLY = 0.5
#: The most symptoms that a sentence may mean alike, and how sure each then is.
_ALIKE, _EITHER = 2, 0.6

#: A file that is named, and nothing else; and of how many words a label has at most.
_FILE = re.compile(r"\s*[\w./\\:-]{1,200}\.(?:log|txt|xml|csv|out)\s*")
_LABEL = 3

#: The question whether something is so. One why it is so says that it is.
_WHETHER = re.compile(
    r"\s*(?:is|are|was|were|does|do|did|är|var|körs|kör|har)\b(?!.*\b(?:why|varför)\b)[^,;]*\?\s*",
    re.IGNORECASE,
)

#: The most sentences that are examined; nobody complains at greater length.
MOST = 300
#: So many letters of a sentence are examined.
LONGEST = 4_000


@dataclass(frozen=True)
class Sentence:
    """One sentence and what it may mean, the likeliest first."""

    text: str
    span: Span
    found: tuple[Found, ...]
    named: tuple[Named, ...] = ()
    """What it says of things by their names."""
    has_trouble: bool = False
    """Whether it says that something is wrong."""
    is_content: bool = False
    """Whether it only says that something is as it should be."""
    asks: bool = False
    """Whether it only asks how something is done."""
    scope: Mapping[str, str] = field(default_factory=dict)
    """Whom it affects, since when and how often, as the text says beside it."""
    is_beside: bool = False
    """Whether it tells such a thing of a complaint in another sentence."""

    @property
    def introduces(self) -> bool:
        """Whether it only greets, or leads to what stands below."""
        leads = self.text.rstrip().endswith((":", ",")) or bool(_FILE.fullmatch(self.text))
        return leads and not self.has_trouble

    @property
    def is_label(self) -> bool:
        """Whether it leads to what stands below in a word or two: *mta.log:*."""
        return self.introduces and len(self.text.split()) <= _LABEL

    @property
    def is_understood(self) -> bool:
        """Whether a fact, or a field of one, came of it; nothing need come of one that says that
        all is well."""
        return bool(self.named or self._meant) or self.is_beside or self.is_content

    @property
    def _meant(self) -> tuple[Found, ...]:
        """The symptom that it counts as: the one that it matches best, or both that it matches as
        well, unless it says of a process what is wrong."""
        found = self.found
        if not found or not found[0].named or found[0].is_of_another:
            return ()
        of_modules = any(isinstance(one, ProcessFact) for one in self.named)
        if of_modules and not found[0].is_whole:
            return ()  # what is said of one module is said of no more
        first = tuple(one for one in found if one.fit > found[0].fit - CLEARLY)
        alike = 1 if of_modules else _ALIKE
        if len(first) > alike or any(one.kind != "symptom" for one in first):
            return ()
        says_more = any(not isinstance(one, ContextFact) for one in self.named)
        is_plain = found[0].is_whole and len(first) == 1 and not says_more
        enough = NEARLY if is_plain else UNDERSTOOD
        return first if round(found[0].fit, 2) >= enough else ()

    @property
    def is_symptom(self) -> bool:
        """Whether it says by itself what is wrong with what, and counts as that symptom."""
        return bool(self._meant) and self.found[0].is_whole

    @property
    def told(self) -> Iterator[Told]:
        """The fact it counts as."""
        for one in self.named:
            yield Told(one, self.span, (_called(one), one.seen))
        yield from map(self._symptom, self._meant)

    def _symptom(self, meant: Found) -> Told:
        share = 1.0 if len(self._meant) == 1 else _EITHER
        symptom = SymptomFact.model_validate(
            {
                "kind": "symptom",
                "name": meant.entry.name,
                "present": True,
                **self.scope,
                "certainty": round(min(PROSE_LIMIT, meant.fit) * share, 2),
                "source": understood_from(self.text),
            }
        )
        return Told(symptom, self.span, meant.words)

    @property
    def hint(self) -> Hint:
        """What it may mean."""
        names = (f"{f.kind} {f.entry.name}" for f in self.found if f.fit >= HINTED)
        return Hint(self.span, tuple(names))


def _called(fact: Named) -> str:
    if isinstance(fact, PortFact):
        return str(fact.port)
    return fact.module if isinstance(fact, ProcessFact) else fact.name or ""


def sentences(
    prose: Iterable[Line], vocabulary: Vocabulary
) -> tuple[list[Sentence], tuple[NotObserved, ...]]:
    """The sentences in these lines, and a note if there were more."""
    spoken = (one for line in prose for one in sentences_in(line) if one.text.strip())
    listed = list(islice(spoken, MOST))
    heard = [one._replace(text=one.text[:LONGEST]) for one in listed]
    scope = scope_in(one.text for one in heard)
    looked_at = [_sentence(o.text, Span(o.start, o.end), vocabulary, scope) for o in heard]
    if any(tuple(one.told) for one in looked_at):
        looked_at = [replace(one, is_beside=bool(scope_in([one.text]))) for one in looked_at]
    return looked_at, tuple(_left_out(listed, sum(1 for _ in spoken)))


def _left_out(listed: Iterable[Line], further: int) -> Iterator[NotObserved]:
    reasons = []
    if further:
        reasons.append(f"{further} further sentences; only the first {MOST} are looked at")
    if long := sum(len(one.text) > LONGEST for one in listed):
        reasons.append(f"sentences longer than {LONGEST:,} letters: {long}; their rest is not read")
    return (NotObserved(source="pasted text", reason=reason) for reason in reasons)


def around(said: Sequence[Sentence], *, beside_errors: bool) -> Iterator[Told]:
    """The circumstances that sentences tell of trouble, or of errors, that fit no symptom."""
    troubled = next((one for one in said if one.has_trouble or beside_errors), None)
    if troubled and not any(isinstance(t.fact, SymptomFact) for one in said for t in one.told):
        for fact in circumstances(troubled.scope):
            yield Told(fact, troubled.span, ("scope",))


def _named(text: str, said: Statement, vocabulary: Vocabulary) -> tuple[Named, ...]:
    """What a sentence says of modules or of a technical workflow, of resources of the server and of
    the web server's certificate."""
    if said.asks or _WHETHER.fullmatch(text):
        return ()
    running = processes_in(text, said, vocabulary) or workflow_in(text, said, vocabulary)
    if said.is_over:
        return tuple(one for one in running if not _is_past(one, text))
    said_of = (used_up_in(text), expired_in(text), ports_said(text, vocabulary), setup_in(text))
    return (*running, *chain.from_iterable(said_of))


def _is_past(named: Named, text: str) -> bool:
    """Whether a sentence that says that all is over tells of the past what it says of a module."""
    module = getattr(named, "module", None)
    return module is not None and any(
        PAST.search(one.text)
        for one in clauses_of(text)
        if module.casefold() in one.text.casefold()
    )


def _led_in(text: str, search: Search) -> str:
    """What a person says before the words of a program, if that is something wrong."""
    head = led_in(text)
    return head if head and search.read(head).has_trouble else ""


def _sentence(text: str, span: Span, vocabulary: Vocabulary, scope: Mapping[str, str]) -> Sentence:
    search = search_of(vocabulary)
    said = search.read(text)
    named = _named(text, said, vocabulary)
    found = tuple(search.find(text))
    sentence = Sentence(
        text, span, found, named, said.has_trouble, said.is_content, said.asks, scope
    )
    if sentence.is_understood or said.asks:
        return sentence
    parts = filter(None, (said_by_screen(text), _led_in(text, search), after_since(text)))
    shorter = (replace(sentence, found=tuple(search.find(part))) for part in parts)
    return next((one for one in shorter if one.is_understood), sentence)

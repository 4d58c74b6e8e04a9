"""What a text complains of as a whole: parts of the product, and what it is like.

A complaint often fits no symptom, yet it names a part of the product (*the Salesforce connector*),
or says in other words what release notes say of a fault, or a card of a case. All sentences count
together, since one names the part and the next says what is wrong. A mere question is no complaint.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from operator import attrgetter

from ccexpert.facts import ComplaintFact
from ccexpert.facts.entries import Entry
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.intake.found import Found
from ccexpert.intake.lines import Line, clauses_of
from ccexpert.intake.prose import Sentence
from ccexpert.intake.reading import PROSE_LIMIT, Span, Told
from ccexpert.intake.search import Search

#: How sure it is whom a complaint concerns: where trouble is said, and where it is not; and of the
#: part that is named besides.
_NAMED, _MENTIONED, _BESIDES = 0.6, 0.4, 0.4
#: The share of a known fault's words, rare ones counting more, that a text must have, and how much
#: rare words must add up to. The smaller share is enough where the build is told and the words
#: stand within two sentences: only faults of that build then count.
_LIKE, _LIKE_OF_BUILD, _RARE = 0.6, 0.45, 8.0
#: In so many sentences the words of a known fault stand: others may speak of other things.
_ONE_REPORT = 3
#: How sure a known fault is of which fewer words stand there.
_ALIKE = 0.45
#: What a second part or fault must have of the first one's weight.
_NEARLY = 0.85
#: When it began, which is not what is complained of: *since the upgrade*.
_SINCE = re.compile(
    r"\b(?:since|ever since|after|following|sedan|efter)\b (?:\w{1,12} ){0,3}?"
    r"(?:upgrad|migrat|uppgrader|migrer|restart|reboot|omstart|install|byt|chang|ändr|patch)\w{0,10}.*",
    re.IGNORECASE,
)
#: What is alike for those who have the trouble and those who do not: *the same rights*.
_ALIKE_FOR_ALL = re.compile(r"\b(?:the same|same|samma) \w{1,20}", re.IGNORECASE)
#: What the name of a part counts in a clause that says nothing of trouble.
_PLAIN = 0.75
#: The number of parts and known faults that the weights of their words are made for.
_SIZE = 380


def complaints(
    said: Sequence[Sentence],
    vocabulary: Vocabulary,
    messages: Iterable[Line] = (),
    *,
    of_build: bool = False,
) -> Iterator[Told]:
    """The parts that sentences complain of, else those that messages name; and the known faults
    that sentences are like. ``of_build``: whether the text tells the build."""
    told = [one for one in said if not one.asks and not one.named]
    parts = _parts(told, vocabulary)
    if not parts:
        yield from _named_in(messages, vocabulary)
    if not told:
        return
    spans = [one.span for one in told]
    span = Span(min(spans).start, max(one.end for one in spans))
    troubled = any(one.has_trouble for one in told)
    sure = _NAMED if troubled else _MENTIONED
    known = {word for one in told if one.is_symptom for t in one.told for word in t.words}
    for number, part in enumerate(_leading(parts)):
        is_known = known.issuperset(part.words)  # a symptom says already what is wrong with it
        yield told_of(part, _BESIDES if number or is_known else sure, span)
    texts = [one.text for one in told]
    like = _like(_together(texts, _ONE_REPORT), _LIKE, vocabulary) if troubled else []
    for fault in _leading(like):
        yield told_of(fault, PROSE_LIMIT, span)
    if of_build and not like:
        for fault in _leading(_like(_together(texts, 2), _LIKE_OF_BUILD, vocabulary)):
            yield told_of(fault, _ALIKE, span)


def _together(texts: Sequence[str], many: int) -> list[str]:
    """So many sentences at a time, from the first on; fewer if there are fewer."""
    return [" ".join(texts[n : n + many]) for n in range(max(1, len(texts) - many + 1))]


def _named_in(messages: Iterable[Line], vocabulary: Vocabulary) -> Iterator[Told]:
    """The part that a message names."""
    for one in messages:
        for part in _leading(parts_of(vocabulary).named([one.text]))[:1]:
            yield told_of(part, _BESIDES, Span(one.start, one.end))


def _parts(told: Sequence[Sentence], vocabulary: Vocabulary) -> list[Found]:
    """The parts that are named, the most telling first: what is said to be fine does not count, and
    one that trouble is said of counts more."""
    search = parts_of(vocabulary)
    spoken = [clause.text for one in told for clause in clauses_of(one.text)]
    clauses = [rest for each in spoken if (rest := _SINCE.sub("", each)).strip()] or spoken
    clauses = [rest for each in clauses if (rest := _ALIKE_FOR_ALL.sub("", each)).strip()] or spoken
    heard = [(clause, search.read(clause)) for clause in clauses]
    said = [(clause, means) for clause, means in heard if not means.is_foreign]
    if any(means.is_fine for _, means in said) and not any(one.has_trouble for one in told):
        return []  # what is named where all is well is not complained of
    troubled = [clause for clause, means in said if means.has_trouble]
    plain = [clause for clause, means in said if not (means.has_trouble or means.is_fine)]
    found: dict[str, Found] = {}
    for texts, weight in ((troubled, 1.0), (plain, _PLAIN)):
        for one in search.named(texts):
            fit = weight * one.fit
            if one.entry.name not in found or found[one.entry.name].fit < fit:
                found[one.entry.name] = replace(one, fit=fit)
    return sorted(found.values(), key=lambda one: -one.fit)


def _like(texts: Sequence[str], share: float, vocabulary: Vocabulary) -> list[Found]:
    """The known faults that one of these texts is like, the likest first."""
    return [one for one in faults_of(vocabulary).named(texts, share) if one.fit >= _RARE]


def _leading(found: Sequence[Found]) -> Sequence[Found]:
    """The first, and the second if it is nearly as good."""
    return [one for one in found[:2] if one.fit >= _NEARLY * found[0].fit]


def told_of(found: Found, certainty: float, span: Span) -> Told:
    """A complaint that was found, as a fact."""
    fact = ComplaintFact(
        kind="complaint",
        about=found.entry.name,
        present=True,
        certainty=certainty,
        source=f"understood from: {', '.join(found.words)}",
    )
    return Told(fact, span, found.words)


@lru_cache(maxsize=4)
def parts_of(vocabulary: Vocabulary) -> Search:
    """The parts of the product by what people call them."""
    return search_of(vocabulary, "components", lambda entry: tuple(entry.aliases))


@lru_cache(maxsize=4)
def faults_of(vocabulary: Vocabulary) -> Search:
    """The known faults by what one sees of them."""
    return search_of(vocabulary, "known-faults", attrgetter("title.en", "title.sv"))


def search_of(
    vocabulary: Vocabulary, topic: str, texts: Callable[[Entry], tuple[str, ...]], size: int = _SIZE
) -> Search:
    """The complaints of one topic by their texts."""
    return Search(vocabulary, ("complaint",), lambda e: texts(e) if e.topic == topic else (), size)

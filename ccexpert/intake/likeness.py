"""Which known cases the words of a complaint are like (``knowledge/likeness.py``).

A case is not like a complaint that denies what its title says: *the load is not high*, *the
certificate has not expired*, *only 3 deliveries run*.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from operator import attrgetter

from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.intake.complaints import search_of, told_of
from ccexpert.intake.prose import Sentence
from ccexpert.intake.reading import PROSE_LIMIT, Span, Told
from ccexpert.intake.search import Search
from ccexpert.knowledge.likeness import CASES

#: The share of a case's words, rare ones counting more, that a text must have, most of which are
#: common; how much rare words must add up to; and of how much each is as sure as can be.
_SHARE, _TELLING, _FULL = 0.35, 8.0, 20.0
#: So many known cases that words are like are told.
_CASES = 5
#: The number of cases that the weights of their words are made for.
_SIZE = 640
#: A figure that is said to be little, and what it cannot be.
_LITTLE = re.compile(r"\b(?:only|just|merely|bara|endast|blott)\s(?:about |around |ca )?\d", re.I)
_MUCH = "too many, too large, full, high, hög, slow"


def likenesses(said: Sequence[Sentence], vocabulary: Vocabulary) -> Iterator[Told]:
    """The known cases that sentences are like: where nothing exact was read, they may tell more
    than a place."""
    told = [one for one in said if not one.asks]
    if not any(one.has_trouble for one in told):
        return
    search = cases_of(vocabulary)
    texts = [one.text for one in told]
    span = Span(min(one.span for one in told).start, max(one.span.end for one in told))
    denied = _denied(texts, search)
    cases = search.named([" ".join(texts)], _SHARE)[:_CASES]
    titles = [search.read(case.entry.title.en) for case in cases]
    said_so = [title.means - title.denied for title in titles]
    cases = [case for case, means in zip(cases, said_so, strict=True) if not denied & means]
    full = max([_FULL * PROSE_LIMIT, *(case.fit for case in cases)])
    for case in cases:
        if case.fit >= _TELLING:
            yield told_of(case, round(PROSE_LIMIT * case.fit / full, 2), span)


def _denied(texts: Sequence[str], search: Search) -> frozenset[str]:
    """What sentences say is not so, and none says is."""
    heard = [search.read(text) for text in texts]
    denied = frozenset().union(*(one.denied for one in heard))
    if any(_LITTLE.search(text) for text in texts):
        denied |= search.read(_MUCH).means
    return denied - frozenset(t.means for one in heard for t in one.tokens if t.kind == "trouble")


@lru_cache(maxsize=4)
def cases_of(vocabulary: Vocabulary) -> Search:
    """The known cases by their titles and meanings."""
    said = attrgetter("title.en", "title.sv", "help.en", "help.sv")
    return search_of(vocabulary, CASES, said, size=_SIZE)

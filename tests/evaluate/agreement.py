"""Do report and consultation say the same of what is worth looking at next?

Both are given the first two examples of every card. Which instance is meant is left aside: the
report says it, the consultation may ask.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from tabulate import tabulate

from ccexpert import Expert
from ccexpert.consult import Consultation
from ccexpert.inquiry.policy import Offer

Fact = dict[str, Any]


def situations(expert: Expert, every: int = 1) -> Iterator[tuple[str, dict[str, Any]]]:
    """The first two examples of every so many cards, as documents."""
    for card in list(expert.base.cards.values())[::every]:
        for example in card.examples[:2]:
            name = f"{card.id}: {example.name}"
            yield name, {"platform": example.platform, "facts": list(example.facts)}


def named(expert: Expert, document: dict[str, Any]) -> list[Fact]:
    """What the report names as unknown, in its order."""
    return [_anywhere(unknown.fact) for unknown in expert.diagnose(document).unknown]


def asked(expert: Expert, document: dict[str, Any]) -> tuple[list[Fact], list[Fact]]:
    """What a consultation would ask about now, in its order, and what its next question asks."""
    session = Consultation(expert, document)
    question = session.question()
    while question and not question.things:  # what is seen, and of which instance
        session.answer("unknown")
        question = session.question()

    def facts(offers: Iterable[Offer]) -> list[Fact]:
        found = (one for offer in offers for one in offer.candidates)
        return [_anywhere(c.thing.fact(c.decisive, expert.base.vocabulary)) for c in found]

    return facts(session.offers()), facts([question.offer] if question and question.offer else [])


def _anywhere(fact: Fact) -> Fact:
    return {name: value for name, value in fact.items() if name not in ("instance", "host")}


def report(expert: Expert) -> None:
    """Print in how many situations they say the same."""
    found: Counter[str] = Counter()
    for _, document in situations(expert):
        unknown, (offered, following) = named(expert, document), asked(expert, document)
        found["situations"] += 1
        found["both name something"] += bool(unknown and following)
        found["the consultation alone asks"] += bool(following and not unknown)
        found["the report alone names something"] += bool(unknown and not following)
        found["unknown facts of reports"] += len(unknown)
        found["of those, among the questions"] += sum(fact in offered for fact in unknown)
        found["the first of the report in the next question"] += bool(
            unknown and unknown[0] in following
        )
        found["in the same order"] += unknown == [t for t in offered if t in unknown]
    print(tabulate(found.items(), ("report and consultation", "number")))
    print()

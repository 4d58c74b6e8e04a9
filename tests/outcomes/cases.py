"""The cases of a card: its examples, and the facts in which each of its pieces decides."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice, product
from typing import Any

from ccexpert import Expert, Report
from ccexpert.diagnosis import Diagnosis
from ccexpert.errors import CcexpertError
from ccexpert.facts import KINDS, Platform
from ccexpert.facts.document import document_of
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.knowledge.cards import Card, is_among
from ccexpert.knowledge.patterns import Pattern, Variable
from tests.mutants.mutate import Mutant, mutants

Fact = dict[str, Any]

#: What stands for the variable of a place.
_HERE = {"instance": "prod"}

#: A word by which a message tells whom it concerns.
_SPEAKS_OF = {
    "adobe-service": "IMS service",
    "bounce-mailbox": "POP3",
    "campaign": "nlserver",
    "crm": "Salesforce",
    "database": "database",
    "file-server": "SFTP",
    "other-instance": "mid-sourcing",
    "provider": "SMPP",
    "receiving-domain": "SMTP",
    "relay": "mail relay",
    "web-server": "IIS",
}

#: How sure the facts of a consequence are if they are in doubt.
_DOUBT = 0.6

#: How often a cause and a consequence are put together before it is given up.
_TRIED = 40


@dataclass(frozen=True)
class Case:
    """Facts, and what they are about."""

    name: str
    facts: tuple[Fact, ...]
    platform: Platform = "linux"
    steps: bool = True
    """Whether the steps of the plan matter."""


def written(expert: Expert) -> list[str]:
    """The cards that people wrote; the others are made of lists, and tested with their texts."""
    made = {"faults", "components"}
    sources = expert.base.sources
    return [name for name in expert.base.cards if made.isdisjoint(sources[name].parts)]


def examples(card: Card) -> Iterator[Case]:
    """The examples of a card."""
    for one in card.examples:
        yield Case(one.name, one.facts, one.platform)


def cases(expert: Expert, card: Card) -> Iterator[Case]:
    """All cases of a card."""
    yield from examples(card)
    for mutant in mutants(card):
        if mutant.tells:
            facts = tuple(_fact(p, expert.base.vocabulary) for p in mutant.tells)
            if _can_be_said(expert, facts):
                yield Case(mutant.told, facts, steps=False)
        elif mutant.other:
            yield from _together(expert, card, mutant)
    yield from _with_every_step(expert, card)


def _with_every_step(expert: Expert, card: Card) -> Iterator[Case]:
    """An example of a card with what its steps ask for, as far as that can be true at once."""
    begun = facts = next(iter(_shown(card)), ())
    for action in card.actions if begun else ():
        patterns = action.when.alternatives[0].positive if action.when else ()
        asked = tuple(_fact(pattern, expert.base.vocabulary) for pattern in patterns)
        if _can_be_said(expert, more := _joined(facts, asked)):
            facts = more
    if facts != begun:
        yield Case("with what its steps ask for", facts)


def _fact(pattern: Pattern, vocabulary: Vocabulary) -> Fact:
    """The first fact that a pattern accepts, as a document states it."""
    fact = pattern.as_fact() | (_HERE if isinstance(pattern.get("instance"), Variable) else {})
    if pattern.kind in ("error", "build"):
        kind = KINDS[pattern.kind]
        name, shown = pattern.literals(kind.NAMES[0])[0], pattern.literals(kind.SHOWN)[0]
        said = kind.said((str(name),), str(shown).lower(), vocabulary)
        if (whom := fact.get("whom")) in _SPEAKS_OF:
            said["text"] += f" ({_SPEAKS_OF[whom]})"
        fact = said | {k: v for k, v in fact.items() if k in ("instance", "host", "module")}
    return fact


def _together(expert: Expert, card: Card, mutant: Mutant) -> Iterator[Case]:
    """A card and one of those that it takes under itself, as their examples and signs show them."""
    listed = {*card.takes}
    known = expert.base.cards
    fitting = (n for n in known if n != card.id and is_among(n, (mutant.other,)))
    name = next((n for n in fitting if n == mutant.other or n not in listed), None)
    if name is None:
        return
    others = [*_shown(known[name]), *_signs(known[name], expert.base.vocabulary)]

    pairs = product((None, _DOUBT), _shown(card), others)
    joined = (_joined(one, other, doubt) for doubt, one, other in pairs)
    yield from _first(expert, f"with {name}", joined, partial(_is_under, name, card.id))
    ones = [*_shown(card), *_signs(card, expert.base.vocabulary)]
    if mutant.sort == "refines" and is_among(name, card.consequences):
        joined = (_joined(other, one, _DOUBT) for other, one in product(others, ones))
        yield from _first(
            expert, f"in doubt, with {name}", joined, partial(_is_refined, name, card.id)
        )


def _first(
    expert: Expert,
    told: str,
    joined: Iterable[tuple[Fact, ...]],
    wanted: Callable[[Report], bool],
) -> Iterator[Case]:
    """The first of some facts of which the report is as wanted, if there is one soon."""
    possible = (facts for facts in joined if _can_be_said(expert, facts))
    fitting = (f for f in islice(possible, _TRIED) if wanted(expert.diagnose({"facts": list(f)})))
    yield from (Case(told, facts, steps=False) for facts in islice(fitting, 1))


def _shown(card: Card) -> list[tuple[Fact, ...]]:
    """The facts in which a card comes first, all on one instance."""
    return [
        tuple(f | _HERE if f.get("instance", "default") != "default" else f for f in one.facts)
        for one in card.examples
        if one.expect.rank == 1
    ]


def _signs(card: Card, vocabulary: Vocabulary) -> list[tuple[Fact, ...]]:
    """The facts of each piece of evidence for a card."""
    return [
        tuple(_fact(pattern, vocabulary) for pattern in rule.when.alternatives[0].positive)
        for rule in card.evidence
        if rule.certainty > 0
    ]


def _joined(
    one: tuple[Fact, ...], other: tuple[Fact, ...], doubt: float | None = None
) -> tuple[Fact, ...]:
    """The facts of both; those of the other in doubt, so that it is not the surer."""
    more = (fact for fact in other if fact not in one)
    return (*one, *(fact | {"certainty": doubt} if doubt else fact for fact in more))


def _is_under(card: str, cause: str, report: Report) -> bool:
    """Whether a card stands under its cause."""
    return any(_below(card, cause, report))


def _is_refined(card: str, cause: str, report: Report) -> bool:
    """Whether a card stands under its cause although it is the surer of the two: what the cause
    also explains, it refines only there."""
    return any(under.certainty > above.certainty for under, above in _below(card, cause, report))


def _below(card: str, cause: str, report: Report) -> Iterator[tuple[Diagnosis, Diagnosis]]:
    """A card that stands under its cause, and the cause."""
    above = [d for d in (*report.diagnoses, *report.explained) if d.id == cause]
    under = (d for d in report.explained if d.id == card and d.explained_by == cause)
    yield from product(under, above)


def _can_be_said(expert: Expert, facts: tuple[Fact, ...]) -> bool:
    """Whether facts can all be true at once."""
    try:
        expert.settle([document_of({"facts": list(facts)})])
    except CcexpertError:
        return False
    return True

"""Checks that the sources exist and are about this product."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from difflib import get_close_matches

from ccexpert.errors import Steps
from ccexpert.knowledge.cards import Card
from ccexpert.knowledge.inferences import Inference
from ccexpert.knowledge.references import ELSEWHERE, FILE, Reference
from ccexpert.verify.lint.finding import Around, Found

#: The tables of other programs (RFCs, manuals) are cited by their address.
_ELSEWHERE_ON_THE_WEB = "https://"


def check(card: Card, around: Around) -> Iterator[Found]:
    """Check the sources of a card and of its single pieces of evidence and steps."""
    if not card.references:
        yield Found("no-reference", ("id",), "the card names no source")
    yield from known(card.references, (), around.references)
    for number, evidence in enumerate(card.evidence):
        yield from known(evidence.references, ("evidence", number), around.references)
    for number, action in enumerate(card.actions):
        yield from known(action.references, ("actions", number), around.references)


def check_inference(inference: Inference, around: Around) -> Iterator[Found]:
    """Check the sources of an inference."""
    yield from known(inference.references, (), around.references)


def known(names: Iterable[str], path: Steps, listed: Mapping[str, Reference]) -> Iterator[Found]:
    """The names that no list has, and those of sources about another product."""
    for number, name in enumerate(names):
        where: Steps = (*path, "references", number)
        if name in listed and listed[name].product == ELSEWHERE:
            yield Found(
                "other-product",
                where,
                f"'{name}' ({listed[name].title}) is about another product than Campaign Classic",
            )
        elif name not in listed and not name.startswith(_ELSEWHERE_ON_THE_WEB):
            yield Found(
                "unknown-reference",
                where,
                f"no page or article is called '{name}'{_meant(name, listed)}; sources of your own "
                f"stand in {FILE.as_posix()} of the pack",
            )


def _meant(name: str, listed: Collection[str]) -> str:
    near = get_close_matches(name, listed, 1, 0.8)
    return f", did you mean '{near[0]}'?" if near else ""

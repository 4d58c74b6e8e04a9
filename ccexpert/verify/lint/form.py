"""Checks that a card is complete: its examples, its texts, and other required parts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ccexpert.errors import Steps
from ccexpert.facts.entries import Text
from ccexpert.knowledge.cards import ActionRule, Card
from ccexpert.verify.lint.finding import Around, Found
from ccexpert.verify.lint.labels import misnamed

_UNFINISHED = re.compile(r"\b(TODO|FIXME|TBD|XXX)\b")


def check(card: Card, _: Around) -> Iterator[Found]:
    """What is missing or unfinished on a card."""
    yield from _examples(card)
    yield from _texts(card.model_dump(), ())
    yield from _translations(card)
    if not card.false_positives:
        yield Found("no-false-positives", ("id",), "the card names no false positive", "warning")


def _examples(card: Card) -> Iterator[Found]:
    expected = [example.expect for example in card.examples]
    kinds = {
        "fires ({rank: n})": any(e.rank for e in expected),
        "does not fire (silent or ruled-out)": any(e.outcome for e in expected),
        "lets a rival win ({below: id} or {explained-by: id})": any(
            e.below or e.explained_by for e in expected
        ),
    }
    for kind, there in kinds.items():
        if not there:
            yield Found("missing-example", ("examples",), f"no example that {kind}")
    if any(_needs_proof(action) for action in card.actions):
        for field, proven in (
            ("plan", any(e.plan for e in expected)),
            ("never", any(e.never for e in expected)),
        ):
            if not proven:
                yield Found(
                    "unproven-step",
                    ("examples",),
                    f"a restart or a loss of data needs an example whose 'expect' has '{field}'",
                )


def _needs_proof(action: ActionRule) -> bool:
    return action.kind == "restart" or action.risk == "loses-data"


def _texts(data: Any, path: Steps) -> Iterator[Found]:
    """Unfinished words anywhere in the texts of a card."""
    if isinstance(data, str) and _UNFINISHED.search(data):
        yield Found("unfinished", path, f"unfinished text: '{data[:60]}'")
    items = data.items() if isinstance(data, dict) else enumerate(data) if _is_list(data) else ()
    for step, value in items:
        yield from _texts(value, (*path, step))


def _is_list(data: Any) -> bool:
    return isinstance(data, (list, tuple))


def _translations(card: Card) -> Iterator[Found]:
    texts: list[tuple[Steps, Text]] = [(("title",), card.title), (("meaning",), card.meaning)]
    texts += [(("evidence", i, "because"), e.because) for i, e in enumerate(card.evidence)]
    texts += [(("refines", i, "because"), r.because) for i, r in enumerate(card.refines)]
    texts += [(("explains", i, "because"), r.because) for i, r in enumerate(card.explains)]
    texts += [(("actions", i, "text"), a.text) for i, a in enumerate(card.actions)]
    for path, text in texts:
        if text.en == text.sv and len(text.en.split()) > 2:
            yield Found("untranslated", path, "the Swedish text is the English one")
        yield from misnamed(text, path)

"""Leaving a source out takes away what was written from it, and nothing else."""

from __future__ import annotations

from ccexpert import Expert
from ccexpert.knowledge.packs import cached
from tests.evaluate.without import without

SOURCE = "KA-14962"
FACT = {"kind": "error", "module": "web", "text": "Request Entity Too Large"}


def test_the_cards_of_a_source_are_gone_and_the_others_are_there() -> None:
    base = cached()
    left = without(base, SOURCE)
    gone = base.cards.keys() - left.cards.keys()
    assert "upload-limit" in gone
    assert all(SOURCE in base.cards[name].cited for name in gone)
    assert not any(SOURCE in card.cited for card in left.cards.values())


def test_the_signatures_of_a_source_recognise_nothing() -> None:
    base = cached()
    (name, *_) = [e.name for e in base.vocabulary.errors if SOURCE in e.references and e.fragments]
    fragment = base.vocabulary.error(name).fragments[0]  # type: ignore[union-attr]
    left = without(base, SOURCE).vocabulary
    assert name in base.vocabulary.recognition.signatures(None, fragment)
    assert name not in left.recognition.signatures(None, fragment)
    assert left.has("error", name)


def test_the_rest_still_diagnoses() -> None:
    report = Expert(base=without(cached(), SOURCE)).diagnose([FACT])
    assert "upload-limit" not in {d.id for d in report.diagnoses}

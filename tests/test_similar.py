"""Words that are no diagnosis and no code: what comes nearest is shown apart, and called so."""

from __future__ import annotations

from ccexpert.handbook.similar import similar_page
from ccexpert.knowledge.packs import cached, shipped
from ccexpert.knowledge.references import Reference, known_references
from tests.kit import ccexpert

REFERENCES = known_references((shipped(),)).values()


def test_similar_cases_and_pages_are_found_by_their_words() -> None:
    said = similar_page("push notification token is not stored", cached(), REFERENCES, "en")
    assert said.startswith("Not known")
    assert "not a diagnosis" in said
    assert "push-token-is-in-event" in said
    assert "KA-22844" in said


def test_words_that_are_like_nothing_are_said_to_be_so() -> None:
    assert "Inget liknande" in similar_page("flux capacitor", cached(), REFERENCES, "sv")


def test_pages_about_another_product_are_left_out() -> None:
    other = Reference("KA-99999", "Flux capacitor offline", "other")
    assert "KA-99999" not in similar_page("flux capacitor offline", cached(), [other], "en")


def test_explain_takes_words_in_quotes() -> None:
    done = ccexpert("explain", "the heatmap keeps showing the last run")
    assert done.returncode == 0
    assert "heatmap-keeps-last-run" in done.stdout

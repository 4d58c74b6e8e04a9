"""Words that are no diagnosis and no code: what comes nearest is shown apart, and called so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ccexpert import Expert, read
from ccexpert.certainty import FINDING
from ccexpert.facts.document import document_of
from ccexpert.handbook.similar import similar_page
from ccexpert.knowledge.packs import cached, shipped
from ccexpert.knowledge.references import Reference, known_references
from ccexpert.words import LANGUAGES, Language
from tests.kit import ccexpert, document

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


# --- in a report ---

MESSAGE = {
    "kind": "error",
    "code": "XSV-999999",
    "text": "XSV-999999 The push notification token is not stored",
}
STAT = {"kind": "process", "module": "stat", "instance": "prod", "state": "missing"}
CALLED = {"en": "Not a diagnosis: the known cases", "sv": "Ingen diagnos: de kända fall"}


def test_a_report_that_finds_nothing_shows_what_comes_nearest(expert: Expert) -> None:
    report = expert.diagnose([MESSAGE])
    assert report.diagnoses == ()
    names = [one.name for one in report.similar]
    assert "KA-22844" in names
    assert len(names) <= 3
    assert [one["name"] for one in report.to_dict()["similar"]] == names


def test_a_complaint_with_unsure_diagnoses_shows_other_cases_only(expert: Expert) -> None:
    report = expert.diagnose([{"kind": "complaint", "about": "neo-51516", "present": True}])
    ranked = {one.id for one in (*report.diagnoses, *report.explained)}
    assert ranked
    assert all(one.certainty < FINDING for one in report.diagnoses)
    assert report.similar
    assert ranked.isdisjoint(one.name for one in report.similar)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["table", "markdown", "html"])
def test_it_is_called_no_diagnosis_in_every_format(
    name: str, language: Language, expert: Expert
) -> None:
    text = expert.diagnose([MESSAGE], language=language).render(name)
    assert CALLED[language] in text
    assert "KA-22844" in text.partition(CALLED[language])[2].replace("\\", "")


def test_beside_a_finding_nothing_is_searched(
    expert: Expert, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Expert, "_nearest", property(lambda _: pytest.fail("searched")))
    report = expert.diagnose([MESSAGE, STAT])
    assert report.status == "findings"
    assert report.unexplained
    assert report.similar == ()
    assert CALLED["en"] not in report.render("table")


def test_where_nothing_is_wrong_nothing_is_searched(
    expert: Expert, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Expert, "_nearest", property(lambda _: pytest.fail("searched")))
    assert expert.diagnose([STAT | {"state": "running"}]).similar == ()


def test_the_short_report_does_not_search(expert: Expert, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Expert, "_similar", lambda *_: pytest.fail("searched"))
    assert "Not explained" in expert.diagnose([MESSAGE]).render("short")


def test_words_that_are_like_nothing_add_nothing(expert: Expert) -> None:
    report = expert.diagnose([MESSAGE | {"text": "XSV-999999 flux capacitor"}])
    assert report.unexplained
    assert report.similar == ()
    assert CALLED["en"] not in report.render("table")


def test_sentences_that_are_not_understood_are_searched(expert: Expert) -> None:
    reading = read("The heatmap keeps the picture of yesterday for our runs.")
    assert reading.told == ()
    given = document_of(reading.document)
    nearest = expert.diagnose_documents([given], said=reading.unread).similar
    assert [one.name for one in nearest] == ["heatmap-keeps-last-run"]
    assert expert.diagnose_documents([given]).similar == ()


def test_the_pages_of_a_pack_are_searched_too(tmp_path: Path) -> None:
    (tmp_path / "facts").mkdir()
    page = "name,title,product\nOPS-7,The flux capacitor of the site is not stored,classic\n"
    (tmp_path / "facts" / "references.csv").write_text(page)
    said = MESSAGE | {"text": "XSV-999999 the flux capacitor of the site is not stored"}
    folder = str(tmp_path)
    done = ccexpert(*("diagnose", "-", "--format", "json", "--rules", folder), stdin=document(said))
    assert json.loads(done.stdout)["similar"][0]["name"] == "OPS-7"

"""Finding the words of the vocabulary, by whatever an author calls a thing."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

from ccexpert.facts import KINDS
from ccexpert.intake.found import all_texts
from ccexpert.intake.search import Search
from ccexpert.knowledge.packs import cached
from tests.kit import ROOT, ccexpert


@cache
def search() -> Search:
    kinds = dict.fromkeys(fact.VOCABULARY for fact in KINDS.values())
    return Search(cached().vocabulary, kinds, all_texts)


def found(*words: str, rules: Path | None = None) -> list[dict[str, str]]:
    more = ("--rules", rules) if rules else ()
    rows: list[dict[str, str]] = json.loads(
        ccexpert("facts", "find", *words, "--format", "json", *more).stdout
    )
    return rows


@pytest.mark.parametrize(
    ("words", "kind", "name"),
    [
        ("disk full", "indicator", "disk"),
        ("could not extend file", "error", "database-disk-full"),
        ("ORA-01653", "error", "database-disk-full"),
        ("studspostlåda", "setting", "bounce-account"),
        ("statServerAddress", "setting", "statServerAddress"),
        ("8080", "port", "8080/tcp"),
        ("xmllint", "probe", "config-files"),
    ],
    ids=str,
)
def test_a_thing_is_found_by_title_message_code_name_or_help_in_both_languages(
    words: str, kind: str, name: str
) -> None:
    assert (kind, name) in {(one.kind, one.entry.name) for one in search().find(words, 10)}


def test_what_is_found_says_which_states_a_card_may_ask_for() -> None:
    (clock,) = (row for row in found("clocks", "of", "the", "servers") if row["name"] == "clock")
    assert clock["states"] == "ok, wrong"


def test_the_words_of_a_site_are_found_too() -> None:
    names = {
        row["name"] for row in found("newsletter", "late", rules=ROOT / "examples" / "site-pack")
    }
    assert "site-newsletter-late" in names


def test_words_that_mean_nothing_are_said_to_find_nothing() -> None:
    done = ccexpert("facts", "find", "quux")
    assert (done.returncode, done.stdout) == (0, "")
    assert "nothing in the vocabulary fits these words" in done.stderr


def test_the_page_shows_what_is_printed() -> None:
    page = (ROOT / "facts" / "README.md").read_text(encoding="utf-8")
    shown = page.split("$ ccexpert facts find could not extend file --most 2\n")[1].split("```")[0]
    printed = ccexpert("facts", "find", "could", "not", "extend", "file", "--most", "2").stdout
    assert shown == printed

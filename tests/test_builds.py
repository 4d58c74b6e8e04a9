"""The build of a server is a fact, and cards ask whether it lies in a range."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccexpert import Expert
from ccexpert.errors import KnowledgeError
from ccexpert.facts import BuildFact
from ccexpert.facts.builds import BuildRange, read_range
from ccexpert.intake import read
from ccexpert.observe.builds import builds_in
from tests.kit import ccexpert

EXPERT = Expert()
NUMBER = st.integers(1000, 99_998)


@pytest.mark.parametrize(
    ("banner", "number", "version"),
    [
        ("Application server for Adobe Campaign Classic (7.3.4 build 9364@8f3ef8e of 09/04/2023)",
         9364, "7.3.4"),
        ("14:03:23 >   Application server for Adobe Campaign Classic (7 21.1.3 build 9330@ab12 of "
         "11/05/2021)", 9330, "7 21.1.3"),
        ("Application server for Adobe Campaign Version 6.1 (build 8763) dated 03/11/2016",
         8763, "6.1"),
        ("Application server for Adobe Campaign (8.5.2 build 9390@1234abc of 10/10/2023)",
         9390, "8.5.2"),
        ("Application server for Neolane v6 (build 7182)", 7182, "6"),
        ("<redir status='OK' date='2021-08-27 08:02:07.963-07' build='9236' host='c.example.com'/>",
         9236, None),
    ],
)  # fmt: skip
def test_a_banner_tells_the_build(banner: str, number: int, version: str | None) -> None:
    (shown,) = builds_in(banner, "a banner")
    assert (shown.number, shown.version) == (number, version)


@pytest.mark.parametrize(
    "text",
    ["we build 9364 segments", "Application server of the customer", "build 9364", "room 9364"],
)
def test_a_number_without_its_banner_is_no_build(text: str) -> None:
    assert list(builds_in(text, "a text")) == []


def test_a_pasted_banner_gives_a_fact_with_its_place() -> None:
    banner = (
        "Application server for Adobe Campaign Classic (7.3.4 build 9364@8f3ef8e of 09/04/2023)"
    )
    text = f"Hello,\nthis is what it says:\n\n{banner}\nweb@default (9) - 50 MB\n"
    (told,) = [told for told in read(text).told if told.fact.kind == "build"]
    assert told.fact.label == "build 9364"
    assert told.span.of(text).startswith("Application server")


@given(NUMBER, NUMBER)
def test_ranges_are_those_of_numbers(bound: int, number: int) -> None:
    assert read_range(f"<{bound}").holds(number) == (number < bound)
    assert read_range(f"<={bound}").holds(number) == (number <= bound)
    assert read_range(f">{bound}").holds(number) == (number > bound)
    assert read_range(f">={bound}").holds(number) == (number >= bound)
    assert read_range(f"{bound}").holds(number) == (number == bound)


@given(NUMBER, NUMBER, NUMBER)
def test_a_range_holds_both_ends_and_all_between(first: int, last: int, number: int) -> None:
    first, last = sorted((first, last))
    assert read_range(f"{first}-{last}").holds(number) == (first <= number <= last)


def not_refused(text: str) -> BuildRange | None:
    try:
        return read_range(text)
    except KnowledgeError:
        return None


@given(st.text(alphabet="<>=0123456789-. b", max_size=12))
def test_whatever_is_read_as_a_range_holds_some_build(text: str) -> None:
    if read := not_refused(text):
        assert read.least <= read.most


@pytest.mark.parametrize("text", ["", "9364+", "<9", "9182-9032", "< 9364", "<9364-9400", "7.3.4"])
def test_these_are_no_ranges(text: str) -> None:
    with pytest.raises(KnowledgeError, match="write <9364, >=9364, 9364 or 9032-9182"):
        read_range(text)


def ranks(*facts: dict[str, object]) -> dict[str, float]:
    report = EXPERT.diagnose(list(facts))
    return {d.id: d.certainty for d in report.diagnoses}


SMS: dict[str, object] = {"kind": "symptom", "name": "sms-not-sent", "present": True}


def test_a_card_that_asks_for_a_range_holds_inside_and_not_outside() -> None:
    inside = ranks(SMS, {"kind": "build", "number": 9180})
    outside = ranks(SMS, {"kind": "build", "number": 9364})
    assert inside["sms-tls-host-name"] > outside.get("sms-tls-host-name", 0.0)


def test_an_answer_about_a_range_counts_as_a_number_does() -> None:
    said = {"kind": "build", "within": "from-9178-to-9187", "present": True}
    assert ranks(SMS, said) == ranks(SMS, {"kind": "build", "number": 9187})


@pytest.mark.parametrize(
    ("fact", "sentence"),
    [
        ({"kind": "build"}, "either its number or a range"),
        (
            {"kind": "build", "number": 9364, "within": "before-9178"},
            "either its number or a range",
        ),
        ({"kind": "build", "number": 9364, "present": False}, "leave 'present' out"),
        ({"kind": "build", "within": "before-917"}, "did you mean 'before-9178'"),
    ],
)
def test_a_build_that_says_too_little_or_too_much_is_refused(
    fact: dict[str, object], sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        EXPERT.diagnose([fact])


def test_lint_names_a_range_that_is_none(tmp_path: Path) -> None:
    folder = tmp_path / "facts" / "build"
    folder.mkdir(parents=True)
    (folder / "mine.yaml").write_text(
        "kind: build\ntopic: mine\nentries:\n  - name: old\n    range: '< 9000'\n"
        "    title: {en: Old, sv: Gammal}\n    question: {en: Is it old?, sv: Är den gammal?}\n"
        "    help: {en: Look., sv: Titta.}\n    minutes: 1\n",
        encoding="utf-8",
    )
    said = ccexpert("rules", "lint", str(tmp_path))
    assert "'< 9000' is not a range of builds" in said.stdout + said.stderr


@pytest.mark.parametrize(
    ("text", "older", "newer"),
    [
        ("We run Campaign 7.3.1 on RHEL 7.9.", "before-9356", "before-9352"),
        ("Since 7.3.1 nothing leaves.", "before-9356", "before-9352"),
        ("Campaign Classic v7.2 here, tracking is late.", "before-9352", "before-9346"),
        ("Efter 7.3.5 är rapporterna tomma.", "before-9383", "before-9368"),
    ],
)
def test_the_name_of_a_release_tells_between_which_builds_it_is(
    text: str, older: str, newer: str
) -> None:
    found = read(text).document.facts
    told = {f.within: f.present for f in found if isinstance(f, BuildFact)}
    assert told == {older: True, newer: False}


@pytest.mark.parametrize(
    "text",
    ["This is fixed in 7.3.1.", "We plan the upgrade to 7.4.1.", "Since 21.11.24 it fails.",
     "The database is PostgreSQL 7.4.1."],
)  # fmt: skip
def test_a_release_that_does_not_run_here_tells_nothing(text: str) -> None:
    assert not [f for f in read(text).document.facts
                if isinstance(f, BuildFact)]  # fmt: skip


def test_older_than_one_build_is_older_than_all_later_ones() -> None:
    fact = BuildFact(kind="build", within="before-9352")
    told = {
        face.fields["range"]: face.fields["present"] for face in fact.faces(EXPERT.base.vocabulary)
    }
    assert told["before-9368"] is True
    assert told["from-9383"] is False
    assert "before-9346" not in told

"""From documents to one case: no fact is lost, nothing is lent, and the order never matters."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccexpert import Expert
from ccexpert.errors import FactsError
from ccexpert.facts import Fact, Observed
from ccexpert.facts.case import Case, labels_of, settle
from ccexpert.facts.document import Document, document_of
from tests.kit import small_vocabulary

VOCABULARY = small_vocabulary()
EXPERT = Expert()

Data = dict[str, Any]


def process(module: str = "mta", state: str = "running", **more: Any) -> Data:
    return {"kind": "process", "module": module, "state": state, **more}


def symptom(name: str = "symptom-0", **more: Any) -> Data:
    return {"kind": "symptom", "name": name, "present": True, **more}


def document(*facts: Data, **fields: Any) -> Document:
    return document_of({"facts": list(facts), **fields})


def case(*documents: Document) -> Case:
    return settle(documents, VOCABULARY)


def labels(found: Case) -> list[str]:
    return list(labels_of(found.facts))


def test_a_host_without_instances_keeps_its_facts_beside_one_that_names_some() -> None:
    found = case(
        document(process(instance="prod"), host="mta-1"), document(symptom(), host="app-1")
    )
    assert labels(found) == [
        "process mta@prod = running [mta-1]",
        "symptom symptom-0 = true [app-1]",
    ]


def test_what_is_critical_alone_is_critical_beside_another_host() -> None:
    well = {"host": "a", "facts": [process(instance="prod")]}
    ill = {
        "host": "b",
        "facts": [
            {"kind": "job", "type": "export", "state": "failed"},
            {"kind": "symptom", "name": "emails-not-sent", "present": True},
        ],
    }
    alone, together = EXPERT.diagnose(ill), EXPERT.diagnose(well, ill)
    assert [d.id for d in alone.diagnoses] == [d.id for d in together.diagnoses]
    assert alone.status == together.status == "findings"


def test_a_fact_without_host_is_about_every_host_and_only_the_instances_that_run_there() -> None:
    found = case(
        document(process(instance="a", host="h1"), process(instance="b", host="h2"), symptom())
    )
    assert [text for text in labels(found) if text.startswith("symptom")] == [
        "symptom symptom-0@a = true [h1]",
        "symptom symptom-0@b = true [h2]",
    ]


def test_what_a_host_says_itself_counts_instead_of_what_is_said_of_all() -> None:
    found = case(
        document(symptom(present=False, host="h1"), symptom(host="h2")),
        document({"kind": "symptom", "name": "symptom-0", "present": True}),
    )
    assert labels(found) == [
        "symptom symptom-0 = false [h1]",
        "symptom symptom-0 = true [h2]",
    ]


@pytest.mark.parametrize(
    ("where", "there"), [({"host": "h1"}, "missing"), ({"instance": "prod"}, "running")]
)
def test_what_is_said_of_a_host_or_an_instance_counts_instead_of_what_is_said_of_all(
    where: Data, there: str
) -> None:
    ran = [symptom(instance="prod", host=host) for host in ("h1", "h2")]
    found = case(document(process(state="missing"), process(**where), *ran))
    assert [text for text in labels(found) if text.startswith("process")] == [
        "process mta@prod = running [h1]",
        f"process mta@prod = {there} [h2]",
    ]


def test_a_fact_of_certainty_zero_hides_nothing_and_lends_no_instance() -> None:
    nothing = [
        symptom(instance="prod", certainty=0),
        process("stat", "missing", instance="staging", certainty=0),
    ]
    assert labels(case(document(symptom(), *nothing))) == ["symptom symptom-0 = true"]


def test_what_was_seen_counts_where_something_else_follows_from_another_fact() -> None:
    """The service is active, so the watchdog should run; the list shows that it does not."""
    active = {"kind": "probe", "name": "service-status", "result": "ok"}
    seen = {"kind": "process", "module": "watchdog", "state": "missing"}
    reasoned, _ = EXPERT.examine(EXPERT.settle([document(active, seen)]))
    assert [f.state for f in reasoned.facts if f.kind == "process"] == ["missing"]
    reasoned, _ = EXPERT.examine(EXPERT.settle([document(active)]))
    assert [f.state for f in reasoned.facts if f.kind == "process"] == ["running"]


def test_one_host_is_the_host_although_its_document_does_not_name_it() -> None:
    """A set that also holds None once gave now this, now that."""
    for name in "abcdefghijklmnop":
        assert case(document(process(host=name))).host == name


WINDOWS = document(process(), host="app-1", platform="windows")


@pytest.mark.parametrize(
    ("others", "host"),
    [
        ([document(symptom(), host="app-1")], "app-1"),
        ([document(symptom())], "app-1"),
        ([document(symptom(), host="app-2", platform="linux"), document(symptom())], "app-1"),
        ([document(process(host="db-1"), host="app-2", platform="windows")], "db-1"),
    ],
)
def test_a_document_without_platform_changes_none(others: list[Document], host: str) -> None:
    orders = permutations([WINDOWS, *others])
    assert {case(*order).platform(host) for order in orders} == {"windows"}


def test_the_host_itself_is_believed_before_one_that_mentions_it() -> None:
    mentioned = document(process(host="app-1"), host="app-2", platform="linux")
    assert case(mentioned, WINDOWS).platform("app-1") == "windows"
    assert case(mentioned, WINDOWS).platform("app-2") == "linux"


def test_without_a_word_it_is_linux() -> None:
    assert case(document(symptom(), host="app-1")).platform("app-1") == "linux"


def test_two_platforms_of_one_host_are_refused() -> None:
    with pytest.raises(FactsError) as error:
        case(WINDOWS, document(host="app-1", platform="linux"))
    assert str(error.value) == (
        "facts, platform: the platform is linux here and windows in facts; keep one, or say which "
        "host each document is about"
    )


def test_commands_follow_the_platform_in_whatever_order() -> None:
    down = {"host": "app-1", "platform": "windows", "facts": [process(state="missing")]}
    complaint = {
        "host": "app-1",
        "facts": [{"kind": "symptom", "name": "no-process-starts", "present": True}],
    }
    for documents in permutations([down, complaint]):
        assert {a.platform for a in EXPERT.diagnose(*documents).plan} == {"windows"}


def test_more_copies_than_anybody_could_mean_are_refused_in_one_sentence() -> None:
    named = [process(instance=f"i{n}") for n in range(300)]
    unnamed = [{"kind": "workflow", "name": f"w{n}", "state": "failed"} for n in range(300)]
    with pytest.raises(FactsError) as error:
        case(document(*named, *unnamed))
    assert str(error.value) == (
        "facts, facts[334]: facts without instance or host would produce more than 10000 copies; "
        "name their instance and host, or diagnose fewer documents together"
    )


class Counting(tuple[Fact, ...]):
    """Facts that count how often one of them is taken."""

    taken = 0

    def __iter__(self) -> Any:
        for fact in super().__iter__():
            Counting.taken += 1
            yield fact


def test_labels_take_each_fact_a_few_times() -> None:
    facts = case(document(*(process(instance=f"i{n}") for n in range(200)))).facts
    assert len(labels_of(Counting(facts))) == 200
    assert Counting.taken <= 3 * 200


def test_settling_reads_each_fact_a_few_times(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    keys = Observed.key.fget  # type: ignore[attr-defined]

    def key(fact: Fact) -> tuple[str, ...]:
        read.append(fact.kind)
        return keys(fact)  # type: ignore[no-any-return]

    monkeypatch.setattr(Observed, "key", property(key))
    counts = []
    for number in (50, 200):
        read.clear()
        case(document(*(process(instance=f"i{n}", host=f"h{n}") for n in range(number))))
        counts.append(len(read))
    assert counts[1] <= 4 * counts[0]


PLACES = st.fixed_dictionaries(
    {
        "host": st.sampled_from([None, "h1", "h2"]),
        "instance": st.sampled_from([None, "a", "b"]),
        "certainty": st.sampled_from([0, 0.5, 1]),
    }
)
THINGS = st.sampled_from(
    [
        process(),
        process("web"),
        symptom(),
        symptom("symptom-1"),
        {"kind": "workflow", "state": "failed"},
        {"kind": "error", "code": "XSV-350013"},
        {"kind": "setting", "name": "setting-0", "state": "wrong"},
    ]
)
FACTS = st.builds(
    lambda thing, place: {k: v for k, v in (thing | place).items() if v is not None}, THINGS, PLACES
)


def same_thing(one: Fact, other: Fact) -> bool:
    """Whether both are about one thing, and the other says at least as much of where it is."""
    return all(a in ("", b) for a, b in zip(one.key, other.key, strict=True))


@given(st.lists(st.lists(FACTS, max_size=4), min_size=1, max_size=3), st.randoms())
def test_every_fact_is_in_the_case(facts: list[list[Data]], chance: Any) -> None:
    documents = [document(*some) for some in facts]
    found = case(*documents)
    for fact in (fact for one in documents for fact in one.content.facts if fact.certainty):
        assert any(same_thing(fact, kept) for kept in found.facts), f"{fact.label} is lost"
    chance.shuffle(documents)
    assert case(*documents) == found

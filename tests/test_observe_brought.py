"""Outputs of other programs that people bring along."""

from __future__ import annotations

import pytest

from ccexpert.intake import read
from tests import brought


def facts(text: str) -> set[str]:
    return {told.fact.label for told in read(text).told}


@pytest.mark.parametrize(("text", "seen"), [
    (brought.DF, {"indicator disk = alert"}),
    (brought.FREE, {"indicator memory = alert", "indicator swap = ok"}),
    (brought.OLD_FREE, {"indicator memory = ok", "indicator swap = ok"}),
    (brought.FREE.replace("1480", "6000"), {"indicator memory = ok", "indicator swap = ok"}),
    (brought.IPCS, {"indicator shared-memory-segments = alert"}),
    (brought.ACTIVITY, {"symptom database-blocked = true", "symptom database-slow = true"}),
    (brought.LOCKS, {"symptom database-blocked = true"}),
    (brought.NO_LOCKS, {"symptom database-blocked = false"}),
])  # fmt: skip
def test_an_output_says_what_stands_in_it(text: str, seen: set[str]) -> None:
    assert facts(text) == seen


def test_the_fullest_disk_is_told_and_what_is_full_by_nature_is_none() -> None:
    (told,) = read(brought.DF).told
    assert getattr(told.fact, "value", None) == "/usr/local/neolane 95 %"
    assert "/usr/local/neolane" in told.span.of(brought.DF)


@pytest.mark.parametrize("text", [brought.SS, brought.NETSTAT])
def test_ports_are_judged_by_who_holds_them(text: str) -> None:
    seen = facts(text)
    assert {"port 8005/tcp (nlserver) = bound", "port 8080/tcp (java) = in-use"} <= seen
    assert not any("free" in label for label in seen)


def test_udp_is_seen_in_netstat() -> None:
    assert "port 6666/udp (nlserver) = bound" in facts(brought.NETSTAT)


def test_a_core_file_tells_the_module_and_the_signal() -> None:
    seen = facts(brought.BACKTRACE)
    assert {"symptom module-crash = true", "indicator core-files = alert"} <= seen
    assert any("SIGSEGV" in label and "mta" in label for label in seen)


def test_a_stack_of_a_living_process_is_no_crash() -> None:
    reading = read(brought.STACK)
    assert reading.told == ()
    assert [item.source for item in reading.not_observed] == ["backtrace"]


def test_a_bounce_says_why_and_nothing_of_whom() -> None:
    (told,) = read(brought.BOUNCE).told
    text = getattr(told.fact, "text", "")
    assert "550 5.7.1 Message rejected as spam by" in text
    assert "content filtering" in text
    assert "anna@" not in told.fact.model_dump_json()


def test_a_table_of_something_else_is_named() -> None:
    reading = read(" name | age\n------+-----\n Anna | 33\n(1 row)\n")
    assert reading.told == ()
    assert "columns say nothing that is known: age, name" in reading.not_observed[0].reason


@pytest.mark.parametrize("name", brought.SAMPLES)
def test_a_cut_output_never_says_more_than_the_whole(name: str) -> None:
    lines = brought.SAMPLES[name].split("\n")
    for number in range(1, len(lines)):
        cut = read("\n".join(lines[:number]))
        kinds = {told.fact.kind for told in cut.told}
        assert kinds <= {told.fact.kind for told in read(brought.SAMPLES[name]).told}

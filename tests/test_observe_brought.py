"""Outputs of other programs that people bring along."""

from __future__ import annotations

import pytest

from ccexpert import Expert
from ccexpert.intake import read
from tests import brought


def facts(text: str) -> set[str]:
    return {told.fact.label for told in read(text).told}


BLOCKED, LONG = "symptom database-blocked", "symptom database-statement-long = true"


@pytest.mark.parametrize(("text", "seen"), [
    (brought.DF, {"indicator disk = alert"}),
    (brought.FREE, {"indicator memory = alert", "indicator swap = ok"}),
    (brought.OLD_FREE, {"indicator memory = ok", "indicator swap = ok"}),
    (brought.TOP, {"indicator load = alert", "indicator memory = warning", "indicator swap = ok"}),
    (brought.OLD_TOP, {"indicator load = ok", "indicator memory = ok", "indicator swap = ok"}),
    (brought.FREE.replace("1480", "6000"), {"indicator memory = ok", "indicator swap = ok"}),
    (brought.IPCS, {"indicator shared-memory-segments = alert"}),
    (brought.ACTIVITY, {f"{BLOCKED} = true", LONG}),
    (brought.SQLPLUS, {f"{BLOCKED} = true", LONG}),
    (brought.SQLCMD, {f"{BLOCKED} = false", LONG}),
    (brought.LOCKS, {"symptom database-blocked = true"}),
    (brought.NO_LOCKS, {"symptom database-blocked = false"}),
    (brought.APACHE, {"context debian = false", "process webserver = running"}),
    (brought.IIS, {"process webserver = missing"}),
    (brought.POSTGRES, {"process database = missing"}),
    (brought.POSTGRES.replace("failed (Result: exit-code)", "active (exited)"), set()),
])  # fmt: skip
def test_an_output_says_what_stands_in_it(text: str, seen: set[str]) -> None:
    assert facts(text) == seen


def test_the_operating_system_lists_what_runs_and_nothing_is_missing() -> None:
    seen = {"watchdog@default = running", "web@default = running", "mta@prod = running"}
    assert facts(brought.PS) == {f"process {one}" for one in seen}
    row = "neolane 2151 0.5 3.2 1234567 65536 ? Sl Nov29 14:12 nlserver wfserver@prod -svc"
    (told,) = read(f"$ ps aux | grep nlserver\n{row}").told
    assert (told.fact.label, told.fact.memory_mb) == ("process wfserver@prod = running", 64.0)  # type: ignore[attr-defined]


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


MONITOR = """$ nlserver monitor
12:09:54 > Application server for Adobe Campaign Classic (7.3.5 build 9368@abc) of 12/03/2024
<monitor>
<indicator name='Memory'><current value='97'/><warning value='80'/><alert value='90'/></indicator>
<indicator name='Swap Memory'>
  <current label='Current Value' value='5' display=''/> <warning value='80'/> <alert value='90'/>
</indicator>
<indicator name='Queue of the shop'>
  <current value='70'/> <warning value='40'/> <alert value='60'/>
</indicator>
</monitor>
"""


def test_a_pasted_monitoring_page_is_read_whole() -> None:
    assert {"indicator memory = alert", "indicator swap = ok"} <= facts(MONITOR)


def test_an_alert_of_an_indicator_that_only_this_site_has_is_not_passed_over(
    expert: Expert,
) -> None:
    assert any("Queue of the shop" in label for label in facts(MONITOR))
    calm = MONITOR.replace("'97'", "'9'")
    assert expert.diagnose(read(calm).document).status == "undetermined"
    assert expert.diagnose(read(calm.replace("'70'", "'7'")).document).status == "ok"


@pytest.mark.parametrize(("prompt", "command", "answer", "seen"), [
    ("$ ", "curl -i https://acc.example.com/r/test", "HTTP/1.1 404 Not Found\n\n<html>x</html>",
     "probe r-test = error"),
    ("$ ", "curl https://acc.example.com/r/test",
     "curl: (7) Failed to connect to acc.example.com port 443: Connection refused",
     "probe site = refused"),
    ("$ ", "curl https://acc.example.com/r/test",
     "curl: (60) SSL certificate problem: certificate has expired", "probe site = error"),
    ("C:\\bin>", "curl -i http://localhost/nl/jsp/logon.jsp",
     "HTTP/1.1 200 OK\nContent-Type: text/html\n\n<html><body></body></html>",
     "probe logon = blank"),
    ("$ ", "curl https://acc.example.com/nl/jsp/ping.jsp",
     "curl: (28) Operation timed out after 5000 milliseconds", "probe ping = timeout"),
])  # fmt: skip
def test_a_page_is_read_as_curl_prints_it(
    prompt: str, command: str, answer: str, seen: str
) -> None:
    text = f"{prompt}{command}\n{answer}\n\n{prompt}nlserver pdump\nNo tasks\n"
    told = facts(text)
    assert seen in told
    assert "probe pdump = blank" in told
    assert "probe site = timeout" not in told

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
    (brought.SESTATUS, {"setting selinux = wrong"}),
    ("$ sudo getenforce\nPermissive", {"setting selinux = ok"}),
    (brought.VMSTAT, {"indicator load = alert"}),
    (brought.IOSTAT, set()),
    (brought.HTOP, {"indicator memory = alert", "indicator swap = ok"}),
    ("09:31 up".replace("31", "31:22") + " 12 days,  load average: 38.11, 35.70, 9.02", set()),
    ("$ nproc\n8\n$ uptime\n 9:31:22 up 12 days,  load average: 38.11, 35.70, 9.02",
     {"indicator load = alert"}),
    (brought.LSOF, {"port 7777/udp (nlserver) = bound", "port 8080/tcp (java) = in-use"}),
    (brought.PGREP, {"process watchdog@default = running", "process web@default = running"}),
    (brought.LOGICAL, {"indicator disk = alert"}),
    (brought.RIGHTS, {"setting temp-directory-rights = wrong", "setting image-file-owner = wrong"}),
    (brought.STAT, {"setting redirect-file-rights = wrong"}),
    (brought.FIREWALL, {"setting host-firewall = wrong"}),
    (brought.ZONE, {"setting host-firewall = ok"}),
    (brought.SAVED, {"port 25/tcp = unreachable"}),
    (brought.NFT, {"setting host-firewall = wrong"}),
    (brought.UFW, {"setting host-firewall = wrong"}),
    (brought.NETSH, {"setting host-firewall = wrong"}),
    ("$ sudo ufw status\nStatus: inactive", {"setting host-firewall = ok"}),
    (brought.LIMITS, set()),
    (f"{brought.LIMITS}\n$ ls /proc/77/fd | wc -l\n990", {"indicator file-handles = alert"}),
    ("$ systemctl is-active httpd\nactive", {"process webserver = running"}),
    (brought.SERVICES, {"probe service-status = ok", "process webserver = missing"}),
    (brought.RPM, {"build 9390"}),
    ("CONNECTED(00000003)", set()),
])  # fmt: skip
def test_an_output_says_what_stands_in_it(text: str, seen: set[str]) -> None:
    assert facts(text) == seen


@pytest.mark.parametrize(("text", "reached"), [
    ("$ nc -zv db01 5432\nConnection to db01 5432 port [tcp/postgresql] succeeded!", {"5432"}),
    ("$ nc -v relay 25\nNcat: Version 7.92\nNcat: Connected to 192.0.2.5:25.", {"25"}),
    ("$ telnet mx01 25\nTrying 192.0.2.5...\nConnected to mx01.\n^]", {"25"}),
    ("PS C:\\> tnc db01 -Port 1433\n\nRemotePort       : 1433\nTcpTestSucceeded : True", {"1433"}),
    ("$ nc -zv partner.example 443\nNcat: Connected to 192.0.2.5:443.", set()),
])  # fmt: skip
def test_a_port_of_another_server_that_a_test_reached_is_open(text: str, reached: set[str]) -> None:
    assert facts(text) == {f"port {port}/tcp = bound" for port in reached}
    assert not [one for one in read(text).not_observed if one.source == "unread text"]


@pytest.mark.parametrize(("text", "family"), [
    ("C:\\>nslookup gmail.com\nDNS request timed out.\n    timeout was 2 seconds.",
     "trouble-name-not-resolved"),
    ("C:\\>nslookup sftp.x.example\nServer:  dns1\n\n*** dns1 can't find sftp.x.example: "
     "Non-existent domain", "trouble-name-not-resolved"),
    ("$ nc -zv app1 8080\nNcat: Version 7.92\nNcat: TIMEOUT.", "trouble-timed-out"),
    ("C:\\>telnet mx01 25\nConnecting To mx01...Could not open connection to the host, on "
     "port 25: Connect failed", "trouble-timed-out"),
])  # fmt: skip
def test_a_test_that_failed_is_told_by_what_it_means(
    text: str, family: str, expert: Expert
) -> None:
    assert [one.id for one in expert.diagnose(read(text).document).diagnoses] == [family]


@pytest.mark.parametrize(("text", "source", "said"), [
    ("$ ip a\n1: lo: <LOOPBACK,UP> mtu 65536 state UNKNOWN", "pasted text", "says nothing"),
    ("$ ls -l /usr/local/neolane/nl7\ntotal 24", "unread text", "nothing is concluded"),
    ("$ id neolane\nid: ‘neolane’: no such user", "account", "no account neolane"),
])  # fmt: skip
def test_a_known_output_that_tells_no_fact_is_named(text: str, source: str, said: str) -> None:
    reading = read(text)
    assert (reading.told, [one.source for one in reading.not_observed]) == ((), [source])
    assert said in reading.not_observed[0].reason


def test_circumstances_and_a_build_alone_do_not_say_that_all_is_well(expert: Expert) -> None:
    assert expert.diagnose(read(brought.DPKG).document).status == "undetermined"


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

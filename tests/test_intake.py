"""Reading whatever people have: pieces, facts with their places, prose, and what is left over."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccexpert import Expert
from ccexpert.facts import BuildFact, ErrorFact, ProcessFact, SymptomFact
from ccexpert.intake import read
from ccexpert.intake.lines import command
from ccexpert.intake.pieces import cut
from ccexpert.observe.registry import shapes
from tests import brought
from tests.kit import ccexpert

BANNER = (
    "14:03:23 >   Application server for Adobe Campaign Classic "
    "(7.3.4 build 9364@8f3ef8e of 09/04/2023)"
)
PDUMP = (
    f"{BANNER}\nwatchdog (2273) - 6.6 MB\nweb@default (9984) - 50.1 MB\nmta@prod (9986) - 9.6 MB"
)
MISSING = f"{BANNER}\nstat@prod\nwfserver@prod"
R_TEST = "<redir status='OK' date='2021-08-27 08:02:07.963-07' build='9236' host='c.example.com'/>"
PING = "Error\nThe queue is full (7/400)"
UNIT = (
    "● nlserver.service - Adobe Campaign\n   Loaded: loaded\n   Active: failed (Result: exit-code)"
)
JOURNAL = (
    "02/15/2029 11:37:29 AM\t\tWorkflow 'WKF471' is being run\n"
    "02/15/2029 11:37:30 AM\tload\tPGS-220000 PostgreSQL error: ERROR: deadlock detected"
)
LOG = "2029-11-22T08:42:18.210Z\t66462\t66501\t1\terror\tlog\tXSV-350013 Access denied"
SAMPLES = {
    "pdump.txt": PDUMP,
    "monitor-missing.txt": MISSING,
    "http/r-test.txt": R_TEST,
    "http/ping.txt": PING,
    "service-status.txt": UNIT,
    **brought.SAMPLES,
}


def labels(text: str, **options: object) -> set[str]:
    return {told.fact.label for told in read(text, **options).told}  # type: ignore[arg-type]


@pytest.mark.parametrize("prompt", [
    "[neolane@app01 ~]$ nlserver pdump",
    "neolane@app01:~$ nlserver pdump",
    "$ sudo -u neolane /usr/local/neolane/nl6/bin/nlserver pdump -instance:prod",
    "sudo -u neolane /usr/local/neolane/nl6/bin/nlserver pdump",
    r"PS C:\Program Files\Adobe\bin> nlserver pdump",
    r"C:\Adobe\bin>nlserver.exe pdump",
    "(campaign) [neolane@app01 nl6]$ nlserver pdump",
    "neolane@app01:~> nlserver pdump",
    "op@app01 ~ % nlserver pdump",
    "-bash-4.2$ nlserver pdump",
    "[root@app01 ~]# su - neolane -c 'nlserver pdump'",
    "/etc/init.d/nlserver6 status",
    "$ service nlserver6 status",
])  # fmt: skip
def test_a_list_is_found_below_any_prompt(prompt: str) -> None:
    seen = labels(f"Hi, this is what I get:\n\n{prompt}\n{PDUMP}\n\nAny idea?")
    assert {"process mta@prod = running", "probe pdump = ok"} <= seen


def test_a_list_that_a_mail_quotes_is_a_list() -> None:
    text = "Anna wrote:\n" + "\n".join(f"> {x}" for x in f"$ nlserver pdump\n{PDUMP}".split("\n"))
    reading = read(text)
    told = next(t for t in reading.told if t.fact.label == "process mta@prod = running")
    assert told.span.of(text) == "> mta@prod (9986) - 9.6 MB"
    assert reading.not_observed == ()


CONFIG = """<serverconf>
  <shared><dataStore hosts="c.example.com*"/></shared>
  <mta autoStart="true" statServerAddress="localhost"/>
</serverconf>"""


@pytest.mark.parametrize(("text", "called"), [
    (CONFIG, "config-prod.xml"),
    (CONFIG, r"C:\Adobe\conf\config-prod.xml"),
    (f"$ cat conf/config-prod.xml\n{CONFIG}", ""),
])  # fmt: skip
def test_an_instance_file_belongs_to_the_instance_in_its_name(text: str, called: str) -> None:
    assert "setting statServerAddress@prod = ok" in labels(text, called=called)


def test_a_configuration_as_shipped_is_healthy() -> None:
    text = "<serverconf><shared><xtk internalPassword=''/></shared></serverconf>"
    report = Expert().diagnose(read(text, called="serverConf.xml").document)
    assert (report.diagnoses, report.unexplained) == ((), ())


def test_a_log_belongs_to_the_module_in_its_name() -> None:
    text = "2029-11-22T08:42:18.210Z\t1\t2\t1\terror\tlog\tThe frobnicator is jammed"
    (told,) = read(text, called="var/prod/log/mta.log").told
    assert (told.fact.module, told.fact.instance) == ("mta", "prod")  # type: ignore[attr-defined]


LINE = "2029-11-22T08:42:18.210Z\t66462\t66501\t1\terror\tlog\tnobody has seen this before"


@pytest.mark.parametrize(
    ("above", "module"),
    [
        ("$ tail -3 /usr/local/neolane/nl6/var/prod/log/mta.log", "mta"),
        (r"PS C:\> Get-Content C:\Neolane\var\prod\log\wfserver.log -Tail 3", "wfserver"),
        ("This is what I found in web.log:", "web"),
        ("$ tail mta.log web.log", None),
        ("$ tail /var/log/syslog", None),
    ],
)
def test_lines_are_from_the_log_that_is_named_above_them(above: str, module: str | None) -> None:
    found = [told.fact for told in read(f"{above}\n{LINE}\n$ uptime\n{LINE}x").told]
    assert [fact.module for fact in found if isinstance(fact, ErrorFact)] == [module, None]


@pytest.mark.parametrize("printed", [
    "Current mode:                   enforcing\nLoaded policy: targeted, login fails",
    "Reference ID    : 00000000 ()\nSystem time     : 3612.1 seconds slow of NTP time",
    "procs ---memory--- ---swap--\n r  b   swpd   free\n 2 14 410  900",
])  # fmt: skip
def test_what_an_unknown_command_prints_complains_of_nothing(printed: str) -> None:
    reading = read(f"[neolane@app1 ~]$ something\n{printed}\n")
    assert not [one for one in reading.told if one.words]
    assert "not understood below" in reading.not_observed[-1].reason


def test_a_person_goes_on_below_what_an_unknown_command_prints() -> None:
    text = "[neolane@app1 ~]$ something\n 2 14 410  900\n\nOur mails are not sent any more."
    assert "symptom emails-not-sent = true" in {one.fact.label for one in read(text).told}


def test_what_a_mailbox_answers_is_an_error_and_no_complaint() -> None:
    told = read("+OK POP3 ready\nUSER m1\n+OK\n-ERR authentication failed").told
    assert [one.fact.kind for one in told] == ["error"]


def test_what_curl_says_is_no_sentence() -> None:
    said = "*   Trying 192.0.2.1:443...\n* Connected to t.example.com (192.0.2.1) port 443"
    pieces = read(f"$ curl -v https://t.example.com/r/test\n{said}\n* mails stop").pieces
    assert [piece.kind for piece in pieces] == ["command", "message", "prose"]


def test_a_prompt_tells_the_platform() -> None:
    assert read("PS C:\\nl> nlserver pdump\nNo tasks").document.platform == "windows"
    assert read("[a@b ~]$ nlserver pdump\nNo tasks").document.platform == "linux"


def test_what_stands_below_prompts_of_two_hosts_is_about_two_hosts() -> None:
    text = (
        f"ran it on both\n[neolane@app1 ~]$ nlserver pdump\n{PDUMP}\n"
        f"trk1:~$ nlserver pdump\n{BANNER}\nwatchdog (910) - 4.8 Mb\n"
        f"trk1:~$ tail -1 web.log\n{LOG}\n\nmta@prod is running"
    )
    reading = read(text)
    shown = {(fact.kind, fact.names[:1], fact.host) for fact in reading.document.facts}
    assert {("process", ("web",), "app1"), ("process", ("watchdog",), "app1")} < shown
    assert ("process", ("watchdog",), "trk1") in shown
    assert ("process", ("web",), "trk1") not in shown
    assert {host for kind, _, host in shown if kind == "error"} == {"trk1"}
    assert reading.document.host is None
    assert Expert().diagnose(reading.document).host is None


@pytest.mark.parametrize("named", ["mtå1", "ne湅p01", "٣app"])
def test_a_prompt_whose_host_no_document_may_name_tells_no_host(named: str) -> None:
    reading = read(f"{named}:~$ nlserver pdump\n{PDUMP}")
    assert reading.document.host is None
    assert read(f"neolane@{named}:~$ nlserver pdump\n{PDUMP}").document.host is None


def test_of_many_hosts_the_first_are_read_and_the_others_are_named() -> None:
    shown = "".join(
        f"neolane@app{n}:~$ nlserver pdump\nmta@prod (7) - 1.0 Mo\n" for n in range(103)
    )
    reading = read(shown)
    assert len({fact.host for fact in reading.document.facts}) == 100
    assert any("3 further hosts" in one.reason for one in reading.not_observed)


@pytest.mark.parametrize(
    "prompt", ["[neolane@mta1 ~]$", "neolane@mta1:~$", "mta1:~ #", r"[mta1]: PS C:\>"]
)
def test_the_host_of_the_only_prompt_is_that_of_the_document(prompt: str) -> None:
    reading = read(f"{prompt} nlserver pdump\n{PDUMP}")
    assert reading.document.host == "mta1"
    assert all(fact.host is None for fact in reading.document.facts)


@pytest.mark.parametrize(("text", "platform"), [
    ("The app pool in IIS is stopped.", "windows"),
    ("The console on my Windows laptop does not start.", "linux"),
    ("IIS is stopped, see /var/log/messages of the proxy.", "linux"),
])  # fmt: skip
def test_what_one_platform_alone_has_tells_it(text: str, platform: str) -> None:
    assert read(text).document.platform == platform


def test_a_list_cut_by_a_pipe_calls_nothing_missing() -> None:
    whole, cut = (
        f"$ nlserver pdump{pipe}\n{BANNER}\nweb@default (9) - 1 MB" for pipe in ("", " | head -2")
    )
    assert "process watchdog@default = missing" in labels(whole)
    assert "process watchdog@default = missing" not in labels(cut)
    assert any("not whole" in item.reason for item in read(cut).not_observed)


def test_a_journal_tells_of_the_error_and_of_the_workflow_that_failed() -> None:
    found = {told.fact.label: told for told in read(JOURNAL).told}
    assert "workflow WKF471 = failed" in found
    error = next(told for label, told in found.items() if label.startswith("error PGS-220000"))
    assert error.span.of(JOURNAL) == JOURNAL.splitlines()[1]


def test_a_code_that_nobody_knows_is_an_error_all_the_same() -> None:
    reading = read("something odd: ZZQ-999999 the frobnicator is jammed")
    assert [getattr(told.fact, "code", "") for told in reading.told] == ["ZZQ-999999"]


def errors(text: str) -> list[ErrorFact]:
    return [told.fact for told in read(text).told if isinstance(told.fact, ErrorFact)]


def test_each_code_of_a_line_is_an_error_of_its_own_without_what_stands_around_it() -> None:
    soap = (
        "<faultstring xsi:type='xsd:string'>SOP-330011 Error while executing the method 'Write'."
        "</faultstring>\n<detail>ZZQ-350114 Unknown error during the call</detail>"
    )
    assert [(fact.code, fact.text) for fact in errors(soap)] == [
        ("SOP-330011", "SOP-330011 Error while executing the method 'Write'."),
        ("ZZQ-350114", "ZZQ-350114 Unknown error during the call"),
    ]


@pytest.mark.parametrize("line", [
    "2029-10-04 11:57:51.804Z B67B28C0 1 error log The view vX depends on the column",
    "2029-11-22T08:42:18.210Z\t66462\t66501\t1\terror\tlog\tThe view vX depends on the column",
    "writer\tAttribut 'Fld1234567' inconnu (voir la définition du schéma 'temp:writer-work')",
    "The document types ('cus:card' and 'nms:recipient') are incompatible (step 'Exclusion').",
    "API call failed - Url: https://a.example.com/x Response: 400 Error: {\"error\":\"not_ready\"}",
    "java.lang.IllegalStateException: getWriter() has already been called, request refused",
    "04/13/2029 1:42:48 PM\tfileTransfer\t* Authentication failure",
    "[Wed Nov 21 14:32:52.123 2029] [proxy:error] [pid 12] AH00957: attempt to connect failed",
    "22-Nov-2029 08:42:18.210 SEVERE [main] org.apache.catalina.core.X.start A child container",
    "2029-11-22 08:42:18.210 UTC [4711] FATAL:  too many clients already",
    "Nov 22 08:42:18 app01 kernel: Out of memory: Killed process 4711 (nlserver)",
])  # fmt: skip
def test_a_message_that_nobody_has_described_is_an_error_with_its_text(line: str) -> None:
    (fact,) = errors(line)
    assert fact.code is None
    assert fact.text
    assert fact.text in line


@pytest.mark.parametrize("line", [
    "2029-10-04 11:57:51.804Z B67B28C0 1 info log Errors are listed in the view 'cus:errors'",
    "2029-10-04 11:57:51.804Z B67B28C0 1 info log Call of xtk:session#Logon",
    "05:06:12 >   Starting 1 connection(s) on pool 'default' (PostgreSQL, server='localhost')",
    "16:28:24 >   Vault token: overwriting iRc to 0",
    "04/13/2029 1:42:48 PM\tload\t120 rows read, 0 errors",
    "Our deliveries fail since Monday, it is an error that we cannot explain.",
    '192.0.2.9 - - [22/Nov/2029:08:42:18 +0100] "GET /r/error.png HTTP/1.1" 200 5316',
    "2029-11-22 08:42:18 10.0.0.1 GET /nl/jsp/error.jsp - 443 - 192.0.2.9 Mozilla/5.0 200 0 0 15",
    "22-Nov-2029 08:42:18.210 INFO [main] org.apache.catalina.startup.X.start Errors are logged",
    "\tat com.neolane.error.Failed.run(Failed.java:12)",
])  # fmt: skip
def test_what_is_no_message_of_trouble_is_no_error(line: str) -> None:
    assert errors(line) == []


@pytest.mark.parametrize("line", [
    '192.0.2.9 - - [22/Nov/2029:08:42:18 +0100] "POST /nl/jsp/soaprouter.jsp HTTP/1.1" 503 299',
    "2029-11-22 08:42:18 10.0.0.1 POST /nl/jsp/soaprouter.jsp - 443 - 192.0.2.9 X/5.0 503 0 0 15",
])  # fmt: skip
def test_a_request_that_a_web_server_could_not_answer_is_an_error(line: str) -> None:
    (fact,) = errors(line)
    assert fact.text == "HTTP 503: POST /nl/jsp/soaprouter.jsp"


def test_messages_that_differ_in_names_and_numbers_are_one_error_and_counted() -> None:
    line = "2029-11-22T08:42:1{0}.210Z\t1\t2\t1\terror\tlog\tCannot open 'file{0}.csv' in time"
    (fact,) = errors("\n".join(line.format(number) for number in range(7)))
    assert (fact.count, fact.text) == (7, "Cannot open 'file6.csv' in time")


def test_a_command_without_its_output_is_named() -> None:
    missing = read("$ nlserver pdump\n\n$ nlserver monitor -missing\n" + MISSING).not_observed
    assert [(item.source, item.reason) for item in missing] == [
        ("pdump.txt", "nothing below 'nlserver pdump' looks like what it prints")
    ]


def test_modules_that_somebody_started_are_no_death_of_the_watchdog() -> None:
    text = f"[neolane@app01 ~]$ nlserver pdump\n{BANNER}\nweb@default (9376) - 143.4 MB\n"
    report = Expert().diagnose(read(text).document)
    assert report.first
    assert (report.first.id, report.first.verdict) == ("service-not-started", "not-a-fault")


def test_a_header_with_nothing_below_means_that_probably_nothing_runs() -> None:
    report = Expert().diagnose(read(f"PS C:\\nl> nlserver pdump\n{BANNER}").document)
    assert report.first
    assert report.first.id == "watchdog-not-running"
    assert 0.5 < report.first.certainty < 0.7
    starts = [step.command for step in report.plan if step.kind == "start" and step.command]
    assert ("net", "start", "nlserver6") in starts


@pytest.mark.parametrize("line", ["watchdog is stopped", "mta@prod: 9986", "web@default (?)"])
def test_a_header_with_a_strange_line_about_a_module_below_is_no_empty_list(line: str) -> None:
    reading = read(f"$ nlserver pdump\n{BANNER}\n{line}\n")
    assert not [told for told in reading.told if told.fact.kind == "probe"]
    assert "pdump" in {one.source for one in reading.not_observed}


@pytest.mark.parametrize("title", ["Missing processes:", "Modules that are missing:"])
def test_a_title_above_the_missing_modules_belongs_to_their_list(title: str) -> None:
    asked = f"$ nlserver monitor -missing\n{BANNER}\n{title}\n"
    assert "process stat@prod = missing" in labels(f"{asked}stat@prod\n")
    assert {told.fact.kind for told in read(asked).told} == {"build", "probe"}


@pytest.mark.parametrize("label", ["mta.log:", "var/prod/log/web.log", "Journal:"])
def test_a_label_above_a_log_is_nothing_that_was_not_understood(label: str) -> None:
    line = "2026-11-30 04:01:12.512Z\t00002ab1\t1\terror\tlog\tdisk I/O error"
    reading = read(f"{label}\n{line}\n")
    assert not reading.hints
    assert not reading.not_observed


@pytest.mark.parametrize(("message", "port"), [
    ("Unable to bind UDP socket on port 6666: Address already in use (errno=98)",
     "port 6666/udp = in-use"),
    ("java.net.BindException: Address already in use (Bind failed) <null>:8080",
     "port 8080/tcp = in-use"),
    ("Unable to connect to statistics server 10.0.0.12:7777 (iRc=-53)",
     "port 7777/udp = unreachable"),
    ("Unable to bind: Address already in use (errno=98), 6666 packets lost", None),
    ("curl: (7) Failed to connect to partner.example.com:8443: Connection refused", None),
])  # fmt: skip
def test_an_error_that_names_a_port_of_campaign_tells_its_state(
    message: str, port: str | None
) -> None:
    ports = {told.fact.label for told in read(message).told if told.fact.kind == "port"}
    assert ports == ({port} if port else set())


def test_a_sentence_is_understood_with_its_words_and_never_quite_sure() -> None:
    reading = read("Our deliveries are stuck, they stay pending.")
    (told,) = reading.understood
    assert told.fact.label == "symptom delivery-pending = true"
    assert told.fact.certainty <= 0.7
    assert {"deliveries", "pending"} <= set(told.words)


@pytest.mark.parametrize(("text", "label"), [
    ("wfserver missing", "process wfserver = missing"),
    ("The mta@prod is down since Monday", "process mta@prod = missing"),
    ("web körs inte", "process web@default = missing"),
    ("pdump does not list inMail", "process inMail = missing"),
    ("mta is running", "process mta = running"),
])  # fmt: skip
def test_a_sentence_may_say_whether_a_module_runs(text: str, label: str) -> None:
    told = {told.fact.label: told.fact.certainty for told in read(text).told}
    assert told[label] == 0.7


@pytest.mark.parametrize(("text", "states"), [
    ("neither mta nor stat start", {"mta": "missing", "stat": "missing"}),
    ("web, mta are running", {"web": "running", "mta": "running"}),
    ("web runs, stat is missing", {"web": "running", "stat": "missing"}),
    ("pdump shows web and mta but not stat", {"stat": "missing"}),
    ("pdump visar allt igång förutom mta@prod", {"mta": "missing"}),
    ("all but stat are up", {"stat": "missing"}),
    ("pdump visar bara watchdog och web", {"watchdog": "running", "web": "running"}),
    ("mta starts, runs for a minute and dies", {"mta": "crashing"}),
    ("the web process restarts every 5 minutes", {"web": "crashing"}),
    ("wfserver restarts every night", {}),
    ("pipelined is red in the monitoring page", {"pipelined": "missing"}),
    ("a workflow stands still and wfserver is missing", {"wfserver": "missing"}),
    ("stat is not in pdump", {"stat": "missing"}),
    ("all modules are down except web", {"web": "running"}),
    ("Everything runs except mta, which crashes", {"mta": "crashing"}),
])  # fmt: skip
def test_a_sentence_may_speak_of_several_modules_and_of_exceptions(
    text: str, states: dict[str, str]
) -> None:
    facts = [told.fact for told in read(text).told]
    assert {one.module: one.state for one in facts if isinstance(one, ProcessFact)} == states


@pytest.mark.parametrize(("line", "label"), [
    ("process wfserver@prod (pid 22712) terminated unexpectedly (signal 11)",
     "process wfserver@prod = crashing"),
    ("Process 'mta@prod' exited with signal SIGSEGV", "process mta@prod = crashing"),
    ("Process 'mta@prod' terminated by signal 15", None),
    ("mta@prod lost its connection to stat@prod: stopped unexpectedly", None),
])  # fmt: skip
def test_a_message_may_say_that_a_process_ended_on_its_own(line: str, label: str | None) -> None:
    said = read(f"2026-11-28 03:12:44.012Z 00012a3b  1 error log {line}\n")
    assert {told.fact.label for told in said.told if told.fact.kind == "process"} == {label} - {
        None
    }


@pytest.mark.parametrize(("said", "indicator"), [
    ("Disk on the app server fills up every night", "disk"),
    ("wfserver eats all memory", "memory"),
    ("There is no memory left on app2", "memory"),
    ("CPU-lasten är hög", "load"),
    ("Disken är full", "disk"),
    ("the disk is not full", None),
    ("the disk of the database server is full", None),
    ("no disk problem at all", None),
    ("The mailbox is full and the disk is fine", None),
    ("Is the disk full?", None),
])  # fmt: skip
def test_a_sentence_may_say_that_a_resource_is_used_up(said: str, indicator: str | None) -> None:
    told = [one.fact for one in read(said).told if one.fact.kind == "indicator"]
    assert [one.label for one in told] == ([f"indicator {indicator} = alert"] if indicator else [])


@pytest.mark.parametrize(("said", "is_so"), [
    ("Certificate of the tracking domain expired", True),
    ("Certifikatet på webbservern har gått ut", True),
    ("The browser shows a certificate warning on the landing page", True),
    ("The push certificate for the site app expired", False),
    ("The certificate of the site expires in 20 days", False),
    ("The certificate of the site expires tomorrow", False),
])  # fmt: skip
def test_a_sentence_may_say_that_the_certificate_of_the_web_server_has_expired(
    said: str, is_so: bool
) -> None:
    told = {one.fact.label for one in read(said).told}
    assert ("setting webserver-certificate = wrong" in told) is is_so


def test_a_process_list_that_a_person_tells_lacks_what_does_not_stand_in_it(
    expert: Expert,
) -> None:
    report = expert.diagnose(read("pdump shows watchdog, web, mta and stat").document)
    assert report.status == "undetermined"
    assert "process wfserver = not in this list" in report.unexplained


def test_a_load_balancer_may_be_named_in_passing(expert: Expert) -> None:
    text = "Every second login fails. We have two web servers behind an F5."
    assert "context load-balanced = true" in {one.fact.label for one in read(text).told}
    assert expert.diagnose(read(text).document).diagnoses[0].id == "load-balancer-not-sticky"


@pytest.mark.parametrize(("said", "label"), [
    ("nothing listens on port 8080", "port 8080/tcp = free"),
    ("No process listens on 8080", "port 8080/tcp = free"),
    ("port 25 is blocked by the firewall", "port 25/tcp = unreachable"),
    ("port 6666 is held by rsyslog", "port 6666/udp = in-use"),
    ("port 8080 is held by nlserver", None),
    ("is port 8080 closed?", None),
    ("port 8080 is not in use", None),
])  # fmt: skip
def test_a_sentence_may_say_how_a_port_is(said: str, label: str | None) -> None:
    told = [one.fact.label for one in read(said).told if one.fact.kind == "port"]
    assert told == ([label] if label else [])


@pytest.mark.parametrize(("said", "level"), [
    ("PROBLEM: Free disk space is less than 5% on volume /usr/local/neolane/nl7/var", "alert"),
    ("only 3 % free on /var", "alert"),
    ("Det är 4 % kvar på disken", "alert"),
    ("40% free on /var", "ok"),
])  # fmt: skip
def test_what_is_left_of_a_disk_may_be_told_in_figures(said: str, level: str) -> None:
    found = read(said)
    assert [one.fact.label for one in found.told] == [f"indicator disk = {level}"]
    assert not found.unread


def test_the_head_of_an_answer_says_nothing_of_a_blank_page() -> None:
    page = "HTTP/1.1 {}\nContent-Type: text/html\n"
    asked = "$ curl -sI http://localhost{}\n"
    fine, missing = asked.format("/nl/jsp/logon.jsp"), asked.format("/r/test")
    text = fine + page.format("200 OK") + missing + page.format("404 Not Found")
    assert [one.fact.label for one in read(text).told] == ["probe r-test = error"]


@pytest.mark.parametrize(("line", "is_one"), [
    ("dmesg | tail -3", True),
    ("openssl s_client -connect campaign.example.com:443", True),
    ("df -h", True),
    ("telnet mx1.example.com 25", True),
    ("ping from the server works", False),
    ("df -h shows 100 percent on var", False),
    ("find attached the log", False),
    ("host names are not resolved", False),
])  # fmt: skip
def test_a_command_may_stand_without_a_prompt(line: str, is_one: bool) -> None:
    assert (command(line) is not None) is is_one


@pytest.mark.parametrize(("said", "name"), [
    ("Since the release of the landing page on Thursday no mails go out", "emails-not-sent"),
    ("Sedan vi bytte brandvägg i går kväll går inga mejl ut", "emails-not-sent"),
    ("All soft bounces stay unprocessed", "bounces-not-processed"),
    ("Lock on table NmsBroadLogRcp blocks the sending", "database-blocked"),
    ("Web server returns 502 on every page", "web-page-error"),
    ('console: "An error occurred while connecting to the server"', "console-login-fails"),
])  # fmt: skip
def test_a_sentence_tells_of_one_symptom(said: str, name: str) -> None:
    told = [one.fact for one in read(said).told if isinstance(one.fact, SymptomFact)]
    assert [fact.name for fact in told] == [name]


def test_a_line_of_a_log_may_lack_its_time() -> None:
    line = "  error   log     Unable to connect to POP3 server: -ERR [AUTH] Authentication failed"
    told = {one.fact.text for one in read(f"inMail.log:\n{line}").told if one.fact.kind == "error"}
    assert told == {line.removeprefix("  error   log     ")}


def test_a_warning_that_something_was_dropped_is_not_passed_over() -> None:
    line = "2026-12-01 02:10:51.120\t0000ab12\t0000ab12\t1\twarning\tlog\tQueue is full."
    (told,) = read(line).told
    assert told.fact.kind == "error"


def test_a_line_that_begins_with_a_code_is_the_message_and_no_sentence() -> None:
    line = "SOP-330011 Error while executing the method 'SubmitDelivery' of service 'nms:delivery'."
    reading = read(line)
    assert not reading.hints
    assert [told.fact.kind for told in reading.told] == ["error"]


@pytest.mark.parametrize("said", ["The web log says:", "web@default is restarted at times; log:"])
def test_a_log_may_be_called_by_its_module(said: str) -> None:
    reading = read(f"{said}\njava.lang.OutOfMemoryError: Java heap space\n")
    assert [(o.fact.kind, getattr(o.fact, "module", "")) for o in reading.told] == [
        ("error", "web")
    ]


def test_a_number_behind_a_word_makes_no_process_list() -> None:
    reading = read("the log of the delivery says\nInvalidProviderToken (403)\n")
    assert "error" in {told.fact.kind for told in reading.told}
    assert "pdump" not in {one.source for one in reading.not_observed}


@pytest.mark.parametrize(
    "said", ["all good since the patching, thanks", "Allt fungerar som vanligt"]
)
def test_a_sentence_that_all_is_well_leaves_nothing_unread(said: str) -> None:
    assert not read(said).not_observed
    assert read(f"{said}, but nobody gets mails").told


@pytest.mark.parametrize("text", [
    "How do I stop the mta?",
    "The mta is not down.",
    "mta cannot reach stat",
    "Is mta running?",
    "wfserver works again",
    "SMS to Danish numbers do not arrive, Swedish ones work.",
])  # fmt: skip
def test_other_sentences_say_nothing_of_a_module(text: str) -> None:
    assert not [told for told in read(text).told if told.fact.kind == "process"]


def test_a_sentence_about_something_else_is_a_hint_at_most() -> None:
    reading = read("The coffee machine on the third floor needs new beans.")
    assert reading.told == ()
    assert len(reading.hints) == 1


def test_something_that_was_not_understood_beside_a_healthy_module_is_not_ok(
    expert: Expert,
) -> None:
    said = {
        text: expert.diagnose(read(text).document).status
        for text in ("mta runs.", "mta runs. The zebra has turned green.")
    }
    assert list(said.values()) == ["ok", "undetermined"]


def test_what_a_quoted_mail_says_is_found_where_it_stands_and_its_head_says_nothing() -> None:
    text = (
        "Hi team,\n\nno change.\n\nFrom: Ann <ann@shop.example>\nSubject: Re: [T-1] Sending\n\n"
        "> > Our deliveries stay pending.\n\nBR\nKarin\n"
    )
    reading = read(text)
    (told,) = [one for one in reading.understood if one.fact.kind == "symptom"]
    assert told.span.of(text) == "Our deliveries stay pending"
    assert [one.span.of(text) for one in reading.hints] == ["no change", "Sending"]


def test_what_is_too_long_for_a_sentence_is_read_at_its_beginning_and_said() -> None:
    reading = read("our mails are not sent " + "and so on " * 1000)
    assert "symptom emails-not-sent = true" in {told.fact.label for told in reading.told}
    assert "sentences longer than 4,000 letters: 1" in reading.not_observed[0].reason


def test_a_list_cut_to_its_head_does_not_take_the_place_of_a_whole_one() -> None:
    head = "12:14:31 >   Application server for Adobe Campaign Classic (7.3.5 build 9368@2f5a1c3)\n"
    whole = f"$ nlserver pdump\n{head}inMail@prod (2131) - 14.2 Mb\nweb@default (20) - 1.2 Gb\n"
    told = {told.fact.label for told in read(f"{whole}$ nlserver pdump | head -1\n{head}").told}
    assert {"process inMail@prod = running", "process watchdog@default = missing"} <= told


def test_the_fullest_disk_of_several_looks_counts() -> None:
    head, inodes = (
        "Filesystem Size Used Avail Use% Mounted on",
        "Filesystem Inodes IUsed IFree IUse%",
    )
    text = (
        f"$ df -i\n{inodes} Mounted on\n/dev/sdb1 6553600 6553600 0 100% /data\n"
        f"$ df -h\n{head}\n/dev/sda1 98G 10G 88G 11% /\n"
    )
    (disk,) = (told.fact for told in read(text).told)
    assert (disk.label, disk.value) == ("indicator disk = alert", "/data 100 % of the inodes")


@pytest.mark.parametrize(("text", "is_error"), [
    ('The page says "SSL certificate expired" since midnight.', True),
    ("Arbetsflödet slutar med \u201dpermission denied\u201d.", True),
    ('What does "permission denied" mean?', False),
    ('The button "Start the import" is grey.', False),
    ("The console says: unable to get local issuer certificate", True),
    ("Inloggningen till konsolen -> certificate has expired", True),
    ("The import ends with 'disk quota exceeded' every night", True),
    ("Why does it say: disk quota exceeded?", False),
    ("Their account has been locked by somebody since Monday", True),
    ("The disk is full of pictures that nobody needs", False),
    ("nlserver web -> 'cannot bind port 8080, address already in use'", True),
])  # fmt: skip
def test_a_message_that_a_sentence_repeats_is_an_error(text: str, is_error: bool) -> None:
    assert any(told.fact.kind == "error" for told in read(text).told) is is_error


def test_a_quoted_message_ends_at_its_quote_and_what_stands_around_it_counts() -> None:
    text = (
        'Since we moved to the new RHEL 9 box, tracked links give "HTTP 404 Not Found" here. '
        "Opens aren't counted either. Editors see `XYZ-123456 Odd. And more` in the client."
    )
    told = [one.fact for one in read(text).told]
    errors = [fact.text for fact in told if isinstance(fact, ErrorFact)]
    assert errors == ["HTTP 404 Not Found", "XYZ-123456 Odd. And more"]
    assert "symptom tracking-logs-missing = true" in {fact.label for fact in told}


@pytest.mark.parametrize(("said", "family"), [
    ("The forms show ERR_CERT_AUTHORITY_INVALID in Chrome.", "family-certificate-not-trusted"),
    ("Firefox: SSL_ERROR_NO_CYPHER_OVERLAP", "family-tls-not-agreed"),
    ("This site can't be reached, ERR_NAME_NOT_RESOLVED", "family-name-not-resolved"),
])  # fmt: skip
def test_the_code_of_a_browser_concerns_the_web_server(said: str, family: str) -> None:
    errors = [one.fact for one in read(said).told if isinstance(one.fact, ErrorFact)]
    shown = {name for error in errors for name in error.shows(Expert().base.vocabulary)}
    assert shown == {(family, "web-server")}


def test_a_complaint_below_thanks_is_no_signature() -> None:
    told = read("Thanks!\nOla Ek\nHead of IT\n\nArbetsflödena startar inte.").told
    assert "symptom workflow-not-starting = true" in {one.fact.label for one in told}
    assert not read("Thanks!\nOla Ek\nHead of IT\nola.ek@example.com").hints


def test_who_speaks_in_a_chat_does_not_count_as_a_word() -> None:
    alone = "the links in the mails are broken\nthe mta does not send"
    chat = "[10:12] Ola Ek: the links in the mails are broken\n[10:14] Per: the mta does not send"
    labels = [told.fact.label for told in read(alone).told]
    assert [told.fact.label for told in read(chat).told] == labels
    assert len(labels) > 1


@pytest.mark.parametrize("text", [
    "Unable to connect to the relay: connection timed out, all deliveries stay in pending",
    "All deliveries stay in pending, mta.log says: connection timed out",
])  # fmt: skip
def test_what_a_clause_beside_an_error_complains_of_counts(text: str) -> None:
    told = {one.fact.label for one in read(text).told}
    assert "symptom delivery-pending = true" in told
    assert any(label.startswith("error") for label in told)


def test_a_program_that_goes_on_behind_a_comma_complains_of_nothing() -> None:
    text = "could not connect to server: Connection refused, is the server running on that host"
    assert [one.fact.kind for one in read(text).told] == ["error"]


def test_a_person_who_quotes_an_error_also_says_something() -> None:
    text = (
        "The mta crashes every night. It writes XYZ-123456 Something odd. Our mails are not sent."
    )
    told = {one.fact.label for one in read(text).told}
    assert {"symptom module-crash = true", "symptom emails-not-sent = true"} <= told
    assert any(label.startswith("error") for label in told)


def test_of_very_many_sentences_the_rest_is_counted() -> None:
    reading = read("The coffee is cold.\n" * 1000)
    assert len(reading.hints) == 300
    assert [n.reason for n in reading.not_observed] == [
        "700 further sentences; only the first 300 are looked at",
        "300 sentences were not understood",
    ]


def test_what_stands_behind_the_sentences_that_are_looked_at_ends_no_complaint() -> None:
    reading = read("The emails were not sent. " + "We had lunch. " * 400 + "It is resolved now.")
    assert [one.fact.label for one in reading.told] == ["symptom emails-not-sent = true"]


def test_secrets_do_not_leave_in_facts() -> None:
    text = "XSV-350013 login refused for user=anna password=Hemligt123 from 10.20.30.40"
    for fact in read(text).document.facts:
        assert "Hemligt123" not in fact.model_dump_json()
        assert "10.20.30.40" not in fact.model_dump_json()


PROSE = st.sampled_from(
    ["Hello,", "please help", "We upgraded on Monday.", "Tack på förhand!", "> quoted", "1. one"]
)
FRAGMENT = st.one_of(st.sampled_from(sorted(SAMPLES)), PROSE)


@settings(max_examples=150)
@given(st.lists(FRAGMENT, min_size=1, max_size=8))
def test_every_output_in_a_mixed_text_is_found_exactly(parts: list[str]) -> None:
    text = "\n\n".join(SAMPLES.get(part, part) for part in parts)
    found = cut(text, shapes()).pieces
    assert [p.output for p in found if p.output] == [part for part in parts if part in SAMPLES]
    assert [p.span.of(text) for p in found if p.output] == [
        SAMPLES[p] for p in parts if p in SAMPLES
    ]
    spans = [piece.span for piece in found]
    assert all(one.end <= other.start for one, other in pairwise(spans))


@settings(max_examples=100)
@given(st.text(alphabet=st.sampled_from("aA0@(): \t\n<>-/.$#[]{}'\"=;|åé"), max_size=400))
def test_no_text_is_too_strange(text: str) -> None:
    reading = read(text)
    for told in reading.told:
        assert 0 <= told.span.start <= told.span.end <= len(reading.text)


def test_the_command_prints_a_facts_document_and_says_what_it_understood(tmp_path: Path) -> None:
    file = tmp_path / "ticket.txt"
    file.write_text(
        f"Our deliveries stay pending.\n\n$ nlserver pdump\n{PDUMP}\n", encoding="utf-8"
    )
    done = ccexpert("read", file)
    assert done.returncode == 0
    labels = [(fact["kind"], fact.get("module")) for fact in json.loads(done.stdout)["facts"]]
    assert ("process", "mta") in labels
    assert "understood from your text: symptom delivery-pending" in done.stderr
    again = ccexpert("diagnose", "-", stdin=done.stdout)
    assert " facts; " in again.stdout


def test_nothing_to_read_is_one_sentence() -> None:
    done = ccexpert("read", "-", stdin=" \n")
    assert (done.returncode, done.stderr) == (65, "ccexpert: stdin: the file is empty\n")


def test_any_text_can_be_diagnosed(tmp_path: Path) -> None:
    file = tmp_path / "paste.txt"
    file.write_text(f"$ nlserver monitor -missing\n{MISSING}\n", encoding="utf-8")
    done = ccexpert("diagnose", file, "--format", "json")
    found = {diagnosis["id"] for diagnosis in json.loads(done.stdout)["diagnoses"]}
    assert {"stat-not-running", "wfserver-not-running"} <= found


def test_a_broken_facts_document_is_not_taken_for_prose(tmp_path: Path) -> None:
    file = tmp_path / "facts.json"
    file.write_text('{"schema_version": 1, "facts": [}', encoding="utf-8")
    done = ccexpert("diagnose", file)
    assert done.returncode == 65
    assert "line 1, column 33" in done.stderr


def test_a_line_beside_an_error_tells_whom_it_concerns() -> None:
    journal = (
        "04/13/2021 1:42:48 PM\tload\t* Connected to the sftp server\n"
        "04/13/2021 1:42:48 PM\tload\tLogin denied\n"
    )
    (fact,) = (fact for fact in read(journal).document.facts if fact.kind == "error")
    assert isinstance(fact, ErrorFact)
    assert fact.concerns == "file-server"


@pytest.mark.parametrize(
    ("said", "build"),
    [
        ("Help > About says Adobe Campaign Classic 7.2.1 build 9346", 9346),
        ("Is it known? Nothing is counted since we upgraded from 9032 to 9356.", 9356),
        (
            "09:01:12 >   Application server for Adobe Campaign Classic (7.3.1 build 9360@0c)",
            9360,
        ),
        ("It is fixed in build 9368", None),
        ("Console build 9342 and server build 9346 differ", None),
    ],
)
def test_a_sentence_or_a_banner_tells_the_build(said: str, build: int | None) -> None:
    told = [fact.number for fact in read(said).document.facts if isinstance(fact, BuildFact)]
    assert told == ([build] if build else [])


def test_a_check_names_the_host_of_the_message() -> None:
    report = Expert().diagnose(read("could not resolve host name 'db01.example.net'").document)
    assert ("nslookup", "db01.example.net") in [step.command for step in report.plan]


def test_diagnose_opens_a_capture_and_refuses_what_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "pdump.txt").write_text(f"{BANNER}\nNo tasks\n", encoding="utf-8")
    assert "the watchdog does not run" in ccexpert("diagnose", str(tmp_path)).stdout
    (program := tmp_path / "program").write_bytes(bytes(range(256)) * 20)
    refused = ccexpert("diagnose", str(program))
    assert refused.returncode == 65
    assert "this is not text" in refused.stderr


def test_half_a_character_in_a_text_is_a_question_mark() -> None:
    found = read("The mails are not sent \udb83 since today")
    assert "sent ? since" in found.text
    assert [fact.label for fact in found.document.facts] == ["symptom emails-not-sent = true"]


@pytest.mark.parametrize(("text", "says"), [
    ("Status   Name       DisplayName\n------   ----       -----------\n"
     "Stopped  nlserver6  Adobe Campaign Server\n", "probe service-status = blank"),
    ("Name : nlserver6\nStatus : Running\n", "probe service-status = ok"),
    ("7034 Error The nlserver6 service terminated unexpectedly.  It has done this 3 time(s).",
     "symptom module-crash = true"),
])  # fmt: skip
def test_windows_says_how_its_service_is(text: str, says: str) -> None:
    reading = read(f"PS C:\\> Get-Service nlserver*\n\n{text}" if "Name" in text else text)
    assert [told.fact.label for told in reading.told] == [says]
    assert reading.document.platform == "windows"


@pytest.mark.parametrize("text", [
    "prod=# select state, count(*) from x group by 1;\n state | count\n-------+-------\n"
    " idle  |    57\n(1 row)",
    "SQL> select status, count(*) from x;\n\nSTATUS     COUNT(*)\n-------- ----------\n"
    "ACTIVE           14\nINACTIVE        187\n\nSQL>",
])  # fmt: skip
def test_a_table_that_counts_states_is_no_prose(text: str) -> None:
    reading = read(text)
    assert reading.hints == ()
    assert [one.source for one in reading.not_observed] == ["psql"]


def test_a_sentence_that_leads_to_a_message_tells_whom_it_concerns() -> None:
    message = "IOB-090003 Connection refused (iRc=111) Failed to connect to 'm.example:443'"
    for above, whom in (
        ("When I test the mid-sourcing external account:", "other-instance"),
        ("We have a mid-sourcing server. The test says:", "other-instance"),
        ("We have a mid-sourcing server.", None),
    ):
        errors = [f for f in read(f"{above}\n{message}").document.facts if f.kind == "error"]
        assert [error.concerns for error in errors] == [whom], above

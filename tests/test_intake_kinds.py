"""What people bring beside Campaign's own outputs: what other programs, shells and Windows say,
whom a command reaches, and sentences that want something instead of complaining."""

from __future__ import annotations

import pytest

from ccexpert import Expert, Report
from ccexpert.errors import FactsError
from ccexpert.intake import read
from ccexpert.intake.given import document_in


@pytest.fixture(scope="module")
def expert() -> Expert:
    return Expert()


def diagnosed(expert: Expert, text: str) -> Report:
    return expert.diagnose(read(text).document)


def first(expert: Expert, text: str) -> str:
    """The first diagnosis and its title."""
    report = diagnosed(expert, text)
    return f"{report.diagnoses[0].id}: {report.diagnoses[0].title}" if report.diagnoses else ""


@pytest.mark.parametrize(
    "text",
    [
        "error log shmget failed: No space left on device (errno=28, No space left on device)",
        "semget: No space left on device",
        "FATAL:  could not create shared memory segment: No space left on device",
        "inotify_add_watch('/var/log'): No space left on device",
    ],
)
def test_no_room_for_shared_memory_is_no_full_disk(expert: Expert, text: str) -> None:
    assert {d.id for d in diagnosed(expert, text).diagnoses} == {"trouble-out-of-resources"}


def test_a_number_is_no_beginning_of_a_longer_one(expert: Expert) -> None:
    text = "write failed (errno=28, No space left on device)"
    assert "expected-file-missing" not in {d.id for d in diagnosed(expert, text).diagnoses}


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (
            "SOC-440001 Unable to connect to host 'db01.example.com': connection timed out",
            "No answer in time from db01.example.com",
        ),
        (
            "$ curl -s https://camp.example.com/r/test; echo $?\n7",
            "The connection to camp.example.com is refused",
        ),
        (
            "C:\\>curl -s https://camp.example.com/\nC:\\>echo %ERRORLEVEL%\n60",
            "The certificate of camp.example.com is not trusted",
        ),
        ("ftp> put big.csv\n552 Disk full: please upload later", "it concerns the file server"),
        ("552 5.2.2 mailbox full", "it concerns the receiving domain"),
        (
            "root@w:/etc/httpd/ssl# openssl x509 -in c.crt -noout -dates\n"
            "notBefore=Feb  2 00:00:00 2022 GMT\nnotAfter=Mar  4 23:59:59 2023 GMT",
            "The certificate of the web server is not trusted",
        ),
    ],
)
def test_who_is_meant_is_said(expert: Expert, text: str, title: str) -> None:
    assert title in first(expert, text)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        (
            "$ telnet mail.example.com 25\nTrying 203.0.113.9...\n"
            "telnet: connect to address 203.0.113.9: Connection timed out",
            ("nc", "-vz", "-w", "5", "mail.example.com", "25"),
        ),
        (
            "open('/usr/local/neolane/nl6/var/prod/upload/a.csv'): Permission denied",
            ("namei", "-l", "/usr/local/neolane/nl6/var/prod/upload/a.csv"),
        ),
    ],
)
def test_what_a_text_names_stands_in_the_commands(
    expert: Expert, text: str, command: tuple[str, ...]
) -> None:
    assert command in [step.command for step in diagnosed(expert, text).plan]


def test_a_certificate_whose_dates_are_good_is_no_error() -> None:
    text = "* Server certificate:\n*  start date: Jan  1 00:00:00 2024 GMT\n"
    assert not read(f"{text}*  expire date: Dec 31 23:59:59 2099 GMT\n").document.facts


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("System error 5 has occurred.\n\nAccess is denied.", "trouble-no-permission"),
        ("System error 53 has occurred.\n\nThe network path was not found.", "trouble-timed-out"),
        ("Systemfel 1326 har inträffat.", "trouble-login-refused"),
        ("Failed with error 10061", "trouble-refused"),
        ("COM error 0x80070005", "trouble-no-permission"),
        ("[SC] StartService FAILED 1069:", "trouble-login-refused"),
    ],
)
def test_a_number_of_windows_tells_its_family(expert: Expert, text: str, family: str) -> None:
    assert first(expert, text).startswith(family)


@pytest.mark.parametrize(
    "text",
    [
        'C:\\>tasklist /FI "IMAGENAME eq nlserver.exe"\n'
        "INFO: No tasks are running which match the specified criteria.",
        "Image Name                     PID Session Name        Session#    Mem Usage\n"
        "========================= ======== ================ =========== ============\n"
        "System Idle Process              0 Services                   0          8 K\n"
        "csrss.exe                      544 Services                   0      5,124 K\n",
        'Get-Process : Cannot find a process with the name "nlserver". Verify the name.',
        "C:\\>wmic service where \"name like 'nlserver%'\" get name,state,startmode\n"
        "Name       StartMode  State\nnlserver6  Auto       Stopped",
        "The nlserver6 service is not started.",
    ],
)
def test_windows_says_that_nothing_of_campaign_runs(expert: Expert, text: str) -> None:
    assert first(expert, text).startswith("watchdog-not-running")


@pytest.mark.parametrize(
    "text",
    [
        "nlserver.exe                  2104 Services                   0     45,124 K",
        'C:\\>wmic process where name="nlserver.exe" get CommandLine,ProcessId\n'
        "CommandLine                              ProcessId\n"
        '"C:\\nl\\bin\\nlserver.exe" web -detach   2104',
        "$ ps aux | grep nlserver\n"
        "neolane 2150  0.1  2.0 1200000 300000 ?  Sl   Jan01  10:01 nlserver mta -instance:prod",
    ],
)
def test_a_part_of_a_list_says_of_nothing_that_all_is_well(expert: Expert, text: str) -> None:
    report = diagnosed(expert, text)
    assert (report.status, report.diagnoses) == ("undetermined", ())


@pytest.mark.parametrize(
    "text",
    [
        "peter@app1:~$ nlserver pdump -who\n-bash: nlserver: command not found",
        "C:\\>nlserver pdump\n'nlserver' is not recognized as an internal or external command,\n"
        "operable program or batch file.",
    ],
)
def test_a_command_that_is_not_found_says_why_it_may_be(text: str) -> None:
    (note,) = read(text).not_observed
    assert note.source == "nlserver"
    assert "account of Campaign" in note.reason


@pytest.mark.parametrize(
    "text",
    ["nlserver stopped working yesterday", "curl exited with code 28", "service x is down today"],
)
def test_a_sentence_that_begins_with_a_program_is_no_command(text: str) -> None:
    assert [piece.kind for piece in read(text).pieces] == ["prose"]


@pytest.mark.parametrize(
    "text",
    [
        "How can we stop the mta without losing mails?",
        "What happens if I stop wfserver?",
        "Hur stoppar man alla utskick inför underhållet?",
    ],
)
def test_a_wish_to_stop_something_is_no_complaint(expert: Expert, text: str) -> None:
    assert not diagnosed(expert, text).diagnoses


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("import takes forever", "import-slow"),
        ("The import of our customer file hangs", "import-slow"),
        ("Klickarna syns inte i rapporterna", "tracking-logs-missing"),
        ("minnet är slut på servern", "memory"),
        ("When I log in with IMS I get XSV-350053", "adobe-id-login"),
    ],
)
def test_it_is_understood(text: str, understood: str) -> None:
    facts = [told.fact for told in read(text).understood]
    assert understood in {
        getattr(fact, "name", None) or getattr(fact, "about", "") for fact in facts
    }


def test_a_misspelt_key_of_a_facts_document_is_named() -> None:
    with pytest.raises(FactsError, match="unknown field 'fakts'; did you mean 'facts'"):
        document_in(b'{"fakts": []}', "a.json", read)


@pytest.mark.parametrize(
    ("text", "diagnosis"),
    [
        (
            "#Software: Microsoft HTTP API 2.0\n#Fields: date time c-ip c-port s-ip s-port\n"
            "2024-03-11 07:12:01 10.2.1.44 51234 10.2.0.9 443 HTTP/1.1 GET /r/test - 503 1 "
            "AppOffline CampaignPool",
            "trouble-service-failed: The fault lies with the web server",
        ),
        (
            "[1882341.113401] Out of memory: Killed process 20117 (nlserver) anon-rss:7011220kB",
            "memory-short",
        ),
        (
            "FATAL:  database files are incompatible with server\n"
            "DETAIL:  The data directory was initialized by PostgreSQL version 12.",
            "trouble-service-failed: The fault lies with the database",
        ),
    ],
)
def test_logs_of_neighbours_lead_to_them(expert: Expert, text: str, diagnosis: str) -> None:
    report = diagnosed(expert, text)
    assert first(expert, text).startswith(diagnosis)
    assert len(report.diagnoses) == 1


def test_a_kill_of_some_other_program_is_no_trouble_of_campaigns(expert: Expert) -> None:
    text = "[1882341.113401] Out of memory: Killed process 20117 (chrome) anon-rss:7011220kB"
    assert "memory-short" not in {d.id for d in diagnosed(expert, text).diagnoses}


@pytest.mark.parametrize(
    ("text", "about", "not_about"),
    [
        ("Our database cleanup fails since the upgrade", "technical-workflows", "build-upgrade"),
        ("The mail shows <%= recipient.firstName %> as plain text", "personalisation", "reports"),
    ],
)
def test_what_is_complained_of_is_not_when_it_began(text: str, about: str, not_about: str) -> None:
    parts = {getattr(told.fact, "about", "") for told in read(text).told}
    assert about in parts
    assert not_about not in parts


@pytest.mark.parametrize(
    ("text", "symptom"),
    [
        ("Alla med hotmail- och outlook-adresser får inte mejlen", "messages-rejected-by-domain"),
        ("Ingen kommer in i konsolen sedan vi bytte namn på servern", "console-login-fails"),
    ],
)
def test_a_clause_about_when_and_a_compound_of_a_provider_do_not_hide_a_complaint(
    text: str, symptom: str
) -> None:
    assert symptom in {getattr(told.fact, "name", "") for told in read(text).understood}


def test_a_log_that_is_named_is_not_its_module() -> None:
    kinds = {told.fact.kind for told in read("mta.log visar inget, den är tom sedan i natt").told}
    assert "process" not in kinds


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (
            "$ ping -c 3 db01.example.com\nPING db01.example.com (10.1.2.3) 56(84) bytes of data.\n"
            "\n--- db01.example.com ping statistics ---\n"
            "3 packets transmitted, 0 received, 100% packet loss, time 2043ms",
            "No answer in time from db01.example.com",
        ),
        (
            "WARNING: TCP connect to (10.0.0.7 : 1433) failed\n\nComputerName     : sql01\n"
            "RemotePort       : 1433\nTcpTestSucceeded : False",
            "No answer in time from the database",
        ),
        (
            'type=AVC msg=audit(1712571112.3:4): avc:  denied  { name_connect } comm="httpd"',
            "A permission is missing; it concerns the web server",
        ),
        (
            "2024-04-09 06:00:00.25 Logon       Error: 18456, Severity: 14, State: 8.",
            "The login to the database is refused",
        ),
        (
            "Leap status     : Not synchronised\nStratum         : 0\n"
            "System time     : 412.223 seconds fast of NTP time",
            "Clocks or time zones of the servers differ",
        ),
    ],
)
def test_what_a_check_prints_leads_where_it_points(expert: Expert, text: str, title: str) -> None:
    report = diagnosed(expert, text)
    assert title in first(expert, text)
    assert not report.unexplained


def test_a_clock_that_is_kept_says_nothing_of_others() -> None:
    text = "                Time zone: UTC (UTC, +0000)\nSystem clock synchronized: yes\n"
    reading = read(f"$ timedatectl\n{text}              NTP service: active\n")
    assert (reading.document.facts, reading.not_observed) == ((), ())


def test_what_sudo_refuses_is_noted_and_no_complaint() -> None:
    text = "$ sudo nlserver pdump\nx is not in the sudoers file.  This incident will be reported."
    reading = read(text)
    assert not reading.document.facts
    assert "sudo" in {note.source for note in reading.not_observed}


@pytest.mark.parametrize(
    "text",
    [
        '{"bounce":{"bouncedRecipients":[{"status":"5.1.1","diagnosticCode":"550 5.1.1 x"}]}}',
        "nas01:/exports/camp on /usr/local/neolane/nl6/var/res type nfs4 (rw,vers=4.1)",
        "nlserver: error while loading shared libraries: libssl.so.10: No such file or directory",
    ],
)
def test_data_paths_and_set_phrases_of_programs_name_no_part_of_the_product(text: str) -> None:
    assert "complaint" not in {told.fact.kind for told in read(text).told}


@pytest.mark.parametrize(
    ("above", "module"),
    [
        ("We see it in mta.log on every host since Monday.", None),
        ("This stands in mta.log:", "mta"),
        ("mta.log", "mta"),
    ],
)
def test_behind_a_blank_line_only_what_leads_to_it_tells_the_log(
    above: str, module: str | None
) -> None:
    text = f"{above}\n\n10:12:02 >   NMS-670099 Something that no page describes\n"
    (module_of,) = {told.fact.module for told in read(text).told if told.fact.kind == "error"}
    assert module_of == module


@pytest.mark.parametrize(
    ("further", "module"),
    [
        ("2029-11-22 08:42:19 UTC error NMS-670099 Something that no page describes", "sms"),
        ("2029-10-02 08:42:19 UTC error NMS-670099 Something that no page describes", None),
        ("22/11/2029 08:42:19\tquery\tNMS-670099 Something that no page describes", None),
    ],
)
def test_behind_a_blank_line_a_log_goes_on_with_lines_of_its_day(
    further: str, module: str | None
) -> None:
    text = f"sms.log\n2029-11-22 08:42:18 UTC error log it is jammed\n\n{further}\n"
    found = [told.fact for told in read(text).told if told.fact.kind == "error"]
    assert [fact.module for fact in found] == ["sms", module]


@pytest.mark.parametrize(
    "text",
    [
        "I'm sorry to inform you.",
        "yeah both of them :confused:",
        "We are planning the upgrade to 7.4.1 in October.",
    ],
)
def test_what_only_looks_like_a_word_of_the_product_names_nothing(text: str) -> None:
    assert not read(text).document.facts


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ('A click on "view this email in your browser" gives an error page', "mirror-page"),
        ("Orderbekräftelserna kommer flera timmar för sent", "transactional-messages"),
    ],
)
def test_what_people_call_it_names_the_part(text: str, part: str) -> None:
    assert part in {getattr(told.fact, "about", "") for told in read(text).told}


@pytest.mark.parametrize("older", [
    "> On Tue, Oct 6, 2026 at 9:12 AM Petra wrote:\n> Since this morning no mails leave.",
    "-----Ursprungligt meddelande-----\nÄmne: inga mejl\nInga mejl går iväg sedan i morse.",
    "From: Ann\nSent: Monday\nSubject: no mails\n\nNo mails leave, the console is slow.",
])  # fmt: skip
@pytest.mark.parametrize(("newest", "is_over"), [
    ("Hi,\nit works again. The database was full.", True),
    ("It works again for some, but the mails are still stuck.", False),
    ("Any news?", False),
])  # fmt: skip
def test_what_a_mail_says_is_over_counts_no_longer_in_those_below_it(
    newest: str, is_over: bool, older: str
) -> None:
    reading = read(f"{newest}\n\n{older}\n")
    assert (not reading.told) == is_over
    assert is_over == any("said to be over" in one.reason for one in reading.not_observed)


def test_a_paragraph_behind_a_blank_line_is_of_no_host_to_its_end() -> None:
    hosts = "[op@app1 ~]$ ls\n[op@app2 ~]$ ls\n"
    text = (
        f"{hosts}\nThis is what the receiver said to the mail:\n550-5.7.26 This mail is blocked\n"
    )
    found = [told.fact.host for told in read(text).told if told.fact.kind == "error"]
    assert found == [None]


def test_a_code_that_a_picture_spoilt_is_set_right_in_its_place() -> None:
    reading = read("SOP-33OO11  Error while executing the method 'Logon'")
    told = next(one for one in reading.told if one.fact.kind == "error")
    assert told.fact.code == "SOP-330011"
    assert (told.span.start, told.span.end) == (0, len(reading.text))
    other = read("Error: part ABC-OOOO12 is missing")
    assert all(getattr(one.fact, "code", None) is None for one in other.told)


@pytest.mark.parametrize(
    "text",
    [
        "$ curl -sS -I https://fcm.googleapis.com\nHTTP/2 404\ncontent-length: 1561\n",
        "$ curl -sS -I https://analytics.adobe.io\nHTTP/1.1 401 Unauthorized\n",
        "$ curl -si http://localhost/nl/jsp/logon.jsp\nHTTP/1.1 200 OK\n\n<form></form>",
        "$ nc -vz -w 5 db01 5432\nNcat: Connected to 10.1.2.3:5432.\n",
        "$ mount\n/dev/loop0 on /snap type squashfs (ro,nodev)\n/dev/sda1 on / type xfs (rw)\n",
        "$ ausearch -m avc -ts recent\n<no matches>\n",
    ],
)
def test_what_a_check_prints_on_a_healthy_server_is_no_finding(expert: Expert, text: str) -> None:
    assert not diagnosed(expert, text).diagnoses


def test_a_service_of_others_that_is_not_found_says_nothing_of_the_web_server(
    expert: Expert,
) -> None:
    asked = "$ curl -sS -I https://fcm.googleapis.com\n"
    text = f"{asked}curl: (6) Could not resolve host: fcm.googleapis.com\n"
    assert first(expert, text).startswith("trouble-name-not-resolved")
    assert "site" not in {getattr(one.fact, "name", "") for one in read(text).told}

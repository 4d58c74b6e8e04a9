"""Indicators, service, ports, pages, mail servers and the machine: what each output says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ccexpert.observe.interface import Configuration, Seen
from ccexpert.observe.sources import http, mail, monitor_xml, ports, service_status, system
from tests.kit import signatures
from tests.samples import HEADER, context, labels, named, sample, starting


def indicators(text: str | bytes, **fields: Any) -> dict[str, str]:
    found = monitor_xml.parse_text(text, context(**fields)).facts
    return {f.name: f.level for f in found if f.kind == "indicator"}


SAMPLE_INDICATORS = {
    "zombie-processes": "ok",
    "memory": "warning",
    "disk": "alert",
    "core-files": "alert",
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_the_indicators_of_monitor(encoding: str) -> None:
    text = sample("monitor.xml")
    assert indicators(text.encode(encoding)) == SAMPLE_INDICATORS
    assert indicators(text.replace("\n", "\r\n").encode(encoding)) == SAMPLE_INDICATORS


def test_of_several_disks_the_fullest_counts() -> None:
    facts = monitor_xml.parse_text(sample("monitor.xml"), context()).facts
    assert [f.value for f in facts if f.key[1] == "disk"] == ["Disk /tmp: 97 %"]  # type: ignore[union-attr]


def test_indicators_are_read_one_by_one_when_the_whole_is_not_well_formed() -> None:
    text = sample("monitor.xml")
    for broken in (text.replace("</monitor>", ""), text.replace("<monitor>", "<a><b></a>")):
        assert indicators(broken) == SAMPLE_INDICATORS


@pytest.mark.parametrize(
    ("body", "level"),
    [
        ("<current value='79'/><max value='100'/>", "ok"),
        ("<current value='80'/><max value='100'/>", "warning"),
        ("<current value='90'/><max value='100'/>", "alert"),
        ("<current value='1800' display='1.8 GB'/><max value='2000'/>", "alert"),
        ("<current display='85 %'/>", "warning"),
        ("<current value='85,5' display='85,5 %'/>", "warning"),
        ("<current value='50'/><warning value='40'/><alert value='60'/>", "warning"),
        ("<current value='50'/><warning value='20'/><alert value='10'/>", None),
        ("<current value='50'/>", None),
        ("<current value='much'/><max value='100'/>", None),
        ("", None),
    ],
)
def test_thresholds_as_given_else_as_documented(body: str, level: str | None) -> None:
    assert indicators(f"<indicator name='Memory'>{body}</indicator>").get("memory") == level


@pytest.mark.parametrize(
    ("name", "value", "platform", "level"),
    [
        ("Core Files", "0", "linux", "ok"),
        ("Core Files", "1", "linux", "alert"),
        ("Zombie Processes", "1", "linux", "warning"),
        ("Zombie Processes", "2", "linux", "alert"),
        ("Number of shared memory segments", "1", "linux", "warning"),
        ("Number of processes too old", "1", "windows", "alert"),
    ],
)
def test_documented_thresholds(name: str, value: str, platform: str, level: str) -> None:
    text = f"<indicator name='{name}'><current value='{value}'/></indicator>"
    assert list(indicators(text, platform=platform).values()) == [level]


def test_xml_with_entities_fetches_and_expands_nothing(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("90")
    text = (
        f'<!DOCTYPE m [<!ENTITY x SYSTEM "file://{secret}"><!ENTITY y "yyyyyyyyyy">]>'
        "<m><indicator name='Memory'><current value='&x;' display='&y;'/></indicator></m>"
    )
    seen = monitor_xml.parse_text(text, context())
    assert seen.facts == ()
    assert seen.not_observed


def status(text: str) -> str | None:
    facts = service_status.parse_text(text, context()).facts
    return next((f.result for f in facts if f.kind == "probe"), None)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("exit code: 0\n", "ok"),
        ("nlserver6 ...\nexit code: 1", "error"),
        ("exit status = 2", "blank"),
        ("exit code: 9", "error"),
        ("bash: /etc/init.d/nlserver6: No such file or directory\nexit code: 127", None),
        ("● nlserver.service\n     Active: active (running) since Mon\n\nexit code: 0\n", "ok"),
        ("nlserver.service\n   Active: inactive (dead)\nexit code: 3", "blank"),
        ("nlserver.service\n   Active: failed (Result: exit-code)\nexit code: 3", "error"),
        ("Unit nlserver.service could not be found.\nexit code: 4", None),
        ("System has not been booted with systemd as init system\nexit code: 1", None),
        ("SERVICE_NAME: nlserver6\r\n        STATE              : 4  RUNNING\r\n", "ok"),
        ("SERVICE_NAME: nlserver6\n        STATE              : 1  STOPPED\n", "blank"),
        ("", None),
    ],
)
def test_status_of_the_service(text: str, result: str | None) -> None:
    assert status(text) == result


def test_a_failed_start_names_its_error() -> None:
    text = (
        "   Active: failed (Result: exit-code)\n"
        "nlserver.service: Control process exited, code=exited status=127\n"
        "nlserver: error while loading shared libraries: libicuuc.so.50\nexit code: 3"
    )
    found = service_status.parse_text(text, context()).facts
    shown = {name for fact in found for name in signatures(fact, context().vocabulary)}
    assert shown >= {"service-start-failed", "shared-library-missing"}


def port_states(listeners: list[dict[str, Any]], **fields: Any) -> dict[str, str]:
    seen = ports.parse(named({"ports.json": json.dumps(listeners)}), context(**fields))
    return {f"{f.port}/{f.protocol}": f.state for f in seen.facts if f.kind == "port"}


def holder(port: int, protocol: str, owner: str | None) -> dict[str, Any]:
    return {"port": port, "protocol": protocol, "owner": owner}


def test_the_rightful_owner_decides_between_bound_and_in_use() -> None:
    states = port_states(
        [
            holder(6666, "udp", "rsyslogd"),
            holder(7777, "udp", "nlserver"),
            holder(8080, "tcp", "NLSERVER.EXE"),
            holder(80, "tcp", "httpd"),
        ]
    )
    assert states["6666/udp"] == "in-use"
    assert states["7777/udp"] == "bound"
    assert states["8080/tcp"] == "bound"
    assert states["80/tcp"] == "bound"
    assert states["8005/tcp"] == "free"
    assert "25/tcp" not in states  # outgoing: nobody listens here
    assert "5432/tcp" not in states


def test_the_same_number_with_the_other_protocol_is_another_port() -> None:
    assert port_states([holder(6666, "tcp", "rsyslogd")])["6666/udp"] == "free"


def test_an_owner_that_may_not_be_seen_is_not_guessed() -> None:
    seen = ports.parse(named({"ports.json": json.dumps([holder(6666, "udp", None)])}), context())
    assert "6666/udp" not in {f.label.split()[1] for f in seen.facts}
    assert "6666/udp" in seen.not_observed[0].reason


def test_ports_that_the_configuration_moved_or_never_starts_give_no_fact() -> None:
    known = Configuration(ports={"web": 8081, "syslogd": 6667})
    assert not {"8080/tcp", "6666/udp"} & set(port_states([], configuration=known))
    off = starting("web@default", off=("stat@prod", "pipelined@prod"))
    states = port_states([], configuration=off)
    assert "7777/udp" not in states
    assert "8080/tcp" in states


def test_a_host_that_only_sends_needs_no_web_server() -> None:
    sends = starting("mta@prod", off=("web@default", "trackinglogd@default"))
    assert not {"80/tcp", "443/tcp"} & set(port_states([], configuration=sends))
    assert "443/tcp" in port_states([], configuration=starting("web@default"))


@pytest.mark.parametrize("text", ["", "{", "{}", '[1, {"port": "x"}, {"port": 1}]', "[" * 9999])
def test_a_list_of_ports_that_is_none(text: str) -> None:
    seen = ports.parse(named({"ports.json": text}), context())
    assert {f.seen for f in seen.facts} <= {"free"}


def page(probe: str, text: str | bytes) -> str | None:
    facts = http.parse_page(probe, text, context()).facts
    return next((f.result for f in facts if f.kind == "probe"), None)


OK_200 = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"

R_TEST_OK = [
    sample("http/r-test.txt"),
    "<redir status='OK' date='YYYY-MM-DD HH:MM:SS.112Z' build='XXXX' host='<h>' localHost='<s>'/>",
    "<redir status='OK' date='2024/01/01 01:01:01' sourceIP='10.1.1.1'/>",
    '<redir version="7" sha1="x" instance="prod" sourceIP="10.1.1.1" status="OK" date="…"/>',
    "<redir date='2021-08-27 08:02:07.963-07' build='9236' status='OK'/>\r\n",
]


@pytest.mark.parametrize("text", R_TEST_OK)
def test_r_test_is_ok_in_every_documented_form(text: str) -> None:
    assert page("r-test", text) == "ok"
    assert page("r-test", OK_200 + text) == "ok"


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("<redir status='KO'/>", "error"),
        ("<html>404 Not Found</html>", "error"),
        ("HTTP/1.1 404 Not Found\n\n<html>status='OK'</html>", "error"),
        (OK_200, "blank"),
        ("refused: nobody listens", "refused"),
        ("curl: (7) Failed to connect to localhost port 80: Connection refused", "refused"),
        ("curl: (28) Operation timed out after 5000 milliseconds", "timeout"),
        ("timeout: no answer within 10 seconds", "timeout"),
        ("curl: (60) SSL certificate problem", "error"),
    ],
)
def test_r_test_is_not_ok(text: str, result: str) -> None:
    assert page("r-test", text) == result


@pytest.mark.parametrize("body", ["HTTP/1.1 200 OK\n\nhello", "HTTP/1.1 503 x\n\n", "hello"])
def test_any_answer_shows_that_the_web_server_runs(body: str) -> None:
    assert page("site", body) == "ok"
    assert page("site", "error: [SSL: CERTIFICATE_VERIFY_FAILED]") == "error"


LOGON_PAGE = (
    "<html><head><title>x</title></head><body><form><input name='login'></form></body></html>"
)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        (OK_200 + LOGON_PAGE, "ok"),
        (OK_200 + "<html><body>Identifier and password</body></html>", "ok"),
        (OK_200 + "<html><head><script src='a.js'></script></head><body></body></html>", "ok"),
        (OK_200, "blank"),
        (OK_200 + "  \n", "blank"),
        (OK_200 + "<!DOCTYPE html><html><head><title>Campaign</title><style>a{}</style></head>"
         "<!-- nothing --><body>\n</body></html>", "blank"),
        ("HTTP/1.1 500 \n\n<h1>HTTP Status 500</h1><hr/><h3>Apache Tomcat/10.1.1</h3>",
         "tomcat-error"),
        (OK_200 + "org.apache.jasper.JasperException: Unable to compile class for JSP",
         "tomcat-error"),
        (OK_200 + "<pre>java.lang.NoClassDefFoundError: x</pre>", "tomcat-error"),
        ("HTTP/1.1 404 Not Found\n\n<h1>Not Found</h1><h3>Apache Tomcat/10.1.1</h3>", "error"),
        ("HTTP/1.1 503 Service Unavailable\n\nx", "error"),
    ],
)  # fmt: skip
def test_the_logon_page(text: str, result: str) -> None:
    assert page("logon", text) == result
    assert page("tomcat-direct", text) == result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("OK\n2026-11-22 12:00:00.000Z", "ok"),
        (OK_200 + "Ok\n2026-11-22", "ok"),
        (OK_200 + "Error\nPGS-220000 PostgreSQL error", "error"),
        ("HTTP/1.1 500 x\n\nx", "error"),
        (OK_200, "blank"),
        ("HTTP/1.1 403 Forbidden\n\nXSV-350008 Session has expired or is invalid.", None),
        (OK_200 + "<form action='/nl/jsp/logon.jsp'>", None),
    ],
)
def test_ping_says_nothing_about_the_database_without_a_session(text: str, result: str) -> None:
    assert page("ping", text) == result


def test_a_redirect_to_another_host_is_no_blank_page() -> None:
    text = "HTTP/1.1 302 Found\nlocation: https://campaign.example.com\n\n"
    seen = http.parse_page("logon", text, context())
    assert seen.facts == ()
    assert "campaign.example.com" in seen.not_observed[0].reason


def test_errors_on_a_page_are_facts_of_web() -> None:
    text = "HTTP/1.1 500 x\n\nXSV-350122 An error occurred and the process has been stopped."
    found = http.parse_page("logon", text, context()).facts
    assert [(f.module, f.code) for f in found if f.kind == "error"] == [("web", "XSV-350122")]


@pytest.mark.parametrize(
    ("server", "name"),
    [("Apache/2.4.6", "apache"), ("Microsoft-IIS/10.0", "iis"), ("Apache-Coyote/1.1", None)],
)
def test_the_web_server_names_itself(server: str, name: str | None) -> None:
    found = http.parse_page("site", f"HTTP/1.1 200 OK\nServer: {server}\n\nx", context()).facts
    assert [f.name for f in found if f.kind == "context"] == ([name] if name else [])


def mail_facts(**texts: str) -> Seen:
    files = {f"mail/{n.replace('_', '-')}.txt": t for n, t in texts.items()}
    return mail.parse(named(files), context())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("220 mx ESMTP\nport: 25\n", ["probe smtp-out = ok", "port 25/tcp = bound"]),
        ("220 mx ESMTP\nport: 2525\n", ["probe smtp-out = ok"]),
        ("554 no\nport: 25\n", ["probe smtp-out = error", "port 25/tcp = bound"]),
        ("refused: x\nport: 25\n", ["probe smtp-out = refused", "port 25/tcp = unreachable"]),
        ("timeout: x\nport: 25\n", ["probe smtp-out = timeout", "port 25/tcp = unreachable"]),
        ("error: name\nport: 25\n", ["probe smtp-out = error"]),
        ("", []),
    ],
)
def test_the_smtp_server(text: str, expected: list[str]) -> None:
    assert labels(mail_facts(smtp_out=text).facts) == expected


def test_a_greeting_of_the_mailbox_is_not_a_logon() -> None:
    seen = mail_facts(pop3="+OK ready\nport: 110\n")
    assert labels(seen.facts) == ["port 110/tcp = bound"]
    assert "CCEXPERT_POP3_LOGIN" in seen.not_observed[0].reason
    assert labels(mail_facts(pop3="+OK logged on\nport: 110\n").facts)[0] == "probe pop3 = ok"
    assert labels(mail_facts(pop3="error: the account is refused\nport: 110\n").facts) == [
        "probe pop3 = error"
    ]


def machine(data: Any, **fields: Any) -> list[str]:
    return labels(system.parse(named({"system.json": json.dumps(data)}), context(**fields)).facts)


@pytest.mark.parametrize(
    ("used", "level"), [(0, "ok"), (79.9, "ok"), (80, "warning"), (90, "alert"), (100.0, "alert")]
)
def test_disk_memory_and_swap_by_the_documented_thresholds(used: float, level: str) -> None:
    data = {
        "disks": [{"path": "/a", "used_percent": 1}, {"path": "/var", "used_percent": used}],
        "memory_percent": used,
        "swap_percent": used,
    }
    assert machine(data) == [f"indicator {n} = {level}" for n in ("disk", "memory", "swap")]


def test_temporary_files_on_another_device_matter_where_mails_are_sent() -> None:
    data = {"tmp_on_device_of_var": False, "tmp": "/tmp"}
    assert machine(data) == ["setting TMPDIR = wrong"]
    assert machine(data, configuration=starting("web@default", off=("mta@prod",))) == []
    assert machine(data | {"tmp_on_device_of_var": True}) == ["setting TMPDIR = ok"]


@pytest.mark.parametrize(
    "data",
    [
        [],
        {},
        {"disks": 1, "memory_percent": "9", "swap_percent": True},
        {"disks": [1, {"used_percent": 10**400}], "memory_percent": -1},
        {"memory_percent": float("nan")},
    ],
)
def test_a_system_output_that_says_nothing(data: Any) -> None:
    assert machine(data) == []


def test_header_and_pages_survive_windows(tmp_path: Path) -> None:
    assert page("r-test", R_TEST_OK[0].encode("utf-16")) == "ok"
    assert indicators((HEADER + "<x/>").encode("utf-16")) == {}

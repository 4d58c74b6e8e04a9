"""Looking at a live host: commands, pages, ports, mail servers, files; and what cannot be read."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from ccexpert.facts.case import settle
from ccexpert.facts.document import document_of
from ccexpert.facts.schema import facts_schema
from ccexpert.observe import SOURCES, observer, source
from ccexpert.observe.capture import opened, write
from ccexpert.observe.commands import nlserver_path, run
from ccexpert.observe.host import this_host
from ccexpert.observe.interface import CannotObserveError, Circumstances, Host, Ran, Taken
from ccexpert.observe.sources import http, mail, pdump, ports, service_status
from ccexpert.whereabouts import Whereabouts
from tests.fleet import waits_for
from tests.kit import ccexpert
from tests.samples import context, vocabulary
from tests.samples.site import HEALTHY, Site, ago, line_server, page, web_server

#: Seconds that a thing may take, so that what hangs is told from what a busy machine delays: the
#: next is tried where the one before was too short.
LIMITS = (1, 10, 100)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path / "nl6")


@pytest.fixture
def host(site: Site) -> Host:
    """The site's host, on which nothing is too slow."""
    found = this_host(Whereabouts(conf=site.conf, var=site.var), "linux")
    return replace(found, limit=LIMITS[-1])


def now() -> Circumstances:
    return replace(context(), now=datetime.now(UTC))


def facts_of(found: Host) -> tuple[set[str], list[str]]:
    seen = observer.conclude(observer.look(found, vocabulary(), 3 * LIMITS[-1]), now())
    return {f.label for f in seen.facts}, [f"{n.source}: {n.reason}" for n in seen.not_observed]


def test_all_sources_of_a_healthy_host(site: Site, host: Host) -> None:
    with web_server(HEALTHY) as url, line_server("220 mx", lambda line: "221 bye") as smtp:
        labels, reasons = facts_of(replace(host, url=url, smtp=smtp))
    assert labels >= {
        "probe config-files = ok",
        "probe pdump = ok",
        "probe monitor-missing = ok",
        "process mta@demo = running",
        "process watchdog@default = running",
        "setting statServerAddress@demo = ok",
        "probe site = ok",
        "probe r-test = ok",
        "probe logon = ok",
        "probe ping = ok",
        "probe smtp-out = ok",
        "log mta@demo = growing",
        "indicator core-files = alert",
        "indicator database-connections = ok",
    }
    assert not [label for label in labels if "missing" in label.split(" = ")[1]]
    assert {r.split(":")[0] for r in reasons} <= {"mail", "service-status", "ports"}


def test_what_is_broken_shows(site: Site, host: Host) -> None:
    text = (site.bin / "pdump.txt").read_text(encoding="utf-8")
    site.prints("pdump.txt", "".join(x for x in text.splitlines(True) if "stat@" not in x))
    site.prints(
        "monitor-missing.txt", "12:09 > Application server for Adobe Campaign x\nstat@demo\n"
    )
    site.log("demo", "mta", ago(minutes=3), "DLV-490066 Anti-spam checking failed for 10.1.2.3")
    pages = {**HEALTHY, "/nl/jsp/logon.jsp": page("")}
    with web_server(pages) as url:
        labels, _ = facts_of(replace(host, url=url))
    assert labels >= {
        "process stat@demo = missing",
        "probe monitor-missing = error",
        "probe logon = blank",
    }
    assert any("DLV-490066" in label for label in labels)


def test_the_document_is_valid_and_can_be_diagnosed(site: Site, host: Host) -> None:
    origin = observer.Origin("app-1", "linux", datetime.now(UTC))
    seen = observer.conclude(observer.look(host, vocabulary(), 3 * LIMITS[-1]), now())
    made = observer.document(seen, origin)
    data = json.loads(json.dumps(observer.plain(made)))
    jsonschema.validate(data, facts_schema(vocabulary()), cls=jsonschema.Draft202012Validator)
    assert settle([document_of(data)], vocabulary()).host == "app-1"


def test_a_capture_gives_the_same_facts(site: Site, host: Host, tmp_path: Path) -> None:
    site.log("demo", "mta", ago(minutes=3), "login=jane XSV-350012 from 10.9.9.9 and 10.1.2.3")
    site.log("demo", "wfserver", ago(hours=40), "deadlock detected")
    site.log(
        "default", "web", ago(minutes=1), "The '10.1.2.3' IP address … is not accepted XSV-350014"
    )
    site.log("default", "web", ago(minutes=1), "2001:db8::1 token=abc ___123456789 errno=28,")
    site.log("demo", "logins.26-11-22", ago(hours=1), "jane 10.9.9.9")
    config = site.conf / "config-demo.xml"
    config.write_text(config.read_text().replace('"localhost"', '"10.7.7.7:7777"'))
    (site.conf / "config-other.xml").write_text("<broken password='topsecret'>")
    with web_server({**HEALTHY, "/nl/jsp/ping.jsp": page("no", 500)}) as url:
        taken = observer.look(replace(host, url=url), vocabulary(), 3 * LIMITS[-1])
    origin = observer.Origin("app-1", "linux", datetime.now(UTC))
    looked = replace(context(), now=origin.at)
    live = observer.document(observer.conclude(taken, looked), origin)
    path = tmp_path / "out.tar.gz"
    lacking = write(path, taken, origin, vocabulary(), hours=24)
    with opened(path) as capture:
        again = observer.conclude(capture.taken, replace(looked, now=capture.origin.at))
        assert capture.redacted is True
        shown = observer.document(again, capture.origin)
    assert shown.facts == live.facts
    assert (shown.host, shown.platform, shown.observed_at) == ("app-1", "linux", origin.at)
    reasons = {n.reason for n in shown.not_observed or ()}
    assert {n.reason for n in lacking} <= reasons
    assert {r for r in reasons if "logins" not in r} == {n.reason for n in live.not_observed or ()}
    assert any("<ip-" in (getattr(f, "text", "") or "") for f in live.facts)


def test_a_source_that_fails_or_hangs_stops_no_other(site: Site, host: Host) -> None:
    def refuse(argv: Any, limit: float) -> Ran:
        if "-missing" in argv:
            raise RuntimeError("something unforeseen")
        if "-who" in argv:
            raise CannotObserveError("no rights")
        return run(argv, limit)

    class Slow:
        """Stands in for a page that hangs."""

        def __call__(self, argv: Any, limit: float) -> Ran:
            if argv[-1] == "monitor":
                threading.Event().wait()
            return refuse(argv, limit)

    labels: set[str] = set()
    for limit in LIMITS:
        taken = observer.look(replace(host, run=Slow()), vocabulary(), limit=limit)
        seen = observer.conclude(taken, now())
        labels = {f.label for f in seen.facts}
        reasons = [f"{n.source}: {n.reason}" for n in seen.not_observed]
        if len([reason for reason in reasons if "no answer" in reason]) == 1:
            break
    assert "process mta@demo = running" in labels
    assert "missing: RuntimeError: something unforeseen" in reasons
    assert "pdump -who: no rights" in reasons
    assert f"monitor: no answer within {limit} seconds" in reasons


def test_nothing_is_there(tmp_path: Path) -> None:
    nowhere = tmp_path / "none"
    found = this_host(Whereabouts(conf=nowhere / "conf", var=nowhere / "var"), "linux")
    labels, reasons = facts_of(found)
    of_the_system = ("indicator", "context debian", "context rhel9")
    assert not [label for label in labels if not label.startswith(of_the_system)]
    assert {r.split(":")[0] for r in reasons} >= set(SOURCES) - {"system"}


def test_a_host_of_which_no_process_is_seen_is_not_called_well(tmp_path: Path) -> None:
    nowhere = ("--observe", "--var", tmp_path / "var", "--conf", tmp_path / "conf")
    done = ccexpert("diagnose", *nowhere, "-f", "nagios")
    assert (done.returncode, done.stdout.split(" - ")[0]) == (3, "CAMPAIGN UNKNOWN")
    assert "not observed: pdump: nlserver is neither" in done.stderr
    told = tmp_path / "told.json"
    fact = {"kind": "process", "module": "mta", "instance": "prod", "state": "running"}
    told.write_text(json.dumps({"schema_version": 1, "facts": [fact]}))
    done = ccexpert("diagnose", told, *nowhere, "-f", "nagios")
    assert (done.returncode, done.stderr) == (0, "")


def lives(pid: int) -> bool:
    """Whether a process runs; one that has ended and waits for its parent does not."""
    try:
        return "Z (zombie)" not in Path(f"/proc/{pid}/status").read_text(errors="replace")
    except OSError:
        return False


def test_a_command_that_takes_too_long_is_ended_with_its_children(tmp_path: Path) -> None:
    script = tmp_path / "slow"
    script.write_text(f"#!/bin/sh\nsleep 300 & echo $! > {tmp_path}/child\nwait\n")
    script.chmod(0o755)
    noted = tmp_path / "child"
    for limit in LIMITS:
        with pytest.raises(CannotObserveError, match=f"no answer within {limit} seconds"):
            run([str(script)], limit)
        if noted.exists() and noted.read_text():
            break
    waits_for(lambda: not lives(int(noted.read_text())))


def test_a_command_is_no_shell_text(tmp_path: Path) -> None:
    script = tmp_path / "show"
    script.write_text('#!/bin/sh\nprintf "%s|" "$@"\n')
    script.chmod(0o755)
    hostile = ["; touch x", "$(id)", "`id`", "a b", "*"]
    assert run([str(script), *hostile], 5).output.decode() == "".join(h + "|" for h in hostile)
    with pytest.raises(CannotObserveError, match="no command"):
        run(["no-such-command; true"], 5)


def test_the_rights_to_run_a_command_lack(tmp_path: Path) -> None:
    script = tmp_path / "broken"
    script.write_text("#!/no/such/interpreter\n")
    script.chmod(0o755)
    with pytest.raises(CannotObserveError, match="cannot be run"):
        run([str(script)], 5)


def test_a_failing_nlserver_is_an_error_for_the_campaign_account_only(
    site: Site, host: Host
) -> None:
    site.stands_in("#!/bin/sh\necho 'error while loading shared libraries: x' >&2\nexit 127\n")
    assert "probe pdump = error" in facts_of(host)[0]
    if os.geteuid() == 0:
        os.chown(site.var, 12345, 12345)
        labels, reasons = facts_of(host)
        assert "probe pdump = error" not in labels
        assert any("as the Campaign account" in r for r in reasons)


def test_the_status_command_fits_the_platform(host: Host) -> None:
    asked: list[list[str]] = []

    def note(argv: Any, limit: float) -> Ran:
        asked.append(list(argv))
        return Ran(b"STATE : 4 RUNNING", 0)

    for platform in ("linux", "windows"):
        service_status.read(replace(host, run=note, platform=platform))
    assert asked == [["systemctl", "status", "nlserver"], ["sc", "query", "nlserver6"]]


def probes(base: str, host: Host, limit: float = 5) -> tuple[dict[str, str], str]:
    taken = http.read(replace(host, url=base, limit=limit))
    seen = http.parse(taken.outputs, context())
    found = {f.name: f.result for f in seen.facts if f.kind == "probe"}
    return found, " ".join(n.reason for n in seen.not_observed)


def test_no_web_server(host: Host) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{free.getsockname()[1]}"
    assert set(probes(base, host)[0].values()) == {"refused"}


def hang(request: BaseHTTPRequestHandler) -> None:
    threading.Event().wait()


def drip(request: BaseHTTPRequestHandler) -> None:
    """An answer without an end, a byte at a time."""
    request.send_response(200)
    request.end_headers()
    with contextlib.suppress(OSError):  # the client has left
        while True:
            request.wfile.write(b"x")
            request.wfile.flush()
            time.sleep(0.1)


def test_pages_that_hang_or_never_end(host: Host) -> None:
    pages = {**HEALTHY, "/r/test": hang, "/nl/jsp/logon.jsp": drip}
    for limit in LIMITS:
        with web_server(pages) as base:
            found, _ = probes(base, host, limit=limit)
        if (found["site"], found["ping"]) == ("ok", "ok"):
            break
    assert found == {"site": "ok", "r-test": "timeout", "logon": "timeout", "ping": "ok"}


def drip_header(server: socket.socket) -> None:
    """Answer every connection with a header that never ends, a byte at a time."""

    def answer(connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
            for _ in range(100):
                connection.sendall(b"x")
                time.sleep(0.2)

    with contextlib.suppress(OSError):
        while True:
            threading.Thread(target=answer, args=server.accept()[:1], daemon=True).start()


def test_a_header_that_never_ends(host: Host) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=drip_header, args=(server,), daemon=True).start()
        base = f"http://127.0.0.1:{server.getsockname()[1]}"
        assert set(probes(base, host, limit=1)[0].values()) == {"timeout"}


def test_redirects_are_followed_on_the_same_host_only(host: Host) -> None:
    pages = {
        **HEALTHY,
        "/r/test": page("", 302, Location="/elsewhere"),
        "/elsewhere": HEALTHY["/r/test"],
        "/nl/jsp/logon.jsp": page("", 302, Location="https://ims.example.com/x?token=abc"),
        "/nl/jsp/ping.jsp": page("", 302, Location="/nl/jsp/ping.jsp"),
    }
    with web_server(pages) as base:
        found, reasons = probes(base, host)
    assert found == {"site": "ok", "r-test": "ok", "ping": "error"}
    assert "https://ims.example.com" in reasons
    assert "abc" not in reasons


def test_the_session_token_goes_to_ping_only_and_into_nothing(host: Host) -> None:
    asked: list[str] = []

    def note(request: BaseHTTPRequestHandler) -> None:
        asked.append(request.path)
        page("OK")(request)

    with web_server(dict.fromkeys(HEALTHY, note)) as base:
        taken = http.read(replace(host, url=base, environ={http.TOKEN: "monitor/secret"}))
    assert [p for p in asked if "secret" in p] == [
        "/nl/jsp/ping.jsp?__sessiontoken=monitor%2Fsecret"
    ]
    assert b"secret" not in b"".join(o.data() for o in taken.outputs.values())


def test_an_endless_page_is_cut(host: Host) -> None:
    with web_server({**HEALTHY, "/": page("x" * 3_000_000)}) as base:
        taken = http.read(replace(host, url=base))
    assert taken.outputs["http/site.txt"].size < 300_000


def test_pages_are_not_asked_for_where_none_is_served(host: Host) -> None:
    known = replace(
        host.configuration,
        autostart={("web", "default"): False, ("trackinglogd", "default"): False},
    )
    with pytest.raises(CannotObserveError, match="--url"):
        http.read(replace(host, configuration=known))


def test_listening_ports_and_their_programs() -> None:
    with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
        tcp.bind(("127.0.0.1", 0))
        udp.bind(("127.0.0.1", 0))
        tcp.listen()
        found = list(ports.listening())
        mine = {
            (x["port"], x["protocol"])
            for x in found
            if "python" in str(x["owner"]) or "pytest" in str(x["owner"])
        }
        assert (tcp.getsockname()[1], "tcp") in mine
        assert (udp.getsockname()[1], "udp") in mine


def test_a_port_that_only_talks_does_not_listen() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as client,
    ):
        assert client.getsockname()[1] not in {x["port"] for x in ports.listening()}


def pop3(line: str) -> str:
    return (
        {"USER bounce": "+OK", "PASS right": "+OK"}.get(line, "-ERR") if line != "QUIT" else "+OK"
    )


@pytest.mark.parametrize(
    ("environ", "label"),
    [
        ({mail.LOGIN: "bounce", mail.PASSWORD: "right"}, ["probe pop3 = ok"]),
        ({mail.LOGIN: "bounce", mail.PASSWORD: "wrong"}, ["probe pop3 = error"]),
        ({}, []),
    ],
)
def test_the_mailbox_is_logged_on_to(host: Host, environ: dict[str, str], label: list[str]) -> None:
    with line_server("+OK ready", pop3) as address:
        taken = mail.read(replace(host, pop3=address, environ=environ))
    assert [f.label for f in mail.parse(taken.outputs, context()).facts] == label
    written = b"".join(o.data() for o in taken.outputs.values())
    assert b"bounce" not in written
    assert b"right" not in written


def test_a_mail_server_that_does_not_answer(host: Host) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        silent = f"127.0.0.1:{server.getsockname()[1]}"
        taken = mail.read(replace(host, smtp=silent, pop3=silent, limit=1))
    labels = {f.label for f in mail.parse(taken.outputs, context()).facts}
    assert labels == {"probe smtp-out = timeout", "probe pop3 = timeout"}


def test_the_configured_relay_is_the_mail_server(host: Host) -> None:
    with line_server("220 relay", lambda line: "221") as address:
        name, _, port = address.partition(":")
        known = replace(host.configuration, relay=(name, int(port)))
        taken = mail.read(replace(host, configuration=known))
    assert b"220 relay" in taken.outputs["mail/smtp-out.txt"].data()


def test_var_may_be_moved_by_customer_sh(site: Site) -> None:
    (site.root / "customer.sh").write_text("export XTK_VAR_DIR=/app/log/AdobeCampaign\n")
    assert this_host(Whereabouts(conf=site.conf), "linux").var == Path("/app/log/AdobeCampaign")
    (site.root / "customer.sh").unlink()
    assert this_host(Whereabouts(conf=site.conf), "linux").var == site.var


def test_every_source_keeps_to_the_interface() -> None:
    for name in SOURCES:
        found = source(name)
        assert found.FILES
        assert found.parse({}, context()).facts == ()
        assert callable(found.read)


def observe(*arguments: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
    return ccexpert("observe", *arguments, **options)


def test_the_command_line_live_and_from_a_capture(site: Site, tmp_path: Path) -> None:
    site.log("demo", "mta", ago(minutes=3), "deadlock detected for 10.1.2.3")
    archive, document = tmp_path / "c.tar.gz", tmp_path / "facts.json"
    with web_server(HEALTHY) as url:
        live = observe(*site.options, "--url", url)
        captured = observe("capture", archive, *site.options, "--url", url)
    assert (live.returncode, live.stderr) == (0, "")
    assert captured.returncode == 0, captured.stderr
    assert "not observed: mail" in captured.stderr
    again = observe("--from", archive, "--output", document)
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")

    def steady(text: str) -> list[dict[str, Any]]:
        """Without memory and disk, which change from one look to the next."""
        facts: list[dict[str, Any]] = json.loads(text)["facts"]
        return [f for f in facts if f.get("source") != "operating system"]

    assert steady(document.read_text(encoding="utf-8")) == steady(live.stdout)
    assert json.loads(live.stdout)["redacted"] is True
    assert "10.1.2.3" not in live.stdout
    assert archive.stat().st_mode & 0o077 == 0
    diagnosed = ccexpert("diagnose", document)
    assert diagnosed.returncode == 0, diagnosed.stderr


def test_no_redact_says_so(site: Site, tmp_path: Path) -> None:
    site.log("demo", "mta", ago(minutes=3), "deadlock detected for 10.1.2.3")
    done = observe(*site.options, "--no-redact")
    assert "10.1.2.3" in done.stdout
    assert json.loads(done.stdout)["redacted"] is False
    assert "--no-redact" in done.stderr
    archive = tmp_path / "c.tar.gz"
    assert "--no-redact" in observe("capture", archive, *site.options, "--no-redact").stderr
    assert json.loads(observe("--from", archive).stdout)["redacted"] is True
    again = observe("--from", archive, "--no-redact")
    assert (json.loads(again.stdout)["redacted"], "--no-redact" in again.stderr) == (False, True)


def test_one_instance(site: Site) -> None:
    text = (site.bin / "pdump.txt").read_text(encoding="utf-8")
    site.prints("pdump.txt", text + "mta@other (99) - 2.0 MB\n")
    facts = json.loads(observe(*site.options, "--instance", "demo").stdout)["facts"]
    assert {f.get("instance") for f in facts} == {None, "default", "demo"}


def test_a_single_output_from_a_file_or_stdin(tmp_path: Path) -> None:
    text = (Path(__file__).parent / "samples" / "pdump-who.txt").read_text(encoding="utf-8")
    path = tmp_path / "x.txt"
    path.write_bytes(text.encode("utf-16"))
    from_file = json.loads(observe("pdump", path).stdout)
    from_stdin = json.loads(observe("pdump", "-", stdin=text).stdout)
    assert from_file["facts"] == from_stdin["facts"]
    assert "host" not in from_stdin
    logged = observe("log", "-", stdin="2026-11-22T11:00:00Z\t1\t2\t3\terror\tlog\terrno=28, x\n")
    assert [f["kind"] for f in json.loads(logged.stdout)["facts"]] == ["error"]


@pytest.mark.parametrize(
    ("command", "text", "label"),
    [
        ("missing", "x > Application server for Adobe Campaign x\nmta@prod\n", "monitor-missing"),
        (
            "monitor",
            "<indicator name='Memory'><current value='9'/><max value='10'/></indicator>",
            "memory",
        ),
        ("service-status", "exit code: 2\n", "service-status"),
        ("r-test", "<redir status='OK'/>", "r-test"),
        ("logon", "", "logon"),
        ("ping", "OK", "ping"),
        ("site", "x", "site"),
        ("tomcat-direct", "x", "tomcat-direct"),
    ],
)
def test_every_single_output_has_a_command(command: str, text: str, label: str) -> None:
    facts = json.loads(observe(command, "-", stdin=text).stdout)["facts"]
    assert facts[0]["name"] == label


def test_a_configuration_file_alone(site: Site) -> None:
    path = site.conf / "config-demo.xml"
    facts = json.loads(observe("configuration", path).stdout)["facts"]
    assert {f["instance"] for f in facts if f.get("name") == "statServerAddress"} == {"demo"}
    piped = observe("configuration", "-", "--instance", "demo", stdin=path.read_bytes())
    assert json.loads(piped.stdout)["facts"] == facts
    server = observe("server-configuration", site.conf / "serverConf.xml")
    assert json.loads(server.stdout)["facts"][0]["name"] == "config-files"


def test_a_log_alone_may_have_any_name(tmp_path: Path) -> None:
    path = tmp_path / "mta.log"
    path.write_text("2026-11-22T11:00:00Z\t1\t2\t3\terror\tlog\terrno=28, x\n")
    found = json.loads(observe("log", path, "--instance", "prod").stdout)
    assert [(f["module"], f["instance"]) for f in found["facts"]] == [("mta", "prod")]
    renamed = path.rename(tmp_path / "ticket 1234.txt")
    assert len(json.loads(observe("log", renamed).stdout)["facts"]) == 1


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("pdump", "nowhere.txt"), 66, "no such file"),
        (("pdump", "/"), 66, "directory"),
        (("--from", "nowhere"), 66, "no such folder or file"),
        (("--url", "campaign.example.com"), 2, "--url"),
        (("--url", "http://["), 2, "--url"),
        (("--instance", "a;b"), 2, "--instance"),
        (("--url", "https://x", "pdump", "-"), 2, "must come after 'pdump'"),
        (("capture", "/no/such/folder/x.tar.gz"), 73, "cannot be written"),
    ],
)
def test_what_a_person_can_get_wrong(arguments: tuple[str, ...], code: int, message: str) -> None:
    done = observe(*arguments)
    assert done.returncode == code
    assert done.stdout == ""
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_no_progress_bar_when_piped(site: Site) -> None:
    path = site.log("demo", "mta", ago(minutes=1), "x")
    with path.open("ab") as stream:
        for _ in range(70):
            stream.write(path.read_bytes()[:64] * 16384)
    done = observe(*site.options)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal is needed")
def test_a_progress_bar_on_a_terminal(tmp_path: Path) -> None:
    import pexpect

    path = tmp_path / "web.log"
    path.write_bytes(b"2026-11-22T11:00:00Z nothing of note\n" * 2_500_000)
    child = pexpect.spawn(
        sys.executable, ["-m", "ccexpert", "observe", "log", str(path), "-o", str(tmp_path / "f")]
    )
    child.expect("Searching logs")
    child.expect("100%")
    child.expect(pexpect.EOF)
    assert json.loads((tmp_path / "f").read_text())["facts"] == []


def test_the_reader_runs_pdump_and_who(host: Host) -> None:
    taken: Taken = pdump.read(host)
    assert set(taken.outputs) == {"pdump.txt", "pdump-who.txt"}


@pytest.mark.skipif(os.name != "posix", reason="owners of POSIX")
@pytest.mark.parametrize(
    ("owner", "mode", "called"),
    [("own", 0o755, True), ("other", 0o755, False), ("own", 0o777, False)],
)
def test_a_program_of_somebody_else_beside_conf_is_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: str, mode: int, called: bool
) -> None:
    program = tmp_path / "bin" / "nlserver"
    program.parent.mkdir()
    program.write_text("#!/bin/sh", encoding="utf-8")
    program.chmod(mode)
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    if owner == "other":
        monkeypatch.setattr(
            Path, "stat", lambda self: os.stat_result((0o100755, 0, 0, 1, 4242, 0, 0, 0, 0, 0))
        )
    host = this_host(Whereabouts(conf=tmp_path / "conf"), "linux")
    assert nlserver_path(host) == (str(program) if called else None)

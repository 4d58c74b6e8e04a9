"""Messages that no card quotes still lead to the right place: family, whom it concerns, checks."""

from __future__ import annotations

import errno
import ssl
from http import HTTPStatus

import pytest

from ccexpert import Expert
from ccexpert.facts import ErrorFact
from ccexpert.facts.concerned import CALLED
from ccexpert.facts.peers import peer_in
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.intake import read
from tests.kit import ccexpert

EXPERT = Expert()
VOCABULARY: Vocabulary = EXPERT.base.vocabulary


def shown(message: str, module: str | None = None) -> set[tuple[str, str | None]]:
    """The families of a message without their prefix, each with whom it concerns."""
    fact = ErrorFact(kind="error", module=module, text=message)
    return {
        (name.removeprefix("family-"), whom)
        for name, whom in fact.shows(VOCABULARY)
        if name.startswith("family-")
    }


MESSAGES = {
    # Answers of object storage, of directories and of the systems of customer relations
    "<Error><Code>SlowDown</Code><Message>Reduce your rate.</Message>": ("rate-limited", "unknown"),
    "An error occurred (NoSuchBucket) when calling the PutObject operation": (
        "not-there", "unknown"),
    "x-ms-error-code: AuthorizationPermissionMismatch": ("no-permission", "unknown"),
    "javax.naming: [LDAP: error code 49 - data 52e]": ("login-refused", "unknown"),
    "ldap_search_ext: Size limit exceeded (4)": ("too-large", "unknown"),
    "UNABLE_TO_LOCK_ROW: row of another job": ("locked", "unknown"),
    "API_CURRENTLY_DISABLED: API is disabled for this user": ("no-permission", "unknown"),
    "javax.naming: [LDAP: error code 2 - Protocol Error]": ("not-understood", "unknown"),
    "AADSTS7000222: the secret of the application has ended": ("login-refused", "crm"),
    # libpq and PostgreSQL
    'connection to server at "pg1" (10.0.0.5), port 5432 failed: Connection refused': (
        "refused", "database"),
    'could not translate host name "pg-camp.internal" to address: Name or service not known': (
        "name-not-resolved", "unknown"),
    'psql: FATAL:  no pg_hba.conf entry for host "10.1.1.1", user "neolane"': (
        "no-permission", "database"),
    "ERROR: 40P01: process 811 waits for ShareLock; SQLSTATE: 40P01 (libpq)": (
        "locked", "database"),
    "statement failed, SQL state: 08004": ("connection-lost", "database"),
    "PostgreSQL: could not extend file base/16400/2619: wrote only 4096 of 8192 bytes": (
        "full", "database"),
    "SQLSTATE 22P05 raised while loading nmsRecipient": ("does-not-fit", "database"),
    # Oracle and SQL Server
    "ORA-12541: Cannot connect. No listener at host ora1 port 1521.": ("refused", "database"),
    "ORA-28001: the account must change its password": ("login-refused", "database"),
    "ORA-01555: rollback segment number 9 too small": ("statement-cut-off", "database"),
    "Msg 2627, Level 14, State 1: Violation of PRIMARY KEY 'PK_nmsRcp'": ("duplicate", "database"),
    "[Microsoft][SQL Server Native Client 11.0]Login timeout expired [HYT00]": (
        "timed-out", "database"),
    "[42S22] column 'iFoo' unknown to ODBC": ("not-there", "database"),
    "ERROR: operator does not exist: text = bigint, in psql": ("types-differ", "database"),
    "ORA-00932: expected NUMBER got CLOB": ("types-differ", "database"),
    "the schemas of both inputs are incompatible": ("types-differ", "unknown"),
    "Attribut 'x' inconnu (voir définition du schéma 'y')": ("not-there", "campaign"),
    # cURL, SSH, errno, TLS
    "curl: (28) Failed to connect to sftp.shop.example port 22 after 130001 ms": (
        "timed-out", "file-server"),
    "curl: (67) FTP: login denied by ftp.shop.example": ("login-refused", "file-server"),
    "curl: (78) RETR response: 550 sftp": ("not-there", "file-server"),
    "send() to pop3 host, errno=104": ("connection-lost", "bounce-mailbox"),
    "open(/data/in/a.csv) failed, errno 28": ("full", "unknown"),
    "WSAConnect to smtp relay returned socket error 10061": ("refused", "relay"),
    "verify error:num=20 while talking to api.adobe.io": (
        "certificate-not-trusted", "adobe-service"),
    "Verify return code: 62 (ssh)": ("certificate-not-trusted", "file-server"),
    "javax.net.ssl.SSLHandshakeException: no negotiable cipher suite (SOAPRouter.jsp)": (
        "tls-not-agreed", "other-instance"),
    # HTTP
    "IMS call /ims/profile/v1 at adobelogin.com, HTTP response code is 401": (
        "login-refused", "adobe-service"),
    "HTTP/1.1 503 from https://midsourcing.example/nl/jsp/soaprouter.jsp": (
        "service-failed", "other-instance"),
    "response code: 429 (platform.adobe.io)": ("rate-limited", "adobe-service"),
    "answered with status 401, realm=adobelogin.com": ("login-refused", "adobe-service"),
    "status code 404 for blob container exports": ("not-there", "file-server"),
    "AnalyticsAPIException: received 403,Forbidden, <HTML>": ("no-permission", "adobe-service"),
    "'/ims/profile/v1' IMS call, HTTP response code is 401": ("login-refused", "adobe-service"),
    # SMTP: classes and providers
    "550 5.1.1 <a@b.example>: unknown local part": ("unknown-recipient", "receiving-domain"),
    "smtp; 452 4.2.2 inbox has no room": ("mailbox-full", "receiving-domain"),
    "421 4.7.28 Gmail has detected too much mail from your IP": (
        "rate-limited", "receiving-domain"),
    "550-5.7.26 Your email has been blocked, the domain passed neither check": (
        "sender-not-authenticated", "receiving-domain"),
    "550 5.7.515 Access denied, sending domain EXAMPLE.COM": ("sender-not-authenticated",
        "receiving-domain"),
    "550 5.7.606 Access denied, contact delist@": ("reputation", "receiving-domain"),
    "550 SC-001 Mail refused by Outlook.com (mx)": ("reputation", "receiving-domain"),
    "421 4.7.0 [TSS05] Messages deferred for a while": ("rate-limited", "receiving-domain"),
    "554 5.7.0 our policy does not take this mail": ("reputation", "receiving-domain"),
    "450 4.2.1 come back in an hour": ("rate-limited", "receiving-domain"),
    "host mx said: 552 5.3.4 too many bytes": ("too-large", "receiving-domain"),
    "554 5.4.14 mail loop, hops exhausted": ("timed-out", "receiving-domain"),
    "454 4.7.1 relay access denied by smarthost": ("no-permission", "relay"),
    # POP3, SMPP, push
    "-ERR [SYS/TEMP] come back later": ("service-failed", "bounce-mailbox"),
    "-ERR [AUTH] wrong": ("login-refused", "bounce-mailbox"),
    "submit_sm_resp command_status: 0x00000058": ("rate-limited", "provider"),
    "submit_sm_resp status ESME_RINVDSTADR": ("unknown-recipient", "provider"),
    "APNs closed the stream: ExpiredProviderToken": ("login-refused", "provider"),
    "FCM: SENDER_ID_MISMATCH": ("no-permission", "provider"),
    # Java, Tomcat, IIS
    "java.net.BindException at org.apache.catalina.connector": ("address-taken", "campaign"),
    "out of shared memory HINT:  You might need to increase max_locks_per_transaction (psql)": (
        "out-of-resources", "database"),
    "app_1 CRM: AADSTS50055 invalid_client": ("login-refused", "crm"),
    "w3wp.exe could not open its log: Access is denied": ("no-permission", "web-server"),
    "java.lang.OutOfMemoryError: Metaspace": ("out-of-resources", "campaign"),
    "java.nio.file.AccessDeniedException: /opt/x": ("no-permission", "unknown"),
}  # fmt: skip


@pytest.mark.parametrize(("message", "expected"), MESSAGES.items(), ids=list(MESSAGES))
def test_a_message_that_no_card_quotes_has_its_family_and_its_party(
    message: str, expected: tuple[str, str]
) -> None:
    assert shown(message) == {expected}


@pytest.mark.parametrize(
    "text",
    [
        "We sent 550 mails on build 9364 (7.3.4), about 421 opened them.",
        "Room 404 is on floor 5.1.1 of building 503.",
        "14:03:23 > Application server for Adobe Campaign Classic (7.3.4 build 9364@8f3ef8e)",
        "the workflow has 42601 recipients and 23505 proofs",
        "Delivery of 28 messages took 110 seconds",
        "500 - SOAP-ENV:Client",
    ],
)
def test_a_number_alone_is_no_code(text: str) -> None:
    assert shown(text) == set()


def test_the_module_that_wrote_a_message_tells_whom_it_concerns() -> None:
    assert shown("Connection refused", "sms") == {("refused", "provider")}
    assert shown("Connection refused", "inMail") == {("refused", "bounce-mailbox")}
    assert shown("Connection refused", "web") == {("refused", "unknown")}
    assert shown("PGS-220000 Connection refused", "inMail") == {("refused", "database")}


def test_what_is_said_in_words_counts_before_a_code_and_a_code_before_its_class() -> None:
    refused = "550 5.7.1 Service unavailable, client host blocked using bl.spamcop.net"
    assert shown(refused) == {("reputation", "receiving-domain")}
    assert shown("curl: (7) No route to host, sftp") == {("timed-out", "file-server")}
    assert shown("550 5.7.23 rejected") == {("sender-not-authenticated", "receiving-domain")}


def codes(tongue: str) -> dict[str, str]:
    return {
        code: entry.name for entry in VOCABULARY.errors for code in entry.replies.get(tongue, ())
    }


def test_the_numbers_of_errno_are_those_of_linux() -> None:
    named = {
        "family-refused": "ECONNREFUSED",
        "family-full": "ENOSPC",
        "family-not-there": "ENOENT",
    }
    for family, name in named.items():
        assert codes("errno")[str(getattr(errno, name))] == family
    linux = {number for number in codes("errno") if int(number) < 10_000}
    assert linux <= {str(number) for number in errno.errorcode}


def test_http_codes_exist_and_each_error_has_a_family() -> None:
    known = codes("http")
    unofficial = {"509", "526"}
    assert {code for code in known if "*" not in code} - unofficial <= {
        str(int(status)) for status in HTTPStatus
    }
    for status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND, HTTPStatus.BAD_GATEWAY):
        assert shown(f"HTTP/1.1 {int(status)}"), status


def test_no_code_means_two_families() -> None:
    pairs = [
        (tongue, code)
        for entry in VOCABULARY.errors
        for tongue, known in entry.replies.items()
        for code in known
    ]
    assert len(pairs) == len(set(pairs))


def test_the_texts_of_openssl_are_recognised() -> None:
    context = ssl.create_default_context()
    assert context.verify_mode == ssl.CERT_REQUIRED
    text = "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired"
    assert shown(text) == {("certificate-not-trusted", "unknown")}


def test_each_party_has_a_name_in_both_languages() -> None:
    assert len({called for pair in CALLED.values() for called in pair}) == 2 * len(CALLED)


# --- cards ---


def first(message: str, language: str = "en") -> tuple[str, str, list[str]]:
    report = EXPERT.diagnose([{"kind": "error", "text": message}], language=language)
    assert report.first is not None
    return report.first.id, report.first.title, [action.text for action in report.plan]


@pytest.mark.parametrize(
    ("message", "host"),
    [
        ("curl: (6) lookup of sftp.shop.example yielded nothing", "sftp.shop.example"),
        ("Could not resolve host: ftpserver", "ftpserver"),
        ('could not translate host name "db01" to address', "db01"),
        ("Failed to connect to db port 5432: refused", "db"),
        ("cannot connect to the database now", ""),
        ("the connection to mailhub refused", ""),
    ],
)
def test_a_word_of_prose_is_no_host(message: str, host: str) -> None:
    assert peer_in(message).host == host


def test_a_text_nobody_has_seen_leads_to_its_place_and_first_check() -> None:
    name, title, plan = first("curl: (6) lookup of sftp.shop.example yielded nothing")
    assert (name, title) == ("trouble-name-not-resolved",
                             "The name of the file server cannot be resolved")  # fmt: skip
    assert "sftp.shop.example" in plan[0]
    assert first("curl: (6) lookup of sftp.shop.example yielded nothing", "sv")[1] == (
        "Namnet på filservern kan inte slås upp"
    )


@pytest.mark.parametrize(
    "message",
    [
        "535 5.7.8 Error while authenticating: bad credentials",
        "vsftpd: 530 Login failed for user crm_export",
        "sshd[2211]: Login failed for user deploy from 10.1.1.1",
        "WinSCP: connection to server at ftp.partner.example closed",
        "fax server: Communication link failure",
        "java.sql.SQLException: Too many BIND parameters (2100)",
        "This page can't be displayed - DNS lookup failed for intranet.example.com",
        "29-Nov-2026 22:10:01.101 INFO [main] org.apache.jasper.servlet.TldScanner.scanJars",
        "git: cannot open: No such file or directory",
        "Requested URL 'https://partner.example/img.png' was not found",
        "Anslutningen är inte privat: NET::ERR_CERT_DATE_INVALID",
    ],
)
def test_the_message_of_another_program_is_no_signature_of_one_place(message: str) -> None:
    shown_at = ErrorFact(kind="error", text=message).shows(VOCABULARY)
    assert all(name.startswith("family-") for name, _ in shown_at)
    told = [one.fact for one in read(message).told if one.fact.kind == "error"]
    assert all(n.startswith("family-") for f in told for n, _ in f.shows(VOCABULARY)), told


def test_what_any_program_may_write_means_one_place_beside_its_words() -> None:
    plain = "Login failed for user 'neolane'."
    for text, is_database in ((plain, False), (f"ODB-240000 ODBC error: {plain}", True)):
        fact = ErrorFact(kind="error", text=text)
        assert (("database-login-failed", None) in fact.shows(VOCABULARY)) == is_database


def test_a_check_that_names_the_other_side_is_offered_without_it_no_more() -> None:
    errors = [
        {"kind": "error", "text": f"connect to {where} failed: Connection refused"}
        for where in ("it", "t.example.com port 443")
    ]
    commands = [step.command for step in Expert().diagnose(errors).plan if step.command]
    assert commands.count(("nc", "-vz", "-w", "5", "t.example.com", "443")) == 1
    assert not any("<" in part for command in commands for part in command)


def test_a_check_for_another_neighbour_is_not_offered() -> None:
    database = " ".join(first("Connection refused, postgresql on db7")[2])
    files = " ".join(first("sftp: connect refused")[2])
    assert "listen_addresses" in database
    assert "listen_addresses" not in files


def test_no_family_ever_restarts_anything() -> None:
    cards = [card for name, card in EXPERT.base.cards.items() if name.startswith("trouble-")]
    assert len(cards) > 20
    assert {action.kind for card in cards for action in card.actions} <= {
        "check", "fix", "rerun", "escalate",
    }  # fmt: skip


def test_the_exact_cause_stands_above_its_family() -> None:
    report = EXPERT.diagnose([{"kind": "error", "text": "ERROR: deadlock detected (PostgreSQL)"}])
    assert report.first is not None
    assert report.first.id == "database-deadlock"
    assert "trouble-locked" in {d.id for d in report.explained}


def test_a_message_that_names_nobody_is_no_finding() -> None:
    report = EXPERT.diagnose([{"kind": "error", "text": "read failed, errno=104"}])
    assert report.first is not None
    assert (report.first.id, report.first.certainty) == ("trouble-connection-lost", 0.3)


def test_many_messages_of_one_family_make_it_no_surer() -> None:
    errors = [{"kind": "error", "text": f"sftp {n}: connect refused"} for n in "abcde"]
    report = EXPERT.diagnose(errors)
    assert report.first is not None
    assert (report.first.id, report.first.certainty) == ("trouble-refused", 0.5)


# --- pasted texts ---


def test_one_line_is_one_error_though_it_shows_a_family_as_well() -> None:
    reading = read("CRL-290002 Download error in cURL: Couldn't resolve host name (6)")
    (told,) = reading.told
    assert told.fact.code == "CRL-290002"  # type: ignore[union-attr]
    assert ("family-name-not-resolved", "file-server") in told.fact.shows(VOCABULARY)  # type: ignore[union-attr]


def test_a_code_in_a_pasted_line_is_an_error_with_the_line_as_its_text() -> None:
    text = "Hi,\nour SMS stopped:\nbind_transceiver_resp command_status=0x0000000E\nAny idea?"
    errors = [told for told in read(text).told if told.fact.kind == "error"]
    assert [told.span.of(text) for told in errors] == [text.splitlines()[2]]
    assert "0x0000000E" in (errors[0].fact.text or "")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "sentence",
    [
        "We set up DMARC last week and have a good reputation.",
        "The deliveries to Gmail are throttled since Monday.",
        "Mail to hotmail is blocked, someone mentioned spamhaus",
        "The file does not exist anymore.",
    ],
)
def test_the_words_of_a_person_are_no_message(sentence: str) -> None:
    assert [told for told in read(sentence).told if told.fact.kind == "error"] == []


def test_a_line_of_a_log_that_reports_no_trouble_has_no_family() -> None:
    line = "2029-11-22T08:42:18.210Z\t66462\t66501\t1\t{}\tlog\tsocket: Connection reset by peer"
    assert read(line.format("info")).told == ()
    (told,) = read(line.format("error")).told
    assert ("family-connection-lost", "unknown") in told.fact.shows(VOCABULARY)  # type: ignore[union-attr]


def test_each_family_has_its_card_and_each_component_its_letters() -> None:
    families = {entry.name for entry in VOCABULARY.errors if entry.is_family}
    asked = {
        str(name)
        for card in EXPERT.base.cards.values()
        if card.general
        for evidence in card.evidence
        for pattern in evidence.when.patterns
        for name in pattern.literals("signature")
    }
    assert families <= asked
    codes = {code for entry in VOCABULARY.errors for code in entry.codes}
    campaign = {code for code in codes if len(code) == 10}
    assert all(VOCABULARY.recognition.component(code) for code in campaign)


# --- explain ---


def explain(*arguments: str) -> str:
    done = ccexpert("explain", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_code_is_explained_with_its_component_and_its_causes() -> None:
    page = explain("xsv-350012")
    assert page.startswith("# Invalid login or password (XSV-350012)")
    assert "application server" in page
    causes = [line for line in page.splitlines() if line.startswith("- ") and "(`" in line]
    assert "`operator-login-rejected`" in causes[0]


def test_a_code_nobody_has_described_tells_its_component() -> None:
    assert "SOAP" in explain("SOP-330999", "--lang", "sv")
    assert "Ingen har beskrivit den här koden än." in explain("SOP-330999", "--lang", "sv")


def test_the_codes_of_other_programs_are_explained_by_their_family() -> None:
    assert "`trouble-full`" in explain("ORA-01653")
    assert "`trouble-sender-not-authenticated`" in explain("550 5.7.26")
    assert "`trouble-timed-out`" in explain("curl: (28)")


def test_a_code_without_its_dash_is_explained() -> None:
    assert ccexpert("explain", "xsv350013").stdout == ccexpert("explain", "XSV-350013").stdout


def test_what_is_neither_id_nor_code_is_refused() -> None:
    assert "there is no diagnosis 'ZZZ-1'" in ccexpert("explain", "ZZZ-1").stderr
    assert "--facts" in ccexpert("explain", "ORA-01653", "--facts", "x.json").stderr

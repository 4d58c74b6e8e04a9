"""The family of the operating system is read where it is shown, and commands follow it."""

from __future__ import annotations

import pytest

from ccexpert import Expert
from ccexpert.intake import read
from ccexpert.observe import outputs

DEBIAN = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nID=debian\n'
UBUNTU = 'NAME="Ubuntu"\nVERSION_ID="22.04"\nID=ubuntu\nID_LIKE=debian\n'
RED_HAT = 'NAME="Red Hat Enterprise Linux"\nID="rhel"\nID_LIKE="fedora"\nVERSION_ID="9.4"\n'
ROCKY = 'NAME="Rocky Linux"\nVERSION_ID="8.9"\nID="rocky"\nID_LIKE="rhel centos fedora"\n'
SUSE = 'NAME="SLES"\nVERSION_ID="15.5"\nID="sles"\nID_LIKE="suse"\n'

APACHE = "● apache2.service - The Apache HTTP Server\n   Active: active (running)\n"
PACKAGE = "ii  nlserver6-v7  9364  amd64  Adobe Campaign\n"


def told(text: str) -> dict[str, bool]:
    return {t.fact.names[0]: t.fact.seen for t in read(text).told if t.fact.kind == "context"}


@pytest.mark.parametrize(
    ("release", "debian", "rhel9"),
    [
        (DEBIAN, True, False),
        (UBUNTU, True, False),
        (RED_HAT, False, True),
        (ROCKY, False, False),
        (SUSE, False, False),
    ],
)
def test_the_release_file_tells_the_family(release: str, debian: bool, rhel9: bool) -> None:
    assert told(f"$ cat /etc/os-release\n{release}") == {"debian": debian, "rhel9": rhel9}
    document = outputs({"os-release.txt": release})
    assert {f.names[0]: f.seen for f in document.facts} == {"debian": debian, "rhel9": rhel9}


@pytest.mark.parametrize(
    ("text", "debian"),
    [
        ("Linux app01 5.10.0-26-amd64 #1 SMP Debian 5.10.197-1 x86_64 GNU/Linux", True),
        ("Linux app01 5.14.0-427.el9.x86_64 #1 SMP PREEMPT x86_64 GNU/Linux", False),
        (f"root@app01:~# dpkg -l nlserver6-v7\n{PACKAGE}", True),
        ("$ rpm -qa openssl\nopenssl-3.0.7-27.el9.x86_64", False),
        (APACHE, True),
        (APACHE.replace("apache2", "httpd"), False),
    ],
)
def test_kernels_packages_and_units_tell_the_family(text: str, debian: bool) -> None:
    assert told(text)["debian"] is debian


@pytest.mark.parametrize(
    "text",
    [
        "Linux app01 6.1.0 #1 SMP x86_64 GNU/Linux",
        "We run Linux.",
        "the debian of a customer",
        "it waits at an approval",
        "in the morning 3 jobs fail",
    ],
)
def test_what_could_be_any_family_tells_none(text: str) -> None:
    assert told(text) == {}


def test_the_banner_of_the_web_server_tells_the_family() -> None:
    page = "HTTP/1.1 200 OK\nServer: Apache/2.4.57 (Debian)\n\nwelcome"
    document = outputs({"http/site.txt": page})
    assert {"context apache = true", "context debian = true"} <= {f.label for f in document.facts}


def test_commands_follow_what_was_pasted() -> None:
    problem = "web.log: Request Entity Too Large\n\n"
    for shown, name in ((DEBIAN, "apache2"), (RED_HAT, "httpd")):
        report = Expert().diagnose(read(f"{problem}$ cat /etc/os-release\n{shown}").document)
        (restart,) = [a for a in report.plan if a.kind == "restart"]
        assert restart.command == ("systemctl", "restart", name)


@pytest.mark.parametrize(
    ("engine", "program"), [("postgresql", "psql"), ("sql-server", "sqlcmd"), ("oracle", None)]
)
def test_a_query_is_written_for_the_engine(engine: str, program: str | None) -> None:
    facts = [
        {"kind": "symptom", "name": "database-slow", "present": True},
        {"kind": "context", "name": engine, "present": True},
    ]
    plan = Expert().diagnose({"facts": facts}).plan
    (sessions,) = [step for step in plan if "List the sessions" in step.text]
    assert (sessions.command or (None,))[0] == program


@pytest.mark.parametrize(("message", "program"), [
    ("ORA-01017: invalid username/password; logon denied", "sqlplus"),
    ("PGS-220000 PostgreSQL error: password authentication failed for user", "psql"),
    ("[ODBC Driver 17 for SQL Server][SQL Server]Login failed for user 'neo'.", "sqlcmd"),
    ("ORA-01017: logon denied; PGS-220000 password authentication failed", "psql"),
])  # fmt: skip
def test_messages_of_one_engine_tell_which_it_is(message: str, program: str) -> None:
    plan = Expert().diagnose({"facts": [{"kind": "error", "text": message}]}).plan
    (logon,) = [step for step in plan if "Log on with the account" in step.text]
    assert logon.command
    assert logon.command[0] == program

"""The ways to break, and the answer key: the diagnoses that name each, or its class and place.

What a fault does follows the documentation (help/production/using/failure-to-connect.md and the
pages on each module in help/installation/using/ and help/production/using/).
"""

from __future__ import annotations

from tests.simulate.faults import (
    WITH_DATABASE,
    Fault,
    Kind,
    each,
    every,
    here,
    on_linux,
    only,
    struck,
    where,
)

_UNKNOWN_CODE = "QZX-770041 The conveyor of the frobnicator has lost its teeth (iRc=-77)"

KINDS: dict[str, Kind] = {
    "module-stopped": Kind(
        each(
            "syslogd",
            "trackinglogd",
            "web",
            "mta",
            "stat",
            "wfserver",
            "inMail",
            "sms",
            "pipelined",
        ),
        ("{module}-not-running", "module-start-fails"),
        ends=struck,
        stays=False,
    ),
    "service-stopped": Kind(
        here, ("watchdog-not-running", "service-not-started"), ends=every, stays=False
    ),
    "watchdog-died": Kind(here, ("watchdog-died-alone",), ends=only("watchdog"), stays=False),
    "library-missing": Kind(
        on_linux,
        ("package-for-other-os", "required-libraries-missing", "service-start-fails"),
        ends=every,
    ),
    "disk-full": Kind(
        here,
        ("disk-full", "trouble-full"),
        disables=only("syslogd", "trackinglogd"),
        writes=(
            ("mta", "BAS-010015 Cannot write to the file (errno=28, No space left on device)"),
        ),
        fails=("logs-missing",),
    ),
    "memory-short": Kind(here, ("memory-short",), fails=("web-slow-or-timeout",)),
    "database-down": Kind(
        where(*WITH_DATABASE),
        ("database-down", "trouble-refused"),
        disables=only(*WITH_DATABASE),
        writes=tuple(
            (
                module,
                "PGS-220000 PostgreSQL error: could not connect to server: Connection refused "
                'Is the server running on host "db" and accepting TCP/IP connections on port 5432?',
            )
            for module in ("web", "mta", "wfserver")
        ),
        everywhere=True,
    ),
    "database-rejects-account": Kind(
        where(*WITH_DATABASE),
        ("database-account-rejected", "trouble-login-refused", "database-error-reported"),
        disables=only(*WITH_DATABASE),
        writes=(
            (
                "web",
                'PGS-220000 PostgreSQL error: FATAL: password authentication failed for user "neo"',
            ),
        ),
    ),
    "database-connections-used-up": Kind(
        where(*WITH_DATABASE),
        ("database-connection-limit", "trouble-too-many-connections"),
        disables=only("web"),
        writes=(("web", "PGS-220000 PostgreSQL error: FATAL: sorry, too many clients already"),),
    ),
    "deadlock": Kind(
        where("wfserver"),
        ("database-deadlock", "trouble-locked"),
        writes=(("wfserver", "PGS-220000 PostgreSQL error: ERROR: deadlock detected (iRc=-2006)"),),
        fails=("workflow-failed",),
    ),
    "web-server-stopped": Kind(here, ("webserver-stopped", "trouble-refused")),
    "redirection-broken": Kind(
        where("trackinglogd"), ("redirection-module-broken", "redirection-switched-off")
    ),
    # The certificate is that of the address which the public reaches.
    "site-certificate-expired": Kind(
        where("trackinglogd"), ("webserver-certificate-bad", "trouble-certificate-not-trusted")
    ),
    "java-missing": Kind(
        where("web"),
        ("java-library-missing", "java-integration-broken"),
        ends=only("web"),
        writes=(
            (
                "web",
                "JVM-510037 Cannot find the Java dynamic library. Check that a JDK or a JRE is "
                "installed on this computer.",
            ),
        ),
    ),
    "web-port-taken": Kind(
        where("web"),
        ("port-8080-taken", "trouble-address-taken"),
        ends=only("web"),
        writes=(
            ("web", "java.net.BindException: Address already in use (Bind failed) <null>:8080"),
        ),
    ),
    "log-port-taken": Kind(
        on_linux, ("syslogd-port-taken", "trouble-address-taken"), ends=only("syslogd")
    ),
    "stat-address-empty": Kind(
        where("mta"), ("mta-stat-address-empty",), ends=only("mta"), restarts=("mta",)
    ),
    "name-servers-wrong": Kind(
        where("mta"),
        ("mta-dns-fails", "trouble-name-not-resolved", "recipient-domain-dns-fails"),
        disables=only("mta"),
        writes=(
            ("mta", "DNS query for gmail.com failed: Temporary failure in name resolution"),
            ("mta", "DNS query for live.se failed: Temporary failure in name resolution"),
        ),
        restarts=("mta",),
    ),
    "relay-refuses": Kind(
        where("mta"),
        ("smtp-relay-down", "smtp-port-closed", "trouble-refused", "recipient-domain-rejects"),
        disables=only("mta"),
        writes=(("mta", "SMTP relay.example.com:25: connect: Connection refused (errno=111)"),),
    ),
    "mailbox-login-wrong": Kind(
        where("inMail"),
        ("inmail-mailbox-login-refused", "trouble-login-refused", "inmail-oauth-token-expired"),
        disables=only("inMail"),
        writes=(("inMail", "POP3 server: -ERR [AUTH] Authentication failed."),),
        restarts=("inMail",),
    ),
    "certificate-authority-unknown": Kind(
        where("wfserver"),
        ("ca-certificate-missing", "trouble-certificate-not-trusted"),
        writes=(
            (
                "wfserver",
                "IOB-090020 Error in SSL library: 'IOB-090013 Error in SSL library: "
                "'error:1416F086:SSL routines:tls_process_server_certificate:certificate verify "
                "failed''",
            ),
        ),
        fails=("workflow-failed",),
    ),
    "caller-outside-zone": Kind(
        where("web"),
        ("security-zone-ip", "proxy-not-declared", "monitoring-operator-zone"),
        writes=(
            (
                "web",
                "XSV-350014 The '10.20.30.40' IP address via which you are accessing the server is "
                "not accepted. Connection refused.",
            ),
        ),
        fails=("console-login-fails",),
    ),
    "temporary-folder-elsewhere": Kind(
        where("mta"),
        ("tmp-on-other-device",),
        disables=only("mta"),
        writes=(
            (
                "mta",
                "Unable to rename file '/tmp/tmp0000.tmp' to '/usr/local/neolane/nl6/var/prod/mta/"
                "86510470.xml' ;(errno=18, Invalid cross-device link) (iRc=-52)",
            ),
        ),
        restarts=("mta", "web", "wfserver", "syslogd"),
    ),
    "temporary-folder-closed": Kind(
        where("mta"),
        ("temp-directory-rights", "trouble-no-permission"),
        disables=only("mta"),
        writes=(
            (
                "mta",
                "BAS-010015 Cannot open file '/tmp/tmp0001.tmp' with write access (errno=13, "
                "Permission denied)",
            ),
        ),
    ),
    "shared-memory-old": Kind(
        where("trackinglogd"),
        ("shared-memory-leftover",),
        disables=only("trackinglogd"),
        writes=(
            (
                "trackinglogd",
                "SRV-810031 Bad version for the shared memory block 'NlServerContext6.0'. Current "
                "version is 106, expected version 107. Please restart all services (nlserver and "
                "web server)...",
            ),
        ),
        restarts=("web", "trackinglogd", "mta", "wfserver", "syslogd"),
    ),
    "process-hangs": Kind(
        each("web", "mta", "wfserver"),
        ("{module}-hung", "process-too-old", "wfserver-trouble"),
        disables=struck,
        stays=False,
        restarts=("web", "mta", "wfserver"),
    ),
    "process-crashes": Kind(
        each("web", "mta", "wfserver"),
        ("process-crashed", "{module}-crashing", "module-start-fails", "{module}-hung"),
        restarts=("web", "mta", "wfserver"),
        fails=("module-crash",),
    ),
    "campaign-jobs-failed": Kind(
        where("wfserver"), ("operationmgt-failed",), fails=("operationMgt",)
    ),
    "tracking-failed": Kind(
        where("wfserver"), ("tracking-workflow-failed", "tracking-"), fails=("tracking",)
    ),
    "export-failed": Kind(where("web"), ("export-",), fails=("export",)),
    "odd-error": Kind(
        each("web", "mta", "wfserver"), (), writes=(("*", _UNKNOWN_CODE),), unknown=True
    ),
    "odd-indicator": Kind(here, (), unknown=True),
}


def known_as(fault: Fault) -> tuple[str, ...]:
    """The beginnings of the diagnoses that name a fault."""
    module = fault.at.split("@")[0].lower()
    return tuple(name.format(module=module) for name in KINDS[fault.kind].known_as)


def names(fault: Fault, diagnosis: str) -> bool:
    """Whether a diagnosis names a fault, or its class and place."""
    return any(
        diagnosis == name or (name.endswith("-") and diagnosis.startswith(name))
        for name in known_as(fault)
    )

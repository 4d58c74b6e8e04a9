"""No output, however mangled, raises an exception, invents a process, or spoils the document."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccexpert.facts import FactsDocument, ProcessFact
from ccexpert.facts.case import settle
from ccexpert.facts.document import document_of
from ccexpert.observe.interface import Taken
from ccexpert.observe.observer import Origin, conclude, document, plain
from ccexpert.observe.sources.pdump import parse_text
from tests.samples import FOLDER, context, named, starting, vocabulary

ORIGIN = Origin("app-1", "linux", datetime(2026, 11, 22, 12, tzinfo=UTC))
NAMES = (
    "pdump.txt",
    "pdump-who.txt",
    "monitor-missing.txt",
    "monitor.xml",
    "service-status.txt",
    "ports.json",
    "system.json",
    "files.json",
    "conf/serverConf.xml",
    "conf/config-default.xml",
    "conf/config-demo.xml",
    "conf/customer.sh",
    "http/site.txt",
    "http/r-test.txt",
    "http/logon.txt",
    "http/ping.txt",
    "mail/smtp-out.txt",
    "mail/pop3.txt",
    "var/demo/log/mta.log",
    "var/demo/log/logins.26-11-22.log",
    "var/demo/postupgrade/x.log",
)
SAMPLES = [
    *(p.read_bytes() for p in sorted(FOLDER.rglob("*")) if p.suffix in (".txt", ".xml", ".log")),
    b'[{"port": 6666, "protocol": "udp", "owner": "rsyslogd"}]',
    b'{"disks": [{"path": "/", "used_percent": 91.5}], "memory_percent": 10, "tmp": "/tmp"}',
    b'{"var/demo/log/mta.log": {"size": 1, "modified": 1763812800}}',
    b"HTTP/1.1 200 OK\nServer: Apache\n\n<html><body><form></form></body></html>",
    b"HTTP/1.1 500 x\n\norg.apache.jasper.JasperException XSV-350122",
    b"refused: nobody listens there\nport: 25\n",
    b"+OK ready\nport: 110\n",
    b"export TRACE_ADDR=localhost:6667\n",
    b"   Active: failed\n\nexit code: 3\n",
]
PIECES = [
    b"\n", b"\r\n", b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"No tasks", b"@", b"(1) - 2 Mo", b"<",
    b">", b"&x;", b"<!--", b"]]>", b"exit code: 7\n", b"[...]", b"'", b'"', b"\x1b[2J", b"\xc3",
    b"9" * 50,
    b"<indicator name='Disk'><current value='9'/></indicator>", b"{", b"[", b"NaN", b"1e999",
    "ſıﬁß".encode(), b" " * 300, b"\t" * 7,
]  # fmt: skip


@st.composite
def mangled(draw: st.DrawFn) -> bytes:
    """A sample with pieces cut out, put in, or exchanged; or anything at all."""
    data = bytearray(draw(st.sampled_from(SAMPLES) | st.binary(max_size=200)))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(data)))
        gone = draw(st.integers(0, 20))
        data[at : at + gone] = draw(st.sampled_from(PIECES) | st.binary(max_size=5))
    return bytes(data)


@settings(max_examples=400)
@given(st.dictionaries(st.sampled_from(NAMES), mangled(), max_size=5))
def test_any_outputs_make_a_document_that_can_be_read(outputs: dict[str, bytes]) -> None:
    seen = conclude(Taken(named({**outputs})), context())
    shown = json.dumps(plain(document(seen, ORIGIN)))
    again = FactsDocument.model_validate_json(shown)
    assert not [n.reason for n in again.not_observed or () if "cannot be read: " in n.reason]
    settle([document_of(again)], vocabulary())


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=60)
@given(data=mangled())
def test_no_output_raises_an_exception(name: str, data: bytes) -> None:
    seen = conclude(Taken(named({name: data})), context())
    assert not [n.reason for n in seen.not_observed if "cannot be read: " in n.reason]


def named_processes(text: bytes) -> set[tuple[str, str, int]]:
    """Everything that looks like a process in any reading of the bytes, found by other means."""
    found = set()
    for encoding in ("utf-8", "utf-16-le", "utf-16-be", "cp1252"):
        for shift in (0, 1):
            shown = text[shift:].decode(encoding, "replace")
            for module, instance, pid in re.findall(
                r"([A-Za-z]+)(?:@([\w-]+))?\s*\((\d+)\)", shown
            ):
                found.add((module.casefold(), instance or "default", int(pid)))
    return found


LISTS = [p.read_bytes() for p in sorted(FOLDER.glob("pdump*.txt"))]


@st.composite
def mutated_list(draw: st.DrawFn) -> bytes:
    data = bytearray(draw(st.sampled_from(LISTS)))
    if draw(st.booleans()):
        data = bytearray(data.decode().encode("utf-16"))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(data)))
        data[at : at + draw(st.integers(0, 30))] = draw(
            st.sampled_from(PIECES) | st.binary(max_size=3)
        )
    return bytes(data)


@settings(max_examples=600)
@given(mutated_list())
def test_a_mutated_list_never_yields_a_process_that_it_does_not_name(data: bytes) -> None:
    known = starting("mta@demo", "stat@demo", "web@default")
    running = [
        f
        for f in parse_text(data, context(configuration=known)).facts
        if isinstance(f, ProcessFact) and f.state == "running"
    ]
    named_there = named_processes(data)
    for fact in running:
        pids = {
            pid for m, i, pid in named_there if (m, i) == (fact.module.casefold(), fact.instance)
        }
        assert pids
        assert fact.pid is None or fact.pid in pids


@settings(max_examples=200)
@given(st.data())
def test_a_list_that_is_cut_short_calls_nothing_missing_that_it_named(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(LISTS))
    cut = data.draw(st.integers(0, len(text)))
    known = starting("mta@demo", "web@default", "syslogd@default")
    facts = parse_text(text[:cut], context(configuration=known)).facts
    for fact in facts:
        if isinstance(fact, ProcessFact) and fact.state == "missing":
            assert f"{fact.module}@{fact.instance} (".encode() not in text[:cut]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "unit",
    [b"<a>", b"<indicator ", b"<script", b"<redir '", b"[", b'{"a":', b"web@default (1) - 1 Mo\n",
     b"> Application server for Adobe Campaign ", b"errno=28, ", b"@", b" ", b"\n", b"'",
     b"x-", b"C:\\"],
)  # fmt: skip
def test_long_outputs_come_back(name: str, unit: bytes) -> None:
    """150 kB of one thing: a parser whose work grew with the square would not come back."""
    conclude(Taken(named({name: unit * (150_000 // len(unit))})), context())

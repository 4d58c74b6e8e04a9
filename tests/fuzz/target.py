"""One fuzzer: ``python -m tests.fuzz.target NAME [options of libFuzzer] [corpus]``.

A parser must take any bytes without an exception, and what it makes of them must be facts that a
document may hold. A running process must be named by the text, a redacted address must be gone, and
what was read of a pasted text must stand in it.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import re
import sys
import tarfile
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["ccexpert.observe", "ccexpert.intake"]):
    from ccexpert.errors import CcexpertError
    from ccexpert.facts import FactsDocument, ProcessFact
    from ccexpert.intake.reader import read_text
    from ccexpert.observe import SOURCES, capture, source
    from ccexpert.observe.interface import Seen
    from ccexpert.observe.observer import Origin, agreed, conclude, document, plain
    from ccexpert.observe.redaction.redactor import Redactor
    from tests.samples import context, named, vocabulary

    PARSERS = [source(name).parse for name in SOURCES]

ORIGIN = Origin("app-1", "linux", datetime(2026, 11, 22, 12, tzinfo=UTC))
CONTEXT = context()

#: The outputs that are fed to parsers, by the name of the fuzzer.
OUTPUTS = {
    "pdump": "pdump.txt",
    "pdump-who": "pdump-who.txt",
    "missing": "monitor-missing.txt",
    "monitor": "monitor.xml",
    "service-status": "service-status.txt",
    "server-configuration": "conf/serverConf.xml",
    "instance-configuration": "conf/config-demo.xml",
    "variables": "conf/customer.sh",
    "ports": "ports.json",
    "system": "system.json",
    "files": "files.json",
    "r-test": "http/r-test.txt",
    "logon": "http/logon.txt",
    "ping": "http/ping.txt",
    "smtp": "mail/smtp-out.txt",
    "pop3": "mail/pop3.txt",
    "log": "var/demo/log/mta.log",
}


def parses(name: str) -> Callable[[bytes], None]:
    """The fuzzer of one output: every source parses it, and the facts make a document."""

    def target(data: bytes) -> None:
        outputs = named({name: data})
        seen = agreed(sum((parse(outputs, CONTEXT) for parse in PARSERS), start=Seen()))
        made = document(seen, ORIGIN)
        FactsDocument.model_validate_json(json.dumps(plain(made)))
        if name == "pdump.txt":
            _names_what_runs(data, made)

    return target


def _names_what_runs(data: bytes, made: FactsDocument) -> None:
    texts = [data[s:].decode(e, "replace").casefold() for e in _ENCODINGS for s in (0, 1)]
    for fact in made.facts:
        if isinstance(fact, ProcessFact) and fact.state == "running":
            module = re.escape(fact.module.casefold())
            instance = re.escape((fact.instance or "").casefold())
            pattern = rf"{module}(?:@{instance})?\s*\(0*{fact.pid if fact.pid else ''}"
            assert any(re.search(pattern, text) for text in texts), fact.label


_ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "cp1252")


def redacts(data: bytes) -> None:
    """No text raises an exception, none keeps an address, and the result stays as it is."""
    text = data.decode("utf-8", "replace")
    shown = Redactor().text(f"{text} 10.20.30.40 ")
    assert "10.20.30.40" not in shown
    Redactor().text(text, xml=True)


def reads(data: bytes) -> None:
    """Whatever is pasted is read; all that is told has its place in the text."""
    found = read_text(data, vocabulary())
    for part in (*found.pieces, *found.told, *found.hints):
        assert 0 <= part.span.start <= part.span.end <= len(found.text)
    FactsDocument.model_validate_json(json.dumps(plain(found.document)))


def unpacks(data: bytes) -> None:
    """An archive is unpacked, or refused with a sentence; nothing lands beside its folder."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "c.tar.gz"
        path.write_bytes(gzip.compress(data + ARCHIVE, 1))
        with contextlib.suppress(CcexpertError), capture.opened(path) as found:
            conclude(found.taken, CONTEXT)
        assert [p.name for p in Path(folder).iterdir()] == ["c.tar.gz"]


def _archive() -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tar:
        tar.addfile(tarfile.TarInfo("pdump.txt"), io.BytesIO())
    return stream.getvalue()


#: A good archive, which follows what the fuzzer makes up.
ARCHIVE = _archive()


TARGETS: dict[str, Callable[[bytes], None]] = {
    **{name: parses(output) for name, output in OUTPUTS.items()},
    "redact": redacts,
    "read": reads,
    "archive": unpacks,
}

if __name__ == "__main__":
    wanted = sys.argv.pop(1)
    atheris.Setup(sys.argv, TARGETS[wanted])
    atheris.Fuzz()
